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
        // Without a caller, as in an account dump, the principal's ARN says it as well.
        let principal = case.evidence.principal.known();
        let asked = match (case.needs_caller(), principal) {
            (None, _) => case.evidence.caller.known().map(|caller| &caller.arn),
            (Some(_), Some(principal)) => Some(&principal.arn),
            (Some(outcome), None) => return outcome,
        };
        let arn = asked.map(String::as_str).unwrap_or_default();
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
            signs: vec![if case.is_about_caller() {
                Sign::CallerIs {
                    arn: Name(arn.to_owned()),
                }
            } else {
                Sign::PrincipalIs {
                    arn: Name(arn.to_owned()),
                }
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
