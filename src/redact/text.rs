//! Sentences. Those of the tool's own and AWS's known ones stay, but for the names in them; of any other stay ids and
//! addresses under pseudonyms, names of calls, and times.

use super::names::{value, word};
use super::pseudonyms::{Kind, Pseudonyms};
use super::shapes;
use crate::catalog::calls::CALLS;
use crate::evidence::{ProfileSort, Provider, said};
use aws_refusal::{RefusalKind, denies, read, render};

/// What is in place of words that may be anybody's.
pub(super) const LEFT_OUT: &str = "…";

/// AWS's texts that name something, and those of failures.
const KNOWN: &[&str] = &[
    "Signature expired: {} is now earlier than {} ({} - {} min.)",
    "Signature not yet current: {} is still later than {} ({} + {} min.)",
    "Your account is not a member of an organization.",
    "dns error",
    "connection refused",
    "connection reset",
    "Connection refused (os error {})",
    "Connection reset by peer (os error {})",
    "failed to lookup address information: Name or service not known",
    "failed to lookup address information: Temporary failure in name resolution",
    "invalid peer certificate: {}",
    "unexpected end of file",
];

/// A sentence of the tool's or of AWS's.
pub(super) fn sentence(pseudonyms: &mut Pseudonyms, text: &str) -> String {
    if let Some(rewritten) = said::rewrite(text, |part| value(pseudonyms, Kind::Word, part)) {
        return rewritten;
    }
    if is_fixed(text) {
        return text.to_owned();
    }
    if let Some((name, sort)) = profile(text) {
        let name = pseudonyms.of(Kind::Profile, name);
        return sort.words(&name).unwrap_or_default();
    }
    for known in KNOWN {
        if let Some(parts) = said::parts(known, text) {
            let parts: Vec<String> = parts
                .into_iter()
                .map(|part| free(pseudonyms, part))
                .collect();
            return said::fill(known, &parts.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
    if let Some((name, message)) = text.split_once(": ")
        && is_error(name)
        && pseudonyms.find(name).is_none()
    {
        return format!("{name}: {}", sentence(pseudonyms, message));
    }
    free(pseudonyms, text)
}

/// Whether a text names nobody: what a call shows, where credentials come from, what AWS says of a kind of refusal.
fn is_fixed(text: &str) -> bool {
    let kind = read(None, Some(text)).kind;
    let aws = !matches!(kind, RefusalKind::Unrecognised | RefusalKind::Policy(_))
        && render(&kind).trim_end_matches('.') == text.trim_end_matches('.');
    let providers = [
        Provider::Environment,
        Provider::Container,
        Provider::Instance,
        Provider::Dump,
    ];
    text.is_empty()
        || aws
        || CALLS.iter().any(|call| call.fact == text)
        || (providers.iter()).any(|provider| provider.words("").as_deref() == Some(text))
}

/// The profile in `profile acme (an access key)`, which may be called anything.
fn profile(text: &str) -> Option<(&str, Provider)> {
    ProfileSort::ALL.into_iter().find_map(|sort| {
        let provider = Provider::Profile { sort };
        let words = provider.words("{}")?;
        Some((said::parts(&words, text)?.first().copied()?, provider))
    })
}

/// What redaction makes of an error's code. It tells a refusal from a fault, and must go on to.
pub(super) enum Code {
    Kept,
    Denial,
    Other,
}

pub(super) fn code(pseudonyms: &Pseudonyms, code: &str) -> Code {
    let is_code = code.len() <= 100
        && code
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".#_".contains(c));
    if is_code && pseudonyms.find(code).is_none() {
        Code::Kept
    } else if denies(code) {
        Code::Denial
    } else {
        Code::Other
    }
}

/// Whether a word before a colon is AWS's name of an error.
fn is_error(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && word.len() <= 60
        && (denies(word)
            || read(Some(word), None).kind != RefusalKind::Unrecognised
            || [
                "Exception",
                "Error",
                "Failure",
                "Unavailable",
                "NotFound",
                "NotInUse",
            ]
            .iter()
            .any(|end| word.ends_with(end))
            || word == "NoSuchEntity")
}

/// A setting and the URL that it has: `AWS_ENDPOINT_URL_STS https://host`.
pub(super) fn endpoint(pseudonyms: &mut Pseudonyms, text: &str) -> String {
    match text.rsplit_once(' ') {
        Some((setting, url))
            if setting == "--endpoint-url"
                || setting == "endpoint_url in the profile"
                || setting
                    .strip_prefix("AWS_ENDPOINT_URL")
                    .is_some_and(|service| {
                        service
                            .bytes()
                            .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
                    }) =>
        {
            format!("{setting} {}", free(pseudonyms, url))
        }
        _ => free(pseudonyms, text),
    }
}

/// A text that may hold anything, word by word. What is left out in one place is left out once.
fn free(pseudonyms: &mut Pseudonyms, text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    for chunk in text.split_whitespace() {
        let next = token(pseudonyms, chunk);
        if next != LEFT_OUT || out.last().is_none_or(|last| last != LEFT_OUT) {
            out.push(next);
        }
    }
    out.join(" ")
}

/// What is between two spaces.
fn token(pseudonyms: &mut Pseudonyms, text: &str) -> String {
    let is_around = |c: char| "\"'`“”‘’()[]{}<>,;:.!?=…".contains(c);
    let core = text.trim_matches(is_around);
    match text.split_once(core).filter(|_| !core.is_empty()) {
        Some((before, after)) => match bare(pseudonyms, core) {
            Some(redacted) => format!("{before}{redacted}{after}"),
            None => LEFT_OUT.to_owned(),
        },
        None if text.is_ascii() => text.to_owned(),
        None => LEFT_OUT.to_owned(),
    }
}

/// A word under a pseudonym, where it is known what it is.
fn bare(pseudonyms: &mut Pseudonyms, text: &str) -> Option<String> {
    if let Some(known) = pseudonyms.find(text) {
        return Some(known.to_owned());
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        return Some(url(pseudonyms, scheme, rest));
    }
    if text.starts_with("arn:") {
        return Some(value(pseudonyms, Kind::Word, text));
    }
    let has_shape = shapes::is_account(text)
        || shapes::id_prefix(text).is_some()
        || shapes::network(text).is_some()
        || shapes::is_email(text)
        || shapes::is_aws_word(text)
        || shapes::is_short_number(text)
        || shapes::is_time(text)
        || shapes::is_host(text);
    if has_shape {
        return Some(word(pseudonyms, Kind::Word, text));
    }
    if CALLS
        .iter()
        .any(|call| call.name == text || call.action == text)
    {
        return Some(text.to_owned());
    }
    let (host, port) = text.rsplit_once(':')?;
    ((shapes::network(host).is_some() || shapes::is_host(host))
        && port.bytes().all(|byte| byte.is_ascii_digit()))
    .then(|| format!("{}:{port}", word(pseudonyms, Kind::Word, host)))
}

/// A URL without path and password, and under another host unless it is AWS's console or documentation.
fn url(pseudonyms: &mut Pseudonyms, scheme: &str, rest: &str) -> String {
    let scheme = if scheme == "http" { "http" } else { "https" };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
            (host, format!(":{port}"))
        }
        _ => (host, String::new()),
    };
    let is_public =
        ["localhost", "aws.amazon.com"].contains(&host) || shapes::is_service_host(host);
    let host = if is_public {
        host.to_owned()
    } else {
        word(pseudonyms, Kind::Host, host.trim_matches(['[', ']']))
    };
    let path = if path.len() > 1 { "/…" } else { path };
    format!("{scheme}://{host}{port}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        sentence(&mut Pseudonyms::default(), text)
    }

    #[test]
    fn what_the_tool_and_aws_say_stays() {
        for text in [
            "",
            "environment variables (AWS_ACCESS_KEY_ID)",
            "the account is in no organization",
            "the answer holds no document",
            "none set: the Region where billing answers",
            "The security token included in the request is expired",
            "AWSOrganizationsNotInUse: Your account is not a member of an organization.",
            "Signature expired: 20261123T070000Z is now earlier than 20261123T071500Z (20261123T072000Z - 5 min.)",
        ] {
            assert_eq!(redacted(text), text);
        }
    }

    #[test]
    fn names_and_addresses_in_sentences_do_not() {
        for (text, expected) in [
            (
                "profile acme (IAM Identity Center)",
                "profile profile-1 (IAM Identity Center)",
            ),
            (
                "profile a (b) (a credential process)",
                "profile profile-1 (a credential process)",
            ),
            (
                "arn:aws:iam::111122223333:user/alice belongs to account 111122223333, and these credentials to account 444455556666",
                "arn:aws:iam::100000000001:user/user-1 belongs to account 100000000001, and these credentials to account 100000000002",
            ),
            (
                "ask bob@acme.com, or Müller at https://user:pw@proxy.acme.com:3128/x (203.0.113.7:443), AWS_PROFILE=acme",
                "… person-1@example.com, … https://host-1.example:3128/… (10.0.0.0:443), …",
            ),
            (
                "owner:ZqJaneDoe needs ce:GetCostAndUsage",
                "… ce:GetCostAndUsage",
            ),
        ] {
            assert_eq!(redacted(text), expected);
        }
    }

    #[test]
    fn a_name_that_is_known_is_replaced_though_it_is_an_everyday_word() {
        let mut pseudonyms = Pseudonyms::default();
        pseudonyms.of(Kind::User, "billing");
        assert_eq!(sentence(&mut pseudonyms, "“billing”"), "“user-1”");
    }
}
