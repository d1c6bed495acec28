//! Session policies, passed when a role is assumed or a session federated. Only AWS's refusals show them.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session>

use aws_refusal::{Effect, Layer};

use super::layer_refusals::{Refused, Verdict};
use super::{Case, Check, Stop};
use crate::catalog::Code;
use crate::diagnose::cause::{Finding, Quote};
use crate::diagnose::outcome::{Outcome, Skip, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::Observed;

const LAYER: Layer = Layer::SessionPolicy;

pub(super) const DENIES: Check = Check {
    code: Code::SessionPolicyDeniesBilling,
    stop: Some(Stop::SessionPolicies),
    run: |case| run(case, Code::SessionPolicyDeniesBilling, Effect::ExplicitDeny),
};

pub(super) const OMITS: Check = Check {
    code: Code::SessionPolicyOmitsBilling,
    stop: Some(Stop::SessionPolicies),
    run: |case| run(case, Code::SessionPolicyOmitsBilling, Effect::ImplicitDeny),
};

fn run(case: &Case, code: Code, effect: Effect) -> Outcome {
    let refused = Refused::by(case, LAYER, effect);
    if !refused.is_empty() {
        let verdict = Verdict {
            code,
            finding: Finding::Plain,
            basis: None,
            remedy: Remedy {
                actor: Actor::You,
                steps: vec![Step::NewSession, Step::RunAgainForTheNextLayer],
                source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session",
            },
        };
        return refused.outcome(case, false, verdict);
    }
    if let Some(outcome) = case.nobody_looked() {
        return outcome;
    }
    match &case.evidence.policies.session {
        Observed::NotApplicable { because } => {
            Outcome::Skipped(Skip::NotApplicable(Quote(because.clone())))
        }
        _ => Outcome::Inconclusive(Unseen::NoApiShows { layer: LAYER }),
    }
}
