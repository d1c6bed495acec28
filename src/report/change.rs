//! Changes of policies in their public form.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::diagnose::fix::{self, ChangeKind, PolicyKind, diff};
use crate::diagnose::grant::Grant;
use crate::evidence::{PolicyId, Via};
use crate::text::sanitize;
use crate::words::change as words;

/// One policy to attach, amend, detach or replace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The causes that it ends, or has a part in ending.
    pub codes: Vec<String>,
    pub layer: PolicyKind,
    /// The policy as AWS names it; of one to attach, what it may be called.
    pub policy: String,
    #[serde(default)]
    pub arn: Option<String>,
    /// For an organization's policy the root, organizational unit or account that it is attached to: the first of
    /// `targets`.
    #[serde(default)]
    pub target: Option<String>,
    /// Of an inline policy, whose it is.
    #[serde(default)]
    pub inline_in: Option<Via>,
    /// Whether it is there already.
    pub action: ChangeAction,
    /// The whole document after the change; `null` where nothing remains of it: detach it.
    #[serde(default)]
    pub document: Option<Value>,
    /// The actions to allow in a statement of their own, where that is the whole change.
    #[serde(default)]
    pub adds: Option<Vec<String>>,
    /// Line by line, what goes and what comes. Empty for a policy to attach.
    pub diff: Vec<String>,
    /// What to know before making it.
    pub remarks: Vec<String>,
    /// What to do with the policy.
    #[serde(default)]
    pub kind: Option<ChangeWay>,
    /// What to do, in a sentence.
    #[serde(default)]
    pub instruction: String,
    /// How the document differs, in sentences.
    #[serde(default)]
    pub edits: Vec<String>,
    /// Where the policy is attached, or is to be.
    #[serde(default)]
    pub attach_to: Vec<Site>,
    /// The permission set of IAM Identity Center to change, since its role can't be changed in the account.
    #[serde(default)]
    pub permission_set: Option<String>,
    /// The ARN of the AWS managed policy to attach.
    #[serde(default)]
    pub managed_policy_arn: Option<String>,
    /// What the copy of an AWS managed policy may be called.
    #[serde(default)]
    pub copy_name: Option<String>,
    /// For an organization's policy, everything that it is attached to.
    #[serde(default)]
    pub targets: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ChangeAction {
    /// A policy attached beside those that are there.
    Attach,
    /// A policy that is there, changed.
    Amend,
}

/// What to do with a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ChangeWay {
    /// Attach the AWS managed policy.
    AttachManaged,
    /// Make the policy and attach it.
    Attach,
    /// Put the document in the place of the one that is there.
    Amend,
    /// Detach it, or delete it where it is inline.
    Detach,
    /// Attach a copy with this document in the place of the AWS managed policy.
    Replace,
}

/// Where a policy is attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Site {
    pub kind: SiteKind,
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SiteKind {
    User,
    Role,
    Group,
    PermissionSet,
    /// The permissions boundary of the user, role or permission set.
    UserBoundary,
    RoleBoundary,
    PermissionSetBoundary,
    /// A root, organizational unit or account of the organization.
    Target,
}

impl Site {
    fn of(site: &fix::Site) -> Option<Self> {
        let (kind, name) = match site {
            fix::Site::User(name) => (SiteKind::User, name),
            fix::Site::Role(name) => (SiteKind::Role, name),
            fix::Site::Group(name) => (SiteKind::Group, name),
            fix::Site::PermissionSet(name) => (SiteKind::PermissionSet, name),
            fix::Site::Target(name) => (SiteKind::Target, name),
            fix::Site::Boundary(of) => match of.as_ref() {
                fix::Site::User(name) => (SiteKind::UserBoundary, name),
                fix::Site::Role(name) => (SiteKind::RoleBoundary, name),
                fix::Site::PermissionSet(name) => (SiteKind::PermissionSetBoundary, name),
                _ => return None,
            },
        };
        Some(Self {
            kind,
            name: sanitize(&name.0),
        })
    }
}

/// What of a change there is to paste or to compare.
pub enum Shown<'a> {
    /// AWS has the policy, or it goes.
    Nothing,
    /// The policy to make.
    Document(&'a Value),
    /// The statement to add to the policy that is there.
    Statement(Value),
    /// The lines of the policy that go and come.
    Diff(&'a [String]),
}

impl Change {
    /// A policy to make, for nobody yet.
    pub fn to_make(name: &str, actions: &[&str]) -> Self {
        Self {
            codes: Vec::new(),
            layer: PolicyKind::IdentityPolicy,
            policy: name.to_owned(),
            arn: None,
            target: None,
            inline_in: None,
            action: ChangeAction::Attach,
            document: Some(Grant::statement(actions).policy),
            adds: Some(actions.iter().map(|action| (*action).to_owned()).collect()),
            diff: Vec::new(),
            remarks: Vec::new(),
            kind: Some(ChangeWay::Attach),
            instruction: String::new(),
            edits: Vec::new(),
            attach_to: Vec::new(),
            permission_set: None,
            managed_policy_arn: None,
            copy_name: None,
            targets: Vec::new(),
        }
    }

    /// What to show of it beside the instruction.
    pub fn shown(&self) -> Shown<'_> {
        match (self.kind, &self.adds, &self.document) {
            (Some(ChangeWay::AttachManaged | ChangeWay::Detach), ..) | (_, None, None) => {
                Shown::Nothing
            }
            (Some(ChangeWay::Attach), _, Some(document)) => Shown::Document(document),
            (Some(ChangeWay::Amend), Some(actions), _) => {
                Shown::Statement(json!({"Effect": "Allow", "Action": actions, "Resource": "*"}))
            }
            _ => Shown::Diff(&self.diff),
        }
    }

    /// Whether a cause is the first that it is for: there it is printed.
    pub fn is_first_for(&self, code: &str) -> bool {
        self.codes.first().is_some_and(|first| first == code)
    }
}

impl From<&fix::Change> for Change {
    fn from(change: &fix::Change) -> Self {
        let kind = &change.kind;
        let policy = kind.policy();
        let (way, name) = match kind {
            ChangeKind::AttachManaged { name, .. } => (ChangeWay::AttachManaged, *name),
            ChangeKind::Attach { name, .. } => (ChangeWay::Attach, name.as_str()),
            ChangeKind::Amend { policy, .. } => (ChangeWay::Amend, policy.name()),
            ChangeKind::Detach { policy, .. } => (ChangeWay::Detach, policy.name()),
            ChangeKind::Replace { policy, .. } => (ChangeWay::Replace, policy.name()),
        };
        let managed = match kind {
            ChangeKind::AttachManaged { arn, .. } => Some(arn.clone()),
            _ => None,
        };
        let attach_to: Vec<Site> = change.sites.iter().filter_map(Site::of).collect();
        let named = |wanted: &[SiteKind]| -> Vec<String> {
            let found = attach_to.iter().filter(|site| wanted.contains(&site.kind));
            found.map(|site| site.name.clone()).collect()
        };
        let targets = named(&[SiteKind::Target]);
        Self {
            codes: change.codes.iter().map(ToString::to_string).collect(),
            layer: change.layer,
            policy: sanitize(name),
            arn: managed
                .clone()
                .or_else(|| policy.and_then(PolicyId::arn).map(sanitize)),
            target: targets.first().cloned(),
            inline_in: match policy {
                Some(PolicyId::Inline { owner, .. }) => Some(owner.map_name(sanitize)),
                _ => None,
            },
            action: match kind.before() {
                Some(_) => ChangeAction::Amend,
                None => ChangeAction::Attach,
            },
            document: kind.document().cloned(),
            adds: kind.adds().map(owned),
            diff: kind
                .before()
                .map(|before| diff::of(before, kind.document()))
                .unwrap_or_default(),
            remarks: change
                .remarks
                .iter()
                .map(words::remark)
                .map(clean)
                .collect(),
            kind: Some(way),
            instruction: sanitize(&words::instruction(change)),
            edits: kind.edits().iter().map(words::edit).map(clean).collect(),
            permission_set: named(&[SiteKind::PermissionSet, SiteKind::PermissionSetBoundary])
                .into_iter()
                .next(),
            attach_to,
            managed_policy_arn: managed,
            copy_name: match kind {
                ChangeKind::Replace { copy, .. } => Some(sanitize(copy)),
                _ => None,
            },
            targets,
        }
    }
}

/// The engine's answers with every change made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    /// The actions that the pages need on which the answer rests.
    pub actions: Vec<String>,
    /// Those of them that the policies that were read allow, once changed.
    pub allowed: Vec<String>,
    /// What could not be read, and may refuse all the same.
    pub unread: BTreeSet<String>,
    /// The causes that none of the changes ends.
    pub not_lifted: Vec<String>,
    /// What the others still wait for, with the actions.
    pub waiting: BTreeMap<String, Vec<String>>,
    /// The ids of the pages that the policies open now and did not before.
    pub opens: Vec<String>,
    /// The ids of the pages that the policies still close.
    pub still_closed: Vec<String>,
    /// What was asked and is not granted unless somebody names it.
    pub left_out: Vec<String>,
    /// All of it in sentences.
    pub summary: String,
}

impl Proof {
    /// Whether the changes suffice, as far as it was seen.
    pub fn suffices(&self) -> bool {
        self.waiting.is_empty() && self.not_lifted.is_empty()
    }
}

impl From<&fix::Proof> for Proof {
    fn from(proof: &fix::Proof) -> Self {
        let mut waiting: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for one in &proof.waiting {
            let actions = waiting
                .entry(sanitize(&words::waits_for(&one.on)))
                .or_default();
            actions.extend(owned(&one.actions));
        }
        Self {
            actions: owned(&proof.actions),
            allowed: owned(&proof.allowed),
            unread: proof.unread.iter().map(|reason| sanitize(reason)).collect(),
            not_lifted: proof.not_lifted.iter().map(ToString::to_string).collect(),
            waiting,
            opens: owned(&proof.opens),
            still_closed: owned(&proof.still_closed),
            left_out: owned(&proof.left_out),
            summary: sanitize(&words::proof(proof)),
        }
    }
}

/// A way around a Deny that changes no document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Alternative {
    /// The causes that it ends: it takes the place of the changes for these.
    pub codes: Vec<String>,
    /// What to do, in a sentence.
    pub instruction: String,
    /// With this made, and every change that is not for these codes.
    pub proof: Proof,
}

impl From<&fix::Alternative> for Alternative {
    fn from(alternative: &fix::Alternative) -> Self {
        Self {
            codes: alternative.codes.iter().map(ToString::to_string).collect(),
            instruction: sanitize(&words::alternative(alternative)),
            proof: Proof::from(&alternative.proof),
        }
    }
}

/// A policy that is in the way and that nobody can edit as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Uneditable {
    /// The cause that stays.
    pub code: String,
    /// Why not, and who can do something.
    pub because: String,
}

impl Uneditable {
    pub(super) fn of((code, why): &(crate::catalog::Code, fix::Uneditable)) -> Self {
        Self {
            code: code.to_string(),
            because: sanitize(&words::uneditable(why)),
        }
    }
}

fn owned(texts: &[&'static str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn clean(text: String) -> String {
    sanitize(&text)
}
