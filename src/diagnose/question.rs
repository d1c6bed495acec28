//! What was asked: which pages of the console, and whether to see them or to change what they show.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalog::{Gate, Page, main_pages, page};

/// Whether seeing is enough.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "camelCase")]
pub enum Want {
    /// To see what the pages show.
    #[default]
    View,
    /// To change it, too.
    Manage,
}

/// A page that was asked about, and what it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedPage {
    pub page: &'static Page,
    /// The IAM actions that what was asked takes.
    pub needs: Vec<&'static str>,
    /// Whether the answer rests on it: without it the principal can't do what was asked. The others restrict.
    pub decides: bool,
}

impl AskedPage {
    fn new(page: &'static Page, want: Want, decides: bool) -> Self {
        let mut needs: BTreeSet<&'static str> = page.view.iter().map(String::as_str).collect();
        if want == Want::Manage {
            let edits = page.edit.iter().flat_map(|purpose| &purpose.expanded);
            needs.extend(edits.map(String::as_str));
        }
        Self {
            page,
            needs: needs.into_iter().collect(),
            decides,
        }
    }

    pub fn needs(&self, action: &str) -> bool {
        self.needs.contains(&action)
    }

    /// Whether it stays shut for somebody who is refused these actions.
    pub fn is_closed_by(&self, refused: &[&str]) -> bool {
        let is_refused = |action: &&str| refused.contains(action);
        if self.page.opens_in_parts {
            !self.needs.is_empty() && self.needs.iter().all(is_refused)
        } else {
            self.needs.iter().any(is_refused)
        }
    }
}

/// What the diagnosis is to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pages: Vec<AskedPage>,
    want: Want,
    narrowed: bool,
}

impl Default for Question {
    fn default() -> Self {
        Self::about_billing(Want::View)
    }
}

impl Question {
    /// The pages that people mean by "billing"; the answer rests on those that are the bill.
    pub fn about_billing(want: Want) -> Self {
        Self {
            pages: main_pages()
                .map(|page| AskedPage::new(page, want, page.is_the_bill))
                .collect(),
            want,
            narrowed: false,
        }
    }

    /// These pages and nothing else; the answer rests on all of them. `None` where there is no such page, or none is
    /// named.
    pub fn about(ids: &[&str], want: Want) -> Option<Self> {
        let mut seen = BTreeSet::new();
        let pages: Option<Vec<AskedPage>> = ids
            .iter()
            .filter(|id| seen.insert(**id))
            .map(|id| page(id).map(|page| AskedPage::new(page, want, true)))
            .collect();
        pages.filter(|pages| !pages.is_empty()).map(|pages| Self {
            pages,
            want,
            narrowed: true,
        })
    }

    pub fn pages(&self) -> &[AskedPage] {
        &self.pages
    }

    pub fn want(&self) -> Want {
        self.want
    }

    /// Whether certain pages were named.
    pub fn is_narrowed(&self) -> bool {
        self.narrowed
    }

    pub fn page(&self, id: &str) -> Option<&AskedPage> {
        self.pages.iter().find(|asked| asked.page.id == id)
    }

    /// Whether some page that the answer rests on needs one of the actions.
    pub fn rests_on(&self, actions: &[&str]) -> bool {
        let mut deciding = self.pages.iter().filter(|asked| asked.decides);
        deciding.any(|asked| asked.needs.iter().any(|needed| actions.contains(needed)))
    }

    /// The actions that the pages need on which the answer rests. Sorted.
    pub fn deciding_actions(&self) -> BTreeSet<&'static str> {
        let deciding = self.pages.iter().filter(|asked| asked.decides);
        deciding
            .flat_map(|asked| asked.needs.iter().copied())
            .collect()
    }

    /// Those of the actions that the answer rests on; all, where it rests on none of them.
    pub fn decisive<'a>(&self, actions: &[&'a str]) -> Vec<&'a str> {
        let decisive: Vec<&str> = actions
            .iter()
            .copied()
            .filter(|action| self.rests_on(&[action]))
            .collect();
        if decisive.is_empty() {
            actions.to_vec()
        } else {
            decisive
        }
    }

    /// The ids of all pages: what a cause closes that comes before everything.
    pub fn page_ids(&self) -> Vec<&'static str> {
        let pages = self.pages.iter();
        pages.map(|asked| asked.page.id.as_str()).collect()
    }

    /// The IAM actions to ask about: what the pages need, and the call that shows the root user's switch where one of
    /// them may be behind it. Sorted.
    pub fn actions(&self) -> BTreeSet<&'static str> {
        let mut actions: BTreeSet<&'static str> = self
            .pages
            .iter()
            .flat_map(|asked| asked.needs.iter().copied())
            .collect();
        if self.pages.iter().any(|asked| asked.page.gate != Gate::Open) {
            actions.insert("billing:GetCredits");
        }
        actions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_wants_to_change_needs_to_see_as_well() {
        let view = Question::about(&["budgets"], Want::View).expect("a page");
        let manage = Question::about(&["budgets"], Want::Manage).expect("a page");
        assert!(view.actions().is_subset(&manage.actions()));
        assert!(manage.actions().contains("budgets:ModifyBudget"));
        assert!(!view.actions().contains("budgets:ModifyBudget"));
    }

    #[test]
    fn a_page_that_does_not_exist_is_no_question() {
        assert_eq!(Question::about(&["bils"], Want::View), None);
        assert_eq!(Question::about(&[], Want::View), None);
        let twice = Question::about(&["bills", "bills"], Want::View).expect("a page");
        assert_eq!(twice.pages().len(), 1);
    }

    #[test]
    fn no_page_of_the_whole_question_goes_without_actions() {
        for asked in Question::default().pages() {
            assert!(!asked.needs.is_empty(), "{}", asked.page.id);
        }
    }
}
