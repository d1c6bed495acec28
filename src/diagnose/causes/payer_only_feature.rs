//! Cost allocation tags and cost categories are the payer's: a member account gets neither.
//!
//! Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/custom-tags.html>

use super::{Check, Outcome};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::text::list;

const PAGES: [&str; 2] = ["cost-allocation-tags", "cost-categories"];

pub(super) const CHECK: Check = Check {
    code: "payer-only-feature",
    title: "what was asked about is not the payer's alone",
    run: |case| {
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        let organization = match &case.evidence.organization {
            crate::evidence::Observed::Known { value } => value,
            crate::evidence::Observed::NotApplicable { because } => {
                return Outcome::Skipped {
                    because: because.clone(),
                };
            }
            crate::evidence::Observed::Unknown(gap) => {
                return Outcome::Inconclusive {
                    because: gap.reason(),
                };
            }
        };
        let asked: Vec<_> = PAGES
            .iter()
            .filter_map(|id| case.question.page(id))
            .collect();
        if organization.is_management_account || asked.is_empty() {
            return Outcome::Passed {
                because: if asked.is_empty() {
                    "neither tags nor categories were asked about".to_owned()
                } else {
                    "it is the management account".to_owned()
                },
            };
        }
        let titles: Vec<&str> = asked
            .iter()
            .map(|asked| asked.page.title.as_str())
            .collect();
        let finding = Box::new(Finding {
            code: "payer-only-feature",
            confidence: Confidence::Likely,
            confidence_reason: "AWS documents it of member accounts; no call was made to see it",
            grant: None,
            summary: format!(
                "{} belong to the management account {}, and a member account cannot open them",
                list(&titles),
                organization.management_account
            ),
            explanation: Some("That is no fault, and no policy or switch changes it.".to_owned()),
            closes: asked.iter().map(|asked| asked.page.id.clone()).collect(),
            actions: Vec::new(),
            evidence: vec![format!(
                "organizations:DescribeOrganization names {} as the management account",
                organization.management_account
            )],
            statements: Vec::new(),
            remedy: Remedy {
                actor: Actor::ManagementAccountAdministrator,
                steps: vec![Step::at(
                    "Ask there for what you need: which tag keys to activate, which cost category to make.",
                    "https://console.aws.amazon.com/billing/home#/tags",
                )],
                source: "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/custom-tags.html",
            },
        });
        if asked.iter().any(|asked| asked.decides) {
            Outcome::Failed(finding)
        } else {
            Outcome::Warning(finding)
        }
    },
};
