//! What was called and by whom.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Request;

use super::faults::service_name;
use crate::call::Call;

/// A call that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCall {
    /// `iam`, `sts`, `ce`, …
    pub service: String,
    pub operation: String,
    /// The access key that signed it.
    pub access_key_id: Option<String>,
    /// The Region it was signed for.
    pub region: Option<String>,
    pub body: String,
}

#[derive(Debug, Default)]
pub(super) struct Log(Mutex<Vec<RecordedCall>>);

impl Log {
    pub(super) fn calls(&self) -> MutexGuard<'_, Vec<RecordedCall>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn record(&self, call: &Call, request: &Request<Vec<u8>>) {
        self.calls().push(RecordedCall {
            service: service_name(call).to_owned(),
            operation: call.operation.clone(),
            access_key_id: access_key_id(request),
            region: call.signature.region.clone(),
            body: String::from_utf8_lossy(request.body()).into_owned(),
        });
    }
}

fn access_key_id(request: &Request<Vec<u8>>) -> Option<String> {
    let signature = request.headers().get("authorization")?.to_str().ok()?;
    let (_, scope) = signature.split_once("Credential=")?;
    let (id, _) = scope.split_once('/')?;
    Some(id.to_owned())
}
