//! The layers of policies that stand between a principal and an action.

use std::sync::Arc;

use super::document::Document;
use super::statement::{Effect, Statement};

/// Tells one policy from every other.
///
/// The caller makes it, of whatever makes its policies different: ARNs, owners and names, positions in a list. The engine
/// compares ids and never looks into them; two policies with one display name need two ids.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId(Arc<str>);

impl PolicyId {
    /// An id. It is unique only if the caller's text is.
    pub fn new(text: impl Into<Arc<str>>) -> PolicyId {
        PolicyId(text.into())
    }

    /// The text that it was made of.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A document with the id by which verdicts refer to it.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Unique among the policies of a request.
    pub id: PolicyId,
    /// Shared, so that a managed policy is parsed once however often it is attached.
    pub document: Arc<Document>,
}

/// Which kind of limit or grant a layer is.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LayerKind {
    /// The service control policies of one level: the root, an organizational unit or the account.
    ServiceControl {
        /// The id or name of the root, unit or account.
        target: String,
    },
    /// The resource control policies of one level.
    ResourceControl {
        /// The id or name of the root, unit or account.
        target: String,
    },
    /// The policy that limits what the identity policies can grant.
    PermissionsBoundary,
    /// The policies passed when the session was made.
    Session,
    /// The identity policies together: a user's own and its groups', or a role's.
    Identity,
}

/// The policies of one layer, any of which may allow; or the reason why nobody could read them.
///
/// A layer that binds the principal must be in the list, if only as `Err`; one that is not in the list does not
/// exist. A layer with no policies allows nothing.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Which layer.
    pub kind: LayerKind,
    /// All policies of the layer, or why they could not be read.
    pub policies: Result<Vec<Policy>, Unreadable>,
}

impl Layer {
    /// The policies of the layer that were read: all, or those whose Denies count all the same.
    pub fn read(&self) -> &[Policy] {
        match &self.policies {
            Ok(policies) => policies,
            Err(unreadable) => &unreadable.read,
        }
    }
}

/// The statement that a reference means, among the policies that were read.
pub fn statement<'a>(layers: &'a [Layer], one: &StatementRef) -> Option<&'a Statement> {
    let mut policies = layers.iter().flat_map(Layer::read);
    let policy = policies.find(|policy| policy.id == one.policy)?;
    policy.document.statements().get(one.index)
}

/// Why a layer could not be read, or not as a whole.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// For people.
    pub reason: String,
    /// Those of its policies that were read: their Denies count. Whether the layer allows stays open.
    pub read: Vec<Policy>,
}

impl Unreadable {
    /// Nothing of the layer was read.
    pub fn whole(reason: impl Into<String>) -> Unreadable {
        Unreadable {
            reason: reason.into(),
            read: Vec::new(),
        }
    }
}

/// One statement of one policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementRef {
    /// The policy.
    pub policy: PolicyId,
    /// The statement's own name.
    pub sid: Option<String>,
    /// Counted from 0.
    pub index: usize,
    /// What the statement does.
    pub effect: Effect,
}
