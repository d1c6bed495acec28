//! Who may assume a role: its trust policy.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::evidence::dump::Role;
use crate::names::{is_account_id, is_own_account};

/// Somebody whom a role trusts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Trust {
    pub who: Trusted,
    /// The service, account, provider or principal as the policy writes it.
    pub name: String,
    /// The context keys on which it depends, such as `sts:ExternalId`. Sorted.
    pub conditions: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Trusted {
    /// Anybody with an AWS account.
    Anyone,
    OtherAccount,
    Oidc,
    Saml,
    IdentityCenter,
    ThisAccount,
    Service,
    /// A trust policy that can't be understood.
    Unknown,
}

impl Trusted {
    /// Whether it lets somebody in who is not of the account and its sign-in.
    pub fn is_outside(self) -> bool {
        matches!(self, Self::Anyone | Self::OtherAccount | Self::Oidc)
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::OtherAccount => "another account",
            Self::Oidc => "OIDC",
            Self::Saml => "SAML",
            Self::IdentityCenter => "IAM Identity Center",
            Self::ThisAccount => "this account",
            Self::Service => "service",
            Self::Unknown => "unknown",
        }
    }
}

/// Everybody whom a role trusts, whoever else it denies. Sorted.
pub(super) fn of(role: &Role) -> Vec<Trust> {
    let own = account_in(&role.arn).unwrap_or_default();
    let unknown = |name: &str| {
        vec![Trust {
            who: Trusted::Unknown,
            name: name.to_owned(),
            conditions: Vec::new(),
        }]
    };
    let Some(text) = &role.assume_role_policy_document else {
        return unknown("the dump lacks the trust policy");
    };
    let Ok(document) = serde_json::from_str::<Value>(&text.0) else {
        return unknown("the trust policy is no JSON");
    };
    let mut trusted = BTreeSet::new();
    for statement in one_or_many(&document["Statement"]) {
        if statement["Effect"] != "Allow" {
            continue;
        }
        let conditions: BTreeSet<String> = statement["Condition"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, keys)| keys.as_object())
            .flat_map(|keys| keys.keys().cloned())
            .collect();
        let conditions: Vec<String> = conditions.into_iter().collect();
        let mut trust = |who: Trusted, name: &str| {
            trusted.insert(Trust {
                who,
                name: name.to_owned(),
                conditions: conditions.clone(),
            });
        };
        match &statement["Principal"] {
            Value::String(all) if all == "*" => trust(Trusted::Anyone, "*"),
            Value::Object(kinds) => {
                for (kind, names) in kinds {
                    for name in one_or_many(names) {
                        let name = name.as_str().unwrap_or_default();
                        trust(who(kind, name, own), name);
                    }
                }
            }
            // NotPrincipal trusts everybody else.
            _ if !statement["NotPrincipal"].is_null() => trust(Trusted::Anyone, "NotPrincipal"),
            _ => {}
        }
    }
    trusted.into_iter().collect()
}

fn who(kind: &str, name: &str, own: &str) -> Trusted {
    match kind {
        "Service" => Trusted::Service,
        "Federated" if name.contains(":saml-provider/AWSSSO_") => Trusted::IdentityCenter,
        "Federated" if name.contains(":saml-provider/") => Trusted::Saml,
        "Federated" => Trusted::Oidc,
        "AWS" if name == "*" => Trusted::Anyone,
        "AWS" => {
            let account = if is_account_id(name) || name == own {
                Some(name)
            } else {
                account_in(name)
            };
            match account {
                Some(account) if is_own_account(own, account) => Trusted::ThisAccount,
                // AROA… and AIDA… stand where a principal was deleted; nobody is that any more.
                None if !name.starts_with("arn:") => Trusted::Unknown,
                _ => Trusted::OtherAccount,
            }
        }
        _ => Trusted::Unknown,
    }
}

/// Where an ARN has the account's number, or what somebody put in its place.
fn account_in(arn: &str) -> Option<&str> {
    arn.split(':').nth(4)
}

fn one_or_many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        Value::Null => Vec::new(),
        single => vec![single],
    }
}
