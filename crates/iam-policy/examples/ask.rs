//! May a user with this policy do this?
//!
//! ```sh
//! cargo run -p iam-policy --example ask -- policy.json budgets:ViewBudget 'arn:aws:budgets::111122223333:budget/*'
//! ```
//!
//! A `*` in the resource's name stands for any name. Without arguments it asks a policy of its own.

use std::error::Error;
use std::sync::Arc;
use std::{env, fs};

use iam_policy::{
    Context, ContextValue, Document, Layer, LayerKind, LayerOutcome, Policy, PolicyId,
    PrincipalKind, Request, Resource, authorize,
};

const OWN: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Sid": "See", "Effect": "Allow", "Action": "budgets:View*", "Resource": "*"},
    {"Sid": "Hide", "Effect": "Deny", "Action": "budgets:*", "Resource": "arn:aws:budgets::*:budget/secret-*"}
]}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (text, action, resource) = match arguments.as_slice() {
        [file, action] => (fs::read_to_string(file)?, action.as_str(), "*"),
        [file, action, resource] => (
            fs::read_to_string(file)?,
            action.as_str(),
            resource.as_str(),
        ),
        _ => (
            OWN.to_owned(),
            "budgets:ViewBudget",
            "arn:aws:budgets::111122223333:budget/*",
        ),
    };
    let policy = Policy {
        id: PolicyId::new("policy"),
        document: Arc::new(Document::parse(&text)?),
    };
    let layers = [Layer {
        kind: LayerKind::Identity,
        policies: Ok(vec![policy]),
    }];
    let verdict = authorize(
        &layers,
        &Request {
            principal: PrincipalKind::User,
            action,
            resource: if resource == "*" {
                Resource::ANY
            } else {
                Resource::Form(resource)
            },
            context: &Context::new(ContextValue::Unknown),
        },
    );
    println!("{action} on {resource}: {:?}", verdict.decision);
    for layer in &verdict.layers {
        for statement in layer.outcome.statements() {
            println!("  {:?} {:?}", statement.effect, statement.sid);
        }
        if let LayerOutcome::AllowsSome { except, .. } = &layer.outcome {
            for statement in except {
                println!(
                    "  but on some of it {:?} {:?}",
                    statement.effect, statement.sid
                );
            }
        }
    }
    Ok(())
}
