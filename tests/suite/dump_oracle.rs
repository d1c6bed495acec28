//! Accounts at random, judged by `check`, by `audit` and by an independent simulator, which is asked with the ARNs that
//! the actions act on.

use std::collections::BTreeMap;

use billing_doctor::testing::audit::{Can, Power, audit};
use billing_doctor::testing::diagnose::layers::{Engine, Way};
use billing_doctor::testing::evidence::dump::{self, Details};
use billing_doctor::testing::evidence::{AttachedPolicy, Observed, ServiceControlLevel, Via};
use iam_policy::Decision;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const ACCOUNTS: usize = 50;
const PRINCIPALS: usize = 40;
const NOW: i64 = 1_795_000_000;

/// Actions, each with things that it may act on.
const ACTIONS: &[(&str, &[&str])] = &[
    (
        "budgets:ModifyBudget",
        &[
            "arn:aws:budgets::111122223333:budget/team-a",
            "arn:aws:budgets::111122223333:budget/other",
        ],
    ),
    (
        "account:CloseAccount",
        &["arn:aws:account::111122223333:account"],
    ),
    (
        "ce:GetCostAndUsage",
        &[
            "arn:aws:billing::111122223333:billingview/primary",
            "arn:aws:billing::111122223333:billingview/custom-1",
        ],
    ),
    ("ce:DescribeReport", &["*"]),
    ("billing:GetCredits", &["*"]),
    ("payments:MakePayment", &["*"]),
];

/// An account's users, boundary and organization.
#[derive(Clone, Debug)]
struct Case {
    statements: Vec<Value>,
    boundary: Option<Vec<Value>>,
}

fn statement() -> impl Strategy<Value = Value> {
    let actions = select(&[
        "*",
        "*",
        "*",
        "*",
        "budgets:*",
        "budgets:ModifyBudget",
        "budgets:View*",
        "ce:*",
        "ce:Get*",
        "ce:DescribeReport",
        "account:*",
        "account:CloseAccount",
        "billing:*",
        "payments:*",
        "s3:*",
    ]);
    let resources = select(&[
        "*",
        "*",
        "*",
        "arn:aws:budgets::111122223333:budget/*",
        "arn:aws:budgets::111122223333:budget/team-*",
        "arn:aws:budgets::999988887777:budget/*",
        "arn:aws:*:*:111122223333:*",
        "arn:aws:account::111122223333:account",
        "arn:aws:billing::111122223333:billingview/*",
        "arn:aws:billing::111122223333:billingview/primary",
        "arn:aws:billing::111122223333:billingview/custom-*",
    ]);
    let condition = prop::option::weighted(
        0.3,
        select(&[
            r#"{"StringEquals": {"aws:RequestedRegion": "us-east-1"}}"#,
            r#"{"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}"#,
            r#"{"StringNotLike": {"aws:RequestedRegion": "eu-*"}}"#,
            r#"{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}"#,
            r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/a*"}}"#,
            r#"{"StringNotEquals": {"aws:username": "alice"}}"#,
        ]),
    );
    (any::<[bool; 3]>(), actions, resources, condition).prop_map(
        |([a, b, negated], action, resource, condition)| {
            let effect = if a && b { "Deny" } else { "Allow" };
            let name = if negated && action != "*" && effect == "Deny" && resource == "*" {
                "NotAction"
            } else {
                "Action"
            };
            let mut statement = json!({"Effect": effect, name: action, "Resource": resource});
            if let Some(condition) = condition {
                statement["Condition"] = serde_json::from_str(condition).expect("JSON");
            }
            statement
        },
    )
}

fn case() -> impl Strategy<Value = Case> {
    let statements = || prop::collection::vec(statement(), 1..4);
    (statements(), prop::option::weighted(0.25, statements())).prop_map(|(statements, boundary)| {
        Case {
            statements,
            boundary,
        }
    })
}

fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn arn(number: usize) -> String {
    format!("arn:aws:iam::111122223333:user/{}", name(number))
}

/// One of the names is in the conditions.
fn name(number: usize) -> String {
    match number {
        0 => "alice".to_owned(),
        _ => format!("user{number}"),
    }
}

fn dump_of(cases: &[Case]) -> Details {
    let mut users = Vec::new();
    let mut policies = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let mut user = json!({
            "UserName": name(number), "Arn": arn(number), "Path": "/",
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document(&case.statements)}],
        });
        if let Some(boundary) = &case.boundary {
            let arn = format!("arn:aws:iam::111122223333:policy/limit{number}");
            user["PermissionsBoundary"] = json!({"PermissionsBoundaryArn": arn});
            policies.push(json!({
                "PolicyName": format!("limit{number}"), "Arn": arn, "DefaultVersionId": "v1",
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document(boundary)}],
            }));
        }
        users.push(user);
    }
    let dump = json!({"UserDetailList": users, "GroupDetailList": [], "RoleDetailList": [], "Policies": policies});
    dump::read(dump.to_string().as_bytes()).expect("a dump")
}

/// The organization's root: its policies allow something, or they would not be all.
fn level(statements: &[Value]) -> ServiceControlLevel {
    ServiceControlLevel {
        target: "root".to_owned(),
        policies: Observed::Known {
            value: vec![AttachedPolicy {
                name: "guardrail".to_owned(),
                arn: None,
                via: Via::Organization("root".to_owned()),
                document: Observed::Known {
                    value: document(statements).to_string(),
                },
            }],
        },
    }
}

fn simulation(case: &Case, scp: &[Value], number: usize, action: &str, resource: &str) -> Value {
    let mut simulation = json!({
        "request": {
            "principal": arn(number),
            "action": action,
            "resource": {"resource": resource, "accountId": "111122223333"},
            "contextVariables": {
                "aws:RequestedRegion": "us-east-1",
                "aws:PrincipalAccount": "111122223333",
                "aws:PrincipalArn": arn(number),
                "aws:username": name(number),
            },
        },
        "identityPolicies": [{"name": "own", "policy": document(&case.statements)}],
        "serviceControlPolicies": [
            {"orgIdentifier": "r-a1b2", "policies": [{"name": "guardrail", "policy": document(scp)}]}
        ],
        "resourceControlPolicies": [],
    });
    if let Some(boundary) = &case.boundary {
        simulation["permissionBoundaryPolicies"] =
            json!([{"name": "limit", "policy": document(boundary)}]);
    }
    simulation
}

#[test]
fn check_and_audit_agree_with_an_independent_simulator_on_generated_accounts() {
    let mut runner = TestRunner::deterministic();
    let strategy = (
        prop::collection::vec(case(), PRINCIPALS),
        prop::collection::vec(statement(), 0..2),
    );
    let powers: Vec<Power> = ACTIONS
        .iter()
        .map(|(action, _)| Power {
            id: (*action).to_owned(),
            title: String::new(),
            actions: vec![(*action).to_owned()],
        })
        .collect();
    let mut simulations = Vec::new();
    let mut answers: Vec<(String, Can, usize)> = Vec::new();
    for _ in 0..ACCOUNTS {
        let (cases, mut scp) = strategy.new_tree(&mut runner).expect("a case").current();
        scp.push(json!({"Effect": "Allow", "Action": "*", "Resource": "*"}));
        let details = dump_of(&cases);
        let levels = Observed::Known {
            value: vec![level(&scp)],
        };
        let found = audit(&details, Some(&levels), powers.clone(), NOW);
        let by_arn: BTreeMap<&str, _> = found
            .principals
            .iter()
            .map(|principal| (principal.arn.as_str(), &principal.answers))
            .collect();
        for (number, case) in cases.iter().enumerate() {
            let now = "2026-11-23T12:00:00Z".to_owned();
            let evidence = dump::evidence(&details, &arn(number), Some(vec![level(&scp)]), now);
            let engine = Engine::new(&evidence.expect("it is in the dump"));
            for (action, resources) in ACTIONS {
                let audited = by_arn[arn(number).as_str()][*action].can;
                let checked = match engine.authorize(Way::Console, action).decision {
                    Decision::Allowed => Can::Yes,
                    Decision::Undetermined | Decision::AllowedOnSome => Can::Depends,
                    _ => Can::No,
                };
                assert_eq!(audited, checked, "{action}: {case:?}");
                let asked = resources
                    .iter()
                    .map(|resource| simulation(case, &scp, number, action, resource));
                simulations.extend(asked);
                answers.push(((*action).to_owned(), audited, resources.len()));
            }
        }
    }
    let decisions = crate::policy_oracle::decisions("oracle-dumps", &simulations);
    let mut rest = decisions.as_slice();
    let mut asked = simulations.as_slice();
    let mut count: BTreeMap<Can, usize> = BTreeMap::new();
    for (action, can, number) in answers {
        let (of_this, others) = rest.split_at(number);
        let (simulation, other_simulations) = asked.split_at(number);
        (rest, asked) = (others, other_simulations);
        let allowed = |one: &Option<String>| one.as_deref() == Some("Allowed");
        let judged = of_this.iter().all(Option::is_some);
        assert!(judged, "{}", simulation[0]);
        match can {
            // A request may name any billing view, and one that works is enough.
            Can::Yes if action == "ce:GetCostAndUsage" => {
                assert!(of_this.iter().any(allowed), "{}", simulation[0]);
            }
            Can::Yes => assert!(of_this.iter().all(allowed), "{}", simulation[0]),
            Can::No => assert!(!of_this.iter().any(allowed), "{}", simulation[0]),
            Can::Depends => {}
        }
        *count.entry(can).or_default() += 1;
    }
    let of = |can: Can| count.get(&can).copied().unwrap_or_default();
    let total = ACCOUNTS * PRINCIPALS * ACTIONS.len();
    assert!(of(Can::Yes) > total / 10, "{count:?}");
    assert!(of(Can::No) > total / 10, "{count:?}");
    assert!(
        of(Can::Depends) > 0 && of(Can::Depends) < total / 10,
        "{count:?}"
    );
}
