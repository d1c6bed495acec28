//! What is odd about the actions of a statement: a whole sentence.

use super::labels::statement_in;
use super::shown::shown;
use crate::diagnose::oddity::{OddAction, Oddity};
use crate::names::service_prefix;
use crate::text::{capitalized, some_of};

pub fn oddity(odd: &Oddity) -> String {
    let statement = capitalized(&statement_in(odd.layer, &odd.statement));
    let patterns: Vec<String> = odd
        .patterns
        .iter()
        .map(|pattern| format!("“{}”", shown(pattern)))
        .collect();
    let patterns = some_of(&patterns, 3);
    let verb = if odd.denies { "denies" } else { "allows" };
    match odd.kind {
        OddAction::Empty => format!(
            "{statement} {verb} an action without a name. Nobody can tell what it was meant to be."
        ),
        OddAction::Placeholder => format!(
            "{statement} {verb} {patterns}, which looks like a template's placeholder: nothing was put in its place. Nobody \
             can tell which actions were meant."
        ),
        OddAction::WithoutService => format!(
            "{statement} {verb} {patterns}, without a service in front, as in ce:GetCostAndUsage. AWS takes this for no action."
        ),
        OddAction::UnknownService { meant } => {
            let written = odd
                .patterns
                .first()
                .map(|pattern| shown(service_prefix(&pattern.0)));
            format!(
                "{statement} {verb} {patterns}, but AWS has no service {}. Probably {meant} was meant.",
                written.unwrap_or_default()
            )
        }
    }
}
