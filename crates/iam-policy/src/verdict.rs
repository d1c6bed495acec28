//! The answer to a request, with everything that led to it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::layer::LayerKind;
use super::statement::Effect;

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What AWS would answer.
    pub decision: Decision,
    /// Every layer that binds the principal for this action, in the order given.
    pub layers: Vec<LayerVerdict>,
    /// What an undetermined decision depends on; all of it must turn out well for the request to be allowed.
    /// Empty for the other decisions.
    pub depends_on: Vec<Dependency>,
}

impl Verdict {
    /// The layers that are known to refuse, whether by a Deny or because nothing in them allows.
    pub fn blockers(&self) -> impl Iterator<Item = &LayerVerdict> {
        self.layers.iter().filter(|layer| layer.outcome.refuses())
    }
}

/// What AWS would answer.
///
/// Learning more turns `Undetermined` into one of the others, and may turn `ImplicitDeny` into `ExplicitDeny` (a
/// statement that nobody could judge turns out to deny what nothing allowed anyway). It changes nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Decision {
    /// Every layer allows.
    Allowed,
    /// A Deny statement applies.
    ExplicitDeny,
    /// Some layer allows nothing of the kind.
    ImplicitDeny,
    /// It depends on something that is not known.
    Undetermined,
}

/// What one layer says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerVerdict {
    /// Which layer.
    pub kind: LayerKind,
    /// What it says.
    pub outcome: LayerOutcome,
}

/// What one layer says, with every statement that decides it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LayerOutcome {
    /// A statement allows, and none denies.
    Allows {
        /// The statements that allow.
        by: Vec<StatementRef>,
    },
    /// A statement denies.
    Denies {
        /// The statements that deny.
        by: Vec<StatementRef>,
    },
    /// Nothing in the layer allows the action.
    Omits,
    /// It depends on something that is not known.
    Undetermined {
        /// The statements that may or may not apply.
        by: Vec<StatementRef>,
        /// What must hold for the layer to allow.
        depends_on: Vec<Dependency>,
    },
    /// Nobody could read the layer.
    Unreadable {
        /// Why not, for people.
        reason: String,
    },
}

impl LayerOutcome {
    /// Whether the layer is known to refuse.
    pub fn refuses(&self) -> bool {
        matches!(self, LayerOutcome::Denies { .. } | LayerOutcome::Omits)
    }

    /// The statements that decide the outcome, or might.
    pub fn statements(&self) -> &[StatementRef] {
        match self {
            LayerOutcome::Allows { by }
            | LayerOutcome::Denies { by }
            | LayerOutcome::Undetermined { by, .. } => by,
            LayerOutcome::Omits | LayerOutcome::Unreadable { .. } => &[],
        }
    }
}

/// One statement of one policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StatementRef {
    /// The name of the policy.
    pub policy: String,
    /// The statement's own name.
    pub sid: Option<String>,
    /// Counted from 0.
    pub index: usize,
    /// What the statement does.
    pub effect: Effect,
}

/// Something that must hold for an undetermined request to be allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// The layer on which it depends.
    pub layer: LayerKind,
    /// The statements that could not be judged; none if the whole layer could not be read.
    pub statements: Vec<StatementRef>,
    /// The context keys whose values are not known, as the policies write them, sorted.
    pub keys: Vec<String>,
    /// The requirement in words, such as ``allowed only if `aws:PrincipalTag/team` is finance``.
    pub requirement: String,
}

impl fmt::Display for Dependency {
    /// The requirement and where it stands.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.requirement, self.layer)?;
        for (position, statement) in self.statements.iter().enumerate() {
            f.write_str(if position == 0 { ": " } else { "; " })?;
            statement.fmt(f)?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for StatementRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sid {
            Some(sid) => write!(f, "{}, statement {sid}", self.policy),
            None => write!(f, "{}, statement {}", self.policy, self.index + 1),
        }
    }
}
