//! Cost Explorer is enabled, and its data is still being gathered.
//!
//! Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/ce-enable.html>

use super::{Check, Outcome};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use aws_refusal::RefusalKind;

pub(super) const CHECK: Check = Check {
    code: "cost-data-not-ready",
    title: "Cost Explorer has data",
    run: |case| {
        let probe = &case.evidence.probes.cost_and_usage;
        let Some(refusal) = probe
            .refusal()
            .filter(|refusal| refusal.kind == RefusalKind::DataNotReady)
        else {
            return match (probe.known(), probe.gap()) {
                (Some(_), _) => Outcome::Passed {
                    because: "ce:GetCostAndUsage answered".to_owned(),
                },
                (None, Some(gap)) if gap.by_choice() => Outcome::Skipped {
                    because: gap.reason(),
                },
                (None, Some(gap)) => Outcome::Inconclusive {
                    because: gap.reason(),
                },
                (None, None) => Outcome::Inconclusive {
                    because: "Cost Explorer was not asked".to_owned(),
                },
            };
        };
        Outcome::Failed(Box::new(Finding {
            code: "cost-data-not-ready",
            confidence: Confidence::Confirmed,
            confidence_reason: "AWS says it",
            grant: None,
            summary: format!(
                "Cost Explorer is enabled in account {} but has no data yet",
                case.account_label()
            ),
            explanation: Some(
                "Your permissions for it are fine; AWS is still gathering the data.".to_owned(),
            ),
            closes: vec!["cost-explorer".to_owned()],
            actions: Vec::new(),
            evidence: vec![format!("ce:GetCostAndUsage answered “{}”", refusal.message)],
            statements: Vec::new(),
            remedy: Remedy {
                actor: Actor::Nobody,
                steps: vec![
                    Step::new(
                        "Wait: the current month shows within 24 hours of enabling, the rest in a few days.",
                    ),
                    Step::at(
                        "Meanwhile the Bills page shows the month so far.",
                        "https://console.aws.amazon.com/billing/home#/bills",
                    ),
                ],
                source: "https://docs.aws.amazon.com/cost-management/latest/userguide/ce-enable.html",
            },
        }))
    },
};
