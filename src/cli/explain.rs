//! `billing-doctor explain`.

use std::path::Path;

use anyhow::Result;
use clap::Args;

use super::{input, print};
use crate::catalog::Code;
use crate::cli::exit_status::ExitStatus;
use crate::explain;
use crate::render::{self, ColorChoice, ExplanationFormat, Palette};
use crate::text::nearest;

pub(super) const HELP: &str = "\
Exit status: 0 a code was explained, 1 a refusal was found, 2 the tool could not run, 3 nothing was recognised.

Examples:
  billing-doctor explain iam-access-not-activated
  aws ce get-cost-and-usage … 2>&1 | billing-doctor explain -
  billing-doctor explain 'AccessDeniedException: IAM user access not activated'";

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A code, any text, or - for standard input.
    #[arg(
        required = true,
        value_name = "CODE|TEXT|-",
        allow_hyphen_values = false
    )]
    text: Vec<String>,

    #[arg(short, long, value_enum, default_value_t = ExplanationFormat::Text)]
    output: ExplanationFormat,

    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

pub(super) fn run(args: &ExplainArgs) -> Result<ExitStatus> {
    let text = match args.text.as_slice() {
        [one] if one == "-" => {
            let bytes = input::read(Path::new("-"), input::LONGEST_TEXT)?;
            // A log may hold anything.
            String::from_utf8_lossy(&bytes).into_owned()
        }
        words => words.join(" "),
    };
    let palette = Palette::of_stdout(args.color);
    let code = Code::parse(text.trim());
    let explanation = match code {
        Some(code) => explain::page(code),
        None => explain::explain(&text),
    };
    let mut bytes = Vec::new();
    render::write_explained(&explanation, args.output, &palette, &mut bytes)?;
    print(bytes)?;
    Ok(match code {
        Some(_) => ExitStatus::Works,
        None if explanation.refusals.is_empty() => {
            let codes = Code::ALL.iter().map(|code| code.as_str());
            match nearest(&text, codes) {
                Some(code) => eprintln!("There is no such code. Did you mean {code}?"),
                None => eprintln!(
                    "No refusal of AWS's was recognised. `billing-doctor checks` lists the codes."
                ),
            }
            ExitStatus::Undetermined
        }
        None => ExitStatus::CauseFound,
    })
}
