//! What the engine says once the changes are made.

use std::collections::BTreeSet;

use super::apply::with_changes;
use super::change::Change;
use crate::catalog::{Code, is_sensitive};
use crate::diagnose::asking::{Asked, Part};
use crate::diagnose::cause::{Action, PageId};
use crate::diagnose::layers::{Engine, Way};
use crate::diagnose::question::Question;
use crate::evidence::Evidence;
use iam_policy::{Decision, Dependency, LayerKind, LayerOutcome, Verdict};

/// The engine's answers with every change made.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The actions that the pages need on which the answer rests.
    pub actions: Vec<Action>,
    /// Those of them that the policies that were read allow, once changed.
    pub allowed: Vec<Action>,
    /// What could not be read, and may refuse all the same.
    pub unread: BTreeSet<String>,
    /// The causes that none of the changes ends.
    pub not_lifted: Vec<Code>,
    /// What the others still wait for.
    pub waiting: Vec<Waiting>,
    /// The pages that the policies open now and did not before.
    pub opens: Vec<PageId>,
    /// The pages of the report that the policies still close.
    pub still_closed: Vec<PageId>,
    /// What was asked and is not granted unless somebody names it: it spends money, changes payment or closes the
    /// account.
    pub left_out: Vec<Action>,
}

/// Actions that are not allowed yet, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    pub on: WaitsFor,
    pub actions: Vec<Action>,
}

/// Why an action is not allowed yet.
#[derive(Clone, Debug, PartialEq)]
pub enum WaitsFor {
    /// A condition that could not be decided.
    Condition(Box<Dependency>),
    /// A layer that refuses.
    Layer(LayerKind),
    /// It is allowed on a part of what it acts on.
    OtherResources(Part),
    /// The engine does not say.
    Unknown,
}

impl Proof {
    /// Whether the changes suffice, as far as it was seen.
    pub fn suffices(&self) -> bool {
        self.waiting.is_empty() && self.not_lifted.is_empty()
    }
}

/// What changes are tried on.
pub(super) struct Trial<'a> {
    evidence: &'a Evidence,
    question: &'a Question,
    codes: &'a [Code],
    open_before: BTreeSet<PageId>,
}

impl<'a> Trial<'a> {
    pub(super) fn new(evidence: &'a Evidence, question: &'a Question, codes: &'a [Code]) -> Self {
        Self {
            evidence,
            question,
            codes,
            open_before: open_pages(&Engine::new(evidence), question),
        }
    }

    /// What these changes come to.
    pub(super) fn of(&self, changes: &[Change]) -> Proof {
        let ended: Vec<Code> = changes.iter().flat_map(|one| one.codes.clone()).collect();
        self.with(&with_changes(self.evidence, changes), &ended)
    }

    /// What it comes to where the evidence is so, and these causes are ended.
    pub(super) fn with(&self, changed: &Evidence, ended: &[Code]) -> Proof {
        let engine = Engine::new(changed);
        let (left_out, actions): (Vec<Action>, Vec<Action>) = self
            .question
            .deciding_actions()
            .into_iter()
            .partition(|action| is_sensitive(action));
        let mut proof = Proof {
            actions,
            allowed: Vec::new(),
            unread: BTreeSet::new(),
            not_lifted: self
                .codes
                .iter()
                .copied()
                .filter(|code| !ended.contains(code))
                .collect(),
            waiting: Vec::new(),
            opens: Vec::new(),
            still_closed: Vec::new(),
            left_out,
        };
        for action in proof.actions.clone() {
            let asked = engine.ask(Way::CommandLine, action);
            if allows_as_read(&asked) {
                proof.allowed.push(action);
                proof.unread.extend(unread(&asked.verdict));
            } else {
                proof.wait(waits_for(asked), action);
            }
        }
        let open = open_pages(&engine, self.question);
        for asked in self.question.pages() {
            let id = asked.page.id.as_str();
            match (open.contains(id), self.open_before.contains(id)) {
                (true, false) => proof.opens.push(id),
                (false, _) => proof.still_closed.push(id),
                (true, true) => {}
            }
        }
        proof
    }
}

impl Proof {
    fn wait(&mut self, on: WaitsFor, action: Action) {
        match self.waiting.iter_mut().find(|known| known.on == on) {
            Some(known) => known.actions.push(action),
            None => self.waiting.push(Waiting {
                on,
                actions: vec![action],
            }),
        }
    }
}

/// The pages that the policies do not close.
fn open_pages(engine: &Engine, question: &Question) -> BTreeSet<PageId> {
    let refused: Vec<Action> = question
        .pages()
        .iter()
        .flat_map(|asked| asked.needs.iter().copied())
        .filter(|action| !allows_as_read(&engine.ask(Way::CommandLine, action)))
        .collect();
    question
        .pages()
        .iter()
        .filter(|asked| !asked.is_closed_by(&refused))
        .map(|asked| asked.page.id.as_str())
        .collect()
}

/// Whether every layer allows all of it that could be read.
fn allows_as_read(asked: &Asked) -> bool {
    let allows = asked.verdict.layers.iter().all(|layer| {
        matches!(
            layer.outcome,
            LayerOutcome::Allows { .. } | LayerOutcome::Unreadable { .. }
        )
    });
    allows && asked.part.is_none()
}

/// Why layers could not be read.
fn unread(verdict: &Verdict) -> impl Iterator<Item = String> {
    verdict
        .layers
        .iter()
        .filter_map(|layer| match &layer.outcome {
            LayerOutcome::Unreadable { reason } => Some(reason.clone()),
            _ => None,
        })
}

fn waits_for(asked: Asked) -> WaitsFor {
    let verdict = asked.verdict;
    let on = match (verdict.decision, asked.part) {
        (_, Some(part)) => Some(WaitsFor::OtherResources(part)),
        (Decision::Undetermined, None) => verdict
            .depends_on
            .first()
            .map(|one| WaitsFor::Condition(Box::new(one.clone()))),
        _ => verdict
            .blockers()
            .next()
            .map(|layer| WaitsFor::Layer(layer.kind.clone())),
    };
    on.unwrap_or(WaitsFor::Unknown)
}
