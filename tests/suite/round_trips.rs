//! The longest chain of calls that wait for each other: what a slow network multiplies.

use std::time::Duration;

use fake_aws::{Fault, Faults, FaultyAws, RecordedCall};

use crate::tool::settings_for;

/// Collects from the account with two groups and six managed policies, each call taking this long.
fn collect(faults: Faults, delay: Duration) -> Vec<RecordedCall> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let account = fake_aws::account("healthy").expect("is there");
        let faults = faults.everywhere(Fault::Delay(delay));
        let aws = FaultyAws::new(account.clone(), faults).expect("it is whole");
        let settings = settings_for(&account, &aws);
        let evidence = billing_doctor::aws::collect(&settings)
            .await
            .expect("collects");
        assert_eq!(evidence.policies.identity.read.len(), 7);
        aws.requests()
    })
}

/// The longest sequence of calls each of which started after the one before was answered. It is never too short. It
/// is too long where the machine takes longer to send a call than AWS to answer the one beside it.
fn longest_chain(mut calls: Vec<RecordedCall>) -> Vec<String> {
    calls.sort_by_key(|call| call.started);
    let mut chains: Vec<Vec<String>> = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        let mut chain = (0..index)
            .filter(|earlier| {
                calls[*earlier]
                    .finished
                    .is_some_and(|end| end <= call.started)
            })
            .map(|earlier| chains[earlier].clone())
            .max_by_key(Vec::len)
            .unwrap_or_default();
        chain.push(format!(
            "{} {:?}..{:?}",
            call.operation, call.started, call.finished
        ));
        chains.push(chain);
    }
    chains.into_iter().max_by_key(Vec::len).unwrap_or_default()
}

/// No chain is longer than this. A chain that is too long because the machine is busy is shorter with slower answers.
fn at_most(longest: usize, faults: impl Fn() -> Faults) {
    let mut chain = Vec::new();
    for delay in [100, 400, 1_600, 6_400, 25_600].map(Duration::from_millis) {
        let calls = collect(faults(), delay);
        assert!(calls.len() > 30, "{}", calls.len());
        chain = longest_chain(calls);
        if chain.len() <= longest {
            return;
        }
    }
    panic!("{chain:#?}");
}

#[test]
fn at_most_four_calls_wait_for_each_other() {
    at_most(4, Faults::none);
}

#[test]
fn at_most_five_where_the_versions_must_be_asked_one_by_one() {
    at_most(5, || {
        let refused = Fault::Refuse {
            status: 403,
            code: "AccessDenied".to_owned(),
            message: "no".to_owned(),
        };
        Faults::none().on("iam", "ListPolicies", refused)
    });
}
