//! The way of a request, in words.

use crate::diagnose::causes::Stop;
use crate::diagnose::way::Passage;

/// A place on the way.
pub fn stop(stop: Stop) -> &'static str {
    match stop {
        Stop::ServiceControlPolicies => "Service control policies of the organization",
        Stop::PermissionsBoundary => "Permissions boundary",
        Stop::SessionPolicies => "Policies of the session",
        Stop::IdentityPolicies => "Policies of the user, group or role",
        Stop::Switch => "IAM access to billing (root user's switch)",
        Stop::CostExplorer => "Cost Explorer",
    }
}

/// Whether a request passes there.
pub fn passage(passage: Passage) -> &'static str {
    match passage {
        Passage::Passes => "passes",
        Passage::StopsHere => "stops here",
        Passage::NotKnown => "not known",
        Passage::NotThere => "there is none",
        Passage::NotLookedAt => "not looked at",
    }
}
