//! One file: no script, nothing loaded, light and dark.

use maud::{Markup, html};

use super::caveat;
use super::groups::{self, Group};
use crate::audit::{Audit, Can, Note};
use crate::render::handover::frame;
use crate::text::{count, sanitize};

/// How many names of a group are listed: the JSON has all.
const MOST_NAMES: usize = 100;

pub(super) fn page(audit: &Audit) -> String {
    let account = audit.account.as_deref().unwrap_or_default();
    let title = format!("Who can see or change the billing of account {account}");
    let body = html! {
        h1 { (title) }
        p {
            (count(audit.principals.len(), "principal")) ". "
            @if let Some(caveat) = caveat(audit) { (caveat) }
        }
        @for power in &audit.powers {
            @let groups = groups::of(audit, power);
            h2 { "Can " (power.title) ": " (holders(&groups)) }
            (table(&groups))
        }
        (notes(audit))
    };
    let made = format!(
        "Made by billing-doctor {}. It only read; policies that change after this are not in it.",
        env!("CARGO_PKG_VERSION")
    );
    frame(&title, &body, &made)
}

fn holders(groups: &[Group]) -> usize {
    let holding = groups.iter().filter(|group| group.can != Can::No);
    holding.map(|group| group.names.len()).sum()
}

fn table(groups: &[Group]) -> Markup {
    html! {
        @if groups.is_empty() {
            p { "Nobody." }
        } @else {
            table {
                thead { tr { th scope="col" { "Answer" } th scope="col" { "Who" } th scope="col" { "How" } } }
                tbody {
                    @for group in groups {
                        tr {
                            td {
                                @match group.can {
                                    Can::Yes => "yes",
                                    Can::Depends => "depends",
                                    Can::No => "blocked",
                                }
                            }
                            td { strong { (group.size()) } ": " (sanitize(&group.members(MOST_NAMES))) }
                            td { (sanitize(&group.how)) }
                        }
                    }
                }
            }
        }
    }
}

fn notes(audit: &Audit) -> Markup {
    let with = |note: Note| {
        let principals = audit.principals.iter();
        let names: Vec<String> = principals
            .filter(|principal| principal.notes.contains(&note))
            .map(|principal| sanitize(&principal.name))
            .collect();
        names
    };
    html! {
        @for (note, head) in [
            (Note::OpenToOthers, "Roles that somebody outside of the account may assume"),
            (Note::Denied, "Kept from a power over billing by a Deny of their own policies"),
            (Note::LegacyOnly, "Granted billing in the retired aws-portal actions only"),
            (Note::Quarantined, "An access key was found in public"),
        ] {
            @let names = with(note);
            @if !names.is_empty() {
                h2 { (head) ": " (names.len()) }
                p { (names.join(", ")) }
            }
        }
    }
}
