#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod action;
mod arn;
mod authorize;
mod caller;
mod condition;
mod document;
mod form;
mod json;
mod layer;
mod pattern;
mod rcp;
mod request;
mod requirement;
mod scalar;
mod statement;
mod template;
pub mod text;
mod truth;
mod unmet;
mod verdict;

pub use action::action_matches;
pub use authorize::authorize;
pub use caller::{Caller, Channel, Identity};
pub use condition::{Comparison, Operator, Order, Quantifier, ResidualCondition};
pub use document::{Document, DocumentError};
#[doc(hidden)]
pub use json::{Node, percent_decode};
pub use layer::{Layer, LayerKind, Policy, PolicyId, StatementRef, Unreadable, statement};
pub use rcp::resource_control_policies_reach;
pub use request::{Context, ContextValue, PrincipalKind, Request, Resource};
pub use requirement::{Requirement, Residual, ResidualPart, ResidualResource};
pub use statement::{Effect, Statement};
pub use unmet::{Unmet, unmet_conditions};
pub use verdict::{Decision, Dependency, LayerOutcome, LayerVerdict, Verdict};
