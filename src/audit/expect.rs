//! Who is expected to have which power, and what deviates from it.
//!
//! ```toml
//! [powers]
//! change-payment = ["arn:aws:iam::111122223333:user/finance-*", "role/Billing"]
//! close-account = []
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use super::{Audit, Can, Principal};

/// What a file expects. A power that it does not name is not looked at.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// By the id of the power: whole ARNs, or `user/NAME` and `role/NAME`; `*` stands for anything.
    powers: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ExpectationError {
    #[error("{0}")]
    Toml(String),
    #[error("there is no power “{0}”; there are {1}")]
    UnknownPower(String, String),
}

/// One principal that deviates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deviation {
    /// Has a power that it should not have.
    Unexpected {
        power: String,
        arn: String,
        /// Through which policies.
        through: String,
        depends_on: Option<String>,
    },
    /// Nobody whom the pattern means has the power.
    Missing { power: String, pattern: String },
}

impl Expectation {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Where it is no TOML of this form; the message names the line.
    pub fn parse(text: &str) -> Result<Self, ExpectationError> {
        toml::from_str(text).map_err(|error| ExpectationError::Toml(error.to_string()))
    }

    /// What deviates from it, by power and ARN.
    ///
    /// # Errors
    ///
    /// Where it names a power that was not asked about.
    pub fn deviations(&self, audit: &Audit) -> Result<Vec<Deviation>, ExpectationError> {
        let mut deviations = Vec::new();
        for (power, patterns) in &self.powers {
            if !audit.powers.iter().any(|known| known.id == *power) {
                let known: Vec<&str> = audit.powers.iter().map(|power| power.id.as_str()).collect();
                return Err(ExpectationError::UnknownPower(
                    power.clone(),
                    known.join(", "),
                ));
            }
            let holders: Vec<&Principal> = audit
                .principals
                .iter()
                .filter(|principal| principal.answers[power].can != Can::No)
                .collect();
            for holder in &holders {
                if patterns.iter().any(|pattern| means(pattern, holder)) {
                    continue;
                }
                let answer = &holder.answers[power];
                let through: Vec<String> = answer.through.iter().map(ToString::to_string).collect();
                deviations.push(Deviation::Unexpected {
                    power: power.clone(),
                    arn: holder.arn.clone(),
                    through: through.join("; "),
                    depends_on: answer.depends_on.clone(),
                });
            }
            for pattern in patterns {
                if !holders.iter().any(|holder| means(pattern, holder)) {
                    deviations.push(Deviation::Missing {
                        power: power.clone(),
                        pattern: pattern.clone(),
                    });
                }
            }
        }
        Ok(deviations)
    }
}

fn means(pattern: &str, principal: &Principal) -> bool {
    let short = match principal.kind {
        super::Kind::User => format!("user/{}", principal.name),
        _ => format!("role/{}", principal.name),
    };
    matches(pattern, &principal.arn) || matches(pattern, &short)
}

/// `*` stands for any number of characters; nothing else is special.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("role/Billing", "role/Billing", true),
            ("role/Billing", "role/Billing2", false),
            ("user/finance-*", "user/finance-anna", true),
            ("*:user/*a", "arn:aws:iam::111122223333:user/anna", true),
            ("a*a", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
