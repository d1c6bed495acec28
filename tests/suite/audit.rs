//! `billing-doctor audit`: who can, through which policy, and what blocks it.

use std::fs;
use std::path::{Path, PathBuf};

use billing_doctor::testing::audit::{Can, Kind, Note, Power, Trusted, audit};
use billing_doctor::testing::catalog::TIERS;
use billing_doctor::testing::diagnose::layers::{Engine, Way};
use billing_doctor::testing::evidence::dump::{self, Details};
use billing_doctor::testing::evidence::{Gap, Observed};
use billing_doctor::testing::render::{AuditFormat, ColorChoice, Palette, write_audit};
use iam_policy::Decision;
use serde_json::{Value, json};

use crate::tool::{Run, billing_doctor, run, tool};

const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const NOW: i64 = 1_795_000_000;

fn policy(effect: &str, actions: &[&str], condition: Value) -> Value {
    let mut statement = json!({"Effect": effect, "Action": actions, "Resource": "*"});
    if !condition.is_null() {
        statement["Condition"] = condition;
    }
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

fn user(name: &str, inline: &[Value], attached: &[&str]) -> Value {
    json!({
        "Path": "/", "UserName": name, "UserId": "AIDA", "Arn": format!("arn:aws:iam::111122223333:user/{name}"),
        "UserPolicyList": inline.iter().enumerate().map(|(index, document)| {
            json!({"PolicyName": format!("Own{index}"), "PolicyDocument": document})
        }).collect::<Vec<_>>(),
        "AttachedManagedPolicies": attached.iter().map(|arn| {
            json!({"PolicyName": arn.rsplit('/').next(), "PolicyArn": arn})
        }).collect::<Vec<_>>(),
    })
}

fn role(name: &str, trust: Value, attached: &[&str]) -> Value {
    let mut role = user(name, &[], attached);
    role["RoleName"] = json!(name);
    role["Arn"] = json!(format!("arn:aws:iam::111122223333:role/{name}"));
    role["AssumeRolePolicyDocument"] = json!({"Version": "2012-10-17", "Statement": [trust]});
    role
}

fn trusts(principal: Value, condition: Value) -> Value {
    let mut statement =
        json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"});
    if !condition.is_null() {
        statement["Condition"] = condition;
    }
    statement
}

/// An account with somebody of every kind.
fn account() -> Value {
    let mfa = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    let mut bounded = user("bounded", &[], &[ADMIN]);
    bounded["PermissionsBoundary"] =
        json!({"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/Developers"});
    let mut grouped = user("grouped", &[], &[]);
    grouped["GroupList"] = json!(["Finance"]);
    let mut linked = role(
        "AWSServiceRoleForX",
        trusts(json!({"Service": "x.amazonaws.com"}), Value::Null),
        &[ADMIN],
    );
    linked["Arn"] =
        json!("arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX");
    json!({
        "UserDetailList": [
            user("admin", &[], &[ADMIN]),
            bounded,
            grouped,
            user("nobody", &[], &[]),
            user("legacy", &[policy("Allow", &["aws-portal:*"], Value::Null)], &[]),
            user("withmfa", &[policy("Allow", &["payments:*"], mfa)], &[]),
            user("denied", &[policy("Deny", &["payments:*", "tax:*"], Value::Null)], &[ADMIN]),
            user("leaked", &[], &["arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2"]),
        ],
        "GroupDetailList": [{
            "Path": "/", "GroupName": "Finance", "GroupId": "AGPA", "Arn": "arn:aws:iam::111122223333:group/Finance",
            "GroupPolicyList": [],
            "AttachedManagedPolicies": [{"PolicyName": "Payments", "PolicyArn": "arn:aws:iam::111122223333:policy/Payments"}],
        }],
        "RoleDetailList": [
            role("partner", trusts(json!({"AWS": "arn:aws:iam::999999999999:root"}), json!({"StringEquals": {"sts:ExternalId": "x"}})), &[ADMIN]),
            role("open", trusts(json!("*"), Value::Null), &[ADMIN]),
            role("harmless", trusts(json!("*"), Value::Null), &[]),
            role("ci", trusts(json!({"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}), Value::Null), &[ADMIN]),
            role("own", trusts(json!({"AWS": ["111122223333"]}), Value::Null), &[ADMIN]),
            role("AWSReservedSSO_Admins_0123456789abcdef", trusts(json!({"Federated": "arn:aws:iam::111122223333:saml-provider/AWSSSO_0"}), Value::Null), &[ADMIN]),
            linked,
        ],
        "Policies": [
            managed("Payments", policy("Allow", &["payments:Update*", "tax:PutTaxRegistration"], Value::Null)),
            managed("Developers", policy("Allow", &["ec2:*", "ce:Get*"], Value::Null)),
            {"PolicyName": "AWSCompromisedKeyQuarantineV2", "Arn": "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2",
             "DefaultVersionId": "v1", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true,
                "Document": policy("Deny", &["iam:CreateUser"], Value::Null)}]},
        ],
    })
}

fn managed(name: &str, document: Value) -> Value {
    json!({"PolicyName": name, "Arn": format!("arn:aws:iam::111122223333:policy/{name}"), "DefaultVersionId": "v2",
    "PolicyVersionList": [
        {"VersionId": "v1", "IsDefaultVersion": false, "Document": policy("Allow", &["*"], Value::Null)},
        {"VersionId": "v2", "IsDefaultVersion": true, "Document": document},
    ]})
}

fn details(dump: &Value) -> Details {
    dump::read(dump.to_string().as_bytes()).expect("a dump")
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("target is writable");
    path
}

fn audit_of(dump: &Path, arguments: &[&str]) -> Run {
    run(tool().args(["audit", "--dump"]).arg(dump).args(arguments))
}

#[test]
fn every_answer_names_the_policy_the_condition_or_what_blocks() {
    let found = audit(&details(&account()), None, Power::tiers(), NOW);
    let answer = |name: &str, power: &str| {
        let principal = found
            .principals
            .iter()
            .find(|principal| principal.name == name)
            .expect("it is in the dump");
        principal.answers[power].clone()
    };
    assert_eq!(found.account.as_deref(), Some("111122223333"));
    let admin = answer("admin", "close-account");
    assert_eq!(admin.can, Can::Yes);
    assert_eq!(admin.through[0].policy, "AdministratorAccess");
    let grouped = answer("grouped", "change-payment");
    assert_eq!(grouped.can, Can::Yes);
    assert_eq!(grouped.through[0].policy, "Payments (group Finance)");
    assert!(
        grouped
            .actions
            .contains(&"payments:UpdatePaymentPreferences".to_owned())
    );
    assert!(!grouped.actions.contains(&"payments:MakePayment".to_owned()));
    assert_eq!(answer("grouped", "close-account").can, Can::No);
    let bounded = answer("bounded", "close-account");
    assert_eq!(bounded.can, Can::No);
    assert_eq!(
        bounded.blocked_by,
        ["permissions boundary (nothing there allows it)"]
    );
    assert_eq!(answer("bounded", "see-costs").can, Can::Yes);
    let mfa = answer("withmfa", "change-payment");
    assert_eq!(mfa.can, Can::Depends);
    assert!(
        mfa.depends_on
            .expect("a condition")
            .to_lowercase()
            .contains("mfa")
    );
    let nobody = answer("nobody", "see-costs");
    assert_eq!(
        (nobody.can, nobody.blocked_by.len(), nobody.through.len()),
        (Can::No, 0, 0)
    );
    let denied = answer("denied", "change-payment");
    assert_eq!(denied.can, Can::No);
    assert_eq!(
        denied.blocked_by,
        ["identity policies: Own0 (inline), statement 1"]
    );
    assert_eq!(answer("denied", "see-bills").can, Can::Yes);
}

#[test]
fn what_stands_out_is_noted() {
    let found = audit(&details(&account()), None, Power::tiers(), NOW);
    let with = |note: Note| -> Vec<&str> {
        let principals = found.principals.iter();
        principals
            .filter(|principal| principal.notes.contains(&note))
            .map(|principal| principal.name.as_str())
            .collect()
    };
    assert_eq!(with(Note::OpenToOthers), ["ci", "open", "partner"]);
    assert_eq!(with(Note::LegacyOnly), ["legacy"]);
    assert_eq!(with(Note::Denied), ["denied"]);
    assert_eq!(with(Note::Quarantined), ["leaked"]);
    let trust = |name: &str| {
        let principal = found
            .principals
            .iter()
            .find(|principal| principal.name == name);
        principal.expect("it is there").trust[0].clone()
    };
    assert_eq!(trust("partner").who, Trusted::OtherAccount);
    assert_eq!(trust("partner").conditions, ["sts:ExternalId"]);
    assert_eq!(trust("open").who, Trusted::Anyone);
    assert_eq!(trust("own").who, Trusted::ThisAccount);
    assert_eq!(
        trust("AWSReservedSSO_Admins_0123456789abcdef").who,
        Trusted::IdentityCenter
    );
    let kind = |name: &str| {
        let principal = found
            .principals
            .iter()
            .find(|principal| principal.name == name);
        principal.expect("it is there").kind
    };
    assert_eq!(kind("AWSServiceRoleForX"), Kind::ServiceLinkedRole);
    assert_eq!(
        kind("AWSReservedSSO_Admins_0123456789abcdef"),
        Kind::PermissionSetRole
    );
}

#[test]
fn a_service_control_policy_blocks_all_but_service_linked_roles() {
    let dump = file("audit-scp-dump.json", &account().to_string());
    let scp = file(
        "audit-scp.json",
        &json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Sid": "KeepOpen", "Effect": "Deny", "Action": "account:*", "Resource": "*"},
        ]})
        .to_string(),
    );
    let level = format!("root={}", scp.display());
    let report = audit_of(&dump, &["--scp", &level, "-o", "json"]).json();
    assert_eq!(report["serviceControlPolicies"], true);
    let principals = report["principals"].as_array().expect("principals");
    for principal in principals {
        let close = &principal["answers"]["close-account"];
        match principal["kind"].as_str() {
            Some("serviceLinkedRole") => assert_eq!(close["can"], "yes"),
            _ => assert_eq!(close["can"], "no", "{principal}"),
        }
        if principal["name"] == "admin" {
            assert!(
                close["blockedBy"].to_string().contains("KeepOpen"),
                "{close}"
            );
        }
    }
}

#[test]
fn the_audit_and_check_agree_on_every_principal_of_a_made_up_account() {
    let output = std::process::Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--locked",
            "--example",
            "make_dump",
            "--",
            "--principals",
            "120",
            "--seed",
            "7",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let details = dump::read(&output.stdout).expect("a dump");
    let actions = [
        "ce:GetCostAndUsage",
        "payments:MakePayment",
        "account:CloseAccount",
        "budgets:ModifyBudget",
    ];
    let powers = actions
        .iter()
        .map(|action| Power {
            id: (*action).to_owned(),
            title: String::new(),
            actions: vec![(*action).to_owned()],
        })
        .collect();
    let found = audit(
        &details,
        Some(&Observed::Known { value: Vec::new() }),
        powers,
        NOW,
    );
    let (mut yes, mut no) = (0, 0);
    for principal in &found.principals {
        let evidence = dump::evidence(
            &details,
            &principal.arn,
            Some(Vec::new()),
            "2026-11-23T12:00:00Z".to_owned(),
        )
        .expect("it is in the dump");
        let engine = Engine::new(&evidence);
        for action in actions {
            let way = match principal.kind {
                Kind::User => Way::Console,
                _ => Way::CommandLine,
            };
            let ours = match engine.authorize(way, action).decision {
                Decision::Allowed => Can::Yes,
                Decision::Undetermined | Decision::AllowedOnSome => Can::Depends,
                _ => Can::No,
            };
            assert_eq!(
                principal.answers[action].can, ours,
                "{} {action}",
                principal.arn
            );
            match ours {
                Can::Yes => yes += 1,
                _ => no += 1,
            }
        }
    }
    assert!(yes > 20 && no > 20, "both answers occur: {yes} and {no}");
}

#[test]
fn one_policy_on_one_more_user_deviates_from_what_was_expected_and_both_are_named() {
    let mut dump = account();
    let expected = file(
        "expected.toml",
        "[powers]\nclose-account = [\"user/admin\", \"role/*\"]\n",
    );
    let expect = ["--expect", expected.to_str().expect("UTF-8")];
    let as_expected = audit_of(&file("audit-expected.json", &dump.to_string()), &expect);
    // denied has AdministratorAccess too.
    assert_eq!(as_expected.status, 1);
    assert!(
        as_expected.stdout.contains("user/denied"),
        "{}",
        as_expected.stdout
    );
    let expected = file(
        "expected.toml",
        "[powers]\nclose-account = [\"user/admin\", \"user/denied\", \"role/*\"]\n",
    );
    let expect = ["--expect", expected.to_str().expect("UTF-8")];
    let as_expected = audit_of(&file("audit-expected.json", &dump.to_string()), &expect);
    assert_eq!(
        (as_expected.status, as_expected.stdout.as_str()),
        (0, ""),
        "{}",
        as_expected.stderr
    );
    let nobody = dump["UserDetailList"]
        .as_array_mut()
        .expect("users")
        .iter_mut()
        .find(|user| user["UserName"] == "nobody");
    nobody.expect("there is one")["AttachedManagedPolicies"] =
        json!([{"PolicyName": "AdministratorAccess", "PolicyArn": ADMIN}]);
    let more = audit_of(&file("audit-more.json", &dump.to_string()), &expect);
    assert_eq!(more.status, 1);
    assert_eq!(more.stdout.lines().count(), 1, "{}", more.stdout);
    assert!(
        more.stdout
            .contains("+ close-account: arn:aws:iam::111122223333:user/nobody")
            && more.stdout.contains("AdministratorAccess"),
        "{}",
        more.stdout
    );
    let wrong = file("expected-wrong.toml", "[powers]\nclose-acount = []\n");
    let run = audit_of(
        &file("audit-expected.json", &dump.to_string()),
        &["--expect", wrong.to_str().expect("UTF-8")],
    );
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("there is no power “close-acount”"),
        "{}",
        run.stderr
    );
    let missing = file(
        "expected-missing.toml",
        "[powers]\nsee-costs = [\"*\", \"user/ghost\"]\n",
    );
    let run = audit_of(
        &file("audit-expected.json", &dump.to_string()),
        &["--expect", missing.to_str().expect("UTF-8")],
    );
    assert_eq!(
        (run.status, run.stdout.as_str()),
        (1, "- see-costs: user/ghost does not have it\n")
    );
}

#[test]
fn the_text_groups_those_alike_and_puts_the_most_dangerous_first() {
    let dump = file("audit-text.json", &account().to_string());
    let text = audit_of(&dump, &[]).stdout;
    let at = |needle: &str| {
        text.find(needle)
            .unwrap_or_else(|| panic!("{needle}: {text}"))
    };
    assert!(at("(close-account)") < at("(change-payment)"));
    assert!(at("(change-payment)") < at("(see-costs)"));
    assert!(
        text.contains("2 users through AdministratorAccess, statement 1: admin, denied"),
        "{text}"
    );
    assert!(
        text.contains("another account arn:aws:iam::999999999999:root if"),
        "{text}"
    );
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let one = audit_of(&dump, &["--who-can", "account:CloseAccount"]).stdout;
    assert!(one.contains("admin") && !one.contains("see-costs"), "{one}");
    let page = audit_of(&dump, &["--who-can", "cost-explorer"]).stdout;
    assert!(page.contains("bounded"), "{page}");
    let wrong = audit_of(&dump, &["--who-can", "change-paiment"]);
    assert_eq!(wrong.status, 2);
    assert!(
        wrong.stderr.contains("did you mean change-payment?"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn names_stay_names_in_every_format() {
    let mut dump = account();
    let evil = "=cmd|' /C calc'!A0\u{1b}[31m<script>alert(1)</script>\u{202e}\"x";
    dump["UserDetailList"] = json!([user(evil, &[], &[ADMIN])]);
    dump["UserDetailList"][0]["Arn"] = json!(format!("arn:aws:iam::111122223333:user/{evil}"));
    let dump = file("audit-evil.json", &dump.to_string());
    for format in ["text", "json", "csv", "html", "markdown"] {
        let output = audit_of(&dump, &["-o", format, "--color", "never"]);
        assert_eq!(output.status, 0, "{}", output.stderr);
        for character in ['\u{1b}', '\u{202e}'] {
            let escaped = format!("\\u{:04x}", u32::from(character));
            assert!(!output.stdout.contains(character), "{format}");
            assert!(!output.stdout.contains(&escaped), "{format}");
        }
        if format == "html" {
            assert!(!output.stdout.contains("<script"), "{}", output.stdout);
            assert!(output.stdout.contains("&lt;script&gt;"));
        }
        if format == "csv" {
            for line in output.stdout.lines() {
                let cell = line.trim_start_matches('"');
                assert!(!cell.starts_with(['=', '+', '-', '@']), "{line}");
            }
        }
    }
}

#[test]
fn the_html_is_one_small_file_that_loads_nothing() {
    let dump = file("audit-html.json", &account().to_string());
    let html = audit_of(&dump, &["-o", "html"]).stdout;
    assert!(html.starts_with("<!DOCTYPE html>"));
    assert!(html.contains("default-src 'none'"));
    for forbidden in ["<script", "src=", "url(", "@import", "<link", "<iframe"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn the_schema_and_the_page_of_the_audit_are_what_it_does() {
    let schema = billing_doctor(["schema", "audit"]).stdout;
    assert_eq!(
        schema,
        include_str!("../../docs/audit-v1.schema.json"),
        "billing-doctor schema audit > docs/audit-v1.schema.json"
    );
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let dump = file("audit-schema.json", &account().to_string());
    let report = audit_of(&dump, &["-o", "json"]).json();
    assert!(validator.is_valid(&report));
    let page = include_str!("../../docs/audit.md");
    for tier in TIERS {
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{}` |", tier.id)));
        let row = row.unwrap_or_else(|| panic!("docs/audit.md lacks {}", tier.id));
        assert!(row.contains(tier.title));
        for action in tier.actions {
            assert!(row.contains(&format!("`{action}`")), "{action}");
        }
    }
}

#[test]
fn asked_of_aws_itself_the_audit_says_what_a_dump_says() {
    // Two items a page: the account comes in several answers.
    let run = billing_doctor(["audit", "--demo", "identity-deny", "-o", "json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let report = run.json();
    let can = |name: &str, power: &str| {
        let principals = report["principals"].as_array().expect("principals");
        let principal = principals
            .iter()
            .find(|principal| principal["name"] == name);
        principal.expect("it is there")["answers"][power]["can"].clone()
    };
    assert_eq!(can("alice", "see-bills"), "yes");
    assert_eq!(can("carol", "see-bills"), "no");
    assert_eq!(can("carol", "close-account"), "yes");
    assert_eq!(
        report["serviceControlPolicies"], true,
        "the account is in no organization"
    );
    // Whoever may not list the account is told what else there is.
    let refused = billing_doctor(["audit", "--demo", "no-billing-policy"]);
    assert_eq!(refused.status, 0, "{}", refused.stderr);
    let refused = billing_doctor(["audit", "--demo", "expired-credentials"]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("--dump"), "{}", refused.stderr);
}

#[test]
fn policies_that_aws_did_not_show_are_not_said_to_be_not_given() {
    let gap = Observed::Unknown(Gap::not_asked(
        "the service control policies",
        "AWS was not at home",
    ));
    let found = audit(&details(&account()), Some(&gap), Power::tiers(), NOW);
    assert!(!found.service_control_policies);
    for format in [AuditFormat::Text, AuditFormat::Html, AuditFormat::Markdown] {
        let mut bytes = Vec::new();
        write_audit(
            &found,
            format,
            false,
            &Palette::of_stdout(ColorChoice::Never),
            &mut bytes,
        )
        .expect("memory takes it");
        let text = String::from_utf8(bytes).expect("text");
        assert!(
            text.contains("could not be read (AWS was not at home)"),
            "{format:?}: {text}"
        );
        assert!(!text.contains("not given"), "{format:?}: {text}");
    }
}

#[test]
fn one_principal_alone_is_shown_where_it_was_named() {
    let arn = "arn:aws:iam::111122223333:user/admin";
    let mut found = audit(&details(&account()), None, Power::tiers(), NOW);
    found.keep_only(arn).expect("it is there");
    assert_eq!(found.principals.len(), 1);
    assert_eq!(found.principals[0].arn, arn);
    let error = found.keep_only("arn:aws:iam::111122223333:user/typo");
    assert!(error.is_err());
}

#[test]
fn options_that_audit_does_not_honour_are_refused() {
    let free = billing_doctor(["audit", "--demo", "healthy", "--free"]);
    assert_eq!(free.status, 2);
    for format in ["json", "csv", "html", "markdown"] {
        let run = billing_doctor([
            "audit", "--demo", "healthy", "--expect", "x.toml", "-o", format,
        ]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{format}");
        assert!(
            run.stderr.contains("text only") && run.stderr.contains("hint: "),
            "{}",
            run.stderr
        );
    }
}
