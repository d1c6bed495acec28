//! A made-up AWS account on loopback.
//!
//! [`Responder`] is a small HTTP server that speaks the wire protocols of the nine services that a
//! diagnosis asks, for one [`Account`] described in a readable JSON file. The tool's ordinary SDK
//! clients talk to it, so `check --demo NAME` runs the whole pipeline, and the tests run it with
//! [`Faults`] injected. Nothing in it is canned: each call is authorised by the policy engine
//! against the account's own policies, and refused in AWS's words.
//!
//! ```text
//! server    sockets, HTTP, the log of calls
//!   faults    what goes wrong on purpose
//!   call      HTTP request → service, operation, parameters
//!   credentials  expired, rejected, signed at the wrong time
//!   services  one file per service (IAM: one per job)
//!     authorization  the engine's verdict, refused in AWS's words
//!     world          an Account with its cross-references resolved
//!       sources        the policies that take part in a decision
//!       check          whether the account is whole
//!   reply     answer or error → the protocol's envelope (xml, json)
//! ```

mod account;
mod accounts;
mod authorization;
mod call;
mod check;
mod clock;
mod credentials;
mod faults;
mod layers;
mod reply;
mod server;
mod services;
mod sources;
mod world;
mod xml;

pub use account::{
    AccessKey, Account, AlternateContact, Budget, Caller, ContactInformation, CostExplorer,
    Credentials, Credit, FeatureSet, FreeTierUsage, Group, IamAccess, InlinePolicy, JoinedMethod,
    ManagedPolicy, OldVersion, Organization, Plan, PlanType, Role, RoleSession, RootUser,
    ServiceControlPolicy, ServiceSpend, SwitchChange, Target, User,
};
pub use accounts::{ACCOUNTS, UnknownAccount, account};
pub use faults::{Fault, Faults};
pub use server::{RecordedCall, Responder};
