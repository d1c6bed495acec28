//! The table of calls is what is on the wire: no more, no less, and nothing that changes anything.

use std::collections::BTreeSet;

use billing_doctor::testing::aws::settings::Settings;
use billing_doctor::testing::catalog::calls::CALLS;
use fake_aws::{ACCOUNTS, Fault, Faults, FaultyAws};

use crate::tool::settings_for;

/// The calls that collecting from every made-up account makes, `service:Operation`.
fn made(free: bool, faults: impl Fn() -> Faults) -> BTreeSet<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut made = BTreeSet::new();
    for (name, _) in ACCOUNTS {
        runtime.block_on(async {
            let account = fake_aws::account(name).expect("is there");
            let aws = FaultyAws::new(account.clone(), faults()).expect("it is whole");
            let settings = Settings {
                free,
                ..settings_for(&account, &aws)
            };
            let evidence = billing_doctor::testing::aws::collect(&settings).await;
            evidence.expect("collects");
            let details = billing_doctor::testing::aws::account_details(&settings).await;
            details.expect("collects");
            let calls = aws.requests().into_iter();
            made.extend(calls.map(|call| format!("{}:{}", call.service, call.operation)));
        });
    }
    made
}

fn refused() -> Fault {
    Fault::Refuse {
        status: 403,
        code: "AccessDenied".to_owned(),
        message: "no".to_owned(),
    }
}

#[test]
fn every_call_on_the_wire_is_in_the_table_and_the_other_way_round() {
    let mut made = made(false, Faults::none);
    // What is asked where the better call is refused.
    made.extend(self::made(false, || {
        Faults::none().on("iam", "ListPolicies", refused()).on(
            "organizations",
            "DescribeAccount",
            refused(),
        )
    }));
    let table: BTreeSet<String> = CALLS.iter().map(|call| call.name.to_owned()).collect();
    assert_eq!(made, table);
}

#[test]
fn every_call_on_the_wire_reads() {
    for call in made(false, Faults::none) {
        let (_, operation) = call.split_once(':').expect("service:Operation");
        let verbs = ["Get", "List", "Describe", "Lookup", "Simulate"];
        assert!(
            verbs.iter().any(|verb| operation.starts_with(verb)),
            "{call}"
        );
    }
}

#[test]
fn nothing_on_the_wire_costs_money_with_free() {
    let free = made(true, Faults::none);
    let paid: Vec<&str> = CALLS
        .iter()
        .filter(|call| call.price_usd > 0.0)
        .map(|call| call.name)
        .collect();
    assert!(!paid.is_empty());
    for name in paid {
        assert!(!free.contains(name), "{name}");
    }
}
