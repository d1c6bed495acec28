//! Answers as JSON and as a table.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::{Answered, layer_name};
use crate::text::sanitize;
use crate::words::policies as words;
use iam_policy::{Decision, Effect, LayerOutcome, LayerVerdict, StatementRef};

/// The answer to one question, on one line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    id: &'a Value,
    decision: &'static str,
    blocked_by: Vec<&'static str>,
    statements: Vec<Decisive<'a>>,
    depends_on: Vec<String>,
}

/// A statement that decides its layer, or might.
#[derive(Serialize)]
struct Decisive<'a> {
    layer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    policy: &'a str,
    sid: Option<&'a str>,
    index: usize,
    effect: &'static str,
}

pub(super) fn json(id: &Value, answered: &Answered) -> String {
    let (verdict, names) = (&answered.verdict, &answered.names);
    // Fixed, so that the order of layers in the input does not show.
    const ORDER: [&str; 5] = [
        "identity",
        "permissionsBoundary",
        "serviceControl",
        "resourceControl",
        "session",
    ];
    let blocks = |name: &&str| {
        verdict
            .blockers()
            .any(|layer| layer_name(&layer.kind).0 == *name)
    };
    let statements = verdict.layers.iter().flat_map(|layer| {
        layer
            .outcome
            .statements()
            .iter()
            .map(move |statement| Decisive::of(layer, statement, names.of(statement)))
    });
    let line = Line {
        id,
        decision: decision_name(verdict.decision),
        blocked_by: ORDER.into_iter().filter(blocks).collect(),
        statements: statements.collect(),
        depends_on: dependencies(answered),
    };
    to_line(&line)
}

pub(super) fn error_json(id: &Value, error: &str) -> String {
    #[derive(Serialize)]
    struct Failure<'a> {
        id: &'a Value,
        error: &'a str,
    }
    to_line(&Failure { id, error })
}

fn to_line(value: &impl Serialize) -> String {
    // Only a map with keys that are no strings could fail, and there is none.
    serde_json::to_string(value).unwrap_or_default()
}

impl<'a> Decisive<'a> {
    fn of(layer: &'a LayerVerdict, statement: &'a StatementRef, policy: &'a str) -> Decisive<'a> {
        let (name, target) = layer_name(&layer.kind);
        Decisive {
            layer: name,
            target,
            policy,
            sid: statement.sid.as_deref(),
            index: statement.index,
            effect: match statement.effect {
                Effect::Allow => "Allow",
                Effect::Deny => "Deny",
            },
        }
    }
}

pub(super) fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed => "allowed",
        Decision::AllowedOnSome => "allowedOnSome",
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
    let mut reasons = reasons(answered);
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

fn reasons(answered: &Answered) -> Vec<String> {
    match answered.verdict.decision {
        Decision::Undetermined => dependencies(answered),
        _ => {
            let layers = answered.verdict.layers.iter();
            layers.filter_map(|layer| reason(answered, layer)).collect()
        }
    }
}

fn dependencies(answered: &Answered) -> Vec<String> {
    let depends_on = answered.verdict.depends_on.iter();
    depends_on
        .map(|one| words::dependency(one, |statement| answered.names.of(statement)))
        .collect()
}

fn reason(answered: &Answered, layer: &LayerVerdict) -> Option<String> {
    let decision = answered.verdict.decision;
    let kind = words::layer(&layer.kind);
    let names = |statements: &[StatementRef]| {
        let names: Vec<String> = statements
            .iter()
            .map(|one| words::statement(answered.names.of(one), one.sid.as_deref(), one.index))
            .collect();
        names.join("; ")
    };
    match &layer.outcome {
        LayerOutcome::Allows { by } if decision == Decision::Allowed => {
            Some(format!("allowed by {kind}: {}", names(by)))
        }
        LayerOutcome::Denies { by } => Some(format!("denied by {kind}: {}", names(by))),
        LayerOutcome::Omits => Some(format!("not allowed by {kind}")),
        LayerOutcome::Allows { .. }
        | LayerOutcome::AllowsSome { .. }
        | LayerOutcome::Undetermined { .. }
        | LayerOutcome::Unreadable { .. } => None,
    }
}

pub(super) fn write_table(rows: &[Row], writer: &mut dyn Write) -> io::Result<()> {
    // Names come from whoever wrote the input, and a terminal obeys control characters.
    let rows: Vec<Row> = rows
        .iter()
        .map(|row| row.each_ref().map(|cell| sanitize(cell)))
        .collect();
    let heading = ["ID", "DECISION", "ACTION", "BECAUSE"].map(str::to_owned);
    let all = || std::iter::once(&heading).chain(&rows);
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
