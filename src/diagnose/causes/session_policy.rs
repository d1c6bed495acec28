//! Session policies, passed when a role is assumed or a session federated. Only AWS's refusals show them.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session>

use super::layer_findings::{Blocked, Words};
use super::{Case, Check, Outcome};
use crate::diagnose::old_remedy::{Actor, Remedy, Step};
use crate::evidence::Observed;
use aws_refusal::{Effect, Layer};

const LAYER: Layer = Layer::SessionPolicy;
const SOURCE: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session";

pub(super) const DENIES: Check = Check {
    code: "session-policy-denies-billing",
    title: "no session policy denies billing",
    run: |case| run(case, Effect::ExplicitDeny),
};

pub(super) const OMITS: Check = Check {
    code: "session-policy-omits-billing",
    title: "the session policy, if any, allows billing",
    run: |case| run(case, Effect::ImplicitDeny),
};

fn run(case: &Case, effect: Effect) -> Outcome {
    let blocked = Blocked::by(case, LAYER, effect);
    if blocked.actions.is_empty() {
        if let Some(outcome) = case.nobody_looked() {
            return outcome;
        }
        return match &case.evidence.policies.session {
            Observed::NotApplicable { because } => Outcome::Skipped {
                because: because.clone(),
            },
            _ => Outcome::Inconclusive {
                because: "no API shows them, and no refusal names one that does".to_owned(),
            },
        };
    }
    let actions = blocked.what(case, effect);
    let (code, verb) = if effect == Effect::ExplicitDeny {
        ("session-policy-denies-billing", "denies")
    } else {
        ("session-policy-omits-billing", "does not allow")
    };
    blocked.outcome(
        case,
        effect,
        Words {
            grant: None,
            sure: None,
            code,
            summary: format!("the policy that was passed when this session was made {verb} {actions}"),
            explanation: Some("The role itself may allow more; this session of it does not.".to_owned()),
            remedy: Remedy {
                actor: Actor::You,
                steps: vec![
                    Step::new(
                        "Make a new session without that policy: look where the role is assumed (--policy, --policy-arns, \
                         Policy in the SDK, a broker, a CI job) and add these actions there, or leave the policy out.",
                    ),
                    Step::new("Then run billing-doctor check with the new session. AWS may name more actions then: it refuses one at a time."),
                ],
                source: SOURCE,
            },
        },
    )
}
