//! What one refusal of AWS's means, made of its own words alone: nothing else of the account is known.

use super::shown::shown;
use crate::catalog::Partition;
use crate::names::{PrincipalArn, PrincipalKind, is_quarantine, permission_set};
use aws_refusal::{Effect, Layer, PolicyDenial};

/// Why a reading is not sure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The console's old page names the switch and the policies in one sentence.
    OldConsoleText,
    /// The cost console's sentence is the same for the switch and for a missing permission.
    CostConsoleText {
        action: Option<String>,
    },
    PayerMayWithhold,
    PayerMustLaunch,
    NothingEligible,
    FreePlan,
    SessionMayNotCallIam,
    ProxyMayChange,
    CredentialsUnclear,
    /// The action is not in the text, so it may be of any service.
    ActionUnknown,
    /// A policy of the resource or of the role, not one of the person.
    ResourcesOwn,
    /// Not even the kind of policy could be read.
    LayerUnknown,
    ReasonUnknown,
}

/// Why it is not sure: a clause.
pub fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::OldConsoleText => "the console's text has two readings: (1) the root user has not activated IAM access to \
             billing, (2) policies do not allow it (`identity-policy-omits-billing`)"
            .to_owned(),
        Doubt::CostConsoleText { action } => {
            let action = match action {
                Some(action) => shown(action),
                None => "it".to_owned(),
            };
            format!(
                "the console's text has two readings: (1) the root user has not activated IAM access to billing; \
                 administrators get this text too; (2) policies do not allow {action} (`identity-policy-omits-billing`)"
            )
        }
        Doubt::PayerMayWithhold => "in a member account of an organization the management account may not have launched \
             Cost Explorer, or may withhold it (`member-cost-explorer-withheld`)"
            .to_owned(),
        Doubt::PayerMustLaunch => "in a member account of an organization the management account must have launched Cost \
             Explorer first; until then this text stays (`member-cost-explorer-withheld`)"
            .to_owned(),
        Doubt::NothingEligible => {
            "without a message, from a Savings Plans call, it only means that no usage is eligible".to_owned()
        }
        Doubt::FreePlan => {
            "AWS says the same of new accounts and of what the free plan leaves out".to_owned()
        }
        Doubt::SessionMayNotCallIam => "if only IAM says so while `aws sts get-caller-identity` works, the session must \
             not call IAM (`session-cannot-call-iam`)"
            .to_owned(),
        Doubt::ProxyMayChange => {
            "a wrong secret key; a proxy that changes requests would look the same".to_owned()
        }
        Doubt::CredentialsUnclear => {
            "the text does not say what is wrong with the credentials".to_owned()
        }
        Doubt::ActionUnknown => {
            "could not read the action in the text, so it may be of any service".to_owned()
        }
        Doubt::ResourcesOwn => {
            "AWS names a policy of the resource or of the role itself, not one of the person".to_owned()
        }
        Doubt::LayerUnknown => "could not tell from the text which policy refused".to_owned(),
        Doubt::ReasonUnknown => "could not tell from the text why AWS refused".to_owned(),
    }
}

/// A refusal by a policy, and what it is about.
#[derive(Clone, Copy)]
pub struct Refused<'a> {
    pub denial: &'a PolicyDenial,
    /// Whether the action is one of billing; `None` where the text names no action.
    pub billing: Option<bool>,
    /// Whether the root user's switch may show behind it.
    pub gated: bool,
    /// The AWS managed policy that allows the action.
    pub allowed_by: Option<&'static str>,
}

impl<'a> Refused<'a> {
    /// What is the matter: whole sentences.
    pub fn summary(&self) -> String {
        let summary = self.by_layer();
        match &self.denial.action {
            Some(_) => summary,
            None => format!("{summary} Could not read the action in the text."),
        }
    }

    fn by_layer(&self) -> String {
        let (whom, action) = (self.whose(), self.action());
        let denies = self.denies();
        let Some(layer) = self.denial.layer else {
            return match self.denial.effect {
                Some(Effect::ExplicitDeny) => {
                    format!("A policy denies {action}. The text does not name the kind of policy.")
                }
                _ => format!(
                    "AWS refused {action}. Could not tell from the text which policy refused."
                ),
            };
        };
        match layer {
            Layer::IdentityPolicy if self.quarantines() => format!(
                "AWS found an access key of {whom} in a public place and attached a policy that denies {action}, among \
                 other things. Treat the key as stolen."
            ),
            Layer::IdentityPolicy if denies => format!(
                "A policy of {whom} denies {action}. A Deny wins over every Allow, so attaching more policies changes \
                 nothing."
            ),
            Layer::IdentityPolicy => format!("No policy of {whom} allows {action}."),
            Layer::PermissionsBoundary => format!(
                "The permissions boundary of {whom} {} {action}. A boundary is the most that policies can grant, so \
                 attaching more policies changes nothing.",
                if denies { "denies" } else { "does not allow" }
            ),
            Layer::SessionPolicy => format!(
                "A policy was passed along when this session was made, and it {} {action}. The role or user behind it \
                 may allow more.",
                if denies { "denies" } else { "does not allow" }
            ),
            Layer::ServiceControlPolicy if denies => format!(
                "A service control policy of the organization denies {action} in {}. It applies to everybody in the \
                 account, also to administrators and the root user.",
                self.account()
            ),
            Layer::ServiceControlPolicy => format!(
                "No service control policy at one of the organization's levels allows {action} in {}. That applies to \
                 everybody in the account, also to administrators and the root user.",
                self.account()
            ),
            Layer::ResourceControlPolicy => format!(
                "A resource control policy of the organization denies {action}. It applies to everybody who uses the \
                 resource, also to administrators and the root user."
            ),
            Layer::VpcEndpointPolicy => format!(
                "The policy of the VPC endpoint that the request came through {} {action}. Through another network the \
                 same credentials may be allowed.",
                if denies { "denies" } else { "does not allow" }
            ),
            Layer::ResourcePolicy => format!(
                "The policy of the resource itself {} {action}.",
                if denies { "denies" } else { "does not allow" }
            ),
            Layer::RoleTrustPolicy => format!(
                "The role's trust policy, which says who may assume the role, {} {action}.",
                if denies { "denies" } else { "does not allow" }
            ),
        }
    }

    /// Where the policy is that has to change, as far as the refusal's own ARNs say.
    pub fn here(&self) -> Option<String> {
        let named = self.denial.policy_arn.as_deref().and_then(policy);
        match (self.denial.layer?, named) {
            (_, Some(policy)) => Some(policy),
            (Layer::IdentityPolicy, None) => self.identity(),
            _ => None,
        }
    }

    fn identity(&self) -> Option<String> {
        let principal = self.principal()?;
        let (account, name) = (shown(principal.account), principal.name);
        match (principal.kind, permission_set(name)) {
            (PrincipalKind::Role, Some(set)) => Some(format!(
                "Here: the permission set “{}” in IAM Identity Center, provisioned to account {account}. The role itself \
                 can't be edited in the account.",
                shown(set)
            )),
            (PrincipalKind::Role, None) => {
                Some(format!("Here: role {} of account {account}.", shown(name)))
            }
            (PrincipalKind::User, _) => Some(format!(
                "Here: user {} of account {account}, or one of its groups.",
                shown(name)
            )),
            _ => None,
        }
    }

    /// What else may refuse, and does not show yet.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
    pub fn hidden(&self) -> &'static str {
        match (self.gated, self.billing) {
            (true, _) => {
                "AWS names one layer only. Other policies may refuse too, and whether the root user has activated IAM \
                 access to billing shows only once all of them let the call through: `billing-doctor check` looks at all \
                 at once."
            }
            (false, Some(true)) => {
                "AWS names one layer only. Other policies may refuse too: `billing-doctor check` looks at all at once."
            }
            (false, _) => {
                "AWS names one layer only. Other policies may refuse too, and show only once this one lets the call \
                 through."
            }
        }
    }

    pub(super) fn denies(&self) -> bool {
        self.denial.effect == Some(Effect::ExplicitDeny)
    }

    pub(super) fn quarantines(&self) -> bool {
        self.denies() && self.denial.policy_arn.as_deref().is_some_and(is_quarantine)
    }

    /// Whose name has an odd character in it stays nameless: the steps are markdown, and nothing in it is escaped.
    pub(super) fn principal(&self) -> Option<PrincipalArn<'a>> {
        PrincipalArn::parse(self.denial.principal.as_deref()?)
            .filter(|principal| is_plain(principal.name))
    }

    /// The policy that AWS named.
    pub(super) fn policy_arn(&self) -> Option<&'a str> {
        self.denial
            .policy_arn
            .as_deref()
            .filter(|arn| is_plain(arn))
    }

    /// The permission set behind the caller's role, where IAM Identity Center made the role.
    pub(super) fn permission_set(&self) -> Option<&'a str> {
        permission_set(self.principal()?.name)
    }

    /// The name of the partition, as ARNs have it.
    pub(super) fn partition(&self) -> &'a str {
        let arn = self.denial.principal.as_deref().unwrap_or_default();
        match arn.split(':').nth(1) {
            Some(partition) if partition.starts_with("aws") => partition,
            _ => "aws",
        }
    }

    /// A page of the console, in the caller's partition.
    pub(super) fn console(&self, path: &str) -> String {
        let host = Partition::named(self.partition()).console_host();
        format!("https://{host}/{path}")
    }

    pub(super) fn action(&self) -> String {
        match &self.denial.action {
            Some(action) => shown(action),
            None => "the action".to_owned(),
        }
    }

    /// Whose policies they are: a noun phrase.
    pub(super) fn whose(&self) -> String {
        let Some(principal) = self.principal() else {
            return "this user or role".to_owned();
        };
        let name = shown(principal.name);
        match (principal.kind, self.permission_set()) {
            (PrincipalKind::RootUser, _) => "the root user".to_owned(),
            (PrincipalKind::User, _) => format!("user {name}"),
            (PrincipalKind::Role, Some(set)) => format!("the permission set “{}”", shown(set)),
            (PrincipalKind::Role, None) => format!("role {name}"),
            (PrincipalKind::FederatedUser, _) => format!("federated user {name}"),
        }
    }

    pub(super) fn account(&self) -> String {
        match self.principal() {
            Some(principal) => format!("account {}", shown(principal.account)),
            None => "this account".to_owned(),
        }
    }
}

/// Whether a name or an ARN has only the characters that AWS lets it have.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@-_/:*".contains(&byte))
}

/// A policy by its ARN: an organization's names the organization and its management account.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html>
fn policy(arn: &str) -> Option<String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, service, _, account, resource] = parts.as_slice() else {
        return None;
    };
    match (*service, resource.split('/').collect::<Vec<_>>().as_slice()) {
        ("organizations", ["policy", organization, _, policy]) => Some(format!(
            "Here: policy {} of organization {}, in the management account {}.",
            shown(*policy),
            shown(*organization),
            shown(*account)
        )),
        ("iam", ["policy", .., _]) if is_quarantine(arn) => Some(format!(
            "Here: {}, which AWS attaches when it finds a key in a public place.",
            shown(arn)
        )),
        ("iam", ["policy", .., _]) if *account == "aws" => Some(format!(
            "Here: {}, which AWS manages and nobody else can change; it can be detached.",
            shown(arn)
        )),
        ("iam", ["policy", .., name]) => Some(format!(
            "Here: policy {0} in account {1}, IAM → Policies → {0}.",
            shown(*name),
            shown(*account)
        )),
        _ => None,
    }
}

/// What is the matter where Organizations answers the management account alone.
pub fn management_account_only(action: Option<&str>) -> String {
    let what = match action {
        Some(action) => format!("may ask Organizations for {}", shown(action)),
        None => "may ask Organizations for this".to_owned(),
    };
    format!(
        "Only the management account of the organization, or an account that it made a delegated administrator, {what}. \
         No policy in a member account changes that."
    )
}

/// A host that was asked where no host of that service is.
pub fn no_such_endpoint(host: &str) -> Option<(String, String)> {
    let endpoint = Endpoint::of(host)?;
    let (service, region) = (endpoint.service, shown(endpoint.region));
    let partition = Partition::of_region(endpoint.region);
    if endpoint.prefix == "ce" && partition == Partition::GovCloud {
        return Some((
            "There is no Cost Explorer in AWS GovCloud (US), so the host does not exist. The standard account that the \
             GovCloud account is linked to has the bill."
                .to_owned(),
            "Who: you, with credentials of the standard account.\n\n1. Ask with credentials of the linked standard account, \
             in us-east-1.\n2. The whole story: `billing-doctor explain partition-bills-elsewhere`."
                .to_owned(),
        ));
    }
    let right = partition.billing_region();
    (endpoint.region != right).then(|| {
        (
            format!(
                "{service} answers from {right} only, whatever Region you work in. There is no host for it in {region}, so \
                 this is neither a firewall nor a policy."
            ),
            format!(
                "Who: you.\n\n1. Ask {right}: add `--region {right}` to the command, or set that Region where the SDK's client \
                 for {service} is made.\n2. Leave the Region of everything else as it is."
            ),
        )
    })
}

/// A regional host of a billing service.
struct Endpoint<'a> {
    prefix: &'a str,
    service: &'static str,
    region: &'a str,
}

impl<'a> Endpoint<'a> {
    fn of(host: &'a str) -> Option<Self> {
        let mut labels = host.split('.');
        let (prefix, region) = (labels.next()?, labels.next()?);
        let service = match prefix {
            "ce" => "Cost Explorer",
            "billing" => "AWS Billing",
            "freetier" => "AWS Free Tier",
            "invoicing" => "AWS Invoicing",
            _ => return None,
        };
        let is_region = region.matches('-').count() >= 2;
        is_region.then_some(Self {
            prefix,
            service,
            region,
        })
    }
}

/// Whether the host is one of a partition that has no Cost Explorer.
pub fn is_bill_elsewhere(host: &str) -> bool {
    Endpoint::of(host).is_some_and(|endpoint| {
        endpoint.prefix == "ce" && Partition::of_region(endpoint.region) == Partition::GovCloud
    })
}

/// What is the matter where nothing but a code or an unknown sentence is there.
pub const REASON_UNKNOWN: &str =
    "AWS refused. Could not tell from the text why, or by which policy.";

/// What to add to a page's steps, where the text has a second reading that the page does not know.
pub fn second_reading(doubt: &Doubt) -> Option<String> {
    match doubt {
        Doubt::CostConsoleText { action } => {
            let action = match action {
                Some(action) => format!("`{}`", shown(action)),
                None => "what the page needs".to_owned(),
            };
            Some(format!(
                "If IAM access to billing is active already, policies are the reason: an account administrator allows {action}. \
                 `billing-doctor check` tells the two apart."
            ))
        }
        Doubt::PayerMustLaunch => Some(
            "In a member account of an organization, ask the management account whether it has launched Cost Explorer. Until it \
             has, waiting does not help."
                .to_owned(),
        ),
        _ => None,
    }
}

/// The heading of a refusal that is not about billing.
pub fn heading(action: Option<&str>) -> String {
    match action {
        Some(action) => format!("{} was refused", shown(action)),
        None => "AWS refused".to_owned(),
    }
}
