//! The report to hand over: to a root user's holder, an administrator, the payer or AWS Support.

mod drawings;
mod html;
mod letter;
mod markdown;
mod message;

pub(super) use html::page as write_html;
pub use letter::Audience;
pub(super) use markdown::text as write_markdown;
pub(super) use message::text as write_message;
