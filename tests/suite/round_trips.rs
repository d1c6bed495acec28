//! The longest chain of calls that wait for each other: what a slow network multiplies.

use std::time::Duration;

use fake_aws::{Fault, Faults, FaultyAws, RecordedCall};

use crate::tool::settings_for;

/// Collects from the account with two groups and six managed policies, each call taking 100 ms, and tells the calls.
fn collect(faults: Faults) -> Vec<RecordedCall> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let account = fake_aws::account("healthy").expect("is there");
        let faults = faults.everywhere(Fault::Delay(Duration::from_millis(100)));
        let aws = FaultyAws::new(account.clone(), faults).expect("it is whole");
        let settings = settings_for(&account, &aws);
        let evidence = billing_doctor::aws::collect(&settings)
            .await
            .expect("collects");
        assert_eq!(evidence.policies.identity.read.len(), 7);
        aws.requests()
    })
}

/// The longest sequence of calls each of which started after the one before was answered. It can only be too long,
/// never too short, whatever else the machine does.
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

#[test]
fn at_most_four_calls_wait_for_each_other() {
    let calls = collect(Faults::none());
    assert!(calls.len() > 30, "{}", calls.len());
    let chain = longest_chain(calls);
    assert!(chain.len() <= 4, "{chain:#?}");
}

#[test]
fn at_most_five_where_the_versions_must_be_asked_one_by_one() {
    let refused = Fault::Refuse {
        status: 403,
        code: "AccessDenied".to_owned(),
        message: "no".to_owned(),
    };
    let calls = collect(Faults::none().on("iam", "ListPolicies", refused));
    let chain = longest_chain(calls);
    assert!(chain.len() <= 5, "{chain:#?}");
}
