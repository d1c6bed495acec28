//! Every documented rule has a case in `tests/cases`, with the page that states it.
//!
//! The cases are questions as `billing-doctor simulate` takes them; what it says of them in words is its own test.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use iam_policy::{
    Context, ContextValue, Decision, Document, Layer, LayerKind, Policy, PolicyId, PrincipalKind,
    Request, Resource, Unreadable, Verdict, authorize,
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Case {
    name: String,
    source: String,
    /// The statements of one identity policy named P, where `input` has no other.
    #[serde(default)]
    statements: Value,
    /// Members of the question that differ from the usual one; null takes a member out.
    #[serde(default)]
    input: BTreeMap<String, Value>,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Expected {
    decision: Option<String>,
    blocked_by: Option<Vec<String>>,
    depends_on: Option<Vec<String>>,
}

#[test]
fn every_documented_rule_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut failures = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for case in serde_json::from_str::<Vec<Case>>(&text).unwrap() {
            count += 1;
            assert!(case.source.starts_with("https://"), "{}", case.name);
            let verdict = case.verdict();
            if !case.expected.is(&verdict) {
                failures.push(format!("{}: {verdict:?}", case.name));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count > 150, "only {count} cases were found");
}

impl Expected {
    fn is(&self, verdict: &Verdict) -> bool {
        let decision = match verdict.decision {
            Decision::Allowed => "allowed",
            Decision::AllowedOnSome => "allowedOnSome",
            Decision::ExplicitDeny => "explicitDeny",
            Decision::ImplicitDeny => "implicitDeny",
            Decision::Undetermined => "undetermined",
        };
        let mut blocked_by: Vec<&str> = verdict.blockers().map(|layer| name(&layer.kind)).collect();
        blocked_by.sort_unstable();
        blocked_by.dedup();
        let sorted = |mut names: Vec<String>| {
            names.sort_unstable();
            names
        };
        (self.decision.as_ref()).is_none_or(|expected| expected == decision)
            && (self.blocked_by.clone()).is_none_or(|expected| sorted(expected) == blocked_by)
            && (self.depends_on.as_ref())
                .is_none_or(|expected| expected.len() == verdict.depends_on.len())
    }
}

fn name(kind: &LayerKind) -> &'static str {
    match kind {
        LayerKind::Identity => "identity",
        LayerKind::PermissionsBoundary => "permissionsBoundary",
        LayerKind::ServiceControl { .. } => "serviceControl",
        LayerKind::ResourceControl { .. } => "resourceControl",
        LayerKind::Session => "session",
    }
}

impl Case {
    fn verdict(&self) -> Verdict {
        let usual = json!([{"name": "P", "document": {"Version": "2012-10-17", "Statement": self.statements}}]);
        let identity = self.input.get("identityPolicies").unwrap_or(&usual);
        let mut layers = Vec::new();
        for (member, kind) in [
            (
                "serviceControlPolicies",
                service_control as fn(String) -> LayerKind,
            ),
            ("resourceControlPolicies", resource_control),
        ] {
            for level in self.list(member) {
                layers.push(layer(kind(text(&level["target"])), &level["policies"]));
            }
        }
        layers.extend(
            [
                (
                    LayerKind::PermissionsBoundary,
                    self.input.get("permissionsBoundary"),
                ),
                (LayerKind::Session, self.input.get("sessionPolicies")),
                (LayerKind::Identity, Some(identity)),
            ]
            .into_iter()
            .filter_map(|(kind, policies)| {
                Some(layer(kind, policies.filter(|one| one.is_array())?))
            }),
        );
        let text_or = |member: &str, usual: &str| {
            let value = self.input.get(member).and_then(Value::as_str);
            value.unwrap_or(usual).to_owned()
        };
        authorize(
            &layers,
            &Request {
                principal: principal(&text_or("principal", ":user/alice")),
                action: &text_or("action", "ce:GetCostAndUsage"),
                resource: Resource::Exact(&text_or("resource", "*")),
                context: &self.context(),
            },
        )
    }

    fn list(&self, member: &str) -> &[Value] {
        let list = self.input.get(member).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    fn context(&self) -> Context {
        let mut context = Context::new(ContextValue::Absent);
        for key in self.list("unknownContextKeys").iter().map(text) {
            match key.strip_suffix('*') {
                Some(prefix) => context.insert_family(prefix, ContextValue::Unknown),
                None => context.insert(&key, ContextValue::Unknown),
            }
        }
        let known = self.input.get("context").and_then(Value::as_object);
        for (key, value) in known.into_iter().flatten() {
            let values = match value {
                Value::Array(values) => values.iter().map(text).collect(),
                one => vec![text(one)],
            };
            context.insert(key, ContextValue::Known(values));
        }
        context
    }
}

fn service_control(target: String) -> LayerKind {
    LayerKind::ServiceControl { target }
}

fn resource_control(target: String) -> LayerKind {
    LayerKind::ResourceControl { target }
}

fn layer(kind: LayerKind, policies: &Value) -> Layer {
    let policies = policies.as_array().unwrap().iter().enumerate();
    Layer {
        kind,
        policies: policies
            .map(|(position, policy)| {
                let document = Document::parse(&text(&policy["document"]));
                Ok(Policy {
                    id: PolicyId::new(format!("{position} {}", policy["name"])),
                    document: Arc::new(
                        document.map_err(|error| Unreadable::whole(error.to_string()))?,
                    ),
                })
            })
            .collect(),
    }
}

fn principal(arn: &str) -> PrincipalKind {
    if arn.contains("AWSServiceRoleFor") {
        return PrincipalKind::ServiceLinkedRole;
    }
    match arn.rsplit(':').next().unwrap().split('/').next().unwrap() {
        "root" => PrincipalKind::RootUser,
        "user" => PrincipalKind::User,
        "federated-user" => PrincipalKind::FederatedUser,
        _ => PrincipalKind::AssumedRole,
    }
}

/// A string as it is, anything else as JSON.
fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
