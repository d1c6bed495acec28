//! Why a check passed, could not see, or was left out: clauses without a full stop.

use super::Voice;
use super::labels::layer_policies;
use super::shown::{quoted, shown};
use super::title;
use crate::diagnose::outcome::{Pass, Skip, Unseen};
use aws_refusal::Layer;

impl Voice<'_> {
    /// What shows the good state.
    pub fn pass(&self, pass: &Pass) -> String {
        match pass {
            Pass::Answered(call) => format!("AWS answered {call}"),
            Pass::CredentialsAccepted { source } => {
                format!("AWS accepts the credentials from {}", shown(source))
            }
            Pass::EveryCallAnswered { calls: 1 } => "AWS answered the call".to_owned(),
            Pass::EveryCallAnswered { calls } => format!("AWS answered all {calls} calls"),
            Pass::NothingThrottled { calls: 1 } => "AWS did not throttle the call".to_owned(),
            Pass::NothingThrottled { calls } => format!("AWS throttled none of the {calls} calls"),
            Pass::ServicesAnswered => "billing services answered, and none reports it".to_owned(),
            Pass::CallerIs { arn } => format!("the credentials belong to {}", shown(arn)),
            Pass::Partition { partition } => {
                format!("the account is in the partition {}", shown(partition))
            }
            Pass::EveryActionPasses { layer } => match layer {
                Layer::PermissionsBoundary | Layer::VpcEndpointPolicy | Layer::RoleTrustPolicy => {
                    format!(
                        "{} allows every action that was checked",
                        layer_policies(*layer)
                    )
                }
                _ => format!(
                    "{} allow every action that was checked",
                    layer_policies(*layer)
                ),
            },
            Pass::SimulatorClears { layer } => format!(
                "AWS's policy simulator, which includes {}, allows every action that was checked",
                layer_policies(*layer)
            ),
            Pass::OtherDenies => "what denies billing is not a Region lock alone".to_owned(),
            Pass::PoliciesRead => "the policies that were read show it".to_owned(),
            Pass::NotAttached => "no such policy is attached".to_owned(),
            Pass::IamAcceptsToken => "IAM accepts the session's token".to_owned(),
            Pass::NoRefusalNamesIt => "AWS answered, and no refusal names one".to_owned(),
            Pass::EnabledWithoutData => {
                "Cost Explorer is enabled; its data is not there yet".to_owned()
            }
            Pass::SwitchOn => {
                "AWS answered billing:GetCredits, which it does not do while the switch is off"
                    .to_owned()
            }
        }
    }

    /// Why it could not be seen.
    pub fn unseen(&self, unseen: &Unseen) -> String {
        match unseen {
            Unseen::Gap(missing) => missing.reason(),
            Unseen::Because(text) => shown(text),
            Unseen::SwitchBehindPolicy => {
                "a policy refuses billing:GetCredits, the call that shows the switch; AWS looks at policies first"
                    .to_owned()
            }
            Unseen::SwitchUnknownToRoot => {
                "the switch does not apply to the root user, and no API reads it".to_owned()
            }
            Unseen::BehindDeny { layer } => format!(
                "a Deny in {} comes first",
                layer_policies(*layer)
            ),
            Unseen::Depends { layer } => format!(
                "it depends on conditions of {} that could not be seen",
                layer_policies(*layer)
            ),
            Unseen::OddDeny { layer } => format!(
                "a Deny in {} names what is no action, so nobody can tell what it denies",
                layer_policies(*layer)
            ),
            Unseen::NoApiShows { layer } => format!(
                "no API shows {}, and no refusal names one",
                layer_policies(*layer)
            ),
            Unseen::NotAsked => "Cost Explorer was not asked".to_owned(),
            Unseen::Hindered(code) => format!("it could not be checked ({})", title(*code)),
        }
    }

    /// Why the question does not arise.
    pub fn skip(&self, skip: &Skip) -> String {
        match skip {
            Skip::NotApplicable(text) => shown(text),
            Skip::ByChoice(missing) => missing.reason(),
            Skip::MoreExactly(code) => format!("{code} describes it more exactly"),
            Skip::NothingToAskWith => "there were no usable credentials to ask with".to_owned(),
            Skip::NoCallGotThrough => "no call got through to AWS".to_owned(),
            Skip::AwsAnswered(message) => format!("AWS answered {}", quoted(message)),
            Skip::RootUser => "identity policies do not apply to the root user".to_owned(),
            Skip::ManagementAccount => "this is the management account".to_owned(),
            Skip::NoPlan => "the account is older than AWS's plans".to_owned(),
            Skip::NotAskedAbout => "the pages in question do not need it".to_owned(),
        }
    }
}
