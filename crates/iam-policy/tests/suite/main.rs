//! The engine from outside, in one binary.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod caller;
mod cases;
mod dependencies;
mod documents;
mod forms;
mod properties;
