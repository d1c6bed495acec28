//! An audit as text, JSON, CSV or HTML.

mod csv;
mod groups;
mod html;
mod markdown;
mod text;

use std::io::{self, Write};

use super::palette::Palette;
use crate::audit::{Audit, Deviation, ServiceControl};

/// In which form to write an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum AuditFormat {
    /// For people.
    Text,
    /// For scripts: one document, `billing-doctor/audit/v1`.
    Json,
    /// A line for each principal and power.
    Csv,
    /// One file to hand over.
    Html,
    /// For a ticket.
    Markdown,
}

/// Writes the audit; `whole`: every group of principals, not only what fits a screen.
///
/// # Errors
///
/// Where the writer fails.
pub fn write_audit(
    audit: &Audit,
    format: AuditFormat,
    whole: bool,
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        AuditFormat::Text => text::write(audit, whole, palette, out),
        AuditFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, audit)?;
            writeln!(out)
        }
        AuditFormat::Csv => csv::write(audit, out),
        AuditFormat::Markdown => out.write_all(markdown::text(audit).as_bytes()),
        AuditFormat::Html => out.write_all(html::page(audit).as_bytes()),
    }
}

/// What the answers leave out of account, where they do.
fn caveat(audit: &Audit) -> Option<String> {
    let why = match &audit.service_control {
        ServiceControl::Counted | ServiceControl::NoneApply { .. } => return None,
        ServiceControl::NotGiven => {
            "Service control policies were not given (--scp adds them)".to_owned()
        }
        ServiceControl::NotRead { reason, .. } => {
            format!("Service control policies could not be read ({reason})")
        }
    };
    Some(format!(
        "{why}: a yes holds as far as the account's own policies say."
    ))
}

/// The deviations as a diff: `+` has a power and should not, `-` should have it and has not.
///
/// # Errors
///
/// Where the writer fails.
pub fn write_deviations(
    deviations: &[Deviation],
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    text::write_deviations(deviations, palette, out)
}
