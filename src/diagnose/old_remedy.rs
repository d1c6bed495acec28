//! What lifts a finding: by whom, in which steps.

use schemars::JsonSchema;
use serde::Serialize;

/// Who can do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Actor {
    /// Whoever runs the tool.
    You,
    /// Somebody who may change IAM in the account.
    AccountAdministrator,
    /// Whoever holds the account's root user.
    RootUser,
    /// An administrator of the organization's management account.
    ManagementAccountAdministrator,
    /// Whoever manages IAM Identity Center: the management account or its delegated administrator.
    IdentityCenterAdministrator,
    AwsSupport,
    /// It takes time, and nobody can hasten it.
    Nobody,
}

/// How to lift a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    pub actor: Actor,
    /// In order.
    pub steps: Vec<Step>,
    /// The AWS page that the steps come from.
    pub source: &'static str,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    pub text: String,
    /// Where to do it.
    pub url: Option<String>,
}

impl Step {
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            url: None,
        }
    }

    pub fn at(text: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            url: Some(url.into()),
        }
    }
}
