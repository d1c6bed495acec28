//! `billing-doctor checks` and `pages`: what the doctor knows, offline.

use anyhow::{Result, anyhow};

use super::{Hint, print};
use crate::catalog::{Code, Page, page, pages};
use crate::cli::exit_status::ExitStatus;
use crate::render::{self, ColorChoice, Format, Palette};
use crate::text::{nearest, sanitize};

/// All pages, or one by name.
pub(super) fn list_pages(
    name: Option<&str>,
    output: Format,
    color: ColorChoice,
) -> Result<ExitStatus> {
    let shown: Vec<&Page> = match name {
        None => pages().iter().collect(),
        Some(name) => vec![page(name).ok_or_else(|| no_such_page(name))?],
    };
    let palette = Palette::of_stdout(color);
    let mut bytes = Vec::new();
    match (output, name) {
        (Format::Json, _) => render::write_pages_json(&shown, &mut bytes)?,
        (Format::Text, None) => render::write_pages(&shown, &palette, &mut bytes)?,
        (Format::Text, Some(_)) => {
            for page in shown {
                render::write_needs(page, &palette, &mut bytes)?;
            }
        }
    }
    print(bytes)
}

/// The catalogue: a code a line with what it means, or JSON.
pub(super) fn checks(output: Format) -> String {
    match output {
        Format::Text => Code::ALL
            .iter()
            .map(|code| format!("{code}\n    {}\n", code.in_short()))
            .collect(),
        Format::Json => {
            let codes: Vec<serde_json::Value> = Code::ALL
                .iter()
                .map(|code| serde_json::json!({"code": code, "summary": code.in_short()}))
                .collect();
            format!(
                "{:#}\n",
                serde_json::json!({"schema": "billing-doctor/checks/v1", "checks": codes})
            )
        }
    }
}

/// The error for a page that is not there, with the nearest that is.
pub(super) fn no_such_page(name: &str) -> anyhow::Error {
    let hint = match nearest(name, pages().iter().map(|page| page.id.as_str())) {
        Some(id) => format!("did you mean {id}? `billing-doctor pages` lists them"),
        None => "`billing-doctor pages` lists them".to_owned(),
    };
    anyhow!("there is no page “{}”", sanitize(name)).context(Hint(hint))
}
