//! Two witnesses that can't both be right.

use std::collections::BTreeSet;

use super::extent::few_or_count;
use crate::diagnose::judgement::Contradiction;

/// Both sides, and which of them counts.
pub fn contradiction(contradiction: Contradiction, actions: &BTreeSet<&str>) -> String {
    let actions: Vec<&str> = actions.iter().copied().collect();
    let actions = few_or_count(&actions);
    match contradiction {
        Contradiction::AnsweredThoughNotAllowed => format!(
            "AWS answered {actions}, although the policies that were read do not allow this. What AWS did counts."
        ),
        Contradiction::RefusedThoughAllowed => format!(
            "AWS refused {actions}, although the policies that were read allow this. What AWS did counts. A policy may \
             have changed just now, or there is one that could not be read."
        ),
        Contradiction::SimulatorRefuses => format!(
            "The policies that were read allow {actions}, but AWS's policy simulator does not. Nothing here shows \
             which of them is right."
        ),
        Contradiction::SimulatorAllows => format!(
            "The policies that were read do not allow {actions}, but AWS's policy simulator does. The report goes by \
             the policies."
        ),
    }
}
