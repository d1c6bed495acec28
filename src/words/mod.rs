//! English. Whole sentences from typed values; nothing else makes sentences.

pub mod change;
