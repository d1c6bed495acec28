//! The made-up accounts that come with the tool.

use super::account::Account;

macro_rules! accounts {
    ($($name:literal)+) => {
        /// Every account: its name and its description as JSON.
        pub const ACCOUNTS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("accounts/", $name, ".json")))),+];
    };
}

accounts! {
    "billing-read-only"
    "boundary"
    "clock-skew"
    "cost-data-not-ready"
    "cost-explorer-never-enabled"
    "expired-credentials"
    "healthy"
    "iam-access-off"
    "identity-center"
    "identity-deny"
    "legacy-actions-only"
    "member-cost-explorer-withheld"
    "mfa-required"
    "no-billing-policy"
    "rejected-credentials"
    "root-user"
    "scp-region-lock"
    "scp-region-lock-readable"
    "session-policy"
    "several-blockers"
}

/// The account of that name.
pub fn account(name: &str) -> Option<Account> {
    let (_, text) = ACCOUNTS.iter().find(|(known, _)| *known == name)?;
    Account::from_json(text).ok()
}
