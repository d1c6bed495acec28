//! The text of a policy in a dump: JSON in JSON, or a string, URL-encoded or not.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The text of a policy document. The CLI prints it as an object; other programs pass on IAM's URL-encoded string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyText(pub Arc<str>);

impl PolicyText {
    /// A text that is URL-encoded or not; what can't be decoded stays as it is, for the engine to object to.
    pub fn decode(text: &str) -> Self {
        if text.trim_start().starts_with('{') {
            return Self(text.into());
        }
        match percent_decode_str(text).decode_utf8() {
            Ok(decoded) => Self(decoded.as_ref().into()),
            Err(_) => Self(text.into()),
        }
    }
}

impl<'de> Deserialize<'de> for PolicyText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        // As it stands, not parsed and printed again: duplicate members stay for the engine to object to.
        if !raw.get().starts_with('"') {
            return Ok(Self(raw.get().into()));
        }
        let text: String = serde_json::from_str(raw.get()).map_err(serde::de::Error::custom)?;
        if text.trim_start().starts_with('{') {
            return Ok(Self(text.into()));
        }
        let decoded = percent_decode_str(&text)
            .decode_utf8()
            .map_err(serde::de::Error::custom)?;
        Ok(Self(decoded.as_ref().into()))
    }
}
