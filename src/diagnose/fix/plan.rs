//! What to change, all in all, and the steps that follow.

use super::change::{Change, ChangeKind, Uneditable, WayAround};
use super::proof::Proof;
use crate::catalog::Code;
use crate::diagnose::cause::{Cause, LayerRefusal, Name, PageId};
use crate::diagnose::remedy::Step;
use aws_refusal::{Effect, Layer};

/// What to change so that the pages open that the answer rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// In the order in which to make them; all of them are needed. Empty where no policy is in the way, or none of those
    /// that are can be changed.
    pub changes: Vec<Change>,
    /// Ways around a Deny that change no document. Each takes the place of the changes for its codes, and comes first in
    /// the steps.
    pub alternatives: Vec<Alternative>,
    /// With all changes made. `None` where there are none.
    pub proof: Option<Proof>,
    /// What is in the way and can't be edited.
    pub uneditable: Vec<(Code, Uneditable)>,
}

impl Plan {
    /// Takes the pages from what the changes open that something else closes.
    pub fn closed_for_other_reasons(&mut self, is_closed: impl Fn(PageId) -> bool) {
        let proofs = self.alternatives.iter_mut().map(|one| &mut one.proof);
        for proof in proofs.chain(&mut self.proof) {
            proof.opens.retain(|id| !is_closed(id));
        }
    }

    /// Puts the steps of a cause in line with the plan: a way around its Deny comes first; where no change was made, the
    /// step says what to do by hand.
    pub fn settle(&self, cause: &mut Cause) {
        let Some(position) = cause
            .remedy
            .steps
            .iter()
            .position(|step| *step == Step::MakeChange)
        else {
            return;
        };
        let Some(refusal) = &cause.refusal else {
            return;
        };
        let has_change = self.changes_for(cause.code).next().is_some();
        if !has_change && self.obstacles_for(cause.code).next().is_none() {
            cause.remedy.steps[position] = by_hand(refusal);
        }
        let ways = self
            .alternatives
            .iter()
            .filter(|alternative| alternative.codes.contains(&cause.code));
        // To detach the policy may be the change itself.
        let detaches = self
            .changes_for(cause.code)
            .any(|change| matches!(change.kind, ChangeKind::Detach { .. }));
        let steps: Vec<Step> = ways
            .filter(|_| !detaches)
            .map(|alternative| alternative.way.step())
            .collect();
        if !steps.is_empty() && cause.remedy.steps[position] == Step::MakeChange {
            cause.remedy.steps[position] = Step::MakeChangeInstead;
        }
        cause.remedy.steps.splice(position..position, steps);
    }

    /// The policies that a cause names and that nobody can edit as they are.
    pub fn obstacles_for(&self, code: Code) -> impl Iterator<Item = &Uneditable> {
        let held = self.uneditable.iter();
        held.filter(move |(held, why)| *held == code && *why != Uneditable::Unread)
            .map(|(_, why)| why)
    }

    /// The changes in which a cause has a part.
    pub fn changes_for(&self, code: Code) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(move |change| change.codes.contains(&code))
    }
}

/// A way around a Deny that changes no document.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The causes that it ends.
    pub codes: Vec<Code>,
    pub way: WayAround,
    /// With this made and every change that is not for these codes.
    pub proof: Proof,
}

/// What to do where the policy that refuses could not be read, or none of those that are there can be changed.
fn by_hand(refusal: &LayerRefusal) -> Step {
    match (refusal.layer, refusal.effect) {
        (Layer::ServiceControlPolicy, Effect::ExplicitDeny) => Step::FindPolicyOnPath,
        (Layer::ServiceControlPolicy, Effect::ImplicitDeny) => Step::AllowAtLevels {
            targets: refusal
                .omitted_at
                .iter()
                .map(|level| level.target.clone())
                .collect(),
        },
        (layer, effect) => Step::EditUnreadPolicy { layer, effect },
    }
}

impl WayAround {
    fn step(&self) -> Step {
        match self {
            Self::LeaveGroup { group, .. } => Step::LeaveGroup {
                group: group.clone(),
            },
            Self::Detach { policy, .. } => Step::Detach {
                policy: Name(policy.name().to_owned()),
            },
        }
    }
}
