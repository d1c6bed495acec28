//! AWS GovCloud (US): the bill is the linked standard account's.
//!
//! Source: <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/usage-and-payment.html>

use super::{Check, Outcome};
use crate::diagnose::finding::{Confidence, Finding};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::names::PrincipalArn;

pub const CODE: &str = "partition-bills-elsewhere";
const SOURCE: &str =
    "https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/usage-and-payment.html";

pub(super) const CHECK: Check = Check {
    code: CODE,
    title: "the account has a bill of its own",
    run: |case| {
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        let arn = case
            .evidence
            .caller
            .known()
            .map(|caller| caller.arn.as_str())
            .unwrap_or_default();
        let partition = PrincipalArn::parse(arn).map_or("aws", |arn| arn.partition);
        if partition != "aws-us-gov" {
            return Outcome::Passed {
                because: format!("it is in the partition {partition}"),
            };
        }
        Outcome::Failed(Box::new(Finding {
            code: CODE,
            confidence: Confidence::Confirmed,
            confidence_reason: "AWS itself names the partition",
            grant: None,
            summary: format!(
                "account {} is an AWS GovCloud (US) account, and its bill is that of the standard account it is linked to",
                case.account_label()
            ),
            explanation: Some("No policy and no switch of this account opens it.".to_owned()),
            closes: case.question.page_ids(),
            actions: Vec::new(),
            evidence: vec![format!("sts:GetCallerIdentity answered {arn}")],
            statements: Vec::new(),
            remedy: Remedy {
                actor: Actor::You,
                steps: vec![
                    Step::new(
                        "Find out which standard account it is linked to: another number, known to whoever signed up for GovCloud.",
                    ),
                    Step::at(
                        "Sign in there and open the Bills page.",
                        "https://console.aws.amazon.com/billing/home#/bills",
                    ),
                    Step::new(
                        "If the bill does not open there: `billing-doctor check --profile NAME`, with a profile of that account.",
                    ),
                ],
                source: SOURCE,
            },
        }))
    },
};
