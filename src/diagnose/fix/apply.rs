//! The evidence as it is once changes are made: what is printed is what is tried.

use serde_json::Value;

use super::change::{Change, ChangeKind, PolicyKind, Site};
use super::place::{known_mut, organization_policies_mut};
use crate::evidence::{AttachedPolicy, Evidence, Observed, PolicyId, ServiceControlLevel, Via};

/// Makes the changes.
pub fn with_changes<'a>(
    evidence: &Evidence,
    changes: impl IntoIterator<Item = &'a Change>,
) -> Evidence {
    let mut evidence = evidence.clone();
    for change in changes {
        make(&mut evidence, change);
    }
    evidence
}

fn make(evidence: &mut Evidence, change: &Change) {
    match &change.kind {
        ChangeKind::AttachManaged {
            arn,
            name,
            document,
            ..
        } => attach(evidence, change, name, Some(arn.clone()), document),
        ChangeKind::Attach { name, document, .. } => {
            let inline = matches!(change.sites.first(), Some(Site::PermissionSet(_)));
            let arn = (!inline).then(|| arn_of_new(evidence, change.layer, name));
            attach(evidence, change, name, arn, document);
        }
        ChangeKind::Amend { policy, after, .. } => rewrite(evidence, policy, |found| {
            found.document = known(after);
        }),
        ChangeKind::Replace {
            policy,
            copy,
            after,
            ..
        } => {
            let arn = arn_of_new(evidence, change.layer, copy);
            rewrite(evidence, policy, |found| {
                found.name.clone_from(copy);
                found.arn = Some(arn.clone());
                found.document = known(after);
            });
        }
        ChangeKind::Detach { policy, .. } => {
            // A boundary without statements allows nothing; without a boundary, nothing would be limited.
            let empty = serde_json::json!({"Version": "2012-10-17", "Statement": []});
            if let Some(boundary) = known_mut(&mut evidence.policies.permissions_boundary)
                && boundary.id() == *policy
            {
                boundary.document = known(&empty);
            }
            detach(evidence, |found| found.id() == *policy);
        }
    }
}

fn known(document: &Value) -> Observed<String> {
    Observed::Known {
        value: document.to_string(),
    }
}

/// The ARN that a policy of this name gets.
fn arn_of_new(evidence: &Evidence, layer: PolicyKind, name: &str) -> String {
    let arn = evidence.principal.known().map(|one| one.arn.as_str());
    let mut fields = arn.unwrap_or_default().split(':').skip(1);
    let partition = fields.next().unwrap_or("aws");
    let account = fields.nth(2).unwrap_or_default();
    match layer {
        PolicyKind::ServiceControlPolicy => {
            format!("arn:{partition}:organizations::{account}:policy/{name}")
        }
        _ => format!("arn:{partition}:iam::{account}:policy/{name}"),
    }
}

fn attach(
    evidence: &mut Evidence,
    change: &Change,
    name: &str,
    arn: Option<String>,
    document: &Value,
) {
    for site in &change.sites {
        let Some(via) = via(evidence, site) else {
            continue;
        };
        let policy = AttachedPolicy {
            name: name.to_owned(),
            arn: arn.clone(),
            via: via.clone(),
            document: known(document),
        };
        match via {
            Via::Organization(target) => {
                if let Some(policies) = level_mut(evidence, &target) {
                    policies.push(policy);
                }
            }
            _ => evidence.policies.identity.read.push(policy),
        }
    }
}

/// How a policy that is attached there reaches the principal.
fn via(evidence: &Evidence, site: &Site) -> Option<Via> {
    Some(match site {
        Site::User(name) => Via::User(name.0.clone()),
        Site::Role(name) => Via::Role(name.0.clone()),
        Site::Group(name) => Via::Group(name.0.clone()),
        Site::PermissionSet(_) => Via::Role(evidence.principal.known()?.name.clone()),
        Site::Target(target) => Via::Organization(target.0.clone()),
        Site::Boundary(_) => return None,
    })
}

fn level_mut<'a>(evidence: &'a mut Evidence, target: &str) -> Option<&'a mut Vec<AttachedPolicy>> {
    let levels: &mut Vec<ServiceControlLevel> = known_mut(&mut evidence.policies.service_control)?;
    let level = levels.iter_mut().find(|level| level.target == target)?;
    known_mut(&mut level.policies)
}

/// Changes a policy wherever it is attached.
fn rewrite(
    evidence: &mut Evidence,
    policy: &PolicyId,
    mut change: impl FnMut(&mut AttachedPolicy),
) {
    let policies = &mut evidence.policies;
    policies
        .identity
        .read
        .iter_mut()
        .chain(known_mut(&mut policies.permissions_boundary))
        .chain(organization_policies_mut(&mut policies.service_control))
        .filter(|found| found.id() == *policy)
        .for_each(&mut change);
}

/// Detaches policies from principals and from the organization's levels.
pub(super) fn detach(evidence: &mut Evidence, goes: impl Fn(&AttachedPolicy) -> bool) {
    evidence.policies.identity.read.retain(|found| !goes(found));
    let levels = known_mut(&mut evidence.policies.service_control);
    for level in levels.into_iter().flatten() {
        if let Some(policies) = known_mut(&mut level.policies) {
            policies.retain(|found| !goes(found));
        }
    }
}
