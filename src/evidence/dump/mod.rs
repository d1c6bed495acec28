//! An account's users, groups, roles and policies, as `aws iam get-account-authorization-details` prints them.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>

mod policy_text;
mod principal;
mod read;
pub mod scp;

use serde::Deserialize;

pub use policy_text::PolicyText;
pub use principal::evidence;
pub use read::{COMMAND, LARGEST, ReadError, read};

/// One answer of `iam:GetAccountAuthorizationDetails`, or several put together.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Details {
    #[serde(default)]
    pub user_detail_list: Vec<User>,
    #[serde(default)]
    pub group_detail_list: Vec<Group>,
    #[serde(default)]
    pub role_detail_list: Vec<Role>,
    /// The managed policies: customer managed, and those of AWS's that are attached.
    #[serde(default)]
    pub policies: Vec<ManagedPolicy>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct User {
    pub user_name: String,
    pub arn: String,
    /// Inline policies.
    #[serde(default)]
    pub user_policy_list: Vec<InlinePolicy>,
    /// The names of its groups.
    #[serde(default)]
    pub group_list: Vec<String>,
    #[serde(default)]
    pub attached_managed_policies: Vec<AttachedManagedPolicy>,
    pub permissions_boundary: Option<PermissionsBoundary>,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Group {
    pub group_name: String,
    pub arn: String,
    #[serde(default)]
    pub group_policy_list: Vec<InlinePolicy>,
    #[serde(default)]
    pub attached_managed_policies: Vec<AttachedManagedPolicy>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    pub role_name: String,
    pub arn: String,
    /// `/aws-service-role/…` for service-linked roles, `/aws-reserved/sso.amazonaws.com/…` for those of Identity Center.
    #[serde(default)]
    pub path: String,
    /// The trust policy: who may assume it.
    pub assume_role_policy_document: Option<PolicyText>,
    #[serde(default)]
    pub role_policy_list: Vec<InlinePolicy>,
    #[serde(default)]
    pub attached_managed_policies: Vec<AttachedManagedPolicy>,
    pub permissions_boundary: Option<PermissionsBoundary>,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct InlinePolicy {
    pub policy_name: String,
    pub policy_document: PolicyText,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AttachedManagedPolicy {
    pub policy_name: String,
    pub policy_arn: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PermissionsBoundary {
    pub permissions_boundary_arn: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    pub key: String,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ManagedPolicy {
    /// Empty where it is left out, as moto does; an attachment names the policy too.
    #[serde(default)]
    pub policy_name: String,
    pub arn: String,
    pub default_version_id: Option<String>,
    #[serde(default)]
    pub policy_version_list: Vec<PolicyVersion>,
}

impl ManagedPolicy {
    /// The version in force: the one that says so, else the one that the policy names.
    pub fn default_version(&self) -> Option<&PolicyVersion> {
        let versions = &self.policy_version_list;
        versions
            .iter()
            .find(|version| version.is_default_version)
            .or_else(|| {
                let named = self.default_version_id.as_ref()?;
                versions
                    .iter()
                    .find(|version| version.version_id.as_ref() == Some(named))
            })
    }
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyVersion {
    pub version_id: Option<String>,
    #[serde(default)]
    pub is_default_version: bool,
    pub document: Option<PolicyText>,
}

/// The number of the account that a dump is of, as the ARN of the first user or role says it.
pub fn account(details: &Details) -> Option<&str> {
    let users = details.user_detail_list.iter().map(|user| &user.arn);
    let mut arns = users.chain(details.role_detail_list.iter().map(|role| &role.arn));
    crate::names::PrincipalArn::parse(arns.next()?).map(|arn| arn.account)
}
