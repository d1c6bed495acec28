//! The policy that lets the tool see everything, and what is lost without each action: from the table of calls.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::catalog::calls::{CALLS, Call};

/// The actions that the calls need, sorted, with the calls behind each.
fn actions() -> BTreeMap<&'static str, Vec<&'static Call>> {
    let mut actions: BTreeMap<&str, Vec<&Call>> = BTreeMap::new();
    for call in CALLS.iter().filter(|call| !call.action.is_empty()) {
        actions.entry(call.action).or_default().push(call);
    }
    actions
}

/// The IAM policy, as JSON.
pub fn policy() -> String {
    let actions: Vec<&str> = actions().into_keys().collect();
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{ "Sid": "BillingDoctor", "Effect": "Allow", "Action": actions, "Resource": "*" }],
    });
    format!("{policy:#}\n")
}

/// The page `docs/permissions.md`.
pub fn markdown() -> String {
    let mut page = String::from(
        "<!-- Generated from src/catalog/calls.rs by `billing-doctor permissions --format markdown`. -->\n\n\
         # Permissions for billing-doctor\n\n\
         billing-doctor only reads. It runs with the permissions that you have, and says what it could not see. With this \
         policy it can see everything:\n\n```json\n",
    );
    page.push_str(&policy());
    page.push_str(
        "```\n\nThe actions of `organizations` other than `DescribeOrganization` work in the management account and for \
         delegated administrators only, whatever a policy says.\n\n\
         ## What you lose without each action\n\n\
         | action | call | what it shows | without it | price |\n|---|---|---|---|---|\n",
    );
    for call in CALLS {
        let action = if call.action.is_empty() {
            "none needed".to_owned()
        } else {
            format!("`{}`", call.action)
        };
        let price = if call.price_usd > 0.0 {
            format!("{} USD an answer", call.price_usd)
        } else {
            "–".to_owned()
        };
        // Writing to a string does not fail.
        let _ = writeln!(
            page,
            "| {action} | {} | {} | {} | {price} |",
            call.name, call.fact, call.without
        );
    }
    page
}
