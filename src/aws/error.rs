//! Why there is no session: settings that can't be used.

/// What is wrong with the settings, so that the tool can't do its job.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("the profile “{name}” does not exist")]
    ProfileNotFound {
        name: String,
        /// Where the name came from: `--profile` or `AWS_PROFILE`.
        source_setting: &'static str,
        /// Those that do exist, sorted.
        known: Vec<String>,
    },
    #[error("the AWS configuration files can't be read: {0}")]
    Files(String),
    #[error("{setting} is not the URL of a server: “{value}”")]
    Endpoint { setting: String, value: String },
    #[error("the certificates in {path} can't be used: {reason}")]
    CaBundle { path: String, reason: String },
    #[error("TLS can't be set up: {0}")]
    Tls(String),
}

impl SessionError {
    /// What to do about it, where there is something to say beyond the error itself.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::ProfileNotFound { known, .. } if known.is_empty() => Some(
                "no profiles are set up; `aws configure` makes one, and `billing-doctor check --demo list` shows made-up \
                 accounts to try".to_owned(),
            ),
            Self::ProfileNotFound { known, .. } => Some(format!("profiles that exist: {}", known.join(", "))),
            Self::Endpoint { .. } => Some("an endpoint looks like https://host or http://127.0.0.1:4566".to_owned()),
            Self::Files(_) | Self::CaBundle { .. } | Self::Tls(_) => None,
        }
    }
}
