//! An AWS where things go wrong on purpose.

use std::fmt;
use std::future::Future;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use http::{Request, Response};
use jiff::Timestamp;

use super::faults::{self, Fault, Faults};
use super::log::{Log, Record, RecordedCall};
use crate::FakeAws;
use crate::account::Account;
use crate::call::Call;

/// A [`FakeAws`] where something goes wrong, and which remembers its calls. Copies are the same AWS.
#[derive(Debug, Clone)]
pub struct FaultyAws {
    state: Arc<RwLock<Arc<State>>>,
    log: Arc<Log>,
}

/// The account and what goes wrong with it, until it is changed.
#[derive(Debug)]
struct State {
    aws: FakeAws,
    faults: Faults,
}

impl State {
    fn new(account: Account, faults: Faults) -> io::Result<Arc<State>> {
        let aws = FakeAws::new(account)
            .map_err(|reason| io::Error::new(io::ErrorKind::InvalidInput, reason))?;
        Ok(Arc::new(State { aws, faults }))
    }
}

/// A response and whether all of it arrives.
pub(super) enum Answered {
    Whole(Response<Vec<u8>>),
    CutOff(Response<Vec<u8>>),
}

impl FaultyAws {
    /// An account that is not whole is an error.
    pub fn new(account: Account, faults: Faults) -> io::Result<FaultyAws> {
        Ok(FaultyAws {
            state: Arc::new(RwLock::new(State::new(account, faults)?)),
            log: Arc::new(Log::new()),
        })
    }

    /// From now on it is this account, and this goes wrong. An account that is not whole is an error.
    pub fn change(&self, account: Account, faults: Faults) -> io::Result<()> {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = State::new(account, faults)?;
        Ok(())
    }

    /// Answers a request without a socket; an error is a connection that broke.
    pub fn respond(
        &self,
        request: Request<Vec<u8>>,
    ) -> impl Future<Output = io::Result<Response<Vec<u8>>>> + Send + use<> {
        let aws = self.clone();
        async move {
            match aws.answered(request).await {
                Ok(Answered::Whole(response)) => Ok(response),
                Ok(Answered::CutOff(_)) | Err(Closed) => Err(io::Error::new(
                    io::ErrorKind::ConnectionReset,
                    "connection closed before message completed",
                )),
            }
        }
    }

    /// The calls so far, in the order in which they came.
    pub fn requests(&self) -> Vec<RecordedCall> {
        self.log.calls().clone()
    }

    pub(super) async fn answered(&self, request: Request<Vec<u8>>) -> Result<Answered, Closed> {
        let call = Call::read(&request, Timestamp::now());
        let _record = Record::open(&self.log, &call, &request);
        let state = Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner));
        let delay = state.faults.delay(&call);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let answer = || state.aws.answer(&call);
        Ok(match state.faults.strike(&call) {
            Some(Fault::Stall) => std::future::pending().await,
            Some(Fault::Reset) => return Err(Closed),
            Some(Fault::Truncate) => Answered::CutOff(answer()),
            Some(fault) => Answered::Whole(faults::response(fault, &call).unwrap_or_else(answer)),
            None => Answered::Whole(answer()),
        })
    }
}

/// The connection is to be closed without an answer.
#[derive(Debug)]
pub(super) struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closed on purpose")
    }
}

impl std::error::Error for Closed {}
