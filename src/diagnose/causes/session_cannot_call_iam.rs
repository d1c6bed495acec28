//! Sessions that STS accepts and IAM does not: of GetSessionToken without MFA, and of GetFederationToken.
//!
//! IAM calls their token invalid, which is said of bad keys too; `sts:GetCallerIdentity` answering tells them apart.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html>

use super::{Check, Outcome};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::GapCause;
use aws_refusal::RefusalKind;

pub(super) const CHECK: Check = Check {
    code: "session-cannot-call-iam",
    title: "the session may call IAM",
    run: |case| {
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        let refused = case
            .evidence
            .gaps()
            .into_iter()
            .find_map(|gap| match gap.cause {
                GapCause::Refused { call, refusal, .. }
                    if call.starts_with("iam:") && refusal.kind == RefusalKind::InvalidToken =>
                {
                    Some((call, refusal.message))
                }
                _ => None,
            });
        let Some((call, message)) = refused else {
            return Outcome::Passed {
                because: "IAM does not reject its token".to_owned(),
            };
        };
        Outcome::Warning(Box::new(Finding {
            code: "session-cannot-call-iam",
            confidence: Confidence::Likely,
            confidence_reason: "other broken tokens are refused with the same words, and they are refused by STS too",
            grant: None,
            summary: "AWS accepts this session, but IAM does not, so that policies could not be read".to_owned(),
            explanation: Some(
                "The key is not bad: so it is with GetSessionToken without MFA, and with GetFederationToken. Billing may \
                 work all the same. To see more, use the user's own keys, a role, or GetSessionToken with MFA."
                    .to_owned(),
            ),
            closes: Vec::new(),
            actions: Vec::new(),
            evidence: vec![
                format!("{call} answered “{message}”"),
                "sts:GetCallerIdentity answered".to_owned(),
            ],
            statements: Vec::new(),
            remedy: Remedy {
                actor: Actor::You,
                steps: vec![Step::new(
                    "Run billing-doctor check with the user's own keys, with a role, or with a session that was made with MFA: `aws sts get-session-token --serial-number ARN-OF-YOUR-MFA-DEVICE --token-code CODE`.",
                )],
                source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html",
            },
        }))
    },
};
