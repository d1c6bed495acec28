//! `billing-doctor explain` and the catalogue behind it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use billing_doctor::testing::catalog::Code;
use billing_doctor::testing::diagnose::cause::Confidence;
use billing_doctor::testing::diagnose::causes::{CHECKS, confidences};
use billing_doctor::testing::explain::explain;
use serde_json::{Value, json};

use crate::tool::{billing_doctor, tool};

/// The code and confidence of the one refusal in a text.
fn only(text: &str) -> (&'static str, String) {
    let found = explain(text).refusals;
    assert_eq!(found.len(), 1, "{text}: {found:#?}");
    (found[0].code.as_str(), format!("{:?}", found[0].confidence))
}

/// IAM's grammar with this reason.
fn denied(reason: &str) -> String {
    format!(
        "An error occurred (AccessDeniedException) when calling the GetCostAndUsage operation: User: \
         arn:aws:iam::111122223333:user/ada is not authorized to perform: ce:GetCostAndUsage on resource: \
         arn:aws:ce:us-east-1:111122223333:/GetCostAndUsage {reason}"
    )
}

#[test]
fn a_message_of_each_kind_gets_its_code() {
    for (reason, code) in [
        (
            "because no identity-based policy allows the ce:GetCostAndUsage action",
            "identity-policy-omits-billing",
        ),
        (
            "with an explicit deny in an identity-based policy",
            "identity-policy-denies-billing",
        ),
        (
            "with an explicit deny in an identity-based policy: arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
            "key-quarantined",
        ),
        (
            "because no permissions boundary allows the ce:GetCostAndUsage action",
            "boundary-omits-billing",
        ),
        (
            "with an explicit deny in a permissions boundary",
            "boundary-denies-billing",
        ),
        (
            "because no session policy allows the ce:GetCostAndUsage action",
            "session-policy-omits-billing",
        ),
        (
            "with an explicit deny in a sessions policy",
            "session-policy-denies-billing",
        ),
        (
            "because no service control policy allows the ce:GetCostAndUsage action",
            "scp-omits-billing",
        ),
        (
            "with an explicit deny in a service control policy",
            "scp-denies-billing",
        ),
        (
            "with an explicit deny in a resource control policy",
            "rcp-denies-billing",
        ),
        (
            "with an explicit deny in a VPC endpoint policy",
            "vpc-endpoint-policy-blocks-billing",
        ),
        (
            "because no VPC endpoint policy allows the ce:GetCostAndUsage action",
            "vpc-endpoint-policy-blocks-billing",
        ),
    ] {
        assert_eq!(
            only(&denied(reason)),
            (code, "Confirmed".to_owned()),
            "{reason}"
        );
    }
    assert_eq!(
        only(&denied("")),
        ("unexplained-refusal", "Possible".to_owned())
    );
    for (text, code) in [
        (
            "AccessDeniedException: IAM user access not activated",
            "iam-access-not-activated",
        ),
        (
            "DataUnavailableException: Data is not available. Please try to adjust the time period. If just enabled Cost Explorer, data might not be ingested yet",
            "cost-data-not-ready",
        ),
        (
            "Account 111122223333 is a linked account. To enable budgets for your account, ask the payer account to enable budgets first.",
            "member-budgets-not-enabled",
        ),
        (
            "Failed to list Cost Allocation Tags: Linked account doesn't have access to cost allocation tags.",
            "payer-only-feature",
        ),
        (
            "Failed to list Cost Categories: Linked account doesn't have access to cost category.",
            "payer-only-feature",
        ),
        (
            "linked account is not allowed to modify report preference",
            "payer-only-feature",
        ),
        (
            "Linked account doesn't have access to cost explorer.",
            "member-cost-explorer-withheld",
        ),
        (
            "Your account is a part of consolidated billing. For you to be able to use Cost Explorer, your Payer account needs to enable Cost Explorer.",
            "member-cost-explorer-withheld",
        ),
        (
            "An error occurred (ExpiredToken) when calling the ListUsers operation: The security token included in the request is expired",
            "credentials-expired",
        ),
        (
            "Blocked: This account is currently blocked and not recognized as a valid account.",
            "account-not-active",
        ),
        (
            "SignatureDoesNotMatch: Signature expired: 20261123T070000Z is now earlier than 20261123T071500Z",
            "clock-skew",
        ),
    ] {
        assert_eq!(only(text), (code, "Confirmed".to_owned()), "{text}");
    }
    for (text, code) in [
        (
            "AccessDeniedException: User not enabled for cost explorer access",
            "cost-explorer-not-enabled",
        ),
        (
            "InvalidClientTokenId: The security token included in the request is invalid.",
            "credentials-rejected",
        ),
        (
            "SubscriptionRequiredException: The AWS Access Key Id needs a subscription for the service",
            "subscription-required",
        ),
    ] {
        assert_eq!(only(text), (code, "Likely".to_owned()), "{text}");
    }
}

#[test]
fn user_not_enabled_for_cost_explorer_access_is_not_the_switch() {
    let text = "AccessDeniedException: User not enabled for cost explorer access";
    assert_ne!(only(text).0, "iam-access-not-activated");
}

#[test]
fn the_old_console_text_is_only_possible_and_both_readings_are_named() {
    let text = "You Need Permissions\nYou don't have permission to access billing information for this account. Contact \
                your AWS administrator if you need help. If you are an AWS administrator, you can provide permissions for \
                your users or groups by making sure that (1) this account allows IAM and federated users to access billing \
                information and (2) you have the required IAM permissions.";
    let found = explain(text).refusals;
    assert_eq!(
        only(text),
        ("iam-access-not-activated", "Possible".to_owned())
    );
    let reason = found[0].confidence_reason.expect("a reason");
    assert!(reason.contains("(1)") && reason.contains("(2)"), "{reason}");
}

#[test]
fn a_refusal_is_taken_apart_and_what_may_hide_behind_it_is_said() {
    let text = denied(
        "with an explicit deny in a service control policy: arn:aws:organizations::444455556666:policy/o-abc/service_control_policy/p-xyz",
    );
    let found = explain(&text).refusals.remove(0);
    assert_eq!(found.action.as_deref(), Some("ce:GetCostAndUsage"));
    assert_eq!(
        found.principal.as_deref(),
        Some("arn:aws:iam::111122223333:user/ada")
    );
    assert_eq!(found.layer, Some("serviceControlPolicy"));
    assert_eq!(found.effect, Some("explicitDeny"));
    assert_eq!(found.error_code.as_deref(), Some("AccessDeniedException"));
    assert_eq!(
        found.policy_arn.as_deref(),
        Some("arn:aws:organizations::444455556666:policy/o-abc/service_control_policy/p-xyz")
    );
    assert!(found.hidden.is_some());
    assert!(
        found.remedy.starts_with("Who: the management account"),
        "{}",
        found.remedy
    );
}

#[test]
fn the_exit_status_tells_a_code_a_refusal_and_nothing_apart() {
    let page = billing_doctor(["explain", "iam-access-not-activated"]);
    assert_eq!(page.status, 0);
    assert!(
        page.stdout.contains("Activate IAM Access"),
        "{}",
        page.stdout
    );

    let refusal = billing_doctor([
        "explain",
        "-o",
        "json",
        "IAM",
        "user",
        "access",
        "not",
        "activated",
    ]);
    assert_eq!(refusal.status, 1);
    assert_eq!(
        refusal.json()["refusals"][0]["code"],
        "iam-access-not-activated"
    );

    let nothing = billing_doctor(["explain", "-o", "json", "the Bills page is empty"]);
    assert_eq!(nothing.status, 3);
    assert_eq!(nothing.json()["refusals"], Value::Array(Vec::new()));
    assert_eq!(billing_doctor(["explain"]).status, 2);
}

#[test]
fn a_log_on_standard_input_may_hold_anything() {
    let mut child = tool()
        .args(["explain", "-", "-o", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut log = b"\xff\xfe\x1b[2J noise\n".to_vec();
    log.extend(denied("with an explicit deny in a permissions boundary").bytes());
    log.extend(b"\n12:00 ok\nIAM user access not activated\n");
    child
        .stdin
        .take()
        .expect("piped")
        .write_all(&log)
        .expect("reads");
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(1));
    let explanation: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/explain-v1.schema.json")).expect("JSON");
    assert!(
        jsonschema::is_valid(&schema, &explanation),
        "{explanation:#}"
    );
    let codes: Vec<&str> = explanation["refusals"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|refusal| refusal["code"].as_str().expect("a code"))
        .collect();
    assert_eq!(
        codes,
        ["boundary-denies-billing", "iam-access-not-activated"]
    );
    assert!(!String::from_utf8_lossy(&output.stdout).contains('\u{1b}'));
}

#[test]
fn a_narrow_line_is_never_overrun_by_prose() {
    let run = crate::tool::run(tool().env("COLUMNS", "44").args(["explain", "clock-skew"]));
    for line in run.stdout.lines().filter(|line| !line.starts_with("    ")) {
        let long = line.chars().count() > 44;
        assert!(
            !long || line.contains("https://") || !line.trim().contains(' '),
            "{line}"
        );
    }
}

#[test]
fn every_cause_has_a_page_and_every_page_a_cause() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/checks");
    let pages: BTreeSet<String> = fs::read_dir(folder)
        .expect("docs/checks")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let causes: BTreeSet<String> = Code::ALL
        .iter()
        .map(|cause| format!("{}.md", cause.as_str()))
        .collect();
    assert_eq!(pages, causes);
    assert_eq!(causes.len(), Code::ALL.len(), "a code twice");
}

#[test]
fn every_page_has_the_same_sections_and_a_source_and_names_known_codes() {
    const SECTIONS: [&str; 6] = [
        "What it looks for",
        "Why it takes billing away",
        "How we know",
        "What to do, and who can",
        "What it cannot see",
        "Sources",
    ];
    for cause in Code::ALL {
        let code = cause.as_str();
        assert!(cause.page().starts_with(&format!("# {code}\n\n")), "{code}");
        assert!(cause.in_short().len() > 40, "{code}");
        let headings: Vec<&str> = cause
            .page()
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        assert_eq!(headings, SECTIONS, "{code}");
        for section in SECTIONS {
            assert!(!cause.section(section).is_empty(), "{code}: {section}");
        }
        assert!(
            cause
                .section("What to do, and who can")
                .starts_with("Who: "),
            "{code}"
        );
        assert!(cause.section("Sources").contains("- https://"), "{code}");
    }
}

/// The confidences that a page says are not used: “`likely` and `possible` are not used”.
fn unused(how_we_know: &str) -> BTreeSet<&str> {
    let mut unused = BTreeSet::new();
    for end in ["is not used", "are not used"] {
        for (at, _) in how_we_know.match_indices(end) {
            let before = how_we_know[..at].rsplit(['.', ';', ':']).next();
            unused.extend(
                before
                    .into_iter()
                    .flat_map(|clause| clause.split('`'))
                    .skip(1)
                    .step_by(2),
            );
        }
    }
    unused
}

#[test]
fn every_page_says_how_sure_its_check_can_be() {
    let all = [
        (Confidence::Confirmed, "confirmed"),
        (Confidence::Likely, "likely"),
        (Confidence::Possible, "possible"),
    ];
    for code in Code::ALL {
        let words: Vec<&str> = code.section("How we know").split_whitespace().collect();
        let section = words.join(" ");
        let unused = unused(&section);
        for (confidence, name) in all {
            let used = confidences(*code).contains(&confidence);
            assert!(
                section.contains(&format!("`{name}`")),
                "{code} names {name}"
            );
            assert_eq!(!unused.contains(name), used, "{code}: is {name} used?");
        }
    }
}

#[test]
fn check_looks_for_every_cause_of_the_catalogue() {
    let causes: BTreeSet<&str> = Code::ALL.iter().map(|cause| cause.as_str()).collect();
    // What nothing explains is no check's: it is what remains when all have looked.
    let checks = CHECKS.iter().map(|check| check.code.as_str());
    let checks: BTreeSet<&str> = checks.chain(["unexplained-refusal"]).collect();
    assert_eq!(causes, checks);
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"))
        .expect("README.md");
    for code in checks {
        assert!(
            readme.contains(&format!("`{code}`")),
            "README.md does not name {code}"
        );
    }
}

#[test]
fn the_list_of_causes_has_every_code() {
    let list = billing_doctor(["checks"]).stdout;
    let json = billing_doctor(["checks", "-o", "json"]).json();
    assert_eq!(
        json["checks"].as_array().map(Vec::len),
        Some(Code::ALL.len())
    );
    for cause in Code::ALL {
        assert!(
            list.lines().any(|line| line == cause.as_str()),
            "{}",
            cause.as_str()
        );
    }
}

#[test]
fn the_page_of_bills_lists_what_the_table_of_aws_lists() {
    let run = billing_doctor(["pages", "bills"]);
    assert_eq!(run.status, 0);
    // Source: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/migrate-granularaccess-whatis.html
    for action in [
        "account:GetAccountInformation",
        "billing:Get*",
        "consolidatedbilling:Get*",
        "consolidatedbilling:List*",
        "invoicing:List*",
        "payments:List*",
    ] {
        assert!(
            run.stdout.lines().any(|line| line.trim() == action),
            "{action}:\n{}",
            run.stdout
        );
    }
    assert!(
        run.stdout.contains("Source: https://docs.aws.amazon.com/"),
        "{}",
        run.stdout
    );
    let json = billing_doctor(["pages", "bills", "-o", "json"]).json();
    assert_eq!(json["pages"][0]["gatedBySwitch"], true);
}

#[test]
fn the_list_of_pages_names_all_and_an_unknown_one_is_an_error() {
    let list = billing_doctor(["pages"]).stdout;
    assert_eq!(
        list.lines().count(),
        billing_doctor::testing::catalog::pages().len()
    );
    let unknown = billing_doctor(["pages", "bilsl"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.contains("bilsl"), "{}", unknown.stderr);
}

#[test]
fn the_names_in_a_refusal_say_where_to_mend_it() {
    let here = |text: &str| explain(text).refusals[0].here.clone().unwrap_or_default();
    let role = "User: arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Developers_0123456789abcdef/ada is not \
                authorized to perform: ce:GetCostAndUsage because no identity-based policy allows the ce:GetCostAndUsage \
                action";
    let sso = here(role);
    assert!(sso.contains("permission set “Developers”"), "{sso}");
    assert!(!sso.contains("to role"), "{sso}");
    let scp = here(
        "User: arn:aws:iam::111122223333:user/ada is not authorized to perform: billing:GetCredits with an explicit deny \
         in a service control policy: \
         arn:aws:organizations::444455556666:policy/o-exampleorgid/service_control_policy/p-nobilling",
    );
    assert!(
        scp.contains("p-nobilling") && scp.contains("444455556666"),
        "{scp}"
    );
    let user = here(&denied(
        "because no identity-based policy allows the ce:GetCostAndUsage action",
    ));
    assert!(user.contains("user ada of account 111122223333"), "{user}");
    // Of a boundary the ARN alone does not say where it is.
    assert_eq!(
        here(&denied("with an explicit deny in a permissions boundary")),
        ""
    );
}

#[test]
fn a_misspelt_code_is_recognised_as_one() {
    let run = billing_doctor(["explain", "iam-acces-not-activated"]);
    assert_eq!(run.status, 3);
    assert!(
        run.stderr.contains("iam-access-not-activated"),
        "{}",
        run.stderr
    );
    let run = billing_doctor(["explain", "nothing of the kind"]);
    assert!(!run.stderr.contains("mean"), "{}", run.stderr);
}

#[test]
fn the_page_of_a_code_is_in_the_json_too() {
    let run = billing_doctor(["explain", "iam-access-not-activated", "-o", "json"]);
    assert_eq!(run.status, 0);
    let json = run.json();
    assert_eq!(json["page"]["code"], "iam-access-not-activated");
    let page = json["page"]["markdown"].as_str().expect("the page");
    assert!(page.starts_with("# iam-access-not-activated"), "{page}");
    assert_eq!(json["refusals"], json!([]));
    let text = billing_doctor(["explain", "no such thing", "-o", "json"]);
    assert_eq!(text.json()["page"], Value::Null);
}
