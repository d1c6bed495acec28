//! The values that causes, remedies and requirements are made of: what AWS or a person gave, printed and never read.

use schemars::JsonSchema;
use serde::Serialize;

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
