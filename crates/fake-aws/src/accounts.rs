//! The made-up accounts that come with the tool.

use std::fmt;

use super::account::Account;

/// Every account: its name and its description as JSON.
pub const ACCOUNTS: &[(&str, &str)] = &[
    (
        "billing-read-only",
        include_str!("accounts/billing-read-only.json"),
    ),
    ("boundary", include_str!("accounts/boundary.json")),
    ("clock-skew", include_str!("accounts/clock-skew.json")),
    (
        "cost-data-not-ready",
        include_str!("accounts/cost-data-not-ready.json"),
    ),
    (
        "cost-explorer-never-enabled",
        include_str!("accounts/cost-explorer-never-enabled.json"),
    ),
    (
        "expired-credentials",
        include_str!("accounts/expired-credentials.json"),
    ),
    ("healthy", include_str!("accounts/healthy.json")),
    (
        "iam-access-off",
        include_str!("accounts/iam-access-off.json"),
    ),
    (
        "identity-center",
        include_str!("accounts/identity-center.json"),
    ),
    ("identity-deny", include_str!("accounts/identity-deny.json")),
    (
        "legacy-actions-only",
        include_str!("accounts/legacy-actions-only.json"),
    ),
    (
        "member-cost-explorer-withheld",
        include_str!("accounts/member-cost-explorer-withheld.json"),
    ),
    ("mfa-required", include_str!("accounts/mfa-required.json")),
    (
        "no-billing-policy",
        include_str!("accounts/no-billing-policy.json"),
    ),
    (
        "rejected-credentials",
        include_str!("accounts/rejected-credentials.json"),
    ),
    ("root-user", include_str!("accounts/root-user.json")),
    (
        "scp-region-lock",
        include_str!("accounts/scp-region-lock.json"),
    ),
    (
        "scp-region-lock-readable",
        include_str!("accounts/scp-region-lock-readable.json"),
    ),
    (
        "session-policy",
        include_str!("accounts/session-policy.json"),
    ),
    (
        "several-blockers",
        include_str!("accounts/several-blockers.json"),
    ),
];

/// The account of that name.
pub fn account(name: &str) -> Result<Account, UnknownAccount> {
    let unknown = || UnknownAccount {
        name: name.to_owned(),
    };
    let (_, text) = ACCOUNTS
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(unknown)?;
    Account::from_json(text).map_err(|_| unknown())
}

/// There is no account of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownAccount {
    /// The name asked for.
    pub name: String,
}

impl fmt::Display for UnknownAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no demo account is called {:?}; there are ", self.name)?;
        for (position, (name, _)) in ACCOUNTS.iter().enumerate() {
            f.write_str(if position == 0 { "" } else { ", " })?;
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownAccount {}
