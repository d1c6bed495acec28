//! What the real aws CLI prints, piped into `explain`.

use std::io::Write;
use std::process::{Command, Stdio};

use fake_aws::Faults;

use super::PROGRAMS;
use crate::surroundings::serve;
use crate::tool::tool;

/// The code that `aws … 2>&1 | billing-doctor explain -` ends in, by the account.
fn explained(name: &str, arguments: &[&str]) -> String {
    let key = fake_aws::account(name).expect("a demo").access_key();
    let responder = serve(name, Faults::none());
    let output = Command::new(PROGRAMS.join("aws"))
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("AWS_ENDPOINT_URL", responder.url())
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", &key.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &key.secret_access_key)
        .output()
        .expect("the aws CLI starts");
    assert!(!output.status.success(), "aws was refused");
    let mut child = tool()
        .args(["explain", "-o", "json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(&output.stdout).expect("it reads");
    stdin.write_all(&output.stderr).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    found["refusals"][0]["code"]
        .as_str()
        .expect("a code")
        .to_owned()
}

#[test]
fn the_errors_of_the_aws_cli_are_explained() {
    let cost = [
        "ce",
        "get-cost-and-usage",
        "--time-period",
        "Start=2026-11-01,End=2026-11-02",
        "--granularity",
        "DAILY",
        "--metrics",
        "UnblendedCost",
    ];
    for (account, code) in [
        ("no-billing-policy", "identity-policy-omits-billing"),
        ("boundary", "boundary-omits-billing"),
        ("scp-region-lock-readable", "scp-denies-billing"),
        ("cost-explorer-never-enabled", "cost-explorer-not-enabled"),
        ("rejected-credentials", "credentials-rejected"),
    ] {
        // That lock exempts Cost Explorer.
        let arguments: &[&str] = if code == "scp-denies-billing" {
            &["freetier", "get-free-tier-usage"]
        } else {
            &cost
        };
        assert_eq!(explained(account, arguments), code, "{account}");
    }
}
