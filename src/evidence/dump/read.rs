//! From bytes to [`Details`]: one answer of the CLI, or several pages behind each other.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;

use super::{Details, Group, ManagedPolicy, Role, User};

/// How large a dump may be, in bytes.
pub const LARGEST: usize = 512 << 20;

/// How a dump is made.
pub const COMMAND: &str =
    "aws iam get-account-authorization-details --output json > dump.json writes one";

/// Why bytes are not a dump, or not a whole one.
#[derive(Debug, Error)]
pub enum ReadError {
    #[error("it is larger than {} MB", LARGEST >> 20)]
    TooLarge,
    #[error("it is empty")]
    Empty,
    #[error("it is UTF-16, as PowerShell's > writes; it must be UTF-8 (Out-File -Encoding utf8)")]
    Utf16,
    #[error("it is not text: the byte at {at} is not UTF-8")]
    NotUtf8 { at: usize },
    #[error("it is no account dump but {found}")]
    NotADump { found: &'static str },
    #[error("it ends in the middle of document {document}, at {path}: {error}")]
    Truncated {
        document: usize,
        path: String,
        error: serde_json::Error,
    },
    /// JSON's line and column are in the words of the error; they count through the whole file.
    #[error("document {document} can't be understood at {path}: {error}")]
    Malformed {
        document: usize,
        path: String,
        error: serde_json::Error,
    },
    #[error(
        "it is incomplete: document {document}, the last, says by {member} that more pages follow, so that whoever is on \
         them would seem to have no permissions"
    )]
    Incomplete {
        document: usize,
        member: &'static str,
    },
    #[error("{arn} is in it twice, with different content: these are not pages of one answer")]
    Twice { arn: String },
}

/// A page as the CLI prints it, and what tells other files apart.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    user_detail_list: Option<Vec<User>>,
    group_detail_list: Option<Vec<Group>>,
    role_detail_list: Option<Vec<Role>>,
    policies: Option<Vec<ManagedPolicy>>,
    /// With `--no-paginate`.
    is_truncated: Option<bool>,
    /// The CLI's own, with `--max-items`.
    next_token: Option<IgnoredAny>,
    /// Of the formats of this tool.
    #[serde(rename = "schema")]
    schema: Option<IgnoredAny>,
    statement: Option<IgnoredAny>,
    policy: Option<IgnoredAny>,
}

/// Reads a dump. A byte order mark is tolerated.
///
/// # Errors
///
/// Where the bytes are not one or more whole pages that belong together.
pub fn read(bytes: &[u8]) -> Result<Details, ReadError> {
    if bytes.len() > LARGEST {
        return Err(ReadError::TooLarge);
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(ReadError::Utf16);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| ReadError::NotUtf8 {
        at: error.valid_up_to(),
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.trim_start().chars().next() {
        None => return Err(ReadError::Empty),
        Some('{') => {}
        Some('<') => {
            return Err(ReadError::NotADump {
                found: "HTML or XML",
            });
        }
        Some('[') => {
            return Err(ReadError::NotADump {
                found: "a list, perhaps what --query took out of one",
            });
        }
        Some(_) => {
            return Err(ReadError::NotADump {
                found: "something else than JSON objects, perhaps another --output",
            });
        }
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let mut details = Details::default();
    let mut document = 0;
    let mut unfinished = None;
    // `end` passes over white space and takes nothing else.
    while json.end().is_err() {
        document += 1;
        let page: Page = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = match error.path().to_string().as_str() {
                "." => "its beginning".to_owned(),
                path => path.to_owned(),
            };
            let error = error.into_inner();
            if error.is_eof() {
                ReadError::Truncated {
                    document,
                    path,
                    error,
                }
            } else {
                ReadError::Malformed {
                    document,
                    path,
                    error,
                }
            }
        })?;
        unfinished = match (&page.next_token, page.is_truncated) {
            (Some(_), _) => Some("NextToken"),
            (None, Some(true)) => Some("IsTruncated"),
            (None, _) => None,
        };
        add(&mut details, page)?;
    }
    if let Some(member) = unfinished {
        return Err(ReadError::Incomplete { document, member });
    }
    once(&mut details.user_detail_list, |user| &user.arn)?;
    once(&mut details.group_detail_list, |group| &group.arn)?;
    once(&mut details.role_detail_list, |role| &role.arn)?;
    once(&mut details.policies, |policy| &policy.arn)?;
    Ok(details)
}

fn add(details: &mut Details, page: Page) -> Result<(), ReadError> {
    let lists = (
        page.user_detail_list,
        page.group_detail_list,
        page.role_detail_list,
        page.policies,
    );
    if let (None, None, None, None) = lists {
        return Err(ReadError::NotADump {
            found: if page.schema.is_some() {
                "a file of this tool's own, such as a report"
            } else if page.statement.is_some() {
                "a single policy"
            } else if page.policy.is_some() {
                "the description of a single policy"
            } else {
                "JSON with none of UserDetailList, GroupDetailList, RoleDetailList and Policies"
            },
        });
    }
    let (users, groups, roles, policies) = lists;
    details.user_detail_list.extend(users.into_iter().flatten());
    details
        .group_detail_list
        .extend(groups.into_iter().flatten());
    details.role_detail_list.extend(roles.into_iter().flatten());
    details.policies.extend(policies.into_iter().flatten());
    Ok(())
}

/// Leaves out what is there again; what is there again and different can't be trusted.
fn once<T: PartialEq>(list: &mut Vec<T>, arn: impl Fn(&T) -> &String) -> Result<(), ReadError> {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let mut again = Vec::new();
    for (index, item) in list.iter().enumerate() {
        match first.get(arn(item).as_str()) {
            Some(&seen) if list[seen] == *item => again.push(index),
            Some(_) => {
                return Err(ReadError::Twice {
                    arn: arn(item).clone(),
                });
            }
            None => {
                first.insert(arn(item), index);
            }
        }
    }
    // In one pass, since a hostile file may repeat a million.
    let mut again = again.into_iter().peekable();
    let mut index = 0;
    list.retain(|_| {
        let is_again = again.next_if_eq(&index).is_some();
        index += 1;
        !is_again
    });
    Ok(())
}
