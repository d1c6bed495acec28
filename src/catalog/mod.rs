//! Reference facts about billing, dated and embedded: the causes and their pages, console pages, the actions behind them, AWS managed policies.

mod causes;
mod managed_policies;
mod pages;

pub use causes::{CAUSES, Cause, InCheck, cause};
pub use managed_policies::managed_policy;
pub use pages::{Gate, PAGES_SOURCE, Page, Purpose, main_pages, page, pages};

use std::collections::BTreeSet;

/// The IAM actions that the diagnosis asks about: what the pages in the report's table need, and the calls that
/// the probes make. Sorted.
pub fn actions_asked() -> BTreeSet<&'static str> {
    let mut actions: BTreeSet<&'static str> = main_pages()
        .flat_map(|page| page.view.iter().map(String::as_str))
        .collect();
    actions.extend([
        "billing:GetCredits",
        "billing:ListBillingViews",
        "ce:GetCostAndUsage",
        "budgets:ViewBudget",
        "freetier:GetFreeTierUsage",
    ]);
    actions
}
