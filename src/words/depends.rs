//! On what it depends whether a page opens.

use super::Voice;
use super::shown::shown;
use crate::diagnose::requirement::Requirement;

impl Voice<'_> {
    /// A noun phrase or an indirect question that reads right after "It depends on: " and "Free Tier: ".
    pub fn requirement(&self, requirement: &Requirement) -> String {
        match requirement {
            Requirement::Condition { residual, action } => match &residual.requirement {
                iam_policy::Requirement::UnreadPoliciesAllow { reason } => {
                    format!("some policies that could not be read ({})", shown(reason))
                }
                // The engine says "allowed only …".
                condition => format!(
                    "a policy's condition ({action} is {})",
                    shown(&super::requirement::sentence(condition))
                ),
            },
            Requirement::AllowNotGiven { target } => format!(
                "the service control policies at {}: those that were given only deny, and FullAWSAccess is probably \
                 attached there as well",
                shown(target)
            ),
            Requirement::OnSome { action, part } => {
                format!("which resource is used ({action} is {})", super::policies::part(part))
            }
            Requirement::Undecided { action } => {
                format!("whether {} policies allow {action}", self.possessive())
            }
            Requirement::WitnessesDisagree { action } => {
                format!("which is right about {action}, the policies or AWS's policy simulator")
            }
            Requirement::Part { action } => {
                format!("the part of the page that is used (some need {action}, which is not allowed)")
            }
            Requirement::Switch => {
                "the root user's switch for IAM access to billing, which could not be seen".to_owned()
            }
            Requirement::SwitchPerhapsUnseen => {
                "the root user's switch, which could not be seen (AWS does not document whether it closes this page)"
                    .to_owned()
            }
            Requirement::SwitchPerhaps => {
                "the root user's switch, which is off (AWS does not document whether it closes this page)"
                    .to_owned()
            }
            Requirement::Refused { action } => {
                format!("the reason why AWS refused {action}, which is not known")
            }
            Requirement::CostExplorer { gap } => {
                format!("Cost Explorer itself, which did not answer ({})", gap.reason())
            }
            Requirement::CostExplorerLeftOut => {
                "Cost Explorer itself, which was left out as requested".to_owned()
            }
        }
    }
}
