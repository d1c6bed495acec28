//! The answer to a request, with everything that led to it.

use super::layer::{LayerKind, StatementRef};
use super::requirement::Requirement;

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
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
///
/// Of a [`Resource::Form`](crate::Resource::Form) each says what holds of every resource of that form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Every layer allows.
    Allowed,
    /// Only of a form: neither allowed nor refused on the whole of it. The layers that say so name the statements that
    /// allow a part, and those that deny one. What is left where several statements each reach a part is not worked
    /// out: it may be nothing, and it may be all.
    AllowedOnSome,
    /// A Deny statement applies.
    ExplicitDeny,
    /// Some layer allows nothing of the kind.
    ImplicitDeny,
    /// It depends on something that is not known.
    Undetermined,
}

impl Decision {
    /// Whether the request is refused for certain.
    pub fn refuses(self) -> bool {
        matches!(self, Decision::ExplicitDeny | Decision::ImplicitDeny)
    }
}

/// What one layer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerVerdict {
    /// Which layer.
    pub kind: LayerKind,
    /// What it says.
    pub outcome: LayerOutcome,
}

/// What one layer says, with every statement that decides it.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Only of a form: statements allow a part of it, or deny a part of what is allowed.
    AllowsSome {
        /// The statements that allow, the whole or a part.
        by: Vec<StatementRef>,
        /// The statements that deny a part.
        except: Vec<StatementRef>,
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
        /// Why not, as the caller gave it.
        reason: String,
    },
}

impl LayerOutcome {
    /// Whether the layer is known to refuse.
    pub fn refuses(&self) -> bool {
        matches!(self, LayerOutcome::Denies { .. } | LayerOutcome::Omits)
    }

    /// The statements that decide the outcome, or might; of a part, those that allow.
    pub fn statements(&self) -> &[StatementRef] {
        match self {
            LayerOutcome::Allows { by }
            | LayerOutcome::Denies { by }
            | LayerOutcome::AllowsSome { by, .. }
            | LayerOutcome::Undetermined { by, .. } => by,
            LayerOutcome::Omits | LayerOutcome::Unreadable { .. } => &[],
        }
    }
}

/// Something that must hold for an undetermined request to be allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The layer on which it depends.
    pub layer: LayerKind,
    /// What must hold.
    pub requirement: Requirement,
    /// The context keys whose values are not known, as the policies write them, sorted.
    pub keys: Vec<String>,
}

impl Dependency {
    /// The statements that could not be judged; none if the whole layer could not be read.
    pub fn statements(&self) -> impl Iterator<Item = &StatementRef> {
        self.requirement
            .residuals()
            .iter()
            .map(|residual| &residual.statement)
    }
}
