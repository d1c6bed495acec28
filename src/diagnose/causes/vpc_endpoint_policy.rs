//! The policy of a VPC endpoint that requests go through. Only AWS's refusals show it.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>

use aws_refusal::{Effect, Layer};

use super::Check;
use super::layer_refusals::{Refused, Verdict};
use crate::catalog::Code;
use crate::diagnose::cause::Finding;
use crate::diagnose::outcome::{Outcome, Pass, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};

const LAYER: Layer = Layer::VpcEndpointPolicy;

pub(super) const CHECK: Check = Check {
    code: Code::VpcEndpointPolicyBlocksBilling,
    stop: None,
    run: |case| {
        let refused = [Effect::ExplicitDeny, Effect::ImplicitDeny]
            .map(|effect| Refused::by(case, LAYER, effect))
            .into_iter()
            .find(|refused| !refused.is_empty());
        if let Some(refused) = refused {
            let verdict = Verdict {
                code: Code::VpcEndpointPolicyBlocksBilling,
                finding: Finding::Plain,
                basis: None,
                remedy: Remedy {
                    actor: Actor::AccountAdministrator,
                    steps: vec![Step::OtherNetwork, Step::EditEndpointPolicy],
                    source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
                },
            };
            return refused.outcome(case, false, verdict);
        }
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        if case.every_service_answered() {
            Outcome::Passed(Pass::NoRefusalNamesIt)
        } else {
            Outcome::Inconclusive(Unseen::NoApiShows { layer: LAYER })
        }
    },
};
