//! The values that causes, remedies and requirements are made of: what AWS or a person gave, printed and never read.

use schemars::JsonSchema;
use serde::Serialize;

use crate::evidence::PolicyId;

/// A name, number or ARN that AWS or the person gave: printed as it is, never read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Name(pub String);

/// What AWS, or whatever answered, said: printed between quotation marks, never read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Quote(pub String);

/// An IAM action, `service:Name`.
pub type Action = &'static str;

/// The id of a page of the console, such as `bills`.
pub type PageId = &'static str;

/// A statement of a policy, and where it takes effect.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct StatementAt {
    pub policy: PolicyId,
    /// For an organization's policy the root, organizational unit or account that it is attached to.
    pub target: Option<Name>,
    pub sid: Option<Name>,
    /// Counted from 0.
    pub index: usize,
}
