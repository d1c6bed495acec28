//! Cost Explorer was never opened in the account: its API and page refuse until it was, once.
//!
//! Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/ce-enable.html>

use super::{Check, Outcome};
use crate::catalog::page;
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::Observed;
use aws_refusal::RefusalKind;
use iam_policy::Decision;

const CONSOLE: &str = "https://console.aws.amazon.com/cost-management/home#/cost-explorer";
const SOURCE: &str = "https://docs.aws.amazon.com/cost-management/latest/userguide/ce-enable.html";

pub(super) const CHECK: Check = Check {
    code: "cost-explorer-not-enabled",
    title: "Cost Explorer was enabled in the account",
    run: |case| {
        let probe = &case.evidence.probes.cost_and_usage;
        match probe {
            Observed::Known { .. } => {
                return Outcome::Passed {
                    because: "ce:GetCostAndUsage answered".to_owned(),
                };
            }
            Observed::NotApplicable { because } => {
                return Outcome::Skipped {
                    because: because.clone(),
                };
            }
            Observed::Unknown(gap) if gap.by_choice() => {
                return Outcome::Skipped {
                    because: gap.reason(),
                };
            }
            Observed::Unknown(_) => {}
        }
        let message = match probe.refusal() {
            Some(refusal) if refusal.kind == RefusalKind::CostExplorerNotEnabled => {
                &refusal.message
            }
            Some(refusal) if refusal.kind == RefusalKind::DataNotReady => {
                return Outcome::Passed {
                    because: "it is enabled; its data is not there yet".to_owned(),
                };
            }
            _ => {
                let because = probe.gap().map(|gap| gap.reason()).unwrap_or_default();
                return Outcome::Inconclusive { because };
            }
        };
        let member = case
            .evidence
            .organization
            .known()
            .filter(|organization| !organization.is_management_account);
        let mut steps = vec![
            Step::at(
                "First decide whether you want it: enabling can't be undone, and from then on every request to Cost \
                 Explorer's API costs 0.01 USD. To see only the bill, the Bills page is enough.",
                "https://console.aws.amazon.com/billing/home#/bills",
            ),
            Step::at(
                "If so, open Cost Explorer once in the console, with permission to see it: that enables it. (Creating the \
                 account's first budget does the same.) There is no API for it.",
                CONSOLE,
            ),
            Step::new("Wait: the current month shows within 24 hours, the rest in a few days."),
        ];
        if let Some(organization) = member {
            steps.push(Step::new(format!(
                "If it still refuses: in a member account the payer's preference is suspected too. Ask the management account {} to look at Cost Management → Preferences → General → Linked account access.",
                organization.management_account
            )));
        }
        // Whoever may see the page enables it by opening it.
        let may_see = page("cost-explorer").is_some_and(|page| {
            page.view.iter().all(|action| {
                let judged = case.judgement.actions.get(action.as_str());
                judged.is_some_and(|judged| judged.console == Decision::Allowed)
            })
        });
        let actor = if may_see {
            Actor::You
        } else {
            Actor::AccountAdministrator
        };
        Outcome::Failed(Box::new(Finding {
            code: "cost-explorer-not-enabled",
            confidence: if member.is_some() { Confidence::Likely } else { Confidence::Confirmed },
            confidence_reason: if member.is_some() {
                "AWS says it, and in a member account the payer's preference is suspected of the same words"
            } else {
                "AWS says it in these words"
            },
            grant: None,
            summary: format!("Cost Explorer was never enabled in account {}", case.account_label()),
            explanation: Some("This is neither a policy nor the root user's switch; the Bills page does not need it.".to_owned()),
            closes: vec!["cost-explorer".to_owned()],
            actions: Vec::new(),
            evidence: vec![format!("ce:GetCostAndUsage answered “{message}”")],
            statements: Vec::new(),
            remedy: Remedy { actor, steps, source: SOURCE },
        }))
    },
};
