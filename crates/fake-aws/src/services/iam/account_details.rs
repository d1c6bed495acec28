//! `GetAccountAuthorizationDetails`: everybody and everything, in pages.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>

use super::allow_all;
use super::entities::{write_group, write_role, write_tags, write_user};
use super::paging::Page;
use super::policies::{Managed, write_attached, write_inline};
use crate::account::{Group, InlinePolicy, Role, User};
use crate::call::Call;
use crate::reply::{Answer, AwsError};
use crate::world::World;
use crate::xml::Xml;

/// One item of any of the four lists; a page counts them together.
enum Item<'a> {
    User(&'a User),
    Group(&'a Group),
    Role(&'a Role),
    Policy(Managed<'a>),
}

impl Item<'_> {
    /// The value of `Filter` that lets it through.
    fn filter(&self) -> &'static str {
        match self {
            Item::User(_) => "User",
            Item::Group(_) => "Group",
            Item::Role(_) => "Role",
            Item::Policy(Managed::Customer(_)) => "LocalManagedPolicy",
            Item::Policy(Managed::Aws { .. }) => "AWSManagedPolicy",
        }
    }
}

pub(super) fn answer(world: &World, call: &Call) -> Result<Answer, AwsError> {
    allow_all(world, call, "iam:GetAccountAuthorizationDetails")?;
    let filter = call.form.list("Filter");
    let mut items = everything(world)?;
    items.retain(|item| filter.is_empty() || filter.contains(&item.filter()));
    let page = Page::cut(world, call, items)?;
    let mut xml = Xml::new();
    page.finish(&mut xml);
    let items = &page.items;
    xml.list("UserDetailList", users(items), |xml, user| {
        write_user(xml, world, user);
        xml.texts("GroupList", &user.groups);
        write_policies(
            xml,
            "UserPolicyList",
            &user.attached_policies,
            &user.inline_policies,
        );
        write_tags(xml, &user.tags);
    });
    xml.list("GroupDetailList", groups(items), |xml, group| {
        write_group(xml, world, group);
        write_policies(
            xml,
            "GroupPolicyList",
            &group.attached_policies,
            &group.inline_policies,
        );
    });
    xml.list("RoleDetailList", roles(items), |xml, role| {
        write_role(xml, world, role);
        write_policies(
            xml,
            "RolePolicyList",
            &role.attached_policies,
            &role.inline_policies,
        );
        xml.element("InstanceProfileList", |_| ());
        write_tags(xml, &role.tags);
    });
    xml.list("Policies", policies(items), |xml, policy| {
        policy.write(xml, world);
        policy.write_versions(xml);
    });
    Ok(Answer::Xml(xml))
}

/// Users, groups, roles, the customer's policies, and AWS's as far as they are used.
fn everything(world: &World) -> Result<Vec<Item<'_>>, AwsError> {
    let account = world.account();
    let mut items: Vec<Item> = Vec::new();
    items.extend(account.users.iter().map(Item::User));
    items.extend(account.groups.iter().map(Item::Group));
    items.extend(account.roles.iter().map(Item::Role));
    items.extend(
        account
            .policies
            .iter()
            .map(|policy| Item::Policy(Managed::Customer(policy))),
    );
    for arn in world.managed_policies_in_use() {
        if world.customer_managed(arn).is_none() {
            items.push(Item::Policy(Managed::find(world, arn)?));
        }
    }
    Ok(items)
}

fn write_policies(xml: &mut Xml, list: &str, attached: &[String], inline: &[InlinePolicy]) {
    xml.list("AttachedManagedPolicies", attached, |xml, arn| {
        write_attached(xml, arn)
    });
    xml.list(list, inline, write_inline);
}

fn users<'a>(items: &'a [Item<'a>]) -> impl Iterator<Item = &'a User> {
    items.iter().filter_map(|item| match item {
        Item::User(user) => Some(*user),
        _ => None,
    })
}

fn groups<'a>(items: &'a [Item<'a>]) -> impl Iterator<Item = &'a Group> {
    items.iter().filter_map(|item| match item {
        Item::Group(group) => Some(*group),
        _ => None,
    })
}

fn roles<'a>(items: &'a [Item<'a>]) -> impl Iterator<Item = &'a Role> {
    items.iter().filter_map(|item| match item {
        Item::Role(role) => Some(*role),
        _ => None,
    })
}

fn policies<'a>(items: &'a [Item<'a>]) -> impl Iterator<Item = &'a Managed<'a>> {
    items.iter().filter_map(|item| match item {
        Item::Policy(policy) => Some(policy),
        _ => None,
    })
}
