//! What a policy would have to allow, and what is there already that allows it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::diagnose::layers::PolicyAlone;
use aws_managed_policies::managed_policy;
use iam_policy::Decision;

/// AWS managed policies worth attaching, the one that gives least first.
const MANAGED: [&str; 2] = [
    "arn:aws:iam::aws:policy/AWSBillingReadOnlyAccess",
    "arn:aws:iam::aws:policy/job-function/Billing",
];

/// Actions that a policy has to allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// The AWS managed policy that allows most of them, where attaching one helps.
    pub attach: Option<&'static str>,
    /// What it allows nothing of: the actions that a statement beside it has to allow. Sorted.
    pub beside: Vec<String>,
    /// A policy of one's own that allows all of them and nothing else.
    pub policy: serde_json::Value,
}

impl Grant {
    /// What to allow so that these actions are allowed.
    pub fn of(actions: &[&str]) -> Self {
        let wanted: BTreeSet<&str> = actions.iter().copied().collect();
        let missing = |arn: &str| -> Vec<String> {
            let policy = managed_policy(arn).and_then(PolicyAlone::parse);
            let allows = |action: &str| {
                let decision = policy.as_ref().map(|policy| policy.decision(action));
                decision == Some(Decision::Allowed)
            };
            wanted
                .iter()
                .filter(|action| !allows(action))
                .map(|action| (*action).to_owned())
                .collect()
        };
        // The second also lets change payment and tax settings: only where nothing remains, and the first would not do.
        let [reading, everything] = MANAGED;
        let beside = missing(reading);
        let (attach, beside) = if beside.len() * 2 <= wanted.len() {
            (Some(reading), beside)
        } else if wanted.len() > 1 && missing(everything).is_empty() {
            (Some(everything), Vec::new())
        } else {
            (
                None,
                wanted.iter().map(|action| (*action).to_owned()).collect(),
            )
        };
        Self {
            attach,
            beside,
            policy: document(&wanted),
        }
    }

    /// A statement for exactly these actions.
    pub fn statement(actions: &[&str]) -> Self {
        let wanted: BTreeSet<&str> = actions.iter().copied().collect();
        Self {
            attach: None,
            beside: wanted.iter().map(|action| (*action).to_owned()).collect(),
            policy: document(&wanted),
        }
    }

    /// The name of the policy to attach.
    pub fn attached_name(&self) -> Option<&'static str> {
        self.attach.and_then(|arn| arn.rsplit('/').next())
    }
}

/// A policy that allows these actions on everything: billing acts on the account as a whole.
fn document(actions: &BTreeSet<&str>) -> serde_json::Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::question::{Question, Want};
    use iam_policy::Document;

    fn actions(pages: &[&str], want: Want) -> Vec<&'static str> {
        let question = Question::about(pages, want).expect("pages");
        question.actions().into_iter().collect()
    }

    #[test]
    fn aws_read_only_policy_opens_bills_and_needs_help_for_cost_explorer() {
        let bills = Grant::of(&actions(&["bills"], Want::View));
        assert_eq!(bills.attached_name(), Some("AWSBillingReadOnlyAccess"));
        assert!(bills.beside.is_empty(), "{:?}", bills.beside);
        let both = Grant::of(&actions(&["bills", "cost-explorer"], Want::View));
        assert_eq!(both.attached_name(), Some("AWSBillingReadOnlyAccess"));
        assert_eq!(both.beside.len(), 5);
        assert!(both.beside.iter().all(|action| action.starts_with("ce:")));
    }

    #[test]
    fn changing_budgets_takes_more_than_reading() {
        let budgets = Grant::of(&["budgets:ModifyBudget", "budgets:CreateBudgetAction"]);
        assert_eq!(budgets.attached_name(), Some("Billing"));
        // Nobody should get payment settings for the sake of one action.
        let one = Grant::of(&["budgets:ModifyBudget"]);
        assert_eq!((one.attach, one.beside.len()), (None, 1));
    }

    #[test]
    fn the_policy_allows_what_was_asked_and_nothing_else() {
        let grant = Grant::of(&["ce:GetTags", "budgets:ViewBudget", "ce:GetTags"]);
        assert_eq!(
            grant.policy["Statement"][0]["Action"],
            json!(["budgets:ViewBudget", "ce:GetTags"])
        );
        Document::parse(&grant.policy.to_string()).expect("a policy");
    }
}
