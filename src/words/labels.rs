//! How policies, statements and layers are called.

use super::shown::shown;
use crate::diagnose::cause::StatementAt;
use crate::evidence::{PolicyId, Via};
use aws_refusal::Layer;

/// How people know a policy: `NoBilling`, `inline policy NoBilling of user bob`.
pub fn policy_label(policy: &PolicyId) -> String {
    let name = shown(policy.name());
    match policy {
        PolicyId::Managed { .. } | PolicyId::Organization { .. } => name,
        PolicyId::Inline { owner, .. } => match owner {
            Via::User(owner) => format!("inline policy {name} of user {}", shown(owner)),
            Via::Group(owner) => format!("inline policy {name} of group {}", shown(owner)),
            Via::Role(owner) => format!("inline policy {name} of role {}", shown(owner)),
            Via::PermissionsBoundary => format!("permissions boundary {name}"),
            Via::Organization(target) => format!("policy {name} at {}", shown(target)),
        },
    }
}

/// The same in a sentence where nothing else says that it is a policy.
pub(super) fn the_policy(policy: &PolicyId) -> String {
    match policy {
        PolicyId::Inline { .. } => format!("the {}", policy_label(policy)),
        PolicyId::Managed { .. } | PolicyId::Organization { .. } => {
            format!("the policy {}", policy_label(policy))
        }
    }
}

/// A statement and where it is: `statement “DenyBilling” of NoBilling`, `statement 2 of NoBilling at ou-ab12-34567890`.
pub fn statement_label(statement: &StatementAt) -> String {
    statement_in(Layer::IdentityPolicy, statement)
}

/// The same, with the kind of policy where that is not an identity policy.
pub(super) fn statement_in(layer: Layer, statement: &StatementAt) -> String {
    format!(
        "{} of {}",
        statement_alone(statement),
        place(layer, statement)
    )
}

/// Two statements.
pub(super) fn both(layer: Layer, one: &StatementAt, other: &StatementAt) -> String {
    if are_together(one, other) {
        format!(
            "statements {} and {} of {}",
            which(one),
            which(other),
            place(layer, one)
        )
    } else {
        format!(
            "{} and {}",
            statement_in(layer, one),
            statement_in(layer, other)
        )
    }
}

/// The other statement, where the one has been named.
pub(super) fn beside(layer: Layer, one: &StatementAt, other: &StatementAt) -> String {
    if are_together(one, other) {
        statement_alone(other)
    } else {
        statement_in(layer, other)
    }
}

fn are_together(one: &StatementAt, other: &StatementAt) -> bool {
    one.policy == other.policy && one.target == other.target
}

fn statement_alone(statement: &StatementAt) -> String {
    format!("statement {}", which(statement))
}

fn which(statement: &StatementAt) -> String {
    match &statement.sid {
        Some(sid) => format!("“{}”", shown(sid)),
        None => (statement.index + 1).to_string(),
    }
}

/// The statement's policy, and what it is attached to.
fn place(layer: Layer, statement: &StatementAt) -> String {
    let label = policy_label(&statement.policy);
    let policy = match (&statement.policy, layer) {
        (PolicyId::Inline { .. }, Layer::IdentityPolicy) => format!("the {label}"),
        _ => policy_in(layer, &label),
    };
    match &statement.target {
        Some(target) => format!("{policy} at {}", shown(target)),
        None => policy,
    }
}

/// A policy that is called so, with its kind.
pub(super) fn policy_in(layer: Layer, label: &str) -> String {
    match layer {
        Layer::IdentityPolicy => label.to_owned(),
        Layer::PermissionsBoundary => format!("the permissions boundary {label}"),
        Layer::SessionPolicy => format!("the session policy {label}"),
        Layer::ServiceControlPolicy => format!("the service control policy {label}"),
        Layer::ResourceControlPolicy => format!("the resource control policy {label}"),
        Layer::ResourcePolicy => format!("the resource policy {label}"),
        Layer::VpcEndpointPolicy => format!("the VPC endpoint policy {label}"),
        Layer::RoleTrustPolicy => format!("the role trust policy {label}"),
    }
}

/// One policy of the layer that nobody could name.
pub(super) fn some_policy(layer: Layer) -> &'static str {
    match layer {
        Layer::IdentityPolicy => "an identity policy",
        Layer::PermissionsBoundary => "a permissions boundary",
        Layer::SessionPolicy => "the policy that was passed when the session was made",
        Layer::ServiceControlPolicy => "a service control policy of the organization",
        Layer::ResourceControlPolicy => "a resource control policy of the organization",
        Layer::ResourcePolicy => "a resource policy",
        Layer::VpcEndpointPolicy => "the policy of the VPC endpoint that the calls go through",
        Layer::RoleTrustPolicy => "a role trust policy",
    }
}

/// All policies of the layer.
pub(super) fn layer_policies(layer: Layer) -> &'static str {
    match layer {
        Layer::IdentityPolicy => "the identity policies",
        Layer::PermissionsBoundary => "the permissions boundary",
        Layer::SessionPolicy => "the session policies",
        Layer::ServiceControlPolicy => "the service control policies",
        Layer::ResourceControlPolicy => "the resource control policies",
        Layer::ResourcePolicy => "the resource policies",
        Layer::VpcEndpointPolicy => "the VPC endpoint policy",
        Layer::RoleTrustPolicy => "the role trust policy",
    }
}
