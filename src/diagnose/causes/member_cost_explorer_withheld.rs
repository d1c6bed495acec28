//! The payer decides whether member accounts see Cost Explorer: one preference, for all of them at once.
//!
//! Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/ce-access.html>

use aws_refusal::{LinkedFeature, RefusalKind};

use super::cost_explorer_not_enabled::unanswered;
use super::{Check, Stop};
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Name, Quote, Sign};
use crate::diagnose::outcome::{Outcome, Skip};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::Observed;

pub(super) const CHECK: Check = Check {
    code: Code::MemberCostExplorerWithheld,
    stop: Some(Stop::CostExplorer),
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
            return match &case.evidence.organization {
                Observed::NotApplicable { because } => {
                    Outcome::Skipped(Skip::NotApplicable(Quote(because.clone())))
                }
                Observed::Known { value } if value.is_management_account => {
                    Outcome::Skipped(Skip::ManagementAccount)
                }
                _ => unanswered(probe),
            };
        };
        let management_account = case.management_account();
        let step = match feature {
            LinkedFeature::PayerCostExplorer => Step::LaunchInPayer { management_account },
            _ => Step::GiveLinkedAccountAccess { management_account },
        };
        Outcome::Failed(Box::new(Cause {
            code: Code::MemberCostExplorerWithheld,
            confidence: Confidence::Confirmed,
            basis: Basis::AwsSaysSo,
            refusal: None,
            finding: Finding::Withheld { feature },
            actions: Vec::new(),
            closes: vec!["cost-explorer"],
            signs: vec![Sign::Answered {
                call: Name("ce:GetCostAndUsage".to_owned()),
                message: Quote(refusal.message.clone()),
            }],
            remedy: Remedy {
                actor: Actor::ManagementAccountAdministrator,
                steps: vec![step],
                source: "https://docs.aws.amazon.com/cost-management/latest/userguide/ce-access.html",
            },
        }))
    },
};
