//! No connection to AWS, or no answer that is AWS's: it says nothing about the account.

use std::collections::BTreeSet;

use super::{Case, Check};
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Name, Quote, Sign};
use crate::diagnose::outcome::{Outcome, Pass, Skip};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::{Failure, GapCause};
use crate::names::service_prefix;

pub(super) const CHECK: Check = Check {
    code: Code::EndpointUnreachable,
    stop: None,
    run: |case| match Unreached::of(case) {
        Some(unreached) => Outcome::Hindered(Box::new(unreached.cause(case))),
        None => match case.calls_made() {
            0 => case.no_call(),
            calls => Outcome::Passed(Pass::EveryCallAnswered { calls }),
        },
    },
};

/// The calls that got no answer of AWS's.
pub(super) struct Unreached {
    failures: BTreeSet<Failure>,
    services: BTreeSet<String>,
    /// The call that failed first, how, and the lowest error that was seen.
    first: (String, Failure, String),
}

impl Unreached {
    pub(super) fn of(case: &Case) -> Option<Self> {
        let failed: Vec<(String, Failure, String)> =
            case.evidence
                .gaps()
                .into_iter()
                .filter_map(|gap| match gap.cause {
                    GapCause::CallFailed {
                        call,
                        failure:
                            failure
                            @ (Failure::Unreachable | Failure::TimedOut | Failure::NotUnderstood),
                        detail,
                    } => Some((call, failure, detail)),
                    _ => None,
                })
                .collect();
        Some(Self {
            first: failed.first()?.clone(),
            failures: failed.iter().map(|(_, failure, _)| *failure).collect(),
            services: failed
                .iter()
                .map(|(call, _, _)| service_prefix(call).to_owned())
                .collect(),
        })
    }

    fn cause(self, case: &Case) -> Cause {
        let steps = self.steps(case);
        let (call, failure, detail) = self.first;
        let mut signs = vec![Sign::CallFailed {
            call: Name(call),
            failure,
            detail: (!detail.is_empty()).then_some(Quote(detail)),
        }];
        if self.services.len() > 1 {
            signs.push(Sign::NoAnswerFrom {
                services: self.services.iter().cloned().map(Name).collect(),
            });
        }
        Cause {
            code: Code::EndpointUnreachable,
            confidence: Confidence::Confirmed,
            basis: Basis::CallsFailed,
            refusal: None,
            finding: Finding::Unreached {
                failures: self.failures,
                services: self.services,
                nothing_answered: case.evidence.caller.known().is_none(),
            },
            actions: Vec::new(),
            closes: Vec::new(),
            signs,
            remedy: Remedy {
                actor: Actor::You,
                steps,
                source: "https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html",
            },
        }
    }

    fn steps(&self, case: &Case) -> Vec<Step> {
        let credentials = &case.evidence.credentials;
        let mut steps = if credentials.endpoint_overrides.is_empty() {
            let network = Step::CheckNetwork {
                region: Name(credentials.region.clone()),
                region_source: Name(credentials.region_source.clone()),
            };
            vec![network, Step::TryHost]
        } else {
            let overrides = credentials.endpoint_overrides.iter().cloned();
            vec![Step::UnsetEndpoints {
                endpoints: overrides.map(Name).collect(),
            }]
        };
        if self.failures.contains(&Failure::NotUnderstood) {
            steps.push(Step::SignInToNetwork);
        }
        if self.failures.contains(&Failure::TimedOut) {
            steps.push(Step::LongerTimeout);
        }
        steps.push(Step::ListHosts);
        steps
    }
}

impl Case<'_> {
    /// A check on calls where none was made.
    pub(super) fn no_call(&self) -> Outcome {
        self.needs_caller()
            .unwrap_or(Outcome::Skipped(Skip::NothingToAskWith))
    }
}
