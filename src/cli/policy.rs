//! `billing-doctor policy`: the policy that opens what is asked, in the form that one's tools take.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::check::question;
use super::{input, print};
use crate::catalog::is_sensitive;
use crate::cli::exit_status::ExitStatus;
use crate::diagnose::question::Want;
use crate::render::{PolicyFormat, write_policies};
use crate::report::{Change, SCHEMA, Site, SiteKind};
use crate::text::{list, sanitize};

pub(super) const HELP: &str = "\
Exit status: 0 a policy was printed, 2 the tool could not run, 3 nothing was printed: the report asks for no change, or the
format can't make it (stderr says why).

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
    let export = match &args.for_report {
        Some(file) => {
            let text = input::read_text(file, input::LONGEST_TEXT)?;
            let (changes, account) = changes_of(&text).with_context(|| {
                format!("{} is no report of `check -o json`", input::name(file))
            })?;
            if changes.is_empty() {
                eprintln!("The report asks for no change of a policy.");
                return Ok(ExitStatus::Undetermined);
            }
            write_policies(&changes, account.as_deref(), args.format)
        }
        None => {
            let question = question(&args.page, args.want)?;
            let actions: Vec<&str> = question.actions().into_iter().collect();
            let (left_out, wanted): (Vec<&str>, Vec<&str>) = question
                .decisive(&actions)
                .into_iter()
                .partition(|action| is_sensitive(action));
            let name = match args.want {
                Want::View => "SeeBilling",
                Want::Manage => "ManageBilling",
            };
            let mut export = write_policies(&[Change::to_make(name, &wanted)], None, args.format);
            if !left_out.is_empty() {
                export.refused.push(format!(
                    "Left out, because it spends money, changes payment or closes the account: {}.",
                    list(&left_out)
                ));
            }
            export
        }
    };
    for refused in &export.refused {
        eprintln!("{}", sanitize(refused));
    }
    if export.text.is_empty() {
        return Ok(ExitStatus::Undetermined);
    }
    print(export.text)
}

/// What a report asks for, and in which account.
fn changes_of(text: &str) -> Result<(Vec<Change>, Option<String>)> {
    let report: serde_json::Value = serde_json::from_str(text)?;
    let schema = report["schema"].as_str().unwrap_or_default();
    if schema != SCHEMA {
        bail!("it says “{}”, not {SCHEMA}", sanitize(schema));
    }
    let mut changes: Vec<Change> = serde_json::from_value(report["changes"].clone())?;
    // Reports of before did not say where to attach a policy: to whom they are about.
    let kind = match report["principal"]["kind"].as_str() {
        Some("user") => Some(SiteKind::User),
        Some("role") if report["principal"]["permissionSet"].is_null() => Some(SiteKind::Role),
        _ => None,
    };
    if let (Some(kind), Some(name)) = (kind, report["principal"]["name"].as_str()) {
        let old = |change: &&mut Change| change.kind.is_none() && change.arn.is_none();
        for change in changes.iter_mut().filter(old) {
            change.attach_to = vec![Site {
                kind,
                name: name.to_owned(),
            }];
        }
    }
    for change in &mut changes {
        if change.targets.is_empty() {
            change.targets.extend(change.target.clone());
        }
    }
    let account = report["account"]["id"].as_str().map(str::to_owned);
    Ok((changes, account))
}
