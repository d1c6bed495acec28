//! Which policy is meant. Two policies of one name are two policies; one policy attached in two places is one.

use schemars::JsonSchema;
use serde::Serialize;

use super::Via;

/// A policy, told apart from every other. Compared, never searched for by a label: `words` makes the label when it prints.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", tag = "policy")]
pub enum PolicyId {
    /// A managed policy, or one of an organization: its ARN, and the name that the console shows.
    Managed { arn: String, name: String },
    /// An inline policy of a user, group or role.
    Inline { owner: Via, name: String },
    /// An organization's policy that was given without its ARN, as from a file, at one target.
    Organization { target: String, name: String },
}

impl PolicyId {
    /// The name that the console shows.
    pub fn name(&self) -> &str {
        match self {
            Self::Managed { name, .. }
            | Self::Inline { name, .. }
            | Self::Organization { name, .. } => name,
        }
    }

    /// The ARN, where it has one.
    pub fn arn(&self) -> Option<&str> {
        match self {
            Self::Managed { arn, .. } => Some(arn),
            Self::Inline { .. } | Self::Organization { .. } => None,
        }
    }

    /// A text that no other policy has: what the engine compares.
    pub fn key(&self) -> String {
        match self {
            Self::Managed { arn, .. } => arn.clone(),
            // Names have no slash.
            Self::Inline { owner, name } => match owner {
                Via::User(owner) => format!("user/{owner}/{name}"),
                Via::Group(owner) => format!("group/{owner}/{name}"),
                Via::Role(owner) => format!("role/{owner}/{name}"),
                Via::PermissionsBoundary => format!("boundary/{name}"),
                Via::Organization(target) => format!("target/{target}/{name}"),
            },
            Self::Organization { target, name } => format!("target/{target}/{name}"),
        }
    }

    /// Whether it is one of AWS's own, which nobody else can edit: `arn:aws:iam::aws:policy/…`.
    pub fn is_aws_managed(&self) -> bool {
        self.arn().and_then(|arn| arn.split(':').nth(4)) == Some("aws")
    }
}
