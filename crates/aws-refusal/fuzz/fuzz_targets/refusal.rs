//! No text panics, and what is given back is bounded and holds no control character.
#![no_main]

use aws_refusal::{LONGEST_MESSAGE, Refusal, RefusalKind, find, read, render_policy};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    check(&read(None, Some(text)));
    for found in find(text) {
        check(&found.refusal);
    }
});

fn check(refusal: &Refusal) {
    assert!(!refusal.message.contains(char::is_control));
    assert!(refusal.message.len() <= LONGEST_MESSAGE);
    if let RefusalKind::Policy(denial) = &refusal.kind {
        // What was read can be written; how it reads back is a property of what AWS can say.
        render_policy(denial);
    }
}
