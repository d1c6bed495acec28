//! English.

pub mod policies;
pub mod requirement;
