//! For a mail or a chat: plain text, no line broken, since mail programs break them.

use super::letter::{Audience, Letter, doubt, voice};
use crate::render::on_one_line;
use crate::report::{Cause, Change, Report, Shown};
use crate::text::visible;
use iam_policy::text::pretty;

/// The report in plain text, addressed.
pub(in crate::render) fn text(report: &Report, to: Option<Audience>) -> String {
    let letter = Letter::new(report, to);
    let mut lines = vec![letter.headline.clone()];
    if let Some(request) = &letter.request {
        lines.extend([String::new(), request.clone()]);
    }
    for cause in &letter.asked {
        lines.push(String::new());
        if letter.asked.len() > 1 {
            lines.push(format!("{}:", voice(&cause.summary)));
        }
        lines.extend(steps(cause));
        let own: Vec<&Change> = report
            .changes
            .iter()
            .filter(|change| change.is_first_for(cause.code))
            .collect();
        if let Some(grant) = cause.grant.as_ref().filter(|_| own.is_empty())
            && !grant.beside.is_empty()
        {
            let statement = on_one_line(&grant.statement_beside());
            lines.push(format!("The statement: {statement}"));
        }
        for change in own {
            lines.extend([String::new(), change.instruction.clone()]);
            match change.shown() {
                Shown::Nothing => {}
                Shown::Document(document) => lines.push(visible(&pretty(document))),
                Shown::Statement(statement) => lines.push(visible(&pretty(&statement))),
                // A mail has no room for what stays, and its reader no tool: the whole document, to put in the place of
                // the old one.
                Shown::Diff(_) => lines.extend(change.document.as_ref().map(|document| {
                    format!(
                        "The whole policy after the change:\n{}",
                        visible(&pretty(document))
                    )
                })),
            }
            lines.extend(change.remarks.iter().cloned());
        }
    }
    if !letter.others.is_empty() {
        lines.extend([String::new(), "Others have to do this:".to_owned()]);
        lines.extend(
            letter
                .others
                .iter()
                .map(|cause| format!("- {}", voice(&cause.summary))),
        );
    }
    let evidence: Vec<String> = letter
        .asked
        .iter()
        .flat_map(|cause| cause.evidence.iter().cloned().chain(doubt(cause)))
        .collect();
    if !evidence.is_empty() {
        lines.extend([String::new(), "How we know:".to_owned()]);
        lines.extend(evidence.iter().map(|line| format!("- {line}")));
    }
    lines.extend([
        String::new(),
        format!(
            "To see it without this tool: {}",
            letter.commands().join(" ; ")
        ),
        format!(
            "billing-doctor {}, {}",
            env!("CARGO_PKG_VERSION"),
            report.collected_at
        ),
    ]);
    lines.join("\n") + "\n"
}

fn steps(cause: &Cause) -> Vec<String> {
    (1..)
        .zip(&cause.steps)
        .map(|(number, step)| match &step.url {
            Some(url) => format!("{number}. {} {url}", step.text),
            None => format!("{number}. {}", step.text),
        })
        .collect()
}
