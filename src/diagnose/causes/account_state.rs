//! The account itself: blocked by AWS, not (yet) signed up for a service, or on a free plan that has ended.

use aws_refusal::RefusalKind;

use super::{Case, Check};
use crate::catalog::Code;
use crate::diagnose::cause::{Action, Basis, Cause, Confidence, Finding, Name, Quote, Sign};
use crate::diagnose::outcome::{Outcome, Pass, Skip, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::{Failure, Gap, GapCause, Observed};

pub(super) const NOT_ACTIVE: Check = Check {
    code: Code::AccountNotActive,
    stop: None,
    run: |case| {
        let Some(refused) = Refused::with(case, &RefusalKind::AccountBlocked) else {
            return nothing_says_so(case);
        };
        let remedy = Remedy {
            actor: Actor::RootUser,
            steps: vec![Step::FinishWhatAwsAsks, Step::OpenVerificationCase],
            source: "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/billing-get-answers.html",
        };
        refused.failed(
            case,
            Code::AccountNotActive,
            Confidence::Confirmed,
            Basis::AwsSaysSo,
            remedy,
        )
    },
};

pub(super) const SUBSCRIPTION_REQUIRED: Check = Check {
    code: Code::SubscriptionRequired,
    stop: None,
    run: |case| {
        let Some(refused) = Refused::with(case, &RefusalKind::SubscriptionRequired) else {
            return nothing_says_so(case);
        };
        let remedy = Remedy {
            actor: Actor::RootUser,
            steps: vec![Step::FinishSignUp, Step::UpgradePlan],
            source: "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/free-tier-plans.html",
        };
        refused.failed(
            case,
            Code::SubscriptionRequired,
            Confidence::Likely,
            Basis::NewAccountsGrowOutOfIt,
            remedy,
        )
    },
};

/// AWS closes an account when its free plan ends. Closed accounts still show past bills, so this is worth knowing and not
/// what takes the bill away.
///
/// Sources: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/free-tier-plans.html>,
/// <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_freetier_GetAccountPlanState.html>
pub(super) const FREE_PLAN_EXPIRED: Check = Check {
    code: Code::FreePlanExpired,
    stop: None,
    run: |case| {
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        let plan = match &case.evidence.account.plan {
            Observed::Known { value } => value,
            Observed::NotApplicable { because } => {
                return Outcome::Skipped(Skip::NotApplicable(Quote(because.clone())));
            }
            Observed::Unknown(gap) if has_no_plan(gap) => return Outcome::Skipped(Skip::NoPlan),
            Observed::Unknown(gap) => return Outcome::Inconclusive(Unseen::Gap(gap.clone())),
        };
        match (plan.kind.as_str(), plan.status.as_deref()) {
            ("FREE", Some("EXPIRED")) => {}
            ("FREE", None) => return Outcome::Inconclusive(Unseen::NotAsked),
            _ => return Outcome::Passed(Pass::Answered("freetier:GetAccountPlanState")),
        }
        Outcome::Warning(Box::new(Cause {
            code: Code::FreePlanExpired,
            confidence: Confidence::Confirmed,
            basis: Basis::AwsSaysSo,
            refusal: None,
            finding: Finding::Plain,
            actions: Vec::new(),
            closes: Vec::new(),
            signs: vec![Sign::PlanExpired {
                at: plan.expires.clone().map(Name),
            }],
            remedy: Remedy {
                actor: Actor::AccountAdministrator,
                steps: vec![Step::UpgradeExpiredPlan],
                source: "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/free-tier-plans.html",
            },
        }))
    },
};

/// Accounts that are older than the plans have none.
fn has_no_plan(gap: &Gap) -> bool {
    matches!(
        gap.cause,
        GapCause::CallFailed {
            failure: Failure::NotFound,
            ..
        }
    )
}

/// The calls that were refused for one reason.
struct Refused {
    /// Empty where it was the call that needs no permission.
    actions: Vec<Action>,
    message: String,
    /// Whether any service answered all the same.
    others_answered: bool,
}

impl Refused {
    fn with(case: &Case, kind: &RefusalKind) -> Option<Self> {
        let evidence = case.evidence;
        let probes = evidence.probes.by_action();
        let refused: Vec<_> = probes
            .iter()
            .filter_map(|(action, probe)| Some((*action, probe.refusal()?)))
            .filter(|(_, refusal)| refusal.kind == *kind)
            .collect();
        let of_caller = evidence
            .caller
            .refusal()
            .filter(|refusal| refusal.kind == *kind);
        let first = of_caller.or(refused.first().map(|(_, refusal)| *refusal))?;
        Some(Self {
            message: first.message.clone(),
            actions: refused.iter().map(|(action, _)| *action).collect(),
            others_answered: probes
                .iter()
                .any(|(_, probe)| probe.known().is_some() || probe.is_told()),
        })
    }

    fn failed(
        self,
        case: &Case,
        code: Code,
        confidence: Confidence,
        basis: Basis,
        remedy: Remedy,
    ) -> Outcome {
        // A service that answers is not closed by another that does not.
        let closes = if self.others_answered {
            let pages = case.question.pages().iter();
            pages
                .filter(|asked| asked.is_closed_by(&self.actions))
                .map(|asked| asked.page.id.as_str())
                .collect()
        } else {
            case.question.page_ids()
        };
        let call = self.actions.first().unwrap_or(&"sts:GetCallerIdentity");
        Outcome::Failed(Box::new(Cause {
            code,
            confidence,
            basis,
            refusal: None,
            finding: Finding::Plain,
            closes,
            signs: vec![Sign::Answered {
                call: Name((*call).to_owned()),
                message: Quote(self.message),
            }],
            actions: self.actions,
            remedy,
        }))
    }
}

fn nothing_says_so(case: &Case) -> Outcome {
    if let Some(outcome) = case.needs_caller() {
        return outcome;
    }
    match case.silent_service() {
        None => Outcome::Passed(Pass::ServicesAnswered),
        Some(gap) => Outcome::Inconclusive(Unseen::Gap(gap.clone())),
    }
}
