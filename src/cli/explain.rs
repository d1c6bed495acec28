//! `billing-doctor explain`.

use std::path::Path;

use anyhow::Result;
use clap::Args;

use super::{input, print};
use crate::catalog::Code;
use crate::cli::exit_status::ExitStatus;
use crate::explain;
use crate::render::{self, ColorChoice, ExplanationFormat, Palette};
use crate::text::{nearest, sanitize};

pub(super) const HELP: &str = "\
Exit status: 0 a code was explained, 1 a refusal was found, 2 the tool could not run, 3 nothing was recognised.

Examples:
  billing-doctor explain iam-access-not-activated
  billing-doctor explain error.log
  aws ce get-cost-and-usage … 2>&1 | billing-doctor explain -
  billing-doctor explain 'AccessDeniedException: IAM user access not activated'";

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A code, any text, a file, or - for standard input.
    #[arg(
        required = true,
        value_name = "CODE|TEXT|FILE|-",
        allow_hyphen_values = false
    )]
    text: Vec<String>,

    #[arg(short, long, value_enum, default_value_t = ExplanationFormat::Text)]
    output: ExplanationFormat,

    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

pub(super) fn run(args: &ExplainArgs) -> Result<ExitStatus> {
    let asked = Asked::read(&args.text)?;
    let palette = Palette::of_stdout(args.color);
    let code = Code::parse(asked.beginning.trim());
    let explanation = match code {
        Some(code) => explain::page(code),
        None => asked.text.finish(),
    };
    let mut bytes = Vec::new();
    render::write_explained(&explanation, args.output, &palette, &mut bytes)?;
    print(bytes)?;
    Ok(match code {
        Some(_) => ExitStatus::Works,
        None if explanation.refusals.is_empty() => {
            match like_a_code(&args.text) {
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

/// What was asked about.
struct Asked {
    /// As much of it as a code could be.
    beginning: String,
    text: explain::Reader,
}

impl Asked {
    fn read(words: &[String]) -> Result<Self> {
        const LONGEST_CODE: usize = 200;
        let mut beginning = Vec::new();
        let mut text = explain::Reader::default();
        let mut take = |piece: &[u8]| {
            let room = LONGEST_CODE.saturating_sub(beginning.len());
            beginning.extend_from_slice(&piece[..piece.len().min(room)]);
            text.push(piece);
        };
        match file(words) {
            Some(path) => input::pieces(path, take)?,
            None => take(words.join(" ").as_bytes()),
        }
        Ok(Self {
            // A log may hold anything.
            beginning: String::from_utf8_lossy(&beginning).into_owned(),
            text,
        })
    }
}

/// The code that was probably meant: of one word that is no text from elsewhere.
fn like_a_code(words: &[String]) -> Option<&'static str> {
    let [word] = words else { return None };
    let is_word = !word.contains(char::is_whitespace) && word != "-" && !Path::new(word).exists();
    let codes = Code::ALL.iter().map(|code| code.as_str());
    is_word.then(|| nearest(word, codes)).flatten()
}

/// The file to read, where one is named; `-` is standard input. A code comes first, whatever files are called.
fn file(words: &[String]) -> Option<&Path> {
    let [word] = words else { return None };
    let path = Path::new(word);
    if word == "-" {
        return Some(path);
    }
    let named = Code::parse(word).is_none() && path.is_file();
    if named {
        eprintln!("Reading the file {}.", sanitize(word));
    }
    named.then_some(path)
}
