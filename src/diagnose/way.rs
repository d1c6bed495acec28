//! How a request passes on its way, layer by layer, for the report that is handed to somebody.

use super::causes::{Check, Stop};
use super::outcome::{Outcome, Skip};

/// Whether a request passes a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// That was seen.
    Passes,
    /// That was seen.
    StopsHere,
    /// It was looked at, and could not be told.
    NotKnown,
    /// It was looked for, and there is none.
    NotThere,
    /// Nobody looked.
    NotLookedAt,
}

/// Every stop, and whether a request passes it.
pub fn way(checks: &[(&'static Check, Outcome)]) -> Vec<(Stop, Passage)> {
    Stop::ALL
        .into_iter()
        .map(|stop| {
            let at_stop = checks.iter().filter(|(check, _)| check.stop == Some(stop));
            (stop, passage(at_stop.map(|(_, outcome)| outcome)))
        })
        .collect()
}

fn passage<'a>(outcomes: impl Iterator<Item = &'a Outcome> + Clone) -> Passage {
    let any = |is: fn(&Outcome) -> bool| outcomes.clone().any(is);
    if any(|outcome| matches!(outcome, Outcome::Failed(_))) {
        Passage::StopsHere
    } else if any(|outcome| matches!(outcome, Outcome::Inconclusive(_) | Outcome::Hindered(_))) {
        Passage::NotKnown
    } else if any(|outcome| matches!(outcome, Outcome::Passed(_) | Outcome::Warning(_))) {
        Passage::Passes
    } else if any(|outcome| matches!(outcome, Outcome::Skipped(Skip::NotApplicable(_)))) {
        Passage::NotThere
    } else {
        Passage::NotLookedAt
    }
}
