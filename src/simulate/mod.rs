//! Offline simulation: questions in JSON, with every layer of policies, to answers in JSON or a table.
//!
//! Two forms of input are understood: our own, which has all layers and unknown context keys, and that of
//! `aws iam simulate-custom-policy --cli-input-json`, which is answered in the shape of AWS's `EvaluationResults`.

mod aws;
mod native;
mod output;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::Value;
use serde_json::value::RawValue;

use iam_policy::{
    Document, DocumentError, LayerKind, PolicyId, PrincipalKind, StatementRef, Verdict,
};

/// How answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Json,
    /// A table for people.
    Table,
}

/// How many questions there were of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Questions that were answered, whatever the answer.
    pub answered: usize,
    /// Lines that held no question; each has its error in the output.
    pub failed: usize,
}

/// Answers every question in `input`: JSON objects, one a line or one document.
///
/// # Errors
///
/// Only those of the writer; a line that holds no question becomes an error in the output.
pub fn simulate(input: &str, format: Format, writer: &mut dyn Write) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let mut table = Vec::new();
    for (position, text) in questions(input).into_iter().enumerate() {
        let answer = answer(text);
        match &answer {
            Ok(_) => tally.answered += 1,
            Err(_) => tally.failed += 1,
        }
        let id = || id_of(text).unwrap_or_else(|| (position + 1).into());
        match format {
            Format::Json => {
                let line = match answer {
                    Ok(Answer::Native(answer)) => output::json(&id(), &answer),
                    Ok(Answer::Aws(answers)) => aws::evaluation_results(&answers).to_string(),
                    Err(error) => output::error_json(&id(), &error),
                };
                writeln!(writer, "{line}")?;
            }
            Format::Table => match answer {
                Ok(Answer::Native(answer)) => table.extend(output::rows(&plain(id()), &answer)),
                Ok(Answer::Aws(answers)) => {
                    for answer in answers.results() {
                        table.extend(output::rows(&plain(id()), answer));
                    }
                }
                Err(error) => table.push(output::error_row(&plain(id()), &error)),
            },
        }
    }
    if format == Format::Table {
        output::write_table(&table, writer)?;
    }
    Ok(tally)
}

/// A question with its verdict.
struct Answered {
    action: String,
    resource: String,
    verdict: Verdict,
    names: Names,
}

/// The policies' own names, which need not differ.
#[derive(Clone, Default)]
struct Names(BTreeMap<PolicyId, String>);

impl Names {
    /// An id for a policy of that name. `place`: what no other policy of the question has.
    fn id(&mut self, place: String, name: String) -> PolicyId {
        let id = PolicyId::new(place);
        self.0.insert(id.clone(), name);
        id
    }

    fn of(&self, statement: &StatementRef) -> &str {
        self.0.get(&statement.policy).map_or("", String::as_str)
    }
}

enum Answer {
    Native(Box<Answered>),
    Aws(aws::Answers),
}

fn answer(text: &str) -> Result<Answer, String> {
    let members: BTreeMap<String, &RawValue> =
        serde_json::from_str(text).map_err(|error| error.to_string())?;
    if members.contains_key("ActionNames") || members.contains_key("PolicyInputList") {
        aws::answer(text).map(Answer::Aws)
    } else {
        native::answer(text).map(|answered| Answer::Native(Box::new(answered)))
    }
}

/// The texts of the questions. A document may spread over lines only if it is alone, so that a broken line costs no
/// more than itself.
fn questions(input: &str) -> Vec<&str> {
    if serde_json::from_str::<&RawValue>(input).is_ok() {
        return vec![input];
    }
    let lines: Vec<&str> = input
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let is_object = |line: &&str| serde_json::from_str::<BTreeMap<String, &RawValue>>(line).is_ok();
    if lines.iter().any(is_object) {
        lines
    } else {
        vec![input]
    }
}

/// The question's own id, even of a line that is wrong otherwise.
fn id_of(text: &str) -> Option<Value> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    serde_json::from_str(members.get("id")?.get()).ok()
}

fn plain(id: Value) -> String {
    match id {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// A document as a JSON object, or as a string that holds one.
fn parse_document(raw: &RawValue) -> Result<Document, DocumentError> {
    match serde_json::from_str::<String>(raw.get()) {
        Ok(text) => Document::parse(&text),
        Err(_) => Document::parse(raw.get()),
    }
}

/// What kind of principal an ARN names.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>
fn principal_kind(arn: &str) -> Result<PrincipalKind, String> {
    let mut fields = arn.splitn(6, ':').skip(2);
    let (service, resource) = (
        fields.next().unwrap_or_default(),
        fields.nth(2).unwrap_or_default(),
    );
    let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
    match (service, kind) {
        ("iam", "root") => Ok(PrincipalKind::RootUser),
        ("iam", "user") => Ok(PrincipalKind::User),
        ("iam", "role") if name.starts_with("aws-service-role/") => {
            Ok(PrincipalKind::ServiceLinkedRole)
        }
        ("iam", "role") => Ok(PrincipalKind::AssumedRole),
        // Session ARNs leave the path out, and the prefix is reserved:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
        ("sts", "assumed-role") if name.starts_with("AWSServiceRoleFor") => {
            Ok(PrincipalKind::ServiceLinkedRole)
        }
        ("sts", "assumed-role") => Ok(PrincipalKind::AssumedRole),
        ("sts", "federated-user") => Ok(PrincipalKind::FederatedUser),
        _ => Err(format!(
            "`{arn}` is not the ARN of a user, a role, a session or a root user"
        )),
    }
}

/// The layer's name in the output, and the part of the organization that it hangs on.
fn layer_name(kind: &LayerKind) -> (&'static str, Option<&str>) {
    match kind {
        LayerKind::Identity => ("identity", None),
        LayerKind::PermissionsBoundary => ("permissionsBoundary", None),
        LayerKind::ServiceControl { target } => ("serviceControl", Some(target)),
        LayerKind::ResourceControl { target } => ("resourceControl", Some(target)),
        LayerKind::Session => ("session", None),
    }
}
