//! In a member account Budgets may be the payer's to enable.
//!
//! Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-controlling-access.html>

use super::{Check, Outcome};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::Observed;
use aws_refusal::{LinkedFeature, RefusalKind};

const BUDGETS: RefusalKind = RefusalKind::LinkedAccount {
    feature: LinkedFeature::Budgets,
};

pub(super) const CHECK: Check = Check {
    code: "member-budgets-not-enabled",
    title: "the payer lets member accounts use Budgets",
    run: |case| {
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        let probe = &case.evidence.probes.budgets;
        let Some(refusal) = probe.refusal().filter(|refusal| refusal.kind == BUDGETS) else {
            return match (&case.evidence.organization, probe) {
                (_, Observed::Known { .. }) => Outcome::Passed {
                    because: "budgets:DescribeBudgets answered".to_owned(),
                },
                (Observed::NotApplicable { because }, _)
                | (_, Observed::NotApplicable { because }) => Outcome::Skipped {
                    because: because.clone(),
                },
                (_, Observed::Unknown(gap)) => Outcome::Inconclusive {
                    because: gap.reason(),
                },
            };
        };
        let whose = match case.evidence.organization.known() {
            Some(organization) => format!("management account {}", organization.management_account),
            None => "management account".to_owned(),
        };
        Outcome::Failed(Box::new(Finding {
            code: "member-budgets-not-enabled",
            confidence: Confidence::Confirmed,
            confidence_reason: "AWS says it",
            grant: None,
            summary: format!("the {whose} has not enabled Budgets for its member accounts"),
            explanation: Some("No policy in this account can change it.".to_owned()),
            closes: vec!["budgets".to_owned()],
            actions: Vec::new(),
            evidence: vec![format!(
                "budgets:DescribeBudgets answered “{}”",
                refusal.message
            )],
            statements: Vec::new(),
            remedy: Remedy {
                actor: Actor::ManagementAccountAdministrator,
                steps: vec![Step::at(
                    format!(
                        "Sign in to the {whose} and open Budgets: creating the first budget there enables it."
                    ),
                    "https://console.aws.amazon.com/costmanagement/home#/budgets",
                )],
                source: "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-controlling-access.html",
            },
        }))
    },
};
