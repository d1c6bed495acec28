//! The form of `aws iam simulate-custom-policy`.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html>

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answered, Names, principal_kind};
use iam_policy::{
    Context, ContextValue, Decision, Document, Layer, LayerKind, LayerOutcome, LayerVerdict,
    Policy, PrincipalKind, Request, Resource, authorize,
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Input {
    #[serde(default)]
    policy_input_list: Vec<String>,
    permissions_boundary_policy_input_list: Option<Vec<String>>,
    #[serde(default)]
    ordered_organization_policy_input_list: Vec<OrganizationLevel>,
    action_names: Vec<String>,
    #[serde(default)]
    resource_arns: Vec<String>,
    resource_policy: Option<String>,
    caller_arn: Option<String>,
    #[serde(default)]
    context_entries: Vec<ContextEntry>,
    // Accepted, and without effect on the answer: who owns the resource matters to resource policies only, and
    // everything comes at once.
    #[serde(rename = "ResourceOwner")]
    _resource_owner: Option<String>,
    #[serde(rename = "ResourceHandlingOption")]
    _resource_handling_option: Option<String>,
    #[serde(rename = "MaxItems")]
    _max_items: Option<u64>,
    #[serde(rename = "Marker")]
    _marker: Option<String>,
}

/// One level of the organization, from the root down to the account.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct OrganizationLevel {
    #[serde(default)]
    service_control_policy_input_list: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ContextEntry {
    context_key_name: String,
    #[serde(default)]
    context_key_values: Vec<String>,
    #[serde(rename = "ContextKeyType")]
    _context_key_type: Option<String>,
}

/// The answers about each action, in the order asked.
pub(super) struct Answers {
    actions: Vec<ActionAnswer>,
    /// Keys that the identity policies ask about and the input does not have.
    missing_keys: Vec<String>,
    /// Whether the input names resources, rather than all.
    has_resources: bool,
}

/// The answers about each resource.
struct ActionAnswer {
    action: String,
    resources: Vec<Answered>,
}

impl Answers {
    pub(super) fn results(&self) -> impl Iterator<Item = &Answered> {
        self.actions.iter().flat_map(|action| &action.resources)
    }
}

pub(super) fn answer(text: &str) -> Result<Answers, String> {
    let input: Input = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if input.resource_policy.is_some() {
        return Err("ResourcePolicy: resource-based policies are not judged".to_owned());
    }
    let principal = input
        .caller_arn
        .as_deref()
        .map_or(Ok(PrincipalKind::User), principal_kind)?;
    let mut context = Context::new(ContextValue::Absent);
    for entry in input.context_entries {
        context.insert(
            &entry.context_key_name,
            ContextValue::Known(entry.context_key_values),
        );
    }
    let mut layers = Vec::new();
    let mut names = Names::default();
    for (position, level) in input
        .ordered_organization_policy_input_list
        .iter()
        .enumerate()
    {
        let target = format!("OrderedOrganizationPolicyInputList.{}", position + 1);
        let policies = policies(
            &level.service_control_policy_input_list,
            &target,
            &mut names,
        )?;
        layers.push(Layer {
            kind: LayerKind::ServiceControl { target },
            policies: Ok(policies),
        });
    }
    if let Some(list) = &input.permissions_boundary_policy_input_list {
        let policies = policies(list, "PermissionsBoundaryPolicyInputList", &mut names)?;
        layers.push(Layer {
            kind: LayerKind::PermissionsBoundary,
            policies: Ok(policies),
        });
    }
    let identity = policies(&input.policy_input_list, "PolicyInputList", &mut names)?;
    let keys: BTreeSet<&String> = identity
        .iter()
        .flat_map(|policy| policy.document.context_keys())
        .collect();
    let is_missing = |key: &&String| *context.get(key) == ContextValue::Absent;
    let missing_keys = keys.into_iter().filter(is_missing).cloned().collect();
    layers.push(Layer {
        kind: LayerKind::Identity,
        policies: Ok(identity),
    });

    let has_resources = input.resource_arns.iter().any(|resource| resource != "*");
    let resources = if input.resource_arns.is_empty() {
        vec!["*".to_owned()]
    } else {
        input.resource_arns
    };
    let ask = |action: &String, resource: String| {
        let request = Request {
            principal,
            action,
            resource: Resource::Exact(&resource),
            context: &context,
        };
        let verdict = authorize(&layers, &request);
        Answered {
            action: action.clone(),
            resource,
            verdict,
            names: names.clone(),
        }
    };
    let actions = input.action_names.into_iter().map(|action| ActionAnswer {
        resources: resources
            .iter()
            .map(|resource| ask(&action, resource.clone()))
            .collect(),
        action,
    });
    Ok(Answers {
        actions: actions.collect(),
        missing_keys,
        has_resources,
    })
}

/// The documents under the names by which AWS's answer refers to them. AWS refuses input with a document that does not
/// parse, and so do we.
fn policies(documents: &[String], list: &str, names: &mut Names) -> Result<Vec<Policy>, String> {
    documents
        .iter()
        .enumerate()
        .map(|(position, text)| {
            let name = format!("{list}.{}", position + 1);
            match Document::parse(text) {
                Ok(document) => Ok(Policy {
                    id: names.id(name.clone(), name),
                    document: Arc::new(document),
                }),
                Err(error) => Err(format!("{name}: {error}")),
            }
        })
        .collect()
}

/// One result per action, with those of each resource inside.
///
/// Two things differ from AWS: statements of service control policies are named, which AWS leaves out, and positions
/// within the documents are left out.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html>
pub(super) fn evaluation_results(answers: &Answers) -> Value {
    let results: Vec<Value> = answers
        .actions
        .iter()
        .map(|action| evaluation_result(action, answers))
        .collect();
    json!({ "EvaluationResults": results, "IsTruncated": false })
}

fn evaluation_result(action: &ActionAnswer, answers: &Answers) -> Value {
    let verdicts = || action.resources.iter().map(|answered| &answered.verdict);
    // "The most restrictive decision across all resources."
    let decision = verdicts()
        .map(|verdict| verdict.decision)
        .max_by_key(severity);
    let mut statements: Vec<Value> = Vec::new();
    for answered in &action.resources {
        for statement in matched_statements(answered) {
            if Some(answered.verdict.decision) == decision && !statements.contains(&statement) {
                statements.push(statement);
            }
        }
    }
    let name = match action.resources.as_slice() {
        [only] => only.resource.as_str(),
        _ => "*",
    };
    let missing = |here: bool| {
        if here {
            answers.missing_keys.as_slice()
        } else {
            &[]
        }
    };
    let mut result = json!({
        "EvalActionName": action.action,
        "EvalResourceName": name,
        "EvalDecision": decision.map(decision_name),
        "MatchedStatements": statements,
        "MissingContextValues": missing(!answers.has_resources),
    });
    let layers = || verdicts().flat_map(|verdict| &verdict.layers);
    if let Some(allowed) = all_allow(layers(), |kind| {
        matches!(kind, LayerKind::ServiceControl { .. })
    }) {
        result["OrganizationsDecisionDetail"] = json!({ "AllowedByOrganizations": allowed });
    }
    if let Some(detail) = boundary_detail(layers()) {
        result["PermissionsBoundaryDecisionDetail"] = detail;
    }
    if answers.has_resources {
        let of_resource = |answered: &Answered| {
            let mut specific = json!({
                "EvalResourceName": answered.resource,
                "EvalResourceDecision": decision_name(answered.verdict.decision),
                "MatchedStatements": matched_statements(answered),
                "MissingContextValues": missing(true),
            });
            if let Some(detail) = boundary_detail(answered.verdict.layers.iter()) {
                specific["PermissionsBoundaryDecisionDetail"] = detail;
            }
            specific
        };
        result["ResourceSpecificResults"] = action.resources.iter().map(of_resource).collect();
    }
    result
}

fn boundary_detail<'a>(layers: impl Iterator<Item = &'a LayerVerdict>) -> Option<Value> {
    let allowed = all_allow(layers, |kind| *kind == LayerKind::PermissionsBoundary)?;
    Some(json!({ "AllowedByPermissionsBoundary": allowed }))
}

/// Whether all layers of a kind allow; nothing if there is none.
fn all_allow<'a>(
    layers: impl Iterator<Item = &'a LayerVerdict>,
    kind: fn(&LayerKind) -> bool,
) -> Option<bool> {
    layers
        .filter(|layer| kind(&layer.kind))
        .map(|layer| matches!(layer.outcome, LayerOutcome::Allows { .. }))
        .reduce(|all, allows| all && allows)
}

/// The statements that make the decision: a denied request names the Deny statements only.
fn matched_statements(answered: &Answered) -> Vec<Value> {
    let verdict = &answered.verdict;
    let contributes = |layer: &&LayerVerdict| match verdict.decision {
        Decision::ExplicitDeny => matches!(layer.outcome, LayerOutcome::Denies { .. }),
        Decision::ImplicitDeny => false,
        Decision::Allowed | Decision::AllowedOnSome | Decision::Undetermined => true,
    };
    let statements = verdict
        .layers
        .iter()
        .filter(contributes)
        .flat_map(|layer| layer.outcome.statements());
    statements
        .map(|statement| json!({ "SourcePolicyId": answered.names.of(statement), "SourcePolicyType": "none" }))
        .collect()
}

fn severity(decision: &Decision) -> u8 {
    match decision {
        Decision::Allowed => 0,
        Decision::AllowedOnSome => 1,
        Decision::Undetermined => 2,
        Decision::ImplicitDeny => 3,
        Decision::ExplicitDeny => 4,
    }
}

fn decision_name(decision: Decision) -> &'static str {
    super::output::decision_name(decision)
}
