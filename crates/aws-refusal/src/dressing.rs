//! What a log, a comment, a web page or a terminal hangs on pasted text: prefixes of lines, tags, colours without
//! their escape character.

/// What is left out of the text, and the white space that stands for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Skipped {
    pub(crate) length: usize,
    pub(crate) space: bool,
    pub(crate) line: bool,
}

impl Skipped {
    const fn nothing(length: usize) -> Option<Self> {
        Some(Self {
            length,
            space: false,
            line: false,
        })
    }

    const fn space(length: usize) -> Option<Self> {
        Some(Self {
            length,
            space: true,
            line: false,
        })
    }

    const fn line(length: usize) -> Option<Self> {
        Some(Self {
            length,
            space: false,
            line: true,
        })
    }
}

/// What begins at `at` and is no text.
pub(crate) fn skipped(source: &str, at: usize, begins_line: bool) -> Option<Skipped> {
    let rest = &source[at..];
    match rest.as_bytes().first()? {
        b'<' => tag(rest),
        b'^' if rest.starts_with("^[[") => colour(&rest[2..]).and_then(|n| Skipped::nothing(n + 2)),
        b'[' => colour(rest)
            .and_then(Skipped::nothing)
            .or_else(|| Skipped::space(prefix(rest).filter(|_| begins_line)?)),
        // Markdown's code and bold; a single `*` is AWS's own.
        b'`' if !begins_line && !rest.starts_with("```") => Skipped::nothing(1),
        b'*' if rest.starts_with("**") && marks_a_word(source, at) => Skipped::nothing(2),
        _ if begins_line => prefix(rest).and_then(Skipped::space),
        _ => None,
    }
}

/// Whether two stars stand at the beginning or the end of a word.
fn marks_a_word(source: &str, at: usize) -> bool {
    let before = source[..at].chars().next_back();
    let after = source[at + 2..].chars().next();
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let is_outside = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || ".,;)(".contains(c));
    (is_word(before) && is_outside(after)) || (is_outside(before) && is_word(after))
}

/// `[31m`, the rest of a colour whose escape character got lost.
fn colour(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix('[')?;
    let parameters = body.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    let is_colour = (1..=16).contains(&parameters) && body[parameters..].starts_with('m');
    is_colour.then_some(parameters + 2)
}

/// Tags of HTML that stand within a line, and those that end one. XML's keys (`<Code>`) are neither.
const INLINE: [&str; 20] = [
    "a", "b", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "s", "samp", "small", "span",
    "strong", "sub", "sup", "tt", "u", "wbr",
];
const BLOCK: [&str; 20] = [
    "article",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

fn tag(rest: &str) -> Option<Skipped> {
    const LONGEST: usize = 300;
    let inner = rest[1..].strip_prefix('/').unwrap_or(&rest[1..]);
    let name = &inner[..inner.find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit())?];
    let block = BLOCK.contains(&name);
    if !block && !INLINE.contains(&name) {
        return None;
    }
    let attributes = &inner[name.len()..];
    let end = attributes
        .bytes()
        .take(LONGEST)
        .position(|byte| matches!(byte, b'>' | b'<' | b'\n'))?;
    let closes = attributes.as_bytes()[end] == b'>' && attributes.starts_with(['>', '/', ' ']);
    let length = rest.len() - attributes.len() + end + 1;
    match (closes, block) {
        (false, _) => None,
        (true, true) => Skipped::line(length),
        (true, false) => Skipped::nothing(length),
    }
}

/// What a line begins with before its text: a comment's mark, a bullet, a time, a level, a container's name.
fn prefix(rest: &str) -> Option<usize> {
    marks(rest)
        .or_else(|| level(rest))
        .or_else(|| time(rest))
        .or_else(|| container(rest))
        .or_else(|| number(rest))
        .or_else(|| syslog(rest))
}

/// `# `, `// `, ` * `, `- `, `;; `, `+ `.
fn marks(rest: &str) -> Option<usize> {
    let length = rest
        .bytes()
        .take(5)
        .take_while(|byte| b"#/*;%!~+-".contains(byte))
        .count();
    let spaced = matches!(rest.as_bytes().get(length), Some(b' ' | b'\t'));
    ((1..=4).contains(&length) && spaced).then_some(length)
}

/// `[ERROR] ` of a build tool, `##[error]` of a pipeline.
fn level(rest: &str) -> Option<usize> {
    let hashes = rest.strip_prefix("##");
    let word = hashes.unwrap_or(rest).strip_prefix('[')?;
    let end = word.bytes().take(12).position(|byte| byte == b']')?;
    let name = &word[..end];
    let known = match hashes {
        Some(_) => name.bytes().all(|byte| byte.is_ascii_lowercase()),
        None => {
            [
                "ERROR", "WARN", "WARNING", "INFO", "DEBUG", "FATAL", "TRACE",
            ]
            .contains(&name)
                && word[end + 1..].starts_with(' ')
        }
    };
    known.then_some(rest.len() - word.len() + end + 1)
}

/// `2025-06-12T14:25:34.1Z `, with or without its date or brackets.
fn time(rest: &str) -> Option<usize> {
    let open = rest.strip_prefix('[');
    let bare = open.unwrap_or(rest);
    let clock = match shape(bare, b"0000-00-00") {
        true => bare.get(10..)?.strip_prefix(['T', ' '])?,
        false => bare,
    };
    if !shape(clock, b"00:00:00") {
        return None;
    }
    let tail = &clock[8..];
    let length = tail
        .bytes()
        .take(20)
        .position(|byte| !(byte.is_ascii_digit() || b".,Z+:-".contains(&byte)))?;
    let tail = &tail[length..];
    let tail = match open {
        Some(_) => tail.strip_prefix(']')?,
        None => tail,
    };
    tail.starts_with([' ', '\t'])
        .then_some(rest.len() - tail.len())
}

fn shape(text: &str, shape: &[u8]) -> bool {
    text.len() > shape.len()
        && text.bytes().zip(shape).all(|(byte, want)| match want {
            b'0' => byte.is_ascii_digit(),
            want => byte == *want,
        })
}

/// `app_1  | ` of docker compose.
fn container(rest: &str) -> Option<usize> {
    const LONGEST: usize = 64;
    let name = rest
        .bytes()
        .take(LONGEST)
        .position(|byte| !(byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)))?;
    let numbered = rest[..name].bytes().any(|byte| byte.is_ascii_digit());
    let pipe = rest[name..].trim_start_matches(' ');
    let spaces = rest.len() - name - pipe.len();
    (numbered && (1..=LONGEST).contains(&spaces) && pipe.starts_with("| "))
        .then_some(name + spaces + 1)
}

/// `1. ` of a list.
fn number(rest: &str) -> Option<usize> {
    let digits = rest.bytes().take(4).take_while(u8::is_ascii_digit).count();
    ((1..=3).contains(&digits) && rest[digits..].starts_with(". ")).then_some(digits + 1)
}

/// `Nov 30 10:00:00 host app[123]: ` of syslog.
fn syslog(rest: &str) -> Option<usize> {
    const LONGEST: usize = 128;
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let day = MONTHS.iter().find_map(|month| rest.strip_prefix(month))?;
    let clock = day.get(4..)?;
    if !day.starts_with(' ') || !shape(clock, b"00:00:00") {
        return None;
    }
    let mut words = clock[8..].split(' ').skip(1);
    let (host, tag) = (words.next()?, words.next()?);
    let length = rest.len() - clock.len() + "00:00:00".len() + 2 + host.len() + tag.len();
    (tag.ends_with(':') && length <= LONGEST).then_some(length)
}
