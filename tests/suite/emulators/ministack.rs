//! ministack with AUTH=true: real denials in AWS's words, and permissions boundaries.

use serde_json::{Value, json};

use super::{Keys, PROGRAMS, Server, account};
use crate::tool::{assert_valid, codes};

const ACCOUNT: &str = "000000000000";

pub(super) fn ministack() -> Server {
    Server::start(&PROGRAMS.join("ministack"), |command, port| {
        command
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("AUTH", "true");
    })
}

fn policy(effect: &str, actions: &[&str]) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Sid": "S", "Effect": effect, "Action": actions, "Resource": "*"}]}).to_string()
}

#[test]
fn the_report_lists_the_boundary_that_the_aws_cli_set_in_ministack_too() {
    let server = ministack();
    let root = Keys::new("test", "test");
    let alice = account::build(&server, &root);
    let boundary = policy("Allow", &["iam:*", "ce:*"]);
    let arn = server.aws(
        &root,
        &[
            "iam",
            "create-policy",
            "--policy-name",
            "Limit",
            "--policy-document",
            &boundary,
        ],
    );
    let arn = arn["Policy"]["Arn"].as_str().expect("an ARN");
    server.aws(
        &root,
        &[
            "iam",
            "put-user-permissions-boundary",
            "--user-name",
            "alice",
            "--permissions-boundary",
            arn,
        ],
    );

    let report = server.check(&alice).json();
    assert_valid(&report);
    let mut expected = vec![json!({
        "layer": "permissionsBoundary", "name": "Limit", "arn": arn, "via": {"kind": "permissionsBoundary"}, "read": true,
    })];
    expected.extend(
        account::policies(ACCOUNT)
            .as_array()
            .cloned()
            .unwrap_or_default(),
    );
    assert_eq!(report["policies"], Value::from(expected), "{report:#}");
    assert!(
        codes(&report).contains(&"boundary-omits-billing"),
        "{report:#}"
    );
}

#[test]
fn a_real_denial_names_the_identity_policy() {
    let server = ministack();
    let root = Keys::new("test", "test");
    server.aws(&root, &["iam", "create-user", "--user-name", "carol"]);
    for (name, document) in [
        ("all", policy("Allow", &["*"])),
        ("none", policy("Deny", &["budgets:*", "ce:*"])),
    ] {
        server.aws(
            &root,
            &[
                "iam",
                "put-user-policy",
                "--user-name",
                "carol",
                "--policy-name",
                name,
                "--policy-document",
                &document,
            ],
        );
    }
    let carol = Keys::of(&server, &root, "carol");
    let report = server.check(&carol).json();
    assert_valid(&report);
    assert!(
        codes(&report).contains(&"identity-policy-denies-billing"),
        "{report:#}"
    );
    let cause = &report["causes"][0];
    assert_eq!(
        cause["statements"][0]["policy"],
        "inline policy none of user carol"
    );
    assert!(
        cause["evidence"]
            .to_string()
            .contains("explicit deny in an identity-based policy"),
        "{cause:#}"
    );
}
