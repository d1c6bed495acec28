//! Names, ARNs and patterns of them, segment by segment: what is AWS's own stays, wildcards and variables stay, and the
//! text between them is replaced.

use super::pseudonyms::{Kind, Pseudonyms};
use super::shapes;

/// `arn:partition:service:region:account:resource`
const FIELDS: usize = 6;

/// Variables are kept aside while the text around them is taken apart, each behind a character that means nothing.
const ASIDE: char = '\u{e000}';

/// A text without wildcards.
pub(super) fn word(pseudonyms: &mut Pseudonyms, kind: Kind, text: &str) -> String {
    if let Some(known) = pseudonyms.find(text) {
        return known.to_owned();
    }
    if shapes::is_account(text) {
        return pseudonyms.of(Kind::Account, text);
    }
    if text.is_empty()
        || shapes::is_aws_word(text)
        || shapes::is_short_number(text)
        || shapes::is_time(text)
    {
        return text.to_owned();
    }
    if let Some((address, rest)) = shapes::network(text) {
        return format!("{}{rest}", pseudonyms.address(address));
    }
    if let Some(prefix) = shapes::id_prefix(text) {
        return pseudonyms.id(prefix, text);
    }
    if let Some(rest) = text.strip_prefix("AWSReservedSSO_") {
        return format!("AWSReservedSSO_{}", permission_set_role(pseudonyms, rest));
    }
    if let Some(rest) = text.strip_prefix("AWSServiceRoleFor") {
        // Behind an underscore stands a suffix that people chose.
        let (service, suffix) = rest.split_once('_').unwrap_or((rest, ""));
        if service.chars().all(|c| c.is_ascii_alphanumeric()) {
            return match suffix {
                "" => text.to_owned(),
                suffix => {
                    let suffix = pseudonyms.of(Kind::Word, suffix);
                    format!("AWSServiceRoleFor{service}_{suffix}")
                }
            };
        }
    }
    if shapes::is_email(text) {
        return pseudonyms.of(Kind::Email, text);
    }
    let kind = match kind {
        Kind::Word if shapes::is_host(text) => Kind::Host,
        kind => kind,
    };
    pseudonyms.of(kind, text)
}

/// `<permission set>_<16 hex digits>`, or as much of it as stands before a wildcard.
fn permission_set_role(pseudonyms: &mut Pseudonyms, rest: &str) -> String {
    let (set, suffix) = match rest.rsplit_once('_') {
        Some((set, suffix)) if suffix.len() == 16 => (set, Some(suffix)),
        Some((set, "")) => (set, Some("")),
        _ => (rest, None),
    };
    let set = pseudonyms.of(Kind::PermissionSet, set);
    match suffix {
        None => set,
        Some("") => format!("{set}_"),
        Some(suffix) => format!("{set}_{}", pseudonyms.id("", suffix)),
    }
}

/// A value with wildcards, variables and segments: an ARN, a path of an organization, a user id, a name.
pub(super) fn value(pseudonyms: &mut Pseudonyms, kind: Kind, text: &str) -> String {
    if let Some(known) = pseudonyms.find(text) {
        return known.to_owned();
    }
    // A number as a whole: before a wildcard it may be the beginning of an id.
    if pseudonyms.numbers_stay && shapes::is_number(text) && !shapes::is_account(text) {
        return text.to_owned();
    }
    if text.contains(ASIDE) {
        return pseudonyms.of(kind, text);
    }
    let mut variables = Vec::new();
    let masked = set_aside(pseudonyms, text, &mut variables);
    let redacted = if masked.starts_with("arn:") {
        arn(pseudonyms, &masked)
    } else if shapes::network(&masked).is_some() || shapes::is_time(&masked) {
        word(pseudonyms, kind, &masked)
    } else {
        segments(pseudonyms, &masked, |_, _| kind)
    };
    let mut variables = variables.into_iter();
    redacted
        .split(ASIDE)
        .enumerate()
        .map(|(at, part)| match at {
            0 => part.to_owned(),
            _ => variables.next().unwrap_or_default() + part,
        })
        .collect()
}

/// An ARN, also one with wildcards.
fn arn(pseudonyms: &mut Pseudonyms, text: &str) -> String {
    if shapes::is_aws_owned_arn(text) {
        return text.to_owned();
    }
    let fields: Vec<&str> = text.splitn(FIELDS, ':').collect();
    let service = fields.get(2).copied().unwrap_or_default();
    let mut out = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        out.push(match at {
            0 => (*field).to_owned(),
            1 if shapes::is_partition(field) => (*field).to_owned(),
            2 if field
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-*?".contains(c)) =>
            {
                (*field).to_owned()
            }
            3 if shapes::is_region(field) => (*field).to_owned(),
            4 if *field == "aws" => (*field).to_owned(),
            5 => resource(pseudonyms, service, field),
            _ => run(pseudonyms, Kind::Word, field),
        });
    }
    out.join(":")
}

/// The last field of an ARN. The type of resource that it begins with tells what the rest names.
fn resource(pseudonyms: &mut Pseudonyms, service: &str, text: &str) -> String {
    // Where a service has no resources, AWS names the operation: `arn:aws:ce:us-east-1:111122223333:/GetCostAndUsage`.
    if text.strip_prefix('/').is_some_and(shapes::is_operation) {
        return text.to_owned();
    }
    let end = text.find(['/', ':']).map_or(text.len(), |end| end + 1);
    let (first, rest) = text.split_at(end);
    let resource_type = first.trim_end_matches(['/', ':']);
    // Also where somebody is called `user`: this one is AWS's.
    if !shapes::is_resource_type(resource_type) {
        return segments(pseudonyms, text, |_, _| Kind::Word);
    }
    let named = match (service, resource_type) {
        ("iam" | "sts", "user" | "federated-user") => Kind::User,
        ("iam", "role") => Kind::Role,
        ("iam", "group") => Kind::Group,
        ("iam", "policy") => Kind::Policy,
        ("sts", "assumed-role") => Kind::Session,
        _ => Kind::Word,
    };
    let rest = segments(pseudonyms, rest, |at, last| match (named, at == last) {
        (Kind::Word, _) => Kind::Word,
        (named, true) => named,
        (Kind::Session, false) => Kind::Role,
        _ => Kind::Path,
    });
    first.to_owned() + &rest
}

/// What stands between slashes and colons, each by its place and that of the last.
fn segments(
    pseudonyms: &mut Pseudonyms,
    text: &str,
    kind: impl Fn(usize, usize) -> Kind,
) -> String {
    let last = text.matches(['/', ':']).count();
    text.split_inclusive(['/', ':'])
        .enumerate()
        .map(|(at, segment)| {
            let end = segment.trim_end_matches(['/', ':']);
            run(pseudonyms, kind(at, last), end) + &segment[end.len()..]
        })
        .collect()
}

/// What stands between wildcards and variables.
fn run(pseudonyms: &mut Pseudonyms, kind: Kind, text: &str) -> String {
    // A Region with a wildcard in it is a Region.
    if shapes::is_region(text) {
        return text.to_owned();
    }
    let mut out = String::new();
    for piece in text.split_inclusive(is_special) {
        let literal = piece.trim_end_matches(is_special);
        out += &word(pseudonyms, kind, literal);
        out += &piece[literal.len()..];
    }
    out
}

fn is_special(c: char) -> bool {
    matches!(c, '*' | '?' | ASIDE)
}

/// The text with [`ASIDE`] for each `${…}`, which are noted as they shall come back.
fn set_aside(pseudonyms: &mut Pseudonyms, text: &str, variables: &mut Vec<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let Some((inside, after)) = behind.split_once('}') else {
            break;
        };
        out += before;
        out.push(ASIDE);
        variables.push(format!("${{{}}}", variable(pseudonyms, inside)));
        rest = after;
    }
    out + rest
}

/// `key` or `key, 'default'`, or the escape of a wildcard.
fn variable(pseudonyms: &mut Pseudonyms, inside: &str) -> String {
    if matches!(inside, "*" | "?" | "$") {
        return inside.to_owned();
    }
    match inside.split_once(',') {
        None => condition_key(pseudonyms, inside.trim()),
        Some((key, default)) => {
            let default = default.trim();
            let bare = default
                .strip_prefix('\'')
                .and_then(|default| default.strip_suffix('\''))
                .unwrap_or(default);
            let key = condition_key(pseudonyms, key.trim());
            let default = segments(pseudonyms, bare, |_, _| Kind::Word);
            format!("{key}, '{default}'")
        }
    }
}

/// The key of a condition or variable. AWS's stay; tag keys are people's.
pub(super) fn condition_key(pseudonyms: &mut Pseudonyms, key: &str) -> String {
    match key.split_once('/') {
        Some((prefix, tag)) if shapes::is_condition_key(prefix) => {
            format!("{prefix}/{}", pseudonyms.tag(tag))
        }
        None if shapes::is_condition_key(key) => key.to_owned(),
        // The keys of an identity provider begin with its host: `idp.example.com:sub`.
        _ => segments(pseudonyms, key, |_, _| Kind::Word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(texts: &[&str]) -> Vec<String> {
        let mut pseudonyms = Pseudonyms::default();
        texts
            .iter()
            .map(|text| value(&mut pseudonyms, Kind::Word, text))
            .collect()
    }

    #[test]
    fn an_arn_stays_an_arn_of_the_same_kind() {
        assert_eq!(
            redacted(&[
                "arn:aws:iam::111122223333:user/finance/alice",
                "arn:aws:sts::111122223333:assumed-role/Ops/alice@example.com",
                "arn:aws:iam::111122223333:root",
                "arn:aws:organizations::444455556666:policy/o-exampleorgid/service_control_policy/p-regionlock1",
                "arn:aws:s3:::acme-reports/2026/*",
                "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Dev_0123456789abcdef",
            ]),
            [
                "arn:aws:iam::100000000001:user/path-1/user-1",
                "arn:aws:sts::100000000001:assumed-role/role-1/person-1@example.com",
                "arn:aws:iam::100000000001:root",
                "arn:aws:organizations::100000000002:policy/o-000000000001/service_control_policy/p-00000000001",
                "arn:aws:s3:::name-1/2026/*",
                "arn:aws:iam::100000000001:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_permission-set-1_0000000000000001",
            ]
        );
    }

    #[test]
    fn what_is_everybodys_stays() {
        for text in [
            "",
            "*",
            "arn:aws:iam::aws:policy/job-function/Billing",
            "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
            "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
            "arn:aws:iam::*:user/${aws:username}",
            "eu-*",
            "ec2.amazonaws.com",
            "true",
            "AssumedRole",
            "2026-11-23T07:00:00Z",
        ] {
            assert_eq!(redacted(&[text]), [text]);
        }
    }

    #[test]
    fn wildcards_and_variables_stay_where_they_are() {
        assert_eq!(
            redacted(&[
                "arn:aws:iam::*:role/dev-*",
                "arn:aws:s3:::home/${aws:PrincipalTag/Team, 'nobody'}/${aws:username}?x",
                "AROA4NEAUMKAAUXDMRXWH:alice",
                "AROA*:*",
            ]),
            [
                "arn:aws:iam::*:role/role-1*",
                "arn:aws:s3:::name-2/${aws:PrincipalTag/tag-1, 'name-1'}/${aws:username}?name-3",
                "AROA00000000000000001:name-4",
                "AROA*:*",
            ]
        );
    }

    #[test]
    fn the_keys_of_an_identity_provider_name_no_host() {
        let mut pseudonyms = Pseudonyms::default();
        assert_eq!(
            condition_key(&mut pseudonyms, "aws:PrincipalTag/Team"),
            "aws:PrincipalTag/tag-1"
        );
        assert_eq!(
            condition_key(&mut pseudonyms, "aws:SourceVpc"),
            "aws:SourceVpc"
        );
        assert_eq!(
            condition_key(&mut pseudonyms, "idp.acme.com:sub"),
            "host-1.example:name-1"
        );
    }
}
