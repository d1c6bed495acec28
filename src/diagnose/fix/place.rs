//! Where policies are in the evidence, found by their identity and never by a label.

use super::change::{PolicyKind, Site};
use crate::diagnose::cause::Name;
use crate::evidence::{AttachedPolicy, Evidence, Observed, PolicyId, ServiceControlLevel, Via};
use crate::names::PrincipalKind;
use aws_refusal::Layer;

/// One place where a policy is attached.
pub(super) struct Occurrence<'a> {
    pub(super) layer: PolicyKind,
    pub(super) policy: &'a AttachedPolicy,
}

/// Every place where a policy is attached.
pub(super) fn occurrences<'a>(evidence: &'a Evidence, id: &PolicyId) -> Vec<Occurrence<'a>> {
    let attached = evidence.policies.attached();
    attached
        .filter(|(_, policy)| policy.id() == *id)
        .filter_map(|(layer, policy)| {
            let layer = match layer {
                Layer::ServiceControlPolicy => PolicyKind::ServiceControlPolicy,
                Layer::PermissionsBoundary => PolicyKind::PermissionsBoundary,
                Layer::IdentityPolicy => PolicyKind::IdentityPolicy,
                // Nobody can change what was passed with a session.
                _ => return None,
            };
            Some(Occurrence { layer, policy })
        })
        .collect()
}

/// Where the policy that reaches the principal so is attached.
pub(super) fn site(evidence: &Evidence, via: &Via) -> Option<Site> {
    Some(match via {
        Via::User(name) => Site::User(Name(name.clone())),
        Via::Group(name) => Site::Group(Name(name.clone())),
        Via::Role(name) => match crate::names::permission_set(name) {
            Some(set) => Site::PermissionSet(Name(set.to_owned())),
            None => Site::Role(Name(name.clone())),
        },
        Via::PermissionsBoundary => Site::Boundary(Box::new(of_principal(evidence)?)),
        Via::Organization(target) => Site::Target(Name(target.clone())),
    })
}

/// Where to attach a policy to the principal itself.
pub(super) fn of_principal(evidence: &Evidence) -> Option<Site> {
    let principal = evidence.principal.known()?;
    let name = principal.name.clone();
    match principal.kind {
        PrincipalKind::User => Some(Site::User(Name(name))),
        PrincipalKind::Role => Some(match &principal.permission_set {
            Some(set) => Site::PermissionSet(Name(set.clone())),
            None => Site::Role(Name(name)),
        }),
        PrincipalKind::RootUser | PrincipalKind::FederatedUser => None,
    }
}

/// The organization's policies at one level.
pub(super) fn level<'a>(evidence: &'a Evidence, target: &str) -> &'a [AttachedPolicy] {
    let levels = evidence.policies.service_control.known();
    levels
        .into_iter()
        .flatten()
        .find(|level| level.target == target)
        .and_then(|level| level.policies.known())
        .map_or(&[], Vec::as_slice)
}

/// Whether AWS Control Tower put a policy there: its guardrails have names of their own, and its Region lock a statement
/// of its own.
///
/// Source: <https://docs.aws.amazon.com/controltower/latest/controlreference/region-deny.html>
pub(super) fn is_of_control_tower(policy: &AttachedPolicy, document: &serde_json::Value) -> bool {
    let lock = |statement: &serde_json::Value| statement["Sid"] == "GRREGIONDENY";
    policy.name.starts_with("aws-guardrails-")
        || match &document["Statement"] {
            serde_json::Value::Array(statements) => statements.iter().any(lock),
            single => lock(single),
        }
}

pub(super) fn organization_policies_mut(
    levels: &mut Observed<Vec<ServiceControlLevel>>,
) -> impl Iterator<Item = &mut AttachedPolicy> {
    known_mut(levels)
        .into_iter()
        .flatten()
        .filter_map(|level| known_mut(&mut level.policies))
        .flatten()
}

pub(super) fn known_mut<T>(observed: &mut Observed<T>) -> Option<&mut T> {
    match observed {
        Observed::Known { value } => Some(value),
        _ => None,
    }
}
