//! Text as it was meant: without colour codes, gutters, wrapping and escapes. White space is one
//! character, and no control character is left but [`LINE`] and [`BLANK`].

use crate::{LONGEST_MESSAGE, dressing};

/// A line break, where the source had one: white space to the grammar, the end of a loose phrase.
pub(crate) const LINE: char = '\n';
/// A blank line, as a character that is no white space. No refusal reaches across one.
pub(crate) const BLANK: char = '\u{1e}';
const BREAKS: [char; 2] = [LINE, BLANK];

/// A message that an API sent: nothing in it is escaped, a backslash is a backslash.
pub(crate) fn plain(source: &str) -> String {
    clean(source, false)
}

/// Something pasted: perhaps out of JSON, XML, a terminal or a frame.
pub(crate) fn pasted(source: &str) -> String {
    clean(source, true)
}

/// One line of clean text, of bounded length.
pub(crate) fn bounded(text: &str) -> String {
    let line = text.replace(BREAKS, " ");
    let line = line.trim();
    line[..line.floor_char_boundary(LONGEST_MESSAGE)].to_owned()
}

fn clean(source: &str, pasted: bool) -> String {
    let mut clean = String::with_capacity(source.len());
    let mut gap = Gap::default();
    let mut at = 0;
    while let Some((character, length)) = character(source, at, pasted) {
        let begins_line = gap.lines > 0 || clean.is_empty();
        if pasted && let Some(skipped) = dressing::skipped(source, at, begins_line) {
            at += skipped.length;
            gap.space |= skipped.space;
            gap.lines = gap.lines.max(usize::from(skipped.line));
            continue;
        }
        at += length;
        match character {
            // What a terminal does with it is not text; some viewers print a picture of the character.
            '\u{1b}' | '␛' => at += control_sequence(&source[at..]),
            '\u{9b}' => at += csi(&source[at..]),
            '\n' | '\u{2028}' | '\u{2029}' => gap.lines += 1,
            _ if character.is_whitespace() => gap.space = true,
            // Frames (Terraform's, rich's) and, where a line begins, gutters and quoting.
            '\u{2500}'..='\u{257f}' if pasted => gap.space = true,
            '|' | '>' if pasted && begins_line => gap.space = true,
            _ if character.is_control() || invisible(character) => {}
            // Chinese and Japanese labels have a wide one.
            '：' if pasted => {
                clean.extend(gap.take().filter(|_| !clean.is_empty()));
                clean.push(':');
            }
            _ => {
                clean.extend(gap.take().filter(|_| !clean.is_empty()));
                clean.push(character);
            }
        }
    }
    clean
}

/// The white space since the last character.
#[derive(Default)]
struct Gap {
    space: bool,
    lines: usize,
}

impl Gap {
    fn take(&mut self) -> Option<char> {
        let gap = std::mem::take(self);
        match (gap.lines, gap.space) {
            (0, false) => None,
            (0, true) => Some(' '),
            (1, _) => Some(LINE),
            (2.., _) => Some(BLANK),
        }
    }
}

/// Characters that show nothing and could only mislead the reader of a report: zero widths and
/// bidirectional overrides.
fn invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The character at `at` and how many bytes of the source spell it.
fn character(source: &str, at: usize, pasted: bool) -> Option<(char, usize)> {
    let rest = source.get(at..)?;
    let first = rest.chars().next()?;
    let spelt = match first {
        '\\' if pasted => Some(backslash(rest)),
        '&' if pasted => entity(rest),
        _ => None,
    };
    Some(spelt.unwrap_or((first, first.len_utf8())))
}

/// Any number of backslashes (JSON in JSON doubles them) and what they escape. At the end of a line
/// they continue it, as in a shell.
fn backslash(rest: &str) -> (char, usize) {
    let slashes = rest.bytes().take_while(|&byte| byte == b'\\').count();
    let escaped = &rest[slashes..];
    let hex = |from: usize, to: usize| {
        let digits = escaped.get(from..to)?;
        u32::from_str_radix(digits, 16).ok()
    };
    let (character, length) = match escaped.bytes().next() {
        Some(b'n') => ('\n', 1),
        Some(b't' | b'r') => (' ', 1),
        Some(b'u') => match hex(1, 5) {
            Some(code) => (
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                5,
            ),
            None => ('\\', 0),
        },
        Some(b'x') => match hex(1, 3).and_then(char::from_u32) {
            Some(character) => (character, 3),
            None => ('\\', 0),
        },
        Some(b'e') if escaped[1..].starts_with('[') => ('\u{1b}', 1),
        Some(b'0') if escaped.starts_with("033[") => ('\u{1b}', 3),
        Some(byte @ (b'"' | b'\'' | b'/')) => (char::from(byte), 1),
        Some(b'\n' | b'\r') | None => (' ', 0),
        _ => ('\\', 0),
    };
    (character, slashes + length)
}

/// The entities that XML and HTML writers use where they must.
fn entity(rest: &str) -> Option<(char, usize)> {
    const ENTITIES: [(&str, char); 9] = [
        ("&quot;", '"'),
        ("&#34;", '"'),
        ("&apos;", '\''),
        ("&#39;", '\''),
        ("&#x27;", '\''),
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&nbsp;", ' '),
    ];
    ENTITIES
        .iter()
        .find(|(spelling, _)| rest.starts_with(spelling))
        .map(|&(spelling, character)| (character, spelling.len()))
}

/// The length of what follows an escape character.
fn control_sequence(rest: &str) -> usize {
    match rest.bytes().next() {
        Some(b'[') => 1 + csi(&rest[1..]),
        // An operating system command, such as a link: to its end, or to the end of the line.
        Some(b']') => match rest.find(['\u{7}', '\u{1b}', '\n']) {
            Some(end) if rest[end..].starts_with("\u{1b}\\") => end + 2,
            Some(end) if rest[end..].starts_with('\u{7}') => end + 1,
            Some(end) => end,
            None => rest.len(),
        },
        _ => 0,
    }
}

/// The length of a control sequence: parameters, then one final byte.
fn csi(rest: &str) -> usize {
    let parameters = rest
        .bytes()
        .take_while(|byte| matches!(byte, 0x20..=0x3f))
        .count();
    match rest.as_bytes().get(parameters) {
        Some(0x40..=0x7e) => parameters + 1,
        _ => parameters,
    }
}
