//! Everything that is tested from outside, in one binary: linking the SDK once is slow enough.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod architecture;
mod audit;
mod calls;
mod check;
mod docs;
mod dump;
mod dump_oracle;
mod emulators;
mod evidence_file;
mod explain;
mod faults;
mod fixes;
mod handover;
mod misdiagnosis;
mod partitions;
mod policy_cases;
mod policy_oracle;
mod readers;
mod real_policies;
mod redact;
mod registry;
mod round_trips;
mod scenarios;
mod schemas;
mod settings;
mod simulate;
mod simulate_command;
mod surroundings;
mod tool;
mod typed;
mod wait;
