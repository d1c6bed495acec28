//! Identity policies: the user's own, its groups', or the role's.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html>

use super::blocked::{Blocked, Words, nothing_refused};
use super::{Case, Check, Outcome};
use crate::catalog::main_pages;
use crate::engine::label;
use crate::evidence::SimulatedDecision;
use crate::names::PrincipalKind;
use crate::refusal::{Effect, Layer};
use crate::remedy::{Actor, Remedy, Step};
use crate::text::list;

const LAYER: Layer = Layer::IdentityPolicy;
const SOURCE: &str =
    "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/billing-permissions-ref.html";

pub(super) const DENIES: Check = Check {
    code: "identity-policy-denies-billing",
    title: "no identity policy denies billing",
    run: |case| run(case, DENIES.code, Effect::ExplicitDeny),
};

pub(super) const OMITS: Check = Check {
    code: "identity-policy-omits-billing",
    title: "the identity policies allow billing",
    run: |case| run(case, OMITS.code, Effect::ImplicitDeny),
};

/// Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/migrate-granularaccess-whatis.html>
pub(super) const ONLY_LEGACY: Check = Check {
    code: "only-legacy-actions",
    title: "the policies do not rest on aws-portal actions alone",
    run: |case| narrower(case, "only-legacy-actions"),
};

/// Source: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBillingReadOnlyAccess.html>
pub(super) const WITHOUT_COST_EXPLORER: Check = Check {
    code: "billing-policy-without-cost-explorer",
    title: "whoever has AWS's billing policy has Cost Explorer too",
    run: |case| narrower(case, "billing-policy-without-cost-explorer"),
};

/// One of the well-known ways in which identity policies omit billing.
fn narrower(case: &Case, code: &'static str) -> Outcome {
    let blocked = Blocked::by(case, LAYER, Effect::ImplicitDeny);
    if !blocked.actions.is_empty() && omission(case, &blocked) == code {
        return found(case, code, Effect::ImplicitDeny, blocked);
    }
    if let Some(outcome) = case.nobody_looked() {
        return outcome;
    }
    match case.evidence.policies.identity.gaps.first() {
        Some(gap) => Outcome::Inconclusive {
            because: gap.reason(),
        },
        None => Outcome::Passed {
            because: "the policies that were read say so".to_owned(),
        },
    }
}

/// Under which code an omission stands: exactly one.
fn omission(case: &Case, blocked: &Blocked) -> &'static str {
    let asked = case.judgement.actions.len();
    // Beside newer actions, as in AWS's own policies, the old ones do no harm.
    if blocked.actions.len() == asked && legacy(case).is_some() {
        return "only-legacy-actions";
    }
    let mut for_the_bill = main_pages()
        .filter(|page| page.is_the_bill)
        .flat_map(|page| page.view.iter().map(String::as_str))
        .filter(|action| blocked.actions.contains(action))
        .peekable();
    let cost_explorer_alone =
        for_the_bill.peek().is_some() && for_the_bill.all(|action| action.starts_with("ce:"));
    if cost_explorer_alone && has_billing_policy(case) {
        return "billing-policy-without-cost-explorer";
    }
    "identity-policy-omits-billing"
}

/// Whether one of AWS's own policies for billing is attached.
fn has_billing_policy(case: &Case) -> bool {
    let policies = &case.evidence.policies.identity.read;
    let arns = policies.iter().filter_map(|policy| policy.arn.as_deref());
    arns.filter_map(|arn| arn.split_once(":iam::aws:policy/"))
        .any(|(_, name)| ["job-function/Billing", "AWSBillingReadOnlyAccess"].contains(&name))
}

fn run(case: &Case, code: &'static str, effect: Effect) -> Outcome {
    let blocked = Blocked::by(case, LAYER, effect);
    let principal = case.evidence.principal.known();
    if blocked.actions.is_empty() {
        if principal.is_some_and(|principal| principal.kind == PrincipalKind::RootUser) {
            return Outcome::Skipped {
                because: "identity policies do not bind the root user".to_owned(),
            };
        }
        let gap = case
            .evidence
            .policies
            .identity
            .gaps
            .first()
            .map(|gap| gap.reason());
        return nothing_refused(case, gap, "the identity policies", |result| {
            result.decision == SimulatedDecision::Allowed
        });
    }
    if effect == Effect::ImplicitDeny {
        let closer = omission(case, &blocked);
        if closer != code {
            return Outcome::Skipped {
                because: format!("{closer} says it closer"),
            };
        }
    }
    found(case, code, effect, blocked)
}

fn found(case: &Case, code: &'static str, effect: Effect, blocked: Blocked) -> Outcome {
    let principal = case.evidence.principal.known();
    let permission_set = principal.and_then(|principal| principal.permission_set.as_deref());
    let actions = blocked.what(case, effect);
    let summary = if effect == Effect::ExplicitDeny {
        let which = match (blocked.statements().first(), blocked.named_by_aws().first()) {
            (Some(statement), _) => statement.to_string(),
            (None, Some(name)) => format!("the policy {name}"),
            (None, None) => "an identity policy".to_owned(),
        };
        format!("{which} denies {actions}")
    } else {
        let whose = match principal {
            Some(p) if p.is_caller => "your policies do".to_owned(),
            Some(p) => format!("the policies of {} {} do", p.kind.noun(), p.name),
            None => "the identity policies do".to_owned(),
        };
        format!("{whose} not allow {actions}")
    };
    let explanation = match effect {
        Effect::ExplicitDeny => {
            Some("A Deny wins over every Allow: attaching more policies changes nothing.".to_owned())
        }
        // Beside newer actions, as in AWS's own policies, they do no harm.
        Effect::ImplicitDeny if blocked.actions.len() < case.judgement.actions.len() => None,
        Effect::ImplicitDeny => legacy(case).map(|policy| {
            format!("{policy} allows aws-portal actions. AWS ended their support in July 2023: the console asks for other actions now.")
        }),
    };
    let steps = match (effect, permission_set) {
        (Effect::ExplicitDeny, Some(set)) => {
            permission_set_steps(set, "take these actions out of the Deny")
        }
        (Effect::ImplicitDeny, Some(set)) => permission_set_steps(
            set,
            "add an AWS managed policy or an inline policy that allows them",
        ),
        (Effect::ExplicitDeny, None) => deny_steps(&blocked),
        (Effect::ImplicitDeny, None) => allow_steps(case, &blocked),
    };
    blocked.outcome(
        case,
        effect,
        Words {
            code,
            summary,
            explanation,
            remedy: Remedy {
                actor: match permission_set {
                    Some(_) => Actor::IdentityCenterAdministrator,
                    None => Actor::AccountAdministrator,
                },
                steps,
                source: SOURCE,
            },
        },
    )
}

/// A policy that allows billing in the words of before 2023.
///
/// Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/migrate-granularaccess-whatis.html>
fn legacy(case: &Case) -> Option<String> {
    let policies = &case.evidence.policies.identity.read;
    let found = policies.iter().find(|policy| {
        let text = policy.document.known();
        text.is_some_and(|text| allows_legacy(text))
    });
    found.map(label)
}

/// Whether a statement allows actions of the old kind; a Deny of them takes nothing away any more.
fn allows_legacy(text: &str) -> bool {
    let Ok(document) = serde_json::from_str::<serde_json::Value>(text) else {
        return false;
    };
    let one_or_many = |value: &serde_json::Value| match value {
        serde_json::Value::Array(values) => values.clone(),
        single => vec![single.clone()],
    };
    one_or_many(&document["Statement"]).iter().any(|statement| {
        statement["Effect"] == "Allow"
            && one_or_many(&statement["Action"]).iter().any(|action| {
                let action = action.as_str().unwrap_or_default().to_ascii_lowercase();
                action.starts_with("aws-portal:")
            })
    })
}

/// A role that IAM Identity Center made can't be edited in the account.
fn permission_set_steps(set: &str, change: &str) -> Vec<Step> {
    vec![
        Step::at(
            format!(
                "In IAM Identity Center (management account or its delegated administrator), open the permission set “{set}” and {change}. The role itself can't be edited in the account."
            ),
            "https://console.aws.amazon.com/singlesignon/home#/permissionsets",
        ),
        Step::new("Provision the permission set to the account again, and sign in again."),
    ]
}

fn deny_steps(blocked: &Blocked) -> Vec<Step> {
    let names: Vec<String> = blocked
        .statements()
        .into_iter()
        .map(ToString::to_string)
        .collect();
    let which = if names.is_empty() {
        "the policy that denies them".to_owned()
    } else {
        list(&names)
    };
    vec![Step::at(
        format!(
            "Take billing out of {which}, or detach the policy from the user, group or role that has it. `-o json` \
                 lists every action."
        ),
        "https://console.aws.amazon.com/iam/home#/policies",
    )]
}

fn allow_steps(case: &Case, blocked: &Blocked) -> Vec<Step> {
    let principal = case.evidence.principal.known();
    let (list_page, whom) = match principal {
        Some(principal) if principal.kind == PrincipalKind::Role => (
            "https://console.aws.amazon.com/iam/home#/roles",
            format!("role {}", principal.name),
        ),
        Some(principal) => (
            "https://console.aws.amazon.com/iam/home#/users",
            format!("user {}, or a group of it", principal.name),
        ),
        None => (
            "https://console.aws.amazon.com/iam/home",
            "the user or role".to_owned(),
        ),
    };
    // AWSBillingReadOnlyAccess opens Bills but not Cost Explorer; ReadOnlyAccess opens both, and everything else.
    let policy = if blocked
        .actions
        .iter()
        .all(|action| action.starts_with("ce:"))
    {
        "A policy that allows `ce:Describe*`, `ce:Get*` and `ce:List*` on `*` opens Cost Explorer"
            .to_owned()
    } else {
        "AWSBillingReadOnlyAccess opens Bills, Credits, Budgets and Free Tier; Cost Explorer needs `ce:Describe*`, `ce:Get*` and `ce:List*` beside it".to_owned()
    };
    vec![
        Step::at(
            format!(
                "Attach a policy that allows them to {whom}: IAM → the name → Add permissions."
            ),
            list_page,
        ),
        Step::new(format!("{policy}.")),
    ]
}
