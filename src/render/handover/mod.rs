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
pub use letter::Audience;
pub(super) use markdown::escaped;
pub(super) use markdown::text as write_markdown;
pub(super) use message::text as write_message;
