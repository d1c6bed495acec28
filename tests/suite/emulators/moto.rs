//! moto: an independent reading of IAM, STS, Organizations, Budgets and Cost Explorer.

use serde_json::json;

use super::{Keys, PROGRAMS, Server, account};
use crate::tool::{assert_valid, codes};

const ACCOUNT: &str = "123456789012";

pub(super) fn moto() -> Server {
    Server::start(&PROGRAMS.join("moto_server"), |command, port| {
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
    })
}

#[test]
fn the_report_lists_exactly_the_policies_that_the_aws_cli_made_in_moto() {
    let server = moto();
    let alice = account::build(&server, &Keys::new("testing", "testing"));
    let run = server.check(&alice);
    let report = run.json();
    assert_valid(&report);
    assert_eq!(
        report["principal"]["arn"],
        format!("arn:aws:iam::{ACCOUNT}:user/division/alice")
    );
    assert_eq!(report["policies"], account::policies(ACCOUNT), "{report:#}");
    // The version that denies everything is not the one in force; what nobody allows is missing.
    assert_eq!(codes(&report), ["identity-policy-omits-billing"]);
    assert_eq!(run.status, 1);
    let actions = &report["causes"][0]["actions"];
    for (action, missing) in [
        ("ce:GetCostAndUsage", false),
        ("freetier:GetFreeTierUsage", false),
        ("billing:GetCredits", false),
        ("ce:DescribeReport", true),
        ("tax:ListTaxRegistrations", true),
    ] {
        let found = actions
            .as_array()
            .expect("actions")
            .contains(&json!(action));
        assert_eq!(found, missing, "{action}: {actions}");
    }
    // What moto does not implement it answers with a page of HTML and status 500: not known, and said so.
    let gaps = report["gaps"].to_string();
    assert!(
        gaps.contains("billing:GetCredits failed with an error on AWS's side"),
        "{gaps}"
    );
    assert_eq!(report["switch"]["state"], "unknown");
}

#[test]
fn a_403_that_no_sdk_can_read_is_still_a_refusal() {
    let server = moto();
    let root = Keys::new("testing", "testing");
    server.aws(&root, &["iam", "create-user", "--user-name", "bob"]);
    let bob = Keys::of(&server, &root, "bob");
    // From now on moto checks signatures and policies.
    let switched = server
        .post("/moto-api/reset-auth", "text/plain", "0")
        .expect("moto answers");
    assert!(switched.starts_with("HTTP/1.1 200"), "{switched}");
    let run = server.check(&bob);
    let report = run.json();
    assert_valid(&report);
    assert_ne!(report["state"], "healthy");
    assert_ne!(run.status, 0);
    let calls = report["calls"].as_array().expect("calls");
    let call = |name: &str| {
        calls
            .iter()
            .find(|call| call["call"] == name)
            .expect("was made")
    };
    assert_eq!(call("ce:GetCostAndUsage")["answered"], 0);
    let missing: Vec<&str> = report["gaps"]
        .as_array()
        .expect("gaps")
        .iter()
        .filter_map(|gap| gap["action"].as_str())
        .collect();
    assert!(missing.contains(&"ce:GetCostAndUsage"), "{report:#}");
}
