//! `billing-doctor audit`: who can see or change an account's billing, and through which policy.
//!
//! From a dump of the account and the organization's policies to every principal's answer. What policies can't tell, the
//! root user's switch above all, is not part of it.

mod expect;
mod subjects;
mod trust;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::catalog::TIERS;
use crate::diagnose::asking::Asked;
use crate::evidence::dump::Details;
use crate::evidence::{Observed, ServiceControlLevel};
use crate::names::{PrincipalArn, is_quarantine};
use crate::text::sanitize;
use crate::words::policies as words;
use crate::words::requirement::sentence;
use iam_policy::{Decision, LayerKind, LayerOutcome};

pub use expect::{Deviation, Expectation};
pub use trust::{Trust, Trusted};

use subjects::{Account, Names, Subject};

/// The name and version of this format.
pub const SCHEMA: &str = "billing-doctor/audit/v1";

/// Something that a principal may be able to do: any of the actions is enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Power {
    /// A tier's id, a page's id, or an action.
    pub id: String,
    /// As in "can …".
    pub title: String,
    pub actions: Vec<String>,
}

impl Power {
    /// The tiers of the catalogue, the most dangerous first.
    pub fn tiers() -> Vec<Self> {
        TIERS
            .iter()
            .map(|tier| Self {
                id: tier.id.to_owned(),
                title: tier.title.to_owned(),
                actions: tier
                    .actions
                    .iter()
                    .map(|action| (*action).to_owned())
                    .collect(),
            })
            .collect()
    }
}

/// Every principal's answers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "billing-doctor/audit/v1")]
pub struct Audit {
    /// Always `billing-doctor/audit/v1`.
    pub schema: &'static str,
    /// Twelve digits, or what a dump has in their place; `null` where the dump names no principal.
    pub account: Option<String>,
    /// Whether all levels of service control policies are known, or none apply. Without them a yes holds as far as the
    /// account's own policies say.
    pub service_control_policies: bool,
    /// The same, and why they are not known.
    pub service_control: ServiceControl,
    /// What was asked of everybody, the most dangerous first.
    pub powers: Vec<Power>,
    /// Sorted by ARN.
    pub principals: Vec<Principal>,
}

/// What is known of the organization's service control policies.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "state"
)]
pub enum ServiceControl {
    /// They are counted in the answers.
    Counted,
    /// None apply: the account is in no organization, or is the one that manages it.
    NoneApply { because: String },
    /// A dump was judged, and they were not given with it.
    NotGiven,
    /// AWS was asked for them, in vain.
    NotRead {
        reason: String,
        /// The IAM action that would have shown them, where a permission was what lacked.
        missing_action: Option<String>,
    },
}

impl ServiceControl {
    fn of(levels: Option<&Observed<Vec<ServiceControlLevel>>>) -> Self {
        match levels {
            Some(Observed::Known { .. }) => Self::Counted,
            Some(Observed::NotApplicable { because }) => Self::NoneApply {
                because: sanitize(because),
            },
            Some(Observed::Unknown(gap)) => Self::NotRead {
                reason: gap.reason(),
                missing_action: gap.missing_action().map(sanitize),
            },
            None => Self::NotGiven,
        }
    }

    /// Whether nothing is missing.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Counted | Self::NoneApply { .. })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    pub arn: String,
    pub name: String,
    pub kind: Kind,
    /// By the id of the power.
    pub answers: BTreeMap<String, Answer>,
    /// Of a role: who may assume it.
    pub trust: Vec<Trust>,
    pub notes: Vec<Note>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    User,
    Role,
    /// A role that IAM Identity Center made for a permission set.
    PermissionSetRole,
    /// A role of an AWS service's own; no service control policy binds it.
    ServiceLinkedRole,
}

/// What to know of a principal beside its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Note {
    /// An explicit Deny in its own policies keeps it from a power over billing, whatever allows it.
    Denied,
    /// Its policies speak of billing in the retired `aws-portal` actions only.
    LegacyOnly,
    /// AWS found an access key of it in public.
    Quarantined,
    /// It has a power over billing, and somebody outside of the account may assume it.
    OpenToOthers,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Can {
    Yes,
    /// Under a condition.
    Depends,
    No,
}

/// Whether a principal has a power.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    pub can: Can,
    /// The actions that make it a yes, or may.
    pub actions: Vec<String>,
    /// The statements that allow the first of these, or of a no that something blocks, that would.
    pub through: Vec<Statement>,
    /// Under which condition, where it depends.
    pub depends_on: Option<String>,
    /// Of a no: what takes away what the identity policies allow. Empty where they allow nothing.
    pub blocked_by: Vec<String>,
}

/// A statement that allows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// How people know the policy: with the group through which it comes, or `inline`.
    pub policy: String,
    /// `null` for an inline policy.
    pub arn: Option<String>,
    pub sid: Option<String>,
    /// Counted from 0.
    pub index: usize,
}

impl std::fmt::Display for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.policy)?;
        match &self.sid {
            Some(sid) => write!(f, ", statement {sid}"),
            None => write!(f, ", statement {}", self.index + 1),
        }
    }
}

/// Asks of every user and role of a dump whether it has these powers. `levels`: every level of the organization's service
/// control policies; `None` where they were not given with the dump. `now`: seconds since 1970.
pub fn audit(
    details: &Details,
    levels: Option<&Observed<Vec<ServiceControlLevel>>>,
    powers: Vec<Power>,
    now: i64,
) -> Audit {
    let mut names = Names::default();
    let known = levels.and_then(Observed::known).map(Vec::as_slice);
    let account = Account::new(details, known, &mut names);
    let mut audited: Vec<Principal> = account
        .principals()
        .into_iter()
        .map(|principal| {
            let subject = account.subject(&principal, now, &mut names);
            let answers: Vec<Answer> = powers
                .iter()
                .map(|power| Answer::to(power, &subject, &names))
                .collect();
            let any = answers.iter().any(|answer| answer.can != Can::No);
            let trust = principal.trust();
            let mut notes = Vec::new();
            if answers.iter().all(Answer::is_empty) && subject.names_only_retired_actions() {
                notes.push(Note::LegacyOnly);
            }
            let denied = |answer: &Answer| {
                let mut blocked = answer.blocked_by.iter();
                blocked.any(|by| by.starts_with(&words::layer(&LayerKind::Identity)))
            };
            if answers.iter().any(denied) {
                notes.push(Note::Denied);
            }
            if principal.policy_arns().any(is_quarantine) {
                notes.push(Note::Quarantined);
            }
            if any && trust.iter().any(|trust| trust.who.is_outside()) {
                notes.push(Note::OpenToOthers);
            }
            Principal {
                arn: principal.arn().to_owned(),
                name: principal.name().to_owned(),
                kind: principal.kind(),
                answers: powers
                    .iter()
                    .map(|power| power.id.clone())
                    .zip(answers)
                    .collect(),
                trust,
                notes,
            }
        })
        .collect();
    // Names are somebody's text.
    for principal in &mut audited {
        principal.sanitize();
    }
    audited.sort_by(|a, b| a.arn.cmp(&b.arn));
    let service_control = ServiceControl::of(levels);
    Audit {
        schema: SCHEMA,
        account: account.id().map(str::to_owned),
        service_control_policies: service_control.is_known(),
        service_control,
        powers,
        principals: audited,
    }
}

/// The JSON schema of an audit, as `docs/audit-v1.schema.json` holds it.
pub fn schema() -> String {
    crate::schema::of::<Audit>()
}

impl Audit {
    /// Keeps the answers of one principal; an ARN of a session means its role.
    ///
    /// # Errors
    ///
    /// Where the account has no such principal.
    pub fn keep_only(&mut self, arn: &str) -> Result<(), NoSuchPrincipal> {
        let wanted = PrincipalArn::parse(arn);
        let identity = |arn: &PrincipalArn| (arn.account.to_owned(), arn.kind, arn.name.to_owned());
        let wanted = wanted.as_ref().map(identity);
        self.principals.retain(|principal| {
            principal.arn == arn
                || wanted.is_some()
                    && PrincipalArn::parse(&principal.arn).as_ref().map(identity) == wanted
        });
        if self.principals.is_empty() {
            return Err(NoSuchPrincipal(sanitize(arn)));
        }
        Ok(())
    }
}

/// Nobody of the account has this ARN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the account has no {0}")]
pub struct NoSuchPrincipal(String);

impl Principal {
    fn sanitize(&mut self) {
        self.arn = sanitize(&self.arn);
        self.name = sanitize(&self.name);
        for trust in &mut self.trust {
            trust.name = sanitize(&trust.name);
            for condition in &mut trust.conditions {
                *condition = sanitize(condition);
            }
        }
        for answer in self.answers.values_mut() {
            for statement in &mut answer.through {
                statement.policy = sanitize(&statement.policy);
                statement.arn = statement.arn.as_deref().map(sanitize);
                statement.sid = statement.sid.as_deref().map(sanitize);
            }
            answer.depends_on = answer.depends_on.as_deref().map(sanitize);
            for blocked in &mut answer.blocked_by {
                *blocked = sanitize(blocked);
            }
        }
    }
}

impl Answer {
    fn unasked() -> Self {
        Self {
            can: Can::No,
            actions: Vec::new(),
            through: Vec::new(),
            depends_on: None,
            blocked_by: Vec::new(),
        }
    }

    fn to(power: &Power, subject: &Subject, names: &Names) -> Self {
        let mut answer = Self::unasked();
        for action in &power.actions {
            answer.merge(&Self::of(&subject.ask(action), action, names));
        }
        answer
    }

    /// Whether the policies say nothing of it at all.
    fn is_empty(&self) -> bool {
        self.can == Can::No && self.through.is_empty() && self.blocked_by.is_empty()
    }

    fn of(asked: &Asked, action: &str, names: &Names) -> Self {
        let verdict = &asked.verdict;
        let identity = verdict
            .layers
            .iter()
            .find(|layer| layer.kind == LayerKind::Identity);
        let through = identity.map_or_else(Vec::new, |layer| match &layer.outcome {
            LayerOutcome::Allows { by }
            | LayerOutcome::AllowsSome { by, .. }
            | LayerOutcome::Undetermined { by, .. } => by
                .iter()
                .filter(|one| one.effect == iam_policy::Effect::Allow)
                .filter_map(|one| {
                    let policy = names.of(one)?;
                    Some(Statement {
                        arn: policy.arn.clone(),
                        policy: policy.name.clone(),
                        sid: one.sid.clone(),
                        index: one.index,
                    })
                })
                .collect(),
            _ => Vec::new(),
        });
        let can = match verdict.decision {
            Decision::Allowed => Can::Yes,
            Decision::AllowedOnSome | Decision::Undetermined => Can::Depends,
            Decision::ExplicitDeny | Decision::ImplicitDeny => Can::No,
        };
        // What nothing allows is blocked by nothing; a Deny counts whatever it denies.
        let allowed =
            identity.is_some_and(|layer| matches!(layer.outcome, LayerOutcome::Allows { .. }));
        let blocked_by = verdict
            .blockers()
            .filter(|layer| match layer.kind {
                LayerKind::Identity => matches!(layer.outcome, LayerOutcome::Denies { .. }),
                _ => allowed,
            })
            .filter(|_| can == Can::No)
            .map(|layer| {
                let kind = words::layer(&layer.kind);
                match layer.outcome.statements().first() {
                    Some(one) => {
                        let policy = names.of(one).map_or("", |policy| &policy.name);
                        let statement = words::statement(policy, one.sid.as_deref(), one.index);
                        format!("{kind}: {statement}")
                    }
                    None => format!("{kind} (nothing there allows it)"),
                }
            })
            .collect();
        Self {
            can,
            actions: (can != Can::No)
                .then(|| action.to_owned())
                .into_iter()
                .collect(),
            through,
            depends_on: (can == Can::Depends)
                .then(|| {
                    let condition = verdict.depends_on.first();
                    let condition = condition.map(|one| sentence(&one.requirement));
                    condition.or_else(|| asked.part.as_ref().map(words::part))
                })
                .flatten(),
            blocked_by,
        }
    }

    /// Any action of a power is enough: the strongest answer counts, with all actions of its strength.
    fn merge(&mut self, other: &Self) {
        if other.can < self.can || (self.is_empty() && !other.is_empty()) {
            *self = other.clone();
        } else if other.can == self.can && self.can != Can::No {
            self.actions.extend(other.actions.iter().cloned());
        }
    }
}
