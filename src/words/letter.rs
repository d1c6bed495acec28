//! What a report that is handed over says first: who asks for what, and what happens then.

use super::{Audience, Voice};
use crate::catalog::Code;
use crate::diagnose::cause::Cause;
use crate::text::capitalized;

impl Voice<'_> {
    /// What the reader is asked to do. `asked`: the causes that they can mend.
    pub fn request(&self, asked: &[&Cause]) -> Option<String> {
        let account = self.account();
        let who = match self.audience {
            Audience::Reader => return None,
            Audience::Root => format!("You can sign in as the root user of {account}."),
            Audience::Administrator => format!("You may change permissions in {account}."),
            Audience::Payer => format!("You administer {}.", self.management_account()),
            Audience::IdentityCenter => {
                format!("You administer IAM Identity Center for {account}.")
            }
            Audience::Support => format!("This is about {account}."),
        };
        let steps: usize = asked.iter().map(|cause| cause.remedy.steps.len()).sum();
        Some(match (asked.is_empty(), steps) {
            (true, _) if self.audience == Audience::Support => who,
            (true, _) => format!("{who} Nothing in this report is for you to do."),
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
            _ if cause.refusal.is_some() => Some(format!(
                "{subject} can then open the pages below, as far as nothing else blocks them. The change is in this report \
                 in full."
            )),
            _ => None,
        }
    }
}
