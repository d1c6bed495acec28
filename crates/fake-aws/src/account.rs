//! The description of a made-up account, as its JSON file gives it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A made-up AWS account: who asks, what policies there are, and how the account is set up.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    /// One sentence: what is the matter here.
    pub title: String,
    /// The 12-digit account id.
    pub id: String,
    #[serde(default)]
    pub alias: Option<String>,
    pub name: String,
    /// What AWS thinks of the caller's credentials.
    #[serde(default)]
    pub credentials: Credentials,
    /// The switch "IAM user and role access to Billing information".
    pub iam_access_to_billing: IamAccess,
    /// How far Cost Explorer has come.
    pub cost_explorer: CostExplorer,
    /// The account plan; accounts older than the plans have none.
    #[serde(default)]
    pub plan: Option<Plan>,
    /// The root user's sign-in.
    pub root_user: RootUser,
    /// Who makes the calls.
    pub caller: Caller,
    #[serde(default)]
    pub users: Vec<User>,
    #[serde(default)]
    pub groups: Vec<Group>,
    #[serde(default)]
    pub roles: Vec<Role>,
    #[serde(default)]
    pub policies: Vec<ManagedPolicy>,
    #[serde(default)]
    pub organization: Option<Organization>,
    /// The primary contact.
    #[serde(default)]
    pub contact: Option<ContactInformation>,
    /// The alternate contact for billing.
    #[serde(default)]
    pub billing_contact: Option<AlternateContact>,
    /// Changes of the switch that CloudTrail recorded.
    #[serde(default)]
    pub switch_changes: Vec<SwitchChange>,
    #[serde(default)]
    pub budgets: Vec<Budget>,
    #[serde(default)]
    pub credits: Vec<Credit>,
    #[serde(default)]
    pub monthly_spend: Vec<ServiceSpend>,
    #[serde(default)]
    pub free_tier: Vec<FreeTierUsage>,
    /// The most items that IAM puts on a page, to exercise paging; 100 as in AWS unless given.
    #[serde(default)]
    pub page_size: Option<usize>,
    /// Whether refusals name the policy that denies, as services have begun to do in 2026.
    #[serde(default)]
    pub refusals_name_policies: bool,
    /// What changes when somebody mends what is wrong: a JSON merge patch of this description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mended: Option<Value>,
}

impl Account {
    /// The account after somebody has mended it, where the description says how.
    pub fn mended(&self) -> Option<Account> {
        let patch = self.mended.clone()?;
        let mut description = serde_json::to_value(self).ok()?;
        merge(&mut description, patch);
        serde_json::from_value(description).ok()
    }

    /// Reads an account from its JSON text.
    pub fn from_json(text: &str) -> serde_json::Result<Account> {
        serde_json::from_str(text)
    }

    /// Made-up credentials of the caller, for the SDK to sign with. They are worth nothing outside.
    pub fn access_key(&self) -> AccessKey {
        let secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned();
        match &self.caller {
            Caller::Role(_) => AccessKey {
                access_key_id: "ASIAIOSFODNN7EXAMPLE".to_owned(),
                secret_access_key,
                session_token: Some("demo-session-token".to_owned()),
            },
            Caller::User(_) | Caller::RootUser => AccessKey {
                access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
                secret_access_key,
                session_token: None,
            },
        }
    }
}

/// An access key to sign requests with.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// `AKIA…` for a user's key, `ASIA…` for a session's.
    pub access_key_id: String,
    /// Not looked at.
    pub secret_access_key: String,
    pub session_token: Option<String>,
}

/// What AWS thinks of the caller's credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Credentials {
    #[default]
    Valid,
    /// A session that has run out.
    Expired,
    /// A key that AWS does not know.
    Rejected,
    /// The caller's clock is this many minutes behind AWS's.
    #[serde(rename_all = "camelCase")]
    ClockBehind { minutes: u32 },
}

/// The switch that only the root user can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IamAccess {
    /// IAM users and roles may see billing.
    Activated,
    /// Nobody but the root user may.
    NotActivated,
}

/// How far Cost Explorer has come in the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CostExplorer {
    /// In use.
    Enabled,
    /// Nobody has ever opened it.
    NeverEnabled,
    /// Enabled today; the data is not there yet.
    NotReady,
}

/// The account plan of accounts made since the plans exist.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    pub r#type: PlanType,
    /// What is left of the sign-up credits.
    pub remaining_credits_usd: f64,
    /// Days until the free plan ends.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlanType {
    Free,
    Paid,
}

/// The root user's sign-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RootUser {
    /// Whether it has a password; members that an organization created have none.
    pub password: bool,
    /// Whether it has MFA.
    pub mfa: bool,
}

/// Who makes the calls.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Caller {
    /// An IAM user, by name, with an access key.
    User(String),
    /// A session of a role of the account.
    Role(RoleSession),
    RootUser,
}

/// A session of a role.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleSession {
    pub role: String,
    pub session_name: String,
    /// Policies passed when the role was assumed.
    #[serde(default)]
    pub session_policies: Vec<InlinePolicy>,
    /// `aws:MultiFactorAuthPresent`; absent for federated identities.
    #[serde(default)]
    pub mfa: Option<bool>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct User {
    pub name: String,
    #[serde(default = "slash")]
    pub path: String,
    /// Names of the groups it belongs to.
    #[serde(default)]
    pub groups: Vec<String>,
    #[serde(default)]
    pub attached_policies: Vec<String>,
    #[serde(default)]
    pub inline_policies: Vec<InlinePolicy>,
    #[serde(default)]
    pub permissions_boundary: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Whether it has an MFA device.
    #[serde(default)]
    pub mfa: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    pub name: String,
    #[serde(default = "slash")]
    pub path: String,
    #[serde(default)]
    pub attached_policies: Vec<String>,
    #[serde(default)]
    pub inline_policies: Vec<InlinePolicy>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Role {
    pub name: String,
    /// The role's path; `/aws-reserved/sso.amazonaws.com/…` for those of IAM Identity Center.
    #[serde(default = "slash")]
    pub path: String,
    /// Who may assume it.
    pub trust_policy: Value,
    #[serde(default)]
    pub attached_policies: Vec<String>,
    #[serde(default)]
    pub inline_policies: Vec<InlinePolicy>,
    #[serde(default)]
    pub permissions_boundary: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A policy that lives in a user, a group, a role or a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InlinePolicy {
    pub name: String,
    pub document: Value,
}

/// A customer managed policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManagedPolicy {
    pub name: String,
    #[serde(default = "slash")]
    pub path: String,
    #[serde(default = "first_version")]
    /// The default version.
    pub version: String,
    pub document: Value,
    /// Versions that are not the default.
    #[serde(default)]
    pub old_versions: Vec<OldVersion>,
}

/// A version of a customer managed policy that is not in force.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OldVersion {
    /// The version, such as `v1`.
    pub version: String,
    pub document: Value,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Organization {
    /// `o-…`.
    pub id: String,
    /// The management account; if it is this one, service control policies do not bind.
    pub management_account_id: String,
    pub management_account_email: String,
    pub feature_set: FeatureSet,
    /// From the root over the organizational units to this account.
    pub path: Vec<Target>,
    /// The management account's preference "Linked account access".
    #[serde(default = "yes")]
    pub linked_account_access: bool,
    /// Whether this account is a delegated administrator that may read the organization's policies.
    #[serde(default)]
    pub delegated_administrator: bool,
    /// How this account joined.
    #[serde(default)]
    pub joined: JoinedMethod,
}

/// The feature sets of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FeatureSet {
    /// All features: policies apply.
    All,
    /// Consolidated billing only: policies do not apply.
    ConsolidatedBilling,
}

/// How an account joined its organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JoinedMethod {
    #[default]
    Created,
    Invited,
}

/// A root, an organizational unit or an account on the path.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Target {
    /// `r-…`, `ou-…` or the account id.
    pub id: String,
    pub name: String,
    /// The service control policies attached to it.
    pub service_control_policies: Vec<ServiceControlPolicy>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceControlPolicy {
    /// `p-…`; `p-FullAWSAccess` is AWS's own and needs no document.
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub document: Option<Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactInformation {
    pub full_name: String,
    pub address: String,
    pub city: String,
    pub postal_code: String,
    pub country_code: String,
    pub phone_number: String,
    #[serde(default)]
    pub company_name: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlternateContact {
    pub name: String,
    pub title: String,
    pub email: String,
    pub phone_number: String,
}

/// A change of the switch that CloudTrail recorded.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SwitchChange {
    pub hours_ago: u32,
    pub source_ip: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Budget {
    pub name: String,
    pub limit_usd: f64,
    pub spent_usd: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credit {
    pub description: String,
    pub initial_usd: f64,
    pub remaining_usd: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceSpend {
    /// The service, as Cost Explorer spells it.
    pub service: String,
    pub usd: f64,
}

/// Use of one offer of the Free Tier.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FreeTierUsage {
    pub service: String,
    pub usage_type: String,
    pub used: f64,
    pub limit: f64,
    pub unit: String,
}

fn slash() -> String {
    "/".to_owned()
}

fn first_version() -> String {
    "v1".to_owned()
}

fn yes() -> bool {
    true
}

/// Applies a JSON merge patch.
///
/// Source: <https://www.rfc-editor.org/rfc/rfc7396>
pub fn merge(into: &mut Value, patch: Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, patch) => *into = patch,
    }
}
