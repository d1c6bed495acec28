//! Why a file is no service control policy, and what to do.

use thiserror::Error;

/// What shows one policy as it is in force.
const DESCRIBE: &str = "aws organizations describe-policy --policy-id p-… > policy.json writes one";

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScpError {
    #[error("it is empty")]
    Empty,
    #[error("it is no policy: {0}")]
    NotAPolicy(String),
    #[error("it is a policy of type {0}, not SERVICE_CONTROL_POLICY{more}", more = rcp(.0))]
    OtherType(String),
    /// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html>
    #[error(
        "its statement {statement} has a {element}, which a service control policy never has: it looks like a resource \
         control policy (or a role's trust policy). Resource control policies do not reach Cost Explorer or billing"
    )]
    HasPrincipal {
        statement: usize,
        element: &'static str,
    },
    #[error(
        "it is a template, not the policy in force: its statement {statement} has {placeholder} in {element}, and nothing \
         was put in its place"
    )]
    Template {
        statement: usize,
        element: &'static str,
        placeholder: String,
    },
    #[error("it is a template, not the policy in force: it has {0} where JSON belongs")]
    BrokenTemplate(&'static str),
    #[error("{place} has “{found}”; the element is called “{wanted}”")]
    Misspelt {
        place: String,
        found: String,
        wanted: &'static str,
    },
    /// The answer of a call that lists policies.
    #[error("it only lists policies, without their text")]
    Summaries { ids: Vec<String> },
    #[error("it is a list of {0} things: each policy must be a file of its own")]
    Several(usize),
    #[error("it is {found}, not the JSON of a policy")]
    Instead {
        found: &'static str,
        todo: Option<&'static str>,
    },
}

fn rcp(kind: &str) -> &'static str {
    match kind {
        "RESOURCE_CONTROL_POLICY" => {
            "; resource control policies do not reach Cost Explorer or billing: leave it out"
        }
        _ => "",
    }
}

impl ScpError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Empty | Self::NotAPolicy(_) | Self::OtherType(_) | Self::Misspelt { .. } => {
                return None;
            }
            Self::HasPrincipal { .. } => {
                "leave it out; --scp takes what is attached as a service control policy"
            }
            Self::Template { .. } | Self::BrokenTemplate(_) => {
                return Some(format!(
                    "give the policy as AWS has it, with every placeholder filled in: {DESCRIBE}"
                ));
            }
            Self::Summaries { ids } => return Some(commands(ids)),
            Self::Several(_) => "repeat --scp for each, or name a directory",
            Self::Instead { todo, .. } => {
                return Some((*todo).map_or_else(|| DESCRIBE.to_owned(), str::to_owned));
            }
        };
        Some(text.to_owned())
    }
}

/// The commands that show these policies.
fn commands(ids: &[String]) -> String {
    let commands: Vec<String> = ids
        .iter()
        .take(10)
        .map(|id| format!("aws organizations describe-policy --policy-id {id} > {id}.json"))
        .collect();
    if commands.is_empty() {
        return DESCRIBE.to_owned();
    }
    format!(
        "these print them, each for a --scp LEVEL=FILE of its own: {}",
        commands.join("; ")
    )
}
