//! winterbaume: the success shapes of every service, as a third party reads AWS's models.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::json;

use super::{Keys, Server, must};
use crate::tool::assert_valid;

const ACCOUNT: &str = "123456789012";

/// Its services behind one server: a package of its own, built when the test first needs it.
static SERVER: LazyLock<PathBuf> = LazyLock::new(|| {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/winterbaume");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("winterbaume");
    must(
        Command::new(env!("CARGO"))
            .args(["build", "--locked", "--quiet", "--manifest-path"])
            .arg(package.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&target)
            .env_remove("RUSTFLAGS"),
        "winterbaume could not be built",
    );
    target.join("debug").join("winterbaume-server")
});

#[test]
fn every_services_success_is_understood() {
    let server = Server::start(&SERVER, |command, port| {
        command.arg(port.to_string());
    });
    let root = Keys::new("testing", "testing");
    let aws = |arguments: &[&str]| server.aws(&root, arguments);
    // GetCallerIdentity always names this user.
    aws(&["iam", "create-user", "--user-name", "moto"]);
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let policy = aws(&[
        "iam",
        "create-policy",
        "--policy-name",
        "All",
        "--policy-document",
        &document.to_string(),
    ]);
    let arn = policy["Policy"]["Arn"].as_str().expect("an ARN");
    aws(&[
        "iam",
        "attach-user-policy",
        "--user-name",
        "moto",
        "--policy-arn",
        arn,
    ]);
    aws(&["iam", "create-account-alias", "--account-alias", "acme-dev"]);
    aws(&[
        "organizations",
        "create-organization",
        "--feature-set",
        "ALL",
    ]);

    let run = server.check(&root);
    let report = run.json();
    assert_valid(&report);
    assert_eq!(report["account"]["id"], ACCOUNT);
    assert_eq!(report["account"]["alias"], "acme-dev");
    assert_eq!(
        report["account"]["organization"]["managementAccount"],
        ACCOUNT
    );
    assert_eq!(
        report["account"]["organization"]["isManagementAccount"],
        true
    );
    // It does not know GetCredits yet, and so nobody knows the switch.
    assert_eq!(report["switch"]["state"], "unknown");
    assert_eq!(report["state"], "inconclusive");
    assert_eq!(run.status, 3);
    assert_eq!(report["policies"][0]["name"], "All");
    // Our engine and its simulator agree on every action.
    assert_eq!(
        report["actionsAsked"], report["actionsAgreed"],
        "{report:#}"
    );

    let calls = report["calls"].as_array().expect("calls");
    for call in [
        "sts:GetCallerIdentity",
        "ce:GetCostAndUsage",
        "billing:ListBillingViews",
        "budgets:DescribeBudgets",
        "freetier:GetFreeTierUsage",
        "freetier:GetAccountPlanState",
        "account:GetAccountInformation",
        "iam:ListAccountAliases",
        "iam:GetAccountSummary",
        "organizations:DescribeOrganization",
        "iam:GetUser",
        "iam:ListAttachedUserPolicies",
        "iam:ListUserPolicies",
        "iam:ListGroupsForUser",
        "iam:ListPolicies",
        "iam:GetPolicyVersion",
        "iam:SimulatePrincipalPolicy",
        "cloudtrail:LookupEvents",
    ] {
        let found = calls.iter().find(|found| found["call"] == call);
        let found = found.unwrap_or_else(|| panic!("{call} was made"));
        assert_eq!(
            found["answered"], found["times"],
            "{call}: {:#}",
            report["gaps"]
        );
    }
}
