//! An account with a user, two groups, inline and managed policies, made by the aws CLI.

use serde_json::{Value, json};

use super::{Keys, Server};

/// What the user is allowed through one policy.
fn document(effect: &str, actions: &[&str]) -> String {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": actions, "Resource": "*"}]}).to_string()
}

/// Makes the account and a key for `alice`.
pub(super) fn build(server: &Server, root: &Keys) -> Keys {
    let aws = |arguments: &[&str]| server.aws(root, arguments);
    let policy = |name: &str, text: &str| {
        aws(&[
            "iam",
            "create-policy",
            "--policy-name",
            name,
            "--policy-document",
            text,
        ])["Policy"]["Arn"]
            .as_str()
            .expect("an ARN")
            .to_owned()
    };
    let read = policy("ReadCosts", &document("Allow", &["ce:Get*"]));
    let group = policy(
        "FinanceRead",
        &document("Allow", &["budgets:ViewBudget", "iam:Get*", "iam:List*"]),
    );
    // Written three times: only the version in force counts, and one that is not would deny.
    let versions = policy("Versions", &document("Deny", &["*"]));
    for (text, is_default) in [
        (document("Allow", &["freetier:Get*"]), true),
        (document("Deny", &["ce:*"]), false),
    ] {
        let flag = if is_default {
            "--set-as-default"
        } else {
            "--no-set-as-default"
        };
        aws(&[
            "iam",
            "create-policy-version",
            "--policy-arn",
            &versions,
            "--policy-document",
            &text,
            flag,
        ]);
    }
    aws(&[
        "iam",
        "create-user",
        "--user-name",
        "alice",
        "--path",
        "/division/",
    ]);
    for name in ["finance", "readers"] {
        aws(&["iam", "create-group", "--group-name", name]);
        aws(&[
            "iam",
            "add-user-to-group",
            "--group-name",
            name,
            "--user-name",
            "alice",
        ]);
    }
    aws(&[
        "iam",
        "attach-user-policy",
        "--user-name",
        "alice",
        "--policy-arn",
        &read,
    ]);
    aws(&[
        "iam",
        "attach-user-policy",
        "--user-name",
        "alice",
        "--policy-arn",
        &versions,
    ]);
    aws(&[
        "iam",
        "attach-group-policy",
        "--group-name",
        "finance",
        "--policy-arn",
        &group,
    ]);
    let inline = document("Allow", &["billing:Get*", "cur:*"]);
    aws(&[
        "iam",
        "put-user-policy",
        "--user-name",
        "alice",
        "--policy-name",
        "own",
        "--policy-document",
        &inline,
    ]);
    let inline = document("Allow", &["payments:List*"]);
    aws(&[
        "iam",
        "put-group-policy",
        "--group-name",
        "readers",
        "--policy-name",
        "shared",
        "--policy-document",
        &inline,
    ]);
    Keys::of(server, root, "alice")
}

/// What the report must list for `alice`: exactly this.
pub(super) fn policies(account: &str) -> Value {
    let arn = |name: &str| format!("arn:aws:iam::{account}:policy/{name}");
    let entry = |name: &str, arn: Option<String>, kind: &str, via: &str| json!({"layer": "identityPolicy", "name": name, "arn": arn, "via": {"kind": kind, "name": via}, "read": true});
    json!([
        entry("ReadCosts", Some(arn("ReadCosts")), "user", "alice"),
        entry("Versions", Some(arn("Versions")), "user", "alice"),
        entry("own", None, "user", "alice"),
        entry("FinanceRead", Some(arn("FinanceRead")), "group", "finance"),
        entry("shared", None, "group", "readers"),
    ])
}
