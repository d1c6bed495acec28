//! The AWS managed policies that the demo accounts use, each at one dated version.
//!
//! A file holds the document with its version, date and where it was read; AWS changes them without notice, so
//! whatever was read from the account itself comes first.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// One version of an AWS managed policy.
#[derive(Clone, Debug, Deserialize)]
struct ManagedPolicy {
    arn: String,
    /// When AWS published that version, RFC 3339.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the date is checked by a test and read by people")
    )]
    version_date: String,
    #[serde(deserialize_with = "as_text")]
    document: String,
}

fn as_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    serde_json::Value::deserialize(deserializer).map(|document| document.to_string())
}

macro_rules! embedded {
    ($($name:literal),+ $(,)?) => {
        [$(include_str!(concat!("policies/", $name, ".json"))),+]
    };
}

static POLICIES: LazyLock<BTreeMap<String, ManagedPolicy>> = LazyLock::new(|| {
    embedded![
        "AWSBillingReadOnlyAccess",
        "AWSBudgetsReadOnlyAccess",
        "AWSSavingsPlansReadOnlyAccess",
        "AdministratorAccess",
        "Billing",
        "IAMReadOnlyAccess",
    ]
    .into_iter()
    .map(|text| {
        let policy: ManagedPolicy = serde_json::from_str(text)
            .unwrap_or_else(|error| unreachable!("embedded and tested: {error}"));
        (policy.arn.clone(), policy)
    })
    .collect()
});

/// The document of the AWS managed policy with this ARN, if it is one of those embedded.
pub fn managed_policy(arn: &str) -> Option<&'static str> {
    POLICIES.get(arn).map(|policy| policy.document.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_policy_is_readable_and_dated() {
        for (arn, policy) in POLICIES.iter() {
            assert!(arn.starts_with("arn:aws:iam::aws:policy/"), "{arn}");
            assert!(policy.version_date.starts_with("20"), "{arn}");
            iam_policy::Document::parse(&policy.document).expect(arn);
        }
        assert_eq!(POLICIES.len(), 6);
    }
}
