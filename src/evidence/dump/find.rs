//! Who in a dump is meant: by ARN, by name, by the ARN of a session or the name of a permission set.

use thiserror::Error;

use super::Details;
use super::subject::{Subject, principals};
use crate::names::{PrincipalArn, PrincipalKind, may_be_one_account, permission_set};
use crate::text::{count, list, some_of};

/// Why there is nobody to judge.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PrincipalError {
    #[error("{asked} is not the ARN of a user or role")]
    NotAPrincipal { asked: String },
    #[error("{asked} is a group{}; ask about one of its users", in_it(.users))]
    Group { asked: String, users: Vec<String> },
    #[error("{asked} is not in the dump, which has {has}{}", alike_in_words(.alike))]
    Missing {
        asked: String,
        has: String,
        /// Principals of the dump with a similar name, the most similar first; at most five.
        alike: Vec<String>,
    },
    #[error("{asked} may be any of {}: give the ARN", list(.candidates))]
    Ambiguous {
        asked: String,
        candidates: Vec<String>,
    },
    #[error("{asked} belongs to account {wanted}, and the dump is of account {found}")]
    OtherAccount {
        asked: String,
        wanted: String,
        found: String,
    },
}

fn alike_in_words(alike: &[String]) -> String {
    match alike {
        [] => ", nor is one of a similar name".to_owned(),
        alike => format!("; there are {}", alike.join(", ")),
    }
}

fn in_it(users: &[String]) -> String {
    match users {
        [] => String::new(),
        users => format!(" of {}", some_of(users, 5)),
    }
}

/// The ARN of the user or role that is meant.
///
/// # Errors
///
/// Where it is nobody, or may be several.
pub fn resolve(details: &Details, asked: &str) -> Result<String, PrincipalError> {
    find(details, asked).map(|subject| subject.arn.to_owned())
}

/// What was asked, taken apart.
struct Wanted<'a> {
    kind: Option<PrincipalKind>,
    /// The name, perhaps behind its path.
    name: &'a str,
    /// Of an ARN: partition and account.
    place: Option<(&'a str, &'a str)>,
}

impl<'a> Wanted<'a> {
    /// `None` for an ARN of something else.
    fn parse(asked: &'a str) -> Option<Self> {
        if asked.starts_with("arn:") {
            let arn = PrincipalArn::parse(asked)?;
            let is_in_dump = matches!(arn.kind, PrincipalKind::User | PrincipalKind::Role);
            return is_in_dump.then_some(Self {
                kind: Some(arn.kind),
                name: arn.name,
                place: Some((arn.partition, arn.account)),
            });
        }
        let (kind, name) = match asked.split_once('/') {
            Some(("user", name)) => (Some(PrincipalKind::User), name),
            Some(("role", name)) => (Some(PrincipalKind::Role), name),
            Some(("assumed-role", session)) => {
                let role = session.split_once('/').map_or(session, |(role, _)| role);
                (Some(PrincipalKind::Role), role)
            }
            _ => (None, asked),
        };
        Some(Self {
            kind,
            name,
            place: None,
        })
    }

    /// Whether it may be this one, the name left aside.
    fn admits(&self, subject: &Subject, same: fn(&str, &str) -> bool) -> bool {
        if self.kind.is_some_and(|kind| kind != subject.kind) {
            return false;
        }
        let Some((partition, account)) = self.place else {
            return true;
        };
        PrincipalArn::parse(subject.arn)
            .is_some_and(|arn| arn.partition == partition && same(arn.account, account))
    }

    /// Whether the name is this one's. Names are unique in an account whatever the path, and a session's ARN has none.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>
    fn is_name_of(&self, subject: &Subject) -> bool {
        let path = self.name.trim_start_matches('/');
        subject.name == self.name
            || (path.contains('/') && subject.arn.ends_with(&format!("/{path}")))
    }
}

/// The user or role that is meant.
pub(super) fn find<'a>(details: &'a Details, asked: &str) -> Result<Subject<'a>, PrincipalError> {
    let asked = asked.trim();
    // As the dump has it, and be it no ARN at all.
    if let Some(exact) = principals(details).find(|subject| subject.arn == asked) {
        return Ok(exact);
    }
    let Some(wanted) = Wanted::parse(asked) else {
        return Err(match group(details, asked) {
            Some(group) => group,
            None => PrincipalError::NotAPrincipal {
                asked: asked.to_owned(),
            },
        });
    };
    // The first of these that anybody answers to. IAM takes no two names that differ by case alone.
    let by_exact_name = |subject: &Subject| wanted.is_name_of(subject);
    let by_name = |subject: &Subject| subject.name.eq_ignore_ascii_case(wanted.name);
    let by_permission_set = |subject: &Subject| {
        subject.kind == PrincipalKind::Role
            && permission_set(subject.name).is_some_and(|set| set.eq_ignore_ascii_case(wanted.name))
    };
    let equal: fn(&str, &str) -> bool = |one, other| one == other;
    for is_called in [
        &by_exact_name as &dyn Fn(&Subject) -> bool,
        &by_name,
        &by_permission_set,
    ] {
        for same in [equal, may_be_one_account] {
            let mut found: Vec<Subject> = principals(details)
                .filter(|subject| is_called(subject) && wanted.admits(subject, same))
                .collect();
            if found.len() > 1 {
                return Err(PrincipalError::Ambiguous {
                    asked: asked.to_owned(),
                    candidates: found
                        .iter()
                        .take(10)
                        .map(|one| one.arn.to_owned())
                        .collect(),
                });
            }
            if let Some(one) = found.pop() {
                return Ok(one);
            }
        }
    }
    Err(nobody(details, asked, &wanted))
}

fn nobody(details: &Details, asked: &str, wanted: &Wanted) -> PrincipalError {
    let accounts = principals(details)
        .filter_map(|subject| PrincipalArn::parse(subject.arn).map(|arn| arn.account));
    let mut accounts: Vec<&str> = accounts.collect();
    accounts.sort_unstable();
    accounts.dedup();
    if let Some((_, account)) = wanted.place
        && !accounts.is_empty()
        && !accounts
            .iter()
            .any(|found| may_be_one_account(found, account))
    {
        return PrincipalError::OtherAccount {
            asked: asked.to_owned(),
            wanted: account.to_owned(),
            found: accounts.join(", "),
        };
    }
    if let Some(group) = group(details, asked) {
        return group;
    }
    PrincipalError::Missing {
        asked: asked.to_owned(),
        has: format!(
            "{} and {}",
            count(details.user_detail_list.len(), "user"),
            count(details.role_detail_list.len(), "role")
        ),
        alike: alike(details, wanted.name),
    }
}

/// A group has no credentials: nobody is signed in as one.
fn group(details: &Details, asked: &str) -> Option<PrincipalError> {
    let name = match asked.starts_with("arn:") {
        true => asked.split_once(":group/")?.1.rsplit('/').next()?,
        false => asked.strip_prefix("group/").unwrap_or(asked),
    };
    let mut groups = details.group_detail_list.iter();
    groups.find(|group| group.group_name == name)?;
    let users = details.user_detail_list.iter();
    Some(PrincipalError::Group {
        asked: asked.to_owned(),
        users: users
            .filter(|user| user.group_list.iter().any(|group| group == name))
            .map(|user| user.user_name.clone())
            .collect(),
    })
}

/// The ARNs of those whose name, or that of whose permission set, looks like this one.
fn alike(details: &Details, name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    let likeness = |other: &str| strsim::jaro_winkler(&name, &other.to_lowercase());
    let mut found: Vec<(f64, &str)> = principals(details)
        .map(|subject| {
            let set = permission_set(subject.name).map_or(0.0, likeness);
            (likeness(subject.name).max(set), subject.arn)
        })
        .filter(|(likeness, _)| *likeness > 0.8)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    found
        .into_iter()
        .take(5)
        .map(|(_, arn)| arn.to_owned())
        .collect()
}
