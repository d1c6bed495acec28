#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod clean;
mod codes;
mod console;
mod dressing;
mod envelope;
mod find;
mod finder;
mod marks;
mod origin;
mod policy;
mod scan;
mod texts;
mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use codes::denies;
pub use find::Found;
pub use finder::{Finder, find};
pub use policy::render_policy;

/// The longest message kept, in bytes: room for EC2's encoded messages, no room for a whole log.
pub const LONGEST_MESSAGE: usize = 4096;

/// A refusal as AWS worded it, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// As sent; control characters are left out, white space is single, and the length is bounded.
    pub message: String,
    /// The error code as sent, without a namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What it means.
    #[serde(flatten)]
    pub kind: RefusalKind,
}

/// What a refusal means.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum RefusalKind {
    /// IAM's grammar: `User: … is not authorized to perform: …`.
    Policy(PolicyDenial),
    /// The account's switch "IAM user and role access to Billing information" is off.
    IamAccessNotActivated,
    /// The billing console's old page, which named the switch and the policies in one sentence and
    /// so does not say which of the two it was.
    OldConsoleText,
    /// The cost console's sentence for an operation that it may not do. It stands for the switch or for
    /// a missing permission, and does not say which.
    CostConsoleRefused {
        /// The IAM action that the console names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        action: Option<String>,
    },
    /// Nobody ever enabled Cost Explorer in the account (or the payer withholds it).
    CostExplorerNotEnabled,
    /// Cost Explorer is enabled, the data is not ingested yet. With an empty message, from a Savings
    /// Plans call, it only means that no usage is eligible.
    DataNotReady,
    /// The console's words while Cost Explorer has no data yet. A member account may see them for good:
    /// there the payer must have launched Cost Explorer.
    DataInPreparation,
    /// Organizations answers only the management account and delegated administrators.
    ManagementAccountOnly,
    /// A member account was told that something is the payer's, or the payer's to grant.
    LinkedAccount {
        /// What the member account may not do or see.
        feature: LinkedFeature,
    },
    /// The account is not signed up for the service.
    SubscriptionRequired,
    /// AWS has blocked the account.
    AccountBlocked,
    /// No credentials were sent, or none were found to send.
    NoCredentials,
    /// Temporary credentials, or the sign-in behind them, have expired.
    Expired,
    /// AWS does not know the access key or the session token. From IAM alone it may also be a
    /// session that must not call IAM.
    InvalidToken,
    /// The signature does not fit the secret key.
    BadSignature,
    /// The caller's clock is off, or the request was signed too long ago.
    ClockSkew,
    /// EC2's word for credentials that it could not validate.
    AuthFailure,
    /// A client that got no answer: no connection, or none in time. Nothing of AWS's was heard.
    Unreachable,
    /// Too many requests.
    Throttled,
    /// AWS refused, and the text says nothing that we know.
    Unrecognised,
}

/// The parts of IAM's `is not authorized to perform`.
///
/// A missing part was not in the text: it is not known to be absent in AWS's decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicyDenial {
    /// Whom AWS refused, usually an ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// The IAM action (not the API operation).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// An ARN, `*`, or a phrase such as `user Ada`; quotes around it are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The kind of policy that decided. AWS names one only, even if several deny.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<Layer>,
    /// Whether something denies, or nothing allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// `transitively through a service control policy`: the layer behind the one named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<Layer>,
    /// The policy that decided; AWS gives it within one account or organization only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_arn: Option<String>,
    /// What `sts:DecodeAuthorizationMessage` takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoded_message: Option<String>,
    /// What `iam:GetRequestAuthorizationDetails` takes, for about a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_id: Option<String>,
}

/// The kinds of policy that AWS names in a refusal.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum Layer {
    /// On the user, its groups or the role.
    IdentityPolicy,
    /// The permissions boundary of the user or role.
    PermissionsBoundary,
    /// Passed when the session was made.
    SessionPolicy,
    /// An organization's limit on principals.
    ServiceControlPolicy,
    /// An organization's limit on resources.
    ResourceControlPolicy,
    /// On the resource.
    ResourcePolicy,
    /// On the VPC endpoint that the request came through.
    VpcEndpointPolicy,
    /// On the role: who may assume it.
    RoleTrustPolicy,
}

impl Layer {
    /// All of them, in the order of the IAM User Guide's table.
    pub const ALL: [Layer; 8] = [
        Layer::IdentityPolicy,
        Layer::PermissionsBoundary,
        Layer::SessionPolicy,
        Layer::ServiceControlPolicy,
        Layer::ResourceControlPolicy,
        Layer::ResourcePolicy,
        Layer::VpcEndpointPolicy,
        Layer::RoleTrustPolicy,
    ];
}

/// How a policy refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// Nothing allows it.
    ImplicitDeny,
    /// A statement denies it.
    ExplicitDeny,
}

/// What a member account is told to leave to its payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum LinkedFeature {
    /// The payer has not enabled budgets.
    Budgets,
    /// Cost allocation tags are the payer's alone.
    CostAllocationTags,
    /// Cost categories are the payer's alone.
    CostCategories,
    /// Only the payer may change the report preference.
    ReportPreference,
    /// The payer's preference withholds Cost Explorer from its members.
    CostExplorer,
    /// The payer has not enabled Cost Explorer for itself.
    PayerCostExplorer,
}

/// Takes one API error apart.
///
/// `code` may carry a namespace (`com.amazon.coral.service#…`) and `Exception`, or be absent.
/// Whether the call failed for a reason that is no refusal at all (a validation error, say) is for
/// the caller to ask [`denies`]; here such an error reads as [`RefusalKind::Unrecognised`].
///
/// Texts that a service makes itself are looked for before IAM's grammar, and both before the code:
/// an `AccessDeniedException` says nothing about the cause, and the HTTP status says even less (AWS
/// answers 400 and 403 to the same refusal).
pub fn read(code: Option<&str>, message: Option<&str>) -> Refusal {
    let text = clean::plain(message.unwrap_or_default());
    let code = code.map(codes::bare).filter(|code| !code.is_empty());
    Refusal {
        kind: marks::meaning(&text)
            .or_else(|| codes::kind(code?, &text))
            .unwrap_or(RefusalKind::Unrecognised),
        message: clean::bounded(&text),
        code: code.map(|code| clean::bounded(&clean::plain(code))),
    }
}

/// What AWS would write: [`read`] of it gives the same kind back.
pub fn render(kind: &RefusalKind) -> String {
    match kind {
        RefusalKind::Policy(denial) => render_policy(denial),
        other => texts::canonical(other).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_and_code_has_a_telling_word() {
        let tells = |text: &str| {
            let text = text.to_ascii_lowercase();
            finder::TELLING.iter().any(|word| text.contains(word))
        };
        for text in texts::phrases().chain(codes::names()) {
            assert!(tells(text), "{text}");
        }
    }
}
