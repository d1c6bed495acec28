//! AWS's names for things, taken apart just far enough: ARNs and actions.

use serde::{Deserialize, Serialize};

/// What kind of IAM principal an ARN names.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PrincipalKind {
    /// `arn:aws:iam::111122223333:root`, the account's root user.
    RootUser,
    /// `arn:aws:iam::111122223333:user/…`
    User,
    /// `arn:aws:iam::111122223333:role/…`, or a session of it, `arn:aws:sts::…:assumed-role/…`.
    Role,
    /// `arn:aws:sts::111122223333:federated-user/…`, from GetFederationToken.
    FederatedUser,
}

impl PrincipalKind {
    /// AWS's own word for it, for a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::RootUser => "root user",
            Self::User => "IAM user",
            Self::Role => "role",
            Self::FederatedUser => "federated user",
        }
    }
}

/// The parts of a principal's ARN that decide what may be asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalArn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`, …
    pub partition: &'a str,
    /// Twelve digits, or what somebody put in their place before they shared a file.
    pub account: &'a str,
    pub kind: PrincipalKind,
    /// The user's or role's own name, without its path and without the session's name. Empty for the root user.
    pub name: &'a str,
    /// The role session's name, where the ARN is that of a session.
    pub session: Option<&'a str>,
}

impl<'a> PrincipalArn<'a> {
    /// Takes apart the ARN of a root user, user, role, role session or federated user; `None` for anything else.
    pub fn parse(arn: &'a str) -> Option<Self> {
        let mut fields = arn.splitn(6, ':');
        let ("arn", partition, service, "", account, resource) = (
            fields.next()?,
            fields.next()?,
            fields.next()?,
            fields.next()?,
            fields.next()?,
            fields.next()?,
        ) else {
            return None;
        };
        if !(is_account_id(account) || is_masked_account(account)) || partition.is_empty() {
            return None;
        }
        let (kind, name, session) = match (service, resource.split_once('/')) {
            ("iam", None) if resource == "root" => (PrincipalKind::RootUser, "", None),
            ("iam", Some(("user", rest))) => (PrincipalKind::User, last_segment(rest), None),
            ("iam", Some(("role", rest))) => (PrincipalKind::Role, last_segment(rest), None),
            // A session's ARN has the role's name without its path.
            ("sts", Some(("assumed-role", rest))) => {
                let (role, session) = rest.split_once('/')?;
                (PrincipalKind::Role, role, Some(session))
            }
            ("sts", Some(("federated-user", rest))) => (PrincipalKind::FederatedUser, rest, None),
            // moto and winterbaume answer GetCallerIdentity with `arn:aws:sts::…:user/…`.
            ("sts", Some(("user", rest))) => (PrincipalKind::User, last_segment(rest), None),
            _ => return None,
        };
        if name.is_empty() && kind != PrincipalKind::RootUser {
            return None;
        }
        Some(Self {
            partition,
            account,
            kind,
            name,
            session,
        })
    }
}

/// The permission set behind a role that IAM Identity Center made: `AWSReservedSSO_<permission set>_<16 hex digits>`.
///
/// Such a role can't be edited in the account; its permission set must be.
/// Source: <https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html>
pub fn permission_set(role_name: &str) -> Option<&str> {
    let (set, suffix) = role_name
        .strip_prefix("AWSReservedSSO_")?
        .rsplit_once('_')?;
    (suffix.len() == 16 && suffix.bytes().all(|b| b.is_ascii_hexdigit()) && !set.is_empty())
        .then_some(set)
}

/// Whether a role is an AWS service's own, which no service control policy binds.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>
pub fn is_service_linked(role_arn: &str) -> bool {
    role_arn.contains(":role/aws-service-role/")
}

/// Whether a policy is one that AWS attaches to a user whose access key has leaked: `AWSCompromisedKeyQuarantine`, and the
/// same with V2, V3, …
///
/// Source: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html>
pub fn is_quarantine(policy_arn: &str) -> bool {
    policy_arn.contains(":iam::aws:policy/AWSCompromisedKeyQuarantine")
}

/// The name at the end of a managed policy's ARN.
pub fn policy_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Twelve digits.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// What stands in an ARN where the account's number was, after somebody made it unreadable: `xxxxxxxxxxxx`, `1111xxxx3333`,
/// `<ACCOUNT_ID>`, `REDACTED`, `1234`.
pub fn is_masked_account(text: &str) -> bool {
    // AWS's own policies and CloudFront's identities have a word there too.
    !matches!(text, "" | "aws" | "cloudfront")
        && text.len() <= 64
        && !is_account_id(text)
        && !text.chars().any(char::is_control)
}

/// Whether two account numbers may be one, as far as what is masked of them leaves it open.
pub fn may_be_one_account(one: &str, other: &str) -> bool {
    one == other || hides_all(one) || hides_all(other) || digits_agree(one, other)
}

/// Whether an account number in a policy of an account is that account's own. Whoever masks it does so everywhere: a number
/// that is shown in full is another.
pub fn is_own_account(own: &str, number: &str) -> bool {
    // `xxxxxxxxxxxx`, `************`: not even a word that could tell two of them apart.
    let says_nothing =
        |text: &str| !text.contains(|c: char| c.is_ascii_alphanumeric() && !matches!(c, 'x' | 'X'));
    match (hides_all(own), hides_all(number)) {
        (true, true) => {
            own.eq_ignore_ascii_case(number) || says_nothing(own) || says_nothing(number)
        }
        (false, false) => digits_agree(own, number),
        _ => false,
    }
}

fn hides_all(account: &str) -> bool {
    is_masked_account(account) && !account.contains(|c: char| c.is_ascii_digit())
}

/// Whether the digits that both show are the same.
fn digits_agree(one: &str, other: &str) -> bool {
    let mut pairs = one.chars().zip(other.chars());
    one.len() == other.len()
        && pairs.all(|(a, b)| a == b || !a.is_ascii_digit() || !b.is_ascii_digit())
}

/// The service prefix of an action: `ce` of `ce:GetCostAndUsage`.
pub fn service_prefix(action: &str) -> &str {
    action.split_once(':').map_or(action, |(prefix, _)| prefix)
}

/// Whether a pattern of actions is what a template has for a program to fill in: `${denied_actions}`, `{{ actions }}`. IAM
/// has letters, digits, `*`, `?`, `-` and `:` in actions.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
pub fn is_placeholder(action: &str) -> bool {
    action.contains(['{', '}', '<', '>', '$', '[', ']', '%']) || action.starts_with("__")
}

fn last_segment(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_keeps_its_name_without_the_path() {
        let arn = PrincipalArn::parse("arn:aws:iam::111122223333:user/div/alice").unwrap();
        assert_eq!((arn.kind, arn.name), (PrincipalKind::User, "alice"));
    }

    #[test]
    fn a_role_session_is_a_role_with_a_session_name() {
        let arn =
            PrincipalArn::parse("arn:aws:sts::111122223333:assumed-role/ops/alice@example.com")
                .unwrap();
        assert_eq!(
            (arn.kind, arn.name, arn.session),
            (PrincipalKind::Role, "ops", Some("alice@example.com"))
        );
    }

    #[test]
    fn the_root_user_has_no_name() {
        let arn = PrincipalArn::parse("arn:aws-cn:iam::111122223333:root").unwrap();
        assert_eq!(
            (arn.kind, arn.partition),
            (PrincipalKind::RootUser, "aws-cn")
        );
    }

    #[test]
    fn what_is_no_principal_is_refused() {
        for text in [
            "",
            "arn",
            "arn:aws:iam:::user/a",
            "arn:aws:iam::aws:user/a",
            "arn:aws:s3:::bucket",
            "arn:aws:iam::111122223333:group/g",
            "arn:aws:iam::111122223333:user/",
            "alice",
        ] {
            assert_eq!(PrincipalArn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_masked_account_number_is_an_account_and_only_as_much_as_it_shows_tells_it_apart() {
        for mask in [
            "xxxxxxxxxxxx",
            "************",
            "<ACCOUNT_ID>",
            "REDACTED",
            "1111xxxx3333",
        ] {
            let arn = format!("arn:aws:iam::{mask}:role/ops");
            assert_eq!(PrincipalArn::parse(&arn).map(|arn| arn.account), Some(mask));
            assert!(is_own_account(mask, mask) && may_be_one_account(mask, "111122223333"));
        }
        assert_eq!(PrincipalArn::parse("arn:aws:iam::aws:user/x"), None);
        for (own, number, is_own) in [
            ("xxxxxxxxxxxx", "************", true),
            ("<ACCOUNT_ID>", "xxxxxxxxxxxx", true),
            ("1111xxxx3333", "111122223333", true),
            ("1111xxxx3333", "111122224444", false),
            ("<OURS>", "<THEIRS>", false),
            ("xxxxxxxxxxxx", "999988887777", false),
            ("111122223333", "xxxxxxxxxxxx", false),
            ("111122223333", "999988887777", false),
        ] {
            assert_eq!(is_own_account(own, number), is_own, "{own} {number}");
        }
        assert!(!may_be_one_account("1111xxxx3333", "999988887777"));
    }

    #[test]
    fn an_identity_center_role_names_its_permission_set() {
        assert_eq!(
            permission_set("AWSReservedSSO_Billing_View_0123456789abcdef"),
            Some("Billing_View")
        );
        assert_eq!(permission_set("AWSReservedSSO_Billing"), None);
        assert_eq!(permission_set("ops"), None);
    }
}
