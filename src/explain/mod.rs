//! `billing-doctor explain`: from anything pasted to the causes that AWS's refusals in it name. No network, no account:
//! only the words count, so that a refusal is explained and nothing is said of what was not quoted.

mod here;

use schemars::JsonSchema;
use serde::Serialize;

use crate::catalog::Code;
use crate::diagnose::cause::Confidence;
use crate::names::is_quarantine;
use crate::text::sanitize;
use crate::words;
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
    /// The page of the code that was asked about; `null` where a text was.
    pub page: Option<Page>,
}

/// A page of the catalogue.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    pub code: Code,
    pub title: &'static str,
    /// The whole page, its heading included.
    pub markdown: &'static str,
}

/// One refusal, and what follows from its words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// The argument of `billing-doctor explain` that prints the whole page.
    pub code: Code,
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
        page: None,
    }
}

/// What a code means.
pub fn page(code: Code) -> Explanation {
    Explanation {
        schema: SCHEMA,
        refusals: Vec::new(),
        page: Some(Page {
            code,
            title: words::title(code),
            markdown: code.page(),
        }),
    }
}

/// The JSON schema of the explanation, as `docs/explain-v1.schema.json` holds it.
pub fn schema() -> String {
    crate::schema::of::<Explanation>()
}

fn explained(found: Found) -> Explained {
    let Reading {
        code,
        confidence,
        reason,
    } = read(&found);
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
        summary: code.in_short(),
        here: denial.and_then(here::remedy),
        remedy: code.section("What to do, and who can").to_owned(),
        // Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        hidden: denial.is_some().then_some(
            "AWS names one layer only. Other policies may refuse too, and whether the root user has switched on access \
             to billing shows only once all of them let the call through: `billing-doctor check` looks at all at once.",
        ),
    }
}

/// What the words of one refusal amount to.
struct Reading {
    code: Code,
    confidence: Confidence,
    reason: Option<&'static str>,
}

fn sure(code: Code) -> Reading {
    Reading {
        code,
        confidence: Confidence::Confirmed,
        reason: None,
    }
}

fn likely(code: Code, reason: &'static str) -> Reading {
    Reading {
        code,
        confidence: Confidence::Likely,
        reason: Some(reason),
    }
}

fn possible(code: Code, reason: &'static str) -> Reading {
    Reading {
        code,
        confidence: Confidence::Possible,
        reason: Some(reason),
    }
}

fn read(found: &Found) -> Reading {
    match &found.refusal.kind {
        RefusalKind::Policy(denial) => policy(denial),
        RefusalKind::IamAccessNotActivated => sure(Code::IamAccessNotActivated),
        RefusalKind::OldConsoleText => possible(
            Code::IamAccessNotActivated,
            "the console's text has two readings: (1) the root user has not switched on access to billing, (2) policies \
             do not allow it (`identity-policy-omits-billing`)",
        ),
        RefusalKind::CostExplorerNotEnabled => likely(
            Code::CostExplorerNotEnabled,
            "in a member account of an organization the payer's preference is suspected too \
             (`member-cost-explorer-withheld`)",
        ),
        RefusalKind::DataNotReady if found.refusal.message.is_empty() => possible(
            Code::CostDataNotReady,
            "without a message, from a Savings Plans call, it only means that no usage is eligible",
        ),
        RefusalKind::DataNotReady => sure(Code::CostDataNotReady),
        RefusalKind::LinkedAccount { feature } => sure(match feature {
            LinkedFeature::Budgets => Code::MemberBudgetsNotEnabled,
            LinkedFeature::CostAllocationTags
            | LinkedFeature::CostCategories
            | LinkedFeature::ReportPreference => Code::PayerOnlyFeature,
            LinkedFeature::CostExplorer | LinkedFeature::PayerCostExplorer => {
                Code::MemberCostExplorerWithheld
            }
        }),
        RefusalKind::SubscriptionRequired => likely(
            Code::SubscriptionRequired,
            "AWS says the same of new accounts and of what the free plan leaves out",
        ),
        RefusalKind::AccountBlocked => sure(Code::AccountNotActive),
        RefusalKind::NoCredentials => sure(Code::NoCredentials),
        RefusalKind::Expired => sure(Code::CredentialsExpired),
        RefusalKind::InvalidToken => likely(
            Code::CredentialsRejected,
            "if only IAM says so while `aws sts get-caller-identity` works, the session must not call IAM \
             (`session-cannot-call-iam`)",
        ),
        RefusalKind::BadSignature => likely(
            Code::CredentialsRejected,
            "a wrong secret key; a proxy that changes requests would look the same",
        ),
        RefusalKind::AuthFailure => likely(
            Code::CredentialsRejected,
            "the text does not say what is wrong with the credentials",
        ),
        RefusalKind::ClockSkew => sure(Code::ClockSkew),
        RefusalKind::Throttled => sure(Code::Throttled),
        RefusalKind::Unreachable => sure(Code::EndpointUnreachable),
        RefusalKind::Unrecognised => possible(
            Code::UnexplainedRefusal,
            "AWS refused, and the text does not say why",
        ),
    }
}

fn policy(denial: &PolicyDenial) -> Reading {
    let denies = denial.effect == Some(Effect::ExplicitDeny);
    let either = |deny: Code, omit: Code| sure(if denies { deny } else { omit });
    match denial.layer {
        Some(Layer::IdentityPolicy) if denies && quarantines(denial) => sure(Code::KeyQuarantined),
        Some(Layer::IdentityPolicy) => either(
            Code::IdentityPolicyDeniesBilling,
            Code::IdentityPolicyOmitsBilling,
        ),
        Some(Layer::PermissionsBoundary) => {
            either(Code::BoundaryDeniesBilling, Code::BoundaryOmitsBilling)
        }
        Some(Layer::SessionPolicy) => either(
            Code::SessionPolicyDeniesBilling,
            Code::SessionPolicyOmitsBilling,
        ),
        Some(Layer::ServiceControlPolicy) => either(Code::ScpDeniesBilling, Code::ScpOmitsBilling),
        Some(Layer::ResourceControlPolicy) => sure(Code::RcpDeniesBilling),
        Some(Layer::VpcEndpointPolicy) => sure(Code::VpcEndpointPolicyBlocksBilling),
        Some(Layer::ResourcePolicy | Layer::RoleTrustPolicy) => possible(
            Code::UnexplainedRefusal,
            "AWS names a policy on the resource or the role itself, which is no matter of billing",
        ),
        None => possible(
            Code::UnexplainedRefusal,
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
