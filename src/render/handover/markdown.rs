//! For a ticket.

use super::block;
use super::letter::Letter;
use crate::diagnose::way::Passage;
use crate::render::code_spans;
use crate::report::{PageState, Report};
use crate::words::{passage, stop};

/// The report in markdown, addressed.
pub(in crate::render) fn text(report: &Report) -> String {
    let letter = Letter::new(report);
    let mut out = format!("# {}\n\n", escaped(&report.headline));
    let mut paragraph = |text: &str| out.push_str(&format!("{}\n\n", prose(text)));
    report.meaning.iter().for_each(|text| paragraph(text));
    report
        .depends_on
        .iter()
        .for_each(|on| paragraph(&format!("It depends on: {on}.")));
    if let Some(request) = &report.request {
        out.push_str(&format!("**{}**\n\n", escaped(request)));
    }
    let mut paragraph = |text: &str| out.push_str(&format!("{}\n\n", prose(text)));
    report.consequence.iter().for_each(|text| paragraph(text));
    report.hidden.iter().for_each(|text| paragraph(text));
    for cause in &letter.asked {
        if letter.asked.len() > 1 {
            out.push_str(&format!("## {}\n\n", escaped(&cause.title())));
            if let Some(explanation) = &cause.explanation {
                out.push_str(&format!("{}\n\n", prose(explanation)));
            }
        }
        let steps = cause.steps.iter();
        out.push_str(&numbered(
            steps.map(|step| (step.text.as_str(), step.url.as_deref())),
        ));
        for change in report.changes_of(cause) {
            out.push_str(&format!("{}\n\n", escaped(&change.instruction)));
            if let Some((text, language)) = block(change) {
                out.push_str(&fenced(&text, language));
            }
            for remark in &change.remarks {
                out.push_str(&format!("{}\n\n", prose(remark)));
            }
        }
    }
    if !letter.others.is_empty() {
        out.push_str("## Others have to do this\n\n");
        for cause in &letter.others {
            out.push_str(&format!(
                "- {} {}\n",
                escaped(&cause.sentence()),
                escaped(&cause.who_can())
            ));
        }
        out.push('\n');
    }
    if !letter.notes().is_empty() {
        out.push_str("## Also worth knowing\n\n");
        for note in letter.notes() {
            out.push_str(&format!("{}\n\n", prose(&note.text)));
            let steps = note.steps.iter();
            out.push_str(&numbered(
                steps.map(|step| (step.text.as_str(), step.url.as_deref())),
            ));
        }
    }
    let looked = |(_, how): &&(_, Passage)| *how != Passage::NotLookedAt;
    if report.way.iter().filter(looked).count() > 0 {
        out.push_str("## The way a request takes\n\n");
        for (at, how) in &report.way {
            let how = match how {
                Passage::StopsHere => format!("**{}**", passage(*how)),
                how => passage(*how).to_owned(),
            };
            out.push_str(&format!("1. {}: {how}\n", stop(*at)));
        }
        out.push('\n');
    }
    if !report.pages.is_empty() {
        out.push_str("## Pages of the console\n\n| page | |\n|---|---|\n");
        for page in &report.pages {
            let opens = match page.opens {
                PageState::Yes => "open".to_owned(),
                PageState::No => "closed".to_owned(),
                PageState::Depends => format!(
                    "not known: it depends on {}",
                    escaped(page.depends_on.as_deref().unwrap_or_default())
                ),
            };
            out.push_str(&format!("| {} | {opens} |\n", page.title));
        }
        out.push('\n');
    }
    out.push_str("## For your IT people: how we know\n\n");
    for cause in letter.asked.iter().chain(&letter.others) {
        out.push_str(&format!(
            "{} (`{}`):\n\n",
            escaped(&cause.title()),
            cause.code
        ));
        for line in cause.evidence.iter().chain(&cause.doubt) {
            out.push_str(&format!("- {}\n", escaped(line)));
        }
        out.push('\n');
    }
    if let Some(proof) = &report.proof {
        out.push_str(&format!("{}\n\n", escaped(&proof.summary)));
    }
    out.push_str("Without this tool:\n\n");
    out.push_str(&fenced(&letter.commands().join("\n"), "sh"));
    out.push_str(&format!(
        "billing-doctor {}, {}\n",
        env!("CARGO_PKG_VERSION"),
        report.collected_at
    ));
    out
}

/// A numbered list, with an empty line behind it; nothing for nothing.
fn numbered<'a>(steps: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let mut out = String::new();
    for (number, (text, url)) in (1..).zip(steps) {
        let url = url.map(|url| format!(" <{url}>")).unwrap_or_default();
        out.push_str(&format!("{number}. {}{url}\n", prose(text)));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// Text with what stands between backticks as code, and the rest as text.
fn prose(text: &str) -> String {
    code_spans(text)
        .map(|(is_code, part)| {
            if is_code {
                format!("`{part}`")
            } else {
                escaped(part)
            }
        })
        .collect()
}

/// Text that stays text: what begins markup or HTML gets a backslash.
pub(in crate::render) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            _ => {
                if "\\`*_[]#|~!@".contains(character) {
                    out.push('\\');
                }
                out.push(character);
            }
        }
    }
    out
}

/// A block whose fence is longer than any in it.
pub(super) fn fenced(text: &str, language: &str) -> String {
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n\n")
}
