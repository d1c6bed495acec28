//! For a spreadsheet, which must not take a name for a formula.

use std::io::{self, Write};

use crate::audit::{Audit, Can, Kind};
use crate::text::sanitize;

pub(super) fn write(audit: &Audit, out: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "principal",
        "kind",
        "power",
        "can",
        "actions",
        "through",
        "depends_on",
        "blocked_by",
    ])?;
    for principal in &audit.principals {
        for power in &audit.powers {
            let Some(answer) = principal.answers.get(&power.id) else {
                continue;
            };
            let through: Vec<String> = answer.through.iter().map(ToString::to_string).collect();
            let cells = [
                principal.arn.clone(),
                match principal.kind {
                    Kind::User => "user",
                    Kind::Role => "role",
                    Kind::PermissionSetRole => "permissionSetRole",
                    Kind::ServiceLinkedRole => "serviceLinkedRole",
                }
                .to_owned(),
                power.id.clone(),
                match answer.can {
                    Can::Yes => "yes",
                    Can::Depends => "depends",
                    Can::No => "no",
                }
                .to_owned(),
                answer.actions.join(" "),
                through.join("; "),
                answer.depends_on.clone().unwrap_or_default(),
                answer.blocked_by.join("; "),
            ];
            writer.write_record(cells.iter().map(|cell| harmless(cell)))?;
        }
    }
    writer.flush()
}

/// Source: <https://owasp.org/www-community/attacks/CSV_Injection>
fn harmless(cell: &str) -> String {
    let cell = sanitize(cell);
    if cell.starts_with(['=', '+', '-', '@']) {
        format!("'{cell}")
    } else {
        cell
    }
}
