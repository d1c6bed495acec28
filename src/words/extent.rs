//! How much is refused, as the object of a sentence: never a list that is cut off.

use super::Voice;
use crate::catalog::page;
use crate::diagnose::cause::{Action, Denial, LayerRefusal, PageId};
use crate::text::{list, some_of};

/// So many actions can be read in a sentence.
const READABLE: usize = 3;

/// How much of billing something refuses.
#[derive(PartialEq, Eq)]
pub(super) enum Extent {
    Everything,
    /// Few enough to name them all.
    Actions(Vec<Action>),
    /// What these pages need.
    Pages(Vec<&'static str>),
    Some,
}

impl Extent {
    /// As the object of `denies`.
    pub(super) fn denied(&self) -> String {
        match self {
            Self::Everything => "billing".to_owned(),
            Self::Actions(actions) => list(actions),
            Self::Pages(titles) => needed_by(titles),
            Self::Some => "some of the billing actions".to_owned(),
        }
    }

    /// As the object of `does not allow`.
    pub(super) fn not_allowed(&self) -> String {
        match self {
            Self::Everything => "billing".to_owned(),
            Self::Actions(actions) => either(actions),
            Self::Pages(titles) => needed_by(titles),
            Self::Some => "some of the billing actions".to_owned(),
        }
    }
}

impl Voice<'_> {
    /// How much a layer refuses altogether.
    pub(super) fn extent(
        &self,
        refusal: &LayerRefusal,
        actions: &[Action],
        closes: &[PageId],
    ) -> Extent {
        if refusal.everything && !self.question.is_narrowed() {
            Extent::Everything
        } else {
            self.part(actions, closes)
        }
    }

    /// How much one statement denies by itself.
    pub(super) fn extent_of(&self, denial: &Denial, closes: &[PageId]) -> Extent {
        let checked = self.question.actions().len();
        if denial.actions.len() == checked && !self.question.is_narrowed() {
            return Extent::Everything;
        }
        let closes: Vec<PageId> = closes
            .iter()
            .copied()
            .filter(|id| {
                let asked = self.question.page(id);
                asked.is_some_and(|asked| denial.actions.iter().any(|action| asked.needs(action)))
            })
            .collect();
        self.part(&denial.actions, &closes)
    }

    fn part(&self, actions: &[Action], closes: &[PageId]) -> Extent {
        if !actions.is_empty() && actions.len() <= READABLE {
            return Extent::Actions(actions.to_vec());
        }
        let (decisive, others): (Vec<PageId>, Vec<PageId>) = closes
            .iter()
            .copied()
            .partition(|id| self.question.page(id).is_some_and(|asked| asked.decides));
        let pages = if decisive.is_empty() {
            others
        } else {
            decisive
        };
        if pages.is_empty() {
            Extent::Some
        } else {
            Extent::Pages(titles(&pages))
        }
    }
}

/// The names of pages, as the console's menu has them.
pub(super) fn titles(pages: &[PageId]) -> Vec<&'static str> {
    pages
        .iter()
        .map(|id| page(id).map_or(*id, |page| page.title.as_str()))
        .collect()
}

/// Pages in a sentence: five at most.
pub(super) fn page_list(titles: &[&str]) -> String {
    if titles.len() <= 5 {
        list(titles)
    } else {
        some_of(titles, 4)
    }
}

fn needed_by(titles: &[&str]) -> String {
    match titles {
        [one] => format!("what the {one} page needs"),
        _ => format!("what {} need", page_list(titles)),
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn either(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

/// The actions where they can be read, else how many there are.
pub(super) fn few_or_count(actions: &[&str]) -> String {
    if actions.len() <= READABLE {
        list(actions)
    } else {
        format!("{} actions", actions.len())
    }
}
