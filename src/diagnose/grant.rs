//! What a policy would have to allow, and what is there already that allows it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::catalog::Partition;
use crate::diagnose::layers::PolicyAlone;
use crate::diagnose::question::Want;
use aws_managed_policies::managed_policy;
use iam_policy::Decision;

/// The one AWS managed policy that is ever advised: it lets see and change nothing. Its ARN differs by partition, its
/// text does not.
pub const READING: &str = "AWSBillingReadOnlyAccess";

/// The document of [`READING`] that is embedded.
pub fn reading_document() -> Option<&'static str> {
    managed_policy(&Partition::Aws.managed_policy(READING))
}

/// Actions that a policy has to allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// The AWS managed policy that allows most of them, where attaching one helps.
    pub attach: Option<String>,
    /// What it allows nothing of: the actions that a statement beside it has to allow. Sorted.
    pub beside: Vec<String>,
    /// A policy of one's own that allows all of them and nothing else.
    pub policy: serde_json::Value,
}

impl Grant {
    /// What to allow so that these actions are allowed. AWS's policy only where seeing is wanted and it allows half of
    /// them at least.
    pub fn of(actions: &[&str], want: Want, partition: Partition) -> Self {
        let own = Self::statement(actions);
        let policy = reading_document().and_then(PolicyAlone::parse);
        let Some(policy) = policy.filter(|_| want == Want::View) else {
            return own;
        };
        let (of_aws, beside): (Vec<String>, Vec<String>) = own
            .beside
            .iter()
            .cloned()
            .partition(|action| policy.decision(action) == Decision::Allowed);
        if of_aws.len() < beside.len() || of_aws.is_empty() {
            return own;
        }
        Self {
            attach: Some(partition.managed_policy(READING)),
            beside,
            policy: own.policy,
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

    /// The statement to add beside AWS's policy.
    pub fn statement_beside(&self) -> serde_json::Value {
        json!({"Effect": "Allow", "Action": self.beside, "Resource": "*"})
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
    use crate::catalog::{is_read_or_list, known_actions};
    use crate::diagnose::question::{Question, Want};
    use iam_policy::Document;

    fn iam_policy_matches(pattern: &str, action: &str) -> bool {
        match pattern.strip_suffix('*') {
            Some(start) => action.starts_with(start),
            None => action == pattern,
        }
    }

    fn actions(pages: &[&str], want: Want) -> Vec<&'static str> {
        let question = Question::about(pages, want).expect("pages");
        question.actions().into_iter().collect()
    }

    #[test]
    fn aws_read_only_policy_opens_bills_and_needs_help_for_cost_explorer() {
        let bills = Grant::of(&actions(&["bills"], Want::View), Want::View, Partition::Aws);
        assert_eq!(
            bills.attach.as_deref(),
            Some("arn:aws:iam::aws:policy/AWSBillingReadOnlyAccess")
        );
        assert!(bills.beside.is_empty(), "{:?}", bills.beside);
        let both = Grant::of(
            &actions(&["bills", "cost-explorer"], Want::View),
            Want::View,
            Partition::China,
        );
        assert_eq!(
            both.attach.as_deref(),
            Some("arn:aws-cn:iam::aws:policy/AWSBillingReadOnlyAccess")
        );
        assert_eq!(both.beside.len(), 5);
        assert!(both.beside.iter().all(|action| action.starts_with("ce:")));
    }

    #[test]
    fn whoever_wants_to_change_something_gets_that_and_no_policy_of_aws() {
        let asked = actions(&["budgets"], Want::Manage);
        let grant = Grant::of(&asked, Want::Manage, Partition::Aws);
        assert_eq!((grant.attach, grant.beside.len()), (None, asked.len()));
    }

    #[test]
    fn the_policy_that_is_advised_lets_nobody_change_anything() {
        let policy = reading_document()
            .and_then(PolicyAlone::parse)
            .expect("embedded");
        for action in known_actions() {
            let allowed = policy.decision(action) == Decision::Allowed;
            assert!(!allowed || is_read_or_list(action), "{action}");
        }
        let document: serde_json::Value =
            serde_json::from_str(reading_document().expect("embedded")).expect("JSON");
        for statement in document["Statement"].as_array().expect("statements") {
            for pattern in statement["Action"].as_array().expect("a list") {
                let pattern = pattern.as_str().expect("a pattern");
                let known = known_actions()
                    .iter()
                    .any(|action| iam_policy_matches(pattern, action));
                assert!(known, "{pattern} may mean more than the catalogue knows");
            }
        }
    }

    #[test]
    fn the_policy_allows_what_was_asked_and_nothing_else() {
        let grant = Grant::statement(&["ce:GetTags", "budgets:ViewBudget", "ce:GetTags"]);
        assert_eq!(
            grant.policy["Statement"][0]["Action"],
            json!(["budgets:ViewBudget", "ce:GetTags"])
        );
        Document::parse(&grant.policy.to_string()).expect("a policy");
    }
}
