//! `billing-doctor explain`: from anything pasted to the causes that AWS's refusals in it name. No network, no account:
//! only the words count, so that a refusal is explained and nothing is said of what was not quoted.

mod reading;

use schemars::JsonSchema;
use serde::Serialize;

use crate::catalog::Code;
use crate::diagnose::cause::Confidence;
use crate::diagnose::remedy::Actor;
use crate::text::sanitize;
use crate::words::{self, refused, refused_steps};
use aws_refusal::{Effect, Finder, Found, Layer, RefusalKind};
use reading::Reading;

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
    pub confidence_reason: Option<String>,
    /// What else the same words may mean.
    pub other_readings: Vec<Code>,
    /// Whether the refusal is about billing. `false`: AWS named an action of another service, and the code says the kind of
    /// policy only. `null`: the text names no action.
    pub concerns_billing: Option<bool>,
    /// Who can mend it.
    pub actor: Actor,
    /// The kind of policy that AWS names; it names one only, even if several refuse.
    pub layer: Option<&'static str>,
    /// `explicitDeny` or `implicitDeny`.
    pub effect: Option<&'static str>,
    pub action: Option<String>,
    pub principal: Option<String>,
    pub resource: Option<String>,
    /// The policy that decided, where AWS names it.
    pub policy_arn: Option<String>,
    /// The host that did not answer, where one did not.
    pub host: Option<String>,
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
    /// Who can mend it and how, as markdown.
    pub remedy: String,
    /// What else may be hiding behind it.
    pub hidden: Option<&'static str>,
}

impl Explained {
    /// What stands above it: the code, or what was refused where that is not about billing.
    pub fn heading(&self) -> String {
        match self.concerns_billing {
            Some(false) => refused::heading(self.action.as_deref()),
            _ => self.code.as_str().to_owned(),
        }
    }

    /// The code whose page says more. The pages are about billing, and that of an unexplained refusal is about a report of
    /// `check`.
    pub fn page(&self) -> Option<Code> {
        let says_more =
            self.code != Code::UnexplainedRefusal && self.concerns_billing != Some(false);
        says_more.then_some(self.code)
    }

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
            ("host", self.host.as_deref()),
            ("not sure", self.confidence_reason.as_deref()),
            ("hidden", self.hidden),
        ]
        .into_iter()
        .filter_map(|(label, value)| Some((label, value?)))
        .collect()
    }
}

/// Looks for refusals in anything pasted: an error, a log, an event of CloudTrail.
pub fn explain(text: &str) -> Explanation {
    let mut reader = Reader::default();
    reader.push(text.as_bytes());
    reader.finish()
}

/// The same of a text that comes in pieces, of any length.
#[derive(Default)]
pub struct Reader(Finder);

impl Reader {
    /// Takes the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        self.0.push(piece);
    }

    /// What the whole text says.
    pub fn finish(self) -> Explanation {
        Explanation {
            schema: SCHEMA,
            refusals: self.0.finish().into_iter().map(explained).collect(),
            page: None,
        }
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
    let reading = reading::read(&found);
    let kind = &found.refusal.kind;
    let denial = match kind {
        RefusalKind::Policy(denial) => Some(denial),
        _ => None,
    };
    let text = |part: Option<&String>| part.map(|part| sanitize(part));
    let action = match kind {
        RefusalKind::CostConsoleRefused { action } => action.as_ref(),
        _ => denial.and_then(|denial| denial.action.as_ref()),
    };
    let refused = denial.map(|denial| reading.refused(denial));
    let (summary, remedy) = words_of(&reading, &found);
    Explained {
        code: reading.code,
        confidence: reading.confidence,
        confidence_reason: reading.doubt.as_ref().map(refused::doubt),
        other_readings: reading.others.clone(),
        concerns_billing: reading.billing,
        actor: reading.actor,
        layer: denial.and_then(|denial| denial.layer).map(layer),
        effect: denial
            .and_then(|denial| denial.effect)
            .map(|effect| match effect {
                Effect::ExplicitDeny => "explicitDeny",
                Effect::ImplicitDeny => "implicitDeny",
            }),
        action: text(action),
        principal: text(
            denial
                .and_then(|denial| denial.principal.as_ref())
                .or(found.caller.as_ref()),
        ),
        resource: text(denial.and_then(|denial| denial.resource.as_ref())),
        policy_arn: text(denial.and_then(|denial| denial.policy_arn.as_ref())),
        host: text(found.host.as_ref()),
        message: sanitize(&found.refusal.message),
        error_code: text(found.refusal.code.as_ref()),
        times: found.times,
        summary,
        here: refused.as_ref().and_then(refused::Refused::here),
        remedy,
        hidden: refused.as_ref().map(refused::Refused::hidden),
    }
}

/// What is the matter, and who can mend it and how.
fn words_of(reading: &Reading, found: &Found) -> (String, String) {
    let of_page = || {
        let code = reading.code;
        let mut remedy = code.section("What to do, and who can").to_owned();
        if let Some(more) = reading.doubt.as_ref().and_then(refused::second_reading) {
            remedy += &format!("\n\n{more}");
        }
        (code.in_short(), remedy)
    };
    match &found.refusal.kind {
        RefusalKind::Policy(denial) if reading.management_account_only => {
            let action = denial.action.as_deref();
            (
                refused::management_account_only(action),
                refused_steps::ask_the_management_account(action),
            )
        }
        RefusalKind::Policy(denial) => {
            let refused = reading.refused(denial);
            (refused.summary(), refused.remedy())
        }
        RefusalKind::ManagementAccountOnly => (
            refused::management_account_only(None),
            refused_steps::ask_the_management_account(None),
        ),
        RefusalKind::Unreachable => {
            let host = found.host.as_deref();
            host.and_then(refused::no_such_endpoint)
                .unwrap_or_else(of_page)
        }
        RefusalKind::Unrecognised => (
            refused::REASON_UNKNOWN.to_owned(),
            refused_steps::unexplained(),
        ),
        _ => of_page(),
    }
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
