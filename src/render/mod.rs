//! From a report to bytes. Only here is anything known of colour, glyphs and the width of a line.

mod audit;
mod explanation;
mod handover;
mod pages;
mod palette;
mod policies;
mod terminal;

use std::io::{self, Write};

pub use audit::{AuditFormat, write_audit, write_deviations};
pub use explanation::{write_explanation, write_page};
pub use handover::Audience;
pub use pages::{write_needs, write_pages, write_pages_json};
pub use palette::{ColorChoice, Palette};
pub use policies::{PolicyFormat, PolicyToMake, write_policies};

use crate::report::Report;

/// In which form to write a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportFormat {
    /// For people.
    Text,
    /// For scripts: one document, `billing-doctor/report/v1`.
    Json,
    /// To hand over: one file, for a browser or for paper.
    Html,
    /// To hand over: for a ticket.
    Markdown,
    /// To hand over: plain text, for a mail or a chat.
    Message,
}

/// In which form to write anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For scripts: one document.
    Json,
}

/// Writes the report; `to`: whom it is handed to, where that is not whoever can lift the first cause.
///
/// # Errors
///
/// Where the writer fails.
pub fn write(
    report: &Report,
    format: ReportFormat,
    to: Option<Audience>,
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        ReportFormat::Text => terminal::write(report, palette, out),
        ReportFormat::Html => out.write_all(handover::write_html(report, to).as_bytes()),
        ReportFormat::Markdown => out.write_all(handover::write_markdown(report, to).as_bytes()),
        ReportFormat::Message => out.write_all(handover::write_message(report, to).as_bytes()),
        ReportFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, report)?;
            writeln!(out)
        }
    }
}
