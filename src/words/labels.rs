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

/// A statement and where it is: `statement “DenyBilling” of NoBilling`, `statement 2 of NoBilling at ou-ab12-34567890`.
pub fn statement_label(statement: &StatementAt) -> String {
    statement_of(statement, &policy_label(&statement.policy))
}

/// The same, with the kind of policy where that is not an identity policy.
pub(super) fn statement_in(layer: Layer, statement: &StatementAt) -> String {
    statement_of(
        statement,
        &policy_in(layer, &policy_label(&statement.policy)),
    )
}

fn statement_of(statement: &StatementAt, policy: &str) -> String {
    let which = match &statement.sid {
        Some(sid) => format!("statement “{}” of {policy}", shown(sid)),
        None => format!("statement {} of {policy}", statement.index + 1),
    };
    match &statement.target {
        Some(target) => format!("{which} at {}", shown(target)),
        None => which,
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
