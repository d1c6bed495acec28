//! The longest chain of calls that wait for each other: what a slow network multiplies.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use billing_doctor::testing::aws::demo::{Answers, Demo};
use billing_doctor::testing::aws::settings::Settings;
use fake_aws::{Fault, Faults, FaultyAws};
use futures_util::future::{BoxFuture, FutureExt};
use tokio::sync::Notify;
use tokio::task::yield_now;

use crate::tool::settings_for;

/// Answers in rounds: whatever was asked is answered together, as soon as nobody has anything to do but wait. So the
/// number of rounds is the length of the longest chain, however fast the machine is.
#[derive(Clone, Debug)]
struct Rounds {
    aws: FaultyAws,
    /// The operations of the calls that wait.
    waiting: Arc<Mutex<Vec<String>>>,
    answer: Arc<Notify>,
}

impl Answers for Rounds {
    fn answer(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> BoxFuture<'static, io::Result<http::Response<Vec<u8>>>> {
        let round = self.clone();
        async move {
            let response = round.aws.respond(request).await;
            let answered = round.answer.notified();
            let what = round.aws.requests().pop().expect("it was recorded");
            round.waiting().push(what.operation);
            answered.await;
            response
        }
        .boxed()
    }
}

impl Rounds {
    fn waiting(&self) -> MutexGuard<'_, Vec<String>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The calls of the next round, once there are any and no more come.
    async fn next(&self) -> Vec<String> {
        /// So often everybody is given the chance to go on.
        const QUIET: usize = 100;
        let (mut seen, mut quiet) = (0, 0);
        while seen == 0 || quiet < QUIET {
            yield_now().await;
            let now = self.waiting().len();
            quiet = if now == seen { quiet + 1 } else { 0 };
            seen = now;
        }
        std::mem::take(&mut *self.waiting())
    }
}

/// Collects from the account with two groups and six managed policies, and tells the rounds.
fn collect(faults: Faults) -> Vec<Vec<String>> {
    let account = fake_aws::account("healthy").expect("is there");
    let rounds = Rounds {
        aws: FaultyAws::new(account.clone(), faults).expect("it is whole"),
        waiting: Arc::default(),
        answer: Arc::default(),
    };
    let settings = settings_for(&account, &rounds.aws);
    let settings = Settings {
        demo: settings.demo.map(|demo| Demo {
            answers: Arc::new(rounds.clone()),
            ..demo
        }),
        ..settings
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut past = Vec::new();
    let evidence = runtime.block_on(async {
        let mut collecting = std::pin::pin!(billing_doctor::testing::aws::collect(&settings));
        loop {
            tokio::select! {
                evidence = &mut collecting => break evidence.expect("collects"),
                round = rounds.next() => {
                    past.push(round);
                    rounds.answer.notify_waiters();
                }
            }
        }
    });
    assert_eq!(evidence.policies.identity.read.len(), 7);
    past
}

#[test]
fn at_most_four_calls_wait_for_each_other() {
    let rounds = collect(Faults::none());
    assert!(rounds.concat().len() > 30, "{rounds:#?}");
    assert!(rounds.len() <= 4, "{rounds:#?}");
}

#[test]
fn at_most_five_where_the_versions_must_be_asked_one_by_one() {
    let refused = Fault::Refuse {
        status: 403,
        code: "AccessDenied".to_owned(),
        message: "no".to_owned(),
    };
    let rounds = collect(Faults::none().on("iam", "ListPolicies", refused));
    assert!(rounds.len() <= 5, "{rounds:#?}");
}
