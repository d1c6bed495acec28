//! No text makes the parser panic, and what it reads it can print and read again.

#![no_main]

use iam_policy::Document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(document) = Document::parse(text) else { return };
    let printed = serde_json::to_string(&document).expect("a document has only string keys");
    let again = Document::parse(&printed).expect("what was printed is a document");
    assert_eq!(document.statements(), again.statements());
});
