//! What policies have where an action belongs, and no action is called: nothing that AWS judges by, and nothing that a
//! person meant.

use std::collections::BTreeMap;

use aws_refusal::Layer;
use serde_json::Value;

use super::cause::{Name, StatementAt};
use crate::catalog::known_actions;
use crate::evidence::{AttachedPolicy, Evidence, Via};
use crate::names::{is_placeholder, service_prefix};

/// Patterns of one statement that are odd in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oddity {
    pub layer: Layer,
    pub statement: StatementAt,
    pub denies: bool,
    pub kind: OddAction,
    pub patterns: Vec<Name>,
}

/// What is odd about a pattern of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OddAction {
    /// It has no text.
    Empty,
    /// A program was to put something in its place: `${denied_actions}`.
    Placeholder,
    /// It has no service: `GetCostAndUsage`.
    WithoutService,
    /// A service that is not there, much like this one, which is.
    UnknownService { meant: &'static str },
}

/// More than these help nobody.
const MOST: usize = 20;

/// What is odd in the policies that were read, in the order of the report.
pub fn oddities(evidence: &Evidence) -> Vec<Oddity> {
    let mut found = Vec::new();
    for odd in all(evidence) {
        // A group's policy may be the user's own, too.
        if !found.contains(&odd) {
            found.push(odd);
        }
        if found.len() == MOST {
            break;
        }
    }
    found
}

/// Whether a Deny of this layer may mean actions that nobody can tell. One with a service that is not there denies nothing.
pub fn may_deny(evidence: &Evidence, layer: Layer) -> bool {
    all(evidence).iter().any(|odd| {
        let says_nothing = matches!(odd.kind, OddAction::UnknownService { .. });
        odd.layer == layer && odd.denies && !says_nothing
    })
}

fn all(evidence: &Evidence) -> Vec<Oddity> {
    let attached = evidence.policies.attached();
    attached
        .filter(|(layer, _)| *layer != Layer::SessionPolicy)
        .flat_map(|(layer, policy)| of_policy(layer, policy))
        .collect()
}

fn of_policy(layer: Layer, policy: &AttachedPolicy) -> Vec<Oddity> {
    let target = match &policy.via {
        Via::Organization(target) => Some(Name(target.clone())),
        _ => None,
    };
    let text = policy.document.known().map_or("", String::as_str);
    let Ok(document) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (index, statement) in one_or_many(&document["Statement"]).enumerate() {
        let mut odd: BTreeMap<OddAction, Vec<Name>> = BTreeMap::new();
        let actions = one_or_many(&statement["Action"]).chain(one_or_many(&statement["NotAction"]));
        for pattern in actions.filter_map(Value::as_str) {
            if let Some(kind) = kind(pattern) {
                odd.entry(kind).or_default().push(Name(pattern.to_owned()));
            }
        }
        found.extend(odd.into_iter().map(|(kind, patterns)| Oddity {
            layer,
            statement: StatementAt {
                policy: policy.id(),
                target: target.clone(),
                sid: statement["Sid"].as_str().map(|sid| Name(sid.to_owned())),
                index,
            },
            denies: statement["Effect"] == "Deny",
            kind,
            patterns,
        }));
    }
    found
}

fn one_or_many(value: &Value) -> impl Iterator<Item = &Value> {
    let many = value.as_array().into_iter().flatten();
    many.chain(Some(value).filter(|value| !value.is_array() && !value.is_null()))
}

/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
fn kind(pattern: &str) -> Option<OddAction> {
    if pattern.trim().is_empty() {
        return Some(OddAction::Empty);
    }
    if is_placeholder(pattern) {
        return Some(OddAction::Placeholder);
    }
    if pattern.bytes().all(|b| b == b'*') {
        return None;
    }
    if !pattern.contains(':') {
        return Some(OddAction::WithoutService);
    }
    let service = service_prefix(pattern);
    meant(service).map(|meant| OddAction::UnknownService { meant })
}

/// The service of billing's that somebody must have meant: written with another hyphen, or one letter off. None of AWS's
/// services is so near to one of these.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
fn meant(service: &str) -> Option<&'static str> {
    // Shorter ones are near to too many.
    const SHORTEST: usize = 5;
    let written = service.to_ascii_lowercase();
    let plain = |name: &str| name.replace(['-', '_'], "");
    let mut known: Vec<&str> = known_actions()
        .iter()
        .map(|action| service_prefix(action))
        .collect();
    known.dedup();
    if written.contains(['*', '?']) || known.contains(&written.as_str()) {
        return None;
    }
    match plain(&written).as_str() {
        "costexplorer" => return Some("ce"),
        "costandusagereport" | "costandusagereports" => return Some("cur"),
        _ => {}
    }
    known.into_iter().find(|known| {
        plain(known) == plain(&written)
            || known.len() >= SHORTEST && strsim::osa_distance(known, &written) <= 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_action_is_told_apart_from_what_is() {
        let unknown = |meant| Some(OddAction::UnknownService { meant });
        for (pattern, wanted) in [
            ("", Some(OddAction::Empty)),
            (" ", Some(OddAction::Empty)),
            ("${denied_actions}", Some(OddAction::Placeholder)),
            ("ce:${verb}*", Some(OddAction::Placeholder)),
            ("{{ actions }}", Some(OddAction::Placeholder)),
            ("GetCostAndUsage", Some(OddAction::WithoutService)),
            ("billing*", Some(OddAction::WithoutService)),
            ("budget:*", unknown("budgets")),
            ("Bugdets:ViewBudget", unknown("budgets")),
            ("free-tier:Get*", unknown("freetier")),
            ("purchaseorders:*", unknown("purchase-orders")),
            ("cost-explorer:*", unknown("ce")),
            ("*", None),
            ("**", None),
            ("*:*", None),
            ("ce:*", None),
            ("BUDGETS:ViewBudget", None),
            ("ec2:*", None),
            ("cur:*", None),
            ("access-analyzer:*", None),
            ("support:*", None),
            ("supportapp:*", None),
        ] {
            assert_eq!(kind(pattern), wanted, "{pattern}");
        }
    }
}
