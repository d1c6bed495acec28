//! The IAM actions of the services behind billing, as AWS's Service Authorization Reference listed them at a date that
//! `actions.json` names.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    actions: BTreeMap<String, Vec<String>>,
}

static ACTIONS: LazyLock<Vec<String>> = LazyLock::new(|| {
    serde_json::from_str::<File>(include_str!("actions.json"))
        .unwrap_or_else(|error| unreachable!("embedded and tested: {error}"))
        .actions
        .into_iter()
        .flat_map(|(prefix, names)| {
            names
                .into_iter()
                .map(move |name| format!("{prefix}:{name}"))
        })
        .collect()
});

/// Every known action, `prefix:Name`, sorted by service.
pub fn known_actions() -> &'static [String] {
    &ACTIONS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::question::{Question, Want};

    #[test]
    fn what_the_pages_need_is_known() {
        for action in Question::about_billing(Want::View).actions() {
            assert!(
                known_actions().iter().any(|known| known == action),
                "{action}"
            );
        }
    }
}
