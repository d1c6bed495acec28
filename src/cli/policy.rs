//! `billing-doctor policy`: the policy that opens what is asked, in the form that one's tools take.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::check::question;
use super::{input, print};
use crate::cli::exit_status::ExitStatus;
use crate::diagnose::grant::Grant;
use crate::diagnose::question::Want;
use crate::render::{PolicyFormat, PolicyToMake, write_policies};
use crate::text::sanitize;

pub(super) const HELP: &str = "\
Exit status: 0 a policy was printed, 2 the tool could not run, 3 the report has none: no policy is in the way, or none of
those that are could be read.

Examples:
  billing-doctor policy                                    to see the bill
  billing-doctor policy --page budgets --want manage       to change budgets
  billing-doctor check -o json > r.json
  billing-doctor policy --for-report r.json --format terraform";

#[derive(Debug, Args)]
pub(super) struct PolicyArgs {
    /// For these pages of the console alone, such as bills,cost-explorer; `billing-doctor pages` lists them.
    #[arg(long, value_name = "PAGE", value_delimiter = ',')]
    page: Vec<String>,

    /// Whether seeing them is enough, or they are to be changed too.
    #[arg(long, value_enum, default_value_t = Want::View)]
    want: Want,

    /// The changes that a report of `check -o json` asks for; - is standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["page", "want"])]
    for_report: Option<PathBuf>,

    #[arg(long, value_enum, default_value_t = PolicyFormat::Json)]
    format: PolicyFormat,
}

pub(super) fn run(args: &PolicyArgs) -> Result<ExitStatus> {
    let policies = match &args.for_report {
        Some(file) => {
            let text = input::read_text(file, input::LONGEST_TEXT)?;
            policies_of(&text)
                .with_context(|| format!("{} is no report of `check -o json`", input::name(file)))?
        }
        None => {
            let question = question(&args.page, args.want)?;
            let actions: Vec<&str> = question.actions().into_iter().collect();
            let name = match args.want {
                Want::View => "SeeBilling",
                Want::Manage => "ManageBilling",
            };
            let wanted = question.decisive(&actions);
            vec![PolicyToMake::new(name, Grant::statement(&wanted).policy)]
        }
    };
    if policies.is_empty() {
        eprintln!("The report asks for no change of a policy that could be read.");
        return Ok(ExitStatus::Undetermined);
    }
    print(write_policies(&policies, args.format))
}

/// What a report asks for. The file is somebody's: only what is understood is taken.
fn policies_of(text: &str) -> Result<Vec<PolicyToMake>> {
    let report: serde_json::Value = serde_json::from_str(text)?;
    let schema = report["schema"].as_str().unwrap_or_default();
    if schema != crate::report::SCHEMA {
        bail!(
            "it says “{}”, not {}",
            sanitize(schema),
            crate::report::SCHEMA
        );
    }
    Ok(PolicyToMake::all_of(&report))
}
