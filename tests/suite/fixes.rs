//! Changes of policies: the engine has tried every one that a report prints.

use billing_doctor::testing::diagnose::diagnosis::diagnose;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use aws_refusal::{Effect, Layer};
use billing_doctor::testing::catalog::{Code, is_read_or_list, is_sensitive, known_actions};
use billing_doctor::testing::diagnose::cause::{
    Basis, Cause, Confidence, Denial, Finding, LayerRefusal, Name, StatementAt,
};
use billing_doctor::testing::diagnose::fix::{
    self, ChangeKind, Plan, Remark, Uneditable, Waiting, WaitsFor, WayAround,
};
use billing_doctor::testing::diagnose::layers::{Engine, Way};
use billing_doctor::testing::diagnose::question::{Question, Want};
use billing_doctor::testing::diagnose::remedy::{Actor, Remedy, Step};
use billing_doctor::testing::evidence::{
    AttachedPolicy, Evidence, Observed, PolicyId, ServiceControlLevel, Via,
};
use billing_doctor::testing::names::service_prefix;
use billing_doctor::testing::report::{Change, ChangeWay, SiteKind};
use fake_aws::Faults;
use iam_policy::Decision;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::scenarios::{account, evidence_of};
use crate::tool::{billing_doctor, demo_report, run, tool};

#[test]
fn every_change_of_a_demo_was_tried_and_suffices() {
    for (name, changes) in [
        ("no-billing-policy", 2),
        ("billing-read-only", 1),
        ("legacy-actions-only", 2),
        ("boundary", 1),
        ("identity-deny", 1),
        ("scp-region-lock-readable", 1),
        ("identity-center", 2),
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
fn a_region_lock_exempts_what_was_asked_and_no_more_than_reading_besides() {
    let (_, report) = demo_report("scp-region-lock-readable");
    let change = &report["changes"][0];
    assert_eq!(change["target"], "ou-a1b2-workloads");
    let exempt = &change["document"]["Statement"][0]["NotAction"];
    let exempt = exempt.as_array().expect("a list");
    for service in [
        "billing:GetCredits",
        "payments:List*",
        "freetier:Get*",
        "wafv2:*",
    ] {
        assert!(exempt.contains(&json!(service)), "{service}: {exempt:?}");
    }
    for service in ["billing:*", "payments:*", "account:*"] {
        assert!(!exempt.contains(&json!(service)), "{service}: {exempt:?}");
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
    let resource = prop_oneof![
        6 => Just("*"),
        1 => Just("arn:aws:budgets::111122223333:budget/*"),
        1 => Just("arn:aws:account::111122223333:account"),
        1 => Just("arn:aws:*:*:111122223333:*"),
    ];
    (
        any::<bool>(),
        any::<bool>(),
        patterns(),
        condition,
        resource,
    )
        .prop_map(|(deny, not, actions, condition, resource)| {
            let mut statement =
                json!({"Effect": if deny { "Deny" } else { "Allow" }, "Resource": resource});
            statement[if not { "NotAction" } else { "Action" }] = actions;
            if let Some(condition) = condition {
                statement["Condition"] = condition;
            }
            statement
        })
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
    let silent = || {
        Observed::Unknown(billing_doctor::testing::evidence::Gap::not_asked(
            "it", "a test",
        ))
    };
    evidence.probes.cost_and_usage = silent();
    evidence.probes.credits = silent();
    evidence.probes.budgets = silent();
    evidence.probes.free_tier_usage = silent();
    evidence.probes.billing_views = silent();
    evidence.simulation = Observed::Unknown(billing_doctor::testing::evidence::Gap::not_asked(
        "it", "a test",
    ));
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

/// Makes a printed change by hand, knowing nothing but what is printed.
fn with_change(mut evidence: Evidence, change: &Change) -> Evidence {
    let document = |change: &Change| Observed::Known {
        value: change.document.as_ref().expect("a document").to_string(),
    };
    let is_meant = |policy: &AttachedPolicy| match (&change.arn, &change.inline_in) {
        (Some(arn), _) => policy.arn.as_ref() == Some(arn),
        (None, Some(owner)) => policy.arn.is_none() && policy.via == *owner,
        (None, None) => false,
    };
    let policies = &mut evidence.policies;
    let levels = match &mut policies.service_control {
        Observed::Known { value } => value.as_mut_slice(),
        _ => &mut [],
    };
    let mut of_organization: Vec<&mut Vec<AttachedPolicy>> = levels
        .iter_mut()
        .filter_map(|level| match &mut level.policies {
            Observed::Known { value } => Some(value),
            _ => None,
        })
        .collect();
    match change.kind.expect("a kind") {
        ChangeWay::AttachManaged | ChangeWay::Attach => {
            for site in &change.attach_to {
                let via = match site.kind {
                    SiteKind::User => Via::User(site.name.clone()),
                    SiteKind::Role | SiteKind::PermissionSet => Via::Role(site.name.clone()),
                    SiteKind::Target => Via::Organization(site.name.clone()),
                    other => unreachable!("nothing is attached to {other:?}"),
                };
                let policy = AttachedPolicy {
                    name: change.policy.clone(),
                    arn: Some(format!(
                        "arn:aws:iam::111122223333:policy/new/{}",
                        change.policy
                    )),
                    via,
                    document: document(change),
                };
                if site.kind == SiteKind::Target {
                    of_organization[0].push(policy);
                } else {
                    policies.identity.read.push(policy);
                }
            }
        }
        ChangeWay::Amend => {
            let boundary = match &mut policies.permissions_boundary {
                Observed::Known { value } => Some(value),
                _ => None,
            };
            let read = policies.identity.read.iter_mut().chain(boundary);
            for policy in read.chain(of_organization.into_iter().flatten()) {
                if is_meant(policy) {
                    policy.document = document(change);
                }
            }
        }
        ChangeWay::Detach => {
            policies.identity.read.retain(|policy| !is_meant(policy));
            for level in of_organization {
                level.retain(|policy| !is_meant(policy));
            }
        }
        ChangeWay::Replace => unreachable!("no policy of AWS's is in the way here"),
    }
    evidence
}

/// The actions that the pages need on which the answer rests.
fn still_refused(evidence: &Evidence, question: &Question) -> bool {
    let judgement = billing_doctor::testing::diagnose::judgement::Judgement::of(evidence, question);
    question
        .pages()
        .iter()
        .filter(|asked| asked.decides)
        .flat_map(|asked| &asked.needs)
        .any(|action| !judgement.actions[action].blocks.is_empty())
}

/// What an answer's report prints as changes.
fn printed(plan: &Plan) -> Vec<Change> {
    plan.changes.iter().map(Change::from).collect()
}

fn with_changes(evidence: &Evidence, changes: &[Change]) -> Evidence {
    changes.iter().fold(evidence.clone(), with_change)
}

/// Every billing action that AWS has, and some that have nothing to do with it.
fn all_actions() -> impl Iterator<Item = &'static str> {
    let others = ["ec2:RunInstances", "s3:GetObject", "iam:CreateUser"];
    known_actions().iter().map(String::as_str).chain(others)
}

/// What the changes open beyond what was asked and beyond reading in the services asked about, and what they close. The
/// one policy of AWS's that is ever attached lets see the whole of billing, and change nothing.
fn side_effects(
    before: &Evidence,
    after: &Evidence,
    question: &Question,
    plan: &Plan,
) -> Vec<String> {
    let asked = question.deciding_actions();
    let services: BTreeSet<&str> = asked.iter().map(|action| service_prefix(action)).collect();
    let all_of_billing = plan.changes.iter().any(|change| {
        matches!(&change.kind, ChangeKind::AttachManaged { name, .. } if *name == "AWSBillingReadOnlyAccess")
    });
    let (before, after) = (Engine::new(before), Engine::new(after));
    let mut found = Vec::new();
    for action in all_actions() {
        let was = before.authorize(Way::CommandLine, action).decision;
        let is = after.authorize(Way::CommandLine, action).decision;
        let harmless = asked.contains(action)
            || (is_read_or_list(action)
                && (all_of_billing || services.contains(service_prefix(action))));
        if is == Decision::Allowed && was != Decision::Allowed && !harmless {
            found.push(format!("opens {action}"));
        }
        if is == Decision::ExplicitDeny && was != Decision::ExplicitDeny {
            found.push(format!("denies {action}"));
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whoever_makes_the_printed_changes_gets_what_was_asked_and_nothing_else_and_none_is_idle(
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
        // What is denied on some of what an action acts on is told, and not changed.
        let on_some = |one: &Waiting| matches!(one.on, WaitsFor::OtherResources(_));
        let suffices = proof.not_lifted.is_empty() && proof.waiting.iter().all(on_some);
        prop_assert!(suffices, "{proof:?}\n{:#?}", plan.changes);
        // By hand, from what is printed.
        let changes = printed(plan);
        let made = with_changes(&evidence, &changes);
        prop_assert!(!still_refused(&made, &question), "{:#?}", plan.changes);
        let besides = side_effects(&evidence, &made, &question, plan);
        prop_assert!(besides.is_empty(), "{besides:?}\n{:#?}", plan.changes);
        // Every change is needed: without any one of them something is refused again.
        for left_out in 0..changes.len() {
            let mut others = changes.clone();
            let one = others.remove(left_out);
            let without = with_changes(&evidence, &others);
            prop_assert!(still_refused(&without, &question), "{one:#?}");
        }
    }
}

#[test]
fn the_changes_of_every_demo_open_what_was_asked_and_nothing_else() {
    let question = Question::default();
    let mut tried = 0;
    for (name, _) in fake_aws::ACCOUNTS {
        let evidence = evidence_of(account(name, json!({})), Faults::none(), None, &question);
        let plan = diagnose(&evidence, &question).plan;
        let Some(proof) = &plan.proof else { continue };
        tried += 1;
        let made = fix::with_changes(&evidence, &plan.changes);
        let engine = Engine::new(&made);
        for action in &proof.allowed {
            let verdict = engine.authorize(Way::CommandLine, action);
            assert!(
                verdict.blockers().next().is_none(),
                "{name}: {action}: {verdict:?}"
            );
        }
        let besides = side_effects(&evidence, &made, &question, &plan);
        assert!(besides.is_empty(), "{name}: {besides:?}");
    }
    assert!(tried > 5, "{tried}");
}

#[test]
fn every_format_prints_the_documents_that_were_tried() {
    let bare = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    for name in [
        "no-billing-policy",
        "identity-center",
        "legacy-actions-only",
        "boundary",
        "identity-deny",
        "scp-region-lock-readable",
    ] {
        let (_, report) = demo_report(name);
        let output = |format: &str| {
            let output = billing_doctor(["check", "--demo", name, "-o", format]).stdout;
            bare(&output.replace("&quot;", "\""))
        };
        let (text, html) = (output("text"), output("html"));
        let (markdown, message) = (output("markdown"), output("message"));
        for change in report["changes"].as_array().expect("changes") {
            let instruction = bare(change["instruction"].as_str().expect("a sentence"));
            assert!(html.contains(&instruction), "{name}: {instruction}");
            assert!(text.contains(&instruction), "{name}: {instruction}");
            assert!(message.contains(&instruction), "{name}: {instruction}");
            let document = bare(&iam_policy::text::pretty(&change["document"]));
            match change["kind"].as_str() {
                Some("attachManaged") => assert!(change["document"].is_object()),
                Some("attach") => {
                    for printed in [&text, &html, &markdown, &message] {
                        assert!(printed.contains(&document), "{name}: {printed}");
                    }
                }
                _ if change["adds"].is_array() => {
                    for printed in [&text, &html, &markdown, &message] {
                        let actions = bare(&change["adds"].to_string());
                        assert!(printed.contains(&actions), "{name}: {printed}");
                    }
                }
                _ => {
                    assert!(message.contains(&document), "{name}: {message}");
                    for line in change["diff"].as_array().expect("lines") {
                        let line = bare(line.as_str().expect("a line"));
                        assert!(
                            html.contains(&line) && markdown.contains(&line),
                            "{name}: {line}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn every_export_holds_the_documents_that_were_tried_or_says_why_not() {
    let bare = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    for name in [
        "no-billing-policy",
        "identity-center",
        "boundary",
        "identity-deny",
        "scp-region-lock-readable",
    ] {
        let report = billing_doctor(["check", "--demo", name, "-o", "json"]);
        let file =
            std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-export.json"));
        std::fs::write(&file, &report.stdout).expect("target is writable");
        let report: Value = serde_json::from_str(&report.stdout).expect("JSON");
        let changes = report["changes"].as_array().expect("changes");
        for format in ["json", "terraform", "cloudformation", "aws-cli"] {
            let output = run(tool()
                .args(["policy", "--format", format, "--for-report"])
                .arg(&file));
            let mut refused = output
                .stderr
                .lines()
                .filter(|line| !line.is_empty())
                .count();
            for change in changes {
                let of_aws = change["kind"] == "attachManaged";
                let exported = if of_aws {
                    output
                        .stdout
                        .contains("arn:aws:iam::aws:policy/AWSBillingReadOnlyAccess")
                } else {
                    let document = bare(&iam_policy::text::compact(&change["document"]));
                    bare(&output.stdout).contains(&document)
                };
                if !exported {
                    assert!(
                        refused > 0,
                        "{name} {format}: {change:#}\n{}",
                        output.stdout
                    );
                    refused -= 1;
                }
            }
            assert_eq!(refused, 0, "{name} {format}: {}", output.stderr);
            assert_eq!(
                output.status,
                if output.stdout.is_empty() { 3 } else { 0 },
                "{name} {format}"
            );
            // Nothing that is made belongs to nobody.
            let makes = output.stdout.contains("aws iam create-policy ");
            assert!(
                !makes || output.stdout.contains("attach-"),
                "{}",
                output.stdout
            );
        }
    }
}

/// A Deny of a layer, as a check finds it.
fn denied(
    code: Code,
    layer: Layer,
    statements: &[(&PolicyId, usize)],
    actions: &[&'static str],
) -> Cause {
    let statements = statements.iter().map(|(policy, index)| Denial {
        conditions: Vec::new(),
        statement: StatementAt {
            policy: (*policy).clone(),
            target: None,
            sid: None,
            index: *index,
        },
        actions: actions.to_vec(),
    });
    Cause {
        code,
        confidence: Confidence::Confirmed,
        basis: Basis::PoliciesRead,
        refusal: Some(LayerRefusal {
            layer,
            effect: Effect::ExplicitDeny,
            statements: statements.collect(),
            omitted_at: Vec::new(),
            named_by_aws: BTreeSet::new(),
            everything: false,
            region_lock: false,
        }),
        finding: Finding::Plain,
        actions: actions.to_vec(),
        closes: Vec::new(),
        signs: Vec::new(),
        remedy: Remedy {
            actor: Actor::AccountAdministrator,
            steps: vec![Step::MakeChange],
            source: "",
        },
    }
}

fn allow_all() -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
}

fn deny(actions: Value) -> Value {
    json!({"Effect": "Deny", "Action": actions, "Resource": "*"})
}

fn statements(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

const CREDITS: &[&str] = &["billing:GetCredits"];

#[test]
fn of_two_policies_of_one_name_the_one_that_denies_is_changed() {
    let mut evidence = blocked(&[allow_all()], None, None);
    for arn in [
        "arn:aws:iam::111122223333:policy/a/Billing",
        "arn:aws:iam::111122223333:policy/b/Billing",
    ] {
        let document = statements(&[deny(json!("billing:GetCredits"))]);
        let mut found = policy("Billing", Via::User("alice".to_owned()), &document);
        found.arn = Some(arn.to_owned());
        if arn.contains("/a/") {
            found.document = Observed::Known {
                value: statements(&[deny(json!("ec2:*"))]).to_string(),
            };
        }
        evidence.policies.identity.read.push(found);
    }
    let denying = evidence.policies.identity.read[2].id();
    let cause = denied(
        Code::IdentityPolicyDeniesBilling,
        Layer::IdentityPolicy,
        &[(&denying, 0)],
        CREDITS,
    );
    let plan = fix::plan(&evidence, &Question::default(), &[cause]);
    let [change] = plan.changes.as_slice() else {
        panic!("{plan:#?}")
    };
    assert_eq!(change.kind.policy(), Some(&denying));
    assert!(plan.proof.expect("tried").suffices());
}

#[test]
fn a_policy_that_is_boundary_and_identity_policy_is_one_policy_and_one_change() {
    let both = statements(&[
        json!({"Effect": "Allow", "Action": "*", "Resource": "*"}),
        deny(json!(["billing:GetCredits", "tax:*"])),
    ]);
    let mut evidence = blocked(&[], Some(&both), None);
    evidence
        .policies
        .identity
        .read
        .push(policy("Boundary", Via::User("alice".to_owned()), &both));
    let id = evidence.policies.identity.read[0].id();
    let causes = [
        denied(
            Code::BoundaryDeniesBilling,
            Layer::PermissionsBoundary,
            &[(&id, 1)],
            CREDITS,
        ),
        denied(
            Code::IdentityPolicyDeniesBilling,
            Layer::IdentityPolicy,
            &[(&id, 1)],
            CREDITS,
        ),
    ];
    let plan = fix::plan(&evidence, &Question::default(), &causes);
    let [change] = plan.changes.as_slice() else {
        panic!("{plan:#?}")
    };
    assert_eq!(
        change.codes,
        [
            Code::BoundaryDeniesBilling,
            Code::IdentityPolicyDeniesBilling
        ]
    );
    assert_eq!(change.sites.len(), 2, "{change:#?}");
    assert!(plan.proof.as_ref().expect("tried").suffices());
    // It has to stay as a boundary: detaching it from the user is no way around.
    assert_eq!(plan.alternatives, []);
    let printed = Change::from(change);
    assert_eq!(
        printed.document.expect("it stays")["Statement"][1]["Action"],
        json!(["tax:*"])
    );
}

#[test]
fn what_need_not_change_stays_as_it_was_written() {
    let condition =
        json!({"StringEquals": {"aws:PrincipalTag/t": "x".repeat(2_500) + "\u{202e}\u{1b}"}});
    let mut untouched = deny(json!("tax:*"));
    untouched["Condition"] = condition;
    let before = statements(&[
        untouched,
        deny(json!(["cur:*", "billing:*", "tax:*"])),
        deny(json!("budgets:ViewBudget")),
    ]);
    let evidence = blocked(&[allow_all(), before.clone()], None, None);
    let id = evidence.policies.identity.read[1].id();
    let cause = denied(
        Code::IdentityPolicyDeniesBilling,
        Layer::IdentityPolicy,
        &[(&id, 1), (&id, 2)],
        &["billing:GetCredits", "budgets:ViewBudget"],
    );
    let plan = fix::plan(&evidence, &Question::default(), &[cause]);
    let [change] = plan.changes.as_slice() else {
        panic!("{plan:#?}")
    };
    let printed = Change::from(change);
    let after = printed.document.clone().expect("it stays");
    let made = after["Statement"].as_array().expect("statements");
    assert_eq!(made.len(), 2, "{after:#}");
    assert_eq!(made[0], before["Statement"][0]);
    let denied = made[1]["Action"].as_array().expect("a list");
    assert_eq!(
        (denied.first(), denied.last()),
        (Some(&json!("cur:*")), Some(&json!("tax:*")))
    );
    // Each line of the diff is about what changes, and the long value is not cut anywhere.
    assert!(
        printed
            .diff
            .iter()
            .all(|line| !(line.starts_with(['+', '-']) && line.contains("tax:*"))),
        "{:#?}",
        printed.diff
    );
    assert!(
        change.remarks.contains(&Remark::LaterVerbsNotDenied {
            patterns: vec![Name("billing:*".to_owned())]
        }),
        "{:?}",
        change.remarks
    );
    assert!(plan.proof.expect("tried").suffices());
}

#[test]
fn a_long_value_survives_in_every_format_and_no_terminal_obeys_it() {
    let value = "x".repeat(2_500) + "\u{202e}\u{9b}";
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Action": "ec2:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/t": value}}}
    ]});
    let report = json!({
        "schema": "billing-doctor/report/v1",
        "changes": [{"codes": [], "diff": [], "remarks": [], "layer": "identityPolicy", "policy": "own", "action": "amend", "kind": "amend",
                     "inlineIn": {"kind": "user", "name": "alice"}, "document": document}],
    });
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("long-value.json");
    std::fs::write(&file, report.to_string()).expect("target is writable");
    for format in ["json", "terraform", "cloudformation", "aws-cli"] {
        let output = run(tool()
            .args(["policy", "--format", format, "--for-report"])
            .arg(&file));
        assert_eq!(output.status, 0, "{}", output.stderr);
        let escaped = "x".repeat(2_500) + "\\u202e\\u009b";
        assert!(
            output.stdout.contains(&escaped),
            "{format}: {}",
            output.stdout
        );
    }
}

#[test]
fn whoever_is_denied_by_a_group_may_leave_it_where_that_suffices() {
    let (_, report) = demo_report("identity-deny");
    let ways: Vec<&str> = report["alternatives"]
        .as_array()
        .expect("alternatives")
        .iter()
        .map(|one| one["instruction"].as_str().expect("a sentence"))
        .collect();
    assert_eq!(
        ways,
        [
            "Take user carol out of group contractors.",
            "Detach the policy NoBillingForContractors from group contractors.",
        ]
    );
    // What the group grants is needed: leaving it opens nothing.
    let group = || Via::Group("g".to_owned());
    let mut evidence = blocked(&[], None, None);
    let denying = statements(&[deny(json!("billing:*"))]);
    evidence.policies.identity.read = vec![
        policy("All", group(), &allow_all()),
        policy("No", group(), &denying),
    ];
    let id = evidence.policies.identity.read[1].id();
    let cause = denied(
        Code::IdentityPolicyDeniesBilling,
        Layer::IdentityPolicy,
        &[(&id, 0)],
        CREDITS,
    );
    let plan = fix::plan(
        &evidence,
        &Question::default(),
        std::slice::from_ref(&cause),
    );
    assert!(
        matches!(plan.alternatives.as_slice(), [one] if matches!(&one.way, WayAround::Detach { policy, .. } if *policy == id)),
        "{:#?}",
        plan.alternatives
    );
    let mut settled = cause;
    settled.remedy.steps = vec![Step::MakeChange];
    plan.settle(&mut settled);
    assert_eq!(
        settled.remedy.steps,
        [
            Step::Detach {
                policy: Name("No".to_owned())
            },
            Step::MakeChangeInstead
        ]
    );
}

#[test]
fn a_policy_of_aws_is_detached_or_copied_and_never_edited() {
    let aws = |name: &str, document: &Value| AttachedPolicy {
        arn: Some(format!("arn:aws:iam::aws:policy/{name}")),
        ..policy(name, Via::User("alice".to_owned()), document)
    };
    for (document, detached) in [
        (statements(&[deny(json!("*"))]), true),
        (
            statements(&[
                json!({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}),
                deny(json!("billing:*")),
            ]),
            false,
        ),
    ] {
        let mut evidence = blocked(&[allow_all()], None, None);
        evidence
            .policies
            .identity
            .read
            .push(aws("AWSDenyAll", &document));
        let id = evidence.policies.identity.read[1].id();
        let last = document["Statement"].as_array().expect("statements").len() - 1;
        let cause = denied(
            Code::IdentityPolicyDeniesBilling,
            Layer::IdentityPolicy,
            &[(&id, last)],
            CREDITS,
        );
        let plan = fix::plan(&evidence, &Question::default(), &[cause]);
        let [change] = plan.changes.as_slice() else {
            panic!("{plan:#?}")
        };
        assert_eq!(
            matches!(change.kind, ChangeKind::Detach { .. }),
            detached,
            "{change:#?}"
        );
        assert_eq!(
            matches!(change.kind, ChangeKind::Replace { .. }),
            !detached,
            "{change:#?}"
        );
        assert!(plan.proof.as_ref().expect("tried").suffices(), "{plan:#?}");
        let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("of-aws.json");
        let report =
            json!({"schema": "billing-doctor/report/v1", "changes": [Change::from(change)]});
        std::fs::write(&file, report.to_string()).expect("target is writable");
        for format in ["terraform", "cloudformation", "aws-cli"] {
            let output = run(tool()
                .args(["policy", "--format", format, "--for-report"])
                .arg(&file));
            assert!(
                !output.stdout.contains("create-policy-version"),
                "{}",
                output.stdout
            );
            assert!(
                !output.stdout.contains("policy/AWSDenyAll")
                    || output.stdout.contains("detach-user-policy"),
                "{}",
                output.stdout
            );
            assert!(format == "aws-cli" || !output.stderr.is_empty(), "{format}");
        }
    }
}

#[test]
fn what_control_tower_manages_or_a_session_carries_is_not_edited() {
    let lock = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "GRREGIONDENY", "Effect": "Deny", "NotAction": ["ec2:*"], "Resource": "*"},
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
    ]});
    let evidence = blocked(&[allow_all()], None, Some(&lock));
    let id = PolicyId::Managed {
        arn: "arn:aws:iam::111122223333:policy/Guardrail".to_owned(),
        name: "Guardrail".to_owned(),
    };
    let causes = [
        denied(
            Code::ScpRegionLock,
            Layer::ServiceControlPolicy,
            &[(&id, 0)],
            CREDITS,
        ),
        denied(
            Code::SessionPolicyDeniesBilling,
            Layer::SessionPolicy,
            &[],
            CREDITS,
        ),
    ];
    let plan = fix::plan(&evidence, &Question::default(), &causes);
    assert_eq!(plan.changes, []);
    assert_eq!(
        plan.uneditable,
        [
            (Code::ScpRegionLock, Uneditable::ControlTower { policy: id }),
            (Code::SessionPolicyDeniesBilling, Uneditable::Session),
        ]
    );
}

#[test]
fn witnesses_that_contradict_each_other_leave_nothing_out_that_was_asked() {
    // AWS answered a call for a budget, so that no cause names it; the policy denies it all the same.
    let document = statements(&[deny(json!(["billing:*", "ce:*", "budgets:*"]))]);
    let evidence = blocked(&[allow_all(), document], None, None);
    let id = evidence.policies.identity.read[1].id();
    let cause = denied(
        Code::IdentityPolicyDeniesBilling,
        Layer::IdentityPolicy,
        &[(&id, 0)],
        CREDITS,
    );
    let plan = fix::plan(&evidence, &Question::default(), &[cause]);
    let proof = plan.proof.expect("tried");
    assert_eq!(proof.allowed, proof.actions);
}

#[test]
fn nobody_gets_to_pay_or_to_close_the_account_who_did_not_name_it() {
    for page in ["account", "payments", "payment-preferences", "sp-cart"] {
        let policy = billing_doctor(["policy", "--page", page, "--want", "manage"]);
        let document = policy.json();
        for action in document["Statement"][0]["Action"]
            .as_array()
            .expect("actions")
        {
            assert!(
                !is_sensitive(action.as_str().expect("an action")),
                "{page}: {action}"
            );
        }
        assert!(
            policy.stderr.contains("Left out"),
            "{page}: {}",
            policy.stderr
        );
    }
}

/// The deciding actions put to iam-simulate over the policies as they are in the evidence.
fn simulations(evidence: &Evidence, question: &Question) -> Vec<Value> {
    let named = |policies: &[AttachedPolicy]| -> Vec<Value> {
        let documents = policies.iter().filter_map(|policy| policy.document.known());
        documents
            .map(|text| serde_json::from_str::<Value>(text).expect("JSON"))
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
        .map(|policies| {
            let mut policies = named(policies);
            // What only denies was not given whole.
            let allows = |policy: &Value| policy.to_string().contains(r#""Effect":"Allow""#);
            if !policies.iter().any(allows) {
                policies.push(json!({"name": "FullAWSAccess", "policy": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
                }}));
            }
            json!({"orgIdentifier": "r-a1b2", "policies": policies})
        })
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
        let made = with_changes(&evidence, &printed(&diagnosis.plan));
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
