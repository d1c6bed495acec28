//! Ways around a Deny that change no document: leave the group, detach the policy. Each is tried.

use std::collections::BTreeSet;

use super::Refused;
use super::apply::{detach, with_changes};
use super::change::{Change, ChangeKind, Site, WayAround};
use super::place;
use super::plan::Alternative;
use super::proof::{Proof, Trial};
use crate::diagnose::cause::Name;
use crate::diagnose::mfa;
use crate::evidence::{AttachedPolicy, Evidence, PolicyId, Via};
use crate::names::PrincipalKind;
use aws_refusal::{Effect, Layer};
use iam_policy::Document;

/// Those that open what the changes open.
pub(super) fn of(
    evidence: &Evidence,
    refusals: &[Refused],
    changes: &[Change],
    trial: &Trial,
    promised: &Proof,
) -> Vec<Alternative> {
    // What a permission set attaches can be detached in IAM Identity Center alone.
    let in_account = evidence
        .principal
        .known()
        .is_some_and(|principal| principal.permission_set.is_none());
    refusals
        .iter()
        .filter(|_| in_account)
        .filter(|refused| {
            (refused.by.layer, refused.by.effect) == (Layer::IdentityPolicy, Effect::ExplicitDeny)
        })
        .flat_map(|refused| {
            let others: Vec<&Change> = changes
                .iter()
                .filter(|change| change.codes != [refused.code])
                .collect();
            let mut ended: Vec<_> = others.iter().flat_map(|one| one.codes.clone()).collect();
            ended.push(refused.code);
            let changed = with_changes(evidence, others);
            ways(evidence, refused, changes)
                .into_iter()
                .filter_map(|(way, via, policy)| {
                    let mut tried = changed.clone();
                    detach(&mut tried, |found| {
                        found.via == via && policy.as_ref().is_none_or(|id| found.id() == *id)
                    });
                    let proof = trial.with(&tried, &ended);
                    (proof.allowed == promised.allowed).then(|| Alternative {
                        codes: vec![refused.code],
                        way,
                        proof,
                    })
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

/// What may be tried: first the groups, then each policy where it is attached.
fn ways(
    evidence: &Evidence,
    refused: &Refused,
    changes: &[Change],
) -> Vec<(WayAround, Via, Option<PolicyId>)> {
    let denying: BTreeSet<&PolicyId> = refused
        .by
        .statements
        .iter()
        .map(|denial| &denial.statement.policy)
        .collect();
    let attached: Vec<&AttachedPolicy> = evidence
        .policies
        .identity
        .read
        .iter()
        .filter(|policy| denying.contains(&policy.id()))
        .collect();
    let user = evidence
        .principal
        .known()
        .filter(|principal| principal.kind == PrincipalKind::User)
        .map(|principal| Name(principal.name.clone()));
    let mut groups: Vec<&String> = attached
        .iter()
        .filter_map(|policy| match &policy.via {
            Via::Group(group) => Some(group),
            _ => None,
        })
        .filter(|group| {
            let mut all = evidence.policies.identity.read.iter();
            !all.any(|policy| {
                matches!(&policy.via, Via::Group(name) if name == *group) && protects(policy)
            })
        })
        .collect();
    groups.sort();
    groups.dedup();
    let leave = user.iter().flat_map(|user| {
        groups.iter().map(|group| {
            let way = WayAround::LeaveGroup {
                user: user.clone(),
                group: Name((*group).clone()),
            };
            (way, Via::Group((*group).clone()), None)
        })
    });
    let is_detached_anyway = |id: &PolicyId| {
        changes
            .iter()
            .any(|change| matches!(&change.kind, ChangeKind::Detach { policy, .. } if policy == id))
    };
    let detach = attached
        .iter()
        .filter(|policy| !protects(policy))
        .filter_map(|policy| {
            let id = policy.id();
            let from: Site = place::site(evidence, &policy.via)?;
            (!is_detached_anyway(&id)).then(|| {
                let way = WayAround::Detach {
                    policy: id.clone(),
                    from,
                };
                (way, policy.via.clone(), Some(id))
            })
        });
    leave.chain(detach).collect()
}

/// Whether a policy is there to protect the account: it demands MFA, or denies closing the account by name. Nobody is
/// advised to be rid of it as a whole.
fn protects(policy: &AttachedPolicy) -> bool {
    let document = policy.document.known();
    let document = document.and_then(|text| Document::parse(text).ok());
    document.is_some_and(|document| {
        let mut denies = document
            .statements()
            .iter()
            .filter(|statement| statement.effect() == iam_policy::Effect::Deny);
        denies.any(|statement| {
            mfa::is_tested(statement) || statement.names_by_service("account:CloseAccount")
        })
    })
}
