//! Changes of policies in the form that one's tools take: JSON, Terraform, CloudFormation, commands of the aws CLI.
//!
//! A format exports the very change that was tried, attached where it belongs, or says why it can't.

mod aws_cli;
mod cloudformation;
mod terraform;

use serde_json::{Value, json};

use crate::report::{Change, ChangeAction, ChangeWay, Site, SiteKind};
use crate::text::visible;
use iam_policy::text::pretty;

/// For which tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PolicyFormat {
    /// The document alone; of several, a list of them.
    Json,
    /// Resources of the AWS provider.
    Terraform,
    /// A template in JSON.
    Cloudformation,
    /// Commands for a POSIX shell. They change your account: read them first.
    AwsCli,
}

/// What was exported, and what could not be.
#[derive(Debug, Default)]
pub struct Export {
    /// Empty where nothing could be.
    pub text: String,
    /// Why a format can't make a change, or a part of it.
    pub refused: Vec<String>,
}

/// A change in one format.
enum Part<T> {
    Whole(T),
    /// This much, and what remains to be done.
    But(T, String),
    /// Why not.
    No(String),
}

impl<T> Part<T> {
    /// What there is of it; the rest is said.
    fn keep(self, change: &Change, refused: &mut Vec<String>) -> Option<T> {
        let mut refuse = |why: String| {
            let what = change.instruction.trim_end_matches('.');
            refused.push(if what.is_empty() {
                format!("{}: {why}", change.policy)
            } else {
                format!("{what}: {why}")
            });
        };
        match self {
            Self::Whole(value) => Some(value),
            Self::But(value, rest) => {
                refuse(rest);
                Some(value)
            }
            Self::No(why) => {
                refuse(why);
                None
            }
        }
    }
}

/// The changes in one text.
pub fn write_policies(changes: &[Change], account: Option<&str>, format: PolicyFormat) -> Export {
    let mut refused = Vec::new();
    let numbered = || changes.iter().enumerate();
    let text = match format {
        PolicyFormat::Json => {
            let documents: Vec<&Value> = changes
                .iter()
                .filter_map(|change| document(change).keep(change, &mut refused))
                .collect();
            match documents.as_slice() {
                [] => String::new(),
                [one] => visible(&pretty(one)) + "\n",
                several => visible(&pretty(&json!(several))) + "\n",
            }
        }
        PolicyFormat::Terraform => numbered()
            .filter_map(|(index, change)| {
                terraform::resources(change, &identifier(change, index)).keep(change, &mut refused)
            })
            .collect::<Vec<_>>()
            .join("\n"),
        PolicyFormat::Cloudformation => {
            let resources: serde_json::Map<String, Value> = numbered()
                .filter_map(|(index, change)| {
                    let resource = cloudformation::resource(change).keep(change, &mut refused)?;
                    Some((identifier(change, index), resource))
                })
                .collect();
            cloudformation::template(resources)
        }
        PolicyFormat::AwsCli => changes
            .iter()
            .filter_map(|change| aws_cli::commands(change, account).keep(change, &mut refused))
            .collect(),
    };
    Export { text, refused }
}

fn document(change: &Change) -> Part<&Value> {
    match (way(change), &change.document) {
        (ChangeWay::AttachManaged, _) => {
            Part::No("AWS has its document; there is none to print".to_owned())
        }
        (_, Some(document)) => Part::Whole(document),
        (_, None) => Part::No("nothing remains of it; there is no document to print".to_owned()),
    }
}

/// What to do with the policy, in reports of before this was a field as well.
fn way(change: &Change) -> ChangeWay {
    change
        .kind
        .unwrap_or(match (change.action, &change.document) {
            (ChangeAction::Attach, _) => ChangeWay::Attach,
            (ChangeAction::Amend, Some(_)) => ChangeWay::Amend,
            (ChangeAction::Amend, None) => ChangeWay::Detach,
        })
}

/// A user, group or role.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Identity {
    User,
    Group,
    Role,
}

impl Identity {
    fn of(site: &Site) -> Option<Self> {
        match site.kind {
            SiteKind::User => Some(Self::User),
            SiteKind::Group => Some(Self::Group),
            SiteKind::Role => Some(Self::Role),
            _ => None,
        }
    }

    /// As commands and Terraform write it.
    fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }

    /// As CloudFormation writes it.
    fn title(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Role => "Role",
        }
    }
}

/// The users, groups and roles that a policy is attached to, or is to be.
fn identities(change: &Change) -> Vec<(Identity, &str)> {
    let sites = change.attach_to.iter();
    sites
        .filter_map(|site| Some((Identity::of(site)?, site.name.as_str())))
        .collect()
}

/// Whether a policy is the inline policy of one of them.
fn inline_identity(change: &Change) -> Option<(Identity, &str)> {
    use crate::evidence::Via;
    match change.inline_in.as_ref()? {
        Via::User(name) => Some((Identity::User, name)),
        Via::Group(name) => Some((Identity::Group, name)),
        Via::Role(name) => Some((Identity::Role, name)),
        Via::PermissionsBoundary | Via::Organization(_) => None,
    }
}

/// Whether a permissions boundary is to be another one.
fn is_boundary(change: &Change) -> bool {
    change.attach_to.iter().any(|site| {
        matches!(
            site.kind,
            SiteKind::UserBoundary | SiteKind::RoleBoundary | SiteKind::PermissionSetBoundary
        )
    })
}

/// The id of an organization's policy, `p-…`: the end of its ARN.
fn organization_id(change: &Change) -> Option<&str> {
    change.arn.as_deref()?.rsplit('/').next()
}

/// A word that Terraform and CloudFormation take for a name: letters and digits, a letter first, each once.
fn identifier(change: &Change, index: usize) -> String {
    let word: String = change
        .policy
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    match word.chars().next() {
        Some(first) if first.is_ascii_alphabetic() && index == 0 => word,
        Some(first) if first.is_ascii_alphabetic() => format!("{word}{}", index + 1),
        _ => format!("Policy{}", index + 1),
    }
}

/// A name that IAM takes: letters, digits and `+=,.@-_`, 128 at most.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
fn policy_name(name: &str) -> String {
    let name: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "+=,.@-_".contains(*c))
        .take(128)
        .collect();
    if name.is_empty() {
        "SeeBilling".to_owned()
    } else {
        name
    }
}

/// What a new policy is called: a copy has a name of its own.
fn new_name(change: &Change) -> String {
    policy_name(change.copy_name.as_deref().unwrap_or(&change.policy))
}
