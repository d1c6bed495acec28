//! What an undetermined answer waits for, in a caller's own words.

use std::error::Error;
use std::sync::Arc;

use iam_policy::{
    Caller, Channel, ContextValue, Document, Identity, Layer, LayerKind, Policy, PolicyId, Request,
    Requirement, ResidualPart, Resource, Unreadable, authorize,
};

const ADMINISTRATOR_IN_THE_OFFICE: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"},
    {"Effect": "Deny", "Action": "*", "Resource": "*",
     "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "Bool": {"aws:ViaAWSService": "false"}}}
]}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let policy = Policy {
        id: PolicyId::new("AdministratorInTheOffice"),
        document: Arc::new(Document::parse(ADMINISTRATOR_IN_THE_OFFICE)?),
    };
    let layers = [
        Layer {
            kind: LayerKind::ServiceControl {
                target: "the account's organization".to_owned(),
            },
            policies: Err(Unreadable::whole(
                "organizations:DescribePolicy was refused",
            )),
        },
        Layer {
            kind: LayerKind::Identity,
            policies: Ok(vec![policy]),
        },
    ];
    let alice = Caller {
        identity: Identity::User {
            arn: "arn:aws:iam::111122223333:user/alice".to_owned(),
            name: "alice".to_owned(),
        },
        account: "111122223333".to_owned(),
        user_id: ContextValue::Unknown,
        organization_id: ContextValue::Unknown,
        tags: None,
        now: None,
    };
    let verdict = authorize(
        &layers,
        &Request {
            principal: alice.principal_kind(),
            action: "ce:GetCostAndUsage",
            resource: Resource::ANY,
            context: &alice.context(Channel::Console, "us-east-1"),
        },
    );
    println!("{:?}", verdict.decision);
    for dependency in &verdict.depends_on {
        match &dependency.requirement {
            Requirement::UnreadPoliciesAllow { reason } => {
                println!("- {:?} must allow it: {reason}", dependency.layer);
            }
            requirement => {
                let parts = requirement.residuals().iter().flat_map(|one| &one.parts);
                for part in parts {
                    if let ResidualPart::Condition(condition) = part {
                        println!("- it hangs on {} and {:?}", condition.key, condition.values);
                    }
                }
            }
        }
    }
    Ok(())
}
