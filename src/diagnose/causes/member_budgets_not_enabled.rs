//! In a member account Budgets may be the payer's to enable: users report that launching Cost Explorer there did it.
//!
//! Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/ce-enable.html>

use aws_refusal::{LinkedFeature, RefusalKind};

use super::Check;
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Name, Quote, Sign};
use crate::diagnose::outcome::{Outcome, Pass, Skip, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::Observed;

const BUDGETS: RefusalKind = RefusalKind::LinkedAccount {
    feature: LinkedFeature::Budgets,
};

pub(super) const CHECK: Check = Check {
    code: Code::MemberBudgetsNotEnabled,
    stop: None,
    run: |case| {
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        let probe = &case.evidence.probes.budgets;
        let Some(refusal) = probe.refusal().filter(|refusal| refusal.kind == BUDGETS) else {
            return match (&case.evidence.organization, probe) {
                (_, Observed::Known { .. }) => {
                    Outcome::Passed(Pass::Answered("budgets:DescribeBudgets"))
                }
                (Observed::NotApplicable { because }, _)
                | (_, Observed::NotApplicable { because }) => {
                    Outcome::Skipped(Skip::NotApplicable(Quote(because.clone())))
                }
                (_, Observed::Unknown(gap)) => Outcome::Inconclusive(Unseen::Gap(gap.clone())),
            };
        };
        Outcome::Failed(Box::new(Cause {
            code: Code::MemberBudgetsNotEnabled,
            confidence: Confidence::Confirmed,
            basis: Basis::AwsSaysSo,
            refusal: None,
            finding: Finding::Withheld {
                feature: LinkedFeature::Budgets,
            },
            actions: Vec::new(),
            closes: vec!["budgets"],
            signs: vec![Sign::Answered {
                call: Name("budgets:DescribeBudgets".to_owned()),
                message: Quote(refusal.message.clone()),
            }],
            remedy: Remedy {
                actor: Actor::ManagementAccountAdministrator,
                steps: vec![Step::LaunchInPayerForBudgets {
                    management_account: case.management_account(),
                }],
                source: "https://docs.aws.amazon.com/cost-management/latest/userguide/ce-enable.html",
            },
        }))
    },
};
