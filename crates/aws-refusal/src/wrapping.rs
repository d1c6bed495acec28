//! What programmes put around AWS's words: the error code, the operation, the keys of JSON and XML.

use super::clean::{BLANK, LINE};
use super::codes::{self, Standing};
use super::scan::{LONGEST_ARN, Mark, Reader, What, Word, is_word};
use super::{LONGEST_MESSAGE, scan::is_space};

/// Where an error code stands, and how.
pub(super) struct Spelling {
    /// The code itself.
    pub(super) code: (usize, usize),
    pub(super) form: Form,
    /// The operation, where the same sentence names it.
    pub(super) operation: Option<(usize, usize)>,
    /// Where the message begins, if it follows at once.
    pub(super) message: Option<usize>,
}

/// How surely a word is an error code, and where its message is to be looked for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Form {
    /// `An error occurred (…) when calling the … operation: `, as the aws CLI and boto3 word it.
    Sentence,
    /// The value of a key such as `__type` or `<Code>`.
    Keyed,
    /// CloudTrail's `errorCode`.
    Event,
    /// `AccessDeniedException: …`.
    Loose,
}

/// What this word marks. `in_identity` remembers CloudTrail's `userIdentity` until its `arn`.
pub(super) fn mark(reader: &Reader, word: Word, in_identity: &mut bool) -> Option<Mark> {
    let text = reader.slice(word.start, word.end);
    let is = |name: &str| text.eq_ignore_ascii_case(name);
    if is("An") {
        return sentence(reader, word.start);
    }
    if is("message") || is("errorMessage") || is("Context") {
        let end = value(reader, word.end)?;
        return Some(Mark {
            start: word.start,
            end,
            what: What::Message,
        });
    }
    if is("eventName") || is("eventSource") {
        let what = if is("eventName") {
            What::EventName
        } else {
            What::EventSource
        };
        return token(reader, value(reader, word.end)?, what);
    }
    if is("userIdentity") {
        *in_identity = true;
        return None;
    }
    if *in_identity && is("arn") {
        *in_identity = false;
        return token(reader, value(reader, word.end)?, What::Caller);
    }
    if is("operation") || is("executing") {
        return operation(reader, word.start);
    }
    code(reader, word)
}

/// The aws CLI's and boto3's sentence around every error.
fn sentence(reader: &Reader, at: usize) -> Option<Mark> {
    let from = reader.phrase(at, "An error occurred (")?;
    let to = reader.skip(from, from + LONGEST_NAME, |byte| {
        byte != b')' && !is_space(byte)
    });
    let name = reader.phrase(to, ") when calling the ")?;
    let name_end = reader.skip(name, name + LONGEST_NAME, is_word);
    let mut end = reader.phrase(name_end, " operation")?;
    // ` (reached max retries: 4)`
    if let Some(open) = reader.phrase(end, " (") {
        let close = reader.skip(open, open + LONGEST_NAME, |byte| {
            byte != b')' && byte != LINE
        });
        end = reader.phrase(close, ")").unwrap_or(end);
    }
    end = reader.spaces(reader.phrase(end, ":").unwrap_or(end));
    let what = What::Code(Spelling {
        code: (from, to),
        form: Form::Sentence,
        operation: Some((name, name_end)),
        message: Some(end),
    });
    Some(Mark {
        start: at,
        end,
        what,
    })
}

/// `operation error Cost Explorer: GetCostAndUsage,` (Go), `Error executing "GetCostAndUsage" on`
/// (PHP).
fn operation(reader: &Reader, at: usize) -> Option<Mark> {
    let from = match reader.phrase(at, "operation error ") {
        Some(service) => {
            let colon = reader.skip(service, service + LONGEST_NAME, |byte| {
                byte != b':' && byte != LINE && byte != BLANK
            });
            reader.phrase(colon, ": ")?
        }
        None => reader.phrase(at, "executing \"")?,
    };
    token(reader, from, What::Operation)
}

/// The quoted or single word that begins at `from`.
fn token(reader: &Reader, from: usize, what: What) -> Option<Mark> {
    let end = reader.skip(from, from + LONGEST_ARN, |byte| {
        !is_space(byte) && !matches!(byte, BLANK | b'"' | b'\'' | b'<' | b',')
    });
    (end > from).then_some(Mark {
        start: from,
        end,
        what,
    })
}

/// Where the value of a key that ends at `at` begins: `"key": "`, `'key': '`, `key=`, `key: `,
/// `key: Some("`, `"key" => "`, `<key>`, and the console's `Key: [`.
fn value(reader: &Reader, at: usize) -> Option<usize> {
    if reader.byte(at) == Some(b'>') {
        return Some(reader.spaces(at + 1));
    }
    let at = reader.skip(at, at + 1, is_quote);
    let at = reader.skip(at, at + LONGEST_GAP, |byte| byte == b' ');
    let from = reader.skip(at, at + 2, |byte| matches!(byte, b':' | b'=' | b'>'));
    if from == at {
        return None;
    }
    let from = reader.skip(from, from + LONGEST_GAP, is_space);
    let from = reader.phrase(from, "Some(").unwrap_or(from);
    Some(reader.skip(from, from + 1, |byte| is_quote(byte) || byte == b'['))
}

/// A word that is an error code we know, where an error code may stand.
fn code(reader: &Reader, word: Word) -> Option<Mark> {
    let text = reader.slice(word.start, word.end);
    // A number is the HTTP status, which is no key.
    let standing = codes::standing(text).filter(|_| !text.starts_with(|c: char| c.is_numeric()))?;
    // `com.amazon.coral.service#`, `Aws::CostExplorer::Errors::`, `Client.`
    let token = reader.skip_back(
        word.start,
        word.start.saturating_sub(LONGEST_NAME),
        |byte| is_word(byte) || matches!(byte, b'.' | b'#' | b':'),
    );
    let (form, message) = match keyed(reader, token).or_else(|| keyed(reader, word.start)) {
        Some(form) => (form, None),
        None => (Form::Loose, loose(reader, word, token, standing)?),
    };
    let what = What::Code(Spelling {
        code: (word.start, word.end),
        form,
        operation: None,
        message,
    });
    Some(Mark {
        start: word.start,
        end: word.end,
        what,
    })
}

/// Whether what stands at `at` is the value of a key that holds error codes.
fn keyed(reader: &Reader, at: usize) -> Option<Form> {
    let back = |at: usize, test: fn(u8) -> bool| {
        reader.skip_back(at, at.saturating_sub(LONGEST_GAP), test)
    };
    let bracket = at.checked_sub(1).and_then(|at| reader.byte(at)) == Some(b'[');
    let at = back(at, |byte| is_quote(byte) || matches!(byte, b'(' | b'['));
    let at = if at >= 4 && reader.phrase(at - 4, "Some").is_some() {
        at - 4
    } else {
        at
    };
    let at = back(at, is_space);
    let colon = back(at, |byte| matches!(byte, b':' | b'=' | b'>'));
    if colon == at {
        return None;
    }
    let end = back(back(colon, |byte| byte == b' '), is_quote);
    let start = reader.skip_back(end, end.saturating_sub(LONGEST_NAME), is_word);
    let key = reader.slice(start, end).to_ascii_lowercase();
    match key.as_str() {
        "errorcode" => Some(Form::Event),
        "code" | "__type" | "errortype" | "error_code" => Some(Form::Keyed),
        // The console's table of an API's error.
        "name" if bracket => Some(Form::Keyed),
        _ => None,
    }
}

/// Whether a word that is no key's value is an error code all the same; if so, where its message
/// begins, if one follows at once.
fn loose(reader: &Reader, word: Word, token: usize, standing: Standing) -> Option<Option<usize>> {
    // Part of a path or a name of another kind.
    if let Some(b'/' | b'-' | b'@') = token.checked_sub(1).and_then(|at| reader.byte(at)) {
        return None;
    }
    let before = reader.skip_back(token, token.saturating_sub(LONGEST_GAP), |byte| {
        byte == b' '
    });
    let previous = before.checked_sub(1).and_then(|at| reader.byte(at));
    let next = reader.byte(word.end);
    let message = message(reader, word.end);
    let namespaced = token < word.start;
    let opens = namespaced
        || previous.is_none_or(|byte| matches!(byte, b'(' | b':' | b'[' | LINE | BLANK))
        || ends_with_error(reader, before);
    let alone = !namespaced
        && previous.is_none_or(|byte| matches!(byte, LINE | BLANK))
        && next.is_none_or(|byte| matches!(byte, LINE | BLANK));
    let bracketed = previous == Some(b'(') && next == Some(b')');
    let accepted = match standing {
        // A quoted word is a value, and its key was not one for codes.
        Standing::Anywhere => before != token || !matches!(previous, Some(b'"' | b'\'')),
        Standing::Leading => opens && (message.is_some() || alone || bracketed),
        Standing::Keyed => false,
    };
    // AWS spells its codes in one way; in small letters they are anyone's words.
    let spelt = reader
        .byte(word.start)
        .is_some_and(|byte| byte.is_ascii_uppercase());
    (spelt && accepted).then_some(message)
}

fn ends_with_error(reader: &Reader, end: usize) -> bool {
    ["error", "exception", "code"].iter().any(|word| {
        end.checked_sub(word.len())
            .is_some_and(|start| reader.phrase(start, word).is_some())
    })
}

/// Behind a loose code: `: …`, ` (client): …` (PHP), ` (…)` (Ruby), ` - …`.
fn message(reader: &Reader, at: usize) -> Option<usize> {
    let at = reader.phrase(at, " (client)").unwrap_or(at);
    let start = [":", " (", " - "]
        .iter()
        .find_map(|opening| reader.phrase(at, opening))?;
    (reader.byte(start) != Some(b':')).then(|| reader.spaces(start))
}

/// The end of a loose message that begins at `start`, no further than `limit`: at its closing quote
/// or tag if it has one, else at the end of its line or where the SDK for Java begins its postscript.
pub(super) fn message_end(reader: &Reader, start: usize, limit: usize) -> usize {
    let closing = match start.checked_sub(1).and_then(|at| reader.byte(at)) {
        Some(quote @ (b'"' | b'\'')) => quote,
        Some(b'>') => b'<',
        Some(b'[') => b']',
        Some(b'(') => b')',
        _ => LINE,
    };
    let mut end = start;
    while end < limit.min(start + LONGEST_MESSAGE)
        && let Some(byte) = reader.byte(end)
        && byte != closing
        && byte != BLANK
        && reader.phrase(end, " (Service:").is_none()
    {
        end += 1;
    }
    reader.skip_back(end, start, |byte| is_space(byte) || byte == b',')
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// Longer than any operation, error code or namespace.
const LONGEST_NAME: usize = 128;
/// Longer than any indentation between a key and its value.
const LONGEST_GAP: usize = 64;
