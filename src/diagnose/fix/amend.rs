//! Changes of a policy document, a statement at a time. What need not change stays as it was written.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::change::{Edit, Statement};
use crate::catalog::{is_read_or_list, known_actions};
use crate::diagnose::cause::{Action, Name};

/// A document in the making. Statements keep their numbers until it is finished.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    before: Value,
    /// `None`: it is gone.
    statements: Vec<Option<Value>>,
    /// By statement, what it denied of what was asked.
    spared: Vec<BTreeSet<Action>>,
    adds: BTreeSet<Action>,
    /// Patterns in whose place are verbs.
    narrowed: BTreeSet<Name>,
}

impl Draft {
    /// `None` where the text is no document with statements.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let before: Value = serde_json::from_str(text).ok()?;
        let statements: Vec<Option<Value>> = match before.get("Statement")? {
            Value::Array(statements) => statements.iter().cloned().map(Some).collect(),
            single => vec![Some(single.clone())],
        };
        Some(Self {
            spared: vec![BTreeSet::new(); statements.len()],
            before,
            statements,
            adds: BTreeSet::new(),
            narrowed: BTreeSet::new(),
        })
    }

    pub(super) fn before(&self) -> &Value {
        &self.before
    }

    /// Whether every statement denies.
    pub(super) fn only_denies(&self) -> bool {
        self.statements
            .iter()
            .flatten()
            .all(|statement| statement["Effect"] == "Deny")
    }

    /// Changes the Deny at this place so that it leaves out what is wanted of what it denies.
    pub(super) fn spare(&mut self, index: usize, wanted: &BTreeSet<Action>) {
        let Some(Some(statement)) = self.statements.get_mut(index) else {
            return;
        };
        let denied = denied_by(statement, wanted);
        if denied.is_empty() {
            return;
        }
        if let Some(exempt) = statement.get("NotAction").map(patterns) {
            let exempt =
                exempt
                    .into_iter()
                    .chain(exemptions(tests_region(statement), &denied, wanted));
            statement["NotAction"] = json!(exempt.collect::<Vec<_>>());
        } else {
            let written = patterns(&statement["Action"]);
            if written.iter().any(|pattern| pattern == "*") {
                // A Deny of everything becomes a Deny of everything but.
                if let Some(members) = statement.as_object_mut() {
                    members.remove("Action");
                    members.insert("NotAction".to_owned(), json!(wanted));
                }
            } else {
                let mut kept: Vec<String> = Vec::new();
                for pattern in written {
                    if !denied.iter().any(|action| matches(&pattern, action)) {
                        kept.push(pattern);
                    } else if pattern.contains(['*', '?']) {
                        let rest = rest_of(&pattern, wanted);
                        // Where nothing of it stays denied, no verb does.
                        if rest.iter().next().is_some() {
                            self.narrowed.insert(Name(pattern));
                        }
                        kept.extend(rest);
                    }
                }
                let mut seen = BTreeSet::new();
                kept.retain(|pattern| seen.insert(pattern.clone()));
                if kept.is_empty() {
                    self.statements[index] = None;
                } else {
                    statement["Action"] = json!(kept);
                }
            }
        }
        self.spared[index].extend(denied);
    }

    /// Adds an Allow of what is wanted.
    pub(super) fn allow(&mut self, wanted: &BTreeSet<Action>) {
        self.adds.extend(wanted);
    }

    /// Patterns of a Deny in whose place are verbs now.
    pub(super) fn narrowed(&self) -> Vec<Name> {
        self.narrowed.iter().cloned().collect()
    }

    /// The whole document after the change; `None` where no statement remains.
    pub(super) fn after(&self, sid: &str) -> Option<Value> {
        let mut statements: Vec<Value> = self.statements.iter().flatten().cloned().collect();
        if !self.adds.is_empty() {
            let sid = unused_sid(&statements, sid);
            statements
                .push(json!({"Sid": sid, "Effect": "Allow", "Action": self.adds, "Resource": "*"}));
        }
        if statements.is_empty() {
            return None;
        }
        let mut after = self.before.clone();
        let was_single = !after["Statement"].is_array();
        after["Statement"] = match statements.as_slice() {
            [one] if was_single => one.clone(),
            _ => Value::Array(statements),
        };
        Some(after)
    }

    /// How the document after the change differs from the one before.
    pub(super) fn edits(&self) -> Vec<Edit> {
        let before: Vec<&Value> = match &self.before["Statement"] {
            Value::Array(statements) => statements.iter().collect(),
            single => vec![single],
        };
        let mut edits = Vec::new();
        for (index, (before, after)) in before.into_iter().zip(&self.statements).enumerate() {
            let statement = Statement {
                sid: before["Sid"].as_str().map(|sid| Name(sid.to_owned())),
                index,
            };
            match after {
                None => edits.push(Edit::Remove { statement }),
                Some(after) if after != before => edits.push(Edit::Narrow {
                    statement,
                    taken_out: entries_only_in(before, after, &["Action"]),
                    put_in: entries_only_in(after, before, &["Action", "NotAction"]),
                    spares: self.spared[index].iter().copied().collect(),
                }),
                Some(_) => {}
            }
        }
        if !self.adds.is_empty() {
            edits.push(Edit::Allow {
                actions: self.adds.iter().copied().collect(),
            });
        }
        edits
    }
}

/// Those of the actions that the action element of a Deny matches.
fn denied_by(statement: &Value, wanted: &BTreeSet<Action>) -> BTreeSet<Action> {
    let (listed, expected) = match (statement.get("Action"), statement.get("NotAction")) {
        (_, Some(exempt)) => (patterns(exempt), false),
        (Some(denied), None) => (patterns(denied), true),
        (None, None) => return BTreeSet::new(),
    };
    let is_listed = |action: &str| listed.iter().any(|pattern| matches(pattern, action));
    wanted
        .iter()
        .copied()
        .filter(|action| is_listed(action) == expected)
        .collect()
}

/// What a Deny of everything but these exempts besides.
///
/// A Region lock exempts what is global. Verbs do, so that the list stays short, where all that AWS has under them is
/// reading.
fn exemptions(
    by_region: bool,
    denied: &BTreeSet<Action>,
    wanted: &BTreeSet<Action>,
) -> BTreeSet<String> {
    let exemption = |action: &Action| {
        let verbs = format!("{}*", verb(action));
        let only_reads = known_actions()
            .iter()
            .filter(|known| matches(&verbs, known))
            .all(|known| is_read_or_list(known) || wanted.contains(known.as_str()));
        if by_region && only_reads {
            verbs
        } else {
            (*action).to_owned()
        }
    };
    denied.iter().map(exemption).collect()
}

/// What remains denied of a pattern: the verbs that nobody asked for, also for actions that AWS adds later, and under the
/// other verbs whatever changes something. Nothing that the pattern does not deny.
fn rest_of(pattern: &str, wanted: &BTreeSet<Action>) -> BTreeSet<String> {
    let is_wanted = |patterns: &str| wanted.iter().any(|action| matches(patterns, action));
    known_actions()
        .iter()
        .filter(|known| matches(pattern, known) && !wanted.contains(known.as_str()))
        .filter_map(|known| {
            let verbs = format!("{}*", verb(known));
            let within = pattern.ends_with('*') && matches(pattern, verb(known));
            match is_wanted(&verbs) {
                false if within => Some(verbs),
                true if is_read_or_list(known) => None,
                _ => Some(known.clone()),
            }
        })
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

/// A `Sid` that no statement has: AWS takes each once.
fn unused_sid(statements: &[Value], wanted: &str) -> String {
    let is_free = |sid: &String| statements.iter().all(|statement| statement["Sid"] != **sid);
    std::iter::once(wanted.to_owned())
        .chain((2..).map(|number| format!("{wanted}{number}")))
        .find(is_free)
        .unwrap_or_default()
}

/// The entries that these elements of the one statement have, and none of the other's.
fn entries_only_in(one: &Value, other: &Value, elements: &[&str]) -> Vec<Name> {
    let entries = |statement: &Value| -> Vec<String> {
        let lists = elements.iter().filter_map(|element| statement.get(element));
        lists.flat_map(patterns).collect()
    };
    let known = entries(other);
    entries(one)
        .into_iter()
        .filter(|entry| !known.contains(entry))
        .map(Name)
        .collect()
}

/// AWS takes one string in place of a list of one.
fn patterns(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values
            .iter()
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// Whether a pattern with `*` and `?` means an action. IAM ignores case.
fn matches(pattern: &str, action: &str) -> bool {
    fn glob(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.first(), text.first()) {
            (None, None) => true,
            (Some(b'*'), _) => {
                glob(&pattern[1..], text) || (!text.is_empty() && glob(pattern, &text[1..]))
            }
            (Some(b'?'), Some(_)) => glob(&pattern[1..], &text[1..]),
            (Some(one), Some(other)) if one.eq_ignore_ascii_case(other) => {
                glob(&pattern[1..], &text[1..])
            }
            _ => false,
        }
    }
    glob(pattern.as_bytes(), action.as_bytes())
}

fn tests_region(statement: &Value) -> bool {
    let operators = statement["Condition"].as_object().into_iter().flatten();
    operators
        .filter_map(|(_, keys)| keys.as_object())
        .flat_map(|keys| keys.keys())
        .any(|key| key.eq_ignore_ascii_case("aws:RequestedRegion"))
}
