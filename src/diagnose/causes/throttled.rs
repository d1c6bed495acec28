//! AWS asks to slow down, and still did after the retries.
//!
//! Source: <https://docs.aws.amazon.com/general/latest/gr/api-retries.html>

use super::Check;
use super::endpoint_unreachable::Unreached;
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Name, Quote, Sign};
use crate::diagnose::outcome::{Outcome, Pass, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::{Failure, GapCause};

pub(super) const CHECK: Check = Check {
    code: Code::Throttled,
    stop: None,
    run: |case| {
        let throttled: Vec<(String, String)> = case
            .evidence
            .gaps()
            .into_iter()
            .filter_map(|gap| match gap.cause {
                GapCause::CallFailed {
                    call,
                    failure: Failure::Throttled,
                    detail,
                } => Some((call, detail)),
                _ => None,
            })
            .collect();
        let Some((call, detail)) = throttled.first() else {
            // Where some calls got no answer, nobody knows how AWS would have taken them.
            if Unreached::of(case).is_some() {
                return Outcome::Inconclusive(Unseen::Hindered(Code::EndpointUnreachable));
            }
            return match case.calls_made() {
                0 => case.no_call(),
                calls => Outcome::Passed(Pass::NothingThrottled { calls }),
            };
        };
        let message = Quote(detail.clone());
        Outcome::Hindered(Box::new(Cause {
            code: Code::Throttled,
            confidence: Confidence::Confirmed,
            basis: Basis::AwsSaysSo,
            refusal: None,
            signs: vec![Sign::Answered {
                call: Name(call.clone()),
                message,
            }],
            finding: Finding::Throttled {
                calls: throttled.into_iter().map(|(call, _)| Name(call)).collect(),
            },
            actions: Vec::new(),
            closes: Vec::new(),
            remedy: Remedy {
                actor: Actor::Nobody,
                steps: vec![Step::WaitAndRunAgain, Step::FindWhoCalls],
                source: "https://docs.aws.amazon.com/general/latest/gr/api-retries.html",
            },
        }))
    },
};
