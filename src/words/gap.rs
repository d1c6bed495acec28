//! Why a fact is missing.

use super::shown::shown;
use crate::evidence::{Failure, Gap, GapCause};

/// The reason: a clause without a full stop.
pub fn gap(gap: &Gap) -> String {
    match &gap.cause {
        GapCause::Refused { call, action, .. } if gap.is_denied() => {
            if action.is_empty() {
                format!("{} is not allowed", shown(call))
            } else {
                format!("{} is not allowed", shown(action))
            }
        }
        GapCause::Refused { refusal, .. } => format!("AWS answered “{}”", shown(&refusal.message)),
        GapCause::CallFailed {
            call,
            failure,
            detail,
        } => {
            let failed = failed(*failure, &shown(call));
            if detail.is_empty() {
                failed
            } else {
                format!("{failed}: {}", shown(detail))
            }
        }
        GapCause::NoApi { because } | GapCause::NotAsked { because, .. } => shown(because),
        GapCause::NotAskedAgain {
            call,
            failure,
            cost_usd,
        } => format!(
            "{}; asking again may cost another {cost_usd} USD: run `check` again",
            failed(*failure, &shown(call))
        ),
        GapCause::Unreadable { reason } => shown(reason),
    }
}

/// How a call failed: a clause.
pub(super) fn failed(failure: Failure, call: &str) -> String {
    match failure {
        Failure::NoCredentials => format!("{call} could not be signed without credentials"),
        Failure::TimedOut => format!("{call} timed out"),
        Failure::Unreachable => format!("{call} got no connection"),
        Failure::Throttled => format!("AWS throttled {call}, at the last attempt too"),
        Failure::ServerError => format!("{call} failed with an error on AWS's side"),
        Failure::NotUnderstood => {
            format!("{call} was answered by something other than AWS (a proxy or a sign-in page?)")
        }
        Failure::NotFound => format!("{call} found nothing"),
        Failure::Other => format!("{call} failed"),
    }
}
