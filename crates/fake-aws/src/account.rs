//! The description of a made-up account, as its JSON file gives it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A made-up AWS account: who asks, what policies there are, and how the account is set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    /// One sentence: what is the matter here.
    pub title: String,
    /// The 12-digit account id.
    pub id: String,
    /// The account alias, if one was made.
    #[serde(default)]
    pub alias: Option<String>,
    /// The account's name on the Account page.
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
    /// IAM users.
    #[serde(default)]
    pub users: Vec<User>,
    /// IAM groups.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// IAM roles.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// Customer managed policies.
    #[serde(default)]
    pub policies: Vec<ManagedPolicy>,
    /// The organization that the account belongs to.
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
    /// Budgets.
    #[serde(default)]
    pub budgets: Vec<Budget>,
    /// Promotional credits.
    #[serde(default)]
    pub credits: Vec<Credit>,
    /// What the account spends in a month.
    #[serde(default)]
    pub monthly_spend: Vec<ServiceSpend>,
    /// Use of the Free Tier.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// `AKIA…` for a user's key, `ASIA…` for a session's.
    pub access_key_id: String,
    /// Not looked at.
    pub secret_access_key: String,
    /// The session token of a role session.
    pub session_token: Option<String>,
}

/// What AWS thinks of the caller's credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Credentials {
    /// Good.
    #[default]
    Valid,
    /// A session that has run out.
    Expired,
    /// A key that AWS does not know.
    Rejected,
    /// The caller's clock is this many minutes behind AWS's.
    #[serde(rename_all = "camelCase")]
    ClockBehind {
        /// How far the clock is behind.
        minutes: u32,
    },
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// Free or paid.
    pub r#type: PlanType,
    /// What is left of the sign-up credits.
    pub remaining_credits_usd: f64,
    /// Days until the free plan ends.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
}

/// The kinds of account plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlanType {
    /// The free plan.
    Free,
    /// The paid plan.
    Paid,
}

/// The root user's sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RootUser {
    /// Whether it has a password; members that an organization created have none.
    pub password: bool,
    /// Whether it has MFA.
    pub mfa: bool,
}

/// Who makes the calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Caller {
    /// An IAM user, by name, with an access key.
    User(String),
    /// A session of a role of the account.
    Role(RoleSession),
    /// The root user.
    RootUser,
}

/// A session of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleSession {
    /// The role's name.
    pub role: String,
    /// The session's name.
    pub session_name: String,
    /// Policies passed when the role was assumed.
    #[serde(default)]
    pub session_policies: Vec<InlinePolicy>,
    /// `aws:MultiFactorAuthPresent`; absent for federated identities.
    #[serde(default)]
    pub mfa: Option<bool>,
}

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct User {
    /// The user's name.
    pub name: String,
    /// The user's path.
    #[serde(default = "slash")]
    pub path: String,
    /// Names of the groups it belongs to.
    #[serde(default)]
    pub groups: Vec<String>,
    /// ARNs of attached managed policies.
    #[serde(default)]
    pub attached_policies: Vec<String>,
    /// Inline policies.
    #[serde(default)]
    pub inline_policies: Vec<InlinePolicy>,
    /// ARN of the permissions boundary.
    #[serde(default)]
    pub permissions_boundary: Option<String>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Whether it has an MFA device.
    #[serde(default)]
    pub mfa: bool,
}

/// An IAM group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    /// The group's name.
    pub name: String,
    /// The group's path.
    #[serde(default = "slash")]
    pub path: String,
    /// ARNs of attached managed policies.
    #[serde(default)]
    pub attached_policies: Vec<String>,
    /// Inline policies.
    #[serde(default)]
    pub inline_policies: Vec<InlinePolicy>,
}

/// An IAM role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Role {
    /// The role's name.
    pub name: String,
    /// The role's path; `/aws-reserved/sso.amazonaws.com/…` for those of IAM Identity Center.
    #[serde(default = "slash")]
    pub path: String,
    /// Who may assume it.
    pub trust_policy: Value,
    /// ARNs of attached managed policies.
    #[serde(default)]
    pub attached_policies: Vec<String>,
    /// Inline policies.
    #[serde(default)]
    pub inline_policies: Vec<InlinePolicy>,
    /// ARN of the permissions boundary.
    #[serde(default)]
    pub permissions_boundary: Option<String>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A policy that lives in a user, a group, a role or a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InlinePolicy {
    /// The policy's name.
    pub name: String,
    /// The policy document.
    pub document: Value,
}

/// A customer managed policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManagedPolicy {
    /// The policy's name.
    pub name: String,
    /// The policy's path.
    #[serde(default = "slash")]
    pub path: String,
    /// The default version.
    #[serde(default = "first_version")]
    pub version: String,
    /// The default version's document.
    pub document: Value,
    /// Versions that are not the default.
    #[serde(default)]
    pub old_versions: Vec<OldVersion>,
}

/// A version of a customer managed policy that is not in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OldVersion {
    /// The version, such as `v1`.
    pub version: String,
    /// Its document.
    pub document: Value,
}

/// The organization that the account belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Organization {
    /// `o-…`.
    pub id: String,
    /// The management account; if it is this one, service control policies do not bind.
    pub management_account_id: String,
    /// The management account's address.
    pub management_account_email: String,
    /// What the organization is for.
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
    /// The organization created it.
    #[default]
    Created,
    /// It was invited.
    Invited,
}

/// A root, an organizational unit or an account on the path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Target {
    /// `r-…`, `ou-…` or the account id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The service control policies attached to it.
    pub service_control_policies: Vec<ServiceControlPolicy>,
}

/// A service control policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceControlPolicy {
    /// `p-…`; `p-FullAWSAccess` is AWS's own and needs no document.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its document.
    #[serde(default)]
    pub document: Option<Value>,
}

/// The account's primary contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactInformation {
    /// Who.
    pub full_name: String,
    /// Street.
    pub address: String,
    /// City.
    pub city: String,
    /// Postal code.
    pub postal_code: String,
    /// Two letters.
    pub country_code: String,
    /// Telephone.
    pub phone_number: String,
    /// Company.
    #[serde(default)]
    pub company_name: Option<String>,
}

/// An alternate contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlternateContact {
    /// Who.
    pub name: String,
    /// Their title.
    pub title: String,
    /// Their address.
    pub email: String,
    /// Telephone.
    pub phone_number: String,
}

/// A change of the switch that CloudTrail recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SwitchChange {
    /// How long ago.
    pub hours_ago: u32,
    /// Whence.
    pub source_ip: String,
}

/// A monthly cost budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Budget {
    /// Its name.
    pub name: String,
    /// The limit.
    pub limit_usd: f64,
    /// What was spent so far.
    pub spent_usd: f64,
}

/// A promotional credit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credit {
    /// What it is for.
    pub description: String,
    /// What it was.
    pub initial_usd: f64,
    /// What is left.
    pub remaining_usd: f64,
}

/// What one service costs in a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceSpend {
    /// The service, as Cost Explorer spells it.
    pub service: String,
    /// What it costs.
    pub usd: f64,
}

/// Use of one offer of the Free Tier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FreeTierUsage {
    /// The service.
    pub service: String,
    /// The usage type.
    pub usage_type: String,
    /// What was used.
    pub used: f64,
    /// What is free.
    pub limit: f64,
    /// Of what.
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
