//! Where credentials come from, told apart by type: advice depends on it, and a sentence is nothing to decide by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The provider that gave the credentials, or was to give them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Provider {
    /// A file written before this field existed.
    #[default]
    Unknown,
    /// `AWS_ACCESS_KEY_ID` and its siblings.
    Environment,
    /// The profile in force.
    Profile { sort: ProfileSort },
    /// `AWS_WEB_IDENTITY_TOKEN_FILE`.
    TokenFile,
    /// The credential service of a container (ECS, EKS, CloudShell).
    Container,
    /// The metadata service of an EC2 instance.
    Instance,
    /// The made-up accounts of `--demo`.
    Demo,
    /// No credentials were used: an account dump was read.
    Dump,
}

/// What a profile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ProfileSort {
    AssumeRole,
    WebIdentity,
    IdentityCenter,
    /// Made by `aws login`.
    Login,
    CredentialProcess,
    AccessKey,
    NoCredentials,
}

impl Provider {
    /// The provider in words; `None` for one that is not known.
    pub fn words(self, profile: &str) -> Option<String> {
        Some(match self {
            Self::Unknown => return None,
            Self::Environment => "environment variables (AWS_ACCESS_KEY_ID)".to_owned(),
            Self::Profile { sort } => format!("profile {profile} ({})", sort.words()),
            Self::TokenFile | Self::Container => {
                "the environment's token file or container service".to_owned()
            }
            Self::Instance => "the instance metadata service".to_owned(),
            Self::Demo => super::said::DEMO.to_owned(),
            Self::Dump => "none: an account dump was read".to_owned(),
        })
    }
}

impl ProfileSort {
    pub const ALL: [Self; 7] = [
        Self::AssumeRole,
        Self::WebIdentity,
        Self::IdentityCenter,
        Self::Login,
        Self::CredentialProcess,
        Self::AccessKey,
        Self::NoCredentials,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::AssumeRole => "a role to assume",
            Self::WebIdentity => "a web identity token",
            Self::IdentityCenter => "IAM Identity Center",
            Self::Login => "aws login",
            Self::CredentialProcess => "a credential process",
            Self::AccessKey => "an access key",
            Self::NoCredentials => "no credentials",
        }
    }
}
