//! A fact that was seen, could not be seen, or does not arise: never confused with each other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::said;
use aws_refusal::{self, Refusal, RefusalKind};

/// What is known of one fact. "Could not look" is neither "fine" nor "broken".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", tag = "observed")]
pub enum Observed<T> {
    /// AWS said so.
    Known { value: T },
    /// It could not be found out, and why.
    Unknown(Gap),
    /// The question does not arise: an IAM user has no session policy, a standalone account no organization.
    NotApplicable { because: String },
}

impl<T> Observed<T> {
    /// The value, where it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known { value } => Some(value),
            _ => None,
        }
    }

    /// Why it is not known, where it could not be found out.
    pub fn gap(&self) -> Option<&Gap> {
        match self {
            Self::Unknown(gap) => Some(gap),
            _ => None,
        }
    }

    /// What AWS said when it refused to tell.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self.gap()?.cause {
            GapCause::Refused { ref refusal, .. } => Some(refusal),
            _ => None,
        }
    }
}

impl Observed<super::Answer> {
    /// Whether the service refused for a reason of its own, which it gives only to whom IAM allows the call: the
    /// switch, Cost Explorer, the payer. Such a refusal answers what the call was made for.
    pub fn is_told(&self) -> bool {
        self.refusal().is_some_and(|refusal| {
            matches!(
                refusal.kind,
                RefusalKind::IamAccessNotActivated
                    | RefusalKind::CostExplorerNotEnabled
                    | RefusalKind::DataNotReady
                    | RefusalKind::LinkedAccount { .. }
            )
        })
    }
}

impl<T> From<Result<T, Gap>> for Observed<T> {
    fn from(result: Result<T, Gap>) -> Self {
        match result {
            Ok(value) => Self::Known { value },
            Err(gap) => Self::Unknown(gap),
        }
    }
}

/// A fact that could not be found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// What is not known, as a noun phrase: "the policies attached to the user".
    pub fact: String,
    pub cause: GapCause,
}

/// Why a fact could not be found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", tag = "cause")]
pub enum GapCause {
    /// AWS answered and refused.
    Refused {
        /// `service:Operation`.
        call: String,
        /// The IAM action that the call needs; empty where it needs none.
        action: String,
        refusal: Box<Refusal>,
    },
    /// The call brought no usable answer.
    CallFailed {
        call: String,
        failure: Failure,
        detail: String,
    },
    /// No API tells it.
    NoApi { because: String },
    /// It was not asked.
    NotAsked { because: String, by_choice: bool },
    /// The call failed, may have been charged all the same, and asking again may cost as much once more.
    NotAskedAgain {
        call: String,
        failure: Failure,
        /// What an answer costs, in US dollars.
        cost_usd: f64,
    },
    /// What was read can't be understood.
    Unreadable { reason: String },
}

/// How a call failed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Failure {
    /// There is nothing to sign the request with.
    NoCredentials,
    /// No answer within the deadline.
    TimedOut,
    /// No connection: refused, no such host, TLS, proxy.
    Unreachable,
    /// AWS asks to slow down, and still did after the retries.
    Throttled,
    /// AWS failed (status 5xx).
    ServerError,
    /// An answer that is not AWS's protocol.
    NotUnderstood,
    /// AWS says there is no such thing.
    NotFound,
    /// AWS found fault with the request, or something else went wrong.
    Other,
}

impl Gap {
    /// A question that was left out, and why.
    pub fn not_asked(fact: &str, because: impl Into<String>) -> Self {
        Self {
            fact: fact.to_owned(),
            cause: GapCause::NotAsked {
                because: because.into(),
                by_choice: false,
            },
        }
    }

    /// Session policies are passed when a session is made, and forgotten.
    pub fn session_policies() -> Self {
        Self {
            fact: said::SESSION_POLICIES.to_owned(),
            cause: GapCause::NoApi {
                because: said::NO_API_FOR_SESSION_POLICIES.to_owned(),
            },
        }
    }

    /// A question that whoever runs the tool chose to leave out.
    pub fn left_out(fact: &str, because: impl Into<String>) -> Self {
        Self {
            fact: fact.to_owned(),
            cause: GapCause::NotAsked {
                because: because.into(),
                by_choice: true,
            },
        }
    }

    /// Whether it was left out because whoever runs the tool chose so.
    pub fn by_choice(&self) -> bool {
        matches!(
            self.cause,
            GapCause::NotAsked {
                by_choice: true,
                ..
            }
        )
    }

    /// The IAM action that would have shown it, where a permission was what lacked.
    pub fn missing_action(&self) -> Option<&str> {
        match &self.cause {
            GapCause::Refused {
                action, refusal, ..
            } if is_denial(refusal) && !action.is_empty() => Some(action),
            _ => None,
        }
    }

    /// Whether AWS refused for want of a permission, as far as it tells.
    pub fn is_denied(&self) -> bool {
        matches!(&self.cause, GapCause::Refused { refusal, .. } if is_denial(refusal))
    }
}

/// Whether it is a permission that lacks, as far as the refusal tells: IAM's grammar, or nothing but a code that
/// says "you may not".
fn is_denial(refusal: &Refusal) -> bool {
    match refusal.kind {
        // Organizations tells everybody but the management account and its delegates that they may not ask.
        RefusalKind::Policy(_) | RefusalKind::ManagementAccountOnly => true,
        RefusalKind::Unrecognised => refusal.code.as_deref().is_none_or(aws_refusal::denies),
        _ => false,
    }
}
