//! On what it depends whether a page opens, as data.

use schemars::JsonSchema;
use serde::Serialize;

use super::asking::Part;
use super::value::{Action, Name};
use crate::evidence::Gap;

/// What must hold, or be known, before a page is said to open.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Requirement {
    /// A condition of a policy that could not be decided.
    Condition {
        /// What the engine could not decide.
        #[serde(skip)]
        residual: Box<iam_policy::Dependency>,
        #[schemars(with = "Name")]
        action: Action,
    },
    /// The service control policies given at this level only deny, and others that allow must be attached there.
    AllowNotGiven { target: Name },
    /// An action is allowed on a part of what it acts on.
    OnSome {
        #[schemars(with = "Name")]
        action: Action,
        #[serde(skip)]
        part: Part,
    },
    /// Whether policies allow an action could not be told.
    Undecided {
        #[schemars(with = "Name")]
        action: Action,
    },
    /// The policies and AWS's simulator contradict each other.
    WitnessesDisagree {
        #[schemars(with = "Name")]
        action: Action,
    },
    /// The page opens in parts, and some need an action that is not allowed.
    Part {
        #[schemars(with = "Name")]
        action: Action,
    },
    /// The root user's switch, which could not be seen.
    Switch,
    /// The switch could not be seen, and AWS does not say whether it gates this page.
    SwitchPerhapsUnseen,
    /// The switch is off, and AWS does not say whether it gates this page.
    SwitchPerhaps,
    /// AWS refused an action, and nothing explains why.
    Refused {
        #[schemars(with = "Name")]
        action: Action,
    },
    /// Cost Explorer itself did not answer.
    CostExplorer {
        #[serde(skip)]
        gap: Box<Gap>,
    },
    /// Cost Explorer was left out because the person asked for it.
    CostExplorerLeftOut,
}

impl Requirement {
    /// Whether the person chose not to look.
    pub fn is_by_choice(&self) -> bool {
        matches!(self, Self::CostExplorerLeftOut)
    }
}
