//! What an undecided statement depends on, in words that a person can act on.

use std::collections::BTreeSet;

use super::arn::Resource;
use super::condition::{Comparison, Condition, Order, Quantifier};
use super::request::ContextValue;
use super::statement::{Asked, Statement};
use super::truth::Truth;

/// The requirement that one of the statements applies, and the keys that nobody knows.
pub(super) fn some_allow_applies<'a>(
    statements: impl Iterator<Item = &'a Statement>,
    asked: &Asked<'_>,
) -> (String, Vec<String>) {
    let mut keys = BTreeSet::new();
    let alternatives: Vec<String> = statements
        .map(|statement| {
            let parts = undecided_parts(statement, asked);
            keys.extend(parts.iter().flat_map(|part| part.keys(asked)));
            join(
                parts.iter().map(|part| part.requirement(true, asked)),
                " and ",
            )
        })
        .collect();
    (
        format!("allowed only {}", join(alternatives, ", or ")),
        keys.into_iter().collect(),
    )
}

/// The requirement that the statement does not apply, and the keys that nobody knows.
pub(super) fn deny_does_not_apply(
    statement: &Statement,
    asked: &Asked<'_>,
) -> (String, Vec<String>) {
    let parts = undecided_parts(statement, asked);
    let keys: BTreeSet<String> = parts.iter().flat_map(|part| part.keys(asked)).collect();
    let requirement = join(
        parts.iter().map(|part| part.requirement(false, asked)),
        " or ",
    );
    (
        format!("allowed only {requirement}"),
        keys.into_iter().collect(),
    )
}

/// An element of a statement that can't be judged. The decided ones match, or the statement would not be undecided.
enum Part<'a> {
    Principal,
    /// The entries that can't be judged.
    Resource {
        negated: bool,
        entries: Vec<(&'a str, &'a Resource)>,
    },
    Condition(&'a Condition),
}

fn undecided_parts<'a>(statement: &'a Statement, asked: &Asked<'_>) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    if statement
        .principals
        .as_ref()
        .is_some_and(|principals| principals.contains() == Truth::Unknown)
    {
        parts.push(Part::Principal);
    }
    if statement.resources.contains(asked) == Truth::Unknown {
        let resources = &statement.resources;
        let entries = resources
            .names
            .iter()
            .map(String::as_str)
            .zip(&resources.patterns);
        let undecided = entries.filter(|(_, pattern)| {
            pattern.matches(asked.resource, asked.context) == Truth::Unknown
        });
        parts.push(Part::Resource {
            negated: resources.negated,
            entries: undecided.collect(),
        });
    }
    let conditions = statement.conditions.iter();
    parts.extend(
        conditions
            .filter(|condition| condition.evaluate(asked.context) == Truth::Unknown)
            .map(Part::Condition),
    );
    parts
}

impl Part<'_> {
    /// The context keys on which the part depends, as the policy writes them.
    fn keys(&self, asked: &Asked<'_>) -> Vec<String> {
        let unknown = |variable: &&super::template::Variable| variable.is_unknown(asked.context);
        match self {
            Part::Principal => Vec::new(),
            Part::Resource { entries, .. } => entries
                .iter()
                .filter_map(|(_, pattern)| pattern.template())
                .flat_map(|template| {
                    template
                        .variables()
                        .filter(unknown)
                        .map(|variable| variable.name.clone())
                })
                .collect(),
            Part::Condition(condition) => {
                let variables = condition
                    .variables()
                    .filter(unknown)
                    .map(|variable| variable.name.clone());
                let key_is_known =
                    asked.context.get_lower(condition.lower_key()) != &ContextValue::Unknown;
                let mut keys: Vec<String> = variables.collect();
                // A known key that is undecided for no variable has several values under an operator for one.
                if !key_is_known || keys.is_empty() {
                    keys.push(condition.key.clone());
                }
                keys
            }
        }
    }

    /// What must hold for the part to match, or not to: a clause with its preposition.
    fn requirement(&self, matches: bool, asked: &Asked<'_>) -> String {
        match self {
            Part::Principal if matches => {
                "if the statement's principals include the caller".to_owned()
            }
            Part::Principal => "if the statement's principals leave out the caller".to_owned(),
            Part::Resource { negated, entries } => {
                let verb = if matches != *negated { "is" } else { "is not" };
                let names = join(entries.iter().map(|(name, _)| *name), " or ");
                format!("if the resource {} {verb} {names}", asked.resource)
            }
            Part::Condition(condition) => condition_requirement(condition, matches),
        }
    }
}

fn condition_requirement(condition: &Condition, matches: bool) -> String {
    let operator = condition.operator;
    let key = condition.key.as_str();
    if operator.comparison == Comparison::Null {
        let absent = condition.when_absent() == matches;
        return format!(
            "if `{key}` is {}",
            if absent { "absent" } else { "present" }
        );
    }
    // Whether a value of the request should equal one of the policy, or none.
    let equal = matches != operator.negated;
    let absent_will_do = condition.when_absent() == matches;
    if let Some(phrase) = well_known(condition, equal) {
        return if absent_will_do {
            format!("{phrase} or where `{key}` is absent")
        } else {
            phrase
        };
    }
    let subject = match (operator.quantifier, matches) {
        (Quantifier::One, _) => format!("`{key}`"),
        (Quantifier::ForAllValues, true) | (Quantifier::ForAnyValue, false) => {
            format!("every value of `{key}`")
        }
        (Quantifier::ForAllValues, false) | (Quantifier::ForAnyValue, true) => {
            format!("some value of `{key}`")
        }
    };
    let predicate = predicate(condition, equal);
    match (predicate.covers_absence, absent_will_do) {
        (true, true) | (false, false) => format!("if {subject} {}", predicate.text),
        (true, false) => format!("if {subject} is present and {}", predicate.text),
        (false, true) => format!("if {subject} {} or is absent", predicate.text),
    }
}

/// Conditions that have plainer names than their keys.
fn well_known(condition: &Condition, equal: bool) -> Option<String> {
    if condition.operator.quantifier != Quantifier::One {
        return None;
    }
    match (condition.lower_key(), condition.operator.comparison) {
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
        ("aws:multifactorauthpresent", Comparison::Bool) => match condition.values.as_slice() {
            [value] => {
                let with = value.eq_ignore_ascii_case("true") == equal;
                Some(if with { "with MFA" } else { "without MFA" }.to_owned())
            }
            _ => None,
        },
        ("aws:sourceip", Comparison::IpAddress) => {
            let networks = join(&condition.values, " or ");
            Some(if equal {
                format!("from {networks}")
            } else {
                format!("from outside {networks}")
            })
        }
        _ => None,
    }
}

struct Predicate {
    text: String,
    /// Whether a reader takes it to hold of an absent key as well.
    covers_absence: bool,
}

fn predicate(condition: &Condition, equal: bool) -> Predicate {
    let (verb, connective) = match condition.operator.comparison {
        Comparison::Numeric(order) if order != Order::Equals => {
            (numeric_verb(order, equal), order_connective(equal))
        }
        Comparison::Date(order) if order != Order::Equals => {
            (date_verb(order, equal), order_connective(equal))
        }
        comparison => {
            let several = condition.values.len() > 1;
            let verb = match (comparison, equal) {
                (Comparison::StringLike | Comparison::Arn, true) => "is like",
                (Comparison::StringLike | Comparison::Arn, false) if several => "is like none of",
                (Comparison::StringLike | Comparison::Arn, false) => "is not like",
                (Comparison::IpAddress, true) => "is in",
                (Comparison::IpAddress, false) => "is outside",
                (_, true) => "is",
                (_, false) if several => "is none of",
                (_, false) => "is not",
            };
            let text = format!(
                "{verb} {}",
                join(&condition.values, if equal { " or " } else { ", " })
            );
            return Predicate {
                text,
                covers_absence: !equal,
            };
        }
    };
    Predicate {
        text: format!("{verb} {}", join(&condition.values, connective)),
        covers_absence: false,
    }
}

/// Above all limits is above each of them.
fn order_connective(holds: bool) -> &'static str {
    if holds { " or " } else { " and " }
}

fn numeric_verb(order: Order, holds: bool) -> &'static str {
    match (order, holds) {
        (Order::LessThan, true) | (Order::GreaterThanEquals, false) => "is less than",
        (Order::LessThanEquals, true) | (Order::GreaterThan, false) => "is at most",
        (Order::GreaterThan, true) | (Order::LessThanEquals, false) => "is more than",
        (Order::GreaterThanEquals, true) | (Order::LessThan, false) => "is at least",
        (Order::Equals, true) => "is",
        (Order::Equals, false) => "is not",
    }
}

fn date_verb(order: Order, holds: bool) -> &'static str {
    match (order, holds) {
        (Order::LessThan, true) | (Order::GreaterThanEquals, false) => "is before",
        (Order::LessThanEquals, true) | (Order::GreaterThan, false) => "is not after",
        (Order::GreaterThan, true) | (Order::LessThanEquals, false) => "is after",
        (Order::GreaterThanEquals, true) | (Order::LessThan, false) => "is not before",
        (Order::Equals, true) => "is",
        (Order::Equals, false) => "is not",
    }
}

fn join(parts: impl IntoIterator<Item = impl AsRef<str>>, connective: &str) -> String {
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() {
            text.push_str(connective);
        }
        text.push_str(part.as_ref());
    }
    text
}
