//! `billing-doctor check`.

use anyhow::Result;
use clap::Args;

use super::account::{AccountArgs, demo_list};
use super::dump::DumpArgs;
use super::print;
use crate::diagnosis::diagnose;
use crate::exit_status::ExitStatus;
use crate::render::{self, ColorChoice, Format, Palette};
use crate::report::Report;

pub(super) const HELP: &str = "\
Exit status: 0 access works, 1 a cause was found, 2 the tool could not run, 3 it could not be determined.

It only ever reads. One call costs money: ce:GetCostAndUsage, 0.01 USD when it is answered; --free leaves it out.

Examples:
  billing-doctor check                              the credentials in force
  billing-doctor check --profile acme -o json       another profile, for a script
  billing-doctor check --demo iam-access-off        a made-up account, without AWS
  billing-doctor check --dump dump.json --principal arn:aws:iam::111122223333:user/alice
                                                    an account dump, without AWS";

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    account: AccountArgs,

    #[command(flatten)]
    dump: DumpArgs,

    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,

    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

pub(super) async fn run(args: CheckArgs) -> Result<ExitStatus> {
    if args.account.wants_list() {
        return print(demo_list());
    }
    let evidence = match args.dump.evidence(args.account.principal())? {
        Some(evidence) => evidence,
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
