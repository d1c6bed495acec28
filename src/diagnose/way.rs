//! How a request passes on its way, layer by layer, for the report that is handed to somebody.

use super::causes::Check;
use super::outcome::{Outcome, Skip};
use crate::catalog::Code;

/// A place on the way, in AWS's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    ServiceControlPolicies,
    PermissionsBoundary,
    SessionPolicies,
    IdentityPolicies,
    Switch,
    CostExplorer,
}

/// Whether a request passes a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// That was seen.
    Passes,
    /// That was seen.
    StopsHere,
    /// It was looked at, and could not be told.
    NotKnown,
    /// It was looked for, and there is none.
    NotThere,
    /// Nobody looked.
    NotLookedAt,
}

impl Stop {
    /// In the order of the way.
    pub const ALL: [Self; 6] = [
        Self::ServiceControlPolicies,
        Self::PermissionsBoundary,
        Self::SessionPolicies,
        Self::IdentityPolicies,
        Self::Switch,
        Self::CostExplorer,
    ];

    /// Where the cause with this code stops a request; `None` where it is about no single layer.
    fn of(code: Code) -> Option<Self> {
        use Code as C;
        match code {
            C::ScpRegionLock | C::ScpDeniesBilling | C::ScpOmitsBilling => {
                Some(Self::ServiceControlPolicies)
            }
            C::BoundaryDeniesBilling | C::BoundaryOmitsBilling => Some(Self::PermissionsBoundary),
            C::SessionPolicyDeniesBilling | C::SessionPolicyOmitsBilling => {
                Some(Self::SessionPolicies)
            }
            C::IdentityPolicyDeniesBilling
            | C::IdentityPolicyOmitsBilling
            | C::OnlyLegacyActions
            | C::BillingPolicyWithoutCostExplorer
            | C::MfaRequired
            | C::NetworkRestricted => Some(Self::IdentityPolicies),
            C::IamAccessNotActivated => Some(Self::Switch),
            C::MemberCostExplorerWithheld | C::CostExplorerNotEnabled | C::CostDataNotReady => {
                Some(Self::CostExplorer)
            }
            C::NoCredentials
            | C::CredentialsExpired
            | C::CredentialsRejected
            | C::ClockSkew
            | C::SessionCannotCallIam
            | C::EndpointUnreachable
            | C::Throttled
            | C::AccountNotActive
            | C::SubscriptionRequired
            | C::PartitionBillsElsewhere
            | C::RootUserInUse
            | C::RcpDeniesBilling
            | C::MemberBudgetsNotEnabled
            | C::PayerOnlyFeature
            | C::VpcEndpointPolicyBlocksBilling
            | C::KeyQuarantined
            | C::UnexplainedRefusal => None,
        }
    }
}

/// Every stop, and whether a request passes it.
pub fn way(checks: &[(&'static Check, Outcome)]) -> Vec<(Stop, Passage)> {
    Stop::ALL
        .into_iter()
        .map(|stop| {
            let at_stop = checks
                .iter()
                .filter(|(check, _)| Stop::of(check.code) == Some(stop));
            (stop, passage(at_stop.map(|(_, outcome)| outcome)))
        })
        .collect()
}

fn passage<'a>(outcomes: impl Iterator<Item = &'a Outcome> + Clone) -> Passage {
    let any = |is: fn(&Outcome) -> bool| outcomes.clone().any(is);
    if any(|outcome| matches!(outcome, Outcome::Failed(_))) {
        Passage::StopsHere
    } else if any(|outcome| matches!(outcome, Outcome::Inconclusive(_) | Outcome::Hindered(_))) {
        Passage::NotKnown
    } else if any(|outcome| matches!(outcome, Outcome::Passed(_) | Outcome::Warning(_))) {
        Passage::Passes
    } else if any(|outcome| matches!(outcome, Outcome::Skipped(Skip::NotApplicable(_)))) {
        Passage::NotThere
    } else {
        Passage::NotLookedAt
    }
}
