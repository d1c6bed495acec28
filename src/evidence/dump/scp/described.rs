//! The forms in which people have a policy of their organization: what `describe-policy` prints, whole or taken apart by
//! `--query`, as JSON or text, and the bare document.
//!
//! Source: <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html>

use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;

use super::error::ScpError;
use super::instead;
use crate::evidence::dump::member::{self, Members};
use crate::text::sanitize;

/// A policy as a file describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Described {
    pub(super) name: Option<String>,
    pub(super) arn: Option<String>,
    /// As it stands: members that are there twice stay for the engine to object to.
    pub(super) document: String,
}

/// How often a policy may be wrapped: `{"Policy": {"Content": "\"…\""}}` in a list.
const DEEPEST: usize = 6;

pub(super) fn read(text: &str) -> Result<Described, ScpError> {
    unwrap(text, DEEPEST)
}

fn unwrap(text: &str, deeper: usize) -> Result<Described, ScpError> {
    let text = text.trim().trim_start_matches('\u{feff}').trim_start();
    let Some(deeper) = deeper.checked_sub(1) else {
        return Err(ScpError::NotAPolicy("it is wrapped too often".to_owned()));
    };
    let first = text.chars().next().ok_or(ScpError::Empty)?;
    if first == '%'
        && let Ok(decoded) = percent_decode_str(text).decode_utf8()
        && decoded.trim_start().starts_with('{')
    {
        return unwrap(&decoded, deeper);
    }
    if let Some(printed) = printed_as_text(text) {
        return Ok(Described {
            document: unwrap(printed.content, deeper)?.document,
            ..printed.described()
        });
    }
    if !matches!(first, '{' | '[' | '"') {
        return Err(instead::of_text(text));
    }
    let value: &RawValue = serde_json::from_str(text).map_err(|error| {
        instead::of_broken_json(text)
            .unwrap_or_else(|| ScpError::NotAPolicy(format!("not JSON: {error}")))
    })?;
    if let Some(inner) = member::text(value) {
        return unwrap(&inner, deeper);
    }
    let items: Option<Vec<&RawValue>> = serde_json::from_str(value.get()).ok();
    if let Some(items) = items {
        return match items.as_slice() {
            [one] => unwrap(one.get(), deeper),
            items => Err(ScpError::Several(items.len())),
        };
    }
    let unreadable = |odd: member::Odd| ScpError::NotAPolicy(sanitize(&odd.to_string()));
    let members = Members::of(value).map_err(unreadable)?;
    if let Some(policy) = members.get("Policy").map_err(unreadable)? {
        return unwrap(policy.get(), deeper);
    }
    let Some(content) = members.get("Content").map_err(unreadable)? else {
        return match instead::of(&members) {
            Some(error) => Err(error),
            None => Ok(Described {
                document: text.to_owned(),
                ..Described::default()
            }),
        };
    };
    let summary = match members.get("PolicySummary").map_err(unreadable)? {
        Some(summary) => Members::of(summary).map_err(unreadable)?,
        None => members,
    };
    let about = |name: &str| summary.text(name).ok().flatten();
    if let Some(kind) = about("Type").filter(|kind| kind != "SERVICE_CONTROL_POLICY") {
        return Err(ScpError::OtherType(sanitize(&kind)));
    }
    Ok(Described {
        name: about("Name"),
        arn: about("Arn"),
        document: unwrap(content.get(), deeper)?.document,
    })
}

/// `describe-policy --output text`: a line for the content, one for the summary, whose fields come in alphabetical order:
/// Arn, AwsManaged, Description, Id, Name, Type.
struct Printed<'a> {
    content: &'a str,
    summary: Vec<&'a str>,
}

fn printed_as_text(text: &str) -> Option<Printed<'_>> {
    let rest = text.strip_prefix("POLICY\t")?;
    let (content, summary) = rest.split_once("\nPOLICYSUMMARY\t").unwrap_or((rest, ""));
    Some(Printed {
        content,
        summary: summary.trim_end().split('\t').collect(),
    })
}

impl Printed<'_> {
    fn described(&self) -> Described {
        let arn = self.summary.first().filter(|arn| arn.starts_with("arn:"));
        // A description may be missing, so the name is counted from the end.
        let name = self.summary.len().checked_sub(2);
        let name = name.and_then(|index| self.summary.get(index));
        Described {
            name: name.map(|name| (*name).to_owned()),
            arn: arn.map(|arn| (*arn).to_owned()),
            document: String::new(),
        }
    }
}
