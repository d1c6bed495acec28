//! No connection to AWS, or no answer that is AWS's: it says nothing about the account.

use std::collections::BTreeSet;

use super::{Case, Check, Outcome};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::{Failure, GapCause};
use crate::text::list;

pub(super) const CHECK: Check = Check {
    code: "endpoint-unreachable",
    title: "AWS can be reached from here",
    run: |case| {
        let Some(unreached) = Unreached::of(case) else {
            return Outcome::Passed {
                because: "every call got an answer of AWS's".to_owned(),
            };
        };
        Outcome::Hindered(Box::new(Finding {
            code: "endpoint-unreachable",
            confidence: Confidence::Confirmed,
            confidence_reason: "the calls failed that way",
            grant: None,
            summary: unreached.summary(case),
            explanation: Some(
                "Of the account and its permissions that says nothing. A browser may take another way out of the network."
                    .to_owned(),
            ),
            closes: Vec::new(),
            actions: Vec::new(),
            evidence: unreached.evidence(),
            statements: Vec::new(),
            remedy: Remedy {
                actor: Actor::You,
                steps: unreached.steps(case),
                source: "https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html",
            },
        }))
    },
};

/// The calls that got no answer of AWS's.
struct Unreached {
    failures: BTreeSet<Failure>,
    services: BTreeSet<String>,
    /// The call that failed first, and the lowest error that was seen.
    first: (String, String),
}

impl Unreached {
    fn of(case: &Case) -> Option<Self> {
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
        let (call, _, detail) = failed.first()?;
        Some(Self {
            first: (call.clone(), detail.clone()),
            failures: failed.iter().map(|(_, failure, _)| *failure).collect(),
            services: failed
                .iter()
                .map(|(call, _, _)| service(call).to_owned())
                .collect(),
        })
    }

    fn summary(&self, case: &Case) -> String {
        let what = if self.failures.contains(&Failure::Unreachable) {
            "could not be reached"
        } else if self.failures.contains(&Failure::TimedOut) {
            "did not answer in time"
        } else {
            "did not answer: something else did that does not speak AWS's protocol"
        };
        if case.evidence.caller.known().is_none() {
            return format!("AWS {what}");
        }
        let services: Vec<&str> = self.services.iter().map(String::as_str).collect();
        format!("{} {what}", list(&services))
    }

    fn evidence(&self) -> Vec<String> {
        let (call, detail) = &self.first;
        let services: Vec<&str> = self.services.iter().map(String::as_str).collect();
        let mut lines = vec![if detail.is_empty() {
            format!("{call} brought no answer in time")
        } else {
            format!("{call}: {detail}")
        }];
        if self.services.len() > 1 {
            lines.push(format!("no answer from {}", list(&services)));
        }
        lines
    }

    fn steps(&self, case: &Case) -> Vec<Step> {
        let credentials = &case.evidence.credentials;
        let mut steps = Vec::new();
        if credentials.endpoint_overrides.is_empty() {
            steps.push(Step::new(format!(
                "Look at the network, the VPN and the proxy (HTTPS_PROXY), and at the Region {} (from {}): a Region that does \
                 not exist is a host that does not exist.",
                credentials.region, credentials.region_source
            )));
            steps.push(Step::new(
                "Try by hand: `curl -sS -o /dev/null -w '%{http_code}\\n' https://sts.us-east-1.amazonaws.com/`. Any number \
                 but 000 means that the way is open.",
            ));
        } else {
            steps.push(Step::new(format!(
                "The calls do not go to AWS but to {}: unset that if it is left over.",
                list(&credentials.endpoint_overrides)
            )));
        }
        if self.failures.contains(&Failure::NotUnderstood) {
            steps.push(Step::new(
                "In a hotel or on a train, open any page in a browser first: the network may want you to sign in.",
            ));
        }
        if self.failures.contains(&Failure::TimedOut) {
            steps.push(Step::new(
                "On a slow line, give each call longer: `billing-doctor check --timeout 30`.",
            ));
        }
        steps.push(Step::new(
            "`billing-doctor explain endpoint-unreachable` lists the hosts that a firewall has to let through.",
        ));
        steps
    }
}

fn service(call: &str) -> &str {
    call.split_once(':').map_or(call, |(service, _)| service)
}
