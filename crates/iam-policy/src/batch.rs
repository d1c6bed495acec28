//! Many questions about many principals.

use std::collections::HashMap;

use super::action::ActionName;
use super::authorize::judge;
use super::document::Document;
use super::layer::{Layer, LayerKind, PolicyId};
use super::request::{Context, ContextValue, PrincipalKind, Resource};
use super::statement::Asked;
use super::verdict::Verdict;

/// A principal about whom questions are asked.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What kind of principal it is.
    pub principal: PrincipalKind,
    /// The layers that stand between it and every action.
    pub layers: Vec<Layer>,
    /// What is known of the context of its requests.
    pub context: Context,
}

/// What every principal is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// `prefix:Name`, in any case.
    pub action: &'a str,
    /// What the action is to be done to.
    pub resource: Resource<'a>,
}

/// Asks every question of every subject, as [`authorize`](super::authorize) would answer it.
///
/// `answer` gets each verdict with the positions of the subjects that it holds for and of the question. Subjects with
/// the same policies, and the same values of the context keys that those policies ask about, are judged once; policies
/// are the same if they share a document in memory. The order is that of the first subject of each kind, then that of
/// the questions.
pub fn authorize_each(
    subjects: &[Subject],
    questions: &[Question<'_>],
    mut answer: impl FnMut(&[usize], usize, Verdict),
) {
    let actions: Vec<ActionName> = questions
        .iter()
        .map(|question| ActionName::new(question.action))
        .collect();
    for (subject, alike) in groups(subjects) {
        for (position, (question, action)) in questions.iter().zip(&actions).enumerate() {
            let asked = Asked::new(action, question.resource, &subject.context);
            answer(
                &alike,
                position,
                judge(&subject.layers, subject.principal, &asked),
            );
        }
    }
}

/// Everything that a subject's verdicts can depend on.
#[derive(PartialEq, Eq, Hash)]
struct Likeness<'a> {
    principal: PrincipalKind,
    layers: Vec<(&'a LayerKind, PolicySet<'a>)>,
    context: Vec<(&'a str, &'a ContextValue)>,
}

/// The ids and places in memory of a layer's documents, or why it could not be read.
type PolicySet<'a> = Result<Vec<(&'a PolicyId, *const Document)>, &'a str>;

/// The subjects that are alike, each group under its first member.
fn groups(subjects: &[Subject]) -> Vec<(&Subject, Vec<usize>)> {
    let mut groups: Vec<(&Subject, Vec<usize>)> = Vec::new();
    let mut known: HashMap<Likeness<'_>, usize> = HashMap::new();
    for (position, subject) in subjects.iter().enumerate() {
        let group = *known.entry(Likeness::of(subject)).or_insert_with(|| {
            groups.push((subject, Vec::new()));
            groups.len() - 1
        });
        groups[group].1.push(position);
    }
    groups
}

impl Likeness<'_> {
    fn of(subject: &Subject) -> Likeness<'_> {
        let policies = || {
            subject
                .layers
                .iter()
                .filter_map(|layer| layer.policies.as_ref().ok())
                .flatten()
        };
        let mut keys: Vec<&str> = policies()
            .flat_map(|policy| policy.document.context_keys())
            .map(String::as_str)
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let layers = subject.layers.iter().map(|layer| {
            let identity = match &layer.policies {
                Ok(policies) => Ok(policies
                    .iter()
                    .map(|policy| (&policy.id, &raw const *policy.document))
                    .collect()),
                Err(unreadable) => Err(unreadable.reason.as_str()),
            };
            (&layer.kind, identity)
        });
        Likeness {
            principal: subject.principal,
            layers: layers.collect(),
            context: keys
                .into_iter()
                .map(|key| (key, subject.context.get_lower(key)))
                .collect(),
        }
    }
}
