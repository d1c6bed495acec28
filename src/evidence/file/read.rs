//! Reading a file that anybody may have written: the evidence, or what is wrong and where.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{EvidenceFile, bounds};
use crate::encoding::{NotText, decode};
use crate::text::sanitize;

/// The longest file that is read, in bytes. The policies of a real principal come to less than a megabyte.
pub const LONGEST: usize = 16 << 20;

/// Why a file can't be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("it is larger than {} MiB, which no evidence is", LONGEST >> 20)]
    TooLarge,
    #[error("it is empty")]
    Empty,
    #[error(transparent)]
    NotText(#[from] NotText),
    /// No JSON, or not what belongs at this place. The text names line and column.
    #[error("{0}")]
    Malformed(String),
    #[error(
        "it is {0}, and this version of billing-doctor reads {known}: a newer one is needed",
        known = super::SCHEMA
    )]
    Newer(String),
    #[error("it is {0}, not {known}", known = super::SCHEMA)]
    OtherFormat(String),
    #[error("it has no \"schema\", so it is no evidence of billing-doctor's")]
    NoSchema,
    #[error(
        "it is an account dump (`aws iam get-account-authorization-details`), not evidence that `billing-doctor collect` \
         wrote"
    )]
    Dump,
    /// Far more of something than AWS has, so that judging it could take forever.
    #[error("{place} holds {count} entries; at most {most} are read")]
    TooMany {
        place: String,
        count: usize,
        most: usize,
    },
    /// A value that the format has no room for.
    #[error("{place} {problem}")]
    Invalid {
        place: String,
        problem: &'static str,
    },
}

/// What tells the formats apart. Everything else is passed over, however deep it nests.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    schema: Option<String>,
    #[serde(default, rename = "UserDetailList")]
    users: Option<IgnoredAny>,
}

/// The file in these bytes. Nesting is bounded by serde_json, sizes and counts here.
///
/// # Errors
///
/// Whatever the bytes are if not such a file: with line and column, and the path to the value where there is one.
pub fn read(bytes: &[u8]) -> Result<EvidenceFile, ReadError> {
    if bytes.len() > LONGEST {
        return Err(ReadError::TooLarge);
    }
    let text = decode(bytes)?;
    if text.trim_ascii().is_empty() {
        return Err(ReadError::Empty);
    }
    // Serde would take a list for an object with the fields in order.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(ReadError::Malformed(
            "line 1: it does not begin with `{`, so it is no JSON object".to_owned(),
        ));
    }
    let head: Head = parse(&text)?;
    match (head.schema, head.users) {
        (Some(schema), _) if schema == super::SCHEMA => {}
        (Some(schema), _) => return Err(other(&schema)),
        (None, Some(_)) => return Err(ReadError::Dump),
        (None, None) => return Err(ReadError::NoSchema),
    }
    let mut file: EvidenceFile = parse(&text)?;
    bounds::check(&file.evidence)?;
    // The one text of the tool's own that a report shows as it is.
    file.evidence.credentials.region_source = sanitize(&file.evidence.credentials.region_source);
    Ok(file)
}

/// What a file of another format or version is.
fn other(schema: &str) -> ReadError {
    let named = format!("“{}”", shortened(schema));
    let version = schema
        .strip_prefix("billing-doctor/evidence/v")
        .and_then(|version| version.parse::<u32>().ok());
    match version {
        Some(2..) => ReadError::Newer(named),
        _ => ReadError::OtherFormat(named),
    }
}

/// Parses with the path to the value at fault, which serde_json alone does not tell.
fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ReadError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = shortened(&error.path().to_string());
        let error = error.into_inner();
        malformed(&path, &error)
    })?;
    deserializer.end().map_err(|error| malformed(".", &error))?;
    Ok(parsed)
}

/// The place comes first: the reason may quote a value of any length.
fn malformed(path: &str, error: &serde_json::Error) -> ReadError {
    let (line, column) = (error.line(), error.column());
    let reason = error.to_string();
    let reason = reason
        .strip_suffix(&format!(" at line {line} column {column}"))
        .unwrap_or(&reason);
    let reason = shortened(reason);
    let at = if path == "." {
        String::new()
    } else {
        format!(", {path}")
    };
    ReadError::Malformed(format!("line {line} column {column}{at}: {reason}"))
}

fn shortened(text: &str) -> String {
    let text = sanitize(text);
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
