//! The public report: `billing-doctor/report/v1`. What scripts read is defined here and nowhere else.
//!
//! Fields may be added within v1; none is renamed or removed, and no meaning changes. Every text in it is free of
//! control characters.

mod change;

use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnose::causes::{Outcome, Switch};
use crate::diagnose::diagnosis::{Diagnosis, Opens, State};
use crate::diagnose::finding::{Confidence, Finding, StatementAt};
use crate::diagnose::grant::Grant;
use crate::diagnose::old_remedy::{Actor, Step};
use crate::diagnose::question::{Question, Want};
use crate::evidence::{AttachedPolicy, Evidence, Observed, Via};
use crate::names::{PrincipalArn, PrincipalKind};
use crate::text::{list, sanitize};

pub use change::{
    Alternative, Change, ChangeAction, ChangeWay, Proof, Shown, Site, SiteKind, Uneditable,
};

/// The name and version of this format.
pub const SCHEMA: &str = "billing-doctor/report/v1";

/// The whole report.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "billing-doctor/report/v1")]
pub struct Report {
    /// Always `billing-doctor/report/v1`.
    pub schema: &'static str,
    /// When the evidence was collected: RFC 3339, UTC.
    pub collected_at: String,
    /// How long collecting took, in milliseconds.
    pub elapsed_ms: u64,
    /// What was asked.
    pub question: QuestionReport,
    pub state: State,
    /// The answer in a sentence.
    pub headline: String,
    /// Whom the diagnosis is about; `null` where that could not be found out.
    pub principal: Option<Principal>,
    pub account: Account,
    pub switch: SwitchReport,
    /// What blocks, in the order to fix it. Empty unless the state is blocked or unexplained.
    pub causes: Vec<Cause>,
    /// What kept the doctor from looking. Empty unless the state is inconclusive.
    pub hindrances: Vec<Cause>,
    /// The policies to change so that what was asked opens, in the order of the causes. Empty where no policy is in the
    /// way, or none of those that are could be read.
    pub changes: Vec<Change>,
    /// What our engine says once all of these changes are made; `null` where there are none.
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
    /// Every call that was made.
    pub calls: Vec<Call>,
    /// What the calls cost together, in US dollars.
    pub cost_usd: f64,
    /// How many IAM actions were asked about.
    pub actions_asked: usize,
    /// How many of them the policies as read and AWS's simulator judged alike.
    pub actions_agreed: usize,
}

/// What was asked.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuestionReport {
    /// The ids of the pages on which the answer rests.
    pub pages: Vec<String>,
    pub want: Want,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
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

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Twelve digits.
    pub id: Option<String>,
    pub alias: Option<String>,
    pub name: Option<String>,
    /// `null` where the account is in none, or it could not be found out.
    pub organization: Option<Organization>,
    /// Whether the root user has a password to sign in with.
    pub root_user_has_password: Option<bool>,
    /// AWS's word for the plan: `FREE` or `PAID`.
    pub plan: Option<String>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    pub id: String,
    pub management_account: String,
    pub is_management_account: bool,
}

/// "IAM user and role access to Billing information".
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SwitchReport {
    pub state: SwitchState,
    /// How that is known, or why it is not.
    pub evidence: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SwitchState {
    On,
    Off,
    Unknown,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cause {
    /// Stable; the argument of `billing-doctor explain`.
    pub code: &'static str,
    pub confidence: Confidence,
    /// Why it is that sure.
    pub confidence_reason: &'static str,
    /// Who can lift it.
    pub actor: Actor,
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
    pub source: &'static str,
    pub evidence: Vec<String>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    pub id: String,
    pub title: String,
    pub url: Option<String>,
    pub opens: PageState,
    /// The codes of what closes it.
    pub closed_by: Vec<&'static str>,
    pub depends_on: Option<String>,
    /// Whether the root user's switch gates it; `null` where AWS does not say.
    pub gated_by_switch: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PageState {
    Yes,
    No,
    Depends,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    pub code: &'static str,
    /// The good state.
    pub title: &'static str,
    pub status: CheckStatus,
    /// Why it has that status.
    pub because: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CheckStatus {
    Passed,
    Failed,
    Warning,
    Inconclusive,
    Skipped,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    pub fact: String,
    pub reason: String,
    /// The IAM action that would show it.
    pub action: Option<String>,
    /// Left out on request.
    pub by_choice: bool,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PolicyLayer {
    ServiceControlPolicy,
    PermissionsBoundary,
    SessionPolicy,
    IdentityPolicy,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
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

#[derive(Clone, Debug, Serialize, JsonSchema)]
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
    /// Puts a diagnosis and its evidence into the public form.
    pub fn new(evidence: &Evidence, diagnosis: &Diagnosis) -> Self {
        let principal = evidence.principal.known();
        let caller = evidence.caller.known();
        Self {
            schema: SCHEMA,
            collected_at: evidence.collected_at.clone(),
            elapsed_ms: evidence.elapsed_ms,
            question: QuestionReport {
                pages: diagnosis
                    .question
                    .pages()
                    .iter()
                    .filter(|asked| asked.decides)
                    .map(|asked| asked.page.id.clone())
                    .collect(),
                want: diagnosis.question.want(),
            },
            state: diagnosis.state,
            headline: sanitize(&headline(evidence, diagnosis)),
            principal: principal.map(|principal| Principal {
                arn: sanitize(&principal.arn),
                kind: principal.kind,
                name: sanitize(&principal.name),
                is_caller: principal.is_caller,
                caller_arn: caller
                    .map(|caller| sanitize(&caller.arn))
                    .filter(|arn| *arn != principal.arn),
                permission_set: principal.permission_set.as_deref().map(sanitize),
            }),
            account: account(evidence),
            switch: switch(&diagnosis.switch),
            causes: diagnosis.causes.iter().map(cause).collect(),
            changes: diagnosis.plan.changes.iter().map(Change::from).collect(),
            proof: diagnosis.plan.proof.as_ref().map(Proof::from),
            alternatives: diagnosis
                .plan
                .alternatives
                .iter()
                .map(Alternative::from)
                .collect(),
            uneditable: diagnosis
                .plan
                .uneditable
                .iter()
                .map(Uneditable::of)
                .collect(),
            hindrances: diagnosis.hindrances.iter().map(cause).collect(),
            warnings: diagnosis.warnings.iter().map(cause).collect(),
            // Without a principal nothing is known of any page.
            pages: match principal {
                Some(_) => diagnosis.pages.iter().map(page).collect(),
                None => Vec::new(),
            },
            checks: diagnosis
                .checks
                .iter()
                .map(|(check, outcome)| {
                    let (status, because) = match outcome {
                        Outcome::Passed { because } => (CheckStatus::Passed, because),
                        Outcome::Failed(finding) => (CheckStatus::Failed, &finding.summary),
                        Outcome::Warning(finding) => (CheckStatus::Warning, &finding.summary),
                        Outcome::Hindered(finding) => (CheckStatus::Inconclusive, &finding.summary),
                        Outcome::Inconclusive { because } => (CheckStatus::Inconclusive, because),
                        Outcome::Skipped { because } => (CheckStatus::Skipped, because),
                    };
                    Check {
                        code: check.code,
                        title: check.title,
                        status,
                        because: sanitize(because),
                    }
                })
                .collect(),
            contradictions: diagnosis
                .contradictions
                .iter()
                .map(|text| sanitize(text))
                .collect(),
            gaps: diagnosis
                .gaps
                .iter()
                .map(|gap| Gap {
                    fact: sanitize(&gap.fact),
                    reason: sanitize(&gap.reason()),
                    action: gap.missing_action().map(sanitize),
                    by_choice: gap.by_choice(),
                })
                .collect(),
            policies: policies(evidence),
            credentials: Credentials {
                source: sanitize(&evidence.credentials.source),
                profile: evidence.credentials.profile.as_deref().map(sanitize),
                region: sanitize(&evidence.credentials.region),
                region_source: evidence.credentials.region_source.clone(),
                temporary: evidence.credentials.temporary,
                endpoint_overrides: evidence
                    .credentials
                    .endpoint_overrides
                    .iter()
                    .map(|text| sanitize(text))
                    .collect(),
                remarks: evidence
                    .credentials
                    .remarks
                    .iter()
                    .map(|text| sanitize(text))
                    .collect(),
            },
            calls: evidence
                .calls
                .iter()
                .map(|record| Call {
                    call: record.call.clone(),
                    times: record.times,
                    answered: record.answered,
                    slowest_ms: record.slowest_ms,
                    cost_usd: record.cost_usd,
                })
                .collect(),
            // The sum of nothing would be -0.0.
            cost_usd: evidence
                .calls
                .iter()
                .fold(0.0, |sum, record| sum + record.cost_usd),
            actions_asked: diagnosis.actions_asked,
            actions_agreed: diagnosis.agreed,
        }
    }
}

/// The JSON schema of the report, as `docs/report-v1.schema.json` holds it.
pub fn schema() -> String {
    crate::schema::of::<Report>()
}

fn headline(evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    let principal = evidence.principal.known();
    let who = match principal {
        Some(principal) if !principal.is_caller => {
            format!("{} {}", principal.kind.noun(), principal.name)
        }
        _ => "You".to_owned(),
    };
    let account = account(evidence).id.map_or_else(String::new, |id| {
        let alias = evidence.account.alias.known().and_then(Option::as_deref);
        match alias {
            Some(alias) => format!(" of account {} ({alias})", id),
            None => format!(" of account {}", id),
        }
    });
    let wanted = wanted(&diagnosis.question);
    match (diagnosis.state, diagnosis.causes.as_slice()) {
        (State::Healthy, _) if left_out(diagnosis) => {
            format!("{who} can {wanted}{account}; Cost Explorer itself was not asked (--free).")
        }
        (State::Healthy, _) => format!("{who} can {wanted}{account}."),
        (State::Inconclusive, _) => {
            format!(
                "It could not be found out whether {} can {wanted}{account}.",
                if who == "You" { "you" } else { &who }
            )
        }
        (State::Unexplained, _) => {
            let all = if diagnosis.question.is_narrowed() {
                ""
            } else {
                "all of "
            };
            let wanted = wanted.replacen("see ", &format!("see {all}"), 1);
            format!(
                "{who} cannot {wanted}{account}: AWS refused, and nothing that could be seen explains it."
            )
        }
        (State::Blocked, [cause, ..])
            if evidence.caller.gap().is_some() && cause.closes.len() == diagnosis.pages.len() =>
        {
            format!("Nothing could be asked: {}.", cause.summary)
        }
        (State::Blocked, [cause]) => {
            format!("{who} {}: {}.", what(diagnosis, cause), cause.summary)
        }
        (State::Blocked, causes) => {
            let all: Vec<&str> = causes
                .iter()
                .flat_map(|cause| &cause.closes)
                .map(String::as_str)
                .collect();
            format!(
                "{who} {}: {} things are in the way. Fix them in this order.",
                closed(diagnosis, &all),
                causes.len()
            )
        }
    }
}

/// What was asked for, as in "can …".
fn wanted(question: &Question) -> String {
    let pages = || {
        let titles: Vec<&str> = question
            .pages()
            .iter()
            .map(|asked| asked.page.title.as_str())
            .collect();
        list(&titles)
    };
    match (question.want(), question.is_narrowed()) {
        (Want::View, false) => "see the bill".to_owned(),
        (Want::View, true) => format!("see {}", pages()),
        (Want::Manage, false) => "see and manage billing".to_owned(),
        (Want::Manage, true) => format!("see and manage {}", pages()),
    }
}

/// Whether a page was left undecided on request.
fn left_out(diagnosis: &Diagnosis) -> bool {
    diagnosis.pages.iter().any(|verdict| {
        matches!(
            verdict.opens,
            Opens::Depends {
                by_choice: true,
                ..
            }
        )
    })
}

fn what(diagnosis: &Diagnosis, cause: &Finding) -> String {
    let ids: Vec<&str> = cause.closes.iter().map(String::as_str).collect();
    closed(diagnosis, &ids)
}

/// What one can and can't do where these pages are closed.
fn closed(diagnosis: &Diagnosis, ids: &[&str]) -> String {
    let question = &diagnosis.question;
    if ids.is_empty() {
        return format!(
            "cannot {} with these credentials",
            match (question.want(), question.is_narrowed()) {
                (Want::View, false) => "see billing".to_owned(),
                _ => wanted(question),
            }
        );
    }
    let bill = || {
        diagnosis
            .pages
            .iter()
            .filter(|verdict| verdict.asked.decides)
    };
    if question.want() == Want::View
        && !question.is_narrowed()
        && ids.contains(&"bills")
        && ids.contains(&"cost-explorer")
    {
        return "cannot see billing".to_owned();
    }
    let titles: Vec<&str> = bill()
        .filter(|verdict| ids.contains(&verdict.asked.page.id.as_str()))
        .map(|verdict| verdict.asked.page.title.as_str())
        .collect();
    if question.want() == Want::Manage {
        return format!("cannot manage {}", list(&titles));
    }
    let bills_open =
        bill().any(|verdict| verdict.asked.page.id == "bills" && verdict.opens == Opens::Yes);
    if bills_open {
        format!("can see the bill, but not {}", list(&titles))
    } else {
        format!("cannot open {}", list(&titles))
    }
}

fn account(evidence: &Evidence) -> Account {
    let facts = &evidence.account;
    Account {
        id: evidence
            .caller
            .known()
            .map(|caller| caller.account.as_str())
            .or_else(|| {
                // Without a caller, as in an account dump, the principal tells.
                let principal = evidence.principal.known()?;
                PrincipalArn::parse(&principal.arn).map(|arn| arn.account)
            })
            .map(sanitize),
        alias: facts.alias.known().and_then(Option::as_deref).map(sanitize),
        name: facts
            .information
            .known()
            .and_then(|information| information.name.as_deref())
            .map(sanitize),
        organization: evidence
            .organization
            .known()
            .map(|organization| Organization {
                id: sanitize(&organization.id),
                management_account: sanitize(&organization.management_account),
                is_management_account: organization.is_management_account,
            }),
        root_user_has_password: facts.root_user.known().and_then(|root| root.has_password),
        plan: facts.plan.known().map(|plan| sanitize(&plan.kind)),
    }
}

fn switch(switch: &Switch) -> SwitchReport {
    let (state, evidence) = match switch {
        Switch::On { evidence } => (SwitchState::On, evidence),
        Switch::Off { evidence } => (SwitchState::Off, evidence),
        Switch::Unknown { because } => (SwitchState::Unknown, because),
    };
    SwitchReport {
        state,
        evidence: evidence.iter().map(|line| sanitize(line)).collect(),
    }
}

fn cause(finding: &Finding) -> Cause {
    Cause {
        code: finding.code,
        confidence: finding.confidence,
        confidence_reason: finding.confidence_reason,
        grant: finding.grant.clone(),
        actor: finding.remedy.actor,
        summary: sanitize(&finding.summary),
        explanation: finding.explanation.as_deref().map(sanitize),
        closes: finding.closes.clone(),
        actions: finding.actions.clone(),
        statements: finding
            .statements
            .iter()
            .map(|statement| StatementAt {
                policy: sanitize(&statement.policy),
                arn: statement.arn.as_deref().map(sanitize),
                target: statement.target.as_deref().map(sanitize),
                sid: statement.sid.as_deref().map(sanitize),
                index: statement.index,
            })
            .collect(),
        steps: finding
            .remedy
            .steps
            .iter()
            .map(|step| Step {
                text: sanitize(&step.text),
                url: step.url.clone(),
            })
            .collect(),
        source: finding.remedy.source,
        evidence: finding.evidence.iter().map(|line| sanitize(line)).collect(),
    }
}

fn page(verdict: &crate::diagnose::diagnosis::PageVerdict) -> Page {
    let (opens, closed_by, depends_on) = match &verdict.opens {
        Opens::Yes => (PageState::Yes, Vec::new(), None),
        Opens::No { closed_by } => (PageState::No, closed_by.clone(), None),
        Opens::Depends { on, .. } => (PageState::Depends, Vec::new(), Some(sanitize(on))),
    };
    Page {
        id: verdict.asked.page.id.clone(),
        title: verdict.asked.page.title.clone(),
        url: verdict.asked.page.url.clone(),
        opens,
        closed_by,
        depends_on,
        gated_by_switch: verdict.asked.page.gate.known(),
    }
}

fn policies(evidence: &Evidence) -> Vec<Policy> {
    let found = &evidence.policies;
    let entry = |layer: PolicyLayer| {
        move |policy: &AttachedPolicy| Policy {
            layer,
            name: sanitize(&policy.name),
            arn: policy.arn.as_deref().map(sanitize),
            via: policy.via.map_name(sanitize),
            read: policy.document.known().is_some(),
        }
    };
    let levels = found
        .service_control
        .known()
        .into_iter()
        .flatten()
        .filter_map(|level| level.policies.known())
        .flatten();
    let boundary = match &found.permissions_boundary {
        Observed::Known { value } => Some(value),
        _ => None,
    };
    levels
        .map(entry(PolicyLayer::ServiceControlPolicy))
        .chain(
            boundary
                .into_iter()
                .map(entry(PolicyLayer::PermissionsBoundary)),
        )
        .chain(
            found
                .session
                .known()
                .into_iter()
                .flatten()
                .map(entry(PolicyLayer::SessionPolicy)),
        )
        .chain(
            found
                .identity
                .read
                .iter()
                .map(entry(PolicyLayer::IdentityPolicy)),
        )
        .collect()
}
