//! One file: no script, nothing loaded, light and dark.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::groups::{self, Group};
use crate::audit::{Audit, Can, Note};
use crate::text::{count, sanitize};

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8886}\
body{overflow-wrap:anywhere;font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}\
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid var(--line);padding:.35rem .6rem .35rem 0;\
text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{font-weight:600}small{opacity:.8}\
@media(max-width:40rem){table,tbody,tr,td{display:block}thead{display:none}td{border:0;padding:.1rem 0}\
tr{border-bottom:1px solid var(--line);padding:.5rem 0}}";

/// How many names of a group are listed: the JSON has all.
const MOST_NAMES: usize = 100;

pub(super) fn page(audit: &Audit) -> String {
    let account = audit.account.as_deref().unwrap_or_default();
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { "Who can see or change the billing of account " (account) }
                style { (PreEscaped(STYLE)) }
            }
            body { main {
                h1 { "Who can see or change the billing of account " (account) }
                p {
                    (count(audit.principals.len(), "principal")) ". "
                    @if !audit.service_control_policies {
                        "Service control policies were not given: a yes holds as far as the account's own policies say."
                    }
                }
                @for power in &audit.powers {
                    @let groups = groups::of(audit, power);
                    h2 { "Can " (power.title) ": " (holders(&groups)) }
                    (table(&groups))
                }
                (notes(audit))
                p { small { "Made by billing-doctor audit. It only read. Policies that AWS changes after this are not in it." } }
            } }
        }
    };
    markup.into_string()
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
                thead { tr { th { "Answer" } th { "Who" } th { "How" } } }
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
