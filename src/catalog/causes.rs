//! The catalogue of causes: a code each, and the page `docs/checks/CODE.md` that explains it offline.

/// How far `billing-doctor check` tells a cause apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InCheck {
    /// It reports the code.
    Own,
    /// It reports what it finds under another, wider code.
    Under(&'static str),
    /// It names it among what could not be seen.
    NotSeen,
    /// It does not look for it.
    No,
}

/// A cause, and its page.
#[derive(Debug)]
pub struct Cause {
    /// Kebab-case; the same word in reports, in the page's name and as an argument.
    pub code: &'static str,
    pub in_check: InCheck,
    /// Markdown, in the small part of it that `render` knows.
    pub page: &'static str,
}

impl Cause {
    /// The section of the page below this heading.
    pub fn section(&self, heading: &str) -> &'static str {
        self.page
            .split("\n## ")
            .find_map(|section| section.strip_prefix(heading))
            .unwrap_or_default()
            .trim()
    }

    /// What is the matter, for somebody who never heard of it: the page's first paragraph.
    pub fn in_short(&self) -> String {
        let first = self.page.split("\n\n").nth(1).unwrap_or_default();
        first.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

macro_rules! causes {
    ($($code:literal $in_check:expr),+ $(,)?) => {
        &[$(Cause {
            code: $code,
            in_check: $in_check,
            page: include_str!(concat!("../../docs/checks/", $code, ".md")),
        }),+]
    };
}

use InCheck::{No, NotSeen, Own, Under};

/// Every cause, from what keeps the doctor from looking inwards.
pub const CAUSES: &[Cause] = causes![
    "no-credentials" Own,
    "credentials-expired" Own,
    "credentials-rejected" Own,
    "clock-skew" Own,
    "session-cannot-call-iam" Own,
    "endpoint-unreachable" NotSeen,
    "throttled" NotSeen,
    "iam-access-not-activated" Own,
    "account-not-active" Own,
    "subscription-required" Own,
    "partition-bills-elsewhere" No,
    "root-user-in-use" Own,
    "scp-denies-billing" Own,
    "scp-omits-billing" Own,
    "scp-region-lock" Own,
    "rcp-denies-billing" Own,
    "member-cost-explorer-withheld" Own,
    "member-budgets-not-enabled" Own,
    "payer-only-feature" No,
    "boundary-denies-billing" Own,
    "boundary-omits-billing" Own,
    "session-policy-denies-billing" Own,
    "session-policy-omits-billing" Own,
    "vpc-endpoint-policy-blocks-billing" Own,
    "identity-policy-denies-billing" Own,
    "identity-policy-omits-billing" Own,
    "mfa-required" Own,
    "network-restricted" Under("identity-policy-denies-billing"),
    "only-legacy-actions" Own,
    "billing-policy-without-cost-explorer" Own,
    "key-quarantined" Own,
    "cost-explorer-not-enabled" Own,
    "cost-data-not-ready" Own,
    "unexplained-refusal" Own,
];

/// The cause with this code.
pub fn cause(code: &str) -> Option<&'static Cause> {
    CAUSES.iter().find(|cause| cause.code == code)
}
