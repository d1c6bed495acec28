//! What somebody who can help has to read: the answer, what is asked of them, and why to believe it.

use crate::diagnose::finding::Confidence;
use crate::diagnose::old_remedy::Actor;
use crate::names::PrincipalKind;
use crate::report::{Cause, CheckStatus, Report};
use crate::text::capitalized;

/// Whom a report is handed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Audience {
    /// Whoever holds the root user.
    Root,
    /// Whoever may change IAM in the account.
    Admin,
    /// An administrator of the organization's management account.
    Payer,
    /// AWS Support.
    Support,
}

impl Audience {
    fn of(actor: Actor) -> Self {
        match actor {
            Actor::RootUser => Self::Root,
            Actor::ManagementAccountAdministrator | Actor::IdentityCenterAdministrator => {
                Self::Payer
            }
            Actor::AwsSupport => Self::Support,
            Actor::AccountAdministrator | Actor::You | Actor::Nobody => Self::Admin,
        }
    }
}

/// A report, addressed.
pub(super) struct Letter<'a> {
    pub(super) report: &'a Report,
    /// The answer, about the principal by name: the reader is somebody else.
    pub(super) headline: String,
    /// Who the reader is, and what is asked of them; `None` where nothing is.
    pub(super) request: Option<String>,
    /// What the reader can lift, in the order to do it.
    pub(super) asked: Vec<&'a Cause>,
    /// What others have to lift.
    pub(super) others: Vec<&'a Cause>,
}

impl<'a> Letter<'a> {
    pub(super) fn new(report: &'a Report, to: Option<Audience>) -> Self {
        let causes = if report.causes.is_empty() {
            &report.hindrances
        } else {
            &report.causes
        };
        let to = to.or_else(|| causes.first().map(|cause| Audience::of(cause.actor)));
        let (asked, others): (Vec<&Cause>, Vec<&Cause>) = causes
            .iter()
            .partition(|cause| Some(Audience::of(cause.actor)) == to);
        let request = to
            .filter(|_| !asked.is_empty() || to == Some(Audience::Support))
            .map(|to| request(report, to, &asked));
        Self {
            report,
            headline: headline(report),
            request,
            asked,
            others,
        }
    }

    /// How a request passes on its way, layer by layer: the name, and whether it passes.
    pub(super) fn way(&self) -> Vec<(&'static str, Passes)> {
        const WAY: [(&str, &[&str]); 6] = [
            (
                "Service control policies of the organization",
                &["scp-region-lock", "scp-denies-billing", "scp-omits-billing"],
            ),
            (
                "Permissions boundary",
                &["boundary-denies-billing", "boundary-omits-billing"],
            ),
            (
                "Policy of the session",
                &[
                    "session-policy-denies-billing",
                    "session-policy-omits-billing",
                ],
            ),
            (
                "Policies of the user, group or role",
                &[
                    "identity-policy-denies-billing",
                    "only-legacy-actions",
                    "billing-policy-without-cost-explorer",
                    "identity-policy-omits-billing",
                    "mfa-required",
                    "network-restricted",
                ],
            ),
            (
                "The root user's switch “IAM user and role access to Billing information”",
                &["iam-access-not-activated"],
            ),
            (
                "Cost Explorer",
                &[
                    "member-cost-explorer-withheld",
                    "cost-explorer-not-enabled",
                    "cost-data-not-ready",
                ],
            ),
        ];
        WAY.iter()
            .map(|(name, codes)| (*name, self.passes(codes)))
            .collect()
    }

    fn passes(&self, codes: &[&str]) -> Passes {
        let statuses: Vec<CheckStatus> = self
            .report
            .checks
            .iter()
            .filter(|check| codes.contains(&check.code))
            .map(|check| check.status)
            .collect();
        if statuses.contains(&CheckStatus::Failed) {
            Passes::No
        } else if statuses.contains(&CheckStatus::Inconclusive) {
            Passes::Unknown
        } else if statuses.contains(&CheckStatus::Passed)
            || statuses.contains(&CheckStatus::Warning)
        {
            Passes::Yes
        } else {
            Passes::NotThere
        }
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

/// Whether a request passes a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passes {
    Yes,
    No,
    Unknown,
    NotThere,
}

/// How sure a finding is, where it is not certain.
pub(super) fn doubt(cause: &Cause) -> Option<String> {
    match cause.confidence {
        Confidence::Confirmed => None,
        Confidence::Likely => Some(format!("Likely, not certain: {}.", cause.confidence_reason)),
        Confidence::Possible => Some(format!("Possible: {}.", cause.confidence_reason)),
    }
}

/// A sentence to the person who is locked out, for somebody else.
pub(super) fn voice(text: &str) -> String {
    text.replace(
        "Your permissions are fine.",
        "Permissions are not the matter.",
    )
    .replace("your policies", "its policies")
    .replace("your access keys", "its access keys")
}

/// The report's answer, with the principal's name in place of "you".
fn headline(report: &Report) -> String {
    let Some(principal) = report
        .principal
        .as_ref()
        .filter(|principal| principal.is_caller)
    else {
        return report.headline.clone();
    };
    let name = match principal.kind {
        PrincipalKind::RootUser => "The root user".to_owned(),
        kind => format!("{} {}", kind.noun(), principal.name),
    };
    if let Some(rest) = report.headline.strip_prefix("You ") {
        return format!("{} {}", capitalized(&name), voice(rest));
    }
    report
        .headline
        .replacen("whether you can", &format!("whether {name} can"), 1)
}

fn request(report: &Report, to: Audience, asked: &[&Cause]) -> String {
    let account = match (&report.account.id, &report.account.alias) {
        (Some(id), Some(alias)) => format!("account {id} ({alias})"),
        (Some(id), None) => format!("account {id}"),
        (None, _) => "the account".to_owned(),
    };
    let who = match to {
        Audience::Root => format!("You hold the root user of {account}."),
        Audience::Admin => format!("You may change permissions in {account}."),
        Audience::Payer => match &report.account.organization {
            Some(organization) => format!(
                "You administer the management account {}, or what it delegated.",
                organization.management_account
            ),
            None => format!("You administer the organization of {account}."),
        },
        Audience::Support => format!("This is about {account}."),
    };
    if asked.is_empty() {
        return who;
    }
    let steps: usize = asked.iter().map(|cause| cause.steps.len()).sum();
    let please = if steps == 1 {
        "Please do this one step.".to_owned()
    } else {
        format!("Please do these {steps} steps.")
    };
    let time = if asked
        .iter()
        .any(|cause| cause.code == "iam-access-not-activated")
    {
        " It takes two minutes."
    } else {
        ""
    };
    format!("{who} {please}{time}")
}
