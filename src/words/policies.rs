//! Layers and statements of policies, as people know them.

use std::collections::BTreeSet;

use iam_policy::{Dependency, LayerKind, StatementRef};

use super::requirement;
use super::shown::shown;
use crate::diagnose::asking::Part;
use crate::text::list;

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

/// Of a part of what an action acts on: `allowed only on …`.
pub fn part(part: &Part) -> String {
    let names = |names: &BTreeSet<String>| {
        let names: Vec<String> = names.iter().map(|name| resource(name)).collect();
        few_or_count_of(&names, "resources")
    };
    match (part.only.is_empty(), part.except.is_empty()) {
        (false, true) => format!("allowed only on {}", names(&part.only)),
        (false, false) => format!(
            "allowed only on {}, and not on {}",
            names(&part.only),
            names(&part.except)
        ),
        (true, false) => format!("allowed, but not on {}", names(&part.except)),
        (true, true) => "allowed on some resources only".to_owned(),
    }
}

/// What an ARN means to people, where it is one that they meet: a billing view, a budget.
fn resource(arn: &str) -> String {
    let shown = shown(arn);
    let thing = shown.splitn(6, ':').nth(5).unwrap_or(&shown);
    match thing.split_once('/') {
        Some(("billingview", view)) => format!("the billing view {view}"),
        Some(("budget", budget)) if budget.contains('*') => format!("budgets named {budget}"),
        Some(("budget", budget)) => format!("the budget {budget}"),
        _ => shown,
    }
}

fn few_or_count_of(names: &[String], noun: &str) -> String {
    match names.len() {
        0..=3 => list(names),
        number => format!("{number} {noun}"),
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
