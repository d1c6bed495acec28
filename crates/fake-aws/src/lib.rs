//! A made-up AWS with one account in it, as a function from request to response.
//!
//! [`FakeAws`] speaks the wire protocols of the nine services that a diagnosis asks, for an [`Account`] described in
//! a readable JSON file. It has no clock, no socket and no thread: the caller gives the request and the time. Nothing
//! in it is canned: the policy engine judges each call against the account's own policies, and a refusal has AWS's
//! words.
//!
//! ```
//! use http::Request;
//! use jiff::Timestamp;
//!
//! let account = fake_aws::account("healthy").unwrap();
//! let aws = fake_aws::FakeAws::new(account).unwrap();
//! let request = Request::post("/")
//!     .header("content-type", "application/x-www-form-urlencoded")
//!     .body(b"Action=GetCallerIdentity&Version=2011-06-15".to_vec());
//! let response = aws.respond(&request.unwrap(), Timestamp::UNIX_EPOCH);
//! assert_eq!(response.status(), 200);
//! ```
//!
//! ```text
//! call           HTTP request → service, operation, parameters
//! credentials    expired, rejected, signed at the wrong time
//! services       one file per service (IAM: one per job)
//!   authorization  the engine's verdict, refused in AWS's words
//!   world          an Account with its cross-references resolved
//!     sources        the policies that take part in a decision
//!     check          whether the account is whole
//! reply          answer or error → the protocol's envelope (xml, json)
//! server         for tests: faults, the log of calls, loopback (feature `server`)
//! ```

mod account;
mod accounts;
mod authorization;
mod call;
mod check;
mod clock;
mod credentials;
mod layers;
mod reply;
#[cfg(feature = "server")]
mod server;
mod services;
mod sources;
mod world;
mod xml;

use http::{Request, Response};
use jiff::Timestamp;

pub use account::{
    AccessKey, Account, AlternateContact, Budget, Caller, ContactInformation, CostExplorer,
    Credentials, Credit, FeatureSet, FreeTierUsage, Group, IamAccess, InlinePolicy, JoinedMethod,
    ManagedPolicy, OldVersion, Organization, Plan, PlanType, Role, RoleSession, RootUser,
    ServiceControlPolicy, ServiceSpend, SwitchChange, Target, User, merge,
};
pub use accounts::{ACCOUNTS, account};
#[cfg(feature = "server")]
pub use server::{Fault, Faults, FaultyAws, RecordedCall, Responder};

use call::Call;
use world::World;

/// An AWS with one account in it.
#[derive(Debug)]
pub struct FakeAws {
    world: World,
}

impl FakeAws {
    /// An account that refers to something that does not exist is an error: one sentence.
    pub fn new(account: Account) -> Result<FakeAws, String> {
        World::new(account).map(|world| FakeAws { world })
    }

    /// What AWS answers to the request at that time.
    pub fn respond(&self, request: &Request<Vec<u8>>, now: Timestamp) -> Response<Vec<u8>> {
        self.answer(&Call::read(request, now))
    }

    /// The same AWS after somebody has mended the account, where its description says how.
    pub fn mended(&self) -> Option<FakeAws> {
        FakeAws::new(self.world.account().mended()?).ok()
    }

    fn answer(&self, call: &Call) -> Response<Vec<u8>> {
        reply::response(call, services::answer(&self.world, call))
    }
}
