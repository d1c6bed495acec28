//! Text from AWS, files and the environment is untrusted: what of it may be kept and shown.

/// How much of a text from elsewhere is kept.
const LIMIT: usize = 2_000;

/// The text without control and direction-changing characters, of bounded length.
///
/// A terminal obeys escape sequences, and a reader is misled by right-to-left overrides.
pub fn sanitize(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LIMIT));
    for (kept, character) in text.chars().enumerate() {
        if kept == LIMIT {
            out.push('…');
            break;
        }
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() || is_format(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// JSON with every character escaped that a terminal obeys or that shows nothing: the same document.
pub fn visible(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\n' => out.push('\n'),
            c if c.is_control() || is_format(c) => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)))
            }
            c => out.push(c),
        }
    }
    out
}

/// Characters that show nothing and change how others are shown.
fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    )
}

/// The text with the user name and password of each URL in it left out.
pub fn without_userinfo(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (head, tail) = rest.split_at(start + 3);
        out.push_str(head);
        let end = tail
            .find(|c: char| c == '/' || c == '?' || c == '#' || c.is_whitespace() || c == '"')
            .unwrap_or(tail.len());
        let (authority, after) = tail.split_at(end);
        match authority.rfind('@') {
            Some(at) => {
                out.push('…');
                out.push_str(&authority[at..]);
            }
            None => out.push_str(authority),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// `1 action`, `2 actions`.
pub fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) if !noun.ends_with("ay") => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [head @ .., last] => {
            let head: Vec<&str> = head.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", head.join(", "), last.as_ref())
        }
    }
}

/// The first `shown` items and how many more there are.
pub fn some_of<S: AsRef<str>>(items: &[S], shown: usize) -> String {
    if items.len() <= shown {
        return list(items);
    }
    let head: Vec<&str> = items[..shown].iter().map(AsRef::as_ref).collect();
    format!("{} and {} more", head.join(", "), items.len() - shown)
}

/// The same with a capital letter first.
pub fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// The word that somebody may have meant who wrote another.
pub fn nearest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Further away than this it is another word.
    const ALIKE: f64 = 0.8;
    let word = word.trim().to_ascii_lowercase();
    words
        .map(|known| (strsim::jaro_winkler(&word, known), known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_lose_their_escape() {
        assert_eq!(
            sanitize("a\u{1b}[31mb\u{9b}1m\n\u{202e}"),
            "a\u{fffd}[31mb\u{fffd}1m \u{fffd}"
        );
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped_in_json_and_the_document_is_the_same() {
        let text = serde_json::json!({"a": "\u{1b}[31m\u{9b}1m\u{202e}é"}).to_string();
        let shown = visible(&text);
        assert!(
            !shown.chars().any(|c| c.is_control() || is_format(c)),
            "{shown}"
        );
        assert!(shown.contains("\\u009b") && shown.contains('é'), "{shown}");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(read(&shown), read(&text));
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(sanitize(&"x".repeat(10_000)).chars().count(), LIMIT + 1);
    }

    #[test]
    fn a_password_in_a_url_is_left_out() {
        assert_eq!(
            without_userinfo("proxy http://me:s3cret@proxy.example.com:3128/x and http://h/y@z"),
            "proxy http://…@proxy.example.com:3128/x and http://h/y@z"
        );
    }

    #[test]
    fn words_agree_with_numbers() {
        assert_eq!(count(1, "policy"), "1 policy");
        assert_eq!(count(2, "policy"), "2 policies");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(some_of(&["a", "b", "c"], 2), "a, b and 1 more");
    }
}
