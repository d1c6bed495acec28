//! Our own form of a question.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Answered, Names, parse_document, principal_kind};
use iam_policy::{
    Context, ContextValue, Layer, LayerKind, Policy, Request, Resource, Unreadable, authorize,
};

/// A list that is not there is a layer that does not exist; an empty one allows nothing. Unknown members are errors:
/// a misspelt layer must not count as none.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Question {
    #[serde(rename = "id")]
    _id: Option<serde_json::Value>,
    principal: String,
    action: String,
    #[serde(default = "any_resource")]
    resource: String,
    #[serde(default)]
    context: BTreeMap<String, Values>,
    #[serde(default)]
    unknown_context_keys: Vec<String>,
    identity_policies: Option<Vec<PolicyInput>>,
    permissions_boundary: Option<Vec<PolicyInput>>,
    session_policies: Option<Vec<PolicyInput>>,
    #[serde(default)]
    service_control_policies: Vec<Level>,
    #[serde(default)]
    resource_control_policies: Vec<Level>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PolicyInput {
    name: String,
    #[serde(rename = "arn")]
    _arn: Option<String>,
    document: Box<RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Level {
    target: String,
    policies: Vec<PolicyInput>,
}

/// The value or values of a context key.
#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    One(Literal),
    Many(Vec<Literal>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Literal {
    Text(String),
    Number(serde_json::Number),
    Bool(bool),
}

fn any_resource() -> String {
    "*".to_owned()
}

pub(super) fn answer(text: &str) -> Result<Answered, String> {
    let question: Question = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let principal = principal_kind(&question.principal)?;
    let context = context(question.context, &question.unknown_context_keys);
    let mut lists: Vec<(LayerKind, Vec<PolicyInput>)> = Vec::new();
    for Level { target, policies } in question.service_control_policies {
        lists.push((LayerKind::ServiceControl { target }, policies));
    }
    for Level { target, policies } in question.resource_control_policies {
        lists.push((LayerKind::ResourceControl { target }, policies));
    }
    let own = [
        (
            LayerKind::PermissionsBoundary,
            question.permissions_boundary,
        ),
        (LayerKind::Session, question.session_policies),
        (LayerKind::Identity, question.identity_policies),
    ];
    lists.extend(
        own.into_iter()
            .filter_map(|(kind, policies)| Some((kind, policies?))),
    );
    let mut names = Names::default();
    let layers: Vec<Layer> = lists
        .into_iter()
        .enumerate()
        .map(|(position, (kind, policies))| layer(kind, position, policies, &mut names))
        .collect();
    let request = Request {
        principal,
        action: &question.action,
        resource: Resource::Exact(&question.resource),
        context: &context,
    };
    let verdict = authorize(&layers, &request);
    Ok(Answered {
        action: question.action,
        resource: question.resource,
        verdict,
        names,
    })
}

/// A key that is in neither list is absent from the request. `prefix*` stands for every key with that prefix.
fn context(known: BTreeMap<String, Values>, unknown: &[String]) -> Context {
    let mut context = Context::new(ContextValue::Absent);
    for key in unknown {
        match key.strip_suffix('*') {
            Some(prefix) => context.insert_family(prefix, ContextValue::Unknown),
            None => context.insert(key, ContextValue::Unknown),
        }
    }
    for (key, values) in known {
        let values = match values {
            Values::One(value) => vec![value.text()],
            Values::Many(values) => values.into_iter().map(Literal::text).collect(),
        };
        context.insert(&key, ContextValue::Known(values));
    }
    context
}

/// A document that does not parse makes the whole layer unreadable: what it says may matter.
fn layer(kind: LayerKind, position: usize, policies: Vec<PolicyInput>, names: &mut Names) -> Layer {
    let policies = policies.into_iter().enumerate().map(|(n, policy)| {
        match parse_document(&policy.document) {
            Ok(document) => Ok(Policy {
                id: names.id(format!("{position}.{n}"), policy.name),
                document: Arc::new(document),
            }),
            Err(error) => Err(Unreadable::whole(format!("{}: {error}", policy.name))),
        }
    });
    Layer {
        kind,
        policies: policies.collect(),
    }
}

impl Literal {
    fn text(self) -> String {
        match self {
            Literal::Text(text) => text,
            Literal::Number(number) => number.to_string(),
            Literal::Bool(value) => value.to_string(),
        }
    }
}
