//! Why can't I see the AWS bill?
//!
//! `aws` collects `evidence`, `diagnose` judges it and orders what was found, `report` gives that its public form and
//! `render` turns it into bytes. `docs/ARCHITECTURE.md` has the map and the rules.

// In a private module `pub` says what a room offers to the others.
#![allow(unreachable_pub)]

mod audit;
mod aws;
mod catalog;
mod cli;
mod diagnose;
mod encoding;
mod evidence;
mod explain;
mod names;
mod redact;
mod render;
mod report;
mod schema;
mod simulate;
#[doc(hidden)]
pub mod testing;
mod text;
mod words;

pub use cli::exit_status::ExitStatus;
pub use cli::{Cli, print_error, print_usage};
