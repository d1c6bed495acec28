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
pub use handover::Audience;
pub use pages::{write_needs, write_pages, write_pages_json};
pub use palette::{ColorChoice, Palette};
pub use policies::{Export, PolicyFormat, write_policies};

use crate::catalog::Cause;
use crate::explain::Explanation;
use crate::report::Report;
use crate::text::visible;
use iam_policy::text::pretty;

/// JSON on one line that may be broken at its spaces.
fn on_one_line(value: &serde_json::Value) -> String {
    let lines = visible(&pretty(value));
    let lines: Vec<&str> = lines.lines().map(str::trim_start).collect();
    lines.join(" ")
}

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

/// In which form to write an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ExplanationFormat {
    /// For people.
    Text,
    /// For scripts: one document, `billing-doctor/explain/v1`.
    Json,
    /// To hand over: one file, for a browser or for paper.
    Html,
    /// To hand over: for a ticket.
    Markdown,
}

/// Writes what was found in a text, or the page of the code that was asked about.
///
/// # Errors
///
/// Where the writer fails.
pub fn write_explained(
    explanation: &Explanation,
    cause: Option<&Cause>,
    format: ExplanationFormat,
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    match (format, cause) {
        (ExplanationFormat::Json, _) => {
            serde_json::to_writer_pretty(&mut *out, explanation)?;
            writeln!(out)
        }
        (ExplanationFormat::Text, Some(cause)) => explanation::write_page(cause, palette, out),
        (ExplanationFormat::Text, None) => {
            explanation::write_explanation(explanation, palette, out)
        }
        (ExplanationFormat::Html, Some(cause)) => {
            out.write_all(handover::write_cause_html(cause).as_bytes())
        }
        (ExplanationFormat::Html, None) => {
            out.write_all(handover::write_explained_html(explanation).as_bytes())
        }
        (ExplanationFormat::Markdown, Some(cause)) => out.write_all(cause.page.as_bytes()),
        (ExplanationFormat::Markdown, None) => {
            out.write_all(handover::write_explained_markdown(explanation).as_bytes())
        }
    }
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
            let json = serde_json::to_string_pretty(report)?;
            writeln!(out, "{}", visible(&json))
        }
    }
}
