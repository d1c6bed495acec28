//! What a cause means, where its summary alone would mislead.

use super::Voice;
use super::requirement::condition_clause;
use super::shown::shown;
use crate::catalog::Code;
use crate::diagnose::cause::{Cause, Finding, LayerRefusal};

impl Voice<'_> {
    /// Whole sentences; `None` where the summary says it all.
    pub fn explanation(&self, cause: &Cause) -> Option<String> {
        let mut sentences = Vec::new();
        // Of MFA the summary speaks.
        let refusal = cause
            .refusal
            .as_ref()
            .filter(|_| cause.code != Code::MfaRequired);
        sentences.extend(refusal.and_then(conditional));
        sentences.extend(self.by_code(cause));
        sentences.extend(self.by_finding(cause));
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    fn by_finding(&self, cause: &Cause) -> Option<String> {
        match &cause.finding {
            Finding::LooksLikeRegionLock { .. } => Some(format!(
                "It looks like a Region lock with an outdated list of exemptions: billing always runs in {}.",
                self.partition().billing_region()
            )),
            Finding::LooksLikeProject => Some(
                "It may be an account of AWS's new sign-up of 2026, a project: there AWS itself denies billing."
                    .to_owned(),
            ),
            Finding::ConsoleDiffers { requirement: None } => Some(
                "This is what these credentials get. In the console the same user or role may be allowed."
                    .to_owned(),
            ),
            Finding::ConsoleDiffers {
                requirement: Some(requirement),
            } => Some(format!(
                "This is what these credentials get. In the console it depends on: {}.",
                self.requirement(requirement)
            )),
            Finding::ConditionFails { unmet } => self.unmet(unmet),
            Finding::ConsoleOutsideVpc {
                private_access: true,
                ..
            } => Some(
                "A console opened in the usual way comes from the internet. One that is opened from inside the VPC through \
                 AWS Management Console Private Access may be allowed."
                    .to_owned(),
            ),
            Finding::ConsoleOutsideVpc {
                private_access: false,
                ..
            } => Some(
                "The console's requests never pass through a VPC endpoint of the account. A command line inside the VPC \
                 may be allowed."
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

/// How long the condition of a Deny may be to be told in a sentence: in characters. A longer one is read in the policy.
const TOLD: usize = 160;

/// Under which condition the statement denies, where one statement alone does: a sentence.
fn conditional(refusal: &LayerRefusal) -> Option<String> {
    let [denial] = refusal.statements.as_slice() else {
        return None;
    };
    let clauses = denial
        .conditions
        .iter()
        .map(|one| condition_clause(one, true));
    let condition = shown(&clauses.collect::<Vec<_>>().join(" and "));
    let told = !condition.is_empty() && condition.chars().count() <= TOLD && !refusal.region_lock;
    told.then(|| format!("It denies only {condition}."))
}
