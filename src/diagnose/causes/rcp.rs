//! Resource control policies: an organization's limit on the resources of its member accounts. Of the services behind
//! the bill they reach Budgets; beside it Cost Optimization Hub, the price list and Support. Only AWS's refusals show them.
//!
//! Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>

use aws_refusal::{Effect, Layer};

use super::Check;
use super::layer_refusals::{Refused, Verdict};
use crate::catalog::Code;
use crate::diagnose::cause::{Finding, Quote};
use crate::diagnose::outcome::{Outcome, Pass, Skip, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::Observed;

const LAYER: Layer = Layer::ResourceControlPolicy;

pub(super) const CHECK: Check = Check {
    code: Code::RcpDeniesBilling,
    stop: None,
    run: |case| {
        let refused = Refused::by(case, LAYER, Effect::ExplicitDeny);
        if !refused.is_empty() {
            let verdict = Verdict {
                code: Code::RcpDeniesBilling,
                finding: Finding::Plain,
                basis: None,
                remedy: Remedy {
                    actor: Actor::ManagementAccountAdministrator,
                    steps: vec![
                        Step::ExemptInResourceControlPolicy,
                        Step::RunAgainForTheNextLayer,
                    ],
                    source: "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html",
                },
            };
            return refused.outcome(case, false, verdict);
        }
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        match (&case.evidence.organization, &case.evidence.probes.budgets) {
            (Observed::NotApplicable { because }, _) => {
                Outcome::Skipped(Skip::NotApplicable(Quote(because.clone())))
            }
            (_, Observed::Known { .. }) => {
                Outcome::Passed(Pass::Answered("budgets:DescribeBudgets"))
            }
            _ => Outcome::Inconclusive(Unseen::NoApiShows { layer: LAYER }),
        }
    },
};
