//! Changes of policies: the engine has tried every one that a report prints.

use std::sync::LazyLock;

use billing_doctor::diagnose::diagnosis::diagnose;
use billing_doctor::diagnose::fix::Change;
use billing_doctor::diagnose::question::{Question, Want};
use billing_doctor::evidence::{AttachedPolicy, Evidence, Observed, ServiceControlLevel, Via};
use fake_aws::Faults;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::scenarios::{account, evidence_of};
use crate::tool::{billing_doctor, demo_report, run, tool};

#[test]
fn every_change_of_a_demo_was_tried_and_suffices() {
    for (name, changes) in [
        ("no-billing-policy", 1),
        ("billing-read-only", 1),
        ("legacy-actions-only", 1),
        ("boundary", 1),
        ("identity-deny", 1),
        ("scp-region-lock-readable", 1),
        ("identity-center", 1),
    ] {
        let (_, report) = demo_report(name);
        let made = report["changes"].as_array().expect("changes");
        assert_eq!(made.len(), changes, "{name}: {made:#?}");
        let proof = &report["proof"];
        assert_eq!(proof["allowed"], proof["actions"], "{name}: {proof:#}");
        assert_eq!(proof["waiting"], json!({}), "{name}");
        assert_eq!(proof["notLifted"], json!([]), "{name}");
    }
}

#[test]
fn what_no_change_lifts_is_said() {
    // The service control policy that denies can't be read from this account.
    let (_, report) = demo_report("several-blockers");
    assert_eq!(report["proof"]["notLifted"], json!(["scp-denies-billing"]));
    let (_, report) = demo_report("iam-access-off");
    assert_eq!(
        (&report["changes"], &report["proof"]),
        (&json!([]), &Value::Null)
    );
}

#[test]
fn a_region_lock_gets_the_services_that_its_exemptions_lack() {
    let (_, report) = demo_report("scp-region-lock-readable");
    let change = &report["changes"][0];
    assert_eq!(change["target"], "ou-a1b2-workloads");
    let exempt = &change["document"]["Statement"][0]["NotAction"];
    let exempt = exempt.as_array().expect("a list");
    for service in ["billing:*", "payments:*", "freetier:*", "wafv2:*"] {
        assert!(exempt.contains(&json!(service)), "{service}: {exempt:?}");
    }
    // What was exempt already is not named twice.
    assert_eq!(
        exempt.iter().filter(|one| **one == json!("ce:*")).count(),
        1
    );
    let lines = change["diff"].as_array().expect("lines");
    assert!(
        lines
            .iter()
            .any(|line| line.as_str().is_some_and(|line| line.starts_with('+')))
    );
}

#[test]
fn what_is_denied_to_change_stays_denied() {
    let (_, report) = demo_report("identity-deny");
    let denied = report["changes"][0]["document"]["Statement"][0]["Action"].to_string();
    for kept in ["billing:Update*", "payments:Make*", "cur:*", "aws-portal:*"] {
        assert!(denied.contains(kept), "{kept}: {denied}");
    }
    assert!(!denied.contains("\"billing:*\""), "{denied}");
}

#[test]
fn the_policy_of_a_report_makes_simulate_allow_every_action_asked() {
    let (_, report) = demo_report("no-billing-policy");
    let added = report["causes"][0]["grant"]["policy"].clone();
    let own = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]});
    let ask = |policies: Value| {
        let actions = report["proof"]["actions"].as_array().expect("actions");
        let questions: String = actions
            .iter()
            .map(|action| {
                json!({"principal": "arn:aws:iam::111122223333:user/bob", "action": action,
                       "identityPolicies": policies})
                .to_string()
                    + "\n"
            })
            .collect();
        let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("questions.jsonl");
        std::fs::write(&file, questions).expect("target is writable");
        let output = run(tool()
            .args(["simulate", "-o", "json", "--input"])
            .arg(&file));
        assert_eq!(output.status, 0, "{}", output.stderr);
        output
            .stdout
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["decision"].clone())
            .collect::<Vec<Value>>()
    };
    let own = json!({"name": "Own", "document": own});
    let before = ask(json!([own]));
    assert!(
        before.iter().all(|decision| decision == "implicitDeny"),
        "{before:?}"
    );
    let after = ask(json!([own, {"name": "SeeBilling", "document": added}]));
    assert!(
        after.iter().all(|decision| decision == "allowed"),
        "{after:?}"
    );
}

#[test]
fn the_policy_command_gives_what_the_question_takes() {
    let policy = billing_doctor(["policy", "--page", "budgets", "--want", "manage"]).json();
    let actions = policy["Statement"][0]["Action"].to_string();
    assert!(actions.contains("budgets:ModifyBudget"), "{actions}");
    assert!(!actions.contains("ce:GetCostAndUsage"), "{actions}");
}

/// A healthy account's evidence; properties put other policies into it.
static HEALTHY: LazyLock<Evidence> = LazyLock::new(|| {
    evidence_of(
        account("healthy", json!({})),
        Faults::none(),
        None,
        &Question::default(),
    )
});

const PATTERNS: [&str; 14] = [
    "*",
    "billing:*",
    "billing:Get*",
    "billing:GetCredits",
    "billing:*Credits",
    "ce:*",
    "ce:Get*",
    "CE:getcost*",
    "budgets:ViewBudget",
    "budgets:*",
    "freetier:*",
    "payments:List*",
    "ec2:*",
    "s3:GetObject",
];

fn patterns() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(&PATTERNS[..]).prop_map(|one| json!(one)),
        prop::collection::vec(prop::sample::select(&PATTERNS[..]), 1..4)
            .prop_map(|many| json!(many)),
    ]
}

fn statement() -> impl Strategy<Value = Value> {
    let condition = prop_oneof![
        4 => Just(None),
        1 => Just(Some(json!({"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]}}))),
    ];
    (any::<bool>(), any::<bool>(), patterns(), condition).prop_map(
        |(deny, not, actions, condition)| {
            let mut statement =
                json!({"Effect": if deny { "Deny" } else { "Allow" }, "Resource": "*"});
            statement[if not { "NotAction" } else { "Action" }] = actions;
            if let (true, Some(condition)) = (deny, condition) {
                statement["Condition"] = condition;
            }
            statement
        },
    )
}

fn document() -> impl Strategy<Value = Value> {
    prop::collection::vec(statement(), 1..4)
        .prop_map(|statements| json!({"Version": "2012-10-17", "Statement": statements}))
}

fn policy(name: &str, via: Via, document: &Value) -> AttachedPolicy {
    AttachedPolicy {
        name: name.to_owned(),
        arn: Some(format!("arn:aws:iam::111122223333:policy/{name}")),
        via,
        document: Observed::Known {
            value: document.to_string(),
        },
    }
}

/// The healthy account with these policies in place of its own, and no answer of a billing service.
fn blocked(identity: &[Value], boundary: Option<&Value>, scp: Option<&Value>) -> Evidence {
    let mut evidence = HEALTHY.clone();
    let silent = || Observed::Unknown(billing_doctor::evidence::Gap::not_asked("it", "a test"));
    evidence.probes.cost_and_usage = silent();
    evidence.probes.credits = silent();
    evidence.probes.budgets = silent();
    evidence.probes.free_tier_usage = silent();
    evidence.probes.billing_views = silent();
    evidence.simulation =
        Observed::Unknown(billing_doctor::evidence::Gap::not_asked("it", "a test"));
    evidence.policies.identity.gaps.clear();
    evidence.policies.identity.read = identity
        .iter()
        .enumerate()
        .map(|(index, document)| {
            policy(
                &format!("Identity{index}"),
                Via::User("alice".to_owned()),
                document,
            )
        })
        .collect();
    if let Some(document) = boundary {
        evidence.policies.permissions_boundary = Observed::Known {
            value: policy("Boundary", Via::PermissionsBoundary, document),
        };
    }
    if let Some(document) = scp {
        let via = Via::Organization("r-a1b2".to_owned());
        evidence.policies.service_control = Observed::Known {
            value: vec![ServiceControlLevel {
                target: "r-a1b2".to_owned(),
                policies: Observed::Known {
                    value: vec![policy("Guardrail", via, document)],
                },
            }],
        };
    }
    evidence
}

fn with_change(mut evidence: Evidence, change: &Change, document: &Value) -> Evidence {
    let value = document.to_string();
    let known = || Observed::Known {
        value: value.clone(),
    };
    let policies = &mut evidence.policies;
    match change.policy.as_str() {
        "Boundary" => {
            policies.permissions_boundary = Observed::Known {
                value: policy("Boundary", Via::PermissionsBoundary, document),
            };
        }
        "Guardrail" => {
            if let Observed::Known { value: levels } = &mut policies.service_control {
                let Observed::Known { value } = &mut levels[0].policies else {
                    unreachable!("it was read");
                };
                value[0].document = known();
            }
        }
        name => match policies
            .identity
            .read
            .iter_mut()
            .find(|one| one.name == name)
        {
            Some(found) => found.document = known(),
            None => {
                policies
                    .identity
                    .read
                    .push(policy(name, Via::User("alice".to_owned()), document))
            }
        },
    }
    evidence
}

/// The actions that the pages need on which the answer rests.
fn still_refused(evidence: &Evidence, question: &Question) -> bool {
    let judgement = billing_doctor::diagnose::judgement::Judgement::of(evidence, question);
    question
        .pages()
        .iter()
        .filter(|asked| asked.decides)
        .flat_map(|asked| &asked.needs)
        .any(|action| !judgement.actions[action].blocks.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whoever_makes_the_printed_changes_is_no_longer_refused_and_no_statement_of_them_is_idle(
        identity in prop::collection::vec(document(), 1..3),
        boundary in prop::option::of(document()),
        scp in prop::option::of(document()),
        manage in any::<bool>(),
    ) {
        let evidence = blocked(&identity, boundary.as_ref(), scp.as_ref());
        let question = Question::about_billing(if manage { Want::Manage } else { Want::View });
        let diagnosis = diagnose(&evidence, &question);
        let plan = &diagnosis.plan;
        let Some(proof) = &plan.proof else {
            prop_assert!(diagnosis.causes.is_empty(), "{:?}", diagnosis.causes);
            return Ok(());
        };
        prop_assert!(proof.suffices(), "{proof:?}\n{:#?}", plan.changes);
        // By hand, from what is printed.
        let nothing = json!({"Version": "2012-10-17", "Statement": []});
        let made = plan.changes.iter().fold(evidence.clone(), |evidence, change| {
            with_change(evidence, change, change.document.as_ref().unwrap_or(&nothing))
        });
        prop_assert!(!still_refused(&made, &question), "{:#?}", plan.changes);
        // Every change is needed: without any one of them something is refused again.
        for left_out in 0..plan.changes.len() {
            let mut without = evidence.clone();
            for (index, change) in plan.changes.iter().enumerate() {
                if index != left_out {
                    let document = change.document.as_ref().unwrap_or(&nothing);
                    without = with_change(without, change, document);
                }
            }
            prop_assert!(still_refused(&without, &question), "{:#?}", plan.changes[left_out]);
        }
    }
}

/// The deciding actions put to iam-simulate over the policies as they are in the evidence.
fn simulations(evidence: &Evidence, question: &Question) -> Vec<Value> {
    let named = |policies: &[AttachedPolicy]| -> Vec<Value> {
        let documents = policies.iter().filter_map(|policy| policy.document.known());
        documents
            .map(|text| serde_json::from_str::<Value>(text).expect("JSON"))
            // Detached.
            .filter(|document| document["Statement"] != json!([]))
            .enumerate()
            .map(|(index, document)| json!({"name": format!("p{index}"), "policy": document}))
            .collect()
    };
    let policies = &evidence.policies;
    let levels: Vec<Value> = policies
        .service_control
        .known()
        .into_iter()
        .flatten()
        .filter_map(|level| level.policies.known())
        .map(|policies| json!({"orgIdentifier": "r-a1b2", "policies": named(policies)}))
        .collect();
    question
        .deciding_actions()
        .into_iter()
        .map(|action| {
            let mut simulation = json!({
                "request": {
                    "principal": "arn:aws:iam::111122223333:user/alice",
                    "action": action,
                    "resource": {"resource": "*", "accountId": "111122223333"},
                    "contextVariables": {"aws:RequestedRegion": "us-east-1"},
                },
                "identityPolicies": named(&policies.identity.read),
                "serviceControlPolicies": levels,
                "resourceControlPolicies": [],
            });
            if let Some(boundary) = policies.permissions_boundary.known() {
                simulation["permissionBoundaryPolicies"] =
                    json!(named(std::slice::from_ref(boundary)));
            }
            simulation
        })
        .collect()
}

#[test]
fn an_independent_simulator_allows_what_the_printed_changes_promise() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let question = Question::about_billing(Want::View);
    let nothing = json!({"Version": "2012-10-17", "Statement": []});
    let strategy = (
        prop::collection::vec(document(), 1..3),
        prop::option::of(document()),
        prop::option::of(document()),
    );
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for _ in 0..40 {
        let tree = strategy.new_tree(&mut runner).expect("a case");
        let (identity, boundary, scp) = tree.current();
        let evidence = blocked(&identity, boundary.as_ref(), scp.as_ref());
        let diagnosis = diagnose(&evidence, &question);
        if diagnosis.plan.changes.is_empty() {
            continue;
        }
        before.extend(simulations(&evidence, &question));
        let changes = diagnosis.plan.changes.iter();
        let made = changes.fold(evidence, |evidence, change| {
            with_change(
                evidence,
                change,
                change.document.as_ref().unwrap_or(&nothing),
            )
        });
        after.extend(simulations(&made, &question));
    }
    assert!(after.len() > 500, "{} questions", after.len());
    let refused = crate::policy_oracle::decisions("oracle-fixes", &before);
    let denied =
        |decision: &&Option<String>| decision.as_deref().is_some_and(|said| said != "Allowed");
    assert!(
        refused.iter().filter(denied).count() > 100,
        "something was to be mended"
    );
    let decisions = crate::policy_oracle::decisions("oracle-fixes", &after);
    let mut judged = 0;
    for (decision, simulation) in decisions.iter().zip(&after) {
        let Some(decision) = decision else { continue };
        assert_eq!(decision, "Allowed", "{simulation}");
        judged += 1;
    }
    assert!(judged > 400, "{judged}");
}
