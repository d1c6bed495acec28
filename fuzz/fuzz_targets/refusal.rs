//! No text panics, every range lies in the text, and the work stays linear.
#![no_main]

use aws_refusal::{RefusalKind, find, read, render, steps};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let refusal = read(None, Some(text));
    assert!(!refusal.message.contains(char::is_control));
    if let RefusalKind::Policy(_) = refusal.kind {
        // What was read can be written; how it reads back is a property of what AWS can say.
        let _ = render(&refusal.kind);
    }
    for found in find(text) {
        assert!(text.get(found.range).is_some());
    }
    assert!(steps(text) <= 10_000 + 1_000 * text.len() as u64);
});
