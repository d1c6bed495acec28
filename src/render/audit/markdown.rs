//! For a ticket.

use super::{caveat, groups};
use crate::audit::{Audit, Can};
use crate::render::handover::escaped;

/// How many names of a group are listed: the JSON has all.
const MOST_NAMES: usize = 20;

pub(super) fn text(audit: &Audit) -> String {
    let account = audit.account.as_deref().unwrap_or_default();
    let mut out = format!("# Who can see or change the billing of account {account}\n\n");
    if let Some(caveat) = caveat(audit) {
        out.push_str(&format!("{}\n\n", escaped(&caveat)));
    }
    for power in &audit.powers {
        out.push_str(&format!(
            "## Can {}\n\n| answer | who | how |\n|---|---|---|\n",
            escaped(&power.title)
        ));
        for group in groups::of(audit, power) {
            let answer = match group.can {
                Can::Yes => "yes",
                Can::Depends => "depends",
                Can::No => "blocked",
            };
            out.push_str(&format!(
                "| {answer} | {}: {} | {} |\n",
                group.size(),
                escaped(&group.members(MOST_NAMES)),
                escaped(&group.how)
            ));
        }
        out.push('\n');
    }
    out
}
