//! The checks, one or a few causes a file: each looks at the evidence for one thing that takes billing away.
//!
//! A check is a value with a function; it does no input or output and calls no other check. Which of several causes
//! comes first is the order of [`CHECKS`].

mod account_state;
mod boundary;
mod cost_data_not_ready;
mod cost_explorer_not_enabled;
mod credentials;
mod endpoint_unreachable;
mod iam_access_not_activated;
mod identity_policy;
mod key_quarantined;
mod layer_refusals;
mod member_budgets_not_enabled;
mod member_cost_explorer_withheld;
mod mfa_required;
mod network_restricted;
mod partition_bills_elsewhere;
mod payer_only_feature;
mod rcp;
mod root_user_in_use;
mod scp;
mod session_cannot_call_iam;
mod session_policy;
mod throttled;
mod vpc_endpoint_policy;

pub use iam_access_not_activated::{Switch, switch};

use super::cause::{Confidence, Name, Quote, StatementAt};
use super::judgement::Judgement;
use super::outcome::{Outcome, Unseen};
use super::question::Question;
use super::remedy::{Actor, Step};
use crate::catalog::Code;
use crate::evidence::{Evidence, Gap, Observed};

/// What a check reads.
pub struct Case<'a> {
    pub evidence: &'a Evidence,
    pub judgement: &'a Judgement,
    pub question: &'a Question,
}

/// A place where a request may be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    ServiceControlPolicies,
    PermissionsBoundary,
    SessionPolicies,
    IdentityPolicies,
    Switch,
    CostExplorer,
}

impl Stop {
    /// In the order in which AWS asks them.
    pub const ALL: [Self; 6] = [
        Self::ServiceControlPolicies,
        Self::PermissionsBoundary,
        Self::SessionPolicies,
        Self::IdentityPolicies,
        Self::Switch,
        Self::CostExplorer,
    ];
}

/// One thing that may take billing away.
pub struct Check {
    pub code: Code,
    /// Where what it finds stops a request; `None` where that is no single place.
    pub stop: Option<Stop>,
    pub run: fn(&Case) -> Outcome,
}

/// Every check, in the order in which what they find must be fixed: first what keeps the tool from looking, then from
/// the account inwards, as AWS judges a request.
pub const CHECKS: &[Check] = &[
    credentials::NO_CREDENTIALS,
    credentials::EXPIRED,
    credentials::REJECTED,
    credentials::CLOCK_SKEW,
    credentials::ROLE,
    endpoint_unreachable::CHECK,
    throttled::CHECK,
    session_cannot_call_iam::CHECK,
    partition_bills_elsewhere::CHECK,
    account_state::NOT_ACTIVE,
    account_state::SUBSCRIPTION_REQUIRED,
    account_state::FREE_PLAN_EXPIRED,
    root_user_in_use::CHECK,
    iam_access_not_activated::CHECK,
    scp::REGION_LOCK,
    scp::DENIES,
    scp::OMITS,
    rcp::CHECK,
    member_cost_explorer_withheld::CHECK,
    member_budgets_not_enabled::CHECK,
    payer_only_feature::CHECK,
    boundary::DENIES,
    boundary::OMITS,
    session_policy::DENIES,
    session_policy::OMITS,
    vpc_endpoint_policy::CHECK,
    mfa_required::CHECK,
    network_restricted::CHECK,
    key_quarantined::CHECK,
    identity_policy::DENIES,
    identity_policy::ONLY_LEGACY,
    identity_policy::WITHOUT_COST_EXPLORER,
    identity_policy::OMITS,
    cost_explorer_not_enabled::CHECK,
    cost_data_not_ready::CHECK,
];

/// How sure a check can be of a cause. The cause's page says the same.
pub const fn confidences(code: Code) -> &'static [Confidence] {
    use Confidence::{Confirmed, Likely};
    match code {
        // AWS's answer leaves no doubt, or there is nothing else to see.
        Code::NoCredentials
        | Code::CredentialsExpired
        | Code::CredentialsRejected
        | Code::ClockSkew
        | Code::RoleNotAssumable
        | Code::EndpointUnreachable
        | Code::Throttled
        | Code::IamAccessNotActivated
        | Code::AccountNotActive
        | Code::FreePlanExpired
        | Code::PartitionBillsElsewhere
        | Code::RootUserInUse
        | Code::RcpDeniesBilling
        | Code::MemberCostExplorerWithheld
        | Code::MemberBudgetsNotEnabled
        | Code::SessionPolicyDeniesBilling
        | Code::SessionPolicyOmitsBilling
        | Code::VpcEndpointPolicyBlocksBilling
        | Code::CostDataNotReady
        | Code::UnexplainedRefusal => &[Confirmed],
        // AWS says the same for other reasons, or nobody asked it.
        Code::SessionCannotCallIam
        | Code::SubscriptionRequired
        | Code::PayerOnlyFeature
        | Code::KeyQuarantined => &[Likely],
        // Policies that were read, or AWS's simulator alone; Cost Explorer in an account of its own, or in a member.
        Code::ScpDeniesBilling
        | Code::ScpOmitsBilling
        | Code::ScpRegionLock
        | Code::BoundaryDeniesBilling
        | Code::BoundaryOmitsBilling
        | Code::IdentityPolicyDeniesBilling
        | Code::IdentityPolicyOmitsBilling
        | Code::MfaRequired
        | Code::NetworkRestricted
        | Code::OnlyLegacyActions
        | Code::BillingPolicyWithoutCostExplorer
        | Code::CostExplorerNotEnabled => &[Confirmed, Likely],
    }
}

impl Case<'_> {
    /// A statement of one of the policies that were read.
    fn statement(&self, at: &StatementAt) -> Option<iam_policy::Statement> {
        let mut attached = self.evidence.policies.attached();
        let (_, policy) = attached.find(|(_, policy)| policy.id() == at.policy)?;
        let document = iam_policy::Document::parse(policy.document.known()?).ok()?;
        document.statements().get(at.index).cloned()
    }

    /// The organization's management account, where it is known.
    fn management_account(&self) -> Option<Name> {
        let organization = self.evidence.organization.known()?;
        Some(Name(organization.management_account.clone()))
    }

    /// Whether the account is known to belong to somebody else's organization.
    fn is_member(&self) -> bool {
        let organization = self.evidence.organization.known();
        organization.is_some_and(|organization| !organization.is_management_account)
    }

    /// Who may change the principal's policies: a role of IAM Identity Center can't be edited in the account.
    fn iam_actor(&self) -> Actor {
        match self.provisioning() {
            Some(_) => Actor::IdentityCenterAdministrator,
            None => Actor::AccountAdministrator,
        }
    }

    /// What makes a change of a permission set take effect.
    fn provisioning(&self) -> Option<Step> {
        let principal = self.evidence.principal.known()?;
        let permission_set = principal.permission_set.clone().map(Name)?;
        Some(Step::ProvisionPermissionSet { permission_set })
    }

    /// Whether the diagnosis is about the caller: what the probes got is then about the same principal.
    pub(crate) fn is_about_caller(&self) -> bool {
        let principal = self.evidence.principal.known();
        principal.is_some_and(|principal| principal.is_caller)
    }

    /// Why nothing is known of the caller, as a reason to leave a question out that only calls answer.
    fn needs_caller(&self) -> Option<Outcome> {
        match &self.evidence.caller {
            Observed::NotApplicable { because } => Some(Outcome::Inconclusive(Unseen::Because(
                Quote(because.clone()),
            ))),
            _ => self.nobody_looked(),
        }
    }

    /// Why nothing was read, as a reason to leave a question out that policies answer: AWS turned the caller away. An
    /// account dump needs no caller.
    fn nobody_looked(&self) -> Option<Outcome> {
        let gap = self.evidence.caller.gap()?;
        Some(Outcome::Inconclusive(Unseen::Gap(gap.clone())))
    }

    /// How many calls were made.
    fn calls_made(&self) -> usize {
        let calls = self.evidence.calls.iter();
        calls
            .map(|call| usize::try_from(call.times).unwrap_or(usize::MAX))
            .sum()
    }

    /// Why one of the billing services gave no answer of its own; those that were left out on request do not count.
    fn silent_service(&self) -> Option<&Gap> {
        let probes = self.evidence.probes.by_action();
        let mut silent = probes
            .into_iter()
            .filter(|(_, probe)| !probe.is_told())
            .filter_map(|(_, probe)| probe.gap());
        silent.find(|gap| !gap.by_choice())
    }

    /// Whether each of the billing services gave an answer of its own.
    fn every_service_answered(&self) -> bool {
        self.silent_service().is_none()
    }
}
