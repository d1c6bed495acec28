//! Why a fact is missing, in words: here, since the policy engine is handed them for what could not be read.

use super::{Failure, Gap, GapCause};
use crate::text::sanitize;

impl Gap {
    /// A clause without a full stop, fit to print.
    pub fn reason(&self) -> String {
        sanitize(&match &self.cause {
            GapCause::Refused { call, action, .. } if self.is_denied() => {
                let what = if action.is_empty() { call } else { action };
                format!("{what} is not allowed")
            }
            GapCause::Refused { refusal, .. } => format!("AWS answered “{}”", refusal.message),
            GapCause::CallFailed {
                call,
                failure,
                detail,
            } => {
                let failed = failure.of(call);
                if detail.is_empty() {
                    failed
                } else {
                    format!("{failed}: {detail}")
                }
            }
            GapCause::NoApi { because } | GapCause::NotAsked { because, .. } => because.clone(),
            GapCause::NotAskedAgain {
                call,
                failure,
                cost_usd,
            } => format!(
                "{}; asking again may cost another {cost_usd} USD: run `check` again",
                failure.of(call)
            ),
            GapCause::Unreadable { reason } => reason.clone(),
        })
    }
}

impl Failure {
    /// That the call failed so: a clause.
    pub fn of(self, call: &str) -> String {
        match self {
            Self::NoCredentials => format!("{call} could not be signed without credentials"),
            Self::TimedOut => format!("{call} timed out"),
            Self::Unreachable => format!("{call} got no connection"),
            Self::Throttled => format!("AWS throttled {call}, at the last attempt too"),
            Self::ServerError => format!("{call} failed with an error on AWS's side"),
            Self::NotUnderstood => format!(
                "{call} was answered by something other than AWS (a proxy or a sign-in page?)"
            ),
            Self::NotFound => format!("{call} found nothing"),
            Self::Other => format!("{call} failed"),
        }
    }
}
