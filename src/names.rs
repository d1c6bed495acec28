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
    /// Twelve digits.
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
        if !is_account_id(account) || partition.is_empty() {
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

/// The service prefix of an action: `ce` of `ce:GetCostAndUsage`.
pub fn service_prefix(action: &str) -> &str {
    action.split_once(':').map_or(action, |(prefix, _)| prefix)
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
            "arn:aws:iam::1111:user/a",
            "arn:aws:s3:::bucket",
            "arn:aws:iam::111122223333:group/g",
            "arn:aws:iam::111122223333:user/",
            "alice",
        ] {
            assert_eq!(PrincipalArn::parse(text), None, "{text}");
        }
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
