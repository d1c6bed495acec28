//! What the engine says once the changes are made.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnose::layers::{Engine, Way};
use crate::diagnose::question::Question;
use crate::evidence::Evidence;
use crate::text::list;
use crate::words::{policies, requirement};
use iam_policy::{Decision, LayerOutcome};

/// The engine's answers with every change made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    /// The actions that the pages need on which the answer rests.
    pub actions: Vec<String>,
    /// Those of them that the policies that were read allow, once changed.
    pub allowed: Vec<String>,
    /// What could not be read, and may refuse all the same.
    pub unread: BTreeSet<String>,
    /// The causes that none of the changes lifts.
    pub not_lifted: Vec<&'static str>,
    /// What the others still wait for, with the actions.
    pub waiting: BTreeMap<String, Vec<String>>,
}

impl Proof {
    pub(super) fn of(
        changed: &Evidence,
        question: &Question,
        not_lifted: Vec<&'static str>,
    ) -> Self {
        let engine = Engine::new(changed);
        let actions = question.deciding_actions();
        let mut proof = Self {
            actions: actions.iter().map(|action| (*action).to_owned()).collect(),
            allowed: Vec::new(),
            unread: BTreeSet::new(),
            not_lifted,
            waiting: BTreeMap::new(),
        };
        for action in actions {
            let verdict = engine.authorize(Way::CommandLine, action);
            let unread = verdict
                .layers
                .iter()
                .filter_map(|layer| match &layer.outcome {
                    LayerOutcome::Unreadable { reason } => Some(reason.clone()),
                    _ => None,
                });
            let as_read = verdict.layers.iter().all(|layer| {
                matches!(
                    layer.outcome,
                    LayerOutcome::Allows { .. } | LayerOutcome::Unreadable { .. }
                )
            });
            if as_read {
                proof.allowed.push(action.to_owned());
                proof.unread.extend(unread);
                continue;
            }
            let waits_for = match verdict.decision {
                Decision::Undetermined => verdict
                    .depends_on
                    .first()
                    .map_or_else(String::new, |one| requirement::sentence(&one.requirement)),
                _ => verdict.blockers().next().map_or_else(String::new, |layer| {
                    format!("{} still refuses", policies::layer(&layer.kind))
                }),
            };
            let actions = proof.waiting.entry(waits_for).or_default();
            actions.push(action.to_owned());
        }
        proof
    }

    /// Whether the changes suffice, as far as it was seen.
    pub fn suffices(&self) -> bool {
        self.waiting.is_empty() && self.not_lifted.is_empty()
    }

    /// The result in a sentence.
    pub fn sentence(&self) -> String {
        let (all, allowed) = (self.actions.len(), self.allowed.len());
        if self.suffices() {
            let tried = format!(
                "tried: with this change the policies allow all {all} actions that are needed"
            );
            return match self.unread.first() {
                None => tried,
                Some(reason) => {
                    format!("{tried}, as far as they could be read (not all could: {reason})")
                }
            };
        }
        if self.waiting.is_empty() {
            return format!(
                "tried: with this change the policies that were read allow all {all} actions that are needed; {} has to be \
                 lifted besides",
                list(&self.not_lifted)
            );
        }
        let waiting: Vec<&str> = self.waiting.keys().map(String::as_str).collect();
        format!(
            "tried: with this change the policies allow {allowed} of the {all} actions that are needed; the others wait for \
             more: {}",
            waiting.join("; ")
        )
    }
}
