//! The permissions boundary: it grants nothing and limits what identity policies grant.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>

use super::layer_findings::{Blocked, Words, nothing_refused};
use super::{Case, Check, Outcome};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::{Observed, SimulatedAction, SimulatedDecision};
use aws_refusal::{Effect, Layer};

const LAYER: Layer = Layer::PermissionsBoundary;
const SOURCE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html";

pub(super) const DENIES: Check = Check {
    code: "boundary-denies-billing",
    title: "no permissions boundary denies billing",
    run: |case| run(case, Effect::ExplicitDeny),
};

pub(super) const OMITS: Check = Check {
    code: "boundary-omits-billing",
    title: "the permissions boundary, if any, allows billing",
    run: |case| run(case, Effect::ImplicitDeny),
};

fn run(case: &Case, effect: Effect) -> Outcome {
    let boundary = &case.evidence.policies.permissions_boundary;
    let blocked = Blocked::by(case, LAYER, effect);
    if blocked.actions.is_empty() {
        let cleared = |result: &SimulatedAction| {
            result.allowed_by_permissions_boundary == Some(true)
                || result.decision == SimulatedDecision::Allowed
        };
        return match boundary {
            Observed::NotApplicable { because } => Outcome::Skipped {
                because: because.clone(),
            },
            Observed::Unknown(gap) => nothing_refused(
                case,
                Some(gap.reason()),
                "the permissions boundary",
                cleared,
            ),
            Observed::Known { value } => nothing_refused(
                case,
                value.document.gap().map(|gap| gap.reason()),
                "the permissions boundary",
                cleared,
            ),
        };
    }
    let actions = blocked.what(case, effect);
    let who = case.who();
    let name = match boundary.known() {
        Some(policy) => format!("the permissions boundary {}", policy.name),
        None => "a permissions boundary".to_owned(),
    };
    let (code, verb, change) = if effect == Effect::ExplicitDeny {
        (
            "boundary-denies-billing",
            "denies",
            "Take these actions out of the Deny in",
        )
    } else {
        (
            "boundary-omits-billing",
            "does not allow",
            "Allow these actions in",
        )
    };
    let subject = if who == "you" {
        "your user or role".to_owned()
    } else {
        who
    };
    blocked.outcome(
        case,
        effect,
        Words {
            grant: None,
            sure: None,
            code,
            summary: format!("{name} {verb} {actions}"),
            explanation: Some(
                "A boundary is the most that identity policies can grant: attaching more policies, even AdministratorAccess, \
                 changes nothing."
                    .to_owned(),
            ),
            remedy: Remedy {
                actor: Actor::AccountAdministrator,
                steps: vec![
                    Step::at(
                        format!("{change} {name}, or set another boundary on {subject}: IAM → Users or Roles → the name → Permissions → Permissions boundary."),
                        "https://console.aws.amazon.com/iam/home",
                    ),
                    Step::new("Ask whoever set the boundary first: it is there to hold, and removing one is often forbidden by another policy."),
                ],
                source: SOURCE,
            },
        },
    )
}
