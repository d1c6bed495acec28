//! The payer decides whether member accounts see Cost Explorer: one preference, for all of them at once.
//!
//! Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/ce-access.html>

use super::{Check, Outcome};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::Observed;
use aws_refusal::{LinkedFeature, RefusalKind};

const SOURCE: &str = "https://docs.aws.amazon.com/cost-management/latest/userguide/ce-access.html";

pub(super) const CHECK: Check = Check {
    code: "member-cost-explorer-withheld",
    title: "the payer lets member accounts see Cost Explorer",
    run: |case| {
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        let probe = &case.evidence.probes.cost_and_usage;
        let refused = probe.refusal().and_then(|refusal| match refusal.kind {
            RefusalKind::LinkedAccount {
                feature: feature @ (LinkedFeature::CostExplorer | LinkedFeature::PayerCostExplorer),
            } => Some((refusal, feature)),
            _ => None,
        });
        let Some((refusal, feature)) = refused else {
            return match (&case.evidence.organization, probe) {
                (Observed::NotApplicable { because }, _) => Outcome::Skipped {
                    because: because.clone(),
                },
                (Observed::Known { value }, _) if value.is_management_account => Outcome::Skipped {
                    because: "this is the management account".to_owned(),
                },
                (_, Observed::Known { .. }) => Outcome::Passed {
                    because: "ce:GetCostAndUsage answered".to_owned(),
                },
                (_, Observed::Unknown(gap)) if gap.by_choice() => Outcome::Skipped {
                    because: gap.reason(),
                },
                (_, Observed::Unknown(gap)) => Outcome::Inconclusive {
                    because: gap.reason(),
                },
                (_, Observed::NotApplicable { because }) => Outcome::Skipped {
                    because: because.clone(),
                },
            };
        };
        let whose = match case.evidence.organization.known() {
            Some(organization) => {
                format!("the management account {}", organization.management_account)
            }
            None => "the management account".to_owned(),
        };
        let (summary, step) = match feature {
            LinkedFeature::PayerCostExplorer => (
                format!(
                    "{whose} has not enabled Cost Explorer, so that no member account can use it"
                ),
                Step::at(
                    format!(
                        "Sign in to {whose} and open Cost Explorer once: that enables it for the organization. It can't be undone."
                    ),
                    "https://console.aws.amazon.com/cost-management/home#/cost-explorer",
                ),
            ),
            _ => (
                format!("{whose} withholds Cost Explorer from its member accounts"),
                Step::at(
                    format!(
                        "Sign in to {whose} and switch on Cost Management → Preferences → General → Member account permissions → Linked account access. It is one setting for all member accounts."
                    ),
                    "https://console.aws.amazon.com/costmanagement/home#/settings",
                ),
            ),
        };
        Outcome::Failed(Box::new(Finding {
            code: "member-cost-explorer-withheld",
            confidence: Confidence::Confirmed,
            confidence_reason: "AWS says it",
            grant: None,
            summary,
            explanation: Some(
                "No policy in this account can change it, and administrators cannot either."
                    .to_owned(),
            ),
            closes: vec!["cost-explorer".to_owned()],
            actions: Vec::new(),
            evidence: vec![format!("ce:GetCostAndUsage answered “{}”", refusal.message)],
            statements: Vec::new(),
            remedy: Remedy {
                actor: Actor::ManagementAccountAdministrator,
                steps: vec![step],
                source: SOURCE,
            },
        }))
    },
};
