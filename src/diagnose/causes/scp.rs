//! Service control policies: they bind every principal of a member account, its root user too.
//!
//! Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html>

use std::collections::BTreeSet;

use super::layer_findings::{Blocked, Words, nothing_refused};
use super::{Case, Check, Outcome};
use crate::diagnose::finding::StatementAt;
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::{Observed, SimulatedAction};
use crate::names::service_prefix;
use crate::text::list;
use aws_refusal::{Effect, Layer};

const LAYER: Layer = Layer::ServiceControlPolicy;
const SOURCE: &str = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html";
const CONSOLE: &str =
    "https://console.aws.amazon.com/organizations/v2/home/policies/service-control-policy";

pub(super) const DENIES: Check = Check {
    code: "scp-denies-billing",
    title: "no service control policy denies billing",
    run: |case| run(case, DENIES.code, Effect::ExplicitDeny),
};

pub(super) const OMITS: Check = Check {
    code: "scp-omits-billing",
    title: "the service control policies allow billing at every level",
    run: |case| run(case, OMITS.code, Effect::ImplicitDeny),
};

/// Billing answers from one Region; a lock that does not exempt it closes billing everywhere.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html>
pub(super) const REGION_LOCK: Check = Check {
    code: "scp-region-lock",
    title: "no Region lock of the organization shuts out billing",
    run: |case| {
        let blocked = Blocked::by(case, LAYER, Effect::ExplicitDeny);
        if is_region_lock(case, &blocked) {
            return found(case, REGION_LOCK.code, Effect::ExplicitDeny, blocked);
        }
        if blocked.actions.is_empty() {
            return nothing(case);
        }
        match &case.evidence.policies.service_control {
            Observed::Known { .. } => Outcome::Passed {
                because: "what denies is not a Region lock alone".to_owned(),
            },
            Observed::Unknown(gap) => Outcome::Inconclusive {
                because: gap.reason(),
            },
            Observed::NotApplicable { because } => Outcome::Skipped {
                because: because.clone(),
            },
        }
    },
};

fn run(case: &Case, code: &'static str, effect: Effect) -> Outcome {
    let blocked = Blocked::by(case, LAYER, effect);
    if blocked.actions.is_empty() {
        return nothing(case);
    }
    if effect == Effect::ExplicitDeny && is_region_lock(case, &blocked) {
        return Outcome::Skipped {
            because: "a Region lock accounts for all that is denied".to_owned(),
        };
    }
    found(case, code, effect, blocked)
}

fn nothing(case: &Case) -> Outcome {
    let policies = &case.evidence.policies.service_control;
    let cleared = |result: &SimulatedAction| result.allowed_by_organizations == Some(true);
    match policies {
        Observed::NotApplicable { because } => Outcome::Skipped {
            because: because.clone(),
        },
        Observed::Unknown(gap) => nothing_refused(
            case,
            Some(gap.reason()),
            "service control policies",
            cleared,
        ),
        Observed::Known { .. } => {
            nothing_refused(case, None, "the service control policies", cleared)
        }
    }
}

fn found(case: &Case, code: &'static str, effect: Effect, blocked: Blocked) -> Outcome {
    let actions = blocked.what(case, effect);
    let account = case.account_label();
    let (summary, first) = if effect == Effect::ExplicitDeny {
        let which = match (blocked.statements().first(), blocked.named_by_aws().first()) {
            (Some(statement), _) => format!("{statement}, a service control policy,"),
            (None, Some(arn)) => format!("the service control policy {arn}"),
            (None, None) => "a service control policy of the organization".to_owned(),
        };
        (
            format!("{which} denies {actions} in account {account}"),
            match blocked.statements().first() {
                Some(statement) => format!(
                    "Open {} and change {statement} so that it leaves out these actions.",
                    statement.policy
                ),
                None => format!(
                    "Find the policy on the path of account {account} (root, organizational units, account) that denies them, \
                     and exempt them there."
                ),
            },
        )
    } else {
        let levels: Vec<&str> = blocked.levels().into_iter().collect();
        let wher = match levels.as_slice() {
            [] => "on its path".to_owned(),
            levels => format!("at {}", list(levels)),
        };
        (
            format!("no service control policy {wher} allows {actions} in account {account}"),
            format!(
                "Attach FullAWSAccess {wher}, or add these actions to a policy that is attached there: each level must allow them."
            ),
        )
    };
    let region_lock = by_region(case, &blocked);
    let exemption = exemption(&blocked);
    let mut steps = vec![
        Step::at(
            match case.evidence.organization.known() {
                Some(organization) => format!(
                    "Sign in to the management account {} and open the service control policies.",
                    organization.management_account
                ),
                None => "Sign in to the management account and open the service control policies."
                    .to_owned(),
            },
            CONSOLE,
        ),
        Step::new(first),
    ];
    if region_lock {
        // What to change is known: the general step would only repeat it.
        steps.truncate(1);
        steps.push(Step::new(format!(
            "It is a Region lock: billing answers from us-east-1 whatever Region one works in. Add {exemption} to the list \
             of actions that the statement exempts (NotAction)."
        )));
    } else if looks_like_a_region_lock(case, &blocked) {
        steps.push(Step::new(format!(
            "It looks like a Region lock whose list of exemptions is an old one: billing answers from us-east-1 whatever \
             Region one works in, and older lists have ce, budgets and cur but not the newer services. Look for a statement \
             on aws:RequestedRegion, and add {exemption} to its NotAction."
        )));
    }
    steps.push(Step::new(
        "Then run billing-doctor check again: AWS names one layer at a time.",
    ));
    blocked.outcome(
        case,
        effect,
        Words {
            grant: None,
            sure: None,
            code,
            summary,
            explanation: Some(
                "A service control policy binds everybody in the account, administrators and the root user too. Only the \
                 organization's management account can change it."
                    .to_owned(),
            ),
            remedy: Remedy { actor: Actor::ManagementAccountAdministrator, steps, source: SOURCE },
        },
    )
}

/// What a Region lock would have to exempt.
fn exemption(blocked: &Blocked) -> String {
    let prefixes: BTreeSet<String> = blocked
        .actions
        .iter()
        .map(|action| format!("{}:*", service_prefix(action)))
        .collect();
    list(&prefixes.into_iter().collect::<Vec<_>>())
}

/// Whether a statement that denies tests the Region.
fn by_region(case: &Case, blocked: &Blocked) -> bool {
    let statements = blocked.statements();
    statements
        .into_iter()
        .any(|statement| is_by_region(case, statement))
}

/// Whether every statement that denies tests the Region.
fn is_region_lock(case: &Case, blocked: &Blocked) -> bool {
    let statements = blocked.statements();
    !statements.is_empty()
        && statements
            .into_iter()
            .all(|statement| is_by_region(case, statement))
}

fn is_by_region(case: &Case, statement: &StatementAt) -> bool {
    let levels = case.evidence.policies.service_control.known();
    levels.is_some_and(|levels| {
        levels
            .iter()
            .filter(|level| statement.target.as_deref() == Some(&level.target))
            .filter_map(|level| level.policies.known())
            .flatten()
            .filter(|policy| policy.name == statement.policy)
            .filter_map(|policy| policy.document.known())
            .any(|text| tests_region(text, statement.index))
    })
}

/// Published exemption lists of before 2023 have Cost Explorer and Budgets, and lack what billing was split into.
fn looks_like_a_region_lock(case: &Case, blocked: &Blocked) -> bool {
    let answered = |action: &str| {
        case.judgement
            .actions
            .get(action)
            .is_some_and(|judged| judged.answered)
    };
    blocked.statements().is_empty()
        && blocked.actions.contains(&"billing:GetCredits")
        && answered("ce:GetCostAndUsage")
        && answered("budgets:ViewBudget")
}

fn tests_region(text: &str, index: usize) -> bool {
    let Ok(document) = serde_json::from_str::<serde_json::Value>(text) else {
        return false;
    };
    let statement = match &document["Statement"] {
        serde_json::Value::Array(statements) => statements.get(index),
        single => Some(single),
    };
    statement.is_some_and(|statement| {
        statement["Condition"].as_object().is_some_and(|operators| {
            operators
                .values()
                .filter_map(serde_json::Value::as_object)
                .flat_map(|keys| keys.keys())
                .any(|key| key.eq_ignore_ascii_case("aws:RequestedRegion"))
        })
    })
}
