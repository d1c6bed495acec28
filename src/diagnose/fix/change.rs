//! What to change, as data: the engine tries it, every renderer prints it, the steps name it, `policy` exports it.

use serde_json::Value;

use crate::catalog::Code;
use crate::diagnose::cause::{Action, Name};
use crate::evidence::PolicyId;

/// Which kind of layer a policy belongs to.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum PolicyKind {
    IdentityPolicy,
    PermissionsBoundary,
    ServiceControlPolicy,
}

impl PolicyKind {
    /// How many characters AWS takes, white space left out.
    ///
    /// Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>,
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
    pub(super) fn limit(self) -> usize {
        match self {
            Self::IdentityPolicy | Self::PermissionsBoundary => 6_144,
            Self::ServiceControlPolicy => 10_240,
        }
    }
}

/// One policy to attach, amend, detach or replace.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The causes that it ends, or has a part in ending.
    pub codes: Vec<Code>,
    pub layer: PolicyKind,
    /// Where the policy is attached, or is to be. One policy may be attached in several places.
    pub sites: Vec<Site>,
    pub kind: ChangeKind,
    /// What to know before making it.
    pub remarks: Vec<Remark>,
}

/// Where a policy is attached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Site {
    User(Name),
    Role(Name),
    Group(Name),
    /// A role of IAM Identity Center takes nothing in the account: its permission set does.
    PermissionSet(Name),
    /// The permissions boundary of this principal.
    Boundary(Box<Site>),
    /// A root, organizational unit or account of the organization.
    Target(Name),
}

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub enum ChangeKind {
    /// Attach a policy that AWS wrote. `AWSBillingReadOnlyAccess` is the only one.
    AttachManaged {
        arn: String,
        name: &'static str,
        /// The document that was tried: the one that is embedded.
        document: Value,
        /// What it is attached for.
        actions: Vec<Action>,
    },
    /// Make a policy and attach it.
    Attach {
        name: String,
        document: Value,
        /// What it allows.
        actions: Vec<Action>,
    },
    /// Put another document in the place of the one that is there.
    Amend {
        policy: PolicyId,
        before: Value,
        after: Value,
        edits: Vec<Edit>,
    },
    /// Detach a policy, or delete it where it is inline: nothing remains of it, or AWS manages it and it only denies.
    Detach { policy: PolicyId, before: Value },
    /// Attach a copy in the place of a policy that AWS manages.
    Replace {
        policy: PolicyId,
        /// What the copy may be called.
        copy: String,
        before: Value,
        after: Value,
        edits: Vec<Edit>,
    },
}

impl ChangeKind {
    /// The policy that is there already.
    pub fn policy(&self) -> Option<&PolicyId> {
        match self {
            Self::AttachManaged { .. } | Self::Attach { .. } => None,
            Self::Amend { policy, .. }
            | Self::Detach { policy, .. }
            | Self::Replace { policy, .. } => Some(policy),
        }
    }

    /// The document that is there already.
    pub fn before(&self) -> Option<&Value> {
        match self {
            Self::AttachManaged { .. } | Self::Attach { .. } => None,
            Self::Amend { before, .. }
            | Self::Detach { before, .. }
            | Self::Replace { before, .. } => Some(before),
        }
    }

    /// The whole document after the change. `None`: the policy is detached.
    pub fn document(&self) -> Option<&Value> {
        match self {
            Self::AttachManaged { document, .. } | Self::Attach { document, .. } => Some(document),
            Self::Amend { after, .. } | Self::Replace { after, .. } => Some(after),
            Self::Detach { .. } => None,
        }
    }

    /// How its text differs.
    pub fn edits(&self) -> &[Edit] {
        match self {
            Self::Amend { edits, .. } | Self::Replace { edits, .. } => edits,
            _ => &[],
        }
    }

    /// What it allows in a statement of its own, where that is the whole change.
    pub fn adds(&self) -> Option<&[Action]> {
        match self {
            Self::Attach { actions, .. } => Some(actions),
            Self::Amend { edits, .. } | Self::Replace { edits, .. } => match edits.as_slice() {
                [Edit::Allow { actions }] => Some(actions),
                _ => None,
            },
            _ => None,
        }
    }
}

/// How a document is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A statement comes that allows these actions.
    Allow { actions: Vec<Action> },
    /// A statement denies less.
    Narrow {
        statement: Statement,
        /// The entries of `Action` that go, as the policy writes them.
        taken_out: Vec<Name>,
        /// The entries of `Action` or `NotAction` that come.
        put_in: Vec<Name>,
        /// What it denied of what was asked.
        spares: Vec<Action>,
    },
    /// A statement goes: it denied nothing but what was asked.
    Remove { statement: Statement },
}

/// A statement of the policy that is changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    pub sid: Option<Name>,
    /// Counted from 0, before the change.
    pub index: usize,
}

/// What to know before making a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// The policy is a group's.
    HoldsForGroup(Name),
    /// The policy is attached above the account.
    HoldsForAccountsBelow(Name),
    /// Others may have the managed policy, too.
    HoldsForWhoeverHasIt,
    /// AWS manages it, and nobody else can edit it.
    CopyOfAwsManaged,
    /// AWS manages it, and it only denies: without it, everything is open that it denied.
    EndsWholeDeny,
    /// In place of these patterns the Deny has the verbs that nobody asked for: what AWS adds later under other verbs is
    /// no longer denied.
    LaterVerbsNotDenied { patterns: Vec<Name> },
    /// It has more characters than AWS takes.
    TooLong { length: usize, limit: usize },
}

/// What can't be edited, though it is in the way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Uneditable {
    /// AWS manages it, and it is no policy that a copy could take the place of.
    AwsManaged { policy: PolicyId },
    /// AWS Control Tower put it there: it is changed in the landing zone's settings, and an edit by hand is drift.
    ControlTower { policy: PolicyId },
    /// Whoever makes the session passes it.
    Session,
    /// Nobody could read the policy, or it is no JSON.
    Unread,
}

/// How to leave a Deny.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WayAround {
    /// Take the user out of the group that has the policy.
    LeaveGroup { user: Name, group: Name },
    /// Detach the policy from there, or delete it where it is inline.
    Detach { policy: PolicyId, from: Site },
}
