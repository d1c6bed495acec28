//! Diagnoses that would be wrong: where what is missing, or who is asked about, invites one.

use billing_doctor::testing::aws;
use billing_doctor::testing::catalog::Code;
use billing_doctor::testing::diagnose::diagnosis::{Opens, State, diagnose};
use billing_doctor::testing::diagnose::question::Question;
use billing_doctor::testing::evidence::{
    Evidence, Failure, Gap, GapCause, Observed, SimulatedDecision,
};
use fake_aws::{Account, Fault, Faults, Responder};
use serde_json::{Value, json};

use crate::surroundings::{Home, report, serve, serve_changed};
use crate::tool::{codes, opens, settings_for};

fn refused() -> Fault {
    Fault::Refuse {
        status: 400,
        code: "AccessDeniedException".to_owned(),
        message: "You don't have permissions to access this resource.".to_owned(),
    }
}

/// The account of a delegated administrator whose organization denies what no probe asks.
fn unprobed_denial(account: &mut Value) {
    let path = account["organization"]["path"]
        .as_array_mut()
        .expect("a path");
    path[1]["serviceControlPolicies"][1]["document"] = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "NoInvoices",
            "Effect": "Deny",
            "Action": ["invoicing:ListInvoiceSummaries", "billing:GetBillingData"],
            "Resource": "*"
        }]
    });
}

/// What is collected of a made-up account.
fn evidence(responder: &Responder, account: &Account) -> Evidence {
    let settings = settings_for(account, responder.aws());
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(aws::collect(&settings))
        .expect("collected")
}

#[test]
fn a_level_of_the_organization_that_could_not_be_read_does_not_make_a_refused_page_healthy() {
    let account = fake_aws::account("scp-region-lock-readable").expect("there is one");
    let responder = serve_changed("scp-region-lock-readable", Faults::none(), unprobed_denial);
    let mut evidence = evidence(&responder, &account);
    assert_eq!(
        diagnose(&evidence, &Question::default()).state,
        State::Blocked
    );
    // The root's and the account's levels are read, the unit's is not: only the simulator knows that something denies.
    let Observed::Known { value: levels } = &mut evidence.policies.service_control else {
        panic!("they are readable");
    };
    levels[1].policies = Observed::Unknown(Gap {
        fact: "the service control policies on the account's path".to_owned(),
        cause: GapCause::CallFailed {
            call: "organizations:ListPoliciesForTarget".to_owned(),
            failure: Failure::Throttled,
            detail: String::new(),
        },
    });
    let diagnosis = diagnose(&evidence, &Question::default());
    let bills = diagnosis
        .pages
        .iter()
        .find(|verdict| verdict.asked.page.id == "bills");
    let opens = &bills.expect("in the table").opens;
    assert_ne!(diagnosis.state, State::Healthy, "Bills: {opens:?}");
}

#[test]
fn a_page_that_the_simulator_refuses_and_the_policies_allow_is_not_said_to_open() {
    // Something that the tool does not see refuses: a policy changed a moment ago, a resource control policy.
    let account = fake_aws::account("healthy").expect("there is one");
    let responder = serve("healthy", Faults::none());
    let mut evidence = evidence(&responder, &account);
    let Observed::Known { value: simulation } = &mut evidence.simulation else {
        panic!("it answers");
    };
    for result in &mut simulation.results {
        if result.action.starts_with("invoicing:") || result.action == "billing:GetBillingData" {
            result.decision = SimulatedDecision::ExplicitDeny;
            result.allowed_by_organizations = Some(false);
        }
    }
    let diagnosis = diagnose(&evidence, &Question::default());
    assert!(!diagnosis.contradictions.is_empty());
    let bills = diagnosis
        .pages
        .iter()
        .find(|verdict| verdict.asked.page.id == "bills");
    assert_ne!(bills.expect("in the table").opens, Opens::Yes);
    assert_ne!(diagnosis.state, State::Healthy);
}

#[test]
fn the_callers_own_refusals_do_not_speak_for_somebody_else() {
    // Whoever asks may read IAM and nothing of billing; whom they ask about may see everything.
    let responder = serve_changed("healthy", Faults::none(), |account| {
        account["users"].as_array_mut().expect("users").push(json!({
            "name": "auditor",
            "attachedPolicies": ["arn:aws:iam::aws:policy/IAMReadOnlyAccess"]
        }));
        account["caller"] = json!({ "user": "auditor" });
    });
    let (_, report) = report(
        Home::new()
            .check_at(&responder)
            .args(["--principal", "arn:aws:iam::111122223333:user/alice"]),
    );
    assert_eq!(codes(&report), [""; 0], "{report:#}");
    assert_eq!(report["state"], "inconclusive", "{report:#}");
}

#[test]
fn a_failing_sts_does_not_turn_what_a_service_said_into_billing_could_not_be_asked() {
    let faults = Faults::none().in_service("sts", Fault::InternalError);
    let responder = serve("cost-explorer-never-enabled", faults);
    let (_, report) = report(&mut Home::new().check_at(&responder));
    let headline = report["headline"].as_str().expect("a sentence");
    assert!(!headline.contains("could not be asked"), "{headline}");
}

#[test]
fn a_boundary_that_only_the_simulator_sees_is_not_said_to_deny() {
    let faults = Faults::none()
        .on("iam", "GetUser", refused())
        .in_service("ce", Fault::InternalError)
        .in_service("billing", Fault::InternalError)
        .in_service("budgets", Fault::InternalError)
        .in_service("freetier", Fault::InternalError);
    let responder = serve("boundary", faults);
    let (_, report) = report(&mut Home::new().check_at(&responder));
    // It allows too little; nothing in it denies, and the simulator says `implicitDeny`.
    assert_eq!(codes(&report), ["boundary-omits-billing"], "{report:#}");
}

/// A refusal in IAM's words, with what stands behind the action.
fn denial(action: &str, because: &str) -> Fault {
    Fault::Refuse {
        status: 400,
        code: "AccessDeniedException".to_owned(),
        message: format!(
            "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: {action}{because}"
        ),
    }
}

/// What is said of an otherwise healthy account where one call is answered so.
fn diagnosed(service: &str, operation: &str, fault: Fault) -> Value {
    let responder = serve("healthy", Faults::none().on(service, operation, fault));
    report(&mut Home::new().check_at(&responder)).1
}

#[test]
fn a_refusal_by_a_layer_that_no_check_knows_is_not_healthy() {
    for layer in [
        "resource control policy",
        "VPC endpoint policy",
        "resource-based policy",
    ] {
        let because = format!(" with an explicit deny in a {layer}");
        for (service, operation, action, page) in [
            (
                "budgets",
                "DescribeBudgets",
                "budgets:ViewBudget",
                "budgets",
            ),
            (
                "ce",
                "GetCostAndUsage",
                "ce:GetCostAndUsage",
                "cost-explorer",
            ),
        ] {
            let report = diagnosed(service, operation, denial(action, &because));
            assert_ne!(opens(&report, page), "yes", "{layer}");
            assert_ne!(report["state"], "healthy", "{layer}: {report:#}");
        }
    }
}

#[test]
fn a_page_whose_service_refuses_without_a_reason_is_not_said_to_open() {
    let silent = || refused();
    let old = |action| denial(action, " with an explicit deny");
    for fault in [silent(), old("freetier:GetFreeTierUsage")] {
        let report = diagnosed("freetier", "GetFreeTierUsage", fault);
        assert_ne!(opens(&report, "free-tier"), "yes", "{}", report["causes"]);
    }
    for fault in [silent(), old("budgets:ViewBudget")] {
        let report = diagnosed("budgets", "DescribeBudgets", fault);
        assert_ne!(opens(&report, "budgets"), "yes", "{}", report["causes"]);
    }
}

#[test]
fn one_service_that_needs_a_subscription_does_not_close_the_pages_that_answer() {
    let fault = Fault::Refuse {
        status: 400,
        code: "SubscriptionRequiredException".to_owned(),
        message: "The AWS Access Key Id needs a subscription for the service".to_owned(),
    };
    let report = diagnosed("freetier", "GetFreeTierUsage", fault);
    // Cost Explorer and GetCredits answered.
    assert_eq!(
        opens(&report, "cost-explorer"),
        "yes",
        "{}",
        report["causes"]
    );
    assert_eq!(opens(&report, "bills"), "yes", "{}", report["causes"]);
}

#[test]
fn what_the_payer_keeps_to_itself_is_not_unexplained() {
    let fault = Fault::Refuse {
        status: 400,
        code: "AccessDeniedException".to_owned(),
        message: "Account 111122223333 is a linked account. To enable budgets for your account, ask the payer account \
                  to enable budgets first."
            .to_owned(),
    };
    let report = diagnosed("budgets", "DescribeBudgets", fault);
    assert_ne!(opens(&report, "budgets"), "yes");
    assert_ne!(report["state"], "unexplained", "{}", report["headline"]);
}

#[test]
fn a_call_that_needs_no_permission_is_not_said_to_lack_one() {
    let report = diagnosed("sts", "GetCallerIdentity", refused());
    for gap in report["gaps"].as_array().expect("gaps") {
        assert_ne!(gap["action"], "", "{gap}");
        let reason = gap["reason"].as_str().expect("a reason");
        assert!(!reason.starts_with(' '), "{gap}");
    }
}

#[test]
fn a_bill_that_is_said_to_be_seen_has_no_page_of_the_bill_closed() {
    // The same for every made-up account, with and without the call that costs money.
    for (name, _) in fake_aws::ACCOUNTS {
        for free in [false, true] {
            let responder = serve(name, Faults::none());
            let mut command = Home::new().check_at(&responder);
            if free {
                command.arg("--free");
            }
            let (_, report) = report(&mut command);
            let pages = report["pages"].as_array().expect("pages");
            for page in pages.iter().filter(|page| page["opens"] == "no") {
                assert_ne!(
                    page["closedBy"],
                    json!([]),
                    "{name}: closed by nothing: {page}"
                );
                if ["bills", "cost-explorer", "credits", "budgets", "free-tier"]
                    .contains(&page["id"].as_str().expect("an id"))
                {
                    assert_ne!(report["state"], "healthy", "{name}: {page}");
                }
            }
        }
    }
}

#[test]
fn without_the_call_that_costs_money_cost_explorer_is_not_said_to_work() {
    let responder = serve("cost-explorer-never-enabled", Faults::none());
    let (_, report) = report(Home::new().check_at(&responder).arg("--free"));
    assert_eq!(opens(&report, "cost-explorer"), "depends");
    let headline = report["headline"].as_str().expect("a sentence");
    assert!(
        report["state"] != "healthy" || headline.contains("Cost Explorer"),
        "{headline}"
    );
}

#[test]
fn what_a_run_cost_is_never_less_than_nothing() {
    let (_, report) = report(&mut Home::new().check());
    assert_eq!(report["costUsd"].to_string(), "0.0");
}

#[test]
fn a_leaked_key_in_quarantine_is_a_warning_and_closes_no_page_by_itself() {
    let quarantined = |arn: &str| {
        let account = fake_aws::account("healthy").expect("there is one");
        let responder = serve("healthy", Faults::none());
        let mut evidence = evidence(&responder, &account);
        let mut policy = evidence.policies.identity.read[0].clone();
        policy.arn = Some(arn.to_owned());
        policy.name = "X".to_owned();
        policy.document = Observed::Known {
            value: r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"ec2:RunInstances","Resource":"*"}}"#
                .to_owned(),
        };
        evidence.policies.identity.read.push(policy);
        let diagnosis = diagnose(&evidence, &Question::default());
        assert_eq!(diagnosis.state, State::Healthy);
        diagnosis
            .warnings
            .iter()
            .any(|warning| warning.code == Code::KeyQuarantined)
    };
    assert!(quarantined(
        "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"
    ));
    // Anybody may name a policy so; only AWS's own counts.
    assert!(!quarantined(
        "arn:aws:iam::111122223333:policy/AWSCompromisedKeyQuarantineV3"
    ));
}

#[test]
fn a_deny_of_retired_actions_is_not_taken_for_a_grant_of_them() {
    let with = |effect: &str| {
        let account = fake_aws::account("no-billing-policy").expect("there is one");
        let responder = serve("no-billing-policy", Faults::none());
        let mut evidence = evidence(&responder, &account);
        let mut policy = evidence.policies.identity.read[0].clone();
        policy.name = "Portal".to_owned();
        policy.arn = None;
        policy.document = Observed::Known {
            value: format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"aws-portal:*Billing","Resource":"*"}}}}"#
            ),
        };
        evidence.policies.identity.read.push(policy);
        diagnose(&evidence, &Question::default()).causes[0].code
    };
    assert_eq!(with("Allow"), Code::OnlyLegacyActions);
    assert_eq!(with("Deny"), Code::IdentityPolicyOmitsBilling);
}
