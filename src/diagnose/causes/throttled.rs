//! AWS asks to slow down, and still did after the retries.
//!
//! Source: <https://docs.aws.amazon.com/general/latest/gr/api-retries.html>

use super::{Check, Outcome};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::{Failure, GapCause};
use crate::text::some_of;

pub(super) const CHECK: Check = Check {
    code: "throttled",
    title: "AWS answers as fast as it is asked",
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
        let Some((first, detail)) = throttled.first() else {
            return Outcome::Passed {
                because: "no call was throttled".to_owned(),
            };
        };
        let calls: Vec<&String> = throttled.iter().map(|(call, _)| call).collect();
        Outcome::Hindered(Box::new(Finding {
            code: "throttled",
            confidence: Confidence::Confirmed,
            confidence_reason: "AWS says it in as many words",
            grant: None,
            summary: format!(
                "AWS asks to slow down: {} was throttled",
                some_of(&calls, 3)
            ),
            explanation: None,
            closes: Vec::new(),
            actions: Vec::new(),
            evidence: vec![format!(
                "{first} answered “{detail}”, at the last attempt too"
            )],
            statements: Vec::new(),
            remedy: Remedy {
                actor: Actor::Nobody,
                steps: vec![
                    Step::new(
                        "Wait a minute, and run billing-doctor check again. A refused Cost Explorer call costs nothing.",
                    ),
                    Step::at(
                        "If it happens always, CloudTrail → Event history shows who calls all the time: a dashboard, an exporter, a cost tool that polls.",
                        "https://console.aws.amazon.com/cloudtrailv2/home#/events",
                    ),
                ],
                source: "https://docs.aws.amazon.com/general/latest/gr/api-retries.html",
            },
        }))
    },
};
