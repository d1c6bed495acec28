//! Resource control policies: an organization's limit on the resources of its member accounts. Of billing they reach
//! Budgets alone, and only AWS's refusals show them.
//!
//! Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>

use super::layer_findings::{Blocked, Words};
use super::{Check, Outcome};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::Observed;
use aws_refusal::{Effect, Layer};

const SOURCE: &str =
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html";

pub(super) const CHECK: Check = Check {
    code: "rcp-denies-billing",
    title: "no resource control policy denies billing",
    run: |case| {
        let effect = Effect::ExplicitDeny;
        let blocked = Blocked::by(case, Layer::ResourceControlPolicy, effect);
        if blocked.actions.is_empty() {
            if let Some(outcome) = case.needs_caller() {
                return outcome;
            }
            return match (&case.evidence.organization, &case.evidence.probes.budgets) {
                (Observed::NotApplicable { because }, _) => Outcome::Skipped {
                    because: because.clone(),
                },
                (_, Observed::Known { .. }) => Outcome::Passed {
                    because: "budgets:DescribeBudgets answered".to_owned(),
                },
                _ => Outcome::Inconclusive {
                    because: "they are not read, and no refusal names one".to_owned(),
                },
            };
        }
        let which = match blocked.named_by_aws().first() {
            Some(arn) => format!("the resource control policy {arn}"),
            None => "a resource control policy of the organization".to_owned(),
        };
        let summary = format!("{which} denies {}", blocked.what(case, effect));
        blocked.outcome(
            case,
            effect,
            Words {
                grant: None,
                sure: None,
                code: "rcp-denies-billing",
                summary,
                explanation: Some(
                    "It binds whoever reaches for the resource, administrators and the root user too.".to_owned(),
                ),
                remedy: Remedy {
                    actor: Actor::ManagementAccountAdministrator,
                    steps: vec![
                        Step::at(
                            "Open the organization's resource control policies and the one that denies: it is attached on \
                             the account's path (root, organizational units, account). Exempt these actions there.",
                            "https://console.aws.amazon.com/organizations/v2/home/policies",
                        ),
                        Step::new("Then run billing-doctor check again: AWS names one layer at a time."),
                    ],
                    source: SOURCE,
                },
            },
        )
    },
};
