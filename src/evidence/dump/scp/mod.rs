//! Service control policies from files, and the levels of the organization at which they are attached.

mod described;
mod error;
mod instead;
mod suits;

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

pub use error::ScpError;

use crate::evidence::{AttachedPolicy, Observed, ServiceControlLevel, Via};
use crate::names::{is_account_id, may_be_one_account};

/// A level of the path from the organization's root down to the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `root`, or the root's id, `r-…`.
    Root(String),
    /// `ou-…`.
    OrganizationalUnit(String),
    /// `account`, or its twelve digits.
    Account(String),
}

impl FromStr for Target {
    type Err = NotATarget;

    fn from_str(text: &str) -> Result<Self, NotATarget> {
        let owned = text.to_owned();
        let is_id = |rest: &str| {
            !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if text == "root" || text.strip_prefix("r-").is_some_and(is_id) {
            Ok(Self::Root(owned))
        } else if text.strip_prefix("ou-").is_some_and(is_id) {
            Ok(Self::OrganizationalUnit(owned))
        } else if text == "account" || is_account_id(text) {
            Ok(Self::Account(owned))
        } else {
            Err(NotATarget)
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Root(id) | Self::OrganizationalUnit(id) | Self::Account(id)) = self;
        f.write_str(id)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a level is root (or r-…), ou-… or account (or its number)")]
pub struct NotATarget;

/// Why levels do not make one path.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LevelError {
    #[error("--scp calls one level both {one} and {other}: use one name")]
    TwoNames { one: String, other: String },
    #[error("--scp {given}=… is another account than the principal's, {account}")]
    OtherAccount { given: String, account: String },
}

/// A policy attached at a level. `name` is for a bare document, which does not say its own.
///
/// # Errors
///
/// Where the text is something else, or a policy of another type or without a document that can be read.
pub fn policy(text: &str, name: &str, target: &Target) -> Result<AttachedPolicy, ScpError> {
    let described = described::read(text)?;
    suits::check(&described.document)?;
    Ok(AttachedPolicy {
        name: described.name.unwrap_or_else(|| name.to_owned()),
        arn: described.arn,
        via: Via::Organization(target.to_string()),
        document: Observed::Known {
            value: described.document,
        },
    })
}

/// The levels from the root down to the account, organizational units in the order given.
///
/// # Errors
///
/// Where the root or the account goes by two names, or the account is not the one with this number: as two levels, each
/// would have to allow by itself.
pub fn levels(
    policies: Vec<(Target, AttachedPolicy)>,
    account: &str,
) -> Result<Vec<ServiceControlLevel>, LevelError> {
    let mut root = None;
    let mut own = None;
    for (target, _) in &policies {
        let (known, id) = match target {
            Target::Root(id) => (&mut root, id),
            Target::Account(id) if is_account_id(id) && !may_be_one_account(id, account) => {
                return Err(LevelError::OtherAccount {
                    given: id.clone(),
                    account: account.to_owned(),
                });
            }
            Target::Account(id) => (&mut own, id),
            Target::OrganizationalUnit(_) => continue,
        };
        let first = known.get_or_insert(id);
        if *first != id {
            return Err(LevelError::TwoNames {
                one: (*first).clone(),
                other: id.clone(),
            });
        }
    }
    let mut levels: Vec<(Target, Vec<AttachedPolicy>)> = Vec::new();
    for (target, policy) in policies {
        match levels.iter_mut().find(|(level, _)| *level == target) {
            Some((_, found)) => found.push(policy),
            None => levels.push((target, vec![policy])),
        }
    }
    // Stable: among themselves, organizational units stay as they are.
    levels.sort_by_key(|(target, _)| match target {
        Target::Root(_) => 0,
        Target::OrganizationalUnit(_) => 1,
        Target::Account(_) => 2,
    });
    Ok(levels
        .into_iter()
        .map(|(target, policies)| ServiceControlLevel {
            target: target.to_string(),
            policies: Observed::Known { value: policies },
        })
        .collect())
}
