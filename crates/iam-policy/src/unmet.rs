//! Which conditions keep a statement from allowing.

use super::action::ActionName;
use super::authorize::binds;
use super::condition::ResidualCondition;
use super::form::Extent;
use super::layer::{Layer, LayerKind, StatementRef};
use super::request::Request;
use super::requirement::{Residual, ResidualPart};
use super::statement::{Asked, Effect};
use super::truth::Truth;

/// An Allow statement that names what is asked and does not apply, since its conditions do not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// The layer whose statement it is.
    pub layer: LayerKind,
    /// The statement, with those of its conditions that certainly do not hold.
    pub residual: Residual,
}

/// Every Allow statement that would apply to the request but for conditions that certainly do not hold: why a layer
/// allows nothing, where something in it speaks of the action.
pub fn unmet_conditions(layers: &[Layer], request: &Request<'_>) -> Vec<Unmet> {
    let action = ActionName::new(request.action);
    let asked = Asked::new(&action, request.resource, request.context);
    let mut unmet = Vec::new();
    for layer in layers {
        let Ok(policies) = &layer.policies else {
            continue;
        };
        if !binds(&layer.kind, request.principal, asked.action.service()) {
            continue;
        }
        for policy in policies {
            for (index, statement) in policy.document.statements().iter().enumerate() {
                if statement.effect() != Effect::Allow
                    || !statement.names(&asked)
                    || statement.resources.extent(&asked) == Extent::None
                {
                    continue;
                }
                let failed = statement
                    .conditions
                    .iter()
                    .filter(|condition| condition.evaluate(asked.context) == Truth::False);
                let parts: Vec<ResidualPart> = failed
                    .map(|condition| ResidualPart::Condition(ResidualCondition::of(condition)))
                    .collect();
                if !parts.is_empty() {
                    unmet.push(Unmet {
                        layer: layer.kind.clone(),
                        residual: Residual {
                            statement: StatementRef {
                                policy: policy.id.clone(),
                                sid: statement.sid().map(str::to_owned),
                                index,
                                effect: Effect::Allow,
                            },
                            parts,
                        },
                    });
                }
            }
        }
    }
    unmet
}
