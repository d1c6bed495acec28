//! The one loop over the words of clean text, and what it marks.

use std::ops::Range;

use crate::clean::{BLANK, LINE};
use crate::envelope::{self, Code};
use crate::origin::Signs;
use crate::texts::Fit;
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
        // Whom a client could not reach no API ever says.
        if let Some((_, fit, kind)) = texts::at(text, word.start)
            && fit != Fit::Host
        {
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
pub(crate) fn marks<'a>(text: &'a str, signs: &Signs) -> Vec<Mark<'a>> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut floor = 0;
    let mut in_identity = false;
    let mut at = 0;
    while let Some(word) = words::next(text, at) {
        at = word.end;
        let hit = words::starts(text, word)
            .find_map(|start| service_text(text, start, &marks, signs))
            .or_else(|| denial(text, word, &mut floor));
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
        if matches!(mark.what, What::Hit(_)) {
            // What stands inside a refusal is part of it: a user may be called ExpiredToken.
            while marks.pop_if(|inner| inner.start >= mark.start).is_some() {}
            if let Some(last) = marks.last_mut()
                && goes_on(text, last, &mark)
            {
                absorb(last, mark);
                continue;
            }
        }
        marks.push(mark);
    }
    marks
}

/// How much of a client's line is kept that got no answer.
const LONGEST_LINE: usize = 300;

/// A service's own text at `start`, if it is AWS's.
fn service_text(
    text: &str,
    start: usize,
    marks: &[Mark],
    signs: &Signs,
) -> Option<(Range<usize>, RefusalKind)> {
    let (range, fit, kind) = texts::at(text, start)?;
    // AWS's code and AWS's words for it vouch for each other.
    let pair = marks.last().is_some_and(|mark| match &mark.what {
        What::Code(code) => code.message == Some(range.start) && code.means(&kind),
        _ => false,
    });
    if !pair && !signs.vouch(text, &range, fit) {
        return None;
    }
    if !matches!(kind, RefusalKind::Unreachable) {
        return Some((range, kind));
    }
    // What went wrong is told up to the end of the line.
    let line = words::after(text, range.start, LONGEST_LINE);
    let length = line.find([LINE, BLANK]).unwrap_or(line.len());
    let end = range.end.max(range.start + unquoted(&line[..length]).len());
    Some((range.start..end, RefusalKind::Unreachable))
}

/// A line without the end of the string that it stands in.
fn unquoted(line: &str) -> &str {
    let line = line.trim_end_matches([' ', '}', ',', ']']);
    ['"', '\'']
        .into_iter()
        .find(|&quote| line.ends_with(quote) && line.matches(quote).count() % 2 == 1)
        .map_or(line, |quote| line.trim_end_matches(quote))
}

/// Whether a hit is the same error told on: clients chain what went wrong in one line.
fn goes_on(text: &str, last: &Mark, next: &Mark) -> bool {
    const FAR: usize = 600;
    let (What::Hit(before), What::Hit(now)) = (&last.what, &next.what) else {
        return false;
    };
    let near = next.start >= last.end
        && next.start - last.end <= FAR
        && !text[last.end..next.start].contains([LINE, BLANK]);
    let same = std::mem::discriminant(before) == std::mem::discriminant(now)
        && !matches!(now, RefusalKind::Policy(_));
    near && (same || is_reason(now) && is_sign_in(before))
}

/// Whether it can be why a sign-in failed.
fn is_reason(kind: &RefusalKind) -> bool {
    matches!(kind, RefusalKind::Unreachable)
}

fn is_sign_in(kind: &RefusalKind) -> bool {
    matches!(kind, RefusalKind::Expired | RefusalKind::NoCredentials)
}

fn absorb(last: &mut Mark, next: Mark) {
    let (What::Hit(before), What::Hit(now)) = (&mut last.what, next.what) else {
        return;
    };
    last.end = next.end;
    *before = now;
}

/// IAM's refusal at this word. Its subject lies behind `floor`, the last that was looked at.
fn denial(text: &str, word: Word, floor: &mut usize) -> Option<(Range<usize>, RefusalKind)> {
    let (range, denial) = match &text.as_bytes()[word.start..word.end] {
        name if name.eq_ignore_ascii_case(b"user") => console::at(text, word.start)?,
        name if name.eq_ignore_ascii_case(b"not") => {
            let from = std::mem::replace(floor, word.end);
            policy::at(text, word.start, from)?
        }
        name if name.eq_ignore_ascii_case(b"following") => {
            let (range, action) = console::sentence(text, word.start)?;
            return Some((range, RefusalKind::CostConsoleRefused { action }));
        }
        b"no" | b"No" | b"a" | b"A" | b"an" | b"An" => {
            let (range, denial) = console::context(text, word.start, *floor)?;
            *floor = range.end;
            (range, denial)
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
