//! One way to make a call: with a deadline, noted down, its failure turned into a gap.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::time::Instant;

use super::calls::{CALLS, Call};
use super::gap;
use crate::evidence::{CallRecord, Gap};

/// Makes calls and remembers how they went.
pub(super) struct Asker {
    timeout: Duration,
    /// When the whole collection ends.
    deadline: Instant,
    /// Nothing to sign with: every call but is this gap.
    no_credentials: Option<Gap>,
    /// Whether AWS charges for answers that have a price.
    charged: bool,
    records: Mutex<BTreeMap<&'static str, CallRecord>>,
}

impl Asker {
    pub(super) fn new(
        timeout: Duration,
        overall: Duration,
        no_credentials: Option<Gap>,
        charged: bool,
    ) -> Self {
        Self {
            timeout,
            deadline: Instant::now() + overall,
            no_credentials,
            charged,
            records: Mutex::default(),
        }
    }

    /// Awaits the answer to one call.
    ///
    /// # Errors
    ///
    /// The gap that the call leaves where it was refused, failed or took too long. The future is dropped then.
    pub(super) fn ask<T, E>(
        &self,
        call: &'static Call,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> impl Future<Output = Result<T, Gap>>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        // The SDK's futures are large, and forty of them side by side would not fit on a thread's stack.
        let request = Box::pin(request);
        async move {
            if let Some(gap) = &self.no_credentials {
                return Err(Gap {
                    fact: call.fact.to_owned(),
                    cause: gap.cause.clone(),
                });
            }
            let start = Instant::now();
            // The SDK's own time-out does not cover every wait for a connection.
            let end = self.deadline.min(start + self.timeout);
            let answer = match tokio::time::timeout_at(end, request).await {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(error)) => Err(gap::gap(call, &error)),
                Err(_) => Err(gap::timed_out(call)),
            };
            self.note(call, start.elapsed(), answer.is_ok());
            answer
        }
    }

    fn note(&self, call: &'static Call, took: Duration, answered: bool) {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let record = records.entry(call.name).or_insert_with(|| CallRecord {
            call: call.name.to_owned(),
            times: 0,
            answered: 0,
            slowest_ms: 0,
            cost_usd: 0.0,
        });
        record.times += 1;
        record.slowest_ms = record
            .slowest_ms
            .max(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        if answered {
            record.answered += 1;
            // "Each successful request costs"; a failed one is not charged.
            // Source: https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/
            if self.charged {
                record.cost_usd += call.price_usd;
            }
        }
    }

    /// What was called, in the order of the table.
    pub(super) fn records(&self) -> Vec<CallRecord> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        CALLS
            .iter()
            .filter_map(|call| records.get(call.name).cloned())
            .collect()
    }
}
