//! The console's pages and what they need, as AWS's tables have it.

use std::io::{self, Write};

use super::explanation::paragraph;
use super::palette::Palette;
use crate::catalog::{Gate, Page};

/// A page a line.
///
/// # Errors
///
/// Where the writer fails.
pub fn write_pages(pages: &[&Page], palette: &Palette, out: &mut impl Write) -> io::Result<()> {
    let widest = pages.iter().map(|page| page.id.len()).max().unwrap_or(0);
    for page in pages {
        writeln!(out, "{:widest$}  {}", page.id, palette.plain(&page.title))?;
    }
    Ok(())
}

/// One page with everything behind it.
///
/// # Errors
///
/// Where the writer fails.
pub fn write_needs(page: &Page, palette: &Palette, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", palette.strong(&palette.plain(&page.title)))?;
    if let Some(url) = &page.url {
        writeln!(out, "{}", palette.link(url))?;
    }
    let gate = match page.gate {
        Gate::Gated => {
            "The root user's switch “IAM user and role access to Billing information” gates it."
        }
        Gate::Open => "The root user's switch does not gate it.",
        Gate::NotStated => "AWS does not say whether the root user's switch gates it.",
    };
    paragraph(gate, "", palette, out)?;
    let nothing = ["(AWS lists none)".to_owned()];
    let view = if page.view_printed.is_empty() {
        &nothing
    } else {
        page.view_printed.as_slice()
    };
    actions("To see it, as AWS prints it", view, palette, out)?;
    if !page.view.is_empty() && page.view != page.view_printed {
        actions(
            "What billing-doctor asks about for it",
            &page.view,
            palette,
            out,
        )?;
    }
    for optional in &page.optional_view {
        actions(
            &format!("To see more: {}", optional.purpose),
            &optional.actions,
            palette,
            out,
        )?;
    }
    for edit in &page.edit {
        actions(
            &format!("To change it: {}", edit.purpose),
            &edit.actions,
            palette,
            out,
        )?;
    }
    if !page.notes.is_empty() {
        writeln!(out)?;
    }
    for note in &page.notes {
        paragraph(&format!("- {note}"), "", palette, out)?;
    }
    if let Some(source) = &page.source {
        writeln!(out, "\n{} {source}", palette.faint("Source:"))?;
    }
    Ok(())
}

/// `billing-doctor/pages/v1`.
///
/// # Errors
///
/// Where the writer fails.
pub fn write_pages_json(pages: &[&Page], out: &mut impl Write) -> io::Result<()> {
    let pages: Vec<serde_json::Value> = pages
        .iter()
        .map(|page| {
            serde_json::json!({
                "id": page.id,
                "title": page.title,
                "url": page.url,
                "gatedBySwitch": page.gate.known(),
                "view": page.view_printed,
                "viewAsked": page.view,
                "optionalView": page.optional_view,
                "edit": page.edit,
                "notes": page.notes,
                "source": page.source,
            })
        })
        .collect();
    let document = serde_json::json!({"schema": "billing-doctor/pages/v1", "pages": pages});
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn actions(
    heading: &str,
    actions: &[String],
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out)?;
    paragraph(heading, "", palette, out)?;
    for action in actions {
        writeln!(out, "  {action}")?;
    }
    Ok(())
}
