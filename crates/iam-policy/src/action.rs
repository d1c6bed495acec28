//! Which actions a statement names.

use std::collections::BTreeMap;

use super::pattern::Pattern;

/// An action of a request, ready to be compared: `prefix:name` in lower case.
///
/// Actions are case-insensitive, prefix and name:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
pub(super) struct ActionName {
    text: String,
    colon: Option<usize>,
}

impl ActionName {
    pub(super) fn new(action: &str) -> ActionName {
        let text = action.to_ascii_lowercase();
        let colon = text.find(':');
        ActionName { text, colon }
    }

    /// The service prefix, or nothing if the text is no action.
    pub(super) fn service(&self) -> &str {
        self.parts().map_or("", |(service, _)| service)
    }

    fn parts(&self) -> Option<(&str, &str)> {
        self.colon
            .map(|colon| (&self.text[..colon], &self.text[colon + 1..]))
    }
}

/// Whether a pattern, as a policy has it under `Action`, names an action: `ce:Get*` names `ce:GetTags`, `*` all.
///
/// ```
/// use iam_policy::action_matches;
///
/// assert!(action_matches("ce:get*", "ce:GetCostAndUsage"));
/// assert!(!action_matches("ce:Get*", "budgets:ViewBudget"));
/// ```
pub fn action_matches(pattern: &str, action: &str) -> bool {
    ActionSet::new(&[pattern.to_owned()]).contains(&ActionName::new(action))
}

/// The list under `Action` or `NotAction`, indexed by service prefix: managed policies name thousands of actions, of
/// which a request concerns those of one service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ActionSet {
    everything: bool,
    services: BTreeMap<Box<str>, Names>,
    /// Patterns with a wildcard before the colon, for the whole text.
    across: Vec<Pattern>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Names {
    /// Sorted.
    exact: Vec<Box<str>>,
    patterns: Vec<Pattern>,
}

impl ActionSet {
    pub(super) fn new(actions: &[String]) -> ActionSet {
        let mut set = ActionSet::default();
        for action in actions {
            set.insert(&action.to_ascii_lowercase());
        }
        for names in set.services.values_mut() {
            names.exact.sort_unstable();
        }
        set
    }

    fn insert(&mut self, action: &str) {
        let Some((service, name)) = action.split_once(':') else {
            // Only a bare `*` names actions without a prefix; anything else names none.
            self.everything |= action.bytes().all(|byte| byte == b'*') && !action.is_empty();
            return;
        };
        if service.contains(['*', '?']) {
            // AWS does not say whether a prefix may hold wildcards; `*:*` is seen in policies that are in force, so
            // they mean what they look like.
            self.across.push(Pattern::parse(action));
            return;
        }
        let names = self.services.entry(service.into()).or_default();
        match Pattern::parse(name) {
            Pattern::Exact(name) => names.exact.push(name),
            pattern => names.patterns.push(pattern),
        }
    }

    pub(super) fn names_by_service(&self, action: &ActionName) -> bool {
        let Some((service, name)) = action.parts() else {
            return false;
        };
        let names = self.services.get(service);
        names.is_some_and(|names| names.contain(name))
    }

    pub(super) fn contains(&self, action: &ActionName) -> bool {
        if self.everything {
            return true;
        }
        let Some((service, name)) = action.parts() else {
            return false;
        };
        self.services
            .get(service)
            .is_some_and(|names| names.contain(name))
            || self
                .across
                .iter()
                .any(|pattern| pattern.matches(&action.text))
    }
}

impl Names {
    fn contain(&self, name: &str) -> bool {
        self.exact
            .binary_search_by(|known| (**known).cmp(name))
            .is_ok()
            || self.patterns.iter().any(|pattern| pattern.matches(name))
    }
}
