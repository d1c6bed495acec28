//! `billing-doctor check`.

use anyhow::{Result, anyhow};
use clap::Args;

use super::account::{AccountArgs, demo_list};
use super::catalog::no_such_page;
use super::print;
use crate::catalog::page;
use crate::diagnosis::diagnose;
use crate::exit_status::ExitStatus;
use crate::question::{Question, Want};
use crate::render::{self, ColorChoice, Format, Palette};
use crate::report::Report;

pub(super) const HELP: &str = "\
Exit status: 0 access works, 1 a cause was found, 2 the tool could not run, 3 it could not be determined.

It only ever reads. One call costs money: ce:GetCostAndUsage, 0.01 USD when it is answered; --free leaves it out.

Examples:
  billing-doctor check                              the credentials in force
  billing-doctor check --profile acme -o json       another profile, for a script
  billing-doctor check --demo iam-access-off        a made-up account, without AWS";

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    account: AccountArgs,

    /// Ask about these pages of the console alone, such as bills,cost-explorer; `billing-doctor pages` lists them.
    #[arg(long, value_name = "PAGE", value_delimiter = ',')]
    page: Vec<String>,

    /// Whether seeing them is enough, or they are to be changed too.
    #[arg(long, value_enum, default_value_t = Want::View)]
    want: Want,

    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,

    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

pub(super) async fn run(args: CheckArgs) -> Result<ExitStatus> {
    if args.account.wants_list() {
        return print(demo_list());
    }
    let question = question(&args.page, args.want)?;
    let evidence = args.account.collect(&question).await?;
    let diagnosis = diagnose(&evidence, &question);
    let report = Report::new(&evidence, &diagnosis);
    let palette = Palette::of_stdout(args.color);
    let mut bytes = Vec::new();
    render::write(&report, args.output, &palette, &mut bytes)?;
    print(bytes)?;
    Ok(diagnosis.state.into())
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
