//! The report to hand over: to a root user's holder, an administrator, the payer or AWS Support.

mod drawings;
mod explained;
mod html;
mod letter;
mod markdown;
mod message;

pub(super) use explained::{
    html as write_explained_html, markdown as write_explained_markdown,
    page_html as write_cause_html,
};
pub(super) use html::frame;
pub(super) use html::page as write_html;
pub(super) use markdown::escaped;
pub(super) use markdown::text as write_markdown;
pub(super) use message::text as write_message;

use crate::report::{Change, Shown};
use crate::text::visible;
use iam_policy::text::pretty;

/// What to show of a change beside its instruction, and in which language it is.
fn block(change: &Change) -> Option<(String, &'static str)> {
    match change.shown() {
        Shown::Nothing => None,
        Shown::Document(document) => Some((visible(&pretty(document)), "json")),
        Shown::Statement(statement) => Some((visible(&pretty(&statement)), "json")),
        Shown::Diff(lines) => Some((lines.join("\n"), "diff")),
    }
}
