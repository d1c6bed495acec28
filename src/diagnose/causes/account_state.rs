//! The account itself: blocked by AWS, or not (yet) signed up for a service.

use super::{Case, Check, Outcome};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use aws_refusal::RefusalKind;

pub(super) const NOT_ACTIVE: Check = Check {
    code: "account-not-active",
    title: "the account is active",
    run: |case| {
        let Some(refused) = Refused::with(case, &RefusalKind::AccountBlocked) else {
            return nobody_says_so(case);
        };
        refused.failed(
            case,
            "account-not-active",
            Confidence::Confirmed,
            format!("AWS has blocked account {}", case.account_label()),
            None,
            Remedy {
                actor: Actor::RootUser,
                steps: vec![
                    Step::at(
                        "Sign in as the root user and finish whatever AWS asks for: verification, an overdue payment.",
                        "https://console.aws.amazon.com/billing/home#/",
                    ),
                    Step::at(
                        "If nothing is asked, open a case with AWS Support: account and billing cases are free.",
                        "https://console.aws.amazon.com/support/home",
                    ),
                ],
                source: "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/manage-account-payment.html",
            },
        )
    },
};

pub(super) const SUBSCRIPTION_REQUIRED: Check = Check {
    code: "subscription-required",
    title: "the account is signed up for the billing services",
    run: |case| {
        let Some(refused) = Refused::with(case, &RefusalKind::SubscriptionRequired) else {
            return nobody_says_so(case);
        };
        refused.failed(
            case,
            "subscription-required",
            Confidence::Likely,
            format!(
                "account {} is not signed up for a service that billing needs",
                case.account_label()
            ),
            Some(
                "A new account is ready within 24 hours; on the free plan some services stay closed.",
            ),
            Remedy {
                actor: Actor::RootUser,
                steps: vec![
                    Step::at(
                        "Finish the account's sign-up (payment method, telephone), and wait up to 24 hours.",
                        "https://portal.aws.amazon.com/billing/signup",
                    ),
                    Step::at(
                        "On the free plan, upgrade to the paid plan to use what it leaves out.",
                        "https://console.aws.amazon.com/billing/home#/",
                    ),
                ],
                source: "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/free-tier-plans.html",
            },
        )
    },
};

/// The calls that were refused for one reason.
struct Refused {
    /// Empty where it was the call that needs no permission.
    actions: Vec<&'static str>,
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
        code: &'static str,
        confidence: Confidence,
        summary: String,
        explanation: Option<&str>,
        remedy: Remedy,
    ) -> Outcome {
        // A service that answers is not closed by another that does not.
        let closes = if self.others_answered {
            let pages = case.question.pages().iter();
            pages
                .filter(|asked| asked.is_closed_by(&self.actions))
                .map(|asked| asked.page.id.clone())
                .collect()
        } else {
            case.question.page_ids()
        };
        let who = self.actions.first().unwrap_or(&"sts:GetCallerIdentity");
        Outcome::Failed(Box::new(Finding {
            code,
            confidence,
            confidence_reason: match confidence {
                Confidence::Confirmed => "AWS says it in these words",
                _ => "AWS says it, and a new account outgrows it by itself",
            },
            grant: None,
            summary,
            explanation: explanation.map(str::to_owned),
            closes,
            evidence: vec![format!("{who} answered “{}”", self.message)],
            actions: self.actions.into_iter().map(str::to_owned).collect(),
            statements: Vec::new(),
            remedy,
        }))
    }
}

fn nobody_says_so(case: &Case) -> Outcome {
    case.needs_caller().unwrap_or_else(|| Outcome::Passed {
        because: "no service says otherwise".to_owned(),
    })
}
