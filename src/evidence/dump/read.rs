//! From bytes to [`Details`]: one answer of the CLI, or several pages, behind each other or in a list, in any order.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::entry::{self, NO_ACCOUNT, Nameless};
use super::member::{self, List, Odd, plain};
use super::{Details, account};
use crate::encoding::{NotText, decode};
use crate::names::PrincipalArn;
use crate::text::sanitize;

/// How large a dump may be, in bytes.
pub const LARGEST: usize = 512 << 20;

/// How a dump is made.
pub const COMMAND: &str =
    "aws iam get-account-authorization-details --output json > dump.json writes one";

/// Why bytes are not a dump, or not a whole one.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("it is larger than {} MB", LARGEST >> 20)]
    TooLarge,
    #[error("it is empty")]
    Empty,
    #[error(transparent)]
    NotText(#[from] NotText),
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
    #[error("nobody in it can be understood: {path}: {reason} at line {line} column {column}")]
    Nobody {
        path: String,
        reason: String,
        line: usize,
        column: usize,
    },
    #[error(
        "it is incomplete: every page of it says by {member} that more pages follow, so that whoever is on them would seem \
         to have no permissions"
    )]
    Incomplete { member: &'static str },
    #[error("{arn} is in it twice, with different content: these are not pages of one answer")]
    Twice { arn: String },
}

/// Reads a dump.
///
/// # Errors
///
/// Where the bytes are not one or more whole pages that belong together. An odd entry is no error as long as another can
/// be understood: what is odd is noted in it.
pub fn read(bytes: &[u8]) -> Result<Details, ReadError> {
    if bytes.len() > LARGEST {
        return Err(ReadError::TooLarge);
    }
    let mut text = decode(bytes)?;
    // Files that were put behind each other have their marks in the middle.
    if text.contains(MARKED) {
        text = text.replace(MARKED, " {").into();
    }
    let found = match text.trim_start().chars().next() {
        None => return Err(ReadError::Empty),
        Some('{' | '[') => None,
        Some('<') => Some("HTML or XML"),
        Some(_) => Some("something else than JSON objects, perhaps another --output"),
    };
    if let Some(found) = found {
        return Err(ReadError::NotADump { found });
    }
    let mut json = serde_json::Deserializer::from_str(&text);
    let mut reading = Reading::default();
    let mut document = 0;
    // `end` passes over white space and takes nothing else.
    while json.end().is_err() {
        document += 1;
        let pages: Pages = serde_path_to_error::deserialize(&mut json)
            .map_err(|error| malformed(document, error))?;
        let mut pages = pages.0.into_iter().peekable();
        if pages.peek().is_none() {
            return Err(ReadError::NotADump { found: A_LIST });
        }
        for page in pages {
            reading.add(page)?;
        }
    }
    reading.finish(&text)
}

const MARKED: &str = "\u{feff}{";

const A_LIST: &str = "a list, perhaps what --query took out of one";

fn malformed(document: usize, error: serde_path_to_error::Error<serde_json::Error>) -> ReadError {
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
}

/// What was read so far.
#[derive(Default)]
struct Reading<'a> {
    details: Details,
    /// How many users and roles say who they are.
    named: usize,
    /// The first who does not.
    nameless: Nameless<'a>,
    /// Whether a page says that it is the last.
    is_whole: bool,
    unfinished: Option<&'static str>,
}

impl<'a> Reading<'a> {
    fn add(&mut self, page: Page<'a>) -> Result<(), ReadError> {
        if !page.has_lists || page.is_own {
            return Err(ReadError::NotADump {
                found: page.is_instead(),
            });
        }
        match page.follows {
            Some(member) => self.unfinished = Some(member),
            None => self.is_whole = true,
        }
        for user in present(page.users) {
            let number = self.details.user_detail_list.len() + 1;
            let (user, nameless) = entry::user(user, number);
            self.details.user_detail_list.push(user);
            self.note(nameless, "UserDetailList", number);
        }
        for role in present(page.roles) {
            let number = self.details.role_detail_list.len() + 1;
            let (role, nameless) = entry::role(role, number);
            self.details.role_detail_list.push(role);
            self.note(nameless, "RoleDetailList", number);
        }
        let groups = present(page.groups).filter_map(entry::group);
        self.details.group_detail_list.extend(groups);
        let policies = present(page.policies).filter_map(entry::managed);
        self.details.policies.extend(policies);
        Ok(())
    }

    fn note(&mut self, nameless: Nameless<'a>, list: &str, number: usize) {
        match nameless {
            None => self.named += 1,
            Some(odd) if self.nameless.is_none() => {
                let index = number - 1;
                self.nameless = Some(odd.below(&format!("{list}[{index}]")));
            }
            Some(_) => {}
        }
    }

    fn finish(mut self, text: &str) -> Result<Details, ReadError> {
        if let (Some(member), false) = (self.unfinished, self.is_whole) {
            return Err(ReadError::Incomplete { member });
        }
        if let (Some(odd), 0) = (&self.nameless, self.named) {
            return Err(nobody(odd, text));
        }
        name_account(&mut self.details);
        let details = &mut self.details;
        once(&mut details.user_detail_list, |user| &user.arn)?;
        once(&mut details.group_detail_list, |group| &group.arn)?;
        once(&mut details.role_detail_list, |role| &role.arn)?;
        once(&mut details.policies, |policy| &policy.arn)?;
        Ok(self.details)
    }
}

/// Go's SDK writes `null` where there is nobody.
fn present(items: Vec<&RawValue>) -> impl Iterator<Item = &RawValue> {
    items.into_iter().filter(|item| item.get() != "null")
}

fn nobody(odd: &Odd, text: &str) -> ReadError {
    // Every value is a piece of the text.
    let at = (odd.at.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let before = text.get(..at).unwrap_or_default();
    let last_line = before.rsplit('\n').next().unwrap_or_default();
    ReadError::Nobody {
        path: sanitize(&odd.path),
        reason: sanitize(&odd.reason),
        line: before.matches('\n').count() + 1,
        column: last_line.chars().count() + 1,
    }
}

/// Puts the account of the others into the ARNs that were made up.
fn name_account(details: &mut Details) {
    let users = details
        .user_detail_list
        .iter_mut()
        .map(|user| &mut user.arn);
    let roles = details
        .role_detail_list
        .iter_mut()
        .map(|role| &mut role.arn);
    let is_made_up = |arn: &str| arn.split(':').nth(4) == Some(NO_ACCOUNT);
    let (mut made_up, given): (Vec<&mut String>, Vec<&mut String>) =
        users.chain(roles).partition(|arn| is_made_up(arn));
    if made_up.is_empty() {
        return;
    }
    let Some(number) = account(given.iter().map(|arn| arn.as_str())) else {
        return;
    };
    let parsed = given.iter().filter_map(|arn| PrincipalArn::parse(arn));
    let partition = parsed.map(|arn| arn.partition).next().unwrap_or("aws");
    for arn in &mut made_up {
        **arn = arn.replacen(
            &format!("arn:aws:iam::{NO_ACCOUNT}:"),
            &format!("arn:{partition}:iam::{number}:"),
            1,
        );
    }
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

/// A page as some program prints it, and what tells other files apart.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>
#[derive(Default)]
struct Page<'a> {
    /// Whether it has one of the four lists, and be it null.
    has_lists: bool,
    users: Vec<&'a RawValue>,
    groups: Vec<&'a RawValue>,
    roles: Vec<&'a RawValue>,
    policies: Vec<&'a RawValue>,
    /// The member by which it says that another page follows.
    follows: Option<&'static str>,
    /// Whether it is an item of a list.
    is_item: bool,
    instead: Option<&'static str>,
    /// Whether it says that it is a file of this tool's.
    is_own: bool,
}

impl Page<'_> {
    /// What it is, where it has none of the lists.
    fn is_instead(&self) -> &'static str {
        match self.instead {
            Some(found) => found,
            None if self.is_item => A_LIST,
            None => {
                "JSON with none of UserDetailList, GroupDetailList, RoleDetailList and Policies"
            }
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Page<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Page<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut page = Page::default();
                let mut seen: Vec<String> = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    let mut list = |map: &mut A| {
                        if seen.contains(&plain(&name)) {
                            return Err(A::Error::custom(format!("duplicate field `{name}`")));
                        }
                        seen.push(plain(&name));
                        Ok(map.next_value::<List>()?.0)
                    };
                    match plain(&name).as_str() {
                        "userdetaillist" => page.users = list(&mut map)?,
                        "groupdetaillist" => page.groups = list(&mut map)?,
                        "roledetaillist" => page.roles = list(&mut map)?,
                        "policies" => page.policies = list(&mut map)?,
                        // With `--no-paginate`.
                        "istruncated" => {
                            if member::is_true(map.next_value()?) {
                                page.follows.get_or_insert("IsTruncated");
                            }
                        }
                        // The CLI's own, with `--max-items`.
                        "nexttoken" => {
                            if map.next_value::<&RawValue>()?.get() != "null" {
                                page.follows = Some("NextToken");
                            }
                        }
                        // As the answer is on the wire.
                        "getaccountauthorizationdetailsresponse"
                        | "getaccountauthorizationdetailsresult" => {
                            // One within the other, and nothing deeper.
                            page = map.next_value()?;
                            page.is_item = false;
                        }
                        "schema" => {
                            let schema = member::text(map.next_value()?).unwrap_or_default();
                            if schema.starts_with("billing-doctor/") {
                                page.is_own = true;
                                page.instead = Some("a file of this tool's own, such as a report");
                            }
                        }
                        "statement" => {
                            map.next_value::<IgnoredAny>()?;
                            page.instead.get_or_insert("a single policy");
                        }
                        "policy" => {
                            map.next_value::<IgnoredAny>()?;
                            page.instead
                                .get_or_insert("the description of a single policy");
                        }
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                page.has_lists |= !seen.is_empty();
                Ok(page)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// The pages of one document: a page, or a list of them, as `jq -s` makes it.
struct Pages<'a>(Vec<Page<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Pages<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;

        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Pages<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object, or a list of them")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let page = Page::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(Pages(vec![page]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut pages = Vec::new();
                while let Some(page) = items.next_element::<Option<Page>>()? {
                    pages.extend(page.map(|page| Page {
                        is_item: true,
                        ..page
                    }));
                }
                Ok(Pages(pages))
            }
        }

        deserializer.deserialize_any(OneOrMany)
    }
}
