//! Which conditions keep policies from allowing, and what is so instead.

use super::Voice;
use super::labels::statement_in;
use super::requirement::condition_clause;
use super::shown::shown;
use crate::diagnose::cause::UnmetStatement;
use crate::diagnose::mfa;
use crate::text::{capitalized, list};
use iam_policy::ResidualCondition;

/// How many statements are told one by one.
const TOLD: usize = 3;

impl Voice<'_> {
    /// What the only such statement asks for, and what is so instead: a clause. `None` where there are several.
    pub(super) fn unmet_alone(&self, unmet: &[UnmetStatement]) -> Option<String> {
        let [one] = unmet else { return None };
        Some(self.unmet_statement(one, "billing"))
    }

    /// Each statement with its conditions and what is so instead: whole sentences. `None` for one alone, which the
    /// summary has.
    pub(super) fn unmet(&self, unmet: &[UnmetStatement]) -> Option<String> {
        if unmet.len() < 2 {
            return None;
        }
        let mut sentences: Vec<String> = unmet
            .iter()
            .take(TOLD)
            .map(|one| format!("{}.", capitalized(&self.unmet_statement(one, "it"))))
            .collect();
        if let more @ 1.. = unmet.len().saturating_sub(TOLD) {
            sentences.push(format!(
                "{more} more {} conditions that do not hold.",
                if more == 1 {
                    "statement has"
                } else {
                    "statements have"
                }
            ));
        }
        Some(sentences.join(" "))
    }

    fn unmet_statement(&self, one: &UnmetStatement, what: &str) -> String {
        let statement = statement_in(one.layer, &one.statement);
        let clause = format!("{statement} allows {what} only {}", clauses(one));
        let facts: Vec<String> = one
            .conditions
            .iter()
            .filter_map(|condition| self.instead(condition))
            .collect();
        if facts.is_empty() {
            clause
        } else {
            format!("{clause}, but {}", list(&facts))
        }
    }

    /// What is known of the key of a condition that does not hold.
    fn instead(&self, condition: &ResidualCondition) -> Option<String> {
        let key = condition.key.to_lowercase();
        match key.as_str() {
            "aws:requestedregion" => Some(format!(
                "billing always runs in {}",
                self.partition().billing_region()
            )),
            "aws:currenttime" | "aws:epochtime" => {
                let day = self.evidence.collected_at.split('T').next()?;
                Some(format!("this was checked on {}", shown(day)))
            }
            _ if mfa::is_key(&key) => Some("these credentials carry no MFA".to_owned()),
            "aws:principalorgid" | "aws:principalorgpaths" => {
                let organization = self.evidence.organization.known();
                Some(match organization {
                    Some(organization) => format!(
                        "the account is in the organization {}",
                        shown(&organization.id)
                    ),
                    None => "the account is in no organization".to_owned(),
                })
            }
            _ => {
                let tag = key.strip_prefix("aws:principaltag/")?;
                let tags = self.evidence.principal.known()?.tags.known()?;
                let mut tags = tags.iter();
                let value = tags.find(|(name, _)| name.to_lowercase() == tag);
                Some(match value {
                    Some((name, value)) => {
                        format!("the tag {} is {}", shown(name), shown(value))
                    }
                    None => format!("{} has no tag {}", self.subject_has(), shown(tag)),
                })
            }
        }
    }

    fn subject_has(&self) -> String {
        let principal = self.evidence.principal.known();
        principal.map_or_else(
            || "the principal".to_owned(),
            |principal| format!("{} {}", principal.kind.noun(), shown(&principal.name)),
        )
    }
}

fn clauses(unmet: &UnmetStatement) -> String {
    let clauses = unmet.conditions.iter().map(|condition| {
        let clause = condition_clause(condition, true);
        // Values are somebody's text.
        shown(&clause)
    });
    clauses.collect::<Vec<_>>().join(" and ")
}
