//! Sessions that STS accepts and IAM does not: of GetSessionToken without MFA, and of GetFederationToken.
//!
//! IAM calls their token invalid, which is said of bad keys too; `sts:GetCallerIdentity` answering tells them apart.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html>

use aws_refusal::RefusalKind;

use super::Check;
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Name, Quote, Sign};
use crate::diagnose::outcome::{Outcome, Pass, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::evidence::GapCause;
use crate::names::service_prefix;

pub(super) const CHECK: Check = Check {
    code: Code::SessionCannotCallIam,
    stop: None,
    run: |case| {
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        let gaps = case.evidence.gaps();
        let refusals = || {
            gaps.iter().filter_map(|gap| match &gap.cause {
                GapCause::Refused { call, refusal, .. } if service_prefix(call) == "iam" => {
                    Some((gap, call, refusal))
                }
                _ => None,
            })
        };
        let rejected = refusals().find(|(.., refusal)| refusal.kind == RefusalKind::InvalidToken);
        let Some((_, call, refusal)) = rejected else {
            let mut calls = case.evidence.calls.iter();
            // To refuse for want of a permission, IAM has to accept the token first.
            return if calls.any(|call| service_prefix(&call.call) == "iam" && call.answered > 0)
                || refusals().any(|(gap, ..)| gap.is_denied())
            {
                Outcome::Passed(Pass::IamAcceptsToken)
            } else {
                match case.evidence.policies.identity.gaps.first() {
                    Some(gap) => Outcome::Inconclusive(Unseen::Gap(gap.clone())),
                    None => Outcome::Inconclusive(Unseen::NotAsked),
                }
            };
        };
        Outcome::Warning(Box::new(Cause {
            code: Code::SessionCannotCallIam,
            confidence: Confidence::Likely,
            basis: Basis::StsAcceptsTheSession,
            refusal: None,
            finding: Finding::Plain,
            actions: Vec::new(),
            closes: Vec::new(),
            signs: vec![
                Sign::Answered {
                    call: Name(call.clone()),
                    message: Quote(refusal.message.clone()),
                },
                Sign::AnsweredAtAll {
                    call: Name("sts:GetCallerIdentity".to_owned()),
                },
            ],
            remedy: Remedy {
                actor: Actor::You,
                steps: vec![Step::UseOtherSession],
                source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html",
            },
        }))
    },
};
