//! A report, addressed: whom it asks for what, and what others have to do.

use crate::names::PrincipalKind;
use crate::report::{Cause, Report};
use crate::words::Note;

/// A report, addressed. Its sentences were made for its reader.
pub(super) struct Letter<'a> {
    pub(super) report: &'a Report,
    /// What the reader can mend, in the order to do it.
    pub(super) asked: Vec<&'a Cause>,
    /// What others have to mend.
    pub(super) others: Vec<&'a Cause>,
}

impl<'a> Letter<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let (asked, others): (Vec<&Cause>, Vec<&Cause>) = report
            .obstacles()
            .iter()
            .partition(|cause| report.audience.can(cause.actor));
        Self {
            asked,
            others,
            report,
        }
    }

    pub(super) fn notes(&self) -> &'a [Note] {
        &self.report.notes
    }

    /// Commands of the aws CLI that show the same without this tool.
    pub(super) fn commands(&self) -> Vec<String> {
        let mut commands = vec!["aws sts get-caller-identity".to_owned()];
        if let Some(account) = &self.report.account.id {
            commands.push(format!(
                "aws billing get-credits --account-id {account} --start-date {}",
                self.report.collected_at
            ));
        }
        if let Some(principal) = &self.report.principal
            && matches!(principal.kind, PrincipalKind::User | PrincipalKind::Role)
        {
            commands.push(format!(
                "aws iam simulate-principal-policy --policy-source-arn '{}' --action-names billing:GetCredits \
                 ce:GetCostAndUsage",
                principal.arn.replace('\'', "")
            ));
        }
        commands
    }
}
