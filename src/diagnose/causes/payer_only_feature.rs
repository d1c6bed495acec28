//! Cost allocation tags and cost categories are the payer's: a member account gets neither.
//!
//! Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/custom-tags.html>

use super::Check;
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Name, PageId, Quote, Sign};
use crate::diagnose::outcome::{Outcome, Skip, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::Observed;

const PAGES: [&str; 2] = ["cost-allocation-tags", "cost-categories"];

pub(super) const CHECK: Check = Check {
    code: Code::PayerOnlyFeature,
    stop: None,
    run: |case| {
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        let organization = match &case.evidence.organization {
            Observed::Known { value } => value,
            Observed::NotApplicable { because } => {
                return Outcome::Skipped(Skip::NotApplicable(Quote(because.clone())));
            }
            Observed::Unknown(gap) => return Outcome::Inconclusive(Unseen::Gap(gap.clone())),
        };
        let asked: Vec<_> = PAGES
            .iter()
            .filter_map(|id| case.question.page(id))
            .collect();
        if asked.is_empty() {
            return Outcome::Skipped(Skip::NotAskedAbout);
        }
        if organization.is_management_account {
            return Outcome::Skipped(Skip::ManagementAccount);
        }
        let pages: Vec<PageId> = asked.iter().map(|asked| asked.page.id.as_str()).collect();
        let cause = Box::new(Cause {
            code: Code::PayerOnlyFeature,
            confidence: Confidence::Likely,
            basis: Basis::Documented,
            refusal: None,
            finding: Finding::PayerPages {
                pages: pages.clone(),
            },
            actions: Vec::new(),
            closes: pages.clone(),
            signs: vec![Sign::ManagementAccount {
                account: Name(organization.management_account.clone()),
            }],
            remedy: Remedy {
                actor: Actor::ManagementAccountAdministrator,
                steps: vec![Step::AskPayer { pages }],
                source: "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/custom-tags.html",
            },
        });
        if asked.iter().any(|asked| asked.decides) {
            Outcome::Failed(cause)
        } else {
            Outcome::Warning(cause)
        }
    },
};
