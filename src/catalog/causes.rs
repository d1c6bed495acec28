//! The catalogue of causes: a code each, and the page `docs/checks/CODE.md` that explains it offline.

/// A cause, and its page.
#[derive(Debug)]
pub struct Cause {
    /// Kebab-case; the same word in reports, in the page's name and as an argument.
    pub code: &'static str,
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
    ($($code:literal),+ $(,)?) => {
        &[$(Cause {
            code: $code,
            page: include_str!(concat!("../../docs/checks/", $code, ".md")),
        }),+]
    };
}

/// Every cause, from what keeps the doctor from looking inwards.
pub const CAUSES: &[Cause] = causes![
    "no-credentials",
    "credentials-expired",
    "credentials-rejected",
    "clock-skew",
    "session-cannot-call-iam",
    "endpoint-unreachable",
    "throttled",
    "iam-access-not-activated",
    "account-not-active",
    "subscription-required",
    "partition-bills-elsewhere",
    "root-user-in-use",
    "scp-denies-billing",
    "scp-omits-billing",
    "scp-region-lock",
    "rcp-denies-billing",
    "member-cost-explorer-withheld",
    "member-budgets-not-enabled",
    "payer-only-feature",
    "boundary-denies-billing",
    "boundary-omits-billing",
    "session-policy-denies-billing",
    "session-policy-omits-billing",
    "vpc-endpoint-policy-blocks-billing",
    "identity-policy-denies-billing",
    "identity-policy-omits-billing",
    "mfa-required",
    "network-restricted",
    "only-legacy-actions",
    "billing-policy-without-cost-explorer",
    "key-quarantined",
    "cost-explorer-not-enabled",
    "cost-data-not-ready",
    "unexplained-refusal",
];

/// The cause with this code.
pub fn cause(code: &str) -> Option<&'static Cause> {
    CAUSES.iter().find(|cause| cause.code == code)
}
