//! Evidence as a file: `billing-doctor/evidence/v1`, what `collect` writes and `check --evidence` judges.
//!
//! Fields may be added within v1; none is renamed or removed, and no meaning changes.

mod bounds;
mod read;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use read::{LONGEST, ReadError, read};

use crate::evidence::Evidence;

/// The name and version of this format.
pub const SCHEMA: &str = "billing-doctor/evidence/v1";

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "billing-doctor/evidence/v1")]
pub struct EvidenceFile {
    /// Always `billing-doctor/evidence/v1`.
    pub schema: String,
    /// Whether ids, names and addresses stand replaced by pseudonyms.
    pub redacted: bool,
    pub evidence: Evidence,
}

impl EvidenceFile {
    /// The file for this evidence.
    pub fn new(evidence: Evidence, redacted: bool) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            redacted,
            evidence,
        }
    }

    /// The bytes of the file: JSON for people to look through before they send it on, with a final line break.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .unwrap_or_else(|error| unreachable!("evidence has only string keys: {error}"));
        text.push('\n');
        text
    }
}

/// The JSON schema of the file, as `docs/evidence-v1.schema.json` holds it.
pub fn schema() -> String {
    crate::schema::of::<EvidenceFile>()
}
