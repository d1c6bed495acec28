//! The engine alone, without the rest of the tool.

#[path = "../../src/policy/mod.rs"]
pub mod policy;
