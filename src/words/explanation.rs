//! What a cause means, where its summary alone would mislead.

use super::Voice;
use crate::catalog::Code;
use crate::catalog::Partition;
use crate::diagnose::cause::{Basis, Cause, Finding};

impl Voice<'_> {
    /// Whole sentences; `None` where the summary says it all.
    pub fn explanation(&self, cause: &Cause) -> Option<String> {
        let mut sentences = Vec::new();
        sentences.extend(self.by_code(cause));
        sentences.extend(self.by_finding(cause));
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    fn by_code(&self, cause: &Cause) -> Option<String> {
        let fixed = |text: &str| Some(text.to_owned());
        match cause.code {
            Code::NoCredentials
            | Code::CredentialsExpired
            | Code::CredentialsRejected
            | Code::ClockSkew
            | Code::Throttled
            | Code::AccountNotActive
            | Code::IdentityPolicyOmitsBilling
            | Code::UnexplainedRefusal => None,
            Code::SessionCannotCallIam => fixed(
                "The keys are not bad: a session from GetSessionToken without MFA, or from GetFederationToken, cannot \
                 call IAM. Billing may work all the same.",
            ),
            Code::EndpointUnreachable => Some(format!(
                "This says nothing about {} permissions. The console may still work: a browser can use another route.",
                self.possessive()
            )),
            Code::IamAccessNotActivated => match cause.finding {
                Finding::SwitchOff {
                    policies_allow_all: true,
                } if self.is_you() => fixed(
                    "Your permissions are fine; no policy can change this, not even an administrator's.",
                ),
                Finding::SwitchOff {
                    policies_allow_all: true,
                } => Some(format!(
                    "The permissions of {} are fine; no policy can change this, not even an administrator's.",
                    self.subject()
                )),
                _ => fixed("No policy can change this, not even an administrator's."),
            },
            Code::SubscriptionRequired => fixed(
                "A new account is ready within 24 hours. On the free plan some services stay closed.",
            ),
            Code::PartitionBillsElsewhere => {
                fixed("No policy and no switch of this account opens it.")
            }
            Code::RootUserInUse => fixed(
                "Neither the switch nor IAM policies apply to the root user, so this says nothing about what anybody \
                 else can see.",
            ),
            Code::ScpDeniesBilling | Code::ScpOmitsBilling => fixed(
                "A service control policy applies to everybody in the account, also to administrators and the root \
                 user. Only the organization's management account can change it.",
            ),
            Code::ScpRegionLock => Some(format!(
                "Billing always runs in {}, whatever Region people work in. Only the organization's management account \
                 can change the policy.",
                Partition::named(self.partition()).billing_region()
            )),
            Code::RcpDeniesBilling => fixed(
                "It applies to everybody who uses the resource, also to administrators and the root user.",
            ),
            Code::MemberCostExplorerWithheld | Code::MemberBudgetsNotEnabled => Some(format!(
                "No policy in {} can change this, not even an administrator's.",
                self.account()
            )),
            Code::PayerOnlyFeature => fixed("This is by design; no policy or switch changes it."),
            Code::BoundaryDeniesBilling | Code::BoundaryOmitsBilling => fixed(
                "A permissions boundary is the most that policies can grant. Attaching more policies, even \
                 AdministratorAccess, changes nothing.",
            ),
            Code::SessionPolicyDeniesBilling | Code::SessionPolicyOmitsBilling => {
                fixed("The role itself may allow more; this session of it does not.")
            }
            Code::VpcEndpointPolicyBlocksBilling => fixed(
                "This depends on the network that the calls come from. From elsewhere the same credentials may be \
                 allowed.",
            ),
            Code::IdentityPolicyDeniesBilling => {
                fixed("A Deny wins over every Allow, so attaching more policies changes nothing.")
            }
            Code::MfaRequired => {
                fixed("The same user may be allowed in the console after signing in with MFA.")
            }
            Code::NetworkRestricted => fixed(
                "From the office or through the VPN the same credentials may be allowed. A browser may use another \
                 route than the command line.",
            ),
            Code::OnlyLegacyActions => fixed(
                "AWS ended support for aws-portal actions in July 2023. The console asks for other actions now.",
            ),
            Code::BillingPolicyWithoutCostExplorer => fixed(
                "AWS's managed policies Billing and AWSBillingReadOnlyAccess open the bill, but not the Cost Explorer \
                 page.",
            ),
            Code::KeyQuarantined => fixed(
                "AWS attaches this policy when it finds a key in a public place. Treat the key as stolen: delete it, \
                 and look for what it was used for, before anything else.",
            ),
            Code::CostExplorerNotEnabled if cause.basis == Basis::PayerMayBeTheReason => {
                Some(format!(
                    "In a member account {} must launch Cost Explorer first. The Bills page does not need it.",
                    self.management_account()
                ))
            }
            Code::CostExplorerNotEnabled => fixed(
                "This is neither a policy nor the root user's switch. The Bills page does not need Cost Explorer.",
            ),
            Code::CostDataNotReady if self.is_you() => {
                fixed("Your permissions for it are fine; AWS is still gathering the data.")
            }
            Code::CostDataNotReady => {
                fixed("The permissions for it are fine; AWS is still gathering the data.")
            }
        }
    }

    fn by_finding(&self, cause: &Cause) -> Option<String> {
        match &cause.finding {
            Finding::LooksLikeRegionLock { .. } => Some(format!(
                "It looks like a Region lock with an outdated list of exemptions: billing always runs in {}.",
                Partition::named(self.partition()).billing_region()
            )),
            Finding::ConsoleDiffers { requirement: None } => Some(
                "This is what these credentials get. In the console the same user or role may be allowed."
                    .to_owned(),
            ),
            Finding::ConsoleDiffers {
                requirement: Some(requirement),
            } => Some(format!(
                "This is what these credentials get. In the console it depends on: {}.",
                self.requirement(requirement)
            )),
            _ => None,
        }
    }
}
