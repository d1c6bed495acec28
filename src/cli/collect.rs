//! `billing-doctor collect`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use super::demo;
use super::source::{Where, Whom};
use super::{output_file, print};
use crate::cli::exit_status::ExitStatus;
use crate::diagnose::question::Question;
use crate::evidence::file::EvidenceFile;
use crate::redact;

pub(super) const HELP: &str = "\
The file holds the principal's policies, names and account ids; nothing secret, and nothing of what the account spends. \
--redact replaces ids, names and addresses by pseudonyms, and changes no verdict: docs/evidence.md says what it promises.

Exit status: 0 the evidence was written, whatever it says, 2 it was not.

Examples:
  billing-doctor collect -o evidence.json               for a colleague who can help
  billing-doctor collect --redact -o evidence.json      for somebody who need not know who you are
  billing-doctor check --evidence evidence.json         what check would have said";

#[derive(Debug, Args)]
pub(super) struct CollectArgs {
    #[command(flatten)]
    place: Where,

    #[command(flatten)]
    whom: Whom,

    /// Where to write, readable by you alone; - for standard output.
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,

    /// Replace ids, names and addresses by pseudonyms.
    #[arg(long)]
    redact: bool,
}

pub(super) async fn run(args: CollectArgs) -> Result<ExitStatus> {
    if args.place.wants_list() {
        return print(demo::list());
    }
    // A file that can't be written should be heard of before AWS is asked.
    let target = output_file::Target::new(&args.output)?;
    let source = args.place.open(args.whom, &Question::default())?;
    let mut evidence = source.look(true).await?;
    if args.redact {
        evidence = redact::redact(&evidence)
            .context("the evidence can't be redacted without changing what it says")?;
    }
    let file = EvidenceFile::new(evidence, args.redact);
    target.write(file.to_json().as_bytes())?;
    Ok(ExitStatus::Works)
}
