//! What a run was asked to do: plain data between the command line and everything else.

use std::time::Duration;

use crate::diagnose::question::Question;

/// What the credentials of a made-up account are said to come from.
pub const DEMO: &str = crate::evidence::said::DEMO;

/// What to collect, from where and for whom.
#[derive(Clone, Debug)]
pub struct Settings {
    /// An explicit `--profile`; it wins over keys in the environment.
    pub profile: Option<String>,
    /// An explicit `--region`. Billing answers from its partition's own Region whatever it says.
    pub region: Option<String>,
    /// An explicit `--endpoint-url` for every service.
    pub endpoint_url: Option<String>,
    /// What the evidence has to answer.
    pub question: Question,
    /// The user or role to ask about instead of the caller.
    pub principal: Option<String>,
    /// Leave out the calls that cost money.
    pub free: bool,
    /// The deadline of each call, retries included.
    pub timeout: Duration,
    /// Where the credentials come from.
    pub credentials: Credentials,
}

impl Settings {
    /// The deadline of the whole collection: the longest chain of calls is longer than one, but an answer
    /// that takes longer than this helps nobody.
    pub fn overall_timeout(&self) -> Duration {
        self.timeout * 3
    }
}

/// Where the credentials come from.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// The AWS SDK's chain: environment, profile, IAM Identity Center, container, instance.
    Chain,
    /// Made-up keys for the built-in demo accounts; the environment and the AWS files are not read.
    Demo {
        access_key_id: String,
        secret_access_key: String,
        session_token: Option<String>,
    },
}
