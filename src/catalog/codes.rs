//! The codes of causes. A code names the problem in kebab-case; it is the file of the cause's page, the folder of its
//! scenarios, the `code` in JSON and the argument of `billing-doctor explain`. A retired code is never used again.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident = $code:literal,)+) => {
        /// What can be in the way, or worth knowing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$meta])* $variant,)+
        }

        impl Code {
            /// Every code, from what keeps the tool from looking inwards.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// In kebab-case, as reports and pages have it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// `docs/checks/CODE.md`, embedded: markdown.
            pub const fn page(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../../docs/checks/", $code, ".md")),)+
                }
            }
        }
    };
}

codes! {
    NoCredentials = "no-credentials",
    CredentialsExpired = "credentials-expired",
    CredentialsRejected = "credentials-rejected",
    ClockSkew = "clock-skew",
    RoleNotAssumable = "role-not-assumable",
    SessionCannotCallIam = "session-cannot-call-iam",
    EndpointUnreachable = "endpoint-unreachable",
    Throttled = "throttled",
    IamAccessNotActivated = "iam-access-not-activated",
    AccountNotActive = "account-not-active",
    SubscriptionRequired = "subscription-required",
    FreePlanExpired = "free-plan-expired",
    PartitionBillsElsewhere = "partition-bills-elsewhere",
    RootUserInUse = "root-user-in-use",
    ScpDeniesBilling = "scp-denies-billing",
    ScpOmitsBilling = "scp-omits-billing",
    ScpRegionLock = "scp-region-lock",
    RcpDeniesBilling = "rcp-denies-billing",
    MemberCostExplorerWithheld = "member-cost-explorer-withheld",
    MemberBudgetsNotEnabled = "member-budgets-not-enabled",
    PayerOnlyFeature = "payer-only-feature",
    BoundaryDeniesBilling = "boundary-denies-billing",
    BoundaryOmitsBilling = "boundary-omits-billing",
    SessionPolicyDeniesBilling = "session-policy-denies-billing",
    SessionPolicyOmitsBilling = "session-policy-omits-billing",
    VpcEndpointPolicyBlocksBilling = "vpc-endpoint-policy-blocks-billing",
    IdentityPolicyDeniesBilling = "identity-policy-denies-billing",
    IdentityPolicyOmitsBilling = "identity-policy-omits-billing",
    MfaRequired = "mfa-required",
    NetworkRestricted = "network-restricted",
    OnlyLegacyActions = "only-legacy-actions",
    BillingPolicyWithoutCostExplorer = "billing-policy-without-cost-explorer",
    KeyQuarantined = "key-quarantined",
    CostExplorerNotEnabled = "cost-explorer-not-enabled",
    CostDataNotReady = "cost-data-not-ready",
    UnexplainedRefusal = "unexplained-refusal",
}

impl Code {
    /// The code that a person or a file writes so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }

    /// The section of the page below this heading.
    pub fn section(self, heading: &str) -> &'static str {
        self.page()
            .split("\n## ")
            .find_map(|section| section.strip_prefix(heading))
            .unwrap_or_default()
            .trim()
    }

    /// What is the matter, for somebody who never heard of it: the page's first paragraph.
    pub fn in_short(self) -> String {
        let first = self.page().split("\n\n").nth(1).unwrap_or_default();
        first.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format!("there is no code “{text}”")))
    }
}

/// A plain string: new codes come within v1 of a format, and a script that knows a closed list would break.
impl JsonSchema for Code {
    fn schema_name() -> Cow<'static, str> {
        "Code".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}
