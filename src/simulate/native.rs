//! Our own form of a question.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Answered, parse_document, principal_kind};
use iam_policy::{Context, ContextValue, Layer, LayerKind, Policy, Request, Unreadable, authorize};

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
    arn: Option<String>,
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
    let request = Request {
        principal: principal_kind(&question.principal)?,
        context: context(question.context, &question.unknown_context_keys),
        action: question.action,
        resource: question.resource,
    };
    let organization = |levels: Vec<Level>, kind: fn(String) -> LayerKind| {
        levels
            .into_iter()
            .map(move |level| layer(kind(level.target), level.policies))
    };
    let layers: Vec<Layer> = organization(question.service_control_policies, |target| {
        LayerKind::ServiceControl { target }
    })
    .chain(organization(question.resource_control_policies, |target| {
        LayerKind::ResourceControl { target }
    }))
    .chain(
        question
            .permissions_boundary
            .map(|policies| layer(LayerKind::PermissionsBoundary, policies)),
    )
    .chain(
        question
            .session_policies
            .map(|policies| layer(LayerKind::Session, policies)),
    )
    .chain(
        question
            .identity_policies
            .map(|policies| layer(LayerKind::Identity, policies)),
    )
    .collect();
    let verdict = authorize(&layers, &request);
    Ok(Answered {
        action: request.action,
        resource: request.resource,
        verdict,
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
fn layer(kind: LayerKind, policies: Vec<PolicyInput>) -> Layer {
    let policies = policies
        .into_iter()
        .map(|policy| match parse_document(&policy.document) {
            Ok(document) => Ok(Policy {
                name: policy.name,
                arn: policy.arn,
                document: Arc::new(document),
            }),
            Err(error) => Err(Unreadable {
                reason: format!("{}: {error}", policy.name),
            }),
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
