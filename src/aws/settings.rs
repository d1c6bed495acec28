//! What a run was asked to do: plain data between the command line and everything else.

use std::time::Duration;

use super::demo::Demo;
use crate::diagnose::question::Question;

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
    /// A made-up account to ask instead of AWS; the environment and the AWS files are not read then.
    pub demo: Option<Demo>,
}

impl Settings {
    /// The deadline of the whole collection: the longest chain of calls is longer than one, but an answer
    /// that takes longer than this helps nobody.
    pub fn overall_timeout(&self) -> Duration {
        self.timeout * 3
    }
}
