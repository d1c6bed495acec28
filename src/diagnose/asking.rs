//! One question to the engine about one action, on whatever a request for it may name. `check`, `audit` and the trial of
//! changes all ask by this way.

use std::collections::BTreeSet;

use iam_policy::{
    Context, Decision, Layer, LayerOutcome, PrincipalKind, Request, Resource, StatementRef, Unmet,
    Verdict, authorize, statement, unmet_conditions,
};

use crate::catalog::{Place, requests};

/// What the policies say of an action.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Of the request that gets farthest.
    pub verdict: Verdict,
    /// The resource that it is about: an ARN, a form of ARNs, or `*`.
    pub resource: String,
    /// Where it is allowed on some of it: on what.
    pub part: Option<Part>,
}

/// A part of what an action acts on, in the words of the policies: ARNs, with wildcards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// What alone is allowed. Empty where everything is but the exceptions.
    pub only: BTreeSet<String>,
    /// What is denied.
    pub except: BTreeSet<String>,
}

/// Whether the layers allow an action on what a request for it may name: on all of it, on some, on none.
///
/// Requests differ in what they name, a billing view or none; the best of them counts, since the person can choose it.
pub fn ask(
    layers: &[Layer],
    principal: PrincipalKind,
    action: &str,
    context: &Context,
    place: Option<&Place>,
) -> Asked {
    let verdict_on = |resource: &str| {
        let request = Request {
            principal,
            action,
            resource: resource_of(resource),
            context,
        };
        authorize(layers, &request)
    };
    let mut answers: Vec<(Verdict, String)> = alternatives(action, place)
        .into_iter()
        .filter_map(|together| {
            // A request that names several things needs all of them.
            let verdicts = together
                .into_iter()
                .map(|resource| (verdict_on(&resource), resource));
            verdicts.max_by_key(|(verdict, _)| distance(verdict))
        })
        .collect();
    answers.sort_by_key(|(verdict, _)| distance(verdict));
    let mut answers = answers.into_iter();
    let Some((mut verdict, resource)) = answers.next() else {
        unreachable!("every action is asked about on something");
    };
    let mut part = Part::default();
    if verdict.decision == Decision::Allowed {
        let denied = answers.find(|(other, _)| other.decision == Decision::ExplicitDeny);
        if let Some((other, resource)) = denied {
            verdict.decision = Decision::AllowedOnSome;
            for layer in &other.layers {
                if let LayerOutcome::Denies { by } = &layer.outcome {
                    let named = named(layers, by, resource_of(&resource), context);
                    part.except.extend(named);
                }
            }
        }
    } else if verdict.decision == Decision::AllowedOnSome {
        for layer in &verdict.layers {
            if let LayerOutcome::AllowsSome { by, except } = &layer.outcome {
                let resource = resource_of(&resource);
                part.only.extend(named(layers, by, resource, context));
                part.except.extend(named(layers, except, resource, context));
            }
        }
        // What is allowed on everything is no part.
        part.only.remove("*");
    }
    Asked {
        part: (verdict.decision == Decision::AllowedOnSome).then_some(part),
        verdict,
        resource,
    }
}

/// What these statements name of a resource.
fn named(
    layers: &[Layer],
    statements: &[StatementRef],
    resource: Resource<'_>,
    context: &Context,
) -> BTreeSet<String> {
    statements
        .iter()
        .filter_map(|one| statement(layers, one))
        .flat_map(|found| found.resources_within(resource, context))
        .map(str::to_owned)
        .collect()
}

/// The Allow statements that speak of an action and do not apply for their conditions, on the request that gets farthest.
pub fn unmet(
    layers: &[Layer],
    principal: PrincipalKind,
    action: &str,
    context: &Context,
    resource: &str,
) -> Vec<Unmet> {
    let request = Request {
        principal,
        action,
        resource: resource_of(resource),
        context,
    };
    unmet_conditions(layers, &request)
}

fn alternatives(action: &str, place: Option<&Place>) -> Vec<Vec<String>> {
    match place {
        Some(place) => requests(action, place),
        None => vec![vec!["*".to_owned()]],
    }
}

/// As the engine takes it: exact, or a form.
pub fn resource_of(text: &str) -> Resource<'_> {
    match text {
        "*" => Resource::ANY,
        form if form.contains('*') => Resource::Form(form),
        arn => Resource::Exact(arn),
    }
}

/// How far a request is from being allowed: the kind of answer, how many layers refuse, and how many statements deny.
fn distance(verdict: &Verdict) -> (u8, usize, usize) {
    let kind = match verdict.decision {
        Decision::Allowed => 0,
        Decision::AllowedOnSome => 1,
        Decision::Undetermined => 2,
        // What is only not allowed is nearer than what is denied.
        Decision::ImplicitDeny => 3,
        Decision::ExplicitDeny => 4,
    };
    let denying = verdict.layers.iter().map(|layer| match &layer.outcome {
        LayerOutcome::Denies { by } => by.len(),
        _ => 0,
    });
    (kind, verdict.blockers().count(), denying.sum())
}
