//! Answers as JSON and as a table.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Answered, layer_name};
use crate::policy::{Decision, LayerOutcome, LayerVerdict, StatementRef, Verdict};

pub(super) fn json(id: Value, verdict: &Verdict) -> Value {
    // Fixed, so that the order of layers in the input does not show.
    const ORDER: [&str; 5] = [
        "identity",
        "permissionsBoundary",
        "serviceControl",
        "resourceControl",
        "session",
    ];
    let blocks = |name: &&&str| {
        verdict
            .blockers()
            .any(|layer| layer_name(&layer.kind).0 == **name)
    };
    let blocked_by: Vec<&&str> = ORDER.iter().filter(blocks).collect();
    let statements: Vec<Value> = verdict
        .layers
        .iter()
        .flat_map(|layer| {
            layer
                .outcome
                .statements()
                .iter()
                .map(move |statement| statement_json(layer, statement))
        })
        .collect();
    let depends_on: Vec<String> = verdict.depends_on.iter().map(ToString::to_string).collect();
    json!({
        "id": id,
        "decision": decision_name(verdict.decision),
        "blockedBy": blocked_by,
        "statements": statements,
        "dependsOn": depends_on,
    })
}

fn statement_json(layer: &LayerVerdict, statement: &StatementRef) -> Value {
    let (name, target) = layer_name(&layer.kind);
    let mut value = json!({
        "layer": name,
        "policy": statement.policy,
        "sid": statement.sid,
        "index": statement.index,
        "effect": statement.effect,
    });
    if let Some(target) = target {
        value["target"] = target.into();
    }
    value
}

pub(super) fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed => "allowed",
        Decision::ExplicitDeny => "explicitDeny",
        Decision::ImplicitDeny => "implicitDeny",
        Decision::Undetermined => "undetermined",
    }
}

/// A line of the table; lines that go on with the one before have blank cells at the start.
pub(super) type Row = [String; COLUMNS];

const COLUMNS: usize = 4;

pub(super) fn rows(id: &str, answered: &Answered) -> Vec<Row> {
    let question = match answered.resource.as_str() {
        "*" => answered.action.clone(),
        resource => format!("{} on {resource}", answered.action),
    };
    let mut reasons = reasons(&answered.verdict);
    if reasons.is_empty() {
        reasons.push(String::new());
    }
    let mut first = [
        id.to_owned(),
        decision_name(answered.verdict.decision).to_owned(),
        question,
    ];
    reasons
        .into_iter()
        .map(|reason| {
            let [id, decision, question] = std::mem::take(&mut first);
            [id, decision, question, reason]
        })
        .collect()
}

pub(super) fn error_row(id: &str, error: &str) -> Row {
    [
        id.to_owned(),
        "error".to_owned(),
        String::new(),
        error.to_owned(),
    ]
}

fn reasons(verdict: &Verdict) -> Vec<String> {
    match verdict.decision {
        Decision::Undetermined => verdict.depends_on.iter().map(ToString::to_string).collect(),
        Decision::Allowed | Decision::ExplicitDeny | Decision::ImplicitDeny => verdict
            .layers
            .iter()
            .filter_map(|layer| reason(verdict.decision, layer))
            .collect(),
    }
}

fn reason(decision: Decision, layer: &LayerVerdict) -> Option<String> {
    let names = |statements: &[StatementRef]| {
        let names: Vec<String> = statements.iter().map(ToString::to_string).collect();
        names.join("; ")
    };
    match &layer.outcome {
        LayerOutcome::Allows { by } if decision == Decision::Allowed => {
            Some(format!("allowed by {}: {}", layer.kind, names(by)))
        }
        LayerOutcome::Denies { by } => Some(format!("denied by {}: {}", layer.kind, names(by))),
        LayerOutcome::Omits => Some(format!("not allowed by {}", layer.kind)),
        LayerOutcome::Allows { .. }
        | LayerOutcome::Undetermined { .. }
        | LayerOutcome::Unreadable { .. } => None,
    }
}

pub(super) fn write_table(rows: &[Row], writer: &mut dyn Write) -> io::Result<()> {
    let heading = ["ID", "DECISION", "ACTION", "BECAUSE"].map(str::to_owned);
    let all = || std::iter::once(&heading).chain(rows);
    let width = |column: usize| {
        all()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..COLUMNS - 1).map(width).collect();
    for row in all() {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        line.push_str(&row[COLUMNS - 1]);
        writeln!(writer, "{}", line.trim_end())?;
    }
    Ok(())
}
