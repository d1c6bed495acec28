//! English. The only room that makes sentences about causes: from typed values, for one reader.
//!
//! A sentence is written whole for each case. What AWS or a person gave is put in by [`shown`] alone, which keeps it
//! from driving the terminal. `docs/style.md` says how the sentences sound.

mod cause;
pub mod change;
mod code;
mod console;
mod contradiction;
mod depends;
mod explanation;
mod extent;
mod headline;
mod labels;
mod letter;
mod link;
mod news;
mod notes;
mod oddity;
mod outcome;
pub mod policies;
pub mod refused;
pub mod refused_steps;
pub mod requirement;
mod shown;
mod sign;
mod step;
#[cfg(test)]
mod tests;
mod unmet;
mod voice;
mod way;

pub use code::title;
pub use contradiction::contradiction;
pub use headline::HeadlineFacts;
pub use labels::policy_label;
pub use notes::Note;
pub use oddity::oddity;
pub use step::StepText;
pub use voice::{Audience, Voice};
pub use way::{passage, stop};
