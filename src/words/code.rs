//! What every code is called, what it says and what it means: the words that a new cause needs.

use super::Voice;
use super::cause::{first_statement, throttled, unreached};
use super::extent::{page_list, titles};
use super::labels::{statement_label, the_policy};
use super::shown::shown;
use crate::catalog::{Code, Partition};
use crate::diagnose::cause::{Basis, Cause, Finding};
use crate::names::PrincipalKind;
use aws_refusal::{Effect, LinkedFeature};

/// A noun phrase that reads right after ✓, ✗, ? and –.
pub const fn title(code: Code) -> &'static str {
    match code {
        Code::NoCredentials => "AWS credentials",
        Code::CredentialsExpired => "Expiry of the credentials",
        Code::CredentialsRejected => "Access key and secret",
        Code::ClockSkew => "Clock of this machine",
        Code::RoleNotAssumable => "Role that the profile assumes",
        Code::SessionCannotCallIam => "IAM calls with this session",
        Code::EndpointUnreachable => "Connection to AWS",
        Code::Throttled => "API throttling",
        Code::IamAccessNotActivated => "IAM access to billing (root user's switch)",
        Code::AccountNotActive => "Status of the account",
        Code::SubscriptionRequired => "Sign-up for the billing services",
        Code::FreePlanExpired => "Free plan of the account",
        Code::PartitionBillsElsewhere => "Bill in another partition (GovCloud)",
        Code::RootUserInUse => "Root user's credentials",
        Code::ScpDeniesBilling => "Deny in service control policies",
        Code::ScpOmitsBilling => "Allow in service control policies",
        Code::ScpRegionLock => "Region lock in service control policies",
        Code::RcpDeniesBilling => "Deny in resource control policies",
        Code::MemberCostExplorerWithheld => "Cost Explorer for member accounts (payer's setting)",
        Code::MemberBudgetsNotEnabled => "Budgets for member accounts (payer's setting)",
        Code::PayerOnlyFeature => "Payer-only pages",
        Code::BoundaryDeniesBilling => "Deny in the permissions boundary",
        Code::BoundaryOmitsBilling => "Allow in the permissions boundary",
        Code::SessionPolicyDeniesBilling => "Deny in session policies",
        Code::SessionPolicyOmitsBilling => "Allow in session policies",
        Code::VpcEndpointPolicyBlocksBilling => "VPC endpoint policy",
        Code::IdentityPolicyDeniesBilling => "Deny in identity policies",
        Code::IdentityPolicyOmitsBilling => "Allow in identity policies",
        Code::MfaRequired => "MFA",
        Code::NetworkRestricted => "Network that the policies allow",
        Code::OnlyLegacyActions => "Retired aws-portal actions",
        Code::BillingPolicyWithoutCostExplorer => "Cost Explorer in AWS's billing policies",
        Code::KeyQuarantined => "Quarantine of a leaked access key",
        Code::CostExplorerNotEnabled => "Activation of Cost Explorer",
        Code::CostDataNotReady => "Data in Cost Explorer",
        Code::UnexplainedRefusal => "Refusals without an explanation",
    }
}

impl Voice<'_> {
    /// A clause that states the bad state, without a full stop.
    pub fn summary(&self, cause: &Cause) -> String {
        match cause.code {
            Code::NoCredentials => "no AWS credentials were found".to_owned(),
            Code::CredentialsExpired => "the credentials have expired".to_owned(),
            Code::CredentialsRejected => "AWS does not accept the credentials".to_owned(),
            Code::ClockSkew => {
                "the clock of the machine is wrong, so AWS rejects every request".to_owned()
            }
            Code::RoleNotAssumable => match &cause.finding {
                Finding::RoleRefused { role, by, .. } => format!(
                    "AWS does not let {} assume {}",
                    by.as_ref().map_or_else(|| "these credentials".to_owned(), shown),
                    role.as_ref().map_or_else(|| "the role of the profile".to_owned(), shown)
                ),
                _ => "AWS does not let these credentials assume the role of the profile".to_owned(),
            },
            Code::SessionCannotCallIam => {
                "AWS accepts the session but IAM does not, so policies could not be read".to_owned()
            }
            Code::EndpointUnreachable => unreached(&cause.finding),
            Code::Throttled => throttled(&cause.finding),
            Code::IamAccessNotActivated => {
                "the root user has not activated IAM access to billing".to_owned()
            }
            Code::AccountNotActive => format!("AWS has blocked {}", self.account()),
            Code::SubscriptionRequired => format!(
                "{} is not signed up for a service that billing needs",
                self.account()
            ),
            Code::FreePlanExpired => format!("the free plan of {} has expired", self.account()),
            Code::PartitionBillsElsewhere => format!(
                "{} is an AWS GovCloud (US) account, and the standard account it is linked to has the bill",
                self.account()
            ),
            Code::RootUserInUse if self.is_you() => {
                "you are using the root user's credentials".to_owned()
            }
            Code::RootUserInUse => "the credentials used are the root user's".to_owned(),
            Code::MemberCostExplorerWithheld => match &cause.finding {
                Finding::Withheld {
                    feature: LinkedFeature::PayerCostExplorer,
                } => format!(
                    "{} has not enabled Cost Explorer, so no member account can use it",
                    self.management_account()
                ),
                _ => format!(
                    "{} withholds Cost Explorer from its member accounts",
                    self.management_account()
                ),
            },
            Code::MemberBudgetsNotEnabled => format!(
                "{} has not enabled Budgets for its member accounts",
                self.management_account()
            ),
            Code::PayerOnlyFeature => {
                let pages = match &cause.finding {
                    Finding::PayerPages { pages } => pages,
                    _ => &cause.closes,
                };
                format!(
                    "only {} can open {}",
                    self.management_account(),
                    page_list(&titles(pages))
                )
            }
            Code::MfaRequired => match first_statement(cause) {
                Some(statement) => {
                    format!("the credentials carry no MFA, and {statement} demands it")
                }
                None => "the credentials carry no MFA, and a policy demands it".to_owned(),
            },
            Code::NetworkRestricted
                if matches!(cause.finding, Finding::ConsoleOutsideVpc { .. }) =>
            {
                let statement = first_statement(cause).or_else(|| match &cause.finding {
                    Finding::ConsoleOutsideVpc { allowed_by, .. } => {
                        allowed_by.as_ref().map(statement_label)
                    }
                    _ => None,
                });
                format!(
                    "{} allows billing only from inside a VPC, and the console is outside of it",
                    statement.as_deref().unwrap_or("a policy")
                )
            }
            Code::NetworkRestricted => match first_statement(cause) {
                Some(statement) => format!(
                    "{statement} allows billing only from certain networks, and the request came from another"
                ),
                None => {
                    "a policy allows billing only from certain networks, and the request came from another"
                        .to_owned()
                }
            },
            Code::OnlyLegacyActions => match &cause.finding {
                Finding::Legacy { policy } => format!(
                    "{} allows billing only with aws-portal actions, which AWS has retired",
                    the_policy(policy)
                ),
                _ => format!(
                    "{} policies allow billing only with aws-portal actions, which AWS has retired",
                    self.possessive_first()
                ),
            },
            Code::BillingPolicyWithoutCostExplorer => format!(
                "{} policies do not allow Cost Explorer, and AWS's billing policy leaves it out",
                self.possessive_first()
            ),
            // Only users have access keys.
            Code::KeyQuarantined if self.principal_kind() == Some(PrincipalKind::Role) => {
                "AWS's quarantine policy for leaked access keys is attached to the role".to_owned()
            }
            Code::KeyQuarantined => format!(
                "AWS has probably put one of {} access keys into quarantine",
                self.possessive()
            ),
            Code::CostExplorerNotEnabled => {
                format!("Cost Explorer has never been enabled in {}", self.account())
            }
            Code::CostDataNotReady => {
                "Cost Explorer is enabled but has no data yet".to_owned()
            }
            Code::UnexplainedRefusal => {
                "AWS refused, and nothing that was seen explains it".to_owned()
            }
            Code::ScpRegionLock => self.region_lock(cause),
            Code::IdentityPolicyOmitsBilling | Code::BoundaryOmitsBilling | Code::ScpOmitsBilling
                if matches!(&cause.finding, Finding::ConditionFails { .. }) =>
            {
                let statement = match &cause.finding {
                    Finding::ConditionFails { unmet } => self.unmet_alone(unmet),
                    _ => None,
                };
                statement.unwrap_or_else(|| match cause.code {
                    Code::BoundaryOmitsBilling => {
                        "the permissions boundary allows billing only under conditions that do not hold".to_owned()
                    }
                    Code::ScpOmitsBilling => {
                        "the service control policies allow billing only under conditions that do not hold".to_owned()
                    }
                    _ => format!(
                        "{} policies allow billing only under conditions that do not hold",
                        self.possessive_first()
                    ),
                })
            }
            Code::ScpDeniesBilling
            | Code::RcpDeniesBilling
            | Code::BoundaryDeniesBilling
            | Code::SessionPolicyDeniesBilling
            | Code::IdentityPolicyDeniesBilling
            | Code::ScpOmitsBilling
            | Code::BoundaryOmitsBilling
            | Code::SessionPolicyOmitsBilling
            | Code::IdentityPolicyOmitsBilling
            | Code::VpcEndpointPolicyBlocksBilling => match &cause.refusal {
                Some(refusal) if refusal.effect == Effect::ExplicitDeny => {
                    self.denies(cause, refusal)
                }
                Some(refusal) => self.does_not_allow(cause, refusal),
                None => "a policy does not allow billing".to_owned(),
            },
        }
    }

    /// What the code means, where its summary alone would mislead: whole sentences.
    pub(super) fn by_code(&self, cause: &Cause) -> Option<String> {
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
            Code::RoleNotAssumable => match cause.finding {
                Finding::RoleRefused { mfa: true, .. } => fixed(
                    "The profile names an MFA device. Only the AWS CLI asks for its code; without the code AWS refuses. \
                     This says nothing about the role's permissions.",
                ),
                _ => fixed(
                    "The keys are good. An identity policy on one side and the role's trust policy on the other must \
                     both allow it. This says nothing about the role's permissions.",
                ),
            },
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
            Code::FreePlanExpired => fixed(
                "AWS closes the account when its free plan ends, and keeps its content for 90 days. Upgrading to the paid \
                 plan within that time opens it again.",
            ),
            Code::PartitionBillsElsewhere => {
                fixed("No policy and no switch of this account opens it.")
            }
            Code::RootUserInUse => fixed(
                "Neither the switch nor IAM policies apply to the root user, so this says nothing about what anybody \
                 else can see.",
            ),
            Code::ScpDeniesBilling | Code::ScpOmitsBilling => fixed(
                "A service control policy applies to everybody in the account whom it does not exempt, also to \
                 administrators and the root user. Only the organization's management account can change it.",
            ),
            Code::ScpRegionLock => Some(format!(
                "Billing always runs in {}, whatever Region people work in. Only the organization's management account \
                 can change the policy.",
                self.partition().billing_region()
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
            Code::NetworkRestricted
                if matches!(cause.finding, Finding::ConsoleOutsideVpc { .. }) =>
            {
                None
            }
            Code::NetworkRestricted => fixed(
                "From the office or through the VPN the same credentials may be allowed. A browser may use another \
                 route than the command line.",
            ),
            // Source: https://docs.amazonaws.cn/en_us/cost-management/latest/userguide/billing-example-policies.html
            Code::OnlyLegacyActions if self.partition() == Partition::China => fixed(
                "AWS ended support for aws-portal actions in China in March 2024. The console asks for other actions now.",
            ),
            Code::OnlyLegacyActions => fixed(
                "AWS ended support for aws-portal actions in July 2023. The console asks for other actions now.",
            ),
            Code::BillingPolicyWithoutCostExplorer => fixed(
                "AWS's managed policies Billing and AWSBillingReadOnlyAccess open the bill, but not the Cost Explorer \
                 page.",
            ),
            Code::KeyQuarantined if self.principal_kind() == Some(PrincipalKind::Role) => fixed(
                "AWS attaches this policy to users. A role has no access keys, so somebody else has probably attached it.",
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
}
