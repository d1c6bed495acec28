//! For a mail or a chat: plain text, no line broken, since mail programs break them.

use super::letter::{Audience, Letter, doubt, voice};
use crate::report::{Cause, Report};

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
        if let Some(grant) = cause
            .grant
            .as_ref()
            .filter(|grant| !grant.beside.is_empty())
        {
            lines.push(format!("The statement: {}", statement(&grant.beside)));
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

/// An Allow of these actions, on one line.
pub(super) fn statement(actions: &[String]) -> String {
    let quoted: Vec<String> = actions
        .iter()
        .map(|action| format!("\"{action}\""))
        .collect();
    format!(
        r#"{{ "Effect": "Allow", "Resource": "*", "Action": [{}] }}"#,
        quoted.join(", ")
    )
}
