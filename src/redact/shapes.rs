//! What is AWS's own and stays, and what has a shape that its pseudonym must have too.

use std::net::IpAddr;

use crate::names::is_account_id;

/// What the last field of an ARN begins with.
const RESOURCE_TYPES: &[&str] = &[
    "account",
    "assumed-role",
    "billingview",
    "budget",
    "federated-user",
    "group",
    "instance",
    "instance-profile",
    "mfa",
    "oidc-provider",
    "organization",
    "ou",
    "policy",
    "role",
    "root",
    "saml-provider",
    "server-certificate",
    "user",
];

/// Other words of AWS's in ARNs and values of condition keys.
const WORDS: &[&str] = &[
    "aws",
    "aws-reserved",
    "aws-service-role",
    "http",
    "https",
    "resource_control_policy",
    "service-role",
    "service_control_policy",
    // What ids begin with, before a wildcard.
    "o-",
    "ou-",
    "p-",
    "r-",
    "vpc-",
    "vpce-",
    // aws:PrincipalType
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
    "Account",
    "Anonymous",
    "AssumedRole",
    "FederatedUser",
    "User",
    // The policy that IAM Identity Center puts a permission set's own text into, and that of every new organization.
    "AwsSSOInlinePolicy",
    "FullAWSAccess",
    "p-FullAWSAccess",
    "RCPFullAWSAccess",
    "p-RCPFullAWSAccess",
];

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
const UNIQUE_ID_PREFIXES: &[&str] = &[
    "ABIA", "ACCA", "AGPA", "AIDA", "AIPA", "AKIA", "ANPA", "ANVA", "APKA", "AROA", "ASCA", "ASIA",
];

/// What Region names are put together from.
const REGION_PARTS: &[&str] = &[
    "af",
    "ap",
    "ca",
    "central",
    "cn",
    "de",
    "east",
    "eu",
    "eusc",
    "gov",
    "il",
    "iso",
    "isob",
    "isoe",
    "isof",
    "me",
    "mx",
    "north",
    "northeast",
    "northwest",
    "sa",
    "south",
    "southeast",
    "southwest",
    "us",
    "west",
];

/// Whether an ARN's last field may begin with it.
pub(super) fn is_resource_type(text: &str) -> bool {
    RESOURCE_TYPES.contains(&text)
}

/// Whether a word is AWS's own wherever it stands.
pub(super) fn is_aws_word(text: &str) -> bool {
    WORDS.contains(&text)
        || UNIQUE_ID_PREFIXES.contains(&text)
        || is_region(text)
        || is_service_host(text)
        || text.eq_ignore_ascii_case("true")
        || text.eq_ignore_ascii_case("false")
        || text.chars().all(|c| c.is_ascii_punctuation())
}

/// A Region's name, or with `*` and `?` a part of one: `eu-west-1`, `us-gov-*`.
pub(super) fn is_region(text: &str) -> bool {
    let mut parts = text.split('-').peekable();
    let known = |part: &str| {
        REGION_PARTS.contains(&part)
            || part.chars().all(|c| c == '*' || c == '?')
            || (part.len() <= 2
                && part
                    .chars()
                    .all(|c| c.is_ascii_digit() || c == '*' || c == '?'))
    };
    text.contains('-')
        && parts
            .peek()
            .is_some_and(|first| !first.starts_with(|c: char| c.is_ascii_digit()))
        && parts.all(known)
}

/// A service's name as a principal or in a path: `ec2.amazonaws.com`, `states.eu-west-1.amazonaws.com`.
pub(super) fn is_service_host(text: &str) -> bool {
    let host = text.strip_suffix(".cn").unwrap_or(text);
    if [
        "signin.aws.amazon.com",
        "console.aws.amazon.com",
        "docs.aws.amazon.com",
    ]
    .contains(&text)
    {
        return true;
    }
    let Some(name) = host.strip_suffix(".amazonaws.com") else {
        return false;
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 30
            && label
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    match name.split_once('.') {
        None => is_label(name),
        Some((service, region)) => is_label(service) && is_region(region),
    }
}

/// Whether a text is an AWS managed policy's ARN: everybody has the same.
pub(super) fn is_aws_owned_arn(text: &str) -> bool {
    let mut fields = text.splitn(6, ':');
    let is_ours = |c: char| c.is_ascii_alphanumeric() || "+=,.@_/-".contains(c);
    fields.next() == Some("arn")
        && fields.next().is_some_and(is_partition)
        && matches!(fields.next(), Some("iam" | "organizations"))
        && fields.next() == Some("")
        && fields.next() == Some("aws")
        && fields.next().is_some_and(|resource| {
            resource.starts_with("policy/") && resource.chars().all(is_ours)
        })
}

/// `aws`, `aws-cn`, `aws-us-gov`, …
pub(super) fn is_partition(text: &str) -> bool {
    text == "aws"
        || text.strip_prefix("aws-").is_some_and(|rest| {
            rest.split('-')
                .all(|part| REGION_PARTS.contains(&part) || part == "iso")
        })
}

/// An IAM action or an API's operation, with wildcards or without: `ce:Get*`.
pub(super) fn is_action(text: &str) -> bool {
    let part = |part: &str, more: &str| {
        !part.is_empty()
            && part.len() <= 128
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    text.split_once(':')
        .is_some_and(|(service, name)| part(service, "*?-") && part(name, "*?"))
}

/// An API's operation that reads: `GetCostAndUsage`.
pub(super) fn is_operation(text: &str) -> bool {
    ["Get", "List", "Describe"].iter().any(|verb| {
        text.strip_prefix(verb).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_uppercase())
                && rest.chars().all(|c| c.is_ascii_alphabetic())
        })
    })
}

/// A condition key that AWS defines: `aws:PrincipalArn`. Behind a slash stands what people define.
pub(super) fn is_condition_key(text: &str) -> bool {
    text.split_once(':').is_some_and(|(service, name)| {
        let word = |part: &str, more: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        word(service, "-") && word(name, "-_")
    })
}

/// A date or a time of ISO 8601's, or AWS's compact `20261123T070000Z`, of these decades: an id or a telephone number
/// may have the look of one.
pub(super) fn is_time(text: &str) -> bool {
    let year = |date: jiff::civil::Date| (1970..2200).contains(&date.year());
    let is_written = |c: char| c.is_ascii_digit() || "TtZz:.+-".contains(c);
    text.len() >= 8
        && text.contains(['T', 't', '-'])
        && text.chars().all(is_written)
        && (text.parse().is_ok_and(year)
            || (text.parse::<jiff::Timestamp>())
                .is_ok_and(|time| year(time.to_zoned(jiff::tz::TimeZone::UTC).date())))
}

/// A decimal number.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.parse::<f64>().is_ok()
}

/// Whether a number is too short to be anybody's.
pub(super) fn is_short_number(text: &str) -> bool {
    is_number(text) && text.len() <= 4
}

/// An address of somebody's mail.
pub(super) fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(who, host)| {
        !who.is_empty() && is_host(host) && !who.contains(char::is_whitespace)
    })
}

/// A host with a domain.
pub(super) fn is_host(text: &str) -> bool {
    text.split_once('.').is_some()
        && text.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
        && text.ends_with(|c: char| c.is_ascii_alphabetic())
}

/// The prefix that the pseudonym of an id keeps; the rest of it is digits.
pub(super) fn id_prefix(text: &str) -> Option<&str> {
    if let Some((prefix, rest)) = text.split_at_checked(4)
        && UNIQUE_ID_PREFIXES.contains(&prefix)
        && rest.len() >= 12
        && rest
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    {
        return Some(prefix);
    }
    let (prefix, rest) = text.split_once('-')?;
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fits = match prefix {
        // https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html and its neighbours
        "o" => rest.len() >= 10 && rest.chars().all(lower),
        "r" => rest.len() >= 4 && rest.chars().all(lower),
        "ou" => {
            let parts = rest.split_once('-');
            parts.is_some_and(|(root, unit)| {
                root.len() >= 4 && unit.len() >= 8 && (root.chars().chain(unit.chars())).all(lower)
            })
        }
        "p" => rest.len() >= 8 && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
        "vpc" | "vpce" | "i" | "subnet" | "eni" | "sg" => {
            rest.len() >= 8 && rest.chars().all(|c| c.is_ascii_hexdigit())
        }
        _ => false,
    };
    (fits && rest.len() <= 128).then(|| &text[..=prefix.len()])
}

/// An address, or a network `address/prefix`: the address and what follows it.
pub(super) fn network(text: &str) -> Option<(IpAddr, &str)> {
    let (address, rest) = match text.find('/') {
        Some(slash) => text.split_at(slash),
        None => (text, ""),
    };
    let digits = rest.trim_start_matches('/');
    (digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit()) && rest != "/")
        .then(|| address.parse().ok())?
        .map(|address| (address, rest))
}

/// Twelve digits.
pub(super) fn is_account(text: &str) -> bool {
    is_account_id(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_told_from_names() {
        for region in [
            "us-east-1",
            "eu-*",
            "us-gov-west-1",
            "ap-southeast-?",
            "eusc-de-east-1",
        ] {
            assert!(is_region(region), "{region}");
        }
        for other in [
            "alice",
            "",
            "alice-*",
            "1",
            "111122223333",
            "eu-alice-1",
            "west",
        ] {
            assert!(!is_region(other), "{other}");
        }
    }

    #[test]
    fn a_bucket_is_no_service() {
        assert!(is_service_host("ec2.amazonaws.com"));
        assert!(is_service_host("states.eu-west-1.amazonaws.com"));
        assert!(is_service_host("ec2.amazonaws.com.cn"));
        assert!(!is_service_host("secret.s3.amazonaws.com"));
        assert!(!is_service_host("example.com"));
    }

    #[test]
    fn ids_keep_their_prefix() {
        assert_eq!(id_prefix("o-exampleorgid"), Some("o-"));
        assert_eq!(id_prefix("r-a1b2"), Some("r-"));
        assert_eq!(id_prefix("ou-a1b2-workloads"), Some("ou-"));
        assert_eq!(id_prefix("p-regionlock1"), Some("p-"));
        assert_eq!(id_prefix("vpce-0123456789abcdef0"), Some("vpce-"));
        assert_eq!(id_prefix("AIDA4NEAUMKAAUXDMRXWH"), Some("AIDA"));
        for other in [
            "o-",
            "p-é1234567",
            "alice",
            "o-short",
            "dev-alice",
            "AIDA",
            "é-12345678",
        ] {
            assert_eq!(id_prefix(other), None, "{other}");
        }
    }
}
