//! What an undecided answer waits for, as data. The program that shows it to people makes the sentence.

use super::condition::{Condition, ResidualCondition};
use super::form::Extent;
use super::layer::StatementRef;
use super::request::ContextValue;
use super::statement::{Asked, Statement};
use super::truth::Truth;

/// What must turn out to be so for a request to be allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// One of these Allow statements applies: every undecided part of it matches.
    SomeAllowApplies(Vec<Residual>),
    /// This Deny statement does not apply: at least one undecided part of it does not match.
    DenyDoesNotApply(Residual),
    /// The policies of the layer, which could not be read, allow the request.
    UnreadPoliciesAllow {
        /// Why they could not be read, as the caller gave it.
        reason: String,
    },
}

/// What is left of a statement once everything decided is taken out. The decided parts match, or the statement would
/// not be undecided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residual {
    /// Which statement.
    pub statement: StatementRef,
    /// At least one.
    pub parts: Vec<ResidualPart>,
}

/// An element of a statement that can't be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResidualPart {
    /// `Principal` or `NotPrincipal` names somebody; it matches if the caller is among those whom it means.
    Principal,
    /// `Resource`, or `NotResource`.
    Resource(ResidualResource),
    /// One key under one operator.
    Condition(ResidualCondition),
}

/// The entries of `Resource` or `NotResource` that can't be judged, for the want of a policy variable's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidualResource {
    /// The resource of the request, as it was given.
    pub resource: String,
    /// Whether it is `NotResource`, which matches if no entry names the resource.
    pub negated: bool,
    /// As the policy writes them.
    pub entries: Vec<String>,
}

impl Requirement {
    /// The statements that it is about, with what is undecided in each.
    pub fn residuals(&self) -> &[Residual] {
        match self {
            Requirement::SomeAllowApplies(residuals) => residuals,
            Requirement::DenyDoesNotApply(residual) => std::slice::from_ref(residual),
            Requirement::UnreadPoliciesAllow { .. } => &[],
        }
    }
}

/// What is undecided in a statement, and the context keys on which it depends, as the policy writes them.
pub(super) fn residual(
    reference: StatementRef,
    statement: &Statement,
    asked: &Asked<'_>,
) -> (Residual, Vec<String>) {
    let (mut parts, mut keys) = (Vec::new(), Vec::new());
    let principals = statement.principals.as_ref();
    if principals.is_some_and(|principals| principals.contains() == Truth::Unknown) {
        parts.push(ResidualPart::Principal);
    }
    if statement.resources.extent(asked) == Extent::Unknown {
        parts.push(ResidualPart::Resource(resource(
            statement, asked, &mut keys,
        )));
    }
    for condition in &statement.conditions {
        if condition.evaluate(asked.context) == Truth::Unknown {
            keys.extend(unknown_keys(condition, asked));
            parts.push(ResidualPart::Condition(ResidualCondition::of(condition)));
        }
    }
    let residual = Residual {
        statement: reference,
        parts,
    };
    (residual, keys)
}

fn resource(statement: &Statement, asked: &Asked<'_>, keys: &mut Vec<String>) -> ResidualResource {
    let resources = &statement.resources;
    let mut entries = Vec::new();
    for (name, pattern) in resources.names.iter().zip(&resources.patterns) {
        if pattern.extent(&asked.target, asked.context) == Extent::Unknown {
            entries.push(name.clone());
            let variables = pattern
                .template()
                .into_iter()
                .flat_map(|template| template.variables());
            let unknown = variables.filter(|variable| variable.is_unknown(asked.context));
            keys.extend(unknown.map(|variable| variable.name.clone()));
        }
    }
    ResidualResource {
        resource: asked.resource.as_str().to_owned(),
        negated: resources.negated,
        entries,
    }
}

fn unknown_keys(condition: &Condition, asked: &Asked<'_>) -> Vec<String> {
    let variables = condition.variables();
    let unknown = variables.filter(|variable| variable.is_unknown(asked.context));
    let mut keys: Vec<String> = unknown.map(|variable| variable.name.clone()).collect();
    let key_is_known = asked.context.get_lower(condition.lower_key()) != &ContextValue::Unknown;
    // A known key that is undecided for no variable has several values under an operator for one.
    if !key_is_known || keys.is_empty() {
        keys.push(condition.key.clone());
    }
    keys
}
