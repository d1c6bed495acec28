//! `billing-doctor simulate`.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::{forgive_closed_pipe, input};
use crate::cli::exit_status::ExitStatus;
use crate::simulate;

pub(super) const HELP: &str = r#"
The input is JSON objects, one a line or one document:

  {"id": "1", "principal": "arn:aws:iam::111122223333:user/alice",
   "action": "ce:GetCostAndUsage", "resource": "*",
   "context": {"aws:RequestedRegion": "us-east-1"}, "unknownContextKeys": ["aws:SourceIp"],
   "identityPolicies": [{"name": "Admin", "document": {…}}],
   "permissionsBoundary": [{"name": "B", "document": {…}}],
   "serviceControlPolicies": [{"target": "r-root", "policies": [{"name": "Full", "document": {…}}]}],
   "resourceControlPolicies": […], "sessionPolicies": […]}

An absent list is a layer that does not exist; a level without policies allows nothing. A key in neither context nor
unknownContextKeys is absent from the request. What `aws iam simulate-custom-policy --cli-input-json` takes is understood
too, and answered in AWS's shape.

Exit status: 0 every question was answered, 2 at least one could not be read."#;

#[derive(Debug, Args)]
pub(super) struct SimulateArgs {
    /// A file, or - for standard input.
    #[arg(long, value_name = "FILE", default_value = "-")]
    input: PathBuf,

    #[arg(short, long, value_enum, default_value_t = SimulateFormat::Text)]
    output: SimulateFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum SimulateFormat {
    /// A table for people.
    Text,
    /// For scripts: one line a question.
    Json,
}

pub(super) fn run(args: &SimulateArgs) -> Result<ExitStatus> {
    let input = input::read_text(&args.input, input::LONGEST_TEXT)?;
    let format = match args.output {
        SimulateFormat::Text => simulate::Format::Table,
        SimulateFormat::Json => simulate::Format::Json,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut failed = 0;
    let written = simulate::simulate(&input, format, &mut out).and_then(|tally| {
        failed = tally.failed;
        out.flush()
    });
    forgive_closed_pipe(written)?;
    Ok(if failed == 0 {
        ExitStatus::Works
    } else {
        ExitStatus::CouldNotRun
    })
}
