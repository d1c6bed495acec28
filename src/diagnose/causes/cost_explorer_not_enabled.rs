//! Cost Explorer was never opened in the account: its API and page refuse until it was, once.
//!
//! Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/ce-enable.html>

use aws_refusal::{Refusal, RefusalKind};
use iam_policy::Decision;

use super::{Check, Stop};
use crate::catalog::{Code, page};
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Name, Quote, Sign};
use crate::diagnose::outcome::{Outcome, Pass, Skip, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::{Answer, Observed};

pub(super) const CHECK: Check = Check {
    code: Code::CostExplorerNotEnabled,
    stop: Some(Stop::CostExplorer),
    run: |case| {
        let probe = &case.evidence.probes.cost_and_usage;
        let refusal = match probe.refusal() {
            Some(refusal) if refusal.kind == RefusalKind::CostExplorerNotEnabled => refusal,
            Some(refusal) if refusal.kind == RefusalKind::DataNotReady => {
                return Outcome::Passed(Pass::EnabledWithoutData);
            }
            _ => return unanswered(probe),
        };
        let organization = case.evidence.organization.known();
        let member = organization.filter(|organization| !organization.is_management_account);
        // Opening the page enables it, for anyone who may see it; in a member account the payer comes first.
        let may_see = page("cost-explorer").is_some_and(|page| {
            page.view.iter().all(|action| {
                let judged = case.judgement.actions.get(action.as_str());
                judged.is_some_and(|judged| judged.console == Decision::Allowed)
            })
        });
        let (sure, actor, mut steps) = match member {
            Some(organization) => (
                (Confidence::Likely, Basis::PayerMayBeTheReason),
                Actor::ManagementAccountAdministrator,
                vec![Step::LaunchInPayer {
                    management_account: Some(Name(organization.management_account.clone())),
                }],
            ),
            None => (
                (Confidence::Confirmed, Basis::AwsSaysSo),
                if may_see {
                    Actor::You
                } else {
                    Actor::AccountAdministrator
                },
                vec![Step::DecideOnCostExplorer, Step::LaunchCostExplorer],
            ),
        };
        steps.push(Step::WaitForData);
        steps.extend(member.map(|organization| Step::AskPayerToLook {
            management_account: Name(organization.management_account.clone()),
        }));
        let remedy = Remedy {
            actor,
            steps,
            source: "https://docs.aws.amazon.com/cost-management/latest/userguide/ce-enable.html",
        };
        Outcome::Failed(Box::new(plain(
            Code::CostExplorerNotEnabled,
            sure,
            refusal,
            remedy,
        )))
    },
};

/// A cause that Cost Explorer itself names, and that closes its page alone.
pub(super) fn plain(
    code: Code,
    (confidence, basis): (Confidence, Basis),
    refusal: &Refusal,
    remedy: Remedy,
) -> Cause {
    Cause {
        code,
        confidence,
        basis,
        refusal: None,
        finding: Finding::Plain,
        actions: Vec::new(),
        closes: vec!["cost-explorer"],
        signs: vec![Sign::Answered {
            call: Name("ce:GetCostAndUsage".to_owned()),
            message: Quote(refusal.message.clone()),
        }],
        remedy,
    }
}

/// What a check on Cost Explorer says where the service gave another answer than the one it looks for.
pub(super) fn unanswered(probe: &Observed<Answer>) -> Outcome {
    match probe {
        Observed::Known { .. } => Outcome::Passed(Pass::Answered("ce:GetCostAndUsage")),
        Observed::NotApplicable { because } => {
            Outcome::Skipped(Skip::NotApplicable(Quote(because.clone())))
        }
        Observed::Unknown(gap) if gap.by_choice() => Outcome::Skipped(Skip::ByChoice(gap.clone())),
        Observed::Unknown(gap) => Outcome::Inconclusive(Unseen::Gap(gap.clone())),
    }
}
