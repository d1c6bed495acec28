//! The pages of the catalogue and what `explain` found, for people.

use std::io::{self, Write};

use super::palette::Palette;
use super::prose::{Piece, pieces};
use super::terminal::Page;
use crate::catalog::Code;
use crate::diagnose::cause::Confidence;
use crate::explain::{Explained, Explanation};

/// The page of a cause.
///
/// # Errors
///
/// Where the writer fails.
pub(super) fn write_page(code: Code, palette: &Palette, out: &mut impl Write) -> io::Result<()> {
    markdown(code.page(), palette, out)
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
    writeln!(
        out,
        "{} ({sure}{times})",
        palette.strong(&palette.plain(&refusal.heading()))
    )?;
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
    let Some(code) = refusal.page() else {
        return Ok(());
    };
    writeln!(out)?;
    paragraph(
        &format!("The whole page: `billing-doctor explain {code}`"),
        "",
        palette,
        out,
    )
}

/// A page of the catalogue, or a part of one.
fn markdown(text: &str, palette: &Palette, out: &mut impl Write) -> io::Result<()> {
    let mut number = 0;
    let mut before = None;
    for piece in pieces(text) {
        let numbered = matches!(&piece, Piece::Item { numbered: true, .. });
        number = if numbered { number + 1 } else { 0 };
        // The items of a list stand together; everything else is set apart.
        let item = matches!(&piece, Piece::Item { .. });
        if before.is_some_and(|before| !(before && item)) {
            writeln!(out)?;
        }
        before = Some(item);
        match &piece {
            Piece::Heading(_, title) => {
                let title = palette.plain(title);
                writeln!(out, "{}", palette.strong(&title))?;
            }
            Piece::Paragraph(text) => paragraph(text, "", palette, out)?,
            Piece::Item { text, .. } if numbered => {
                paragraph(&format!("{number}. {text}"), "", palette, out)?;
            }
            Piece::Item { text, .. } => paragraph(&format!("- {text}"), "", palette, out)?,
            Piece::Block(text) => {
                for line in text.lines() {
                    writeln!(out, "    {}", palette.plain(line))?;
                }
            }
        }
    }
    Ok(())
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
