//! What a report that is handed over says first: who asks for what, and what happens then.

use super::{Audience, Voice};
use crate::catalog::Code;
use crate::diagnose::cause::Cause;
use crate::diagnose::remedy::{Actor, Step};
use crate::text::capitalized;

impl Voice<'_> {
    /// What the reader is asked to do. `asked`: the causes that they can mend; `steps`: in how many steps.
    pub fn request(&self, asked: &[&Cause], steps: usize) -> Option<String> {
        let account = self.account();
        let who = match self.audience {
            Audience::Reader => return own(asked).map(str::to_owned),
            Audience::Root => format!("You can sign in as the root user of {account}."),
            Audience::Administrator => format!("You may change permissions in {account}."),
            Audience::Payer => format!("You administer {}.", self.management_account()),
            Audience::IdentityCenter => {
                format!("You administer IAM Identity Center for {account}.")
            }
            Audience::Support => format!("This is about {account}."),
        };
        Some(match (asked.is_empty(), steps) {
            (true, _) if self.audience == Audience::Support => who,
            (true, _) => format!("{who} Nothing in this report is for you to do."),
            (false, _) if has_alternatives(asked) => {
                format!("{who} Please do one of the things below.")
            }
            (false, 1) => format!("{who} Please do this step."),
            (false, _) => format!("{who} Please do these {steps} steps."),
        })
    }

    /// What happens when the reader does it, and what does not.
    pub fn consequence(&self, asked: &[&Cause]) -> Option<String> {
        let [cause] = asked else { return None };
        let subject = capitalized(&self.subject());
        match cause.code {
            Code::IamAccessNotActivated => Some(
                "IAM users and roles that have billing permissions can then open the billing pages. Nobody gets new \
                 permissions, nothing is charged, and you can switch it off again. It takes two minutes."
                    .to_owned(),
            ),
            Code::MemberCostExplorerWithheld => Some(
                "Every member account of the organization can then use Cost Explorer for its own costs, where its \
                 policies allow it. You can switch it off again."
                    .to_owned(),
            ),
            _ if makes_change(cause) => Some(format!(
                "{subject} can then open what this change opens, as far as nothing else blocks it. The change is in this \
                 report in full."
            )),
            _ => None,
        }
    }
}

/// What a report says that nobody else has to act on.
fn own(asked: &[&Cause]) -> Option<&'static str> {
    if asked.is_empty() {
        None
    } else if asked
        .iter()
        .all(|cause| cause.remedy.actor == Actor::Nobody)
    {
        Some("Nothing to hand over: this takes time, and nobody can speed it up.")
    } else {
        Some("Nothing to hand over: you can do this yourself.")
    }
}

/// Whether one of several ways is enough.
fn has_alternatives(asked: &[&Cause]) -> bool {
    let steps = |cause: &&Cause| cause.remedy.steps.contains(&Step::MakeChangeInstead);
    asked.len() == 1 && asked.iter().any(steps)
}

/// Whether the report has a change that was tried.
fn makes_change(cause: &Cause) -> bool {
    let steps = &cause.remedy.steps;
    steps.contains(&Step::MakeChange) || steps.contains(&Step::MakeChangeInstead)
}
