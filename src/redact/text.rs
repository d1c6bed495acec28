//! Sentences: the words of the vocabulary stay, ids and addresses keep their shape, everything else is replaced.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::names::{value, word};
use super::pseudonyms::{Kind, Pseudonyms};
use super::shapes;

static VOCABULARY: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    include_str!("vocabulary.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect()
});

/// A sentence of the tool's or of AWS's.
pub(super) fn sentence(pseudonyms: &mut Pseudonyms, text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|chunk| {
            let word = chunk.trim_end_matches(char::is_whitespace);
            token(pseudonyms, word) + &chunk[word.len()..]
        })
        .collect()
}

/// What stands between two spaces.
fn token(pseudonyms: &mut Pseudonyms, text: &str) -> String {
    let is_around = |c: char| "\"'`“”‘’()[]{}<>,;:.!?=…".contains(c);
    let core = text.trim_matches(is_around);
    let Some((before, after)) = text.split_once(core).filter(|_| !core.is_empty()) else {
        return if text.is_ascii() {
            text.to_owned()
        } else {
            parts(pseudonyms, text)
        };
    };
    format!("{before}{}{after}", bare(pseudonyms, core))
}

fn bare(pseudonyms: &mut Pseudonyms, text: &str) -> String {
    if let Some(known) = pseudonyms.find(text) {
        return known.to_owned();
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        return url(pseudonyms, scheme, rest);
    }
    if text.starts_with("arn:") {
        return value(pseudonyms, Kind::Word, text);
    }
    let has_shape = shapes::is_account(text)
        || shapes::id_prefix(text).is_some()
        || shapes::network(text).is_some()
        || shapes::is_email(text)
        || shapes::is_aws_word(text)
        || shapes::is_time(text)
        || (shapes::is_host(text) && !is_known(text));
    if has_shape {
        return word(pseudonyms, Kind::Word, text);
    }
    if is_call(text) {
        return text.to_owned();
    }
    if let Some((host, port)) = text.rsplit_once(':')
        && (shapes::network(host).is_some() || shapes::is_host(host))
        && port.chars().all(|c| c.is_ascii_digit())
    {
        return format!("{}:{port}", word(pseudonyms, Kind::Word, host));
    }
    parts(pseudonyms, text)
}

/// `service:Operation`: what an API's name looks like, and a name with a colon in it hardly does.
fn is_call(text: &str) -> bool {
    shapes::is_action(text)
        && text.split_once(':').is_some_and(|(service, operation)| {
            service.chars().all(|c| c.is_ascii_lowercase() || c == '-')
                && operation.starts_with(|c: char| c.is_ascii_uppercase())
        })
}

/// Letter for letter and digit for digit, where nothing is known of the whole.
fn parts(pseudonyms: &mut Pseudonyms, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = first.is_alphanumeric() || !first.is_ascii();
        let end = rest
            .find(|c: char| (c.is_alphanumeric() || !c.is_ascii()) != is_word)
            .unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        let stays = !is_word || is_known(part) || part.chars().all(is_typography);
        out += &if stays && pseudonyms.find(part).is_none() {
            part.to_owned()
        } else {
            word(pseudonyms, Kind::Word, part)
        };
        rest = after;
    }
    out
}

fn is_typography(c: char) -> bool {
    "“”‘’…–—→".contains(c)
}

/// Whether every word in a text is in the vocabulary.
fn is_known(text: &str) -> bool {
    text.split(|c: char| c.is_ascii_punctuation() || is_typography(c))
        .filter(|part| !part.is_empty())
        .all(|part| {
            VOCABULARY.contains(part.to_ascii_lowercase().as_str()) || shapes::is_short_number(part)
        })
}

/// A URL without path and password, and under another host unless it is AWS's console or documentation.
fn url(pseudonyms: &mut Pseudonyms, scheme: &str, rest: &str) -> String {
    let scheme = if matches!(scheme, "http" | "https") {
        scheme
    } else {
        "https"
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.chars().all(|c| c.is_ascii_digit()) => {
            (host, format!(":{port}"))
        }
        _ => (host, String::new()),
    };
    let is_aws = host == "aws.amazon.com" || host.ends_with(".aws.amazon.com") && is_console(host);
    let host = if is_aws || host == "localhost" {
        host.to_owned()
    } else {
        word(pseudonyms, Kind::Host, host.trim_matches(['[', ']']))
    };
    let path = if path.len() > 1 { "/…" } else { path };
    format!("{scheme}://{host}{port}{path}")
}

/// `console`, `docs` or a Region's console: anything else before AWS's domain may be somebody's alias.
fn is_console(host: &str) -> bool {
    host.trim_end_matches(".aws.amazon.com")
        .split('.')
        .all(|label| {
            matches!(label, "console" | "docs" | "portal" | "signin") || shapes::is_region(label)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_the_tools_own_stay() {
        for text in [
            "",
            "environment variables (AWS_ACCESS_KEY_ID)",
            "the account is in no organization",
            "The security token included in the request is expired",
            "none set: the Region where billing answers",
            "ce:GetCostAndUsage is not allowed",
            "AWSOrganizationsNotInUse: Your account is not a member of an organization.",
        ] {
            assert_eq!(sentence(&mut Pseudonyms::default(), text), text);
        }
    }

    #[test]
    fn names_and_addresses_in_sentences_do_not() {
        let redacted = sentence(
            &mut Pseudonyms::default(),
            "arn:aws:iam::111122223333:user/alice belongs to account 111122223333; ask bob@acme.com, or Müller at \
             https://user:pw@proxy.acme.com:3128/x (203.0.113.7:443), AWS_PROFILE=acme",
        );
        assert_eq!(
            redacted,
            "arn:aws:iam::100000000001:user/user-1 belongs to account 100000000001; ask person-1@example.com, or name-1 at \
             https://host-1.example:3128/… (10.0.0.0:443), AWS_PROFILE=name-2"
        );
    }

    #[test]
    fn a_name_that_is_known_is_replaced_though_it_is_an_everyday_word() {
        let mut pseudonyms = Pseudonyms::default();
        pseudonyms.of(Kind::User, "billing");
        assert_eq!(sentence(&mut pseudonyms, "user “billing”"), "user “user-1”");
    }
}
