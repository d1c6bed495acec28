//! AWS attaches a policy to an IAM user whose access key has leaked.
//!
//! Source: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html>

use super::{Check, Outcome};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::names::is_quarantine;

pub(super) const CHECK: Check = Check {
    code: "key-quarantined",
    title: "AWS has not put the user's access key into quarantine",
    run: |case| {
        if let Some(outcome) = case.nobody_looked() {
            return outcome;
        }
        let policies = &case.evidence.policies.identity;
        let arns = policies
            .read
            .iter()
            .filter_map(|policy| policy.arn.as_deref());
        let Some(arn) = arns.into_iter().find(|arn| is_quarantine(arn)) else {
            return match policies.gaps.first() {
                Some(gap) => Outcome::Inconclusive {
                    because: gap.reason(),
                },
                None => Outcome::Passed {
                    because: "no such policy is attached".to_owned(),
                },
            };
        };
        Outcome::Warning(Box::new(Finding {
            code: "key-quarantined",
            confidence: Confidence::Confirmed,
            confidence_reason: "the policy is attached",
            grant: None,
            summary: match case.evidence.principal.known() {
                Some(principal) if !principal.is_caller => {
                    format!("AWS has put an access key of {} into quarantine", case.who())
                }
                _ => "AWS has put one of your access keys into quarantine".to_owned(),
            },
            explanation: Some(
                "It found the key in a public place. Delete the key and look for what it was used for before anything \
                 else: `billing-doctor explain key-quarantined`."
                    .to_owned(),
            ),
            closes: Vec::new(),
            actions: Vec::new(),
            evidence: vec![format!("{arn} is attached, which only AWS does")],
            statements: Vec::new(),
            remedy: Remedy {
                actor: Actor::AccountAdministrator,
                steps: vec![
                    Step::at(
                        "Make a new key where one is needed, then deactivate and delete the leaked one: IAM → Users → the user → Security credentials.",
                        "https://console.aws.amazon.com/iam/home#/users",
                    ),
                    Step::at(
                        "Answer the case that AWS opened; it says when the policy may be detached.",
                        "https://console.aws.amazon.com/support/home#/case/history",
                    ),
                ],
                source: "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html",
            },
        }))
    },
};
