//! `collect` and `check --evidence` as their users run them, and files that anybody may have written.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use billing_doctor::testing::diagnose::diagnosis::diagnose;
use billing_doctor::testing::evidence::file::{EvidenceFile, LONGEST, ReadError, read};
use billing_doctor::testing::redact::redact;
use serde_json::{Value, json};

use crate::tool::{Run, assert_valid, billing_doctor, codes, run, tool};

/// A run that reads this.
fn fed(command: &mut Command, input: &[u8]) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // Whoever has read enough closes the pipe.
    let _ = stdin.write_all(input);
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    Run {
        status: output.status.code().expect("it was not killed"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn check(input: &[u8], arguments: &[&str]) -> Run {
    fed(
        tool().args(["check", "--evidence", "-"]).args(arguments),
        input,
    )
}

fn collected(name: &str) -> Value {
    let run = billing_doctor(["collect", "--demo", name]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    run.json()
}

fn error_of(text: &str) -> String {
    read(text.as_bytes()).expect_err("no evidence").to_string()
}

/// Evidence of a demo with one value changed.
fn with(pointer: &str, value: Value) -> String {
    let mut file = collected("scp-region-lock-readable");
    *file
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("{pointer} is there")) = value;
    file.to_string()
}

#[test]
fn the_schema_of_evidence_is_what_collect_writes() {
    let schema = fs::read_to_string("docs/evidence-v1.schema.json").expect("it is committed");
    assert_eq!(
        billing_doctor(["schema", "evidence"]).stdout,
        schema,
        "billing-doctor schema evidence > docs/evidence-v1.schema.json"
    );
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    for name in [
        "several-blockers",
        "identity-center",
        "expired-credentials",
        "root-user",
    ] {
        let file = collected(name);
        let errors: Vec<String> = validator
            .iter_errors(&file)
            .map(|error| format!("{error} at {}", error.instance_path))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn check_says_of_a_file_what_it_says_of_the_account() {
    for name in [
        "several-blockers",
        "healthy",
        "clock-skew",
        "scp-region-lock-readable",
    ] {
        let file = collected(name).to_string();
        let (online, offline) = (
            billing_doctor(["check", "--demo", name, "-o", "json"]),
            check(file.as_bytes(), &["-o", "json"]),
        );
        assert_eq!(online.status, offline.status, "{}", offline.stderr);
        let [online, offline] = [online, offline].map(|run| {
            let mut report = run.json();
            assert_valid(&report);
            // What depends on when and how fast it was collected.
            for part in ["collectedAt", "elapsedMs", "calls"] {
                report.as_object_mut().expect("an object").remove(part);
            }
            without_times(&report.to_string())
        });
        assert_eq!(online, offline, "{name}");
    }
}

/// Clock-skew's refusal tells the time.
fn without_times(text: &str) -> String {
    regex::Regex::new(r"\d{8}T\d{6}Z|\d{4}-\d\d-\d\dT[\d:]+Z")
        .expect("a pattern")
        .replace_all(text, "then")
        .into_owned()
}

#[test]
fn a_file_is_its_owners_alone_and_replaces_what_was_there() {
    let folder = tempfile::tempdir().expect("a directory");
    let path = folder.path().join("evidence.json");
    fs::write(&path, "what was there").expect("written");
    let run = run(tool()
        .args(["collect", "--demo", "healthy", "-o"])
        .arg(&path));
    assert_eq!((run.status, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let file = read(&fs::read(&path).expect("it is there")).expect("evidence");
    assert!(!file.redacted);
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[cfg(unix)]
#[test]
fn a_link_a_device_and_a_directory_are_not_written_to() {
    let folder = tempfile::tempdir().expect("a directory");
    let (target, link) = (folder.path().join("target"), folder.path().join("link"));
    fs::write(&target, "precious").expect("written");
    std::os::unix::fs::symlink(&target, &link).expect("a link");
    let nowhere = folder.path().join("no/such/folder/file");
    for path in [
        link.as_path(),
        folder.path(),
        nowhere.as_path(),
        "/dev/null".as_ref(),
    ] {
        let run = run(tool()
            .args(["collect", "--demo", "healthy", "-o"])
            .arg(path));
        assert_eq!(run.status, 2, "{}", path.display());
        assert!(
            run.stderr.contains(&*path.to_string_lossy()),
            "{}",
            run.stderr
        );
    }
    assert_eq!(fs::read_to_string(&target).expect("there"), "precious");
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 2);
}

#[test]
fn evidence_and_options_that_ask_aws_exclude_each_other() {
    for option in [
        &["--demo", "healthy"][..],
        &["--profile", "x"],
        &["--free"],
        &["--timeout", "5"],
        &["--principal", "arn:aws:iam::111122223333:user/alice"],
        &["--region", "us-east-1"],
        &["--endpoint-url", "http://localhost"],
    ] {
        let run = check(b"{}", option);
        assert_eq!(run.status, 2);
        assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
    }
}

#[test]
fn a_truncated_file_is_an_error_that_names_the_place() {
    let text = serde_json::to_string_pretty(&collected("healthy")).expect("JSON");
    for length in (0..text.len()).step_by(397) {
        let error = error_of(&text[..length]);
        assert!(error.contains("line ") || error == "it is empty", "{error}");
    }
    let run = check(&text.as_bytes()[..2_000], &[]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr
            .contains("standard input can't be judged\n  because: line "),
        "{}",
        run.stderr
    );
}

#[test]
fn a_wrong_type_is_an_error_that_names_the_path() {
    let error = error_of(&with("/evidence/policies/identity/read/0/name", json!(5)));
    assert!(
        error.contains("evidence.policies.identity.read[0].name")
            && error.contains("invalid type: integer `5`, expected a string"),
        "{error}"
    );
    let error = error_of(&with(
        "/evidence/probes/credits",
        json!({"observed": "guessed"}),
    ));
    assert!(
        error.contains("evidence.probes.credits") && error.contains("guessed"),
        "{error}"
    );
    let error = error_of(&with("/evidence/elapsedMs", json!(-1)));
    assert!(error.contains("evidence.elapsedMs"), "{error}");
}

#[test]
fn a_file_of_another_kind_is_told_what_it_is() {
    let newer = collected("healthy")
        .to_string()
        .replace("evidence/v1", "evidence/v2");
    assert!(matches!(read(newer.as_bytes()), Err(ReadError::Newer(_))));
    assert!(error_of(&newer).contains("a newer one is needed"));
    let report = billing_doctor(["check", "--demo", "healthy", "-o", "json"]).stdout;
    assert_eq!(
        error_of(&report),
        "it is “billing-doctor/report/v1”, not billing-doctor/evidence/v1"
    );
    assert_eq!(
        read(br#"{"UserDetailList": [], "Policies": []}"#),
        Err(ReadError::Dump)
    );
    assert_eq!(read(b"{}"), Err(ReadError::NoSchema));
    assert_eq!(read(b" \n"), Err(ReadError::Empty));
    // What PowerShell writes is read like any other text.
    assert_eq!(read(b"\xff\xfe{\0}\0"), Err(ReadError::NoSchema));
    for text in [
        "user,arn,password_enabled\nalice,arn:aws:iam::1:user/alice,true\n",
        "[]",
        "\"x\"",
        "null",
    ] {
        assert!(error_of(text).contains("no JSON object"), "{text}");
    }
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend(collected("healthy").to_string().as_bytes());
    assert!(read(&marked).is_ok());
}

#[test]
fn what_comes_twice_or_behind_the_end_is_an_error() {
    let text = collected("healthy").to_string();
    let twice = text.replacen(
        "\"redacted\":false",
        "\"redacted\":false,\"redacted\":true",
        1,
    );
    assert!(error_of(&twice).contains("duplicate field `redacted`"));
    let twice = text.replacen("\"elapsedMs\":", "\"elapsedMs\":1,\"elapsedMs\":", 1);
    let error = error_of(&twice);
    assert!(
        error.contains("evidence") && error.contains("duplicate field"),
        "{error}"
    );
    assert!(error_of(&format!("{text} {text}")).contains("trailing characters"));
}

#[test]
fn huge_and_deep_files_are_errors() {
    assert_eq!(read(&vec![b' '; LONGEST + 1]), Err(ReadError::TooLarge));
    let deep = format!(
        "{{\"schema\":\"billing-doctor/evidence/v1\",\"evidence\":{}",
        "[".repeat(1 << 20)
    );
    assert!(error_of(&deep).contains("line 1"));
    for place in [
        "/evidence/caller",
        "/evidence/principal",
        "/evidence/policies/serviceControl",
    ] {
        let deep = with(place, json!("HERE")).replace(
            "\"HERE\"",
            &format!("{}{}", "{\"observed\":".repeat(100_000), "1"),
        );
        assert!(error_of(&deep).contains("line 1"));
    }
    let line = with("/evidence/credentials/source", json!("x".repeat(4 << 20)));
    assert!(read(line.as_bytes()).is_ok());
    let wrong = with("/evidence/elapsedMs", json!("x".repeat(4 << 20)));
    assert!(error_of(&wrong).len() < 1_000);
    let run = check(&vec![b'x'; LONGEST + 100], &[]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("larger than 16 MiB"), "{}", run.stderr);
}

#[test]
fn more_of_something_than_aws_has_is_an_error() {
    let gap = json!({"fact": "x", "cause": {"cause": "noApi", "because": "x"}});
    let error = error_of(&with(
        "/evidence/policies/identity/gaps",
        json!(vec![gap; 5_000]),
    ));
    assert_eq!(
        error,
        "evidence.policies.identity.gaps holds 5000 entries; at most 1000 are read"
    );
    let level = json!({"target": "r-a1b2", "policies": {"observed": "known", "value": []}});
    let levels = json!({"observed": "known", "value": vec![level; 11]});
    assert!(
        error_of(&with("/evidence/policies/serviceControl", levels)).contains("serviceControl")
    );
    let policies = "/evidence/policies/serviceControl/value/0/policies/value";
    let policy = collected("scp-region-lock-readable")
        .pointer(policies)
        .expect("a policy")[0]
        .clone();
    assert!(
        error_of(&with(policies, json!([policy, policy]))).contains("two policies of one name")
    );
    let long = json!(format!("{{{}}}", " ".repeat(40 << 10)));
    assert!(
        error_of(&with(&format!("{policies}/0/document/value"), long)).contains("more than 16 KiB")
    );
    assert!(error_of(&with("/evidence/collectedAt", json!("now"))).contains("RFC 3339"));
    assert!(error_of(&with("/evidence/calls/0/call", json!("a\u{1b}b"))).contains("calls[0].call"));
}

/// Every string of the evidence with something in it that a terminal obeys, where reading allows it.
fn hostile(value: &mut Value, key: &str) {
    const KEPT: [&str; 12] = [
        "observed",
        "cause",
        "kind",
        "failure",
        "layer",
        "effect",
        "through",
        "decision",
        "feature",
        "call",
        "collectedAt",
        "schema",
    ];
    match value {
        Value::String(text) if key == "kind" && text == "organization" => {}
        Value::String(text) if !KEPT.contains(&key) => {
            text.insert_str(text.len() / 2, "\u{1b}[31m\u{9b}2J\u{202e}\u{7}\r\n");
            text.push_str("<script>alert(1)</script>");
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hostile(item, key)),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                hostile(field, name);
            }
        }
        _ => {}
    }
}

#[test]
fn control_characters_in_a_file_never_reach_the_terminal() {
    let colours = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern");
    for name in [
        "several-blockers",
        "identity-deny",
        "scp-region-lock-readable",
        "identity-center",
        "healthy",
    ] {
        let mut file = collected(name);
        hostile(&mut file["evidence"], "");
        let text = file.to_string();
        for arguments in [
            &["-o", "json"][..],
            &["-o", "text"],
            &["-o", "text", "--color", "always"],
        ] {
            let run = check(text.as_bytes(), arguments);
            assert_ne!(run.status, 2, "{}", run.stderr);
            let shown = match arguments {
                [_, _, "--color", _] => colours.replace_all(&run.stdout, "").into_owned(),
                _ => run.stdout,
            };
            let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}' || c == '\u{9b}';
            assert!(!shown.contains(bad), "{name}: {shown:?}");
            assert!(
                !shown.contains("\\u001b") && !shown.contains("\\u202e"),
                "{name}"
            );
        }
    }
    let mut wrong = collected("healthy");
    wrong["schema"] = json!("billing-doctor/\u{1b}[31mx");
    let run = check(wrong.to_string().as_bytes(), &[]);
    assert!(
        run.status == 2 && !run.stderr.contains('\u{1b}'),
        "{}",
        run.stderr
    );
}

#[test]
fn a_redacted_demo_gets_the_same_answer_and_names_nobody() {
    let folder = tempfile::tempdir().expect("a directory");
    let path = folder.path().join("evidence.json");
    for (name, description) in fake_aws::ACCOUNTS {
        let online = billing_doctor(["check", "--demo", name, "-o", "json"]);
        let collect = run(tool()
            .args(["collect", "--redact", "--demo", name, "-o"])
            .arg(&path));
        assert_eq!(collect.status, 0, "{name}: {}", collect.stderr);
        let offline = run(tool()
            .args(["check", "-o", "json", "--evidence"])
            .arg(&path));
        assert_eq!(online.status, offline.status, "{name}: {}", offline.stderr);
        let (before, after) = (online.json(), offline.json());
        assert_valid(&after);
        assert_eq!(codes(&before), codes(&after), "{name}");
        for part in ["state", "actionsAsked", "actionsAgreed"] {
            assert_eq!(before[part], after[part], "{name}: {part}");
        }
        let opens = |report: &Value| {
            let pages = report["pages"].as_array().expect("pages").clone();
            pages
                .into_iter()
                .map(|page| (page["id"].clone(), page["opens"].clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(opens(&before), opens(&after), "{name}");
        // A policy of AWS's, whose name holds the role's.
        let file = fs::read_to_string(&path)
            .expect("it is there")
            .replace("AdministratorAccess", "");
        let description: Value = serde_json::from_str(description).expect("JSON");
        for secret in secrets(&description) {
            assert!(!file.contains(&secret), "{name}: {secret}\n{file}");
        }
    }
}

/// What of a made-up account nobody else should see.
fn secrets(description: &Value) -> Vec<String> {
    fn walk(value: &Value, key: &str, secrets: &mut Vec<String>) {
        match value {
            Value::String(text) => {
                let is_secret = matches!(
                    key,
                    "id" | "name"
                        | "alias"
                        | "email"
                        | "user"
                        | "role"
                        | "sessionName"
                        | "managementAccountId"
                        | "Sid"
                        | "groups"
                        | "managementAccountEmail"
                        | "by"
                        | "userName"
                );
                // AWS's own, and the root's name, which is a word of AWS's and is not collected.
                let is_aws = text.contains("FullAWSAccess")
                    || text == "AwsSSOInlinePolicy"
                    || text == "Root";
                if is_secret && !is_aws {
                    secrets.push(text.clone());
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, key, secrets)),
            Value::Object(fields) => {
                for (name, field) in fields
                    .iter()
                    .filter(|(name, _)| !NOT_COLLECTED.contains(&name.as_str()))
                {
                    walk(field, name, secrets);
                }
            }
            _ => {}
        }
    }
    const NOT_COLLECTED: [&str; 6] = [
        "contact",
        "billingContact",
        "budgets",
        "credits",
        "monthlySpend",
        "freeTier",
    ];
    let mut secrets = Vec::new();
    walk(description, "", &mut secrets);
    assert!(secrets.len() > 2, "{secrets:?}");
    secrets
}

/// Every place in a JSON value, as a pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                places(field, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// What the fuzz target does, over files that are nearly evidence.
#[test]
fn a_file_with_anything_anywhere_is_an_error_or_gets_an_answer() {
    let others = [
        json!(null),
        json!(""),
        json!("*"),
        json!("arn:"),
        json!("arn:aws:iam::${*}:/?"),
        json!("${aws:username"),
        json!("%7B%22"),
        json!(
            "{\"Statement\":{\"Effect\":\"Deny\",\"NotAction\":\"?\",\"Resource\":\"${aws:username}\"}}"
        ),
        json!("\u{e000}\u{0}é\u{10ffff}"),
        json!("://@:/"),
        json!("@.:"),
        json!(-1),
        json!(1e308),
        json!(true),
        json!([]),
        json!({}),
        json!({"observed": "notApplicable", "because": ""}),
        json!({"observed": "unknown", "fact": "", "cause": {"cause": "refused", "call": "", "action": "", "refusal": {"message": "", "kind": "policy"}}}),
    ];
    let (mut errors, mut answers) = (0, 0);
    for name in [
        "several-blockers",
        "scp-region-lock-readable",
        "identity-center",
    ] {
        let file = collected(name);
        let mut found = Vec::new();
        places(&file, "", &mut found);
        // Every place gets one of them, another in each account.
        for (turn, place) in found
            .iter()
            .enumerate()
            .filter(|(turn, _)| turn % 3 == name.len() % 3)
        {
            let mut file = file.clone();
            *file.pointer_mut(place).expect("it is there") = others[turn % others.len()].clone();
            match read(file.to_string().as_bytes()) {
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    errors += 1;
                }
                Ok(file) => {
                    let state = diagnose(
                        &file.evidence,
                        &billing_doctor::testing::diagnose::question::Question::default(),
                    )
                    .state;
                    if let Ok(redacted) = redact(&file.evidence) {
                        assert_eq!(
                            diagnose(
                                &redacted,
                                &billing_doctor::testing::diagnose::question::Question::default()
                            )
                            .state,
                            state,
                            "{place}"
                        );
                        let written = EvidenceFile::new(redacted, true);
                        assert_eq!(read(written.to_json().as_bytes()), Ok(written), "{place}");
                    }
                    answers += 1;
                }
            }
        }
    }
    assert!(errors > 100 && answers > 100, "{errors} {answers}");
}
