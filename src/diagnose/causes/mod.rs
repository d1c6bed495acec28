//! The causes, one a file: each looks at the evidence for one thing that takes billing away.
//!
//! A check is a value with a function; it does no input or output and calls no other check. Which of several findings
//! comes first is the order of [`CHECKS`].

mod account_state;
mod boundary;
mod cost_data_not_ready;
mod cost_explorer_not_enabled;
mod credentials;
mod endpoint_unreachable;
mod iam_access_not_activated;
mod identity_policy;
mod key_quarantined;
mod layer_findings;
mod member_budgets_not_enabled;
mod member_cost_explorer_withheld;
mod mfa_required;
mod network_restricted;
mod partition_bills_elsewhere;
mod payer_only_feature;
mod rcp;
mod root_user_in_use;
mod scp;
mod session_cannot_call_iam;
mod session_policy;
mod throttled;
mod vpc_endpoint_policy;

pub use iam_access_not_activated::{Switch, switch};
pub use partition_bills_elsewhere::CODE as BILLS_ELSEWHERE;

use crate::diagnose::finding::Finding;
use crate::diagnose::judgement::Judgement;
use crate::diagnose::question::Question;
use crate::evidence::{Evidence, Observed};
use crate::names::PrincipalArn;

/// What a check reads.
pub struct Case<'a> {
    pub evidence: &'a Evidence,
    pub judgement: &'a Judgement,
    pub question: &'a Question,
}

/// One thing that may take billing away.
pub struct Check {
    /// Kebab-case; names the problem. Never reused once retired.
    pub code: &'static str,
    /// The good state, as a sentence without a full stop.
    pub title: &'static str,
    pub run: fn(&Case) -> Outcome,
}

/// What a check found out.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The good state was seen.
    Passed { because: String },
    /// The bad state was seen, and it blocks.
    Failed(Box<Finding>),
    /// It kept the doctor from looking: of the account it says nothing.
    Hindered(Box<Finding>),
    /// Worth knowing, and not what takes the bill away.
    Warning(Box<Finding>),
    /// It could not be seen.
    Inconclusive { because: String },
    /// The question does not arise.
    Skipped { because: String },
}

/// Every check, in the order in which what they find must be fixed: first what keeps the tool from looking, then from
/// the account inwards, as AWS judges a request.
pub const CHECKS: &[Check] = &[
    credentials::NO_CREDENTIALS,
    credentials::EXPIRED,
    credentials::REJECTED,
    credentials::CLOCK_SKEW,
    endpoint_unreachable::CHECK,
    throttled::CHECK,
    session_cannot_call_iam::CHECK,
    partition_bills_elsewhere::CHECK,
    account_state::NOT_ACTIVE,
    account_state::SUBSCRIPTION_REQUIRED,
    root_user_in_use::CHECK,
    iam_access_not_activated::CHECK,
    scp::REGION_LOCK,
    scp::DENIES,
    scp::OMITS,
    rcp::CHECK,
    member_cost_explorer_withheld::CHECK,
    member_budgets_not_enabled::CHECK,
    payer_only_feature::CHECK,
    boundary::DENIES,
    boundary::OMITS,
    session_policy::DENIES,
    session_policy::OMITS,
    vpc_endpoint_policy::CHECK,
    mfa_required::CHECK,
    network_restricted::CHECK,
    key_quarantined::CHECK,
    identity_policy::DENIES,
    identity_policy::ONLY_LEGACY,
    identity_policy::WITHOUT_COST_EXPLORER,
    identity_policy::OMITS,
    cost_explorer_not_enabled::CHECK,
    cost_data_not_ready::CHECK,
];

impl Case<'_> {
    /// The account's number, where it is known.
    pub(crate) fn account(&self) -> Option<&str> {
        match self.evidence.caller.known() {
            Some(caller) => Some(&caller.account),
            None => self
                .evidence
                .principal
                .known()
                .and_then(|p| PrincipalArn::parse(&p.arn))
                .map(|arn| arn.account),
        }
    }

    /// The account by number and, where known, name: `111122223333 (acme-dev)`.
    pub(crate) fn account_label(&self) -> String {
        let account = self.account().unwrap_or("(number unknown)");
        let evidence = &self.evidence.account;
        let name = evidence
            .alias
            .known()
            .and_then(Option::as_deref)
            .or_else(|| {
                evidence
                    .information
                    .known()
                    .and_then(|information| information.name.as_deref())
            });
        match name {
            Some(name) => format!("{account} ({name})"),
            None => account.to_owned(),
        }
    }

    /// Who is locked out, as the subject of a sentence: `you`, or `user bob`.
    pub(crate) fn who(&self) -> String {
        match self.evidence.principal.known() {
            Some(principal) if !principal.is_caller => {
                format!("{} {}", principal.kind.noun(), principal.name)
            }
            _ => "you".to_owned(),
        }
    }

    /// Whether the diagnosis is about whoever's credentials these are: what the probes got is then what it is about.
    pub(crate) fn is_about_caller(&self) -> bool {
        let principal = self.evidence.principal.known();
        principal.is_some_and(|principal| principal.is_caller)
    }

    /// Why nothing is known of the caller, as a reason to leave a question out that only calls answer.
    pub(crate) fn needs_caller(&self) -> Option<Outcome> {
        match &self.evidence.caller {
            Observed::NotApplicable { because } => Some(Outcome::Inconclusive {
                because: because.clone(),
            }),
            _ => self.nobody_looked(),
        }
    }

    /// Why nothing was read, as a reason to leave a question out that policies answer: whoever should have looked was
    /// turned away. An account dump needs nobody to look.
    pub(crate) fn nobody_looked(&self) -> Option<Outcome> {
        self.evidence.caller.gap().map(|gap| Outcome::Inconclusive {
            because: gap.reason(),
        })
    }
}
