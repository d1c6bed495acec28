//! The account itself: blocked by AWS, or not (yet) signed up for a service.

use super::{Case, Check, Outcome};
use crate::finding::{Confidence, Finding};
use crate::refusal::{Refusal, RefusalKind};
use crate::remedy::{Actor, Remedy, Step};

pub const NOT_ACTIVE: Check = Check {
    code: "account-not-active",
    title: "the account is active",
    run: |case| match first(case, |kind| *kind == RefusalKind::AccountBlocked) {
        Some((action, refusal)) => Outcome::Failed(Box::new(Finding {
            code: "account-not-active",
            confidence: Confidence::Confirmed,
            summary: format!("AWS has blocked account {}", case.account_label()),
            explanation: None,
            closes: Case::every_page(),
            actions: Vec::new(),
            evidence: vec![format!("{action} answered “{}”", refusal.message)],
            statements: Vec::new(),
            remedy: Remedy {
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
        })),
        None => answered(case),
    },
};

pub const SUBSCRIPTION_REQUIRED: Check = Check {
    code: "subscription-required",
    title: "the account is signed up for the billing services",
    run: |case| {
        match first(case, |kind| *kind == RefusalKind::SubscriptionRequired) {
            Some((action, refusal)) => Outcome::Failed(Box::new(Finding {
                code: "subscription-required",
                confidence: Confidence::Likely,
                summary: format!("account {} is not signed up for a service that billing needs", case.account_label()),
                explanation: Some("A new account is ready within 24 hours; on the free plan some services stay closed.".to_owned()),
                closes: Case::every_page(),
                actions: Vec::new(),
                evidence: vec![format!("{action} answered “{}”", refusal.message)],
                statements: Vec::new(),
                remedy: Remedy {
                    actor: Actor::RootUser,
                    steps: vec![
                        Step::at("Finish the account's sign-up (payment method, telephone), and wait up to 24 hours.", "https://portal.aws.amazon.com/billing/signup"),
                        Step::at("On the free plan, upgrade to the paid plan to use what it leaves out.", "https://console.aws.amazon.com/billing/home#/"),
                    ],
                    source: "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/free-tier-plans.html",
                },
            })),
            None => answered(case),
        }
    },
};

fn first<'a>(
    case: &Case<'a>,
    is: impl Fn(&RefusalKind) -> bool,
) -> Option<(&'static str, &'a Refusal)> {
    let evidence = case.evidence;
    let who = ("sts:GetCallerIdentity", evidence.caller.refusal());
    let probes = evidence
        .probes
        .by_action()
        .map(|(action, probe)| (action, probe.refusal()));
    std::iter::once(who)
        .chain(probes)
        .find_map(|(action, refusal)| {
            let refusal = refusal?;
            is(&refusal.kind).then_some((action, refusal))
        })
}

fn answered(case: &Case) -> Outcome {
    match case.needs_caller() {
        Some(outcome) => outcome,
        None => Outcome::Passed {
            because: "no service says otherwise".to_owned(),
        },
    }
}
