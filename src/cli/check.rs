//! `billing-doctor check`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::Args;

use super::demo;
use super::dump::DumpArgs;
use super::lists::no_such_page;
use super::source::{Where, Whom};
use super::wait::{End, Tell, wait};
use super::{input, print, time};
use crate::catalog::page;
use crate::cli::exit_status::ExitStatus;
use crate::diagnose::diagnosis::{State, diagnose};
use crate::diagnose::question::{Question, Want};
use crate::diagnose::wait::Look;
use crate::evidence::Evidence;
use crate::evidence::file as evidence_file;
use crate::render::{self, ColorChoice, Palette, ReportFormat};
use crate::report::Report;
use crate::words::Audience;

pub(super) const HELP: &str = "\
Exit status: 0 access works, 1 a cause was found, 2 the tool could not run, 3 it could not be determined,
130 Ctrl-C ended --wait (the last look is printed).

It only ever reads. One call costs money: ce:GetCostAndUsage, 0.01 USD when it is answered; --free leaves it out.

Examples:
  billing-doctor check                              the credentials in force
  billing-doctor check --profile acme -o json       another profile, for a script
  billing-doctor check --evidence evidence.json     what somebody's billing-doctor collect wrote
  billing-doctor check --demo iam-access-off        a made-up account, without AWS
  billing-doctor check --dump dump.json --principal alice
                                                    an account dump, without AWS";

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    place: Where,

    #[command(flatten)]
    whom: Whom,

    /// Judge a file that collect wrote instead of asking AWS; - for standard input.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["profile", "region", "endpoint_url", "principal", "free", "timeout", "demo", "dump"]
    )]
    evidence: Option<PathBuf>,

    #[command(flatten)]
    dump: DumpArgs,

    /// Ask about these pages of the console alone, such as bills,cost-explorer; `billing-doctor pages` lists them.
    #[arg(long, value_name = "PAGE", value_delimiter = ',')]
    page: Vec<String>,

    /// Whether seeing them is enough, or they are to be changed too.
    #[arg(long, value_enum, default_value_t = Want::View)]
    want: Want,

    /// Look again until access works, for ten minutes unless another time is given (30s, 10m, 1h); without paying twice.
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "10m", value_parser = time::wait, conflicts_with_all = ["evidence", "dump"])]
    wait: Option<Duration>,

    #[arg(short, long, value_enum, default_value_t = ReportFormat::Text)]
    output: ReportFormat,

    /// With -o html, markdown or message: who reads it; by default the person who can fix the first cause.
    #[arg(long, value_enum)]
    to: Option<To>,

    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

pub(super) async fn run(args: CheckArgs) -> Result<ExitStatus> {
    if args.place.wants_list() {
        return print(demo::list());
    }
    let form = Form {
        output: args.output,
        to: args.to,
        color: args.color,
    };
    let question = question(&args.page, args.want)?;
    let from_dump = args.dump.evidence(args.whom.principal())?;
    let (evidence, source) = match (&args.evidence, from_dump) {
        (Some(path), _) => (from_file(path)?, None),
        (None, Some(evidence)) => (evidence, None),
        (None, None) => {
            let source = args.place.open(args.whom, &question)?;
            (source.look(true).await?, Some(source))
        }
    };
    let diagnosis = diagnose(&evidence, &question);
    let mut last = Look {
        evidence,
        diagnosis,
    };
    let waits = source
        .as_ref()
        .zip(args.wait)
        .filter(|_| last.diagnosis.state != State::Healthy);
    let Some((source, limit)) = waits else {
        print(rendered(&last, form)?)?;
        return Ok(last.diagnosis.state.into());
    };
    let end = if args.output == ReportFormat::Text {
        print(rendered(&last, form)?)?;
        let tell = Tell::StandardOutput;
        let end = wait(source, &question, &mut last, limit, tell).await?;
        let report = Report::new(&last.evidence, &last.diagnosis, Audience::Reader);
        tell.line(&report.headline);
        end
    } else {
        // For scripts there is one document, of the last look.
        let end = wait(source, &question, &mut last, limit, Tell::StandardError).await?;
        print(rendered(&last, form)?)?;
        end
    };
    Ok(match end {
        End::Done => last.diagnosis.state.into(),
        End::Interrupted => ExitStatus::Interrupted,
    })
}

/// In which form to print a report.
#[derive(Clone, Copy)]
struct Form {
    output: ReportFormat,
    to: Option<To>,
    color: ColorChoice,
}

/// The report in the form asked for, for its reader: the one that `--to` names, else the person who can fix the first
/// cause that is not the sender's own.
fn rendered(look: &Look, form: Form) -> Result<Vec<u8>> {
    let diagnosis = &look.diagnosis;
    let audience = match (form.output, form.to) {
        (ReportFormat::Text | ReportFormat::Json, _) => Audience::Reader,
        (_, Some(to)) => to.into(),
        (_, None) => {
            let causes = diagnosis.obstacles().iter();
            let mut others = causes.filter_map(|cause| Audience::of(cause.remedy.actor));
            others.next().unwrap_or_default()
        }
    };
    let report = Report::new(&look.evidence, diagnosis, audience);
    let palette = Palette::of_stdout(form.color);
    let mut bytes = Vec::new();
    render::write(&report, form.output, &palette, &mut bytes)?;
    Ok(bytes)
}

/// Whom a report is handed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum To {
    /// The person who can sign in as the root user.
    Root,
    /// Somebody who may change IAM in the account.
    Admin,
    /// An administrator of the organization's management account.
    Payer,
    /// AWS Support.
    Support,
}

impl From<To> for Audience {
    fn from(to: To) -> Self {
        match to {
            To::Root => Self::Root,
            To::Admin => Self::Administrator,
            To::Payer => Self::Payer,
            To::Support => Self::Support,
        }
    }
}

/// The question that the options put.
pub(super) fn question(pages: &[String], want: Want) -> Result<Question> {
    if pages.is_empty() {
        return Ok(Question::about_billing(want));
    }
    let ids: Vec<&str> = pages.iter().map(|id| id.trim()).collect();
    match ids.iter().find(|id| page(id).is_none()) {
        Some(unknown) => Err(no_such_page(unknown)),
        None => Question::about(&ids, want).ok_or_else(|| anyhow!("--page names no page")),
    }
}

/// The evidence that somebody collected.
fn from_file(path: &Path) -> Result<Evidence> {
    let bytes = input::read(path, evidence_file::LONGEST)?;
    let file = evidence_file::read(&bytes)
        .with_context(|| format!("{} can't be judged", input::name(path)))?;
    Ok(file.evidence)
}
