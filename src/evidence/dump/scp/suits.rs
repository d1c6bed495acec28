//! Whether a document can be a service control policy in force, or what tells that it is something else.
//!
//! Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html>

use serde_json::Value;

use super::error::ScpError;
use crate::text::sanitize;
use iam_policy::Document;

const OF_POLICIES: [&str; 3] = ["Version", "Statement", "Id"];
const OF_STATEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "Principal",
    "NotPrincipal",
];

/// # Errors
///
/// Where AWS could not have it in force as a service control policy.
pub(super) fn check(document: &str) -> Result<(), ScpError> {
    let parsed = Document::parse(document);
    // Only to look: what is judged is the text.
    if let Ok(value) = serde_json::from_str::<Value>(document) {
        misspelt(&value, "it", &OF_POLICIES)?;
        let one;
        let statements = match &value["Statement"] {
            Value::Array(statements) => statements.as_slice(),
            single => {
                one = [single.clone()];
                &one
            }
        };
        for (number, statement) in (1..).zip(statements) {
            misspelt(
                statement,
                &format!("its statement {number}"),
                &OF_STATEMENTS,
            )?;
            suits(statement, number)?;
        }
    }
    parsed
        .map(drop)
        .map_err(|error| ScpError::NotAPolicy(sanitize(&error.to_string())))
}

/// An element that is written otherwise than AWS takes it: `effect`, `Actions`.
fn misspelt(value: &Value, place: &str, known: &[&'static str]) -> Result<(), ScpError> {
    let names = value
        .as_object()
        .into_iter()
        .flat_map(|object| object.keys());
    for name in names.filter(|name| !known.contains(&name.as_str())) {
        let singular = name.trim_end_matches(['s', 'S']);
        let wanted = known
            .iter()
            .find(|known| name.eq_ignore_ascii_case(known) || singular.eq_ignore_ascii_case(known));
        if let Some(wanted) = wanted {
            return Err(ScpError::Misspelt {
                place: place.to_owned(),
                found: sanitize(name),
                wanted,
            });
        }
    }
    Ok(())
}

fn suits(statement: &Value, number: usize) -> Result<(), ScpError> {
    for element in ["Principal", "NotPrincipal"] {
        if !statement[element].is_null() {
            return Err(ScpError::HasPrincipal {
                statement: number,
                element,
            });
        }
    }
    for element in ["Action", "NotAction"] {
        if let Some(placeholder) = placeholder_in(&statement[element]) {
            return Err(ScpError::Template {
                statement: number,
                element,
                placeholder: format!("“{}”", sanitize(&placeholder)),
            });
        }
    }
    Ok(())
}

/// What a program was to fill in: no variable of AWS's can stand in an action.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
fn placeholder_in(actions: &Value) -> Option<String> {
    match actions {
        Value::Array(actions) => actions.iter().find_map(placeholder_in),
        Value::String(action) if crate::names::is_placeholder(action) => Some(action.clone()),
        // `{"Fn::Sub": …}`, `{"Ref": …}` of CloudFormation.
        Value::Object(function) => function.keys().next().cloned(),
        _ => None,
    }
}
