//! Reading clean text: the primitives, each of which looks at a bounded stretch, and the one loop
//! over words that uses them.

use std::cell::Cell;

use super::clean::{BLANK, Clean, LINE};
use super::{RefusalKind, grammar, texts, wrapping};

/// The longest ARN is 2,048 bytes (docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html).
pub(super) const LONGEST_ARN: usize = 2048;

/// A place in the text that says something.
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) what: What,
}

pub(super) enum What {
    /// A refusal.
    Hit(RefusalKind),
    /// An error code that we know.
    Code(wrapping::Spelling),
    /// Where the value of a `message` begins: the mark's end.
    Message,
    /// The operation called, as an SDK names it: the mark is the name.
    Operation,
    /// CloudTrail's `eventName`, `eventSource` and `userIdentity.arn`: the mark is the value.
    EventName,
    EventSource,
    Caller,
}

/// What a message says in words, whatever its code.
pub(super) fn message(clean: &Clean) -> Option<RefusalKind> {
    let reader = Reader::new(clean.as_str());
    // IAM's grammar may stand before a service's own text, which decides all the same.
    let mut policy = None;
    let mut words = reader.words();
    while let Some(word) = words.next() {
        if let Some((_, kind)) = texts::at(&reader, word.start) {
            return Some(kind);
        }
        if policy.is_none()
            && let Some(hit) = words.policy(word)
        {
            words.skip_to(hit.end);
            policy = Some(hit.what);
        }
    }
    match policy {
        Some(What::Hit(kind)) => Some(kind),
        _ => None,
    }
}

/// Everything in the text that says something, in order.
pub(super) fn marks(reader: &Reader) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut words = reader.words();
    while let Some(word) = words.next() {
        let mark = text_mark(reader, word)
            .or_else(|| words.policy(word))
            .or_else(|| wrapping::mark(reader, word, &mut words.in_identity));
        if let Some(mark) = mark {
            words.skip_to(mark.end);
            // What stands inside a refusal is part of it: a user may be called ExpiredToken.
            if matches!(mark.what, What::Hit(_)) {
                while marks
                    .last()
                    .is_some_and(|inner: &Mark| inner.start >= mark.start)
                {
                    marks.pop();
                }
            }
            marks.push(mark);
        }
    }
    marks
}

fn text_mark(reader: &Reader, word: Word) -> Option<Mark> {
    let (range, kind) = texts::at(reader, word.start)?;
    Some(Mark {
        start: range.start,
        end: range.end,
        what: What::Hit(kind),
    })
}

/// A word: letters, digits and underscores.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The words of a text, and what the grammar must remember of those gone by.
pub(super) struct Words<'a> {
    reader: &'a Reader<'a>,
    at: usize,
    grammar: grammar::Opening,
    /// After `userIdentity`, before its `arn`.
    in_identity: bool,
}

impl Words<'_> {
    fn skip_to(&mut self, at: usize) {
        self.at = self.at.max(at);
    }

    fn policy(&mut self, word: Word) -> Option<Mark> {
        grammar::at(self.reader, word, &mut self.grammar)
    }

    fn next(&mut self) -> Option<Word> {
        let reader = self.reader;
        let start = reader.skip(self.at, reader.len(), |byte| !is_word(byte));
        let end = reader.skip(start, reader.len(), is_word);
        self.at = end;
        (start < end).then_some(Word { start, end })
    }
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

pub(super) fn is_space(byte: u8) -> bool {
    byte == b' ' || byte == LINE
}

/// Clean text with the ways to look at it. Counts what it looks at, so that a test can hold it to
/// linear time without a clock.
pub(super) struct Reader<'a> {
    text: &'a str,
    steps: Cell<u64>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Reader<'a> {
        Reader {
            text,
            steps: Cell::new(0),
        }
    }

    pub(super) fn steps(&self) -> u64 {
        self.steps.get()
    }

    pub(super) fn words(&self) -> Words<'_> {
        Words {
            reader: self,
            at: 0,
            grammar: grammar::Opening::default(),
            in_identity: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The text between two offsets; empty if they are not on characters' boundaries.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.steps.set(self.steps.get() + 1);
        self.text.as_bytes().get(at).copied()
    }

    /// The first offset from `at` on, before `limit`, whose byte fails the test.
    pub(super) fn skip(&self, at: usize, limit: usize, test: impl Fn(u8) -> bool) -> usize {
        let limit = limit.min(self.len());
        let mut at = at;
        while at < limit && self.byte(at).is_some_and(&test) {
            at += 1;
        }
        at
    }

    /// The same backwards: the first offset that all bytes up to `at` pass from.
    pub(super) fn skip_back(&self, at: usize, limit: usize, test: impl Fn(u8) -> bool) -> usize {
        let mut at = at;
        while at > limit && self.byte(at - 1).is_some_and(&test) {
            at -= 1;
        }
        at
    }

    pub(super) fn spaces(&self, at: usize) -> usize {
        self.skip(at, self.len(), is_space)
    }

    /// Where `phrase` ends if it stands at `at`, in any case, broken over lines or not. `{}` stands
    /// for one word.
    pub(super) fn phrase(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut at = at;
        let mut wanted = phrase.bytes();
        while let Some(byte) = wanted.next() {
            let found = self.byte(at)?;
            match byte {
                b' ' if is_space(found) => at += 1,
                // People's editors turn the apostrophe.
                b'\'' if found == 0xe2 && self.slice(at, at + 3) == "’" => at += 3,
                b'{' => {
                    wanted.next();
                    let end = self.skip(at, at + LONGEST_TERM, |byte| {
                        !is_space(byte) && !matches!(byte, BLANK | b'"' | b'<')
                    });
                    if end == at {
                        return None;
                    }
                    at = end;
                }
                _ if byte.eq_ignore_ascii_case(&found) => at += 1,
                _ => return None,
            }
        }
        // A phrase that ends in a word ends where the word does.
        let whole = !phrase.ends_with(|last: char| last.is_ascii_alphanumeric())
            || !self.byte(at).is_some_and(is_word);
        whole.then_some(at)
    }
}

/// The longest word that `{}` takes.
const LONGEST_TERM: usize = 64;
