//! What may not change when evidence is redacted: everything that a diagnosis says but for the words it says it in.

use std::mem::{Discriminant, discriminant};

use crate::catalog::Code;
use crate::diagnose::cause::{Action, Cause, Confidence, PageId};
use crate::diagnose::causes::Switch;
use crate::diagnose::diagnosis::{Opens, State, diagnose};
use crate::diagnose::outcome::Outcome;
use crate::diagnose::question::{Question, Want};
use crate::evidence::Evidence;

/// A diagnosis without words.
#[derive(Debug, PartialEq)]
pub(super) struct Verdict {
    state: State,
    switch: Discriminant<Switch>,
    findings: Vec<Found>,
    checks: Vec<(Code, Discriminant<Outcome>)>,
    pages: Vec<(String, Page)>,
    agreed: usize,
    contradictions: usize,
}

#[derive(Debug, PartialEq)]
struct Found {
    code: Code,
    confidence: Confidence,
    closes: Vec<PageId>,
    actions: Vec<Action>,
    statements: usize,
}

#[derive(Debug, PartialEq)]
enum Page {
    Open,
    Closed(Vec<Code>),
    Depends { by_choice: bool },
}

impl Verdict {
    pub(super) fn of(evidence: &Evidence) -> Self {
        // To change takes all that seeing takes, and more.
        let diagnosis = diagnose(evidence, &Question::about_billing(Want::Manage));
        let found = |finding: &Cause| Found {
            code: finding.code,
            confidence: finding.confidence,
            closes: finding.closes.clone(),
            actions: finding.actions.clone(),
            statements: (finding.refusal.iter())
                .map(|refusal| refusal.statements.len())
                .sum(),
        };
        Self {
            state: diagnosis.state,
            switch: discriminant(&diagnosis.switch),
            findings: (diagnosis.causes.iter())
                .chain(&diagnosis.warnings)
                .chain(&diagnosis.hindrances)
                .map(found)
                .collect(),
            checks: (diagnosis.checks.iter())
                .map(|(check, outcome)| (check.code, discriminant(outcome)))
                .collect(),
            pages: (diagnosis.pages.iter())
                .map(|verdict| {
                    let page = match &verdict.opens {
                        Opens::Yes => Page::Open,
                        Opens::No { closed_by } => Page::Closed(closed_by.clone()),
                        Opens::Depends(requirement) => Page::Depends {
                            by_choice: requirement.is_by_choice(),
                        },
                    };
                    (verdict.asked.page.id.clone(), page)
                })
                .collect(),
            agreed: diagnosis.agreed,
            contradictions: diagnosis.contradictions.len(),
        }
    }

    /// What differs first, as the subject of a sentence.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        if self == other {
            return None;
        }
        let check = self.checks.iter().zip(&other.checks).find(|(a, b)| a != b);
        let page = self.pages.iter().zip(&other.pages).find(|(a, b)| a != b);
        Some(match (check, page) {
            (Some(((code, _), _)), _) => format!("the check {code}"),
            (None, Some(((id, _), _))) => format!("the page {id}"),
            (None, None) => "the findings".to_owned(),
        })
    }
}
