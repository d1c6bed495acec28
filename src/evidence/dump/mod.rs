//! An account's users, groups, roles and policies, as `aws iam get-account-authorization-details` prints them.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>

mod entry;
mod find;
mod member;
mod policy_text;
mod principal;
mod read;
pub mod scp;
mod subject;

pub use find::resolve;
pub use policy_text::PolicyText;
pub use principal::evidence;
pub use read::{COMMAND, LARGEST, ReadError, read};

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::names::PrincipalArn;

/// One answer of `iam:GetAccountAuthorizationDetails`, or several put together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Details {
    pub user_detail_list: Vec<User>,
    pub group_detail_list: Vec<Group>,
    pub role_detail_list: Vec<Role>,
    /// The managed policies: customer managed, and those of AWS's that are attached.
    pub policies: Vec<ManagedPolicy>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct User {
    pub user_name: String,
    /// IAM's unique id, `AIDA…`.
    pub user_id: Option<String>,
    pub arn: String,
    /// Inline policies.
    pub user_policy_list: Vec<InlinePolicy>,
    /// The names of its groups.
    pub group_list: Vec<String>,
    pub attached_managed_policies: Vec<AttachedManagedPolicy>,
    pub permissions_boundary: Option<PermissionsBoundary>,
    pub tags: Vec<Tag>,
    pub unread: Unread,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    pub group_name: String,
    pub arn: String,
    pub group_policy_list: Vec<InlinePolicy>,
    pub attached_managed_policies: Vec<AttachedManagedPolicy>,
    pub unread: Unread,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Role {
    pub role_name: String,
    /// IAM's unique id, `AROA…`.
    pub role_id: Option<String>,
    pub arn: String,
    /// `/aws-service-role/…` for service-linked roles, `/aws-reserved/sso.amazonaws.com/…` for those of Identity Center.
    pub path: String,
    /// The trust policy: who may assume it.
    pub assume_role_policy_document: Option<PolicyText>,
    pub role_policy_list: Vec<InlinePolicy>,
    pub attached_managed_policies: Vec<AttachedManagedPolicy>,
    pub permissions_boundary: Option<PermissionsBoundary>,
    pub tags: Vec<Tag>,
    pub unread: Unread,
}

/// What of an entry could not be read, and why. It is not known of this principal alone; the others are as they are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unread {
    /// Of its groups and policies.
    pub policies: Vec<String>,
    pub boundary: Option<String>,
    pub tags: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct InlinePolicy {
    /// A label: where the file gives none, one that says so.
    pub policy_name: String,
    pub policy_document: PolicyText,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttachedManagedPolicy {
    pub policy_name: String,
    pub policy_arn: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PermissionsBoundary {
    pub permissions_boundary_arn: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tag {
    pub key: String,
    pub value: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ManagedPolicy {
    /// Empty where it is left out, as moto does; an attachment names the policy too.
    pub policy_name: String,
    pub arn: String,
    pub default_version_id: Option<String>,
    pub policy_version_list: Vec<PolicyVersion>,
}

impl ManagedPolicy {
    /// The version in force: the one that says so, else the one that the policy names, else the only one, since every
    /// policy has a default version.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html>
    pub fn default_version(&self) -> Option<&PolicyVersion> {
        let versions = &self.policy_version_list;
        let mut flagged = versions.iter().filter(|version| version.is_default_version);
        if let (Some(one), None) = (flagged.next(), flagged.next()) {
            return Some(one);
        }
        let named = |version: &&PolicyVersion| {
            version.version_id.is_some() && version.version_id == self.default_version_id
        };
        match versions.as_slice() {
            [only] => Some(only),
            versions => versions.iter().find(named),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicyVersion {
    pub version_id: Option<String>,
    pub is_default_version: bool,
    pub document: Option<PolicyText>,
}

/// The number of the account that a dump is of, or what somebody put in its place.
pub fn account_of(details: &Details) -> Option<&str> {
    let users = details
        .user_detail_list
        .iter()
        .map(|user| user.arn.as_str());
    account(
        users.chain(
            details
                .role_detail_list
                .iter()
                .map(|role| role.arn.as_str()),
        ),
    )
}

/// The account of most of these users and roles, of several the first: one odd ARN says nothing of the others.
fn account<'a>(arns: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut numbers: BTreeMap<&str, (usize, Reverse<usize>)> = BTreeMap::new();
    for (place, arn) in arns.filter_map(PrincipalArn::parse).enumerate() {
        numbers.entry(arn.account).or_insert((0, Reverse(place))).0 += 1;
    }
    let most = numbers
        .into_iter()
        .max_by_key(|(_, often_and_early)| *often_and_early);
    most.map(|(number, _)| number)
}
