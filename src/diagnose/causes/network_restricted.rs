//! Identity policies that allow billing from certain networks alone, and a request from another.
//!
//! No API says which address AWS sees. That AWS refused, where nothing else in the policies would, is the sign.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html>

use super::layer_refusals::{Refused, Verdict, circumstance_is_no_matter};
use super::{Check, Stop};
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Confidence, Finding};
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
        let (finding, basis, steps) = if refused.is_refused_by_aws() {
            (
                Finding::Plain,
                Some((Confidence::Confirmed, Basis::OnlyTheNetworkExplainsIt)),
                vec![
                    Step::SeeOwnAddress,
                    Step::GoToAllowedNetwork,
                    Step::AddAddress,
                ],
            )
        } else {
            // What comes from the internet is refused whatever its address.
            let private_access = refused.in_the_console(case).is_some();
            let allowed_by = refused
                .actions
                .iter()
                .filter_map(|action| case.judgement.actions.get(action))
                .find_map(|judged| judged.unmet.first())
                .map(|unmet| unmet.statement.clone());
            let from_inside = if private_access {
                Step::OpenConsoleInVpc
            } else {
                Step::UseCommandLineInVpc
            };
            (
                Finding::ConsoleOutsideVpc {
                    allowed_by,
                    private_access,
                },
                private_access.then_some((Confidence::Likely, Basis::PrivateAccessMayHelp)),
                vec![from_inside, Step::ExemptInStatement],
            )
        };
        let verdict = Verdict {
            code: Code::NetworkRestricted,
            finding,
            basis,
            remedy: Remedy {
                actor: Actor::You,
                steps,
                source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html",
            },
        };
        refused.outcome(case, false, verdict)
    },
};
