//! Layers and statements of policies, as people know them.

use iam_policy::{Dependency, LayerKind, StatementRef};

use super::requirement;

/// The policies of a layer.
pub fn layer(kind: &LayerKind) -> String {
    match kind {
        LayerKind::ServiceControl { target } => format!("service control policies of {target}"),
        LayerKind::ResourceControl { target } => format!("resource control policies of {target}"),
        LayerKind::PermissionsBoundary => "permissions boundary".to_owned(),
        LayerKind::Session => "session policies".to_owned(),
        LayerKind::Identity => "identity policies".to_owned(),
    }
}

/// A statement of a policy that people know as `policy`.
pub fn statement(policy: &str, sid: Option<&str>, index: usize) -> String {
    match sid {
        Some(sid) => format!("{policy}, statement {sid}"),
        None => format!("{policy}, statement {}", index + 1),
    }
}

/// What is required, by which layer and by which statements of it.
pub fn dependency<'a>(dependency: &Dependency, name: impl Fn(&StatementRef) -> &'a str) -> String {
    let sentence = requirement::sentence(&dependency.requirement);
    let layer = layer(&dependency.layer);
    let statements: Vec<String> = dependency
        .statements()
        .map(|one| statement(name(one), one.sid.as_deref(), one.index))
        .collect();
    if statements.is_empty() {
        format!("{sentence} ({layer})")
    } else {
        format!("{sentence} ({layer}: {})", statements.join("; "))
    }
}
