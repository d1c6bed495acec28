//! AWS Identity and Access Management: reading users, groups, roles and policies, and the simulator.

mod account_details;
mod account_facts;
mod entities;
mod exclusions;
mod paging;
mod policies;
mod simulator;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::authorization::{authorize, authorize_called};
use crate::call::Call;
use crate::reply::{Answer, AwsError};
use crate::world::World;

pub(super) fn answer(world: &World, call: &Call) -> Result<Answer, AwsError> {
    match call.operation.as_str() {
        "GetUser" => entities::user(world, call),
        "GetRole" => entities::role(world, call),
        "ListGroupsForUser" => entities::groups_of_user(world, call),
        "ListUserTags" => entities::user_tags(world, call),
        "ListRoleTags" => entities::role_tags(world, call),
        "ListAttachedUserPolicies" => policies::attached(world, call, Kind::User),
        "ListAttachedGroupPolicies" => policies::attached(world, call, Kind::Group),
        "ListAttachedRolePolicies" => policies::attached(world, call, Kind::Role),
        "ListUserPolicies" => policies::inline_names(world, call, Kind::User),
        "ListGroupPolicies" => policies::inline_names(world, call, Kind::Group),
        "ListRolePolicies" => policies::inline_names(world, call, Kind::Role),
        "GetUserPolicy" => policies::inline(world, call, Kind::User),
        "GetGroupPolicy" => policies::inline(world, call, Kind::Group),
        "GetRolePolicy" => policies::inline(world, call, Kind::Role),
        "ListPolicies" => policies::all(world, call),
        "GetPolicy" => policies::managed(world, call),
        "GetPolicyVersion" => policies::version(world, call),
        "GetAccountSummary" => account_facts::summary(world, call),
        "ListAccountAliases" => account_facts::aliases(world, call),
        "GetAccountAuthorizationDetails" => account_details::answer(world, call),
        "SimulatePrincipalPolicy" => simulator::answer(world, call),
        _ => Err(AwsError::unknown_operation(call)),
    }
}

/// What can have policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    User,
    Group,
    Role,
}

impl Kind {
    /// `user`, as ARNs and messages have it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Group => "group",
            Kind::Role => "role",
        }
    }

    /// `UserName`, the parameter.
    pub(super) fn parameter(self) -> &'static str {
        match self {
            Kind::User => "UserName",
            Kind::Group => "GroupName",
            Kind::Role => "RoleName",
        }
    }
}

/// A parameter that must be there.
pub(super) fn required<'a>(call: &'a Call, name: &str) -> Result<&'a str, AwsError> {
    call.form
        .get(name)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| {
            let mut letters = name.chars();
            let member: String = letters
                .next()
                .map(|first| first.to_ascii_lowercase())
                .into_iter()
                .chain(letters)
                .collect();
            let what = "failed to satisfy constraint: Member must not be null";
            AwsError::invalid(
                call,
                format!("1 validation error detected: Value at '{member}' {what}"),
            )
        })
}

/// Whether the caller may do that to a user, group or role. Refusals call it `user ada`.
pub(super) fn allow_entity(
    world: &World,
    call: &Call,
    action: &str,
    kind: Kind,
    name: &str,
) -> Result<(), AwsError> {
    let path = match kind {
        Kind::User => world.user(name).map(|user| user.path.as_str()),
        Kind::Group => world.group(name).map(|group| group.path.as_str()),
        Kind::Role => world.role(name).map(|role| role.path.as_str()),
    };
    let arn = world.iam_arn(kind.word(), path.unwrap_or("/"), name);
    let called = format!("{} {name}", kind.word());
    authorize_called(world, call, action, &arn, &called)
}

/// Whether the caller may do that to a managed policy. Refusals call it `policy arn:…`.
pub(super) fn allow_policy(
    world: &World,
    call: &Call,
    action: &str,
    arn: &str,
) -> Result<(), AwsError> {
    authorize_called(world, call, action, arn, &format!("policy {arn}"))
}

/// Whether the caller may do that to the account as a whole.
pub(super) fn allow_all(world: &World, call: &Call, action: &str) -> Result<(), AwsError> {
    authorize(world, call, action, "*")
}

/// Something that is not there.
pub(super) fn no_such(what: &str, name: &str) -> AwsError {
    AwsError::new(
        404,
        "NoSuchEntity",
        format!("The {what} with name {name} cannot be found."),
    )
}

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Policy documents are URL-encoded.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html>
pub(super) fn encoded(document: &str) -> String {
    utf8_percent_encode(document, RESERVED).to_string()
}
