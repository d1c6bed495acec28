//! What was called, when and by whom.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Request;
use tokio::time::Instant;

use super::faults::service_name;
use crate::call::Call;

/// A call that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCall {
    /// `iam`, `sts`, `ce`, …
    pub service: String,
    pub operation: String,
    /// When it came, since the log began.
    pub started: Duration,
    /// When it was answered; none while it is not.
    pub finished: Option<Duration>,
    /// How many calls were in flight when it came, itself counted.
    pub in_flight: usize,
    /// The access key that signed it.
    pub access_key_id: Option<String>,
    /// The Region it was signed for.
    pub region: Option<String>,
    pub body: String,
}

#[derive(Debug)]
pub(super) struct Log {
    began: Instant,
    in_flight: AtomicUsize,
    calls: Mutex<Vec<RecordedCall>>,
}

impl Log {
    pub(super) fn new() -> Log {
        Log {
            began: Instant::now(),
            in_flight: AtomicUsize::new(0),
            calls: Mutex::new(Vec::new()),
        }
    }

    pub(super) fn calls(&self) -> MutexGuard<'_, Vec<RecordedCall>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The entry of a call in the log, open while the call is in flight.
pub(super) struct Record {
    log: Arc<Log>,
    number: usize,
}

impl Record {
    pub(super) fn open(log: &Arc<Log>, call: &Call, request: &Request<Vec<u8>>) -> Record {
        let mut calls = log.calls();
        let in_flight = log.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        calls.push(RecordedCall {
            service: service_name(call).to_owned(),
            operation: call.operation.clone(),
            started: log.began.elapsed(),
            finished: None,
            in_flight,
            access_key_id: access_key_id(request),
            region: call.signature.region.clone(),
            body: String::from_utf8_lossy(request.body()).into_owned(),
        });
        Record {
            log: Arc::clone(log),
            number: calls.len() - 1,
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.log.in_flight.fetch_sub(1, Ordering::Relaxed);
        let now = self.log.began.elapsed();
        if let Some(call) = self.log.calls().get_mut(self.number) {
            call.finished = Some(now);
        }
    }
}

fn access_key_id(request: &Request<Vec<u8>>) -> Option<String> {
    let signature = request.headers().get("authorization")?.to_str().ok()?;
    let (_, scope) = signature.split_once("Credential=")?;
    let (id, _) = scope.split_once('/')?;
    Some(id.to_owned())
}
