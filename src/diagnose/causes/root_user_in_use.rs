//! The root user sees the bill whatever the switch and the policies say: what it sees proves nothing for others.

use super::{Check, Outcome};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::names::PrincipalKind;

pub(super) const CHECK: Check = Check {
    code: "root-user-in-use",
    title: "the caller is not the root user",
    run: |case| {
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        let Some(caller) = case.evidence.caller.known() else {
            return Outcome::Inconclusive {
                because: "who the caller is isn't known".to_owned(),
            };
        };
        let kind = crate::names::PrincipalArn::parse(&caller.arn).map(|arn| arn.kind);
        if kind != Some(PrincipalKind::RootUser) {
            return Outcome::Passed {
                because: format!("the caller is {}", caller.arn),
            };
        }
        Outcome::Warning(Box::new(Finding {
            code: "root-user-in-use",
            confidence: Confidence::Confirmed,
            confidence_reason: "the ARN says it",
            grant: None,
            summary: format!("these are keys of the root user of account {}", case.account_label()),
            explanation: Some(
                "Neither the switch nor IAM policies bind the root user, so this says nothing about what anyone else sees."
                    .to_owned(),
            ),
            closes: Vec::new(),
            actions: Vec::new(),
            evidence: vec![format!("sts:GetCallerIdentity answered {}", caller.arn)],
            statements: Vec::new(),
            remedy: Remedy {
                actor: Actor::You,
                steps: vec![
                    Step::new("Run billing-doctor with the credentials of whoever can't see the bill, or name them: `--principal ARN`."),
                    Step::at(
                        "Delete the root user's access keys: AWS advises to have none.",
                        "https://console.aws.amazon.com/iam/home#/security_credentials",
                    ),
                ],
                source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html",
            },
        }))
    },
};
