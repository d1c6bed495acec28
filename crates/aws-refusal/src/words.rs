//! What all readers of clean text share: its words, phrases, bounded stretches and patterns.

use regex_lite::Regex;

use crate::clean::BLANK;

/// The longest ARN is 2,048 bytes (docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html).
pub(crate) const LONGEST_ARN: usize = 2048;

/// A word: letters, digits and underscores.
#[derive(Clone, Copy)]
pub(crate) struct Word {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The first word from `at` on.
pub(crate) fn next(text: &str, at: usize) -> Option<Word> {
    let start = at + text.get(at..)?.find(is_word)?;
    let rest = &text[start..];
    let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    Some(Word {
        start,
        end: start + length,
    })
}

/// Where a phrase may begin in a word: at its start, and where a text extraction may have glued two
/// words, `GetReportIAM`.
pub(crate) fn starts(text: &str, word: Word) -> impl Iterator<Item = usize> {
    let bytes = &text.as_bytes()[word.start..word.end];
    let humps = bytes
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
        .map(move |(at, _)| word.start + at + 1);
    std::iter::once(word.start).chain(humps)
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}

pub(crate) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`')
}

/// At most `longest` bytes from `at` on.
pub(crate) fn after(text: &str, at: usize, longest: usize) -> &str {
    text.get(at..text.floor_char_boundary(at.saturating_add(longest)))
        .unwrap_or_default()
}

/// At most `longest` bytes before `at`.
pub(crate) fn before(text: &str, at: usize, longest: usize) -> &str {
    text.get(text.ceil_char_boundary(at.saturating_sub(longest))..at)
        .unwrap_or_default()
}

/// Where `phrase` ends if it stands at `at`, in any case, broken over lines or not. `{}` stands for
/// one word.
pub(crate) fn phrase(text: &str, at: usize, phrase: &str) -> Option<usize> {
    const LONGEST_TERM: usize = 64;
    let mut rest = text.get(at..)?;
    let mut wanted = phrase.chars();
    while let Some(want) = wanted.next() {
        let found = rest.chars().next()?;
        let length = match want {
            ' ' if found.is_ascii_whitespace() => 1,
            // People's editors turn the apostrophe.
            '\'' if found == '’' => found.len_utf8(),
            '{' => {
                wanted.next();
                let ends = |c: char| c.is_ascii_whitespace() || matches!(c, BLANK | '"' | '<');
                after(rest, 0, LONGEST_TERM + 1)
                    .find(ends)
                    .filter(|&length| length > 0)?
            }
            _ if want.eq_ignore_ascii_case(&found) => 1,
            _ => return None,
        };
        rest = &rest[length..];
    }
    // A phrase that ends in a word ends where the word does; a text extraction may have glued the
    // next sentence to it.
    let glued = |c: char| c.is_ascii_uppercase() || !is_word(c);
    let whole = !phrase.ends_with(is_word) || rest.is_empty() || rest.starts_with(glued);
    whole.then_some(text.len() - rest.len())
}

/// A pattern in any case, in which a space stands for any white space.
///
/// Hostile text is handed to it in a bounded stretch: the engine is linear in the text for
/// one search, not for many.
pub(crate) fn pattern(pattern: &str) -> Regex {
    spelt(&format!("(?i){pattern}"))
}

/// The same, in the case that it is written in.
#[expect(
    clippy::expect_used,
    reason = "patterns are constants, and tests use every one"
)]
pub(crate) fn spelt(pattern: &str) -> Regex {
    Regex::new(&pattern.replace(' ', r"\s")).expect("a pattern that compiles")
}
