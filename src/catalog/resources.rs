//! What the actions behind billing act on, so that policies written for ARNs are judged as AWS judges them.
//!
//! `resource_types.json` holds AWS's Service Authorization Reference as of a date that it names.
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::Partition;

#[derive(Deserialize)]
struct File {
    services: BTreeMap<String, Service>,
    /// By service the actions whose requests carry the tags of what they act on.
    tagged: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Deserialize)]
struct Service {
    /// By name the ARN, with `${…}` where a request has its own text.
    types: BTreeMap<String, String>,
    /// Of Cost Explorer those actions that are calls of its API.
    #[serde(default)]
    operations: Vec<String>,
    /// By action the types that it acts on, and whether a request must name one.
    actions: BTreeMap<String, BTreeMap<String, bool>>,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    serde_json::from_str(include_str!("resource_types.json"))
        .unwrap_or_else(|error| unreachable!("embedded and tested: {error}"))
});

/// Where requests are made: what of an ARN is known beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// As ARNs have it: `aws-cn`.
    pub partition: String,
    pub account: String,
}

/// What requests for an action may name: one of these, and of each everything that it lists. Each is an ARN, or a form
/// of ARNs with `*` where a request has a name of its own; `*` itself stands for an action without resource types.
pub fn requests(action: &str, place: &Place) -> Vec<Vec<String>> {
    let anything = || vec![vec!["*".to_owned()]];
    let Some((prefix, name)) = action.split_once(':') else {
        return anything();
    };
    let Some(service) = FILE.services.get(prefix) else {
        return anything();
    };
    let mut requests = Vec::new();
    // What AWS's refusals of Cost Explorer name: https://docs.aws.amazon.com/cost-management/latest/userguide/billing-permissions-ref.html
    let is_operation = service.operations.iter().any(|operation| operation == name);
    if is_operation {
        let Place { partition, account } = place;
        let region = Partition::named(partition).billing_region();
        requests.push(vec![format!(
            "arn:{partition}:{prefix}:{region}:{account}:/{name}"
        )]);
    }
    let types = service.actions.get(name);
    let named = |required: bool| {
        types
            .into_iter()
            .flatten()
            .filter(move |(_, must)| **must == required)
            // Other accounts of an organization, which is not what somebody asks of the own account.
            .filter(|(name, _)| *name != "accountInOrganization")
            .filter_map(|(name, _)| service.types.get(name))
    };
    let required: Vec<String> = named(true).map(|arn| form(arn, place)).collect();
    if required.is_empty() {
        for arn in named(false) {
            let form = form(arn, place);
            // A request that names no billing view is about the primary one:
            // https://docs.aws.amazon.com/cost-management/latest/userguide/billing-view.html
            if let Some(view) = form.strip_suffix("billingview/*") {
                requests.push(vec![format!("{view}billingview/primary")]);
            }
            requests.push(vec![form]);
        }
        // An account's own ARN is there though nobody names it.
        if !is_operation && prefix != "account" && !requests.is_empty() {
            requests.push(vec!["*".to_owned()]);
        }
    } else {
        requests.push(required);
    }
    if requests.is_empty() {
        anything()
    } else {
        requests
    }
}

/// Whether requests for an action carry `aws:ResourceTag/…`: whether what it acts on can have tags.
pub fn carries_resource_tags(action: &str) -> bool {
    action.split_once(':').is_some_and(|(prefix, name)| {
        let tagged = FILE.tagged.get(prefix);
        tagged.is_some_and(|names| names.contains(name))
    })
}

/// The ARN with what is known of it, and `*` for the rest.
fn form(arn: &str, place: &Place) -> String {
    let mut form = String::new();
    let mut rest = arn;
    while let Some((before, after)) = rest.split_once("${") {
        let (variable, behind) = after.split_once('}').unwrap_or((after, ""));
        form.push_str(before);
        form.push_str(match variable {
            "Partition" => &place.partition,
            "Account" => &place.account,
            _ => "*",
        });
        rest = behind;
    }
    form.push_str(rest);
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(action: &str) -> Vec<Vec<String>> {
        let place = Place {
            partition: "aws".to_owned(),
            account: "111122223333".to_owned(),
        };
        requests(action, &place)
    }

    #[test]
    fn an_action_is_asked_about_on_the_arns_that_it_acts_on() {
        assert_eq!(
            of("budgets:ModifyBudget"),
            [["arn:aws:budgets::111122223333:budget/*"]]
        );
        assert_eq!(
            of("account:CloseAccount"),
            [["arn:aws:account::111122223333:account"]]
        );
        assert_eq!(of("ce:DescribeReport"), [["*"]]);
        assert_eq!(of("billing:GetCredits"), [["*"]]);
        assert_eq!(of("made-up:Thing"), [["*"]]);
    }

    #[test]
    fn cost_explorer_may_be_asked_by_operation_and_by_view() {
        assert_eq!(
            of("ce:GetCostAndUsage"),
            [
                ["arn:aws:ce:us-east-1:111122223333:/GetCostAndUsage"],
                ["arn:aws:billing::111122223333:billingview/primary"],
                ["arn:aws:billing::111122223333:billingview/*"],
            ]
        );
    }

    #[test]
    fn every_type_that_an_action_names_has_an_arn() {
        for (prefix, service) in &FILE.services {
            for (action, types) in &service.actions {
                for name in types.keys() {
                    assert!(
                        service.types.contains_key(name),
                        "{prefix}:{action}: {name}"
                    );
                }
            }
        }
    }
}
