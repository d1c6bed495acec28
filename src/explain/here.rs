//! What the names in one refusal make of the general remedy.

use crate::names::{PrincipalArn, PrincipalKind, permission_set};
use crate::text::sanitize;
use aws_refusal::{Effect, Layer, PolicyDenial};

/// Where the policy is that has to change, as far as the refusal's own ARNs say.
pub(super) fn remedy(denial: &PolicyDenial) -> Option<String> {
    let named = denial.policy_arn.as_deref().and_then(policy);
    let text = match (denial.layer?, named) {
        (_, Some(policy)) => Some(policy),
        (Layer::IdentityPolicy, None) => identity(denial),
        _ => None,
    };
    text.map(|text| sanitize(&text))
}

/// A policy by its ARN: an organization's names the organization and its management account.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html>
fn policy(arn: &str) -> Option<String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, service, _, account, resource] = parts.as_slice() else {
        return None;
    };
    match (*service, resource.split('/').collect::<Vec<_>>().as_slice()) {
        ("organizations", ["policy", organization, _, policy]) => Some(format!(
            "Here: policy {policy} of organization {organization}, in the management account {account}."
        )),
        ("iam", ["policy", .., _]) if *account == "aws" => Some(format!(
            "Here: {arn}, which AWS manages and nobody else can change; it can be detached."
        )),
        ("iam", ["policy", .., name]) => Some(format!(
            "Here: policy {name} in account {account}, IAM → Policies → {name}."
        )),
        _ => None,
    }
}

fn identity(denial: &PolicyDenial) -> Option<String> {
    let principal = PrincipalArn::parse(denial.principal.as_deref()?)?;
    let change = match denial.effect? {
        Effect::ExplicitDeny => "take the Deny out of",
        Effect::ImplicitDeny => "attach the policy to",
    };
    let (account, name) = (principal.account, principal.name);
    match (principal.kind, permission_set(name)) {
        (PrincipalKind::Role, Some(set)) => Some(format!(
            "Here: {change} the permission set “{set}” in IAM Identity Center, and provision it to account {account} \
             again; the role itself can't be edited in the account."
        )),
        (PrincipalKind::Role, None) => {
            Some(format!("Here: {change} role {name} of account {account}."))
        }
        (PrincipalKind::User, _) => Some(format!(
            "Here: {change} user {name} of account {account}, or a group of it."
        )),
        _ => None,
    }
}
