//! Identity policies: the user's own, its groups', or the role's.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html>

use super::blocked::{Blocked, Words, nothing_refused};
use super::{Case, Check, Outcome};
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
    run: |case| run(case, Effect::ExplicitDeny),
};

pub(super) const OMITS: Check = Check {
    code: "identity-policy-omits-billing",
    title: "the identity policies allow billing",
    run: |case| run(case, Effect::ImplicitDeny),
};

fn run(case: &Case, effect: Effect) -> Outcome {
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
    let permission_set = principal.and_then(|principal| principal.permission_set.as_deref());
    let actions = blocked.what(case, effect);
    let (code, summary) = if effect == Effect::ExplicitDeny {
        let which = match (blocked.statements().first(), blocked.named_by_aws().first()) {
            (Some(statement), _) => statement.to_string(),
            (None, Some(name)) => format!("the policy {name}"),
            (None, None) => "an identity policy".to_owned(),
        };
        (
            "identity-policy-denies-billing",
            format!("{which} denies {actions}"),
        )
    } else {
        let whose = match principal {
            Some(p) if p.is_caller => "your policies do".to_owned(),
            Some(p) => format!("the policies of {} {} do", p.kind.noun(), p.name),
            None => "the identity policies do".to_owned(),
        };
        (
            "identity-policy-omits-billing",
            format!("{whose} not allow {actions}"),
        )
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
        text.is_some_and(|text| text.to_ascii_lowercase().contains("\"aws-portal:"))
    });
    found.map(label)
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
