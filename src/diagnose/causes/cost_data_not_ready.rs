//! Cost Explorer is enabled, and its data is still being gathered.
//!
//! Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/ce-enable.html>

use aws_refusal::RefusalKind;

use super::cost_explorer_not_enabled::{plain, unanswered};
use super::{Check, Stop};
use crate::catalog::Code;
use crate::diagnose::cause::{Basis, Confidence};
use crate::diagnose::outcome::Outcome;
use crate::diagnose::remedy::{Actor, Remedy, Step};

pub(super) const CHECK: Check = Check {
    code: Code::CostDataNotReady,
    stop: Some(Stop::CostExplorer),
    run: |case| {
        let probe = &case.evidence.probes.cost_and_usage;
        let Some(refusal) = probe
            .refusal()
            .filter(|refusal| refusal.kind == RefusalKind::DataNotReady)
        else {
            return unanswered(probe);
        };
        // Members have waited two weeks with this text: their payer had not launched Cost Explorer.
        // Source: https://github.com/numfocus/infrastructure/issues/1
        let after_days = if case.is_member() {
            Step::AskPayerIfNoData {
                management_account: case.management_account(),
            }
        } else {
            Step::OpenCaseIfNoData
        };
        let remedy = Remedy {
            actor: Actor::Nobody,
            steps: vec![Step::WaitForCostData, Step::UseBillsMeanwhile, after_days],
            source: "https://docs.aws.amazon.com/cost-management/latest/userguide/ce-enable.html",
        };
        Outcome::Failed(Box::new(plain(
            Code::CostDataNotReady,
            (Confidence::Confirmed, Basis::AwsSaysSo),
            refusal,
            remedy,
        )))
    },
};
