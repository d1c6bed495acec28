//! The smallest changes of policies that open what was asked, and whether they suffice.
//!
//! A change is made to the policies that were read, and the engine judges the result: what is said of a fix was tried.

mod amend;
mod diff;
mod proof;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::engine::{Engine, Way, layer_name};
use crate::evidence::{AttachedPolicy, Evidence, Observed, Via};
use crate::finding::Finding;
use crate::grant::Grant;
use crate::names::PrincipalKind;
use crate::policy::{LayerKind, LayerOutcome};
use crate::question::Question;
use crate::refusal::{Effect, Layer};

pub use proof::Proof;

/// What to change, and what that comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// In the order in which to make them. Empty where no policy is in the way, or none of those that are could be read.
    pub changes: Vec<Change>,
    /// `None` where nothing is to be changed.
    pub proof: Option<Proof>,
}

/// One policy to attach or to amend.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The cause that it lifts.
    pub code: &'static str,
    pub layer: PolicyKind,
    /// The policy as AWS names it; of one to attach, what it may be called.
    pub policy: String,
    pub arn: Option<String>,
    /// For an organization's policy the root, organizational unit or account that it is attached to.
    pub target: Option<String>,
    /// Whether it is there already.
    pub action: ChangeKind,
    /// The whole document after the change; `null` where nothing remains of it: detach it.
    pub document: Option<Value>,
    /// The actions that it allows beside what was allowed; `null` where it changes what is denied.
    pub adds: Option<Vec<String>>,
    /// Line by line, what goes and what comes. Empty for a policy to attach.
    pub diff: String,
    /// What to know before making it.
    pub remarks: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// A policy of one's own, attached beside those that are there.
    Attach,
    /// A policy that is there, changed.
    Amend,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PolicyKind {
    IdentityPolicy,
    PermissionsBoundary,
    ServiceControlPolicy,
}

impl PolicyKind {
    /// How many characters AWS takes, white space left out.
    ///
    /// Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>,
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
    fn limit(self) -> usize {
        match self {
            Self::IdentityPolicy | Self::PermissionsBoundary => 6_144,
            Self::ServiceControlPolicy => 10_240,
        }
    }
}

/// What to change so that the pages that the answer rests on open, as far as policies are in the way.
pub fn plan(evidence: &Evidence, question: &Question, causes: &[Finding]) -> Plan {
    let mut changed = evidence.clone();
    let mut changes = Vec::new();
    for cause in causes {
        let actions: Vec<&str> = cause.actions.iter().map(String::as_str).collect();
        let wanted = question.decisive(&actions);
        let made = match layer_of(cause.code) {
            Some((Layer::IdentityPolicy, Effect::ImplicitDeny)) => {
                attach(&mut changed, cause, &wanted).into_iter().collect()
            }
            Some((_, Effect::ExplicitDeny)) => amend_denials(&mut changed, cause, &wanted),
            Some((layer, Effect::ImplicitDeny)) => allow_in(&mut changed, cause, layer, &wanted),
            None => Vec::new(),
        };
        changes.extend(made);
    }
    let proof = (!changes.is_empty()).then(|| Proof::of(&changed, question));
    Plan { changes, proof }
}

/// The layer that a cause is about, where a change of its policies is the remedy.
fn layer_of(code: &str) -> Option<(Layer, Effect)> {
    Some(match code {
        "identity-policy-denies-billing" => (Layer::IdentityPolicy, Effect::ExplicitDeny),
        "identity-policy-omits-billing"
        | "only-legacy-actions"
        | "billing-policy-without-cost-explorer" => (Layer::IdentityPolicy, Effect::ImplicitDeny),
        "boundary-denies-billing" => (Layer::PermissionsBoundary, Effect::ExplicitDeny),
        "boundary-omits-billing" => (Layer::PermissionsBoundary, Effect::ImplicitDeny),
        "scp-denies-billing" | "scp-region-lock" => {
            (Layer::ServiceControlPolicy, Effect::ExplicitDeny)
        }
        "scp-omits-billing" => (Layer::ServiceControlPolicy, Effect::ImplicitDeny),
        _ => return None,
    })
}

/// A policy of one's own for what nothing allows.
fn attach(evidence: &mut Evidence, cause: &Finding, wanted: &[&str]) -> Option<Change> {
    let principal = evidence.principal.known()?;
    let via = match principal.kind {
        PrincipalKind::User => Via::User(principal.name.clone()),
        PrincipalKind::Role => Via::Role(principal.name.clone()),
        PrincipalKind::RootUser | PrincipalKind::FederatedUser => return None,
    };
    let document = Grant::of(wanted).policy;
    let name = "SeeBilling".to_owned();
    evidence.policies.identity.read.push(AttachedPolicy {
        name: name.clone(),
        arn: None,
        via,
        document: Observed::Known {
            value: document.to_string(),
        },
    });
    Some(Change {
        code: cause.code,
        layer: PolicyKind::IdentityPolicy,
        policy: name,
        arn: None,
        target: None,
        action: ChangeKind::Attach,
        remarks: sizes(PolicyKind::IdentityPolicy, &document),
        document: Some(document),
        adds: Some(wanted.iter().map(|action| (*action).to_owned()).collect()),
        diff: String::new(),
    })
}

/// The statements that deny, changed so that they leave out what is wanted.
fn amend_denials(evidence: &mut Evidence, cause: &Finding, wanted: &[&str]) -> Vec<Change> {
    // Several statements of one policy are one change of it.
    let policies: BTreeSet<(&str, Option<&str>)> = cause
        .statements
        .iter()
        .map(|statement| (statement.policy.as_str(), statement.target.as_deref()))
        .collect();
    let mut changes = Vec::new();
    for (name, target) in policies {
        let mut indexes: Vec<usize> = cause
            .statements
            .iter()
            .filter(|one| one.policy == name && one.target.as_deref() == target)
            .map(|one| one.index)
            .collect();
        // From the last to the first, so that removing one moves no other.
        indexes.sort_unstable_by(|a, b| b.cmp(a));
        let change = find(evidence, name, target).and_then(|(kind, policy)| {
            amend(cause, kind, target, policy, |document, remarks| {
                for index in &indexes {
                    amend::leave_out(document, *index, wanted, remarks);
                }
            })
        });
        changes.extend(change);
    }
    changes
}

/// A statement for what a boundary, or a level of the organization, does not allow.
fn allow_in(
    evidence: &mut Evidence,
    cause: &Finding,
    layer: Layer,
    wanted: &[&str],
) -> Vec<Change> {
    let engine = Engine::new(evidence);
    let mut omitting: Vec<Option<String>> = wanted
        .iter()
        .flat_map(|action| engine.authorize(Way::CommandLine, action).layers)
        .filter(|found| found.outcome == LayerOutcome::Omits && layer_name(&found.kind) == layer)
        .map(|found| match found.kind {
            LayerKind::ServiceControl { target } => Some(target),
            _ => None,
        })
        .collect();
    omitting.sort();
    omitting.dedup();
    let mut changes = Vec::new();
    for target in omitting {
        let change = first_of(evidence, layer, target.as_deref()).and_then(|(kind, policy)| {
            amend(cause, kind, target.as_deref(), policy, |document, _| {
                amend::allow(document, wanted);
            })
        });
        changes.extend(change.map(|change| Change {
            adds: Some(wanted.iter().map(|action| (*action).to_owned()).collect()),
            ..change
        }));
    }
    changes
}

/// Changes one policy in the evidence, and says how.
fn amend(
    cause: &Finding,
    layer: PolicyKind,
    target: Option<&str>,
    policy: &mut AttachedPolicy,
    change: impl FnOnce(&mut Value, &mut Vec<String>),
) -> Option<Change> {
    let before: Value = serde_json::from_str(policy.document.known()?).ok()?;
    let mut after = before.clone();
    let mut remarks = Vec::new();
    change(&mut after, &mut remarks);
    if after == before {
        return None;
    }
    let whole = amend::has_statements(&after).then_some(after);
    policy.document = Observed::Known {
        value: match &whole {
            Some(document) => document.to_string(),
            // Nothing is left of it: it says neither yes nor no.
            None => r#"{"Version": "2012-10-17", "Statement": []}"#.to_owned(),
        },
    };
    if policy.arn.as_deref().is_some_and(is_managed_by_aws) {
        remarks.push(format!(
            "AWS manages {}, and nobody can change it: put a copy with this change in its place",
            policy.name
        ));
    }
    match &policy.via {
        Via::Group(group) => remarks.push(format!("it holds for everybody in group {group}")),
        Via::Organization(target) => {
            remarks.push(format!("it holds for every account below {target}"));
        }
        _ => {}
    }
    if let Some(document) = &whole {
        remarks.extend(sizes(layer, document));
    }
    Some(Change {
        code: cause.code,
        layer,
        policy: policy.name.clone(),
        arn: policy.arn.clone(),
        target: target.map(str::to_owned),
        action: ChangeKind::Amend,
        adds: None,
        diff: diff::of(&before, whole.as_ref()),
        document: whole,
        remarks,
    })
}

/// Whether it is more than AWS takes.
fn sizes(layer: PolicyKind, document: &Value) -> Vec<String> {
    let size = document.to_string().chars().count();
    if size <= layer.limit() {
        return Vec::new();
    }
    vec![format!(
        "it has {size} characters, and AWS takes {}: spread it over two policies",
        layer.limit()
    )]
}

fn is_managed_by_aws(arn: &str) -> bool {
    arn.contains(":iam::aws:policy/") || arn.contains(":organizations::aws:policy/")
}

/// The policy that a finding names. The engine's names say of an inline policy whose it is.
fn find<'a>(
    evidence: &'a mut Evidence,
    name: &str,
    target: Option<&str>,
) -> Option<(PolicyKind, &'a mut AttachedPolicy)> {
    let policies = &mut evidence.policies;
    if target.is_some() {
        let Observed::Known { value: levels } = &mut policies.service_control else {
            return None;
        };
        let level = levels
            .iter_mut()
            .find(|level| Some(level.target.as_str()) == target)?;
        let Observed::Known { value } = &mut level.policies else {
            return None;
        };
        let policy = value.iter_mut().find(|policy| policy.name == name)?;
        return Some((PolicyKind::ServiceControlPolicy, policy));
    }
    if let Observed::Known { value } = &mut policies.permissions_boundary
        && value.name == name
    {
        return Some((PolicyKind::PermissionsBoundary, value));
    }
    policies
        .identity
        .read
        .iter_mut()
        .find(|policy| crate::engine::label(policy) == name)
        .map(|policy| (PolicyKind::IdentityPolicy, policy))
}

/// The policy to which an Allow is added: the boundary, or the first of a level that is not AWS's own.
fn first_of<'a>(
    evidence: &'a mut Evidence,
    layer: Layer,
    target: Option<&str>,
) -> Option<(PolicyKind, &'a mut AttachedPolicy)> {
    let policies = &mut evidence.policies;
    match (layer, target) {
        (Layer::PermissionsBoundary, _) => match &mut policies.permissions_boundary {
            Observed::Known { value } => Some((PolicyKind::PermissionsBoundary, value)),
            _ => None,
        },
        (Layer::ServiceControlPolicy, Some(target)) => {
            let Observed::Known { value: levels } = &mut policies.service_control else {
                return None;
            };
            let level = levels.iter_mut().find(|level| level.target == target)?;
            let Observed::Known { value } = &mut level.policies else {
                return None;
            };
            let own = |policy: &&mut AttachedPolicy| {
                !policy.arn.as_deref().is_some_and(is_managed_by_aws)
            };
            value
                .iter_mut()
                .find(own)
                .map(|policy| (PolicyKind::ServiceControlPolicy, policy))
        }
        _ => None,
    }
}
