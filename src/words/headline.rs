//! The answer.

use super::extent::page_list;
use super::{Audience, Voice};
use crate::diagnose::cause::{Cause, PageId};
use crate::diagnose::diagnosis::State;
use crate::diagnose::question::{AskedPage, Want};
use crate::text::capitalized;

/// What the answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadlineFacts {
    pub state: State,
    /// Nothing could be asked: the credentials, or the way to AWS, came first.
    pub asked_nothing: bool,
    /// The pages that the causes close, of those that were asked about. Empty for a blocked state where the causes hold
    /// on the command line only.
    pub closed: Vec<PageId>,
    /// What closes the console closes it to those outside of a VPC.
    pub outside_vpc: bool,
    /// The pages that open.
    pub open: Vec<PageId>,
    /// Cost Explorer was left out because the person asked for it.
    pub cost_explorer_left_out: bool,
}

impl Voice<'_> {
    /// The answer in a sentence.
    pub fn headline(&self, facts: &HeadlineFacts) -> String {
        match facts.state {
            State::Healthy => self.healthy(facts.cost_explorer_left_out),
            State::Inconclusive => self.could_not_tell(),
            State::Unexplained => self.unexplained(),
            State::Blocked if facts.asked_nothing => self.could_not_tell(),
            State::Blocked => self.closed(facts),
        }
    }

    /// What that means, where there is something to say: whole sentences.
    pub fn meaning(&self, facts: &HeadlineFacts, causes: &[Cause]) -> Option<String> {
        match causes {
            [] => None,
            _ if facts.state == State::Unexplained => None,
            [cause] => {
                let summary = capitalized(&self.summary(cause));
                Some(match self.explanation(cause) {
                    Some(explanation) => format!("{summary}. {explanation}"),
                    None => format!("{summary}."),
                })
            }
            causes => {
                let number = capitalized(&number(causes.len()));
                let subject = self.subject();
                Some(match self.audience {
                    Audience::Reader => {
                        format!("{number} things block {subject}. Fix them in this order.")
                    }
                    _ => format!("{number} things block {subject}."),
                })
            }
        }
    }

    /// Where all is open and AWS answers: what else hides a bill, and no call shows.
    ///
    /// Sources: <https://github.com/uBlockOrigin/uAssets/issues/24685>,
    /// <https://docs.aws.amazon.com/cost-management/latest/userguide/bcm-lite-cost-management.html>
    pub fn elsewhere(&self, facts: &HeadlineFacts) -> Option<&'static str> {
        let probes = self.evidence.probes.by_action();
        let answered = probes.iter().any(|(_, probe)| probe.known().is_some());
        (facts.state == State::Healthy && answered && self.audience == Audience::Reader).then_some(
            "No bill in the browser all the same? Try a private window without extensions, and check the account number \
             at the top right.",
        )
    }

    fn healthy(&self, left_out: bool) -> String {
        let (subject, bill, pages) = self.parts();
        match (self.question.want(), self.question.is_narrowed(), left_out) {
            (Want::View, false, false) => format!("{subject} can see {bill}."),
            (Want::View, false, true) => {
                format!("{subject} can see {bill}; Cost Explorer itself was not asked (--free).")
            }
            (Want::View, true, false) => format!("{subject} can open {pages}."),
            (Want::View, true, true) => {
                format!("{subject} can open {pages}; Cost Explorer itself was not asked (--free).")
            }
            (Want::Manage, false, false) => format!("{subject} can see and manage {bill}."),
            (Want::Manage, false, true) => format!(
                "{subject} can see and manage {bill}; Cost Explorer itself was not asked (--free)."
            ),
            (Want::Manage, true, false) => format!("{subject} can open and manage {pages}."),
            (Want::Manage, true, true) => format!(
                "{subject} can open and manage {pages}; Cost Explorer itself was not asked (--free)."
            ),
        }
    }

    fn could_not_tell(&self) -> String {
        let (_, bill, pages) = self.parts();
        let subject = self.subject();
        match (self.question.want(), self.question.is_narrowed()) {
            (Want::View, false) => format!("Could not tell whether {subject} can see {bill}."),
            (Want::View, true) => format!("Could not tell whether {subject} can open {pages}."),
            (Want::Manage, false) => {
                format!("Could not tell whether {subject} can see and manage {bill}.")
            }
            (Want::Manage, true) => {
                format!("Could not tell whether {subject} can open and manage {pages}.")
            }
        }
    }

    fn unexplained(&self) -> String {
        let (subject, bill, pages) = self.parts();
        match (self.question.want(), self.question.is_narrowed()) {
            (Want::View, false) => {
                format!(
                    "{subject} cannot see all of {bill}: AWS refused, and nothing that was seen says why."
                )
            }
            (Want::View, true) => {
                format!(
                    "{subject} cannot open {pages}: AWS refused, and nothing that was seen says why."
                )
            }
            (Want::Manage, false) => format!(
                "{subject} cannot see and manage all of {bill}: AWS refused, and nothing that was seen says why."
            ),
            (Want::Manage, true) => format!(
                "{subject} cannot open and manage {pages}: AWS refused, and nothing that was seen says why."
            ),
        }
    }

    /// Blocked on the command line only, or in a console that is opened from somewhere else than policies ask for.
    fn closed_here(&self, outside_vpc: bool) -> String {
        let (subject, bill, pages) = self.parts();
        let is_caller = self
            .evidence
            .principal
            .known()
            .is_none_or(|found| found.is_caller);
        let here = if outside_vpc {
            "in a console outside the VPC"
        } else if self.is_you() {
            "with these credentials"
        } else if is_caller {
            "with the credentials in use"
        } else {
            "on the command line"
        };
        match (self.question.want(), self.question.is_narrowed()) {
            (Want::View, false) => format!("{subject} cannot see {bill} {here}."),
            (Want::View, true) => format!("{subject} cannot see {pages} {here}."),
            (Want::Manage, false) => format!("{subject} cannot manage {bill} {here}."),
            (Want::Manage, true) => format!("{subject} cannot manage {pages} {here}."),
        }
    }

    fn closed(&self, facts: &HeadlineFacts) -> String {
        let closed: Vec<&AskedPage> = facts
            .closed
            .iter()
            .filter_map(|id| self.question.page(id))
            .collect();
        let (decisive, others): (Vec<&AskedPage>, Vec<&AskedPage>) =
            closed.iter().partition(|asked| asked.decides);
        let named = if decisive.is_empty() {
            others
        } else {
            decisive
        };
        if named.is_empty() {
            return self.closed_here(facts.outside_vpc);
        }
        let titles: Vec<&str> = named
            .iter()
            .map(|asked| asked.page.title.as_str())
            .collect();
        let (subject, bill, _) = self.parts();
        let closed = page_list(&titles);
        let account = self.in_account();
        let is_closed = |id| facts.closed.contains(&id);
        match (self.question.want(), self.question.is_narrowed()) {
            (Want::View, false) if is_closed("bills") && is_closed("cost-explorer") => {
                format!("{subject} cannot see {bill}.")
            }
            (Want::View, false) if facts.open.contains(&"bills") => {
                format!("{subject} can see {bill}, but not {closed}.")
            }
            (Want::View, _) => format!("{subject} cannot open {closed}{account}."),
            (Want::Manage, false) if is_closed("bills") && is_closed("cost-explorer") => {
                format!("{subject} cannot manage {bill}.")
            }
            (Want::Manage, _) => format!("{subject} cannot manage {closed}{account}."),
        }
    }

    /// Who, at the beginning of a sentence; the bill of the account; the pages that were asked about.
    fn parts(&self) -> (String, String, String) {
        let bill = match (self.question.want(), self.account_number()) {
            (Want::View, Some(_)) => format!("the bill of {}", self.account()),
            (Want::View, None) => "the bill".to_owned(),
            (Want::Manage, Some(_)) => format!("the billing of {}", self.account()),
            (Want::Manage, None) => "billing".to_owned(),
        };
        let asked: Vec<&str> = self
            .question
            .pages()
            .iter()
            .map(|asked| asked.page.title.as_str())
            .collect();
        let pages = format!("{}{}", page_list(&asked), self.in_account());
        (capitalized(&self.subject()), bill, pages)
    }

    /// ` in account …`, where its number is known.
    fn in_account(&self) -> String {
        match self.account_number() {
            Some(_) => format!(" in {}", self.account()),
            None => String::new(),
        }
    }
}

/// A number in words, as far as people write them so.
pub(super) fn number(number: usize) -> String {
    match number {
        2 => "two".to_owned(),
        3 => "three".to_owned(),
        4 => "four".to_owned(),
        5 => "five".to_owned(),
        6 => "six".to_owned(),
        7 => "seven".to_owned(),
        8 => "eight".to_owned(),
        9 => "nine".to_owned(),
        _ => number.to_string(),
    }
}
