//! The layers of policies that stand between a principal and an action.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::document::Document;

/// A document under the name by which people know it.
#[derive(Clone, Debug)]
pub struct Policy {
    /// As the console shows it; verdicts name the policy so.
    pub name: String,
    /// Inline policies have none.
    pub arn: Option<String>,
    /// Shared, so that a managed policy is parsed once however often it is attached.
    pub document: Arc<Document>,
}

/// Which kind of limit or grant a layer is.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

/// Why a layer could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// For people.
    pub reason: String,
}

impl fmt::Display for LayerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LayerKind::ServiceControl { target } => {
                write!(f, "service control policies of {target}")
            }
            LayerKind::ResourceControl { target } => {
                write!(f, "resource control policies of {target}")
            }
            LayerKind::PermissionsBoundary => f.write_str("permissions boundary"),
            LayerKind::Session => f.write_str("session policies"),
            LayerKind::Identity => f.write_str("identity policies"),
        }
    }
}
