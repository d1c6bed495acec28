//! `SimulatePrincipalPolicy`: AWS's own verdict, with what it leaves out left out.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html>

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::exclusions::Exclusions;
use super::paging::Page;
use super::{Kind, allow_entity, required};
use crate::authorization::{authorize, principal_kind};
use crate::call::Call;
use crate::layers::Layers;
use crate::reply::{Answer, AwsError};
use crate::sources::{Origin, Source};
use crate::world::{Principal, World};
use crate::xml::Xml;
use iam_policy::{
    Context, ContextValue, Decision, Document, LayerKind, LayerOutcome, PrincipalKind, Request,
    Resource, Verdict, authorize as judge,
};

/// Answers the call.
pub(super) fn answer(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let arn = required(call, "PolicySourceArn")?;
    let actions = call.form.list("ActionNames");
    if actions.is_empty() {
        required(call, "ActionNames")?;
    }
    allow(world, call, arn)?;
    let principal = find(world, arn)?;
    let simulation = Simulation::new(world, call, principal)?;
    let page = Page::cut(world, call, actions)?;
    let mut xml = Xml::new();
    xml.list("EvaluationResults", &page.items, |xml, action| {
        simulation.write(xml, action)
    });
    page.finish(&mut xml);
    Ok(Answer::Xml(xml))
}

fn allow(world: &World, call: &Call, arn: &str) -> Result<(), AwsError> {
    let action = "iam:SimulatePrincipalPolicy";
    match world.principal(arn) {
        Some(Principal::User(user)) => allow_entity(world, call, action, Kind::User, &user.name),
        Some(Principal::Group(group)) => {
            allow_entity(world, call, action, Kind::Group, &group.name)
        }
        Some(Principal::Role(role, _)) => allow_entity(world, call, action, Kind::Role, &role.name),
        Some(Principal::RootUser) | None => authorize(world, call, action, arn),
    }
}

/// Only users, groups and roles will do: a session's ARN is refused, and so is the root user's.
fn find<'a>(world: &'a World, arn: &str) -> Result<Principal<'a>, AwsError> {
    let prefix = format!("arn:aws:iam::{}:", world.id());
    let entity = arn
        .strip_prefix(&prefix)
        .and_then(|rest| rest.split_once('/'));
    let Some((kind @ ("user" | "group" | "role"), path_and_name)) = entity else {
        let message =
            format!("Invalid Entity Arn: {arn} does not clearly define entity type and name.");
        return Err(AwsError::new(400, "InvalidInput", message));
    };
    let name = path_and_name.rsplit('/').next().unwrap_or(path_and_name);
    world
        .principal(arn)
        .ok_or_else(|| super::no_such(kind, name))
}

/// One request's policies and circumstances.
struct Simulation {
    layers: Layers,
    principal: PrincipalKind,
    context: Context,
    resources: Vec<String>,
    missing: Vec<String>,
    in_organization: bool,
}

impl Simulation {
    fn new(world: &World, call: &Call, principal: Principal<'_>) -> Result<Simulation, AwsError> {
        let exclusions = Exclusions::read(call);
        let mut layers = Layers::default();
        // Counted with their conditions, never shown.
        let levels = if exclusions.has_type("scp") {
            Vec::new()
        } else {
            world.service_control_levels()
        };
        for (target, sources) in levels {
            let target = target.id.clone();
            layers.push(LayerKind::ServiceControl { target }, sources);
        }
        let mut identity = world.identity_sources(principal);
        identity.retain(|source| !exclusions.cover(source));
        identity.extend(inputs(call, "PolicyInputList")?);
        let boundary = match inputs(call, "PermissionsBoundaryPolicyInputList")?.pop() {
            Some(given) => Some(given),
            None => world.boundary_source(principal).filter(|source| {
                !exclusions.has_type("permission-boundary") && !exclusions.cover(source)
            }),
        };
        let (context, given) = context(call)?;
        let missing = missing_keys(identity.iter().chain(&boundary), &given);
        layers.push(LayerKind::Identity, identity);
        if let Some(boundary) = boundary {
            layers.push(LayerKind::PermissionsBoundary, vec![boundary]);
        }
        let resources = call
            .form
            .list("ResourceArns")
            .into_iter()
            .map(str::to_owned)
            .collect();
        let in_organization = world.is_member_account();
        Ok(Simulation {
            layers,
            principal: principal_kind(principal),
            context,
            resources,
            missing,
            in_organization,
        })
    }

    fn judge(&self, action: &str, resource: &str) -> Verdict {
        let request = Request {
            principal: self.principal,
            action,
            resource: Resource::Exact(resource),
            context: &self.context,
        };
        judge(&self.layers.layers, &request)
    }

    /// One result per action. With resources given, their verdicts lie in `ResourceSpecificResults`
    /// and the one above is the strictest of them.
    fn write(&self, xml: &mut Xml, action: &str) {
        let asked = if self.resources.is_empty() {
            vec!["*".to_owned()]
        } else {
            self.resources.clone()
        };
        let verdicts: Vec<(String, Verdict)> = (asked.into_iter())
            .map(|resource| (resource.clone(), self.judge(action, &resource)))
            .collect();
        let strictest = verdicts
            .iter()
            .max_by_key(|(_, verdict)| severity(decision(verdict)));
        let Some((_, strictest)) = strictest else {
            return;
        };
        xml.text("EvalActionName", action);
        xml.text("EvalResourceName", "*");
        xml.text("EvalDecision", decision(strictest));
        self.write_details(xml, strictest);
        if self.in_organization {
            xml.element("OrganizationsDecisionDetail", |xml| {
                let allowed = verdicts.iter().all(|(_, verdict)| {
                    passes(verdict, |kind| {
                        matches!(kind, LayerKind::ServiceControl { .. })
                    })
                });
                xml.text(
                    "AllowedByOrganizations",
                    if allowed { "true" } else { "false" },
                );
            });
        }
        if self.resources.is_empty() {
            return;
        }
        xml.list(
            "ResourceSpecificResults",
            &verdicts,
            |xml, (resource, verdict)| {
                xml.text("EvalResourceName", resource);
                xml.text("EvalResourceDecision", decision(verdict));
                self.write_details(xml, verdict);
            },
        );
    }

    fn write_details(&self, xml: &mut Xml, verdict: &Verdict) {
        xml.list("MatchedStatements", self.matched(verdict), |xml, policy| {
            xml.text("SourcePolicyId", policy);
            xml.text("SourcePolicyType", "IAM Policy");
        });
        xml.texts("MissingContextValues", &self.missing);
        let bounded = |kind: &LayerKind| *kind == LayerKind::PermissionsBoundary;
        if self.layers.layers.iter().any(|layer| bounded(&layer.kind)) {
            xml.element("PermissionsBoundaryDecisionDetail", |xml| {
                let allowed = if passes(verdict, bounded) {
                    "true"
                } else {
                    "false"
                };
                xml.text("AllowedByPermissionsBoundary", allowed);
            });
        }
    }

    /// The identity policies' statements that decide: those that deny, if any do, else those that allow
    /// what is allowed.
    fn matched(&self, verdict: &Verdict) -> Vec<&str> {
        let identity = verdict
            .layers
            .iter()
            .find(|layer| layer.kind == LayerKind::Identity);
        let statements = match identity.map(|layer| &layer.outcome) {
            Some(LayerOutcome::Denies { by }) if decision(verdict) == "explicitDeny" => {
                by.as_slice()
            }
            Some(LayerOutcome::Allows { by }) if verdict.decision == Decision::Allowed => {
                by.as_slice()
            }
            _ => &[],
        };
        statements
            .iter()
            .filter_map(|statement| Some(self.layers.source(statement)?.id.as_str()))
            .collect()
    }
}

/// What service control policies deny is an implicit deny without any statement, whether they deny
/// or omit it.
fn decision(verdict: &Verdict) -> &'static str {
    let by_organization = !passes(verdict, |kind| {
        matches!(kind, LayerKind::ServiceControl { .. })
    });
    match verdict.decision {
        Decision::Allowed => "allowed",
        _ if by_organization => "implicitDeny",
        Decision::ExplicitDeny => "explicitDeny",
        _ => "implicitDeny",
    }
}

fn severity(decision: &str) -> u8 {
    match decision {
        "allowed" => 0,
        "implicitDeny" => 1,
        _ => 2,
    }
}

fn passes(verdict: &Verdict, is_meant: impl Fn(&LayerKind) -> bool) -> bool {
    let mut meant = verdict.layers.iter().filter(|layer| is_meant(&layer.kind));
    meant.all(|layer| matches!(layer.outcome, LayerOutcome::Allows { .. }))
}

/// The context entries, and their keys in lower case. What is not given is absent.
fn context(call: &Call) -> Result<(Context, BTreeSet<String>), AwsError> {
    let mut context = Context::new(ContextValue::Absent);
    let mut given = BTreeSet::new();
    for prefix in call.form.structures("ContextEntries") {
        let part = |name: &str| call.form.get(&format!("{prefix}.{name}"));
        let (Some(key), Some(_)) = (part("ContextKeyName"), part("ContextKeyType")) else {
            let message = "ContextEntries need ContextKeyName and ContextKeyType";
            return Err(AwsError::new(400, "InvalidInput", message));
        };
        let values = call.form.list(&format!("{prefix}.ContextKeyValues"));
        let values = values.into_iter().map(str::to_owned).collect();
        context.insert(key, ContextValue::Known(values));
        given.insert(key.to_lowercase());
    }
    Ok((context, given))
}

/// Policies given in the request itself.
fn inputs(call: &Call, parameter: &str) -> Result<Vec<Source>, AwsError> {
    let texts = call.form.list(parameter).into_iter().enumerate();
    texts
        .map(|(index, text)| {
            let document = Document::parse(text)
                .map_err(|error| AwsError::new(400, "InvalidInput", error.to_string()))?;
            Ok(Source {
                id: format!("{parameter}.{}", index + 1),
                arn: None,
                origin: Origin::Other,
                text: text.to_owned(),
                document: Arc::new(document),
            })
        })
        .collect()
}

/// The condition keys that the policies mention and the request does not give.
fn missing_keys<'a>(
    sources: impl Iterator<Item = &'a Source>,
    given: &BTreeSet<String>,
) -> Vec<String> {
    let mut keys = BTreeSet::new();
    for source in sources {
        let document: Value = serde_json::from_str(&source.text).unwrap_or_default();
        let statements = match &document["Statement"] {
            Value::Array(statements) => statements.iter().collect(),
            one => vec![one],
        };
        let conditions = statements
            .into_iter()
            .filter_map(|statement| statement["Condition"].as_object());
        let operators = conditions.flat_map(|condition| condition.values());
        keys.extend(
            operators
                .filter_map(Value::as_object)
                .flat_map(|keys| keys.keys().cloned()),
        );
    }
    keys.into_iter()
        .filter(|key| !given.contains(&key.to_lowercase()))
        .collect()
}
