//! Everybody and every policy of the account, for `billing-doctor audit`.

use aws_sdk_iam::types;

use super::{Collector, Marks, SessionError, calls};
use crate::aws::settings::Settings;
use crate::evidence::dump::{
    AttachedManagedPolicy, Details, Group, InlinePolicy, ManagedPolicy, PermissionsBoundary,
    PolicyText, PolicyVersion, Role, Tag, Unread, User,
};
use crate::evidence::{Gap, Observed, ServiceControlLevel};

/// What an audit judges.
pub struct AccountDetails {
    pub details: Result<Details, Gap>,
    pub service_control: Observed<Vec<ServiceControlLevel>>,
}

/// Asks AWS for the account's users, groups, roles and policies, page by page, and for the organization's policies.
///
/// # Errors
///
/// Where the settings can't be used. That AWS refuses is part of the result.
pub async fn account_details(settings: &Settings) -> Result<AccountDetails, SessionError> {
    let session = super::open(settings).await?;
    let collector = Collector::new(settings, &session, jiff::Timestamp::now());
    let (details, (_, service_control)) =
        tokio::join!(collector.everybody(), collector.membership());
    Ok(AccountDetails {
        details,
        service_control,
    })
}

impl Collector<'_> {
    async fn everybody(&self) -> Result<Details, Gap> {
        let call = &calls::GET_ACCOUNT_AUTHORIZATION_DETAILS;
        let mut details = Details::default();
        let mut marker: Option<String> = None;
        let mut marks = Marks::default();
        loop {
            let request = self
                .iam
                .get_account_authorization_details()
                .max_items(1_000)
                .set_marker(marker);
            let page = self.asker.ask(call, request.send()).await?;
            details
                .user_detail_list
                .extend(each(page.user_detail_list, user));
            details
                .group_detail_list
                .extend(each(page.group_detail_list, group));
            details
                .role_detail_list
                .extend(each(page.role_detail_list, role));
            details.policies.extend(each(page.policies, managed));
            marker = page.marker.filter(|_| page.is_truncated);
            match &marker {
                Some(mark) => marks.pass(call, mark)?,
                None => return Ok(details),
            }
        }
    }
}

fn each<T, U>(items: Option<Vec<T>>, convert: impl Fn(T) -> U) -> Vec<U> {
    items.unwrap_or_default().into_iter().map(convert).collect()
}

fn text(text: Option<String>) -> String {
    text.unwrap_or_default()
}

/// IAM sends documents URL-encoded.
fn document(encoded: &str) -> PolicyText {
    PolicyText::decode(encoded)
}

fn user(user: types::UserDetail) -> User {
    User {
        user_name: text(user.user_name),
        user_id: user.user_id,
        arn: text(user.arn),
        user_policy_list: each(user.user_policy_list, inline),
        group_list: user.group_list.unwrap_or_default(),
        attached_managed_policies: each(user.attached_managed_policies, attached),
        permissions_boundary: user.permissions_boundary.map(boundary),
        tags: each(user.tags, tag),
        unread: Unread::default(),
    }
}

fn role(role: types::RoleDetail) -> Role {
    Role {
        role_name: text(role.role_name),
        role_id: role.role_id,
        arn: text(role.arn),
        path: text(role.path),
        assume_role_policy_document: role.assume_role_policy_document.as_deref().map(document),
        role_policy_list: each(role.role_policy_list, inline),
        attached_managed_policies: each(role.attached_managed_policies, attached),
        permissions_boundary: role.permissions_boundary.map(boundary),
        tags: each(role.tags, tag),
        unread: Unread::default(),
    }
}

fn group(group: types::GroupDetail) -> Group {
    Group {
        group_name: text(group.group_name),
        arn: text(group.arn),
        group_policy_list: each(group.group_policy_list, inline),
        attached_managed_policies: each(group.attached_managed_policies, attached),
        unread: Unread::default(),
    }
}

fn managed(policy: types::ManagedPolicyDetail) -> ManagedPolicy {
    ManagedPolicy {
        policy_name: text(policy.policy_name),
        arn: text(policy.arn),
        default_version_id: policy.default_version_id,
        policy_version_list: each(policy.policy_version_list, |version| PolicyVersion {
            version_id: version.version_id,
            is_default_version: version.is_default_version,
            document: version.document.as_deref().map(document),
        }),
    }
}

fn inline(policy: types::PolicyDetail) -> InlinePolicy {
    InlinePolicy {
        policy_name: text(policy.policy_name),
        policy_document: document(&text(policy.policy_document)),
    }
}

fn attached(policy: types::AttachedPolicy) -> AttachedManagedPolicy {
    AttachedManagedPolicy {
        policy_name: text(policy.policy_name),
        policy_arn: text(policy.policy_arn),
    }
}

fn boundary(boundary: types::AttachedPermissionsBoundary) -> PermissionsBoundary {
    PermissionsBoundary {
        permissions_boundary_arn: text(boundary.permissions_boundary_arn),
    }
}

fn tag(tag: types::Tag) -> Tag {
    Tag {
        key: tag.key,
        value: tag.value,
    }
}
