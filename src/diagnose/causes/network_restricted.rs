//! Identity policies that allow billing from certain networks alone, and a request from another.
//!
//! No API says which address AWS sees. That AWS refused, where nothing else in the policies would, is the sign.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html>

use super::Check;
use super::layer_findings::{Blocked, Words, identity_policies_refuse_nothing};
use crate::diagnose::judgement::Circumstance;
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use aws_refusal::Effect;

pub(super) const CHECK: Check = Check {
    code: "network-restricted",
    title: "the request comes from a network that the policies ask for",
    run: |case| {
        let blocked = Blocked::for_want_of(case, Circumstance::Network);
        if blocked.actions.is_empty() {
            return identity_policies_refuse_nothing(case);
        }
        let policy = match blocked.statements().first() {
            Some(statement) => statement.to_string(),
            None => "an identity policy".to_owned(),
        };
        blocked.outcome(
            case,
            Effect::ExplicitDeny,
            Words {
                code: "network-restricted",
                summary: format!("{policy} lets billing be seen from certain networks, and this is none of them"),
                explanation: Some(
                    "From the office or through the VPN the same credentials may be allowed. A browser may take another way \
                     than the command line."
                        .to_owned(),
                ),
                sure: Some("AWS refused, and nothing in the policies as read explains it but the condition on the network"),
                grant: None,
                remedy: Remedy {
                    actor: Actor::You,
                    steps: vec![
                        Step::new(
                            "See which address AWS sees of you: `curl -sS https://checkip.amazonaws.com`. Compare it with the \
                             addresses in the statement.",
                        ),
                        Step::new(
                            "Go where the policy lets you (office, VPN, the VPC that it names), and run billing-doctor check \
                             again. Watch for a VPN that carries only a part of the traffic, and for IPv6.",
                        ),
                        Step::at(
                            "If the list is out of date, an account administrator adds the address: IAM → Policies → the policy → Edit.",
                            "https://console.aws.amazon.com/iam/home#/policies",
                        ),
                    ],
                    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html",
                },
            },
        )
    },
};
