//! What an undecided permission depends on, in words that a person can act on.

use iam_policy::{
    Comparison, Order, Quantifier, Requirement, Residual, ResidualCondition, ResidualPart,
    ResidualResource,
};

/// What must hold for the request to be allowed, such as ``allowed only if `aws:PrincipalTag/team` is finance``.
pub fn sentence(requirement: &Requirement) -> String {
    match requirement {
        Requirement::SomeAllowApplies(residuals) => {
            let alternatives = residuals.iter().map(|one| clauses(one, true, " and "));
            format!("allowed only {}", join(alternatives, ", or "))
        }
        Requirement::DenyDoesNotApply(residual) => {
            format!("allowed only {}", clauses(residual, false, " or "))
        }
        Requirement::UnreadPoliciesAllow { reason } => {
            format!("allowed only if policies that could not be read allow it: {reason}")
        }
    }
}

fn clauses(residual: &Residual, matches: bool, connective: &str) -> String {
    join(
        residual.parts.iter().map(|part| clause(part, matches)),
        connective,
    )
}

/// What must hold for the part to match, or not to: a clause with its preposition.
fn clause(part: &ResidualPart, matches: bool) -> String {
    match part {
        ResidualPart::Principal if matches => {
            "if the statement's principals include the caller".to_owned()
        }
        ResidualPart::Principal => "if the statement's principals leave out the caller".to_owned(),
        ResidualPart::Resource(ResidualResource {
            resource,
            negated,
            entries,
        }) => {
            let verb = if matches != *negated { "is" } else { "is not" };
            format!("if the resource {resource} {verb} {}", entries.join(" or "))
        }
        ResidualPart::Condition(condition) => condition_clause(condition, matches),
    }
}

pub(super) fn condition_clause(condition: &ResidualCondition, matches: bool) -> String {
    let operator = condition.operator;
    let key = condition.key.as_str();
    let absent_will_do = condition.matches_absent == matches;
    if operator.comparison == Comparison::Null {
        let presence = if absent_will_do { "absent" } else { "present" };
        return format!("if `{key}` is {presence}");
    }
    // Whether a value of the request should equal one of the policy, or none.
    let equal = matches != operator.negated;
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
fn well_known(condition: &ResidualCondition, equal: bool) -> Option<String> {
    if condition.operator.quantifier != Quantifier::One {
        return None;
    }
    let key = condition.key.to_lowercase();
    match (key.as_str(), condition.operator.comparison) {
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

fn predicate(condition: &ResidualCondition, equal: bool) -> Predicate {
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
