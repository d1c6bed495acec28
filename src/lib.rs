//! Why can't I see the AWS bill?
//!
//! `aws` collects [`evidence`], `checks` judge it, [`diagnosis`] orders what they found, [`report`] puts it into words
//! and [`render`] into bytes. `docs/ARCHITECTURE.md` has the map and the rules.

pub mod audit;
pub mod aws;
pub mod catalog;
pub mod checks;
pub mod cli;
pub mod context;
pub mod demo;
pub mod diagnosis;
pub mod dump;
pub mod engine;
pub mod evidence;
pub mod evidence_file;
pub mod exit_status;
pub mod explain;
pub mod finding;
pub mod fix;
pub mod grant;
pub mod judgement;
pub mod names;
pub mod permissions;
pub mod policy;
pub mod policy_text;
pub mod question;
pub mod redact;
pub mod refusal;
pub mod remedy;
pub mod render;
pub mod report;
pub mod schema;
pub mod settings;
pub mod simulate;
pub mod text;
pub mod wait;
