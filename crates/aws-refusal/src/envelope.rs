//! What programmes put around AWS's words: the error code, the operation, the keys of JSON and XML.

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::clean::{BLANK, LINE};
use crate::codes::{self, Standing};
use crate::origin;
use crate::words::{LONGEST_ARN, Word, after, before, is_quote, is_word, pattern, phrase};
use crate::{LONGEST_MESSAGE, RefusalKind};

/// An error code in the text.
#[derive(Clone, Copy)]
pub(crate) struct Code<'a> {
    pub(crate) name: &'a str,
    pub(crate) form: Form,
    /// Where the message begins, if it follows at once.
    pub(crate) message: Option<usize>,
    /// Whether its own form says that it is AWS's: a namespace, a sentence of the aws CLI.
    pub(crate) ours: bool,
}

impl Code<'_> {
    /// Whether this code, with this meaning's words behind it, can only be AWS's: others took over the
    /// codes and the words of S3's.
    pub(crate) fn means(&self, kind: &RefusalKind) -> bool {
        self.name.ends_with("Exception") && codes::kind(self.name, "").as_ref() == Some(kind)
    }
}

/// How surely a word is an error code, and where its message is to be looked for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// `An error occurred (…) when calling the … operation: `, as the aws CLI and boto3 word it.
    Sentence,
    /// The value of a key such as `__type` or `<Code>`.
    Keyed,
    /// CloudTrail's `errorCode`.
    Event,
    /// `AccessDeniedException: …`.
    Loose,
}

/// Longer than any operation, error code, namespace or indentation.
const LONGEST_NAME: usize = 128;

static SENTENCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^An error occurred \((?P<code>[^) ]+)\) when calling the \w+ operation(?: \([^)\n]*\))?:? ?",
    )
});

/// Between a key and its value: `"key": "`, `'key': '`, `key=`, `key: `, `key: Some("`,
/// `"key" => "`, `<key>`, and the console's `Key: [`.
static VALUE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^(?:> ?|["'`]? ?[:=>]{1,2} ?(?:Some\()?["'`\[]?)"#));

/// Before an error code: a key that holds error codes, and perhaps a namespace.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\b(?P<key>errorCode|code|__type|errorType|error_code|name)["'`]? ?[:=>]+ ?(?:Some\()?(?P<open>["'`(\[]*)[\w.#:]*$"#,
    )
});

/// The aws CLI's and boto3's sentence around every error: what it says, and where it ends.
pub(crate) fn sentence(text: &str, at: usize) -> Option<(Code<'_>, usize)> {
    let parts = SENTENCE.captures(after(text, at, 4 * LONGEST_NAME))?;
    let end = at + parts.get(0)?.end();
    let code = Code {
        name: codes::bare(parts.name("code")?.as_str()),
        form: Form::Sentence,
        message: Some(end),
        ours: true,
    };
    Some((code, end))
}

/// Where the value of a key that ends at `at` begins.
pub(crate) fn value(text: &str, at: usize) -> Option<usize> {
    let between = VALUE.find(after(text, at, LONGEST_NAME))?;
    Some(at + between.end())
}

/// Where the word or quoted token that begins at `from` ends.
pub(crate) fn token(text: &str, from: usize) -> Option<usize> {
    let rest = after(text, from, LONGEST_ARN);
    let ends = |c: char| c.is_whitespace() || matches!(c, BLANK | '"' | '\'' | '<' | ',');
    let length = rest.find(ends).unwrap_or(rest.len());
    (length > 0).then_some(from + length)
}

/// A word that is an error code we know, where an error code may stand.
pub(crate) fn code<'a>(text: &'a str, word: Word) -> Option<Code<'a>> {
    let name = &text[word.start..word.end];
    // A number is the HTTP status, which is no key.
    let standing = codes::standing(name)
        .filter(|_| codes::is_spelt(name) && !name.starts_with(char::is_numeric))?;
    let line = before(text, word.start, 2 * LONGEST_NAME);
    let namespace = namespace(line);
    if origin::is_strange(namespace) {
        return None;
    }
    let (form, by_aws, message) = match keyed(line) {
        Some((form, by_aws)) => (form, by_aws, None),
        None => (Form::Loose, false, loose(text, word, standing)?),
    };
    Some(Code {
        name,
        form,
        message,
        ours: by_aws || origin::is_ours(namespace) || text.trim() == name,
    })
}

/// What touches a code before it: `com.amazon.coral.service#`, `Aws::CostExplorer::Errors::`, `Client.`
fn namespace(line: &str) -> &str {
    let part = |c: char| is_word(c) || matches!(c, '.' | '#' | ':' | '\\' | '$');
    let namespace = &line[line.trim_end_matches(part).len()..];
    namespace.trim_start_matches(|c| !is_word(c))
}

/// Whether what follows is the value of a key that holds error codes, and whether only AWS has that key.
fn keyed(before: &str) -> Option<(Form, bool)> {
    let parts = KEY.captures(before)?;
    let part = |name: &str| parts.name(name).map_or("", |part| part.as_str());
    let form = match part("key").to_ascii_lowercase().as_str() {
        "errorcode" => Form::Event,
        // The console's table of an API's error; elsewhere a name is a name.
        "name" => return part("open").ends_with('[').then_some((Form::Keyed, false)),
        "__type" => return Some((Form::Keyed, true)),
        _ => Form::Keyed,
    };
    Some((form, false))
}

/// Whether a word that is no key's value is an error code all the same; if so, where its message
/// begins, if one follows at once.
fn loose(text: &str, word: Word, standing: Standing) -> Option<Option<usize>> {
    let line = before(text, word.start, LONGEST_NAME);
    // `com.amazon.coral.service#`, `Aws::CostExplorer::Errors::`, `Client.`
    let touching = line.trim_end_matches(|c| is_word(c) || matches!(c, '.' | '#' | ':'));
    // Part of a path or a name of another kind.
    if touching.ends_with(['/', '-', '@']) {
        return None;
    }
    let namespaced = touching.len() < line.len();
    let leading = touching.trim_end_matches(' ');
    let rest = &text[word.end..];
    let message = message(text, word.end);
    let begins_line = leading.is_empty() || leading.ends_with([LINE, BLANK]);
    let says_so = |word: &&str| {
        let from = leading.len().checked_sub(word.len());
        from.is_some_and(|from| phrase(leading, from, word).is_some())
    };
    let opens = namespaced
        || begins_line
        || leading.ends_with(['(', ':', '[', '{', ','])
        || ["error", "exception", "code"].iter().any(says_so);
    let alone = !namespaced && begins_line && (rest.is_empty() || rest.starts_with([LINE, BLANK]));
    let bracketed = leading.ends_with('(') && rest.starts_with(')');
    let accepted = match standing {
        // A quoted word is a value, and its key was not one for codes.
        Standing::Anywhere => !touching.ends_with(['"', '\'']),
        Standing::Leading => opens && (message.is_some() || alone || bracketed),
        Standing::Keyed => false,
    };
    // AWS spells its codes in one way; in small letters they are anyone's words.
    let spelt = text[word.start..].starts_with(|first: char| first.is_ascii_uppercase());
    (spelt && accepted).then_some(message)
}

/// Behind a loose code: `: …`, ` (client): …` (PHP), ` (…)` (Ruby), ` - …`.
fn message(text: &str, at: usize) -> Option<usize> {
    let at = phrase(text, at, " (client)").unwrap_or(at);
    let openings = [":", " (", " - "];
    let start = openings
        .iter()
        .find_map(|opening| phrase(text, at, opening))?;
    let rest = &text[start..];
    let space = rest.len() - rest.trim_start().len();
    (!rest.starts_with(':')).then_some(start + space)
}

/// The message that begins at `start`, no further than `limit`: up to its closing quote or tag if it
/// has one, else to the end of its line or where the SDK for Java begins its postscript.
pub(crate) fn message_at(text: &str, start: usize, limit: usize) -> &str {
    let closing = match text[..start].chars().next_back() {
        Some(quote) if is_quote(quote) && quote != '`' => quote,
        Some('>') => '<',
        Some('[') => ']',
        Some('(') => ')',
        _ => LINE,
    };
    let message = after(
        text,
        start,
        LONGEST_MESSAGE.min(limit.saturating_sub(start)),
    );
    let message = message.split([closing, BLANK]).next().unwrap_or_default();
    let message = message.split(" (Service:").next().unwrap_or_default();
    message.trim_end_matches(|c: char| c.is_whitespace() || c == ',')
}
