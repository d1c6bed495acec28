//! The pages of the Billing and Cost Management console: what each needs, and whether the switch gates it.
//!
//! `console_pages.json` was gathered on 2026-11 from AWS's tables; its `meta` names the pages it comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Whether "IAM user and role access to Billing information" gates a page.
///
/// Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/control-access-billing.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// AWS lists it among the pages that the switch controls.
    Gated,
    /// AWS lists it among those that it does not control.
    Open,
    /// AWS lists it nowhere.
    NotStated,
}

impl Gate {
    /// Whether the switch gates it, where AWS says so.
    pub fn known(self) -> Option<bool> {
        match self {
            Self::Gated => Some(true),
            Self::Open => Some(false),
            Self::NotStated => None,
        }
    }
}

/// A page of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// A short word for it: `bills`, `cost-explorer`.
    pub id: String,
    /// Its name in the console's menu.
    pub title: String,
    pub url: Option<String>,
    /// The IAM actions that seeing it takes, as far as AWS documents them: not a proven minimum.
    pub view: Vec<String>,
    /// The same as AWS prints it, with wildcards.
    pub view_printed: Vec<String>,
    /// What more can be seen, and changed, with which actions, as AWS prints them.
    pub optional_view: Vec<Purpose>,
    pub edit: Vec<Purpose>,
    /// What to know about these data.
    pub notes: Vec<String>,
    /// The AWS page that lists the actions, where there is one.
    pub source: Option<String>,
    pub gate: Gate,
    /// Whether "I can't see the bill" is about this page.
    pub is_the_bill: bool,
    /// Whether it opens without all of the actions and shows what it can: AWS prints no list for it, and `view` is what
    /// its widgets draw on at least.
    pub opens_in_parts: bool,
}

/// Something to do on a page, and the IAM actions that it takes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Purpose {
    pub purpose: String,
    /// As AWS prints them, with wildcards.
    pub actions: Vec<String>,
    /// The same without wildcards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expanded: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    meta: Meta,
    pages: Vec<Row>,
}

#[derive(Deserialize)]
struct Meta {
    sources: Vec<String>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    title: String,
    url: Option<String>,
    view: Vec<String>,
    view_core: Vec<String>,
    /// The rows whose actions stand for those that AWS does not print.
    #[serde(default)]
    lower_bound: Vec<String>,
    #[serde(default)]
    optional_view: Vec<Purpose>,
    #[serde(default)]
    edit: Vec<Purpose>,
    #[serde(default)]
    notes: Vec<String>,
    source: Option<usize>,
    gated_by_activate_iam_access: Option<bool>,
}

/// The pages of the report's table, in its order.
const MAIN: [&str; 14] = [
    "home",
    "bills",
    "cost-explorer",
    "credits",
    "budgets",
    "free-tier",
    "payments",
    "payment-preferences",
    "billing-preferences",
    "data-exports",
    "cost-allocation-tags",
    "cost-categories",
    "tax-settings",
    "account",
];

/// The pages that someone means who says "I can't see the bill". The others restrict, these block.
const THE_BILL: [&str; 5] = ["bills", "cost-explorer", "credits", "budgets", "free-tier"];

static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| {
    let file: File = serde_json::from_str(include_str!("console_pages.json"))
        .unwrap_or_else(|error| unreachable!("embedded and tested: {error}"));
    let sources = file.meta.sources;
    let cores: BTreeMap<String, Vec<String>> = file
        .pages
        .iter()
        .map(|row| (row.id.clone(), row.view_core.clone()))
        .collect();
    let view = |row: &Row| -> Vec<String> {
        if row.lower_bound.is_empty() {
            return row.view_core.clone();
        }
        let rows = row.lower_bound.iter().filter_map(|id| cores.get(id));
        let actions: BTreeSet<String> = rows.flatten().cloned().collect();
        actions.into_iter().collect()
    };
    file.pages
        .into_iter()
        .map(|row| Page {
            view: view(&row),
            opens_in_parts: !row.lower_bound.is_empty(),
            is_the_bill: THE_BILL.contains(&row.id.as_str()),
            id: row.id,
            // Two names of one page are one too many in a table.
            title: row.title.split(" / ").next().unwrap_or_default().to_owned(),
            url: row.url,
            view_printed: row.view,
            optional_view: row.optional_view,
            edit: row.edit,
            notes: row.notes,
            source: row
                .source
                .and_then(|at| sources.get(at).cloned())
                .filter(|source| source.starts_with("https://")),
            gate: match row.gated_by_activate_iam_access {
                Some(true) => Gate::Gated,
                Some(false) => Gate::Open,
                None => Gate::NotStated,
            },
        })
        .collect()
});

/// Every page that AWS documents.
pub fn pages() -> &'static [Page] {
    &PAGES
}

/// One page by its id.
pub fn page(id: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.id == id)
}

/// The pages of the report's table, in its order.
pub fn main_pages() -> impl Iterator<Item = &'static Page> {
    MAIN.iter().filter_map(|id| page(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_the_table_exists_and_says_what_it_needs() {
        assert_eq!(main_pages().count(), MAIN.len());
        for page in main_pages() {
            assert!(!page.view.is_empty(), "{}", page.id);
        }
        assert_eq!(
            main_pages().filter(|page| page.is_the_bill).count(),
            THE_BILL.len()
        );
    }
}
