//! No text makes the parser panic, and percent-encoding a document changes nothing about it.

#![no_main]

use iam_policy::Document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parsed = Document::parse(text);
    if text.trim_start().starts_with('%') {
        return;
    }
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    if let (Ok(parsed), Ok(again)) = (parsed, Document::parse(&encoded)) {
        assert_eq!(parsed, again);
    }
});
