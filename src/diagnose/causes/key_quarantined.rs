//! AWS attaches a policy to an IAM user whose access key has leaked. Anyone else may attach it too, so it is likely AWS.
//!
//! Source: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html>

use super::Check;
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Name, Sign};
use crate::diagnose::outcome::{Outcome, Pass, Unseen};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::names::is_quarantine;

pub(super) const CHECK: Check = Check {
    code: Code::KeyQuarantined,
    stop: None,
    run: |case| {
        if let Some(outcome) = case.nobody_looked() {
            return outcome;
        }
        let policies = &case.evidence.policies.identity;
        let mut arns = policies
            .read
            .iter()
            .filter_map(|policy| policy.arn.as_deref());
        let Some(arn) = arns.find(|arn| is_quarantine(arn)) else {
            return match policies.gaps.first() {
                Some(gap) => Outcome::Inconclusive(Unseen::Gap(gap.clone())),
                None => Outcome::Passed(Pass::NotAttached),
            };
        };
        Outcome::Warning(Box::new(Cause {
            code: Code::KeyQuarantined,
            confidence: Confidence::Likely,
            basis: Basis::PolicyAttached,
            refusal: None,
            finding: Finding::Plain,
            actions: Vec::new(),
            closes: Vec::new(),
            signs: vec![Sign::Attached {
                policy: Name(arn.to_owned()),
            }],
            remedy: Remedy {
                actor: Actor::AccountAdministrator,
                steps: vec![Step::ReplaceLeakedKey, Step::AnswerQuarantineCase],
                source: "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html",
            },
        }))
    },
};
