//! `billing-doctor simulate` as its user runs it.

use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::tool::{Run, tool};

fn simulate(input: &str, arguments: &[&str]) -> Run {
    let mut child = tool()
        .args(["simulate", "--input", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    Run {
        status: output.status.code().expect("it was not killed"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn question(changes: Value) -> Value {
    let admin = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    let mut question = json!({
        "id": "1",
        "principal": "arn:aws:iam::111122223333:user/alice",
        "action": "billing:GetCredits",
        "resource": "*",
        "context": {"aws:RequestedRegion": "us-east-1"},
        "identityPolicies": [{"name": "Admin", "document": admin}],
    });
    for (key, value) in changes.as_object().expect("an object") {
        question[key] = value.clone();
    }
    question
}

#[test]
fn a_region_lock_is_named_by_target_policy_and_sid() {
    let full = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let lock = json!({"Version": "2012-10-17", "Statement": [{
        "Sid": "OnlyEu", "Effect": "Deny", "NotAction": ["iam:*", "ce:*"], "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]}},
    }]});
    let question = question(json!({"serviceControlPolicies": [
        {"target": "r-a1b2", "policies": [{"name": "FullAWSAccess", "document": full}, {"name": "RegionLock", "document": lock}]},
        {"target": "111122223333", "policies": [{"name": "FullAWSAccess", "document": full}]},
    ]}));
    let run = simulate(&question.to_string(), &["--output", "json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let answer = run.json();
    assert_eq!(answer["decision"], "explicitDeny");
    assert_eq!(answer["blockedBy"], json!(["serviceControl"]));
    let denying = &answer["statements"]
        .as_array()
        .expect("statements")
        .iter()
        .find(|statement| statement["effect"] == "Deny")
        .expect("the one that denies")
        .to_string();
    for word in ["r-a1b2", "RegionLock", "OnlyEu"] {
        assert!(denying.contains(word), "{denying}");
    }
    let table = simulate(&question.to_string(), &[]);
    for word in ["r-a1b2", "RegionLock", "OnlyEu"] {
        assert!(table.stdout.contains(word), "{}", table.stdout);
    }
}

#[test]
fn what_depends_on_mfa_says_so() {
    let deny = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    }]});
    let mut question = question(json!({"unknownContextKeys": ["aws:MultiFactorAuthPresent"]}));
    question["identityPolicies"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"name": "RequireMfa", "document": deny}));
    let answer = simulate(&question.to_string(), &["-o", "json"]).json();
    assert_eq!(answer["decision"], "undetermined");
    assert!(answer["dependsOn"].to_string().contains("MFA"), "{answer}");
}

#[test]
fn a_line_that_can_not_be_read_costs_no_more_than_itself() {
    let good = question(json!({})).to_string();
    let run = simulate(&format!("{good}\nnot json\n{good}\n"), &["-o", "json"]);
    assert_eq!(run.status, 2);
    let lines: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["decision"], "allowed");
    assert!(lines[1]["error"].is_string());
    assert_eq!(lines[2]["decision"], "allowed");
}

#[test]
fn what_aws_takes_is_answered_in_its_shape() {
    let document =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ce:*","Resource":"*"}}"#;
    let input = json!({"PolicyInputList": [document], "ActionNames": ["ce:GetTags", "tax:GetTaxInheritance"]});
    let answer = simulate(&input.to_string(), &["-o", "json"]).json();
    assert_eq!(answer["EvaluationResults"][0]["EvalDecision"], "allowed");
    assert_eq!(
        answer["EvaluationResults"][1]["EvalDecision"],
        "implicitDeny"
    );
}

#[test]
fn control_characters_in_names_do_not_reach_the_terminal() {
    let question = question(
        json!({"id": "\u{1b}[2J", "identityPolicies": [{"name": "\u{1b}[31m\u{202e}", "document": {"Version": "2012-10-17", "Statement": {"Sid": "a\u{7}", "Effect": "Allow", "Action": "*", "Resource": "*"}}}]}),
    );
    // JSON escapes what could move a cursor and keeps names as they are; the table is for eyes.
    let json = simulate(&question.to_string(), &["-o", "json"]).stdout;
    assert!(!json.chars().any(|c| c.is_control() && c != '\n'), "{json}");
    let table = simulate(&question.to_string(), &[]).stdout;
    let raw = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!table.chars().any(raw), "{table}");
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let run = crate::tool::billing_doctor(["simulate", "--input", "no/such/file"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("no/such/file"), "{}", run.stderr);
}
