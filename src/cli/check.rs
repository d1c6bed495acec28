//! `billing-doctor check`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::account::{AccountArgs, demo_list};
use super::{input_name, print, read_bytes};
use crate::diagnosis::diagnose;
use crate::evidence::Evidence;
use crate::evidence_file;
use crate::exit_status::ExitStatus;
use crate::render::{self, ColorChoice, Format, Palette};
use crate::report::Report;

pub(super) const HELP: &str = "\
Exit status: 0 access works, 1 a cause was found, 2 the tool could not run, 3 it could not be determined.

It only ever reads. One call costs money: ce:GetCostAndUsage, 0.01 USD when it is answered; --free leaves it out.

Examples:
  billing-doctor check                              the credentials in force
  billing-doctor check --profile acme -o json       another profile, for a script
  billing-doctor check --evidence evidence.json     what somebody's billing-doctor collect wrote
  billing-doctor check --demo iam-access-off        a made-up account, without AWS";

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    account: AccountArgs,

    /// Judge a file that collect wrote instead of asking AWS; - for standard input.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["profile", "region", "endpoint_url", "principal", "free", "timeout", "demo"]
    )]
    evidence: Option<PathBuf>,

    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,

    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

pub(super) async fn run(args: CheckArgs) -> Result<ExitStatus> {
    if args.account.wants_list() {
        return print(demo_list());
    }
    let evidence = match &args.evidence {
        Some(path) => from_file(path)?,
        None => args.account.collect().await?,
    };
    let diagnosis = diagnose(&evidence);
    let report = Report::new(&evidence, &diagnosis);
    let palette = Palette::of_stdout(args.color);
    let mut bytes = Vec::new();
    render::write(&report, args.output, &palette, &mut bytes)?;
    print(bytes)?;
    Ok(diagnosis.state.into())
}

/// The evidence that somebody collected.
fn from_file(path: &Path) -> Result<Evidence> {
    let bytes = read_bytes(path, evidence_file::LONGEST)?;
    let file = evidence_file::read(&bytes)
        .with_context(|| format!("{} can't be judged", input_name(path)))?;
    Ok(file.evidence)
}
