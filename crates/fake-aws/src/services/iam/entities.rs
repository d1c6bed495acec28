//! Users, groups and roles themselves.

use std::collections::BTreeMap;

use super::paging::Page;
use super::{Kind, allow_all, allow_entity, encoded, no_such, required};
use crate::account::{Group, Role, User};
use crate::call::Call;
use crate::clock;
use crate::reply::{Answer, AwsError};
use crate::world::{Principal, World};
use crate::xml::Xml;

/// Without a name: the user whose key signs. A role session has no user.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html>
pub(super) fn user(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let name = match (call.form.get("UserName"), world.caller()) {
        (Some(name), _) => name,
        (None, Principal::User(user)) => &user.name,
        (None, Principal::RootUser) => return root_user(world, call),
        (None, Principal::Group(_) | Principal::Role(..)) => {
            let message = "Must specify userName when calling with non-User credentials";
            return Err(AwsError::invalid(call, message));
        }
    };
    allow_entity(world, call, "iam:GetUser", Kind::User, name)?;
    let user = world.user(name).ok_or_else(|| no_such("user", name))?;
    let mut xml = Xml::new();
    xml.element("User", |xml| {
        write_user(xml, world, user);
        write_tags(xml, &user.tags);
    });
    Ok(Answer::Xml(xml))
}

fn root_user(world: &World, call: &Call) -> Result<Answer, AwsError> {
    allow_all(world, call, "iam:GetUser")?;
    let mut xml = Xml::new();
    xml.element("User", |user| {
        user.text("UserId", world.id());
        user.text("Arn", &world.caller_arn());
        user.text("CreateDate", clock::CREATED);
    });
    Ok(Answer::Xml(xml))
}

/// A role with its path and boundary.
pub(super) fn role(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let name = required(call, "RoleName")?;
    allow_entity(world, call, "iam:GetRole", Kind::Role, name)?;
    let role = world.role(name).ok_or_else(|| no_such("role", name))?;
    let mut xml = Xml::new();
    xml.element("Role", |xml| {
        write_role(xml, world, role);
        xml.text("MaxSessionDuration", "3600");
        write_tags(xml, &role.tags);
    });
    Ok(Answer::Xml(xml))
}

/// The groups of a user.
pub(super) fn groups_of_user(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let name = required(call, "UserName")?;
    allow_entity(world, call, "iam:ListGroupsForUser", Kind::User, name)?;
    let user = world.user(name).ok_or_else(|| no_such("user", name))?;
    let groups = user
        .groups
        .iter()
        .filter_map(|name| world.group(name))
        .collect();
    let page = Page::cut(world, call, groups)?;
    let mut xml = Xml::new();
    xml.list("Groups", &page.items, |xml, group| {
        write_group(xml, world, group)
    });
    page.finish(&mut xml);
    Ok(Answer::Xml(xml))
}

/// The tags of a user.
pub(super) fn user_tags(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let name = required(call, "UserName")?;
    allow_entity(world, call, "iam:ListUserTags", Kind::User, name)?;
    let user = world.user(name).ok_or_else(|| no_such("user", name))?;
    tags(world, call, &user.tags)
}

/// The tags of a role.
pub(super) fn role_tags(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let name = required(call, "RoleName")?;
    allow_entity(world, call, "iam:ListRoleTags", Kind::Role, name)?;
    let role = world.role(name).ok_or_else(|| no_such("role", name))?;
    tags(world, call, &role.tags)
}

fn tags(world: &World, call: &Call, tags: &BTreeMap<String, String>) -> Result<Answer, AwsError> {
    let page = Page::cut(world, call, tags.iter().collect())?;
    let mut xml = Xml::new();
    xml.list("Tags", &page.items, |xml, (key, value)| {
        xml.text("Key", key).text("Value", value);
    });
    page.finish(&mut xml);
    Ok(Answer::Xml(xml))
}

/// The members that `GetUser` and `GetAccountAuthorizationDetails` share.
pub(super) fn write_user(xml: &mut Xml, world: &World, user: &User) {
    xml.text("Path", &user.path);
    xml.text("UserName", &user.name);
    xml.text("UserId", &world.user_id(Principal::User(user)));
    xml.text("Arn", &world.user_arn(user));
    xml.text("CreateDate", clock::CREATED);
    write_boundary(xml, user.permissions_boundary.as_deref());
}

/// The members that `GetRole` and `GetAccountAuthorizationDetails` share.
pub(super) fn write_role(xml: &mut Xml, world: &World, role: &Role) {
    xml.text("Path", &role.path);
    xml.text("RoleName", &role.name);
    xml.text("RoleId", &world.user_id(Principal::Role(role, None)));
    xml.text("Arn", &world.role_arn(role));
    xml.text("CreateDate", clock::CREATED);
    xml.text(
        "AssumeRolePolicyDocument",
        &encoded(&role.trust_policy.to_string()),
    );
    write_boundary(xml, role.permissions_boundary.as_deref());
}

/// A group.
pub(super) fn write_group(xml: &mut Xml, world: &World, group: &Group) {
    xml.text("Path", &group.path);
    xml.text("GroupName", &group.name);
    xml.text("GroupId", &world.user_id(Principal::Group(group)));
    xml.text("Arn", &world.group_arn(group));
    xml.text("CreateDate", clock::CREATED);
}

/// Tags, if there are any.
pub(super) fn write_tags(xml: &mut Xml, tags: &BTreeMap<String, String>) {
    if !tags.is_empty() {
        xml.list("Tags", tags, |xml, (key, value)| {
            xml.text("Key", key).text("Value", value);
        });
    }
}

fn write_boundary(xml: &mut Xml, arn: Option<&str>) {
    if let Some(arn) = arn {
        xml.element("PermissionsBoundary", |xml| {
            xml.text("PermissionsBoundaryType", "Policy");
            xml.text("PermissionsBoundaryArn", arn);
        });
    }
}
