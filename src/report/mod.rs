//! The public report: `billing-doctor/report/v1`. What scripts read is defined here and nowhere else.
//!
//! Fields may be added within v1; none is renamed or removed, and no meaning changes. Every text in it is free of
//! control characters.

mod build;
mod change;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalog::Code;
use crate::diagnose::cause::Confidence;
use crate::diagnose::causes::Stop;
use crate::diagnose::diagnosis::State;
use crate::diagnose::grant::Grant;
use crate::diagnose::question::Want;
use crate::diagnose::remedy::{self, Actor};
use crate::diagnose::way::Passage;
use crate::evidence::Via;
use crate::names::PrincipalKind;
use crate::text::capitalized;
use crate::words::{Audience, Note};

pub use change::{
    Alternative, Change, ChangeAction, ChangeWay, Proof, Shown, Site, SiteKind, Uneditable,
};

/// The name and version of this format.
pub const SCHEMA: &str = "billing-doctor/report/v1";

/// The whole report.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "billing-doctor/report/v1")]
pub struct Report {
    /// Always `billing-doctor/report/v1`.
    pub schema: String,
    /// When the evidence was collected: RFC 3339, UTC.
    pub collected_at: String,
    /// How long collecting took, in milliseconds.
    pub elapsed_ms: u64,
    /// What was asked.
    pub question: QuestionReport,
    pub state: State,
    /// The answer in a sentence.
    pub headline: String,
    /// What the answer means, in whole sentences.
    #[serde(default)]
    pub meaning: Option<String>,
    /// What an inconclusive answer waits for, of the pages that were asked about.
    #[serde(default)]
    pub depends_on: Option<String>,
    /// That there may be a second cause, which shows only once the first is fixed.
    #[serde(default)]
    pub hidden: Option<String>,
    /// What else hides a bill where all is open, and no call shows: a browser's extension, another session.
    #[serde(default)]
    pub elsewhere: Option<String>,
    /// Whom the diagnosis is about; `null` where that could not be found out.
    pub principal: Option<Principal>,
    pub account: Account,
    pub switch: SwitchReport,
    /// What blocks, in the order to fix it. Empty unless the state is blocked or unexplained.
    pub causes: Vec<Cause>,
    /// What kept billing-doctor from looking. Empty unless the state is inconclusive.
    pub hindrances: Vec<Cause>,
    /// The policies to change so that what was asked opens, in the order of the causes. Empty where no policy is in the
    /// way, or none of those that are could be read.
    pub changes: Vec<Change>,
    /// What the engine says once all of these changes are made; `null` where there are none.
    pub proof: Option<Proof>,
    /// Ways around a Deny that change no document, to be tried before the changes for the same codes.
    pub alternatives: Vec<Alternative>,
    /// The policies in the way that nobody can edit.
    pub uneditable: Vec<Uneditable>,
    /// What is worth knowing and does not take the bill away.
    pub warnings: Vec<Cause>,
    /// The pages of the console that people mean by "billing"; empty where the principal is not known.
    pub pages: Vec<Page>,
    /// Every check, those that were skipped too, in the order of the diagnosis.
    pub checks: Vec<Check>,
    /// Where two witnesses disagree.
    pub contradictions: Vec<String>,
    /// What could not be found out, and why.
    pub gaps: Vec<Gap>,
    /// Every policy that was found, by layer.
    pub policies: Vec<Policy>,
    pub credentials: Credentials,
    /// Whether the account is made up, and no call went to AWS.
    pub demo: bool,
    /// Every call that was made.
    pub calls: Vec<Call>,
    /// What the calls cost together, in US dollars.
    pub cost_usd: f64,
    /// How many IAM actions were asked about.
    pub actions_asked: usize,
    /// How many of them the policies as read and AWS's simulator judged alike.
    pub actions_agreed: usize,
    /// How a request passes on its way.
    #[serde(skip)]
    pub way: Vec<(Stop, Passage)>,
    /// What is worth knowing: the warnings and contradictions, and what the credentials' settings do.
    #[serde(skip)]
    pub notes: Vec<Note>,
    /// Whom the sentences were made for.
    #[serde(skip)]
    pub audience: Audience,
    /// What that reader is asked to do.
    #[serde(skip)]
    pub request: Option<String>,
    /// What happens when they do it.
    #[serde(skip)]
    pub consequence: Option<String>,
}

/// What was asked.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuestionReport {
    /// The ids of the pages on which the answer rests.
    pub pages: Vec<String>,
    pub want: Want,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    pub arn: String,
    pub kind: PrincipalKind,
    /// Without path; empty for the root user.
    pub name: String,
    /// Whether the credentials used are this principal's own.
    pub is_caller: bool,
    /// The ARN of the credentials used, where that is somebody else or a session.
    pub caller_arn: Option<String>,
    /// The permission set of IAM Identity Center behind the role.
    pub permission_set: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Twelve digits, or what an account dump has in their place.
    pub id: Option<String>,
    pub alias: Option<String>,
    pub name: Option<String>,
    /// `null` where the account is in none, or it could not be found out.
    pub organization: Option<Organization>,
    /// Whether the root user has a password to sign in with.
    pub root_user_has_password: Option<bool>,
    /// AWS's word for the plan: `FREE` or `PAID`.
    pub plan: Option<String>,
    /// AWS's word for the plan's status: `NOT_STARTED`, `ACTIVE` or `EXPIRED`.
    #[serde(default)]
    pub plan_status: Option<String>,
    /// When the plan ends or has ended: RFC 3339.
    #[serde(default)]
    pub plan_expires: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    pub id: String,
    pub management_account: String,
    pub is_management_account: bool,
}

/// "IAM user and role access to Billing information".
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SwitchReport {
    pub state: SwitchState,
    /// How that is known, or why it is not.
    pub evidence: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SwitchState {
    On,
    Off,
    Unknown,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cause {
    /// Stable; the argument of `billing-doctor explain`.
    pub code: Code,
    pub confidence: Confidence,
    /// Why it is that sure.
    pub confidence_reason: String,
    /// Who can fix it.
    pub actor: Actor,
    /// The same in words.
    #[serde(default)]
    pub who: String,
    pub summary: String,
    pub explanation: Option<String>,
    /// The ids of the pages of the console that it closes; empty where it holds on the command line alone.
    pub closes: Vec<String>,
    /// The IAM actions that it takes away.
    pub actions: Vec<String>,
    /// The statements that deny, where they are known.
    pub statements: Vec<StatementAt>,
    pub steps: Vec<Step>,
    /// What a policy would have to allow, where allowing is the remedy.
    pub grant: Option<Grant>,
    /// The AWS page behind the steps.
    pub source: String,
    pub evidence: Vec<String>,
    /// A sentence on how sure it is, where it is not certain.
    #[serde(skip)]
    pub doubt: Option<String>,
}

impl Cause {
    /// What is wrong, as a heading.
    pub fn title(&self) -> String {
        capitalized(&self.summary)
    }

    /// What is wrong, as a sentence.
    pub fn sentence(&self) -> String {
        format!("{}.", capitalized(&self.summary))
    }

    /// Whether more permissions of the principal would help to see more: nothing else is in the way.
    pub fn helped_by_permissions(&self) -> bool {
        matches!(
            self.code,
            Code::IdentityPolicyOmitsBilling
                | Code::OnlyLegacyActions
                | Code::BillingPolicyWithoutCostExplorer
                | Code::IamAccessNotActivated
                | Code::CostExplorerNotEnabled
        )
    }

    /// Who can fix it, as a sentence.
    pub fn who_can(&self) -> String {
        format!("Who can fix it: {}.", self.who)
    }
}

/// One thing to do.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    pub text: String,
    /// Where to do it, or what describes it.
    pub url: Option<String>,
    /// The step as data.
    #[serde(skip)]
    pub step: Option<remedy::Step>,
    /// Whether it attaches a policy to a user or role.
    #[serde(skip)]
    pub attaches: bool,
}

/// A statement and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatementAt {
    /// The policy as people know it.
    pub policy: String,
    /// `null` for an inline policy.
    pub arn: Option<String>,
    /// For an organization's policy the root, organizational unit or account that it is attached to.
    pub target: Option<String>,
    pub sid: Option<String>,
    /// Counted from 0.
    pub index: usize,
    /// The actions that this statement denies itself.
    #[serde(default)]
    pub actions: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    pub id: String,
    pub title: String,
    pub url: Option<String>,
    pub opens: PageState,
    /// The codes of what closes it.
    pub closed_by: Vec<Code>,
    pub depends_on: Option<String>,
    /// Whether the root user's switch gates it; `null` where AWS does not say.
    pub gated_by_switch: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PageState {
    Yes,
    No,
    Depends,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    pub code: Code,
    /// The good state.
    pub title: String,
    pub status: CheckStatus,
    /// Why it has that status.
    pub because: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CheckStatus {
    Passed,
    Failed,
    Warning,
    Inconclusive,
    Skipped,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    pub fact: String,
    pub reason: String,
    /// The IAM action that would show it.
    pub action: Option<String>,
    /// Left out on request.
    pub by_choice: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    pub layer: PolicyLayer,
    /// As AWS names it.
    pub name: String,
    /// `null` for an inline policy.
    pub arn: Option<String>,
    /// How it reaches the principal.
    pub via: Via,
    /// Whether its text could be read.
    pub read: bool,
    /// What its statements have in place of an action, each a sentence; left out where there is nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PolicyLayer {
    ServiceControlPolicy,
    PermissionsBoundary,
    SessionPolicy,
    IdentityPolicy,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    pub source: String,
    pub profile: Option<String>,
    pub region: String,
    pub region_source: String,
    pub temporary: Option<bool>,
    /// Settings that lead somewhere else than to AWS.
    pub endpoint_overrides: Vec<String>,
    /// What to know about how the settings interact.
    pub remarks: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// `service:Operation`.
    pub call: String,
    pub times: u32,
    pub answered: u32,
    pub slowest_ms: u64,
    pub cost_usd: f64,
}

impl Report {
    /// What is in the way, or what kept the tool from looking.
    pub fn obstacles(&self) -> &[Cause] {
        if self.causes.is_empty() {
            &self.hindrances
        } else {
            &self.causes
        }
    }

    /// The changes that are printed with a cause: a change with a part in several belongs to the first.
    pub fn changes_of(&self, cause: &Cause) -> impl Iterator<Item = &Change> {
        let code = cause.code;
        let changes = self.changes.iter();
        changes.filter(move |change| change.is_first_for(code.as_str()))
    }
}

/// The JSON schema of the report, as `docs/report-v1.schema.json` holds it.
pub fn schema() -> String {
    crate::schema::of::<Report>()
}
