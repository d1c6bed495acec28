//! One account, made by the aws CLI: asked about online, and dumped by the aws CLI and judged without it.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use super::{Keys, Server, ministack, moto};
use crate::tool::{Run, assert_valid, run, tool};

/// The codes that policies alone decide; the others need calls that a dump can't make.
const OF_POLICIES: [&str; 8] = [
    "boundary-denies-billing",
    "boundary-omits-billing",
    "mfa-required",
    "identity-policy-denies-billing",
    "only-legacy-actions",
    "billing-policy-without-cost-explorer",
    "identity-policy-omits-billing",
    "key-quarantined",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Emulator {
    Ministack,
    Moto,
}

fn document(statements: &[Value]) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn statement(effect: &str, actions: &[&str], condition: Value) -> Value {
    let mut statement = json!({"Effect": effect, "Action": actions, "Resource": "*"});
    if condition != Value::Null {
        statement["Condition"] = condition;
    }
    statement
}

/// Makes users and roles, and returns the codes that are expected of each, by ARN.
fn build(server: &Server, root: &Keys, server_is: Emulator) -> BTreeMap<String, Vec<&'static str>> {
    let aws = |arguments: &[&str]| server.aws(root, arguments);
    let allow_all = document(&[statement("Allow", &["*"], Value::Null)]);
    let policy = |name: &str, text: &str| {
        let made = aws(&[
            "iam",
            "create-policy",
            "--policy-name",
            name,
            "--policy-document",
            text,
        ]);
        made["Policy"]["Arn"].as_str().expect("an ARN").to_owned()
    };
    let all = policy("All", &allow_all);
    let costs = policy(
        "Costs",
        &document(&[statement("Allow", &["ce:*"], Value::Null)]),
    );
    let limit = policy(
        "Limit",
        &document(&[statement(
            "Allow",
            &["billing:*", "budgets:*", "iam:*"],
            Value::Null,
        )]),
    );
    let never = policy(
        "Never",
        &document(&[
            statement("Allow", &["*"], Value::Null),
            statement("Deny", &["billing:*"], Value::Null),
        ]),
    );
    // The version in force is not the first.
    let versions = policy(
        "Versions",
        &document(&[statement("Deny", &["*"], Value::Null)]),
    );
    aws(&[
        "iam",
        "create-policy-version",
        "--policy-arn",
        &versions,
        "--policy-document",
        &allow_all,
        "--set-as-default",
    ]);
    aws(&["iam", "create-group", "--group-name", "finance"]);
    aws(&[
        "iam",
        "attach-group-policy",
        "--group-name",
        "finance",
        "--policy-arn",
        &costs,
    ]);
    let shared = document(&[statement("Allow", &["billing:*", "budgets:*"], Value::Null)]);
    aws(&[
        "iam",
        "put-group-policy",
        "--group-name",
        "finance",
        "--policy-name",
        "shared",
        "--policy-document",
        &shared,
    ]);

    let mut made = BTreeMap::new();
    let mut user = |name: &str,
                    managed: &[&str],
                    inline: &[Value],
                    group: bool,
                    boundary: Option<&str>,
                    codes: &[&'static str]| {
        let arn = aws(&[
            "iam",
            "create-user",
            "--user-name",
            name,
            "--path",
            "/people/",
            "--tags",
            "Key=team,Value=finance",
        ]);
        let arn = arn["User"]["Arn"].as_str().expect("an ARN").to_owned();
        for policy in managed {
            aws(&[
                "iam",
                "attach-user-policy",
                "--user-name",
                name,
                "--policy-arn",
                policy,
            ]);
        }
        if !inline.is_empty() {
            aws(&[
                "iam",
                "put-user-policy",
                "--user-name",
                name,
                "--policy-name",
                "own",
                "--policy-document",
                &document(inline),
            ]);
        }
        if group {
            aws(&[
                "iam",
                "add-user-to-group",
                "--group-name",
                "finance",
                "--user-name",
                name,
            ]);
        }
        if let Some(boundary) = boundary {
            aws(&[
                "iam",
                "put-user-permissions-boundary",
                "--user-name",
                name,
                "--permissions-boundary",
                boundary,
            ]);
        }
        made.insert(arn, codes.to_vec());
    };
    let omits = "identity-policy-omits-billing";
    let if_true = |key: &str| json!({"Bool": {key: "true"}});
    let allow = |actions: &[&str], condition: Value| statement("Allow", actions, condition);
    let deny = |actions: &[&str], condition: Value| statement("Deny", actions, condition);
    user("direct", &[&all], &[], false, None, &[]);
    user("member", &[], &[], true, None, &[omits]);
    user(
        "inline",
        &[],
        &[allow(&["billing:Get*"], Value::Null)],
        false,
        None,
        &[omits],
    );
    user(
        "denied",
        &[&all],
        &[deny(&["ce:*", "budgets:*"], Value::Null)],
        false,
        None,
        &["identity-policy-denies-billing"],
    );
    user("nothing", &[], &[], false, None, &[omits]);
    user("costs-only", &[&costs], &[], false, None, &[omits]);
    user(
        "old-actions",
        &[],
        &[allow(&["aws-portal:*"], Value::Null)],
        false,
        None,
        &["only-legacy-actions"],
    );
    user("versions", &[&versions], &[], false, None, &[]);
    user(
        "with-mfa",
        &[],
        &[allow(&["*"], if_true("aws:MultiFactorAuthPresent"))],
        false,
        None,
        &["mfa-required"],
    );
    user(
        "tagged",
        &[],
        &[allow(
            &["*"],
            json!({"StringEquals": {"aws:PrincipalTag/team": "finance"}}),
        )],
        false,
        None,
        &[],
    );
    if server_is == Emulator::Ministack {
        user(
            "bound",
            &[&all],
            &[],
            false,
            Some(&limit),
            &["boundary-omits-billing"],
        );
        user(
            "never",
            &[&all],
            &[],
            false,
            Some(&never),
            &["boundary-denies-billing"],
        );
    }
    // ministack's simulator takes a missing network address for a wrong one and names no missing key, as AWS's does; online,
    // that witness counts. moto has no simulator.
    if server_is == Emulator::Moto {
        user(
            "office",
            &[&all],
            &[deny(
                &["billing:*"],
                json!({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
            )],
            false,
            None,
            &[],
        );
    }

    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    });
    let mut role = |name: &str,
                    managed: &[&str],
                    inline: &[Value],
                    boundary: Option<&str>,
                    codes: &[&'static str]| {
        let trust = trust.to_string();
        let mut create = vec![
            "iam",
            "create-role",
            "--role-name",
            name,
            "--path",
            "/work/",
            "--assume-role-policy-document",
            &trust,
        ];
        if let Some(boundary) = boundary {
            create.extend(["--permissions-boundary", boundary]);
        }
        let arn = aws(&create)["Role"]["Arn"]
            .as_str()
            .expect("an ARN")
            .to_owned();
        for policy in managed {
            aws(&[
                "iam",
                "attach-role-policy",
                "--role-name",
                name,
                "--policy-arn",
                policy,
            ]);
        }
        if !inline.is_empty() {
            aws(&[
                "iam",
                "put-role-policy",
                "--role-name",
                name,
                "--policy-name",
                "own",
                "--policy-document",
                &document(inline),
            ]);
        }
        made.insert(arn, codes.to_vec());
    };
    role("role-all", &[&all], &[], None, &[]);
    role(
        "role-denied",
        &[&all],
        &[deny(&["ce:*"], Value::Null)],
        None,
        &["identity-policy-denies-billing"],
    );
    role("role-nothing", &[], &[], None, &[omits]);
    role(
        "role-bound",
        &[&all],
        &[],
        Some(&limit),
        &["boundary-omits-billing"],
    );
    made
}

/// What a report says on the strength of policies: the causes with their statements, the pages that they close.
fn of_policies(report: &Value) -> Value {
    let list = |name: &str| report[name].as_array().cloned().unwrap_or_default();
    let found: Vec<Value> = ["causes", "warnings"]
        .iter()
        .flat_map(|name| list(name))
        .filter(|cause| OF_POLICIES.iter().any(|code| cause["code"] == *code))
        .map(|cause| {
            json!({
                "code": cause["code"], "actions": cause["actions"], "statements": cause["statements"],
                "closes": cause["closes"], "actor": cause["actor"],
            })
        })
        .collect();
    let closed: Vec<Value> = list("pages")
        .into_iter()
        .filter(|page| page["opens"] == "no")
        .map(|page| json!([page["id"], page["closedBy"]]))
        .collect();
    json!({
        "principal": report["principal"]["arn"], "policies": report["policies"], "found": found, "closed": closed,
    })
}

/// ministack leaves permissions boundaries out of this one answer, where AWS has them: they are put in as GetUser and
/// GetRole print them.
fn with_boundaries(server: &Server, root: &Keys, dump: &[u8]) -> Vec<u8> {
    let mut dump: Value = serde_json::from_slice(dump).expect("JSON");
    for (list, kind, name) in [
        ("UserDetailList", "User", "UserName"),
        ("RoleDetailList", "Role", "RoleName"),
    ] {
        for entry in dump[list].as_array_mut().expect("a list") {
            assert_eq!(
                entry.get("PermissionsBoundary"),
                None,
                "ministack has learnt it: this can go"
            );
            let call = format!("get-{}", kind.to_lowercase());
            let option = format!("--{}-name", kind.to_lowercase());
            let of = entry[name].as_str().expect("a name").to_owned();
            let mut answer = server.aws(root, &["iam", &call, &option, &of]);
            if let Some(boundary) = answer[kind].get_mut("PermissionsBoundary") {
                entry["PermissionsBoundary"] = boundary.take();
            }
        }
    }
    dump.to_string().into_bytes()
}

fn agree(server: &Server, root: &Keys, server_is: Emulator, mend: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    let expected = build(server, root, server_is);
    assert!(expected.len() >= 15);
    let folder = tempfile::tempdir().expect("a directory");
    let file = folder.path().join("dump.json");
    let dump = server.aws_bytes(root, &["iam", "get-account-authorization-details"]);
    fs::write(&file, mend(dump)).expect("written");
    for (arn, codes) in expected {
        let online = run(tool()
            .args(["check", "--output", "json", "--principal", &arn])
            .env("AWS_ENDPOINT_URL", server.url())
            .env("AWS_ACCESS_KEY_ID", &root.id)
            .env("AWS_SECRET_ACCESS_KEY", &root.secret));
        let offline: Run = run(tool()
            .args(["check", "--output", "json", "--principal", &arn, "--dump"])
            .arg(&file));
        let (before, after) = (online.json(), offline.json());
        assert_valid(&after);
        assert_eq!(of_policies(&after), of_policies(&before), "{arn}");
        let found: Vec<&str> = after["causes"]
            .as_array()
            .expect("causes")
            .iter()
            .filter_map(|cause| cause["code"].as_str())
            .collect();
        assert_eq!(found, codes, "{arn}: {after:#}");
        assert_eq!(
            offline.status,
            if codes.is_empty() { 3 } else { 1 },
            "{arn}"
        );
    }
}

#[test]
fn online_and_dump_agree_on_every_principal_of_ministack() {
    let (server, root) = (ministack::ministack(), Keys::new("test", "test"));
    agree(&server, &root, Emulator::Ministack, |dump| {
        with_boundaries(&server, &root, &dump)
    });
}

/// moto keeps no permissions boundaries of users; those of roles it does. The dump is taken byte for byte.
#[test]
fn online_and_dump_agree_on_every_principal_of_moto() {
    let root = Keys::new("testing", "testing");
    agree(&moto::moto(), &root, Emulator::Moto, |dump| dump);
}
