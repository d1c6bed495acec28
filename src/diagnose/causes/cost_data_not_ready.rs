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
        let remedy = Remedy {
            actor: Actor::Nobody,
            steps: vec![Step::WaitForCostData, Step::UseBillsMeanwhile],
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
