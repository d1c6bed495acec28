//! What was seen, a line each: clauses without a full stop.

use super::Voice;
use super::extent::either;
use super::labels::statement_label;
use super::shown::{quoted, shown};
use crate::diagnose::cause::{Name, Sign};
use crate::evidence::Provider;
use crate::text::list;
use aws_refusal::Effect;

impl Voice<'_> {
    /// Where credentials were looked for: the last place stands for those before it.
    fn looked_in(&self, source: &Name) -> String {
        let source = shown(source);
        match self.evidence.credentials.provider {
            Provider::Instance => {
                format!("the environment variables, the profiles and {source}")
            }
            _ => source,
        }
    }

    pub fn sign(&self, sign: &Sign) -> String {
        match sign {
            Sign::Answered { call, message } => {
                format!("AWS answered {} {}", shown(call), quoted(message))
            }
            Sign::AnsweredAtAll { call } => format!("AWS answered {}", shown(call)),
            Sign::Refused {
                action,
                message,
                likewise,
            } if likewise.is_empty() => format!("AWS refused {action}: {}", quoted(message)),
            Sign::Refused {
                action,
                message,
                likewise,
            } => format!(
                "AWS refused {action}: {}; it refused {} for the same reason",
                quoted(message),
                list(likewise)
            ),
            Sign::StatementDenies {
                statement,
                denied,
                checked,
            } => format!(
                "{} denies {}",
                statement_label(statement),
                of_checked(*denied, *checked)
            ),
            Sign::LevelOmits { target, actions } if actions.len() <= 3 => format!(
                "no policy that is attached at {} allows {}",
                shown(target),
                either(actions)
            ),
            Sign::LevelOmits { target, actions } => format!(
                "the policies that are attached at {} do not allow {}",
                shown(target),
                any_of_checked(actions.len(), self.checked())
            ),
            Sign::PoliciesRefuse {
                effect,
                actions,
                simulator_agrees,
            } => {
                let refuse = match effect {
                    Effect::ExplicitDeny => format!(
                        "the policies that were read deny {}",
                        of_checked(*actions, self.checked())
                    ),
                    Effect::ImplicitDeny => format!(
                        "the policies that were read do not allow {}",
                        any_of_checked(*actions, self.checked())
                    ),
                };
                if *simulator_agrees == 0 {
                    refuse
                } else if simulator_agrees >= actions {
                    format!("{refuse}; AWS's policy simulator says the same")
                } else {
                    format!("{refuse}; AWS's policy simulator agrees on {simulator_agrees} of them")
                }
            }
            Sign::SimulatorRefuses { actions } => format!(
                "AWS's policy simulator refuses {}",
                of_checked(*actions, self.checked())
            ),
            Sign::PoliciesAllowAll { checked } => format!(
                "{} policies allow {}",
                self.possessive(),
                of_checked(*checked, *checked)
            ),
            Sign::Joined { how } => match how.0.as_str() {
                "INVITED" => {
                    "the account was invited into its organization; such accounts start with the switch off"
                        .to_owned()
                }
                "CREATED" => {
                    "the organization created the account; such accounts normally start with the switch on"
                        .to_owned()
                }
                _ => format!("the account joined its organization as {}", shown(how)),
            },
            Sign::SwitchChanged { by, at } => match (by, at) {
                (Some(by), Some(at)) => format!(
                    "CloudTrail shows that {} changed the switch on {}, but not which way",
                    shown(by),
                    shown(at)
                ),
                (Some(by), None) => format!(
                    "CloudTrail shows that {} changed the switch, but not which way",
                    shown(by)
                ),
                (None, Some(at)) => format!(
                    "CloudTrail shows that somebody changed the switch on {}, but not which way",
                    shown(at)
                ),
                (None, None) => {
                    "CloudTrail shows that somebody changed the switch, but not which way".to_owned()
                }
            },
            Sign::LookedForCredentials {
                source,
                detail: Some(detail),
            } => format!("no credentials in {}: {}", self.looked_in(source), quoted(detail)),
            Sign::LookedForCredentials {
                source,
                detail: None,
            } => format!("no credentials in {}", self.looked_in(source)),
            Sign::CredentialsFrom { source } => {
                format!("the credentials came from {}", shown(source))
            }
            Sign::CallFailed {
                call,
                failure,
                detail: Some(detail),
            } => format!("{}: {}", failure.of(&shown(call)), quoted(detail)),
            Sign::CallFailed {
                call,
                failure,
                detail: None,
            } => failure.of(&shown(call)),
            Sign::NoAnswerFrom { services } => {
                let services: Vec<String> = services.iter().map(shown).collect();
                format!("no answer from {}", list(&services))
            }
            Sign::CallerIs { arn } => format!("the credentials belong to {}", shown(arn)),
            Sign::PrincipalIs { arn } => format!("the ARN is {}", shown(arn)),
            Sign::Attached { policy } => {
                format!("{} is attached, probably by AWS", shown(policy))
            }
            Sign::PlanExpired { at: Some(at) } => {
                format!("AWS says that the free plan expired on {}", shown(at))
            }
            Sign::PlanExpired { at: None } => "AWS says that the free plan has expired".to_owned(),
            Sign::ManagementAccount { account } => {
                format!("the management account is {}", shown(account))
            }
        }
    }

    /// How many actions were checked.
    fn checked(&self) -> usize {
        self.question.actions().len()
    }
}

/// So many of the actions that were checked, as the object of `denies`.
fn of_checked(number: usize, checked: usize) -> String {
    match (number, checked) {
        (1, 1) => "the one action that was checked".to_owned(),
        _ if number >= checked => format!("all {number} actions that were checked"),
        _ => format!("{number} of the {checked} actions that were checked"),
    }
}

/// The same as the object of `do not allow`.
fn any_of_checked(number: usize, checked: usize) -> String {
    match (number, checked) {
        (1, 1) => "the one action that was checked".to_owned(),
        _ if number >= checked => format!("any of the {number} actions that were checked"),
        _ => format!("{number} of the {checked} actions that were checked"),
    }
}
