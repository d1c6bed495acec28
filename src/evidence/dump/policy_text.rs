//! The text of a policy in a dump: JSON in JSON, or a string, URL-encoded or not.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;

use super::member;

/// The text of a policy document. The CLI prints it as an object; other programs pass on IAM's URL-encoded string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyText(pub Arc<str>);

impl PolicyText {
    /// A text that is URL-encoded or not; what can't be decoded stays as it is, for the engine to object to.
    pub fn decode(text: &str) -> Self {
        let text = text.trim_start();
        if text.starts_with('{') {
            return Self(text.into());
        }
        // A string that was put in JSON once more.
        if let Some(inner) = serde_json::from_str::<String>(text)
            .ok()
            .filter(|inner| inner.trim_start().starts_with(['{', '%']))
        {
            return Self::decode(&inner);
        }
        match percent_decode_str(text).decode_utf8() {
            Ok(decoded) => Self(decoded.as_ref().into()),
            Err(_) => Self(text.into()),
        }
    }

    /// As it stands, not parsed and printed again: members that are there twice stay for the engine to object to.
    pub(super) fn of(value: &RawValue) -> Self {
        match member::text(value) {
            Some(text) => Self::decode(&text),
            None => Self(value.get().into()),
        }
    }
}
