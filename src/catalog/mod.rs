//! Reference facts about billing, dated and embedded: the causes and their pages, console pages, the actions behind them, AWS managed policies.

mod actions;
pub mod calls;
mod codes;
mod legacy_actions;
mod pages;
mod partition;
mod resources;
mod tiers;

pub use actions::{is_read_or_list, is_sensitive, known_actions};
pub use codes::Code;
pub use legacy_actions::legacy_actions;
pub use pages::{Gate, Page, main_pages, page, pages};
pub use partition::Partition;
pub use resources::{Place, carries_resource_tags, requests};
pub use tiers::TIERS;
