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
        // IAM encodes a space as %20 and a plus as %2B; where a plus is left, another program has encoded a space.
        let text = text.replace('+', " ");
        match percent_decode_str(&text).decode_utf8() {
            Ok(decoded) => Self(decoded.as_ref().into()),
            Err(_) => Self(text.as_str().into()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_decoded_as_often_as_it_was_encoded() {
        const TEXT: &str = "{\"Sid\": \"a+b %41\"}";
        let encoded = "%7B%22Sid%22%3A%20%22a%2Bb%20%2541%22%7D";
        for text in [TEXT, encoded, &encoded.replace("%20", "+")] {
            assert_eq!(*PolicyText::decode(text).0, *TEXT);
            let again = serde_json::to_string(text).expect("JSON");
            assert_eq!(*PolicyText::decode(&again).0, *TEXT);
        }
    }
}
