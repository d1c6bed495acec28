//! The pages of the catalogue and what `explain` found, for people.

use std::io::{self, Write};

use super::palette::Palette;
use super::terminal::Page;
use crate::catalog::Cause;
use crate::diagnose::finding::Confidence;
use crate::explain::{Explained, Explanation};

/// The page of a cause.
///
/// # Errors
///
/// Where the writer fails.
pub(super) fn write_page(cause: &Cause, palette: &Palette, out: &mut impl Write) -> io::Result<()> {
    markdown(cause.page, palette, out)
}

/// Every refusal, with who can lift it and how.
///
/// # Errors
///
/// Where the writer fails.
pub(super) fn write_explanation(
    explanation: &Explanation,
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    for (index, refusal) in explanation.refusals.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        one(refusal, palette, out)?;
    }
    Ok(())
}

fn one(refusal: &Explained, palette: &Palette, out: &mut impl Write) -> io::Result<()> {
    let sure = match refusal.confidence {
        Confidence::Confirmed => "confirmed",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    };
    let times = match refusal.times {
        1 => String::new(),
        times => format!(", {times} times"),
    };
    writeln!(out, "{} ({sure}{times})", palette.strong(refusal.code))?;
    paragraph(&refusal.summary, "  ", palette, out)?;
    writeln!(out)?;
    if !refusal.message.is_empty() {
        paragraph(&format!("message: {}", refusal.message), "  ", palette, out)?;
    }
    for (label, value) in refusal.facts() {
        paragraph(&format!("{label}: {value}"), "  ", palette, out)?;
    }
    writeln!(out)?;
    if let Some(here) = &refusal.here {
        paragraph(here, "", palette, out)?;
        writeln!(out)?;
    }
    markdown(&refusal.remedy, palette, out)?;
    writeln!(out)?;
    paragraph(
        &format!("The whole page: `billing-doctor explain {}`", refusal.code),
        "",
        palette,
        out,
    )
}

/// The part of markdown that the catalogue's pages are written in: headings, paragraphs, lists and fenced blocks.
fn markdown(text: &str, palette: &Palette, out: &mut impl Write) -> io::Result<()> {
    let mut fenced = false;
    let mut pending = String::new();
    for line in text.lines() {
        let starts_item = line.starts_with("- ")
            || line.split_once(". ").is_some_and(|(number, _)| {
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            });
        let fence = line.starts_with("```");
        let breaks = fence || fenced || line.is_empty() || line.starts_with('#') || starts_item;
        if breaks && !pending.is_empty() {
            paragraph(&std::mem::take(&mut pending), "", palette, out)?;
        }
        if fence {
            fenced = !fenced;
        } else if fenced {
            writeln!(out, "    {}", palette.plain(line))?;
        } else if line.is_empty() {
            writeln!(out)?;
        } else if line.starts_with('#') {
            let title = palette.plain(line.trim_start_matches(['#', ' ']));
            writeln!(out, "{}", palette.strong(&title))?;
        } else {
            if !pending.is_empty() {
                pending.push(' ');
            }
            pending.push_str(line.trim());
        }
    }
    if pending.is_empty() {
        return Ok(());
    }
    paragraph(&pending, "", palette, out)
}

pub(super) fn paragraph(
    text: &str,
    indent: &str,
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    // What goes on behind a bullet or a number stands below its words.
    let hanging = if text.starts_with("- ") {
        2
    } else if text.starts_with(|first: char| first.is_ascii_digit()) {
        3
    } else {
        0
    };
    let first = indent.len();
    Page { palette, out }.paragraph(text, first, first + hanging, str::to_owned)
}
