//! Where a policy is in the evidence.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::diagnose::layers::label;
use crate::evidence::{AttachedPolicy, Evidence, Observed};
use aws_refusal::Layer;

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
    pub(super) fn limit(self) -> usize {
        match self {
            Self::IdentityPolicy | Self::PermissionsBoundary => 6_144,
            Self::ServiceControlPolicy => 10_240,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) layer: PolicyKind,
    /// The name by which the engine knows it.
    name: String,
    /// For an organization's policy what it is attached to.
    pub(super) target: Option<String>,
}

impl Place {
    pub(super) fn identity(name: &str) -> Self {
        Self {
            layer: PolicyKind::IdentityPolicy,
            name: name.to_owned(),
            target: None,
        }
    }

    /// The policy that a finding names.
    pub(super) fn of(evidence: &Evidence, name: &str, target: Option<&str>) -> Option<Self> {
        let boundary = evidence.policies.permissions_boundary.known();
        let place = Self {
            layer: match target {
                Some(_) => PolicyKind::ServiceControlPolicy,
                None if boundary.is_some_and(|boundary| boundary.name == name) => {
                    PolicyKind::PermissionsBoundary
                }
                None => PolicyKind::IdentityPolicy,
            },
            name: name.to_owned(),
            target: target.map(str::to_owned),
        };
        place.policy(evidence).is_some().then_some(place)
    }

    /// The policy to which an Allow is added: the boundary, or the first of a level that is not AWS's own.
    pub(super) fn to_allow_in(
        evidence: &Evidence,
        layer: Layer,
        target: Option<&str>,
    ) -> Option<Self> {
        let (layer, policy) = match (layer, target) {
            (Layer::PermissionsBoundary, _) => (
                PolicyKind::PermissionsBoundary,
                evidence.policies.permissions_boundary.known()?,
            ),
            (Layer::ServiceControlPolicy, Some(target)) => {
                let levels = evidence.policies.service_control.known()?;
                let level = levels.iter().find(|level| level.target == target)?;
                let mut policies = level.policies.known()?.iter();
                let own = |policy: &&AttachedPolicy| {
                    !policy.arn.as_deref().is_some_and(is_managed_by_aws)
                };
                (PolicyKind::ServiceControlPolicy, policies.find(own)?)
            }
            _ => return None,
        };
        Some(Self {
            layer,
            name: policy.name.clone(),
            target: target.map(str::to_owned),
        })
    }

    pub(super) fn policy<'a>(&self, evidence: &'a Evidence) -> Option<&'a AttachedPolicy> {
        let policies = &evidence.policies;
        match self.layer {
            PolicyKind::PermissionsBoundary => policies.permissions_boundary.known(),
            PolicyKind::IdentityPolicy => {
                let mut read = policies.identity.read.iter();
                read.find(|policy| label(policy) == self.name)
            }
            PolicyKind::ServiceControlPolicy => {
                let levels = policies.service_control.known()?;
                let level = levels
                    .iter()
                    .find(|level| Some(&level.target) == self.target.as_ref())?;
                let mut policies = level.policies.known()?.iter();
                policies.find(|policy| policy.name == self.name)
            }
        }
    }

    fn policy_mut<'a>(&self, evidence: &'a mut Evidence) -> Option<&'a mut AttachedPolicy> {
        let policies = &mut evidence.policies;
        match self.layer {
            PolicyKind::PermissionsBoundary => known_mut(&mut policies.permissions_boundary),
            PolicyKind::IdentityPolicy => {
                let mut read = policies.identity.read.iter_mut();
                read.find(|policy| label(policy) == self.name)
            }
            PolicyKind::ServiceControlPolicy => {
                let mut levels = known_mut(&mut policies.service_control)?.iter_mut();
                let level = levels.find(|level| Some(&level.target) == self.target.as_ref())?;
                let mut policies = known_mut(&mut level.policies)?.iter_mut();
                policies.find(|policy| policy.name == self.name)
            }
        }
    }

    /// Changes its document. Whether it is another one now.
    pub(super) fn rewrite(&self, evidence: &mut Evidence, change: impl FnOnce(&mut Value)) -> bool {
        let Some(policy) = self.policy_mut(evidence) else {
            return false;
        };
        let Some(before) = policy
            .document
            .known()
            .and_then(|text| serde_json::from_str::<Value>(text).ok())
        else {
            return false;
        };
        let mut after = before.clone();
        change(&mut after);
        let changed = after != before;
        if changed {
            policy.document = Observed::Known {
                value: after.to_string(),
            };
        }
        changed
    }
}

pub(super) fn is_managed_by_aws(arn: &str) -> bool {
    arn.contains(":iam::aws:policy/") || arn.contains(":organizations::aws:policy/")
}

fn known_mut<T>(observed: &mut Observed<T>) -> Option<&mut T> {
    match observed {
        Observed::Known { value } => Some(value),
        _ => None,
    }
}
