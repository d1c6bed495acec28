//! From a report to bytes. Only here is anything known of colour, glyphs and the width of a line.

mod audit;
mod explanation;
mod handover;
mod pages;
mod palette;
mod policies;
mod prose;
mod terminal;

use std::io::{self, Write};

pub use audit::{AuditFormat, write_audit, write_deviations};
pub use pages::{write_needs, write_pages, write_pages_json};
pub use palette::{ColorChoice, Palette};
pub use policies::{PolicyFormat, write_policies};

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

/// The parts of a text, and whether each stands between backticks: then it is code.
fn code_spans(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let parts = text.split('`').enumerate();
    parts.map(|(index, part)| (index % 2 == 1, part))
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
    format: ExplanationFormat,
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    let code = explanation.page.as_ref().map(|page| page.code);
    match (format, code) {
        (ExplanationFormat::Json, _) => {
            serde_json::to_writer_pretty(&mut *out, explanation)?;
            writeln!(out)
        }
        (ExplanationFormat::Text, Some(code)) => explanation::write_page(code, palette, out),
        (ExplanationFormat::Text, None) => {
            explanation::write_explanation(explanation, palette, out)
        }
        (ExplanationFormat::Html, Some(code)) => {
            out.write_all(handover::write_cause_html(code).as_bytes())
        }
        (ExplanationFormat::Html, None) => {
            out.write_all(handover::write_explained_html(explanation).as_bytes())
        }
        (ExplanationFormat::Markdown, Some(code)) => out.write_all(code.page().as_bytes()),
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

/// Writes the report. Its sentences were made for its reader.
///
/// # Errors
///
/// Where the writer fails.
pub fn write(
    report: &Report,
    format: ReportFormat,
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        ReportFormat::Text => terminal::write(report, palette, out),
        ReportFormat::Html => out.write_all(handover::write_html(report).as_bytes()),
        ReportFormat::Markdown => out.write_all(handover::write_markdown(report).as_bytes()),
        ReportFormat::Message => out.write_all(handover::write_message(report).as_bytes()),
        ReportFormat::Json => {
            let json = serde_json::to_string_pretty(report)?;
            writeln!(out, "{}", visible(&json))
        }
    }
}
