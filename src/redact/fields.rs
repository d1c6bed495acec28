//! The walk over the evidence as JSON. A table says of every field what it holds; what has no row is replaced.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::names::{condition_key, value};
use super::pseudonyms::{Kind, Pseudonyms};
use super::shapes;
use super::text::{self, Code};
use crate::evidence::{Evidence, Via, said};
use crate::names::PrincipalKind;
use aws_refusal::{Refusal, RefusalKind, render};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Holds {
    /// A word of the format's own, which the type of the field bounds.
    Fixed,
    /// A sentence of the tool's or of AWS's.
    Text,
    Time,
    /// An action or an API's operation; of credentials the provider.
    Call,
    /// An error's code.
    Code,
    /// One of AWS's words in capitals: `PAID`, `INVITED`.
    Capitals,
    /// An id, an ARN, or a name inside of one.
    Value,
    /// Somebody's name, whatever it looks like.
    Name(Kind),
    PolicyName,
    ConditionKey,
    /// A setting and the URL that it has.
    Endpoint,
    /// Who changed the switch, as CloudTrail says.
    User,
    /// Tag keys and their values.
    Tags,
    /// A policy's text, which is redacted once it is known how the rest came out.
    Document,
}

/// The ends of paths and what is there; the first that fits counts. Lists and [`Observed`](crate::evidence::Observed)
/// add nothing to a path.
#[rustfmt::skip]
const TABLE: &[(&str, Holds)] = &[
    ("collectedAt", Holds::Time),
    ("credentials.source", Holds::Text),
    ("credentials.provider.kind", Holds::Fixed),
    ("credentials.provider.sort", Holds::Fixed),
    ("credentials.profile", Holds::Name(Kind::Profile)),
    ("credentials.role.arn", Holds::Value),
    ("credentials.region", Holds::Value),
    ("credentials.regionSource", Holds::Text),
    ("credentials.endpointOverrides", Holds::Endpoint),
    ("credentials.remarks", Holds::Text),
    ("caller.account", Holds::Value),
    ("caller.arn", Holds::Value),
    ("caller.userId", Holds::Value),
    ("principal.arn", Holds::Value),
    ("principal.kind", Holds::Fixed),
    ("principal.name", Holds::Value),
    ("principal.uniqueId", Holds::Value),
    ("principal.permissionSet", Holds::Name(Kind::PermissionSet)),
    ("principal.tags", Holds::Tags),
    ("account.alias", Holds::Name(Kind::Alias)),
    ("account.information.name", Holds::Name(Kind::AccountName)),
    ("account.plan.kind", Holds::Capitals),
    ("account.plan.status", Holds::Capitals),
    ("account.plan.expires", Holds::Time),
    ("account.joined", Holds::Capitals),
    ("organization.id", Holds::Value),
    ("organization.managementAccount", Holds::Value),
    ("policies.serviceControl.target", Holds::Value),
    ("via.kind", Holds::Fixed),
    ("via.name", Holds::Value),
    ("document", Holds::Document),
    ("simulation.results.action", Holds::Call),
    ("simulation.results.decision", Holds::Fixed),
    ("simulation.results.matchedPolicies", Holds::PolicyName),
    ("simulation.results.missingContext", Holds::ConditionKey),
    ("switchHistory.time", Holds::Time),
    ("switchHistory.by", Holds::User),
    ("calls.call", Holds::Call),
    // Of every fact.
    ("observed", Holds::Fixed),
    ("fact", Holds::Text),
    ("because", Holds::Text),
    ("cause.cause", Holds::Fixed),
    ("cause.call", Holds::Call),
    ("cause.action", Holds::Call),
    ("cause.failure", Holds::Fixed),
    ("cause.detail", Holds::Text),
    ("cause.reason", Holds::Text),
    ("refusal.message", Holds::Text),
    ("refusal.code", Holds::Code),
    ("refusal.kind", Holds::Fixed),
    ("refusal.feature", Holds::Fixed),
    ("refusal.principal", Holds::Value),
    ("refusal.action", Holds::Call),
    ("refusal.resource", Holds::Value),
    ("refusal.layer", Holds::Fixed),
    ("refusal.effect", Holds::Fixed),
    ("refusal.through", Holds::Fixed),
    ("refusal.policyArn", Holds::Value),
    ("refusal.encodedMessage", Holds::Name(Kind::Word)),
    ("refusal.authorizationId", Holds::Name(Kind::Word)),
    // Of every policy.
    ("identity.read.name", Holds::PolicyName),
    ("identity.read.arn", Holds::Value),
    ("permissionsBoundary.name", Holds::PolicyName),
    ("permissionsBoundary.arn", Holds::Value),
    ("serviceControl.policies.name", Holds::PolicyName),
    ("serviceControl.policies.arn", Holds::Value),
    ("session.name", Holds::PolicyName),
    ("session.arn", Holds::Value),
];

fn holds(path: &str) -> Option<Holds> {
    let fits = |row: &str| {
        path.strip_suffix(row)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    TABLE
        .iter()
        .find(|(row, _)| fits(row))
        .map(|(_, holds)| *holds)
}

/// The path of a field of what is at `path`.
fn below(path: &str, field: &str) -> String {
    match path {
        "" => field.to_owned(),
        path => format!("{path}.{field}"),
    }
}

pub(super) struct Fields<'a> {
    pseudonyms: &'a mut Pseudonyms,
    /// The names of AWS's own policies, which the simulator gives without their ARN.
    aws_policies: BTreeSet<String>,
}

impl<'a> Fields<'a> {
    /// Learns who is a user, a group and a role: they are to be called so wherever else their names are.
    pub(super) fn new(pseudonyms: &'a mut Pseudonyms, evidence: &Evidence) -> Self {
        let mut aws_policies = BTreeSet::new();
        let role = |pseudonyms: &mut Pseudonyms, name: &str| {
            // Those that AWS makes are half AWS's.
            if !name.starts_with("AWS") {
                pseudonyms.of(Kind::Role, name);
            }
        };
        for (_, policy) in evidence.policies.attached() {
            match &policy.via {
                Via::User(name) => drop(pseudonyms.of(Kind::User, name)),
                Via::Group(name) => drop(pseudonyms.of(Kind::Group, name)),
                Via::Role(name) => role(pseudonyms, name),
                Via::PermissionsBoundary | Via::Organization(_) => {}
            }
            let is_aws_name = match policy.arn.as_deref() {
                Some(arn) => {
                    shapes::is_aws_owned_arn(arn)
                        && (arn.ends_with(&format!("/{}", policy.name))
                            || (arn.ends_with("/p-FullAWSAccess")
                                && policy.name == "FullAWSAccess"))
                }
                None => policy.name == "AwsSSOInlinePolicy",
            };
            if is_aws_name {
                aws_policies.insert(policy.name.clone());
            }
        }
        if let Some(principal) = evidence.principal.known() {
            if let Some(name) = &principal.permission_set {
                pseudonyms.of(Kind::PermissionSet, name);
            }
            match principal.kind {
                PrincipalKind::Role => role(pseudonyms, &principal.name),
                // May have slashes, as the end of its ARN has.
                PrincipalKind::FederatedUser => {
                    drop(value(pseudonyms, Kind::User, &principal.name));
                }
                PrincipalKind::User | PrincipalKind::RootUser => {
                    drop(pseudonyms.of(Kind::User, &principal.name));
                }
            }
        }
        Self {
            pseudonyms,
            aws_policies,
        }
    }

    /// Everything but the texts of policies.
    pub(super) fn walk(&mut self, path: &str, node: &mut Value) {
        match node {
            Value::Object(tags) if holds(path) == Some(Holds::Tags) && !is_observed(tags) => {
                *tags = std::mem::take(tags)
                    .into_iter()
                    .map(|(key, mut tag)| {
                        self.string("", Some(Holds::Value), &mut tag);
                        (self.pseudonyms.tag(&key), tag)
                    })
                    .collect();
            }
            Value::Object(fields) => {
                let is_observed = is_observed(fields);
                for (name, field) in fields.iter_mut() {
                    if is_observed && name == "value" {
                        self.walk(path, field);
                    } else {
                        self.walk(&below(path, name), field);
                    }
                }
                if path.ends_with("refusal") {
                    reword(fields);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(path, item)),
            node => self.string(path, holds(path), node),
        }
    }

    fn string(&mut self, path: &str, holds: Option<Holds>, node: &mut Value) {
        let Value::String(text) = node else { return };
        let pseudonyms = &mut *self.pseudonyms;
        let redacted = match holds {
            Some(Holds::Fixed | Holds::Document) => return,
            Some(Holds::Text) => text::sentence(pseudonyms, text),
            // Dates decide in policies; whatever else RFC 9557 allows beside them does not.
            Some(Holds::Time) => match text.parse::<jiff::Timestamp>() {
                Ok(time) => time.to_string(),
                Err(_) => text::sentence(pseudonyms, text),
            },
            Some(Holds::Call) if shapes::is_action(text) => return,
            Some(Holds::Call) if path.ends_with("cause.call") => text::sentence(pseudonyms, text),
            Some(Holds::Code) => match text::code(pseudonyms, text) {
                Code::Kept => return,
                Code::Denial => "AccessDenied".to_owned(),
                Code::Other => "Error".to_owned(),
            },
            Some(Holds::Capitals) if text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') => {
                return;
            }
            Some(Holds::PolicyName) if self.aws_policies.contains(text) => return,
            Some(Holds::PolicyName) => pseudonyms.of(Kind::Policy, text),
            // So CloudTrail calls the root user.
            Some(Holds::User) if text == "root" || text == said::UNKNOWN_USER => return,
            Some(Holds::Value | Holds::User) => value(pseudonyms, Kind::Word, text),
            Some(Holds::Name(kind)) => pseudonyms.of(kind, text),
            Some(Holds::ConditionKey) => condition_key(pseudonyms, text),
            Some(Holds::Endpoint) => text::endpoint(pseudonyms, text),
            Some(Holds::Call | Holds::Capitals | Holds::Tags) | None => {
                pseudonyms.of(Kind::Word, text)
            }
        };
        *text = redacted;
    }
}

fn is_observed(fields: &Map<String, Value>) -> bool {
    matches!(
        fields.get("observed").and_then(Value::as_str),
        Some("known" | "unknown" | "notApplicable")
    )
}

/// AWS's sentence over the new names: nothing of the old ones is left in it.
fn reword(fields: &mut Map<String, Value>) {
    let Ok(refusal) = serde_json::from_value::<Refusal>(Value::Object(fields.clone())) else {
        return;
    };
    let message = match &refusal.kind {
        RefusalKind::Unrecognised => return,
        RefusalKind::Policy(_) => render(&refusal.kind),
        kind if refusal.message.contains(text::LEFT_OUT) => render(kind),
        _ => return,
    };
    fields.insert("message".to_owned(), Value::String(message));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every path of the schema at which a string may be.
    fn strings(root: &Value, node: &Value, path: &str, found: &mut BTreeSet<String>) {
        if let Some(name) = node["$ref"].as_str() {
            let name = name.trim_start_matches("#/$defs/");
            return strings(root, &root["$defs"][name], path, found);
        }
        let is_string = |kind: &Value| kind == "string";
        let types = &node["type"];
        let is_list = types
            .as_array()
            .is_some_and(|all| all.iter().any(is_string));
        if is_string(types) || is_list || node["const"].is_string() || node["enum"].is_array() {
            found.insert(path.to_owned());
        }
        for alternative in ["oneOf", "anyOf", "allOf"] {
            for node in node[alternative].as_array().into_iter().flatten() {
                strings(root, node, path, found);
            }
        }
        for inner in ["items", "additionalProperties"] {
            if node[inner].is_object() {
                strings(root, &node[inner], path, found);
            }
        }
        let properties = node["properties"].as_object();
        let is_observed = properties.is_some_and(|all| all.contains_key("observed"));
        for (name, field) in properties.into_iter().flatten() {
            if is_observed && name == "value" {
                strings(root, field, path, found);
            } else {
                strings(root, field, &below(path, name), found);
            }
        }
    }

    fn paths() -> BTreeSet<String> {
        let schema: Value =
            serde_json::from_str(include_str!("../../docs/evidence-v1.schema.json")).unwrap();
        let mut found = BTreeSet::new();
        strings(&schema, &schema["$defs"]["Evidence"], "", &mut found);
        found
    }

    #[test]
    fn every_string_of_the_format_has_a_row() {
        let paths = paths();
        let missing: Vec<_> = paths.iter().filter(|path| holds(path).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(paths.len() > TABLE.len());
    }

    #[test]
    fn every_row_is_of_a_string_of_the_format() {
        let paths = paths();
        for (row, _) in TABLE {
            assert!(
                paths
                    .iter()
                    .any(|path| path == row || path.ends_with(&format!(".{row}"))),
                "{row}"
            );
        }
    }

    #[test]
    fn what_has_no_row_is_replaced() {
        let mut pseudonyms = Pseudonyms::default();
        let mut fields = Fields {
            pseudonyms: &mut pseudonyms,
            aws_policies: BTreeSet::new(),
        };
        let mut node = serde_json::json!({"newField": "alice"});
        fields.walk("", &mut node);
        assert_eq!(node["newField"], "name-1");
    }
}
