//! One thing that is in the way, or worth knowing: what, how sure, how we know, who can lift it and how.

use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnose::grant::Grant;
use crate::diagnose::old_remedy::Remedy;

/// Something that a check found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The code of the check that found it.
    pub code: &'static str,
    pub confidence: Confidence,
    /// Why it is that sure, as a clause: "AWS says it in these words".
    pub confidence_reason: &'static str,
    /// A sentence without a full stop that states the bad state.
    pub summary: String,
    /// What it means, where the summary alone would mislead.
    pub explanation: Option<String>,
    /// The ids of the pages of the console that it closes. Empty where it holds on the command line alone.
    pub closes: Vec<String>,
    /// The IAM actions that it takes away. Sorted.
    pub actions: Vec<String>,
    /// What was seen, a line each, the strongest first.
    pub evidence: Vec<String>,
    /// The policy statements that deny, where they are known.
    pub statements: Vec<StatementAt>,
    pub remedy: Remedy,
    /// What a policy would have to allow, where allowing is the remedy.
    pub grant: Option<Grant>,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Confidence {
    /// AWS itself said so, or the policies leave no other reading.
    Confirmed,
    /// One witness says so and nothing contradicts it.
    Likely,
    /// It fits what was seen, and so do other causes.
    Possible,
}

/// A statement and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatementAt {
    /// How people know the policy.
    pub policy: String,
    /// `null` for an inline policy.
    pub arn: Option<String>,
    /// For an organization's policy the root, organizational unit or account that it is attached to.
    pub target: Option<String>,
    pub sid: Option<String>,
    /// Counted from 0.
    pub index: usize,
}

impl std::fmt::Display for StatementAt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.sid {
            Some(sid) => write!(f, "statement “{sid}” of {}", self.policy)?,
            None => write!(f, "statement {} of {}", self.index + 1, self.policy)?,
        }
        match &self.target {
            Some(target) => write!(f, " at {target}"),
            None => Ok(()),
        }
    }
}
