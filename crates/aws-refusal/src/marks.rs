//! The one loop over the words of clean text, and what it marks.

use std::ops::Range;

use crate::envelope::{self, Code};
use crate::words::{self, Word};
use crate::{RefusalKind, console, policy, texts};

/// A place in the text that says something.
pub(crate) struct Mark<'a> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) what: What<'a>,
}

pub(crate) enum What<'a> {
    /// A refusal.
    Hit(RefusalKind),
    /// An error code that we know.
    Code(Code<'a>),
    /// A `message`; its value begins where the mark ends.
    Message,
    /// CloudTrail's `eventName`.
    EventName,
    /// CloudTrail's `userIdentity.arn`: the mark is the value.
    Caller,
}

/// What a message says in words, whatever its code.
pub(crate) fn meaning(text: &str) -> Option<RefusalKind> {
    // IAM's grammar may stand before a service's own text, which decides all the same.
    let mut policy = None;
    let mut floor = 0;
    let mut at = 0;
    while let Some(word) = words::next(text, at) {
        at = word.end;
        if let Some((_, kind)) = texts::at(text, word.start) {
            return Some(kind);
        }
        if policy.is_none()
            && let Some((range, kind)) = denial(text, word, &mut floor)
        {
            at = at.max(range.end);
            policy = Some(kind);
        }
    }
    policy
}

/// Everything in the text that says something, in order.
pub(crate) fn marks(text: &str) -> Vec<Mark<'_>> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut floor = 0;
    let mut in_identity = false;
    let mut at = 0;
    while let Some(word) = words::next(text, at) {
        at = word.end;
        let hit = texts::at(text, word.start).or_else(|| denial(text, word, &mut floor));
        let mark = match hit {
            Some((range, kind)) => Mark {
                start: range.start,
                end: range.end,
                what: What::Hit(kind),
            },
            None => match around(text, word, &mut in_identity) {
                Some(mark) => mark,
                None => continue,
            },
        };
        at = at.max(mark.end);
        // What stands inside a refusal is part of it: a user may be called ExpiredToken.
        if matches!(mark.what, What::Hit(_)) {
            while marks.pop_if(|inner| inner.start >= mark.start).is_some() {}
        }
        marks.push(mark);
    }
    marks
}

/// IAM's refusal at this word. Its subject lies behind `floor`, the last that was looked at.
fn denial(text: &str, word: Word, floor: &mut usize) -> Option<(Range<usize>, RefusalKind)> {
    let (range, denial) = match &text.as_bytes()[word.start..word.end] {
        name if name.eq_ignore_ascii_case(b"user") => console::at(text, word.start)?,
        name if name.eq_ignore_ascii_case(b"not") => {
            let from = std::mem::replace(floor, word.end);
            policy::at(text, word.start, from)?
        }
        _ => return None,
    };
    Some((range, RefusalKind::Policy(denial)))
}

/// What a programme wrote around a refusal. `in_identity` remembers CloudTrail's `userIdentity`
/// until its `arn`.
fn around<'a>(text: &'a str, word: Word, in_identity: &mut bool) -> Option<Mark<'a>> {
    let Word { mut start, mut end } = word;
    let what = match text[start..end].to_ascii_lowercase().as_str() {
        "an" => {
            let (code, close) = envelope::sentence(text, start)?;
            end = close;
            What::Code(code)
        }
        "message" | "errormessage" | "context" => {
            end = envelope::value(text, end)?;
            What::Message
        }
        "eventname" => {
            end = envelope::value(text, end)?;
            What::EventName
        }
        "useridentity" => {
            *in_identity = true;
            return None;
        }
        "arn" if *in_identity => {
            *in_identity = false;
            start = envelope::value(text, end)?;
            end = envelope::token(text, start)?;
            What::Caller
        }
        _ => What::Code(envelope::code(text, word)?),
    };
    Some(Mark { start, end, what })
}
