//! For a mail or a chat: plain text, no line broken, since mail programs break them.

use super::block;
use super::letter::Letter;
use crate::report::{Change, Report, Shown};
use crate::text::visible;
use iam_policy::text::pretty;

/// The report in plain text, addressed.
pub(in crate::render) fn text(report: &Report) -> String {
    let letter = Letter::new(report);
    let mut lines = vec![report.headline.clone()];
    lines.extend(report.meaning.clone());
    lines.extend(
        report
            .depends_on
            .iter()
            .map(|on| format!("It depends on: {on}.")),
    );
    if let Some(request) = &report.request {
        lines.extend([String::new(), request.clone()]);
        lines.extend(report.consequence.clone());
    }
    if let Some(hidden) = &report.hidden {
        lines.extend([String::new(), hidden.clone()]);
    }
    for cause in &letter.asked {
        lines.push(String::new());
        if letter.asked.len() > 1 {
            lines.push(format!("{}:", cause.title()));
        }
        let steps = cause.steps.iter();
        lines.extend(numbered(
            steps.map(|step| (step.text.as_str(), step.url.as_deref())),
        ));
        for change in report.changes_of(cause) {
            lines.extend([String::new(), change.instruction.clone()]);
            lines.extend(whole(change));
            lines.extend(change.remarks.iter().cloned());
        }
    }
    if !letter.others.is_empty() {
        lines.extend([String::new(), "Others have to do this:".to_owned()]);
        lines.extend(
            letter
                .others
                .iter()
                .map(|cause| format!("- {} {}", cause.sentence(), cause.who_can())),
        );
    }
    for note in letter.notes() {
        lines.extend([String::new(), note.text.clone()]);
        let steps = note.steps.iter();
        lines.extend(numbered(
            steps.map(|step| (step.text.as_str(), step.url.as_deref())),
        ));
    }
    let evidence: Vec<&String> = letter
        .asked
        .iter()
        .chain(&letter.others)
        .flat_map(|cause| cause.evidence.iter().chain(&cause.doubt))
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

fn numbered<'a>(
    steps: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> impl Iterator<Item = String> {
    (1..).zip(steps).map(|(number, (text, url))| match url {
        Some(url) => format!("{number}. {text} {url}"),
        None => format!("{number}. {text}"),
    })
}

/// The whole policy where its text changes: the reader of a mail has no tool to apply a difference with.
fn whole(change: &Change) -> Option<String> {
    match (change.shown(), &change.document) {
        (Shown::Diff(_), Some(document)) => Some(format!(
            "The whole policy after the change:\n{}",
            visible(&pretty(document))
        )),
        _ => block(change).map(|(text, _)| text),
    }
}
