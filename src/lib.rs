//! Why can't I see the AWS bill?
//!
//! `aws` collects [`evidence`], [`diagnose`] judges it and orders what was found, [`report`] gives that its public form
//! and [`render`] turns it into bytes. `docs/ARCHITECTURE.md` has the map and the rules.

pub mod audit;
pub mod aws;
pub mod catalog;
pub mod cli;
pub mod diagnose;
pub mod evidence;
pub mod explain;
pub mod names;
pub mod redact;
pub mod render;
pub mod report;
mod schema;
pub mod simulate;
pub mod text;
pub mod words;
