//! What evidence may hold so that judging it ends soon: far more than AWS allows, far less than a file has room for.

use std::collections::BTreeSet;

use super::ReadError;
use crate::evidence::{AttachedPolicy, Evidence};

/// A user has at most 10 groups, and each of them and the user 20 managed policies and inline ones of 10,240 characters
/// together: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>. The rest of the lists is shorter.
const ENTRIES: usize = 1_000;

/// The root, five levels of organizational units and the account, with ten policies of 10,240 characters each:
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>.
const LEVELS: usize = 10;
const POLICIES_OF_A_LEVEL: usize = 10;
const LONGEST_SERVICE_CONTROL_POLICY: usize = 16 << 10;

/// Whether the counts and the few texts with a form of their own are what `collect` can have written.
pub(super) fn check(evidence: &Evidence) -> Result<(), ReadError> {
    let invalid = |place: &str, problem| ReadError::Invalid {
        place: place.to_owned(),
        problem,
    };
    if evidence.collected_at.parse::<jiff::Timestamp>().is_err() || evidence.collected_at.len() > 40
    {
        return Err(invalid("evidence.collectedAt", "is no RFC 3339 time"));
    }
    let policies = &evidence.policies;
    let simulated = evidence.simulation.known();
    for (place, count, most) in [
        (
            "policies.identity.read",
            policies.identity.read.len(),
            ENTRIES,
        ),
        (
            "policies.identity.gaps",
            policies.identity.gaps.len(),
            ENTRIES,
        ),
        (
            "policies.session",
            policies.session.known().map_or(0, Vec::len),
            ENTRIES,
        ),
        (
            "policies.serviceControl",
            policies.service_control.known().map_or(0, Vec::len),
            LEVELS,
        ),
        (
            "simulation",
            simulated.map_or(0, |simulation| simulation.results.len()),
            ENTRIES,
        ),
        (
            "switchHistory",
            evidence.switch_history.known().map_or(0, Vec::len),
            ENTRIES,
        ),
        ("calls", evidence.calls.len(), ENTRIES),
    ] {
        bounded(&format!("evidence.{place}"), count, most)?;
    }
    for (index, record) in evidence.calls.iter().enumerate() {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == ':' || c == '-';
        if !record.call.chars().all(is_name) || record.call.len() > 100 {
            return Err(invalid(
                &format!("evidence.calls[{index}].call"),
                "is no name of a call",
            ));
        }
    }
    for (index, level) in policies
        .service_control
        .known()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let place = format!("evidence.policies.serviceControl[{index}]");
        service_control(&place, level.policies.known().map_or(&[], Vec::as_slice))?;
    }
    Ok(())
}

fn service_control(place: &str, policies: &[AttachedPolicy]) -> Result<(), ReadError> {
    bounded(place, policies.len(), POLICIES_OF_A_LEVEL)?;
    let invalid = |problem| ReadError::Invalid {
        place: place.to_owned(),
        problem,
    };
    // A policy's name is unique in its organization.
    let names: BTreeSet<&str> = policies.iter().map(|policy| policy.name.as_str()).collect();
    if names.len() < policies.len() {
        return Err(invalid("holds two policies of one name"));
    }
    let mut texts = policies.iter().filter_map(|policy| policy.document.known());
    if texts.any(|text| text.len() > LONGEST_SERVICE_CONTROL_POLICY) {
        return Err(invalid(
            "holds a policy of more than 16 KiB, which AWS does not keep",
        ));
    }
    Ok(())
}

fn bounded(place: &str, count: usize, most: usize) -> Result<(), ReadError> {
    if count > most {
        return Err(ReadError::TooMany {
            place: place.to_owned(),
            count,
            most,
        });
    }
    Ok(())
}
