//! What a dump has of one user or role, by one shape for both.

use super::{
    AttachedManagedPolicy, Details, InlinePolicy, PermissionsBoundary, Role, Tag, Unread, User,
};
use crate::evidence::Via;
use crate::names::PrincipalKind;

/// What the dump knows of one principal, user or role alike.
pub(super) struct Subject<'a> {
    pub(super) kind: PrincipalKind,
    pub(super) name: &'a str,
    pub(super) arn: &'a str,
    pub(super) unique_id: Option<&'a str>,
    pub(super) via: Via,
    pub(super) inline: &'a [InlinePolicy],
    pub(super) attached: &'a [AttachedManagedPolicy],
    pub(super) groups: &'a [String],
    pub(super) boundary: Option<&'a PermissionsBoundary>,
    pub(super) tags: &'a [Tag],
    pub(super) unread: &'a Unread,
}

impl<'a> From<&'a User> for Subject<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            kind: PrincipalKind::User,
            name: &user.user_name,
            arn: &user.arn,
            unique_id: user.user_id.as_deref(),
            via: Via::User(user.user_name.clone()),
            inline: &user.user_policy_list,
            attached: &user.attached_managed_policies,
            groups: &user.group_list,
            boundary: user.permissions_boundary.as_ref(),
            tags: &user.tags,
            unread: &user.unread,
        }
    }
}

impl<'a> From<&'a Role> for Subject<'a> {
    fn from(role: &'a Role) -> Self {
        Self {
            kind: PrincipalKind::Role,
            name: &role.role_name,
            arn: &role.arn,
            unique_id: role.role_id.as_deref(),
            via: Via::Role(role.role_name.clone()),
            inline: &role.role_policy_list,
            attached: &role.attached_managed_policies,
            groups: &[],
            boundary: role.permissions_boundary.as_ref(),
            tags: &role.tags,
            unread: &role.unread,
        }
    }
}

pub(super) fn principals(details: &Details) -> impl Iterator<Item = Subject<'_>> {
    let users = details.user_detail_list.iter().map(Subject::from);
    users.chain(details.role_detail_list.iter().map(Subject::from))
}
