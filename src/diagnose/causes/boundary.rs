//! The permissions boundary: it grants nothing and limits what identity policies grant.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>

use aws_refusal::{Effect, Layer};

use super::layer_refusals::{Refused, Verdict, nothing_refused};
use super::{Case, Check, Stop};
use crate::catalog::Code;
use crate::diagnose::cause::Quote;
use crate::diagnose::outcome::{Outcome, Skip};
use crate::diagnose::remedy::{Remedy, Step};
use crate::evidence::{Observed, SimulatedAction, SimulatedDecision};

const LAYER: Layer = Layer::PermissionsBoundary;

pub(super) const DENIES: Check = Check {
    code: Code::BoundaryDeniesBilling,
    stop: Some(Stop::PermissionsBoundary),
    run: |case| run(case, Code::BoundaryDeniesBilling, Effect::ExplicitDeny),
};

pub(super) const OMITS: Check = Check {
    code: Code::BoundaryOmitsBilling,
    stop: Some(Stop::PermissionsBoundary),
    run: |case| run(case, Code::BoundaryOmitsBilling, Effect::ImplicitDeny),
};

fn run(case: &Case, code: Code, effect: Effect) -> Outcome {
    let refused = Refused::by(case, LAYER, effect);
    if !refused.is_empty() {
        let verdict = Verdict {
            code,
            finding: refused.finding(case),
            basis: None,
            remedy: Remedy {
                actor: case.iam_actor(),
                steps: [Step::AskWhoSetBoundary, Step::MakeChange]
                    .into_iter()
                    .chain(case.provisioning())
                    .collect(),
                source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
            },
        };
        return refused.outcome(case, false, verdict);
    }
    let gap = match &case.evidence.policies.permissions_boundary {
        Observed::NotApplicable { because } => {
            return Outcome::Skipped(Skip::NotApplicable(Quote(because.clone())));
        }
        Observed::Unknown(gap) => Some(gap),
        Observed::Known { value } => value.document.gap(),
    };
    nothing_refused(case, (LAYER, effect), gap, |result: &SimulatedAction| {
        result.allowed_by_permissions_boundary == Some(true)
            || result.decision == SimulatedDecision::Allowed
    })
}
