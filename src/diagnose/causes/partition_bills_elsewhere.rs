//! AWS GovCloud (US): the bill is the linked standard account's.
//!
//! Source: <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/usage-and-payment.html>

use super::Check;
use crate::catalog::{Code, Partition};
use crate::diagnose::cause::{Basis, Cause, Confidence, Finding, Name, Sign};
use crate::diagnose::outcome::{Outcome, Pass};
use crate::diagnose::remedy::{Actor, Remedy, Step};
use crate::names::PrincipalArn;

pub(super) const CHECK: Check = Check {
    code: Code::PartitionBillsElsewhere,
    stop: None,
    run: |case| {
        if let Some(outcome) = case.needs_caller() {
            return outcome;
        }
        let caller = case.evidence.caller.known();
        let arn = caller.map(|caller| caller.arn.as_str()).unwrap_or_default();
        if Partition::of_arn(arn) != Partition::GovCloud {
            let partition = PrincipalArn::parse(arn).map_or("aws", |arn| arn.partition);
            return Outcome::Passed(Pass::Partition {
                partition: Name(partition.to_owned()),
            });
        }
        Outcome::Failed(Box::new(Cause {
            code: Code::PartitionBillsElsewhere,
            confidence: Confidence::Confirmed,
            basis: Basis::CallerArn,
            refusal: None,
            finding: Finding::Plain,
            actions: Vec::new(),
            closes: case.question.page_ids(),
            signs: vec![Sign::CallerIs {
                arn: Name(arn.to_owned()),
            }],
            remedy: Remedy {
                actor: Actor::You,
                steps: vec![
                    Step::FindStandardAccount,
                    Step::OpenBillsThere,
                    Step::CheckThere,
                ],
                source: "https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/usage-and-payment.html",
            },
        }))
    },
};
