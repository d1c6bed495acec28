//! What a run says where services fail: every service and every fault, on the wire.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;

use fake_aws::{ACCOUNTS, Fault, Faults};
use serde_json::{Value, json};

use crate::surroundings::{
    Home, both, flat, nobody, report, safe, serve, serve_changed, with_keys,
};
use crate::tool::tool;

/// Each service with the call that stands for it, the IAM action of that call, and whether a verdict needs it.
const SERVICES: [(&str, &str, &str, bool); 9] = [
    ("sts", "sts:GetCallerIdentity", "", true),
    (
        "iam",
        "iam:SimulatePrincipalPolicy",
        "iam:SimulatePrincipalPolicy",
        true,
    ),
    (
        "organizations",
        "organizations:DescribeOrganization",
        "organizations:DescribeOrganization",
        false,
    ),
    (
        "account",
        "account:GetAccountInformation",
        "account:GetAccountInformation",
        false,
    ),
    ("ce", "ce:GetCostAndUsage", "ce:GetCostAndUsage", true),
    ("billing", "billing:GetCredits", "billing:GetCredits", true),
    (
        "budgets",
        "budgets:DescribeBudgets",
        "budgets:ViewBudget",
        false,
    ),
    (
        "freetier",
        "freetier:GetFreeTierUsage",
        "freetier:GetFreeTierUsage",
        false,
    ),
    (
        "cloudtrail",
        "cloudtrail:LookupEvents",
        "cloudtrail:LookupEvents",
        false,
    ),
];

/// These ask for the account first.
const NEED_THE_ACCOUNT: [&str; 3] = ["iam", "billing", "budgets"];

fn refuse(status: u16, code: &str, message: &str) -> Fault {
    Fault::Refuse {
        status,
        code: code.to_owned(),
        message: message.to_owned(),
    }
}

/// Every service has something to say of a member of an organization.
fn join_organization(account: &mut Value) {
    let level = |id: &str| {
        let everything = json!({ "id": "p-FullAWSAccess", "name": "FullAWSAccess" });
        json!({ "id": id, "name": id, "serviceControlPolicies": [everything] })
    };
    account["organization"] = json!({
        "id": "o-exampleorgid",
        "managementAccountId": "444455556666",
        "managementAccountEmail": "aws-management@example.com",
        "featureSet": "all",
        "path": [level("r-a1b2"), level("111122223333")],
        "delegatedAdministrator": true
    });
}

fn reasons(report: &Value) -> Vec<&str> {
    let gaps = report["gaps"].as_array().expect("gaps");
    gaps.iter()
        .map(|gap| gap["reason"].as_str().expect("a reason"))
        .collect()
}

fn answered(report: &Value, call: &str) -> bool {
    let calls = report["calls"].as_array().expect("calls");
    let record = calls.iter().find(|record| record["call"] == call);
    record.is_some_and(|record| record["answered"].as_u64() > Some(0))
}

/// Strikes one service after the other with the fault. The reason of the gap says the call and one of the words.
fn every_service(fault: &Fault, words: &[&str]) {
    thread::scope(|scope| {
        for service in SERVICES {
            scope.spawn(move || one_service(service, fault, words));
        }
    });
}

fn one_service(
    (service, call, action, decides): (&str, &str, &str, bool),
    fault: &Fault,
    words: &[&str],
) {
    let what = format!("{service}, {fault:?}");
    let faults = Faults::none().in_service(service, fault.clone());
    let responder = serve_changed("healthy", faults, join_organization);
    let mut command = Home::new().check_at(&responder);
    if matches!(fault, Fault::Stall) {
        command.args(["--timeout", "4"]);
    }
    let (status, report) = report(&mut command);
    let fits = |reason: &&str| {
        (reason.contains(call) || (!action.is_empty() && reason.contains(action)))
            && words.iter().any(|word| reason.contains(word))
    };
    let reasons = reasons(&report);
    assert!(reasons.iter().any(fits), "{what}: {reasons:#?}");
    // No fault of these is a cause of what keeps one from the bill.
    for cause in report["causes"].as_array().expect("causes") {
        assert_eq!(cause["code"], "unexplained-refusal", "{what}: {cause:#}");
    }
    if decides {
        assert_ne!(report["state"], "healthy", "{what}");
        assert_eq!(status, 3, "{what}");
    }
    for (other, call, _, _) in SERVICES {
        let waits = service == "sts" && NEED_THE_ACCOUNT.contains(&other);
        if other != service && !waits {
            assert!(answered(&report, call), "{what}: {call} is missing");
        }
    }
}

#[test]
fn a_refusal_spelt_as_iam_spells_it_is_a_permission_that_lacks() {
    every_service(
        &refuse(403, "AccessDenied", "Access denied"),
        &["is not allowed"],
    );
}

#[test]
fn a_refusal_spelt_as_the_json_services_spell_it_is_a_permission_that_lacks() {
    every_service(
        &refuse(400, "AccessDeniedException", "Access denied"),
        &["is not allowed"],
    );
}

#[test]
fn a_403_without_a_body_is_a_refusal() {
    every_service(&Fault::Empty403, &["is not allowed"]);
}

#[test]
fn throttling_that_does_not_end_is_said() {
    every_service(&Fault::Throttle { times: None }, &["throttled"]);
}

#[test]
fn an_internal_error_is_awss() {
    every_service(&Fault::InternalError, &["error on AWS's side"]);
}

#[test]
fn a_proxys_error_page_is_no_answer() {
    every_service(
        &Fault::Html,
        &["error on AWS's side", "something other than AWS"],
    );
}

#[test]
fn an_answer_that_is_cut_off_is_no_answer() {
    every_service(
        &Fault::Truncate,
        &[
            "something other than AWS",
            "got no connection",
            "cut off",
            "broke off",
        ],
    );
}

#[test]
fn an_answer_that_does_not_parse_is_no_answer() {
    every_service(&Fault::Malformed, &["something other than AWS"]);
}

#[test]
fn a_connection_that_is_closed_is_no_answer() {
    every_service(&Fault::Reset, &["got no connection"]);
}

#[test]
fn silence_ends_at_the_deadline() {
    every_service(&Fault::Stall, &["timed out"]);
}

#[test]
fn throttling_that_ends_leaves_no_trace() {
    let faults = Faults::none()
        .on("ce", "GetCostAndUsage", Fault::Throttle { times: Some(1) })
        .on("billing", "GetCredits", Fault::Throttle { times: Some(2) });
    let responder = serve("healthy", faults);
    let (status, report) = report(&mut Home::new().check_at(&responder));
    assert_eq!((status, &report["state"]), (0, &json!("healthy")));
    assert_eq!(report["gaps"], json!([]));
    // What an endpoint of one's own answers, AWS does not charge.
    assert_eq!(report["costUsd"], 0.0);
}

// Nobody there at all.

#[test]
fn an_endpoint_where_nobody_listens_leaves_every_call_a_named_gap() {
    let url = nobody();
    let (json, text) = both(|| {
        let mut command = Home::new().check();
        with_keys(&mut command).env("AWS_ENDPOINT_URL", &url);
        command
    });
    assert_eq!((json.status, text.status), (3, 3));
    let report = json.json();
    assert_eq!(report["state"], "inconclusive");
    assert_eq!(report["causes"], json!([]));
    let reasons = reasons(&report);
    for call in [
        "sts:GetCallerIdentity",
        "ce:GetCostAndUsage",
        "billing:ListBillingViews",
        "freetier:GetFreeTierUsage",
        "organizations:DescribeOrganization",
        "account:GetAccountInformation",
        "iam:ListAccountAliases",
        "iam:GetAccountSummary",
        "cloudtrail:LookupEvents",
    ] {
        let named = |reason: &&&str| {
            reason.starts_with(call) && reason.contains("got no connection: Connection refused")
        };
        assert!(
            reasons.iter().any(|reason| named(&reason)),
            "{call}: {reasons:#?}"
        );
    }
    // One sentence for people: a dozen times the same would hide it.
    let text = flat(&text.stdout);
    assert!(text.matches("got no connection").count() <= 2, "{text}");
    assert!(
        text.contains("--endpoint-url") || text.contains("AWS_ENDPOINT_URL"),
        "{text}"
    );
    for page in report["pages"].as_array().expect("pages") {
        assert_eq!(page["opens"], "depends", "{page}");
    }
    assert_eq!(report["switch"]["state"], "unknown");
}

#[test]
fn an_endpoint_that_never_answers_ends_at_the_deadlines() {
    let responder = serve("healthy", Faults::none().everywhere(Fault::Stall));
    let (status, report) = report(Home::new().check_at(&responder).args(["--timeout", "1"]));
    assert_eq!(status, 3);
    assert_eq!(report["state"], "inconclusive");
    let calls = report["calls"].as_array().expect("calls");
    assert!(calls.iter().all(|call| call["answered"] == 0));
    assert_eq!(report["costUsd"].to_string(), "0.0");
}

// What AWS and the account put into texts.

/// Texts that a terminal would obey, or that would mislead a reader.
const EVIL: &str =
    "\u{1b}[31m\u{1b}]0;t\u{7}\u{9b}1m\u{202e}\u{2066}\u{200b}\r\n\u{8}\u{0}\u{feff}\u{85}";

fn is_harmless(text: &str) -> bool {
    text.chars().all(|c| {
        c == '\n'
            || !(c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'))
    })
}

/// The texts of a document that would do harm, names and all.
fn harm(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        // A policy is the same policy to the last character; JSON escapes what a terminal would obey.
        Value::Object(_) if path == ".changes[].document" => {}
        Value::String(text) if !is_harmless(text) || text.contains('\n') => {
            found.push(format!("{path}: {text:?}"));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| harm(item, &format!("{path}[]"), found)),
        Value::Object(fields) => fields.iter().for_each(|(name, item)| {
            harm(&json!(name), path, found);
            harm(item, &format!("{path}.{name}"), found);
        }),
        _ => {}
    }
}

fn assert_harmless(mut command: impl FnMut() -> Command) -> Value {
    let (json, text) = both(&mut command);
    for run in [&json, &text] {
        for line in run.stdout.lines().chain(run.stderr.lines()) {
            assert!(is_harmless(line), "{line:?}");
        }
    }
    let mut found = Vec::new();
    harm(&json.json(), "", &mut found);
    assert_eq!(found, [""; 0]);
    json.json()
}

#[test]
fn a_terminal_is_safe_from_what_aws_answers() {
    let message = format!("IAM user {EVIL} access");
    let faults = || {
        Faults::none()
            .on(
                "billing",
                "GetCredits",
                refuse(400, "AccessDeniedException", &message),
            )
            .on(
                "ce",
                "GetCostAndUsage",
                refuse(400, "ValidationException", &message),
            )
            .on(
                "budgets",
                "DescribeBudgets",
                refuse(400, &format!("Odd{EVIL}"), &message),
            )
            .on(
                "cloudtrail",
                "LookupEvents",
                refuse(500, "Internal", &message),
            )
            .on(
                "iam",
                "GetAccountSummary",
                refuse(403, "AccessDenied", &message),
            )
    };
    let responder = serve("healthy", faults());
    assert_harmless(|| Home::new().check_at(&responder));
    let expired = Faults::none().in_service("sts", refuse(403, "ExpiredToken", &message));
    let responder = serve("healthy", expired);
    assert_harmless(|| Home::new().check_at(&responder));
}

#[test]
fn a_terminal_is_safe_from_how_things_are_called() {
    // XML can't carry most of these; these can get through.
    let evil = "\u{9b}1m\u{202e}\u{2066}\u{200b}\u{feff}\u{85}";
    let deny = |name: &str| {
        json!({
            "name": format!("{name}{evil}"),
            "document": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Sid": format!("Sid{evil}"), "Effect": "Deny", "Action": "ce:*", "Resource": "*",
                    "Condition": { "StringNotLike": { format!("aws:PrincipalTag/{evil}"): evil } }
                }, { "Effect": "Deny", "Action": "billing:*", "Resource": "*" }]
            }
        })
    };
    let responder = serve_changed("healthy", Faults::none(), |account| {
        account["alias"] = json!(format!("acme{evil}"));
        account["name"] = json!(format!("Acme{evil}{EVIL}"));
        let user = &mut account["users"][0];
        user["inlinePolicies"] = json!([deny("inline")]);
        user["groups"] = json!([format!("group{evil}"), "administrators"]);
        user["tags"] = json!({ format!("tag{evil}"): evil });
        account["groups"]
            .as_array_mut()
            .expect("groups")
            .push(json!({ "name": format!("group{evil}"), "inlinePolicies": [deny("groups")] }));
    });
    let report = assert_harmless(|| Home::new().check_at(&responder));
    assert_eq!(report["state"], "blocked");
}

#[test]
fn a_terminal_is_safe_from_how_an_organization_calls_things() {
    let responder = serve_changed("scp-region-lock-readable", Faults::none(), |account| {
        let policy = &mut account["organization"]["path"][1]["serviceControlPolicies"][1];
        policy["name"] = json!(format!("Lock{EVIL}"));
        policy["document"]["Statement"][0]["Sid"] = json!(format!("Sid{EVIL}"));
    });
    let report = assert_harmless(|| Home::new().check_at(&responder));
    assert_eq!(report["state"], "blocked");
}

#[test]
fn a_terminal_is_safe_from_the_settings() {
    let home = Home::with_config(
        "[profile a\u{1b}[31m]\nregion = x\u{1b}[31m\naws_access_key_id = AKIA\n",
    );
    for (name, value) in [
        ("AWS_PROFILE", "b\u{1b}[31m\u{202e}"),
        ("AWS_PROFILE", "a\u{1b}[31m"),
        ("AWS_REGION", "eu\u{1b}[31m\u{202e}"),
        ("AWS_ENDPOINT_URL", "x\u{1b}[31m\u{202e}"),
        ("AWS_CA_BUNDLE", "x\u{1b}[31m\u{202e}"),
        ("AWS_ENDPOINT_URL_\u{1b}[31m", "http://127.0.0.1:1"),
    ] {
        for keys in [true, false] {
            let mut command = home.check();
            if keys {
                with_keys(&mut command);
            }
            let run = safe(command.args(["--endpoint-url", &nobody()]).env(name, value));
            assert!(is_harmless(&run.stdout), "{name}: {:?}", run.stdout);
            assert!(is_harmless(&run.stderr), "{name}: {:?}", run.stderr);
        }
    }
    for arguments in [
        ["--profile", "b\u{1b}[31m"],
        ["--demo", "b\u{1b}[31m"],
        ["--principal", "b\u{1b}[31m"],
        ["--timeout", "b\u{1b}[31m"],
        ["--output", "b\u{1b}[31m"],
    ] {
        let run = safe(home.check().args(arguments));
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(is_harmless(&run.stderr), "{arguments:?}: {:?}", run.stderr);
    }
}

#[test]
fn a_message_of_a_megabyte_is_cut() {
    let long = "because no x policy allows ".repeat(40_000);
    let faults = Faults::none()
        .on(
            "ce",
            "GetCostAndUsage",
            refuse(400, "AccessDeniedException", &long),
        )
        .on(
            "billing",
            "GetCredits",
            refuse(400, &"Code".repeat(1_000), &long),
        )
        .on(
            "iam",
            "GetAccountSummary",
            refuse(403, "AccessDenied", &long),
        );
    let responder = serve("healthy", faults);
    let (json, text) = both(|| Home::new().check_at(&responder));
    assert_eq!(json.status, 3);
    assert!(json.stdout.len() < 100_000, "{}", json.stdout.len());
    assert!(text.stdout.len() < 50_000, "{}", text.stdout.len());
}

// Streams.

#[test]
fn whoever_closes_the_pipe_has_read_enough() {
    for arguments in [
        ["check", "--demo", "healthy"].as_slice(),
        &["check", "--demo", "healthy", "--output", "json"],
        &["check", "--demo", "list"],
        &["schema"],
        &["permissions"],
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = tool()
            .args(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(output.stderr, b"", "{arguments:?}");
    }
}

#[test]
fn a_pipe_that_is_closed_halfway_changes_no_exit_status() {
    let mut child = tool()
        .args(["check", "--demo", "iam-access-off", "--output", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_exact(&mut first).expect("a byte");
    drop(stdout);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stderr, b"");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = std::fs::File::create("/dev/full").expect("Linux has it");
    let output = tool()
        .args(["check", "--demo", "healthy"])
        .stdout(full)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("could not be written"), "{stderr}");
}

#[test]
fn the_report_is_all_of_standard_output_and_standard_error_is_empty() {
    thread::scope(|scope| {
        for (name, _) in ACCOUNTS {
            scope.spawn(move || {
                let json = safe(tool().args(["check", "--demo", name, "--output", "json"]));
                let text = safe(tool().args(["check", "--demo", name]));
                assert!([0, 1, 3].contains(&json.status), "{name}: {}", json.status);
                assert_eq!(json.status, text.status, "{name}");
                assert_eq!(
                    (json.stderr.as_str(), text.stderr.as_str()),
                    ("", ""),
                    "{name}"
                );
                crate::tool::assert_valid(&json.json());
                let headline = json.json()["headline"].as_str().map(flat);
                let text = flat(&text.stdout);
                assert!(
                    text.contains(&headline.expect("a sentence")),
                    "{name}: {text}"
                );
            });
        }
    });
}

#[test]
fn an_unknown_demo_is_an_error_that_lists_them() {
    let run = safe(tool().args(["check", "--demo", "nosuch"]));
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("there is no demo account “nosuch”"));
    for (name, _) in ACCOUNTS {
        assert!(run.stderr.contains(name), "{name}: {}", run.stderr);
    }
}

#[test]
fn colour_comes_when_it_is_asked_for_and_never_into_json() {
    let colours = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = tool();
        command.args(["check", "--demo", "iam-access-off"]);
        command.args(arguments).envs(variables.iter().copied());
        safe(&mut command).stdout.contains('\u{1b}')
    };
    assert!(!colours(&[], &[]), "a pipe");
    assert!(!colours(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!colours(
        &[],
        &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]
    ));
    assert!(colours(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(colours(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!colours(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colours(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(colours(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]));
    for variables in [&[("CLICOLOR_FORCE", "1")], &[("TERM", "xterm")]] {
        assert!(!colours(
            &["--color", "always", "--output", "json"],
            variables
        ));
    }
}

#[test]
fn colour_adds_nothing_but_colour() {
    let text = |color: &str| {
        let run = safe(tool().args(["check", "--demo", "several-blockers", "--color", color]));
        // The time differs from run to run.
        let text = run.stdout;
        text[..text.rfind(" calls in ").expect("the last line")].to_owned()
    };
    let mut plain = String::new();
    let coloured = text("always");
    let mut rest = coloured.as_str();
    while let Some(start) = rest.find("\u{1b}[") {
        plain.push_str(&rest[..start]);
        rest = &rest[start..];
        rest = &rest[rest.find('m').expect("an end") + 1..];
    }
    plain.push_str(rest);
    assert_eq!(plain, text("never"));
}
