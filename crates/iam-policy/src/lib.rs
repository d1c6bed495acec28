//! What AWS policies say about a request, as far as anyone can know it.
//!
//! AWS answers yes or no because it sees the whole request. A tool that reads policies from outside does not: it may
//! not know the caller's network or session tags, and it may not be allowed to read the organization's policies. So
//! every judgement here has three values, and an answer that is given as definite stays the same whatever is learned
//! later: an unknown key becoming known or absent, a layer becoming readable.
//!
//! Parse each [`Document`] once, arrange [`Policy`] values into [`Layer`]s, ask [`authorize`].

mod action;
mod arn;
mod authorize;
mod batch;
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
mod verdict;

pub use action::action_matches;
pub use authorize::authorize;
pub use batch::{Question, Subject, authorize_each};
pub use caller::{Caller, Channel, Identity};
pub use condition::{Comparison, Operator, Order, Quantifier};
pub use document::{Document, DocumentError};
#[doc(hidden)]
pub use json::{Node, percent_decode};
pub use layer::{Layer, LayerKind, Policy, PolicyId, Unreadable};
pub use rcp::resource_control_policies_reach;
pub use request::{Context, ContextValue, PrincipalKind, Request, Resource};
pub use requirement::{Requirement, Residual, ResidualCondition, ResidualPart, ResidualResource};
pub use statement::{Effect, Statement};
pub use verdict::{Decision, Dependency, LayerOutcome, LayerVerdict, StatementRef, Verdict};
