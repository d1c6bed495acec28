//! Everything that was learnt from AWS, as plain data: no SDK types, no clock, nothing secret.
//!
//! Collected once, judged afterwards: a check reads this and nothing else.

pub mod dump;
pub mod file;
mod observed;
mod policy_id;
mod provider;
mod reason;
pub mod said;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use observed::{Failure, Gap, GapCause, Observed};
pub use policy_id::PolicyId;
pub use provider::{ProfileSort, Provider};

use crate::catalog::Partition;
use crate::names::PrincipalKind;
use aws_refusal::Layer;

/// All that a diagnosis rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// When collection began: RFC 3339, UTC, whole seconds.
    pub collected_at: String,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// Which credentials were used, and how they came to be chosen. Nothing secret.
    pub credentials: CredentialOrigin,
    /// Whose credentials they are (`sts:GetCallerIdentity`).
    pub caller: Observed<Caller>,
    /// Whom the diagnosis is about: the caller, unless another user or role was asked about.
    pub principal: Observed<Principal>,
    pub account: Account,
    /// Not applicable: the account belongs to no organization.
    pub organization: Observed<Organization>,
    pub policies: Policies,
    /// What AWS's own policy simulator says of each action asked.
    pub simulation: Observed<Simulation>,
    /// The billing services, called as the caller.
    pub probes: Probes,
    /// Changes of the switch that CloudTrail still shows (90 days), newest first.
    pub switch_history: Observed<Vec<SwitchEvent>>,
    /// Every call that was made, in the order of the table of calls.
    pub calls: Vec<CallRecord>,
}

/// Where the credentials came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CredentialOrigin {
    /// The provider that won, in words: "environment variables", "profile acme (IAM Identity Center)".
    pub source: String,
    /// The same for a program to go by.
    #[serde(default)]
    pub provider: Provider,
    /// The profile in force, where one is.
    pub profile: Option<String>,
    pub region: String,
    /// Where the Region came from: `--region`, `AWS_REGION`, a profile, or the tool's default.
    pub region_source: String,
    /// Whether the credentials are temporary (carry a session token). Unknown where there are none.
    pub temporary: Option<bool>,
    /// The role that the profile assumes, where it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<ProfileRole>,
    /// Endpoints that do not lead to AWS, by the setting that says so; user names and passwords left out.
    pub endpoint_overrides: Vec<String>,
    /// What the person should be told about how the settings interact.
    pub remarks: Vec<String>,
}

/// A role that a profile assumes.
///
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileRole {
    /// `role_arn`.
    pub arn: String,
    /// Whether the profile names an MFA device, `mfa_serial`, whose code only the AWS CLI asks for.
    pub mfa: bool,
}

/// The answer of `sts:GetCallerIdentity`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Caller {
    pub account: String,
    pub arn: String,
    pub user_id: String,
}

/// Whom the diagnosis is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    /// The IAM ARN; of a role session the role's own, with its path where it could be read.
    pub arn: String,
    pub kind: PrincipalKind,
    /// Without path; empty for the root user.
    pub name: String,
    /// IAM's unique id of the user or role, `AIDA…` or `AROA…`, where it is known without a call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_id: Option<String>,
    /// Whether it is the caller itself.
    pub is_caller: bool,
    /// IAM Identity Center's permission set behind the role.
    pub permission_set: Option<String>,
    /// The IAM tags. Session tags can't be read.
    pub tags: Observed<BTreeMap<String, String>>,
}

/// What the account says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The account alias; `None` in it where the account has none.
    pub alias: Observed<Option<String>>,
    /// Its name (`account:GetAccountInformation`).
    pub information: Observed<AccountInformation>,
    /// What IAM's summary says of the root user.
    pub root_user: Observed<RootUser>,
    /// Free or paid plan (`freetier:GetAccountPlanState`).
    pub plan: Observed<AccountPlan>,
    /// How the account came into its organization: `CREATED` (the switch is normally on) or `INVITED` (off by
    /// default).
    pub joined: Observed<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountInformation {
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RootUser {
    /// A root user without password can't sign in; `None` where the summary lacks the entry.
    pub has_password: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountPlan {
    /// AWS's word: `FREE`, `PAID`.
    pub kind: String,
    /// AWS's word: `NOT_STARTED`, `ACTIVE`, `EXPIRED`. Unknown in evidence of earlier versions.
    #[serde(default)]
    pub status: Option<String>,
    /// When the plan ends or has ended: RFC 3339, where AWS says it.
    #[serde(default)]
    pub expires: Option<String>,
}

/// The organization that the account belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    pub id: String,
    pub management_account: String,
    /// Whether this account is the management account, which no service control policy binds.
    pub is_management_account: bool,
    /// `false`: consolidated billing only, where there are no service control policies.
    pub all_features: bool,
}

/// The policies that bind the principal, by layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Policies {
    pub identity: IdentityPolicies,
    /// Not applicable: none is set.
    pub permissions_boundary: Observed<AttachedPolicy>,
    /// One entry a level, root first. Not applicable: no organization, or the management account.
    pub service_control: Observed<Vec<ServiceControlLevel>>,
    /// Policies passed when a session was made; no API shows them.
    pub session: Observed<Vec<AttachedPolicy>>,
}

impl Policies {
    /// Every policy that was read, with the layer that it is in: the organization's from the root down, then inwards.
    pub fn attached(&self) -> impl Iterator<Item = (Layer, &AttachedPolicy)> {
        let levels = self.service_control.known().into_iter().flatten();
        let of_levels = levels.filter_map(|level| level.policies.known()).flatten();
        let session = self.session.known().into_iter().flatten();
        let in_layer = |layer: Layer| move |policy| (layer, policy);
        of_levels
            .map(in_layer(Layer::ServiceControlPolicy))
            .chain(
                self.permissions_boundary
                    .known()
                    .map(in_layer(Layer::PermissionsBoundary)),
            )
            .chain(session.map(in_layer(Layer::SessionPolicy)))
            .chain(
                self.identity
                    .read
                    .iter()
                    .map(in_layer(Layer::IdentityPolicy)),
            )
    }
}

/// The identity policies, as far as they could be read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityPolicies {
    pub read: Vec<AttachedPolicy>,
    /// What is missing from `read`: where this is not empty, there may be more statements than are known.
    pub gaps: Vec<Gap>,
}

/// A policy with its text and how it reaches the principal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttachedPolicy {
    pub name: String,
    /// `None` for an inline policy.
    pub arn: Option<String>,
    /// How it reaches the principal.
    pub via: Via,
    /// The JSON text, decoded.
    pub document: Observed<String>,
}

impl AttachedPolicy {
    /// Which policy it is.
    pub fn id(&self) -> PolicyId {
        let name = self.name.clone();
        match (&self.arn, &self.via) {
            (Some(arn), _) => PolicyId::Managed {
                arn: arn.clone(),
                name,
            },
            (None, Via::Organization(target)) => PolicyId::Organization {
                target: target.clone(),
                name,
            },
            (None, owner) => PolicyId::Inline {
                owner: owner.clone(),
                name,
            },
        }
    }
}

/// How a policy reaches the principal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", tag = "kind", content = "name")]
pub enum Via {
    User(String),
    Group(String),
    Role(String),
    PermissionsBoundary,
    /// The target's id: root, organizational unit or account.
    Organization(String),
}

impl Via {
    /// The same with another name.
    pub fn map_name(&self, change: impl Fn(&str) -> String) -> Self {
        match self {
            Self::User(name) => Self::User(change(name)),
            Self::Group(name) => Self::Group(change(name)),
            Self::Role(name) => Self::Role(change(name)),
            Self::PermissionsBoundary => Self::PermissionsBoundary,
            Self::Organization(target) => Self::Organization(change(target)),
        }
    }
}

/// The service control policies attached at one level of the organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceControlLevel {
    /// `r-…`, `ou-…` or the account's id.
    pub target: String,
    pub policies: Observed<Vec<AttachedPolicy>>,
}

/// The simulator's answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Simulation {
    /// Sorted by action.
    pub results: Vec<SimulatedAction>,
}

/// What `iam:SimulatePrincipalPolicy` says of one action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SimulatedAction {
    pub action: String,
    pub decision: SimulatedDecision,
    /// The policies whose statements matched.
    pub matched_policies: Vec<String>,
    /// Context keys that identity policies ask for and that were not passed. Never those of service control policies.
    pub missing_context: Vec<String>,
    /// Whether the organization's policies allow it; `None` where the simulator says nothing of them.
    pub allowed_by_organizations: Option<bool>,
    /// Whether the permissions boundary allows it; `None` where the simulator says nothing of one.
    pub allowed_by_permissions_boundary: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SimulatedDecision {
    Allowed,
    ExplicitDeny,
    ImplicitDeny,
}

/// The billing services, asked with the caller's credentials.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Probes {
    pub cost_and_usage: Observed<Answer>,
    pub credits: Observed<Answer>,
    pub budgets: Observed<Answer>,
    pub free_tier_usage: Observed<Answer>,
    pub billing_views: Observed<Answer>,
}

/// A billing service answered. What it said is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Answer {}

impl Probes {
    /// The probe that shows whether an action is allowed, where there is one.
    pub fn of(&self, action: &str) -> Option<&Observed<Answer>> {
        self.by_action()
            .into_iter()
            .find(|(probed, _)| *probed == action)
            .map(|(_, probe)| probe)
    }

    /// Each probe with the IAM action that it needs, in the order of the report.
    pub fn by_action(&self) -> [(&'static str, &Observed<Answer>); 5] {
        [
            ("billing:GetCredits", &self.credits),
            ("billing:ListBillingViews", &self.billing_views),
            ("ce:GetCostAndUsage", &self.cost_and_usage),
            // The IAM action for reading budgets is not named after the API operation.
            // Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_budgets.html
            ("budgets:ViewBudget", &self.budgets),
            ("freetier:GetFreeTierUsage", &self.free_tier_usage),
        ]
    }
}

/// A change of "IAM user and role access to Billing information". Its direction is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SwitchEvent {
    /// RFC 3339, where CloudTrail says it.
    #[serde(default, deserialize_with = "unless_sentinel")]
    pub time: Option<String>,
    /// As CloudTrail names the user, where it does.
    #[serde(default, deserialize_with = "unless_sentinel")]
    pub by: Option<String>,
}

/// Earlier versions wrote words where CloudTrail said nothing.
fn unless_sentinel<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    Ok(text.filter(|text| text != "at an unknown time" && text != "unknown"))
}

/// One call as it went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallRecord {
    /// `service:Operation`, AWS's names.
    pub call: String,
    /// How often it was asked (pages, and one a policy), retries not counted.
    pub times: u32,
    /// How many of these were answered.
    pub answered: u32,
    /// The slowest of them, in milliseconds.
    pub slowest_ms: u64,
    /// What the answered ones cost, in US dollars.
    pub cost_usd: f64,
}

impl Evidence {
    /// The partition that the account is in: by the caller, the principal, or the Region where neither is known.
    pub fn partition(&self) -> Partition {
        let caller = self.caller.known().map(|caller| caller.arn.as_str());
        let principal = || {
            self.principal
                .known()
                .map(|principal| principal.arn.as_str())
        };
        match caller.or_else(principal) {
            Some(arn) => Partition::of_arn(arn),
            None => Partition::of_region(&self.credentials.region),
        }
    }

    /// Every fact that could not be found out, in the order of the evidence, without repetition.
    pub fn gaps(&self) -> Vec<Gap> {
        let account = &self.account;
        let probes = &self.probes;
        let mut gaps: Vec<&Gap> = Vec::new();
        gaps.extend(self.caller.gap());
        gaps.extend(self.organization.gap());
        // A service that says why it refuses has answered the question.
        gaps.extend(
            probes
                .by_action()
                .into_iter()
                .filter(|(_, probe)| !probe.is_told())
                .filter_map(|(_, probe)| probe.gap()),
        );
        gaps.extend(self.simulation.gap());
        gaps.extend(&self.policies.identity.gaps);
        gaps.extend(self.policies.permissions_boundary.gap());
        if let Some(boundary) = self.policies.permissions_boundary.known() {
            gaps.extend(boundary.document.gap());
        }
        gaps.extend(self.policies.service_control.gap());
        for level in self.policies.service_control.known().into_iter().flatten() {
            gaps.extend(level.policies.gap());
            for policy in level.policies.known().into_iter().flatten() {
                gaps.extend(policy.document.gap());
            }
        }
        gaps.extend(self.policies.session.gap());
        gaps.extend(account.root_user.gap());
        gaps.extend(account.alias.gap());
        gaps.extend(account.information.gap());
        gaps.extend(account.plan.gap());
        gaps.extend(account.joined.gap());
        gaps.extend(self.switch_history.gap());
        let mut seen: Vec<Gap> = Vec::new();
        for gap in gaps {
            if !seen.contains(gap) {
                seen.push(gap.clone());
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_earlier_versions_for_an_unknown_time_and_name_are_read_as_unknown() {
        let read = |json: &str| serde_json::from_str::<SwitchEvent>(json).unwrap();
        let unknown = SwitchEvent {
            time: None,
            by: None,
        };
        assert_eq!(
            read(r#"{"time": "at an unknown time", "by": "unknown"}"#),
            unknown
        );
        assert_eq!(read(r#"{"time": null, "by": null}"#), unknown);
        assert_eq!(
            read(r#"{"time": "2026-11-01T00:00:00Z", "by": "root"}"#)
                .by
                .as_deref(),
            Some("root")
        );
    }
}
