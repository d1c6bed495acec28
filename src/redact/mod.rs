//! Evidence without ids, names and addresses that says the same: what `collect --redact` writes.
//!
//! The rule is an allowlist by structure. What is AWS's own stays: actions, condition operators and keys, service
//! principals, Regions, AWS managed policies, dates, numbers that are no ids, the tool's own words. Everything else
//! becomes a pseudonym of the same shape, the same one for the same text wherever it stands, numbered in the order of
//! appearance, so that nothing about the original can be worked out from it. Where a policy compares a name with what
//! is known of the principal, the engine itself is asked whether the answer is still the same.
//!
//! ```text
//! fields      walks the evidence
//!   text        sentences: the vocabulary's words stay
//!   document    policy documents
//!     witness     whether a pattern still matches what it matched
//!   names       ARNs and values with wildcards and variables, segment by segment
//!     shapes      what is AWS's own, and what has a shape to keep
//!     pseudonyms  original → pseudonym
//!       addresses   IP addresses, prefix by prefix
//! verdict     what may not change
//! ```

mod addresses;
mod document;
mod fields;
mod names;
mod pseudonyms;
mod shapes;
mod text;
mod verdict;
mod witness;

use crate::evidence::Evidence;
use fields::Fields;
use pseudonyms::Pseudonyms;
use verdict::Verdict;
use witness::Witness;

/// Why evidence could not be redacted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedactError {
    /// A policy compares something in a way that no pseudonym keeps, such as a name byte by byte in base64.
    #[error("with pseudonyms in place of names, {0} would come out otherwise")]
    VerdictChanged(String),
}

/// The same evidence under pseudonyms.
///
/// # Errors
///
/// Where the diagnosis would change: then nothing is given out at all.
pub fn redact(evidence: &Evidence) -> Result<Evidence, RedactError> {
    let mut pseudonyms = Pseudonyms::default();
    pseudonyms.numbers_stay = compares_numbers(evidence);
    // Once to learn the names, so that a sentence before the place that names somebody is redacted like one after it.
    Fields::new(&mut pseudonyms).evidence(evidence);
    let mut redacted = Fields::new(&mut pseudonyms).evidence(evidence);
    let witness = Witness::new(evidence, &redacted);
    document::all(&mut redacted, &witness, &mut pseudonyms);
    match Verdict::of(evidence).difference(&Verdict::of(&redacted)) {
        None => Ok(redacted),
        Some(what) => Err(RedactError::VerdictChanged(what)),
    }
}

/// Whether a policy takes some value for a number: then those among the tags stay, else they may be anybody's.
fn compares_numbers(evidence: &Evidence) -> bool {
    document::policies(evidence)
        .filter_map(|policy| policy.document.known())
        .any(|text| text.to_ascii_lowercase().contains("numeric"))
}
