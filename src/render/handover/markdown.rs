//! For a ticket.

use super::letter::{Audience, Letter, Passes, doubt, voice};
use crate::render::on_one_line;
use crate::report::{Change, PageState, Report, Shown};
use crate::text::visible;
use iam_policy::text::pretty;

/// The report in markdown, addressed.
pub(in crate::render) fn text(report: &Report, to: Option<Audience>) -> String {
    let letter = Letter::new(report, to);
    let mut out = format!("# {}\n\n", escaped(&letter.headline));
    if let Some(request) = &letter.request {
        out.push_str(&format!("**{}**\n\n", escaped(request)));
    }
    for cause in &letter.asked {
        if letter.asked.len() > 1 {
            out.push_str(&format!("## {}\n\n", escaped(&voice(&cause.summary))));
        }
        for (number, step) in (1..).zip(&cause.steps) {
            let url = step
                .url
                .as_deref()
                .map(|url| format!(" <{url}>"))
                .unwrap_or_default();
            out.push_str(&format!("{number}. {}{url}\n", escaped(&step.text)));
        }
        out.push('\n');
        let own: Vec<&Change> = report
            .changes
            .iter()
            .filter(|change| change.is_first_for(cause.code))
            .collect();
        if let Some(grant) = cause.grant.as_ref().filter(|_| own.is_empty())
            && !grant.beside.is_empty()
        {
            out.push_str(&fenced(&on_one_line(&grant.statement_beside()), "json"));
        }
        for change in own {
            out.push_str(&format!("{}\n\n", escaped(&change.instruction)));
            match change.shown() {
                Shown::Nothing => {}
                Shown::Document(document) => {
                    out.push_str(&fenced(&visible(&pretty(document)), "json"));
                }
                Shown::Statement(statement) => {
                    out.push_str(&fenced(&visible(&pretty(&statement)), "json"));
                }
                Shown::Diff(lines) => out.push_str(&fenced(&lines.join("\n"), "diff")),
            }
            for remark in &change.remarks {
                out.push_str(&format!("{}\n\n", escaped(remark)));
            }
        }
    }
    if !letter.others.is_empty() {
        out.push_str("## Others have to do this\n\n");
        for cause in &letter.others {
            out.push_str(&format!(
                "- {} (`{}`)\n",
                escaped(&voice(&cause.summary)),
                cause.code
            ));
        }
        out.push('\n');
    }
    out.push_str("## The way a request takes\n\n");
    for (name, passes) in letter.way() {
        let mark = match passes {
            Passes::Yes => "passes",
            Passes::No => "**stops here**",
            Passes::Unknown => "not known",
            Passes::NotThere => "not there",
        };
        out.push_str(&format!("1. {name}: {mark}\n"));
    }
    if !report.pages.is_empty() {
        out.push_str("\n## Pages of the console\n\n| page | |\n|---|---|\n");
        for page in &report.pages {
            let opens = match page.opens {
                PageState::Yes => "open".to_owned(),
                PageState::No => format!("closed {}", page.closed_by.join(", ")),
                PageState::Depends => escaped(page.depends_on.as_deref().unwrap_or_default()),
            };
            out.push_str(&format!("| {} | {opens} |\n", page.title));
        }
    }
    out.push_str("\n## How we know\n\n");
    for cause in letter.asked.iter().chain(&letter.others) {
        for line in cause.evidence.iter().cloned().chain(doubt(cause)) {
            out.push_str(&format!("- {}\n", escaped(&line)));
        }
    }
    out.push_str("\nWithout this tool:\n\n");
    out.push_str(&fenced(&letter.commands().join("\n"), "sh"));
    out.push_str(&format!(
        "billing-doctor {}, {}\n",
        env!("CARGO_PKG_VERSION"),
        report.collected_at
    ));
    out
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
