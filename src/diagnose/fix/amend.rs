//! Changes of a policy document.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::catalog::known_actions;
use crate::names::service_prefix;
use iam_policy::action_matches;

/// Changes the Deny at this place so that it leaves out what is wanted.
pub(super) fn leave_out(
    document: &mut Value,
    index: usize,
    wanted: &[&str],
    remarks: &mut Vec<String>,
) {
    let Some(statement) = statement_at(document, index) else {
        return;
    };
    let by_region = tests_region(statement);
    if let Some(exempt) = statement.get("NotAction") {
        let mut exempt = strings(exempt);
        for action in wanted {
            if exempt.iter().any(|pattern| action_matches(pattern, action)) {
                continue;
            }
            // A Region lock exempts services: what is global in one action is so in all.
            exempt.push(if by_region {
                format!("{}:*", service_prefix(action))
            } else {
                (*action).to_owned()
            });
        }
        statement["NotAction"] = json!(exempt);
        return;
    }
    let patterns = strings(statement.get("Action").unwrap_or(&Value::Null));
    if patterns.iter().any(|pattern| pattern == "*") {
        // A Deny of everything becomes a Deny of everything but.
        if let Some(members) = statement.as_object_mut() {
            members.remove("Action");
            members.insert("NotAction".to_owned(), json!(wanted));
        }
        return;
    }
    let mut kept: Vec<String> = Vec::new();
    let mut narrowed = Vec::new();
    for pattern in patterns {
        if !wanted.iter().any(|action| action_matches(&pattern, action)) {
            kept.push(pattern);
            continue;
        }
        if !pattern.contains(['*', '?']) {
            continue;
        }
        // What the pages need is reading, for the most part: the verbs that none of it has stay denied, also for actions
        // that AWS adds later.
        kept.extend(other_verbs(&pattern, wanted));
        narrowed.push(pattern);
    }
    if !narrowed.is_empty() {
        remarks.push(format!(
            "in place of {} it denies the verbs of these services that what was asked does not need",
            narrowed.join(", ")
        ));
    }
    if kept.is_empty() {
        remove(document, index);
    } else {
        statement["Action"] = json!(kept);
    }
}

/// `ce:Create*`, `ce:Update*`, …: the verbs of a pattern's known actions that no wanted action begins with.
fn other_verbs(pattern: &str, wanted: &[&str]) -> BTreeSet<String> {
    known_actions()
        .iter()
        .filter(|known| action_matches(pattern, known))
        .map(|known| format!("{}*", verb(known)))
        .filter(|verbs| !wanted.iter().any(|action| action_matches(verbs, action)))
        .collect()
}

/// `ce:Get` of `ce:GetTags`: the service and the first word of the name.
fn verb(action: &str) -> &str {
    let name = action.find(':').map_or(0, |colon| colon + 1);
    let rest = action.get(name + 1..).unwrap_or_default();
    let end = rest.find(|c: char| c.is_ascii_uppercase());
    match end {
        Some(end) => &action[..name + 1 + end],
        None => action,
    }
}

/// Adds an Allow of what is wanted.
pub(super) fn allow(document: &mut Value, wanted: &[&str]) {
    let statement =
        json!({"Sid": "SeeBilling", "Effect": "Allow", "Action": wanted, "Resource": "*"});
    match &mut document["Statement"] {
        Value::Array(statements) => statements.push(statement),
        single => *single = json!([single.take(), statement]),
    }
}

/// Whether anything is left of it.
pub(super) fn has_statements(document: &Value) -> bool {
    match &document["Statement"] {
        Value::Array(statements) => !statements.is_empty(),
        Value::Null => false,
        _ => true,
    }
}

fn statement_at(document: &mut Value, index: usize) -> Option<&mut Value> {
    match document.get_mut("Statement")? {
        Value::Array(statements) => statements.get_mut(index),
        single => (index == 0).then_some(single),
    }
}

fn remove(document: &mut Value, index: usize) {
    match &mut document["Statement"] {
        Value::Array(statements) if index < statements.len() => {
            statements.remove(index);
        }
        single => *single = json!([]),
    }
}

/// AWS takes one string in place of a list of one.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values
            .iter()
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}

fn tests_region(statement: &Value) -> bool {
    let operators = statement["Condition"].as_object().into_iter().flatten();
    operators
        .filter_map(|(_, keys)| keys.as_object())
        .flat_map(|keys| keys.keys())
        .any(|key| key.eq_ignore_ascii_case("aws:RequestedRegion"))
}
