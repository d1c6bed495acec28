//! Identity policies that allow billing from certain networks alone, and a request from another.
//!
//! No API says which address AWS sees. That AWS refused, where nothing else in the policies would, is the sign.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html>

use super::layer_refusals::{Refused, Verdict, circumstance_is_no_matter};
use super::{Check, Stop};
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Finding};
use crate::diagnose::judgement::Circumstance;
use crate::diagnose::remedy::{Actor, Remedy, Step};

pub(super) const CHECK: Check = Check {
    code: Code::NetworkRestricted,
    stop: Some(Stop::IdentityPolicies),
    run: |case| {
        let refused = Refused::for_want_of(case, Circumstance::Network);
        if refused.is_empty() {
            return circumstance_is_no_matter(case);
        }
        let verdict = Verdict {
            code: Code::NetworkRestricted,
            finding: Finding::Plain,
            basis: Some(Basis::OnlyTheNetworkExplainsIt),
            remedy: Remedy {
                actor: Actor::You,
                steps: vec![
                    Step::SeeOwnAddress,
                    Step::GoToAllowedNetwork,
                    Step::AddAddress,
                ],
                source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html",
            },
        };
        refused.outcome(case, false, verdict)
    },
};
