//! `billing-doctor explain`: from anything pasted to the causes that AWS's refusals in it name. No network, no account:
//! only the words count, so that a refusal is explained and nothing is said of what was not quoted.

mod here;

use schemars::JsonSchema;
use serde::Serialize;

use crate::catalog::{Cause, cause};
use crate::diagnose::finding::Confidence;
use crate::names::is_quarantine;
use crate::text::sanitize;
use aws_refusal::{self, Effect, Found, Layer, LinkedFeature, PolicyDenial, RefusalKind};

/// The name and version of this format.
pub const SCHEMA: &str = "billing-doctor/explain/v1";

/// Every refusal in a text.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "billing-doctor/explain/v1")]
pub struct Explanation {
    /// Always `billing-doctor/explain/v1`.
    pub schema: &'static str,
    /// In the order of the text, each once. Empty where nothing was recognised, or a code was asked about.
    pub refusals: Vec<Explained>,
}

/// One refusal, and what follows from its words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// The argument of `billing-doctor explain` that prints the whole page.
    pub code: &'static str,
    pub confidence: Confidence,
    /// Why it is not sure, where it is not.
    pub confidence_reason: Option<&'static str>,
    /// The kind of policy that AWS names; it names one only, even if several refuse.
    pub layer: Option<&'static str>,
    /// `explicitDeny` or `implicitDeny`.
    pub effect: Option<&'static str>,
    pub action: Option<String>,
    pub principal: Option<String>,
    pub resource: Option<String>,
    /// The policy that decided, where AWS names it.
    pub policy_arn: Option<String>,
    /// What AWS said.
    pub message: String,
    /// AWS's error code.
    pub error_code: Option<String>,
    /// How often the text says it.
    pub times: usize,
    /// What is the matter, in plain words.
    pub summary: String,
    /// What the names in the refusal make of the remedy: which permission set, which policy, whose account.
    pub here: Option<String>,
    /// Who can lift it and how: text of the code's page.
    pub remedy: String,
    /// What else may be hiding behind it.
    pub hidden: Option<&'static str>,
}

impl Explained {
    /// What the words say, part by part, with a label each.
    pub fn facts(&self) -> Vec<(&'static str, &str)> {
        [
            ("error code", self.error_code.as_deref()),
            ("layer", self.layer),
            ("effect", self.effect),
            ("action", self.action.as_deref()),
            ("principal", self.principal.as_deref()),
            ("resource", self.resource.as_deref()),
            ("policy", self.policy_arn.as_deref()),
            ("not sure", self.confidence_reason),
            ("hidden", self.hidden),
        ]
        .into_iter()
        .filter_map(|(label, value)| Some((label, value?)))
        .collect()
    }
}

/// Looks for refusals in anything pasted: an error, a log, an event of CloudTrail.
pub fn explain(text: &str) -> Explanation {
    Explanation {
        schema: SCHEMA,
        refusals: aws_refusal::find(text).into_iter().map(explained).collect(),
    }
}

/// The JSON schema of the explanation, as `docs/explain-v1.schema.json` holds it.
pub fn schema() -> String {
    crate::report::schema::of::<Explanation>()
}

fn explained(found: Found) -> Explained {
    let Reading {
        code,
        confidence,
        reason,
    } = read(&found);
    let cause: Option<&Cause> = cause(code);
    let denial = match &found.refusal.kind {
        RefusalKind::Policy(denial) => Some(denial),
        _ => None,
    };
    let text = |part: Option<&String>| part.map(|part| sanitize(part));
    Explained {
        code,
        confidence,
        confidence_reason: reason,
        layer: denial.and_then(|denial| denial.layer).map(layer),
        effect: denial
            .and_then(|denial| denial.effect)
            .map(|effect| match effect {
                Effect::ExplicitDeny => "explicitDeny",
                Effect::ImplicitDeny => "implicitDeny",
            }),
        action: text(denial.and_then(|denial| denial.action.as_ref())),
        principal: text(
            denial
                .and_then(|denial| denial.principal.as_ref())
                .or(found.caller.as_ref()),
        ),
        resource: text(denial.and_then(|denial| denial.resource.as_ref())),
        policy_arn: text(denial.and_then(|denial| denial.policy_arn.as_ref())),
        message: sanitize(&found.refusal.message),
        error_code: text(found.refusal.code.as_ref()),
        times: found.times,
        summary: cause.map(Cause::in_short).unwrap_or_default(),
        here: denial.and_then(here::remedy),
        remedy: cause
            .map(|cause| cause.section("What to do, and who can"))
            .unwrap_or_default()
            .to_owned(),
        // Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        hidden: denial.is_some().then_some(
            "AWS names one layer only. Other policies may refuse too, and whether the root user has switched on access \
             to billing shows only once all of them let the call through: `billing-doctor check` looks at all at once.",
        ),
    }
}

/// What the words of one refusal amount to.
struct Reading {
    code: &'static str,
    confidence: Confidence,
    reason: Option<&'static str>,
}

fn sure(code: &'static str) -> Reading {
    Reading {
        code,
        confidence: Confidence::Confirmed,
        reason: None,
    }
}

fn likely(code: &'static str, reason: &'static str) -> Reading {
    Reading {
        code,
        confidence: Confidence::Likely,
        reason: Some(reason),
    }
}

fn possible(code: &'static str, reason: &'static str) -> Reading {
    Reading {
        code,
        confidence: Confidence::Possible,
        reason: Some(reason),
    }
}

fn read(found: &Found) -> Reading {
    match &found.refusal.kind {
        RefusalKind::Policy(denial) => policy(denial),
        RefusalKind::IamAccessNotActivated => sure("iam-access-not-activated"),
        RefusalKind::OldConsoleText => possible(
            "iam-access-not-activated",
            "the console's text has two readings: (1) the root user has not switched on access to billing, (2) policies \
             do not allow it (`identity-policy-omits-billing`)",
        ),
        RefusalKind::CostExplorerNotEnabled => likely(
            "cost-explorer-not-enabled",
            "in a member account of an organization the payer's preference is suspected too \
             (`member-cost-explorer-withheld`)",
        ),
        RefusalKind::DataNotReady if found.refusal.message.is_empty() => possible(
            "cost-data-not-ready",
            "without a message, from a Savings Plans call, it only means that no usage is eligible",
        ),
        RefusalKind::DataNotReady => sure("cost-data-not-ready"),
        RefusalKind::LinkedAccount { feature } => sure(match feature {
            LinkedFeature::Budgets => "member-budgets-not-enabled",
            LinkedFeature::CostAllocationTags
            | LinkedFeature::CostCategories
            | LinkedFeature::ReportPreference => "payer-only-feature",
            LinkedFeature::CostExplorer | LinkedFeature::PayerCostExplorer => {
                "member-cost-explorer-withheld"
            }
        }),
        RefusalKind::SubscriptionRequired => likely(
            "subscription-required",
            "AWS says the same of new accounts and of what the free plan leaves out",
        ),
        RefusalKind::AccountBlocked => sure("account-not-active"),
        RefusalKind::NoCredentials => sure("no-credentials"),
        RefusalKind::Expired => sure("credentials-expired"),
        RefusalKind::InvalidToken => likely(
            "credentials-rejected",
            "if only IAM says so while `aws sts get-caller-identity` works, the session must not call IAM \
             (`session-cannot-call-iam`)",
        ),
        RefusalKind::BadSignature => likely(
            "credentials-rejected",
            "a wrong secret key; a proxy that changes requests would look the same",
        ),
        RefusalKind::AuthFailure => likely(
            "credentials-rejected",
            "the text does not say what is wrong with the credentials",
        ),
        RefusalKind::ClockSkew => sure("clock-skew"),
        RefusalKind::Throttled => sure("throttled"),
        RefusalKind::Unreachable => sure("endpoint-unreachable"),
        RefusalKind::Unrecognised => possible(
            "unexplained-refusal",
            "AWS refused, and the text does not say why",
        ),
    }
}

fn policy(denial: &PolicyDenial) -> Reading {
    let denies = denial.effect == Some(Effect::ExplicitDeny);
    let either = |deny, omit| sure(if denies { deny } else { omit });
    match denial.layer {
        Some(Layer::IdentityPolicy) if denies && quarantines(denial) => sure("key-quarantined"),
        Some(Layer::IdentityPolicy) => either(
            "identity-policy-denies-billing",
            "identity-policy-omits-billing",
        ),
        Some(Layer::PermissionsBoundary) => {
            either("boundary-denies-billing", "boundary-omits-billing")
        }
        Some(Layer::SessionPolicy) => either(
            "session-policy-denies-billing",
            "session-policy-omits-billing",
        ),
        Some(Layer::ServiceControlPolicy) => either("scp-denies-billing", "scp-omits-billing"),
        Some(Layer::ResourceControlPolicy) => sure("rcp-denies-billing"),
        Some(Layer::VpcEndpointPolicy) => sure("vpc-endpoint-policy-blocks-billing"),
        Some(Layer::ResourcePolicy | Layer::RoleTrustPolicy) => possible(
            "unexplained-refusal",
            "AWS names a policy on the resource or the role itself, which is no matter of billing",
        ),
        None => possible(
            "unexplained-refusal",
            "AWS refused, and the text does not say by which policy",
        ),
    }
}

fn quarantines(denial: &PolicyDenial) -> bool {
    denial.policy_arn.as_deref().is_some_and(is_quarantine)
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::IdentityPolicy => "identityPolicy",
        Layer::PermissionsBoundary => "permissionsBoundary",
        Layer::SessionPolicy => "sessionPolicy",
        Layer::ServiceControlPolicy => "serviceControlPolicy",
        Layer::ResourceControlPolicy => "resourceControlPolicy",
        Layer::ResourcePolicy => "resourcePolicy",
        Layer::VpcEndpointPolicy => "vpcEndpointPolicy",
        Layer::RoleTrustPolicy => "roleTrustPolicy",
    }
}
