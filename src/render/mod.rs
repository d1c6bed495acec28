//! From a report to bytes. Only here is anything known of colour, glyphs and the width of a line.

mod audit;
mod explanation;
mod pages;
mod palette;
mod policies;
mod terminal;

use std::io::{self, Write};

pub use audit::{AuditFormat, write_audit, write_deviations};
pub use explanation::{write_explanation, write_page};
pub use pages::{write_needs, write_pages, write_pages_json};
pub use palette::{ColorChoice, Palette};
pub use policies::{PolicyFormat, PolicyToMake, write_policies};

use crate::report::Report;

/// In which form to write a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For scripts: one document, `billing-doctor/report/v1`.
    Json,
}

/// Writes the report.
///
/// # Errors
///
/// Where the writer fails.
pub fn write(
    report: &Report,
    format: Format,
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        Format::Text => terminal::write(report, palette, out),
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, report)?;
            writeln!(out)
        }
    }
}
