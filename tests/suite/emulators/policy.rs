//! What `billing-doctor policy` prints, read by the parsers of the tools that it is for, and run by the aws CLI.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::json;

use super::moto::moto;
use super::{Keys, PROGRAMS, Server, must, programs};
use crate::tool::{billing_doctor, run, tool};

const REQUIREMENTS: &str = include_str!("../../policy-parsers/requirements.txt");

static PARSERS: LazyLock<PathBuf> = LazyLock::new(|| programs("policy-parsers", REQUIREMENTS));

/// The accounts whose fault is a policy that could be read.
const ACCOUNTS: [&str; 6] = [
    "no-billing-policy",
    "boundary",
    "identity-deny",
    "legacy-actions-only",
    "scp-region-lock-readable",
    "identity-center",
];

/// What is printed in a format: without a report, and for the report of each account.
fn printed(format: &str) -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("policies");
    fs::create_dir_all(&folder).expect("target is writable");
    let file = |name: &str, text: &str| {
        let path = folder.join(format!("{name}.{format}"));
        fs::write(&path, text).expect("target is writable");
        (name.to_owned(), path)
    };
    let mut files = Vec::new();
    for want in ["view", "manage"] {
        let output = billing_doctor(["policy", "--want", want, "--format", format]);
        assert_eq!(output.status, 0, "{}", output.stderr);
        files.push(file(want, &output.stdout));
    }
    for account in ACCOUNTS {
        let report = billing_doctor(["check", "--demo", account, "-o", "json"]);
        let (_, report) = file(&format!("{account}-report"), &report.stdout);
        let output = run(tool()
            .args(["policy", "--format", format, "--for-report"])
            .arg(report));
        if output.stdout.is_empty() {
            // A template can't change a policy that is there already.
            assert_eq!((format, output.status), ("cloudformation", 3), "{account}");
            assert!(output.stderr.contains("already") || output.stderr.contains("permission set"));
            continue;
        }
        assert_eq!(output.status, 0, "{account}: {}", output.stderr);
        files.push(file(account, &output.stdout));
    }
    assert!(files.len() > 3, "{format}: {files:?}");
    files
}

fn check(kind: &str, file: &Path) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy-parsers/check.py");
    let output = Command::new(PARSERS.join("python"))
        .arg(script)
        .arg(kind)
        .arg(file)
        .output()
        .expect("python starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn parliament_takes_every_document() {
    for (_, file) in printed("json") {
        check("json", &file);
    }
}

#[test]
fn an_hcl_parser_takes_the_terraform() {
    for (name, file) in printed("terraform") {
        let resources = check("terraform", &file);
        assert!(
            [
                "aws_iam_policy",
                "aws_organizations_policy",
                "aws_ssoadmin_permission_set_inline_policy"
            ]
            .iter()
            .any(|kind| resources.contains(kind)),
            "{name}: {resources}"
        );
    }
}

#[test]
fn cfn_lint_takes_the_template() {
    for (name, file) in printed("cloudformation") {
        must(
            Command::new(PARSERS.join("cfn-lint")).arg(&file),
            &format!("cfn-lint refuses {name}"),
        );
    }
}

/// Runs printed commands as somebody would who pasted them.
fn paste(server: &Server, keys: &Keys, commands: &str) {
    let path = std::env::join_paths(
        [
            PROGRAMS.clone(),
            PathBuf::from("/usr/bin"),
            PathBuf::from("/bin"),
        ]
        .iter(),
    )
    .expect("a path");
    must(
        Command::new("sh")
            .args(["-e", "-c", commands])
            .env_clear()
            .env("PATH", path)
            .env("HOME", env!("CARGO_TARGET_TMPDIR"))
            .env("AWS_ENDPOINT_URL", server.url())
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", &keys.id)
            .env("AWS_SECRET_ACCESS_KEY", &keys.secret),
        &format!("the commands do not run:\n{commands}"),
    );
}

#[test]
fn the_aws_cli_runs_the_commands_and_the_account_then_has_the_policy() {
    let server = moto();
    let root = Keys::new("testing", "testing");
    let aws = |arguments: &[&str]| server.aws(&root, arguments);
    aws(&["iam", "create-user", "--user-name", "o'hara"]);
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ce:*", "Resource": "*", "Condition": {"StringLike": {"aws:username": "${aws:username}'s"}}}
    ]});
    let report = json!({
        "schema": "billing-doctor/report/v1",
        "principal": {"kind": "user", "name": "o'hara"},
        "changes": [
            {"codes": [], "diff": [], "remarks": [], "layer": "identityPolicy", "policy": "SeeBilling", "arn": null, "target": null, "action": "attach",
             "document": document},
            {"codes": [], "diff": [], "remarks": [], "layer": "identityPolicy", "policy": "own", "arn": null, "target": null, "action": "amend",
             "inlineIn": {"kind": "user", "name": "o'hara"}, "document": document},
        ],
    });
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile-report.json");
    fs::write(&file, report.to_string()).expect("target is writable");
    let output = run(tool()
        .args(["policy", "--format", "aws-cli", "--for-report"])
        .arg(&file));
    paste(&server, &root, &output.stdout);
    let attached = aws(&[
        "iam",
        "list-attached-user-policies",
        "--user-name",
        "o'hara",
    ]);
    let arn = attached["AttachedPolicies"][0]["PolicyArn"]
        .as_str()
        .expect("it is attached");
    let version = aws(&[
        "iam",
        "get-policy-version",
        "--policy-arn",
        arn,
        "--version-id",
        "v1",
    ]);
    assert_eq!(version["PolicyVersion"]["Document"], document);
    let inline = aws(&[
        "iam",
        "get-user-policy",
        "--user-name",
        "o'hara",
        "--policy-name",
        "own",
    ]);
    assert_eq!(inline["PolicyDocument"], document);
}

#[test]
fn a_file_that_is_no_report_is_refused_with_its_reason() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (text, reason) in [
        ("{}", "not billing-doctor/report/v1"),
        ("[1,", "EOF"),
        (r#"{"schema": "billing-doctor/report/v9"}"#, "v9"),
    ] {
        let file = folder.join("no-report.json");
        fs::write(&file, text).expect("target is writable");
        let output = run(tool().args(["policy", "--for-report"]).arg(&file));
        assert_eq!(output.status, 2);
        assert!(output.stderr.contains(reason), "{}", output.stderr);
    }
    let healthy = billing_doctor(["check", "--demo", "healthy", "-o", "json"]);
    let file = folder.join("healthy-report.json");
    fs::write(&file, healthy.stdout).expect("target is writable");
    let output = run(tool().args(["policy", "--for-report"]).arg(&file));
    assert_eq!(output.status, 3, "{}", output.stderr);
}
