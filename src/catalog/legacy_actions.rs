//! What took the place of the actions that AWS retired in July 2023.
//!
//! Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/migrate-granularaccess-iam-mapping-reference.html>

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    mapping: BTreeMap<String, Vec<String>>,
}

static MAPPING: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    serde_json::from_str::<File>(include_str!("legacy_actions.json"))
        .unwrap_or_else(|error| unreachable!("embedded and tested: {error}"))
        .mapping
});

/// Every retired action with the actions that AWS lists in its place.
pub fn legacy_actions() -> impl Iterator<Item = (&'static str, &'static [String])> {
    MAPPING
        .iter()
        .map(|(old, new)| (old.as_str(), new.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_old_word_became_many() {
        let mapping: BTreeMap<_, _> = legacy_actions().collect();
        assert!(mapping["aws-portal:ViewBilling"].contains(&"billing:GetCredits".to_owned()));
        for (old, new) in mapping {
            assert!(
                old.starts_with("aws-portal:") || old.starts_with("purchase-orders:"),
                "{old}"
            );
            assert!(
                !new.is_empty() && new.iter().all(|action| action.contains(':')),
                "{old}"
            );
        }
    }
}
