//! Identity policies: the user's own, its groups', or the role's.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html>

use super::layer_findings::{Blocked, Words, nothing_refused};
use super::{Case, Check, Outcome};
use crate::catalog::legacy_actions;
use crate::diagnose::grant::Grant;
use crate::diagnose::layers::{PolicyAlone, label};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::SimulatedDecision;
use crate::names::PrincipalKind;
use crate::text::list;
use aws_refusal::{Effect, Layer};
use iam_policy::Decision;

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
    if let Some(outcome) = does_not_bind(case).or_else(|| case.nobody_looked()) {
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
    let mut for_the_bill = case
        .question
        .pages()
        .iter()
        .filter(|asked| asked.decides)
        .flat_map(|asked| asked.needs.iter().copied())
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

/// The root user has no identity policies.
fn does_not_bind(case: &Case) -> Option<Outcome> {
    let principal = case.evidence.principal.known()?;
    (principal.kind == PrincipalKind::RootUser).then(|| Outcome::Skipped {
        because: "identity policies do not bind the root user".to_owned(),
    })
}

fn run(case: &Case, code: &'static str, effect: Effect) -> Outcome {
    let blocked = Blocked::by(case, LAYER, effect);
    if blocked.actions.is_empty() {
        if let Some(outcome) = does_not_bind(case) {
            return outcome;
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
    let grant = Grant::of(
        &case.question.decisive(&blocked.actions),
        case.question.want(),
    );
    let steps = match (effect, permission_set) {
        (Effect::ExplicitDeny, Some(set)) => {
            permission_set_steps(set, "take these actions out of the Deny")
        }
        (Effect::ImplicitDeny, Some(set)) => {
            permission_set_steps(set, &format!("attach {} to it", to_attach(&grant)))
        }
        (Effect::ExplicitDeny, None) => deny_steps(&blocked),
        (Effect::ImplicitDeny, None) => allow_steps(case, &grant),
    };
    blocked.outcome(
        case,
        effect,
        Words {
            grant: (effect == Effect::ImplicitDeny).then_some(grant),
            sure: None,
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
fn legacy(case: &Case) -> Option<String> {
    let policies = &case.evidence.policies.identity.read;
    let found = policies.iter().find(|policy| {
        let text = policy.document.known();
        text.is_some_and(|text| !retired_actions(text).is_empty())
    });
    found.map(label)
}

/// The retired actions that a policy allows; a Deny of them takes nothing away any more.
fn retired_actions(text: &str) -> Vec<&'static str> {
    let Some(policy) = PolicyAlone::parse(text) else {
        return Vec::new();
    };
    let may = |action: &str| {
        matches!(
            policy.decision(action),
            Decision::Allowed | Decision::Undetermined
        )
    };
    legacy_actions()
        .map(|(old, _)| old)
        .filter(|old| may(old))
        .collect()
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

/// What to attach.
fn to_attach(grant: &Grant) -> String {
    match (grant.attached_name(), grant.beside.as_slice()) {
        (None, _) => "a policy with the statement below".to_owned(),
        (Some(name), []) => format!("the AWS managed policy {name}"),
        (Some(name), _) => {
            format!("the AWS managed policy {name}, and a policy with the statement below")
        }
    }
}

fn allow_steps(case: &Case, grant: &Grant) -> Vec<Step> {
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
    vec![Step::at(
        format!(
            "Attach {} to {whom}: IAM → the name → Add permissions.",
            to_attach(grant)
        ),
        list_page,
    )]
}
