//! The IAM actions of the services behind billing, as AWS's Service Authorization Reference listed them at a date that
//! `actions.json` names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    actions: BTreeMap<String, Vec<String>>,
    read_or_list: BTreeMap<String, Vec<String>>,
}

struct Actions {
    all: Vec<String>,
    read_or_list: BTreeSet<String>,
}

static ACTIONS: LazyLock<Actions> = LazyLock::new(|| {
    let file: File = serde_json::from_str(include_str!("actions.json"))
        .unwrap_or_else(|error| unreachable!("embedded and tested: {error}"));
    Actions {
        all: full_names(file.actions).collect(),
        read_or_list: full_names(file.read_or_list).collect(),
    }
});

fn full_names(services: BTreeMap<String, Vec<String>>) -> impl Iterator<Item = String> {
    services.into_iter().flat_map(|(prefix, names)| {
        names
            .into_iter()
            .map(move |name| format!("{prefix}:{name}"))
    })
}

/// Every known action, `prefix:Name`, sorted by service.
pub fn known_actions() -> &'static [String] {
    &ACTIONS.all
}

/// Whether AWS gives a known action the access level Read or List.
pub fn is_read_or_list(action: &str) -> bool {
    ACTIONS.read_or_list.contains(action)
}

/// Whether an action spends money, changes how the account pays, or closes it. No change that is printed allows one:
/// nobody who says "the bill" means it.
pub fn is_sensitive(action: &str) -> bool {
    const NAMED: [&str; 3] = [
        "account:CloseAccount",
        "aws-portal:ModifyPaymentMethods",
        "supportplans:AcceptSupportAgreement",
    ];
    let (service, name) = action.split_once(':').unwrap_or_default();
    match service {
        "payments" | "savingsplans" => !is_read_or_list(action),
        "aws-marketplace" => {
            !is_read_or_list(action) && (name.starts_with("Accept") || name.contains("Payment"))
        }
        _ => NAMED.contains(&action) || name.starts_with("Purchase"),
    }
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

    #[test]
    fn looking_is_never_sensitive_and_paying_is() {
        for action in Question::about_billing(Want::View).actions() {
            assert!(is_read_or_list(action) && !is_sensitive(action), "{action}");
        }
        for action in [
            "account:CloseAccount",
            "payments:MakePayment",
            "payments:UpdatePaymentPreferences",
            "savingsplans:CreateSavingsPlan",
        ] {
            assert!(is_sensitive(action) && !is_read_or_list(action), "{action}");
        }
        assert!(!is_sensitive("budgets:ModifyBudget"));
    }

    #[test]
    fn every_action_with_an_access_level_is_known() {
        for action in &ACTIONS.read_or_list {
            assert!(known_actions().contains(action), "{action}");
        }
    }
}
