//! The policy of a VPC endpoint that requests go through. Only AWS's refusals show it.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>

use super::layer_findings::{Blocked, Words};
use super::{Check, Outcome};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use aws_refusal::{Effect, Layer};

const LAYER: Layer = Layer::VpcEndpointPolicy;

pub(super) const CHECK: Check = Check {
    code: "vpc-endpoint-policy-blocks-billing",
    title: "no VPC endpoint policy blocks billing",
    run: |case| {
        let denied = Blocked::by(case, LAYER, Effect::ExplicitDeny);
        let omitted = Blocked::by(case, LAYER, Effect::ImplicitDeny);
        let (blocked, effect, verb) = match (denied.actions.is_empty(), omitted.actions.is_empty())
        {
            (false, _) => (denied, Effect::ExplicitDeny, "denies"),
            (true, false) => (omitted, Effect::ImplicitDeny, "does not allow"),
            (true, true) => {
                return case.needs_caller().unwrap_or_else(|| Outcome::Passed {
                    because: "no refusal names one".to_owned(),
                });
            }
        };
        let summary = format!(
            "the policy of the VPC endpoint that the calls go through {verb} {}",
            blocked.what(case, effect)
        );
        blocked.outcome(
            case,
            effect,
            Words {
                grant: None,
                sure: None,
                code: "vpc-endpoint-policy-blocks-billing",
                summary,
                explanation: Some(
                    "That is a matter of the network that these calls come from; from elsewhere the same credentials may do it."
                        .to_owned(),
                ),
                remedy: Remedy {
                    actor: Actor::AccountAdministrator,
                    steps: vec![
                        Step::new("Try it from a network without that endpoint, or in the console of a browser outside of the VPC."),
                        Step::at(
                            "Or allow the actions in the endpoint's policy: VPC → Endpoints → the endpoint → Policy. It may belong to another account, which shares its network.",
                            "https://console.aws.amazon.com/vpcconsole/home#Endpoints:",
                        ),
                    ],
                    source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
                },
            },
        )
    },
};
