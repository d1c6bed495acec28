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
    let reason = found[0].confidence_reason.as_deref().expect("a reason");
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

/// A text, and the code and confidence of what is in it.
type Case = (&'static str, &'static str, &'static str);

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";

/// What people pasted, by kind. `@` stands for a user's ARN.
#[rustfmt::skip]
const PASTED: &[Case] = &[
    // Of other services.
    ("User: arn:aws:sts::111122223333:assumed-role/app-authRole/CognitoIdentityCredentials is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action", "identity-policy-omits-billing", "Confirmed"),
    ("User: @ is not authorized to perform: kms:Decrypt with an explicit deny in a service control policy", "scp-denies-billing", "Confirmed"),
    ("User: @ is not authorized to perform: budgets:ModifyBudget because no identity-based policy allows the budgets:ModifyBudget action", "identity-policy-omits-billing", "Confirmed"),
    // The console's own words.
    ("You don’t have permission to perform the following operation on the AWS Cost Management console: ce:DescribeReport. Contact your AWS administrator if you need help.", "iam-access-not-activated", "Possible"),
    ("You don't have permission to perform the following operation on the AWS Cost Management console: ce:GetPreferences", "iam-access-not-activated", "Possible"),
    ("Error\nYou don't have permission to perform the following operation on the AWS Billing and Cost Management console:\nbudgets:ViewBudget.", "iam-access-not-activated", "Possible"),
    ("Usuario: @\nAccion: ce:GetCostAndUsage\nContexto: no identity-based policy allows the action\n", "identity-policy-omits-billing", "Confirmed"),
    ("Utilisateur : @\nAction      : ce:GetCostAndUsage\nContexte    : no permissions boundary allows the ce:GetCostAndUsage action\n", "boundary-omits-billing", "Confirmed"),
    ("User: @Action: ce:GetCostAndUsageOn resource(s): *Context: no identity-based policy allows the action", "identity-policy-omits-billing", "Confirmed"),
    ("- User: @\n- Action: ce:GetCostAndUsage\n- Context: no identity-based policy allows the action\n", "identity-policy-omits-billing", "Confirmed"),
    ("Benutzer: @\nAktion: ce:GetCostForecast\nKontext: a service control policy explicitly denies the action", "scp-denies-billing", "Confirmed"),
    ("Access Denied Cost allocation tags are managed at the payer account level.", "payer-only-feature", "Confirmed"),
    ("It can take up to 4 days for AWS Cost Explorer data to become available.", "cost-data-not-ready", "Likely"),
    // The reason stands further behind.
    ("... is not authorized to perform: ce:GetCostAndUsage ... because no permissions boundary allows the ce:GetCostAndUsage action", "boundary-omits-billing", "Confirmed"),
    ("User: @ is not authorized to perform: kms:GenerateDataKey on this resource because no identity-based policy allows the kms:GenerateDataKey action", "identity-policy-omits-billing", "Confirmed"),
    ("User: arn:aws:sts::111122223333:assumed-role/x/y is not authorized to perform: xxxx with an explicit deny in a service control policy", "scp-denies-billing", "Likely"),
    (" * not authorized to perform: budgets:ViewBudget\n * because no identity-based policy allows the budgets:ViewBudget action\n", "identity-policy-omits-billing", "Confirmed"),
    ("AccessDenied\nAction: ce:GetTags\nContext: no identity-based policy allows the action\n", "identity-policy-omits-billing", "Confirmed"),
    // Broken, glued, dressed.
    ("User: @ is not authorized to perform: ce:GetTags with an explicit deny in an identity-based policy: arn:aws:iam::aws:policy/\nAWSCompromisedKeyQuarantineV3\n", "key-quarantined", "Confirmed"),
    ("operation error Organizations: ListAccounts, https response error StatusCode: 400, RequestID: x, AccessDeniedException: You don't have permissions to access this resource.", "payer-only-feature", "Confirmed"),
    ("operation error Cost Explorer: GetCostAndUsage, https response error StatusCode: 400, RequestID: x, LimitExceededException: Rate limit exceeded", "throttled", "Confirmed"),
    ("# IAM user access\n# not activated\n", "iam-access-not-activated", "Confirmed"),
    ("ce:DescribeReportIAM user access not activated", "iam-access-not-activated", "Confirmed"),
    ("2025-06-12T14:25:34.1Z │ IAM user access\n2025-06-12T14:25:34.2Z │ not activated", "iam-access-not-activated", "Confirmed"),
    ("app_1  | IAM user <b>access</b>\napp_1  | not activated", "iam-access-not-activated", "Confirmed"),
    // Credentials and the network, by all SDKs.
    ("NoCredentialProviders: no valid providers in chain", "no-credentials", "Confirmed"),
    ("Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1", "no-credentials", "Confirmed"),
    ("failed to refresh cached credentials, refresh cached SSO token failed, unable to refresh SSO token, operation error SSO OIDC: CreateToken, https response error StatusCode: 400, RequestID: x, InvalidGrantException: ", "credentials-expired", "Confirmed"),
    ("UnauthorizedException: Session token not found or invalid", "credentials-expired", "Confirmed"),
    ("UnknownEndpoint: Inaccessible host: `ce.eu-west-1.amazonaws.com'. This service may not be available in the `eu-west-1' region.", "endpoint-unreachable", "Confirmed"),
    ("The remote name could not be resolved: 'ce.us-west-2.amazonaws.com'", "endpoint-unreachable", "Confirmed"),
    ("request send failed, Post \"https://oidc.eu-west-1.amazonaws.com/token\": tls: failed to verify certificate: x509: …", "endpoint-unreachable", "Confirmed"),
    ("Could not connect to the endpoint URL: \"https://ce.us-gov-west-1.amazonaws.com/\"", "endpoint-unreachable", "Confirmed"),
    // Organizations.
    ("User: @ is not authorized to perform: organizations:ListAccounts on resource: * because no resource-based policy allows the organizations:ListAccounts action", "payer-only-feature", "Confirmed"),
    ("An error occurred (AccessDeniedException) when calling the ListRoots operation: You don't have permissions to access this resource.", "payer-only-feature", "Confirmed"),
    // One exception.
    ("LimitExceededException: Rate exceeded (Service: AWSCostExplorer; Status Code: 400; Error Code: LimitExceededException; Request ID: x)", "throttled", "Confirmed"),
    ("x.rb:3:in `call': Not authorized to perform sts:AssumeRoleWithWebIdentity (Aws::STS::Errors::AccessDenied)", "unexplained-refusal", "Possible"),
    ("* UnauthorizedOperation: You are not authorized to perform this operation.\n\tstatus code: 403, request id: x", "unexplained-refusal", "Possible"),
];

#[test]
fn what_people_paste_is_read_as_what_it_is() {
    for (text, code, confidence) in PASTED {
        let text = text.replace('@', ALICE);
        assert_eq!(only(&text), (*code, (*confidence).to_owned()), "{text}");
        assert_eq!(explain(&text).refusals[0].times, 1, "{text}");
    }
}

#[test]
fn a_refusal_of_another_service_keeps_its_facts_and_nothing_is_said_of_billing() {
    let reasons = [
        (
            "because no identity-based policy allows the",
            "accountAdministrator",
        ),
        (
            "with an explicit deny in an identity-based policy",
            "accountAdministrator",
        ),
        (
            "because no permissions boundary allows the",
            "accountAdministrator",
        ),
        (
            "with an explicit deny in a permissions boundary",
            "accountAdministrator",
        ),
        ("because no session policy allows the", "you"),
        ("with an explicit deny in a session policy", "you"),
        (
            "because no service control policy allows the",
            "managementAccountAdministrator",
        ),
        (
            "with an explicit deny in a service control policy",
            "managementAccountAdministrator",
        ),
        (
            "with an explicit deny in a resource control policy",
            "managementAccountAdministrator",
        ),
        (
            "with an explicit deny in a VPC endpoint policy",
            "accountAdministrator",
        ),
        (
            "because no resource-based policy allows the",
            "accountAdministrator",
        ),
        (
            "with an explicit deny in an identity-based policy: arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2",
            "accountAdministrator",
        ),
        ("", "accountAdministrator"),
    ];
    for (index, (reason, actor)) in reasons.into_iter().enumerate() {
        let action = [
            "ec2:DescribeInstances",
            "kms:Decrypt",
            "lambda:InvokeFunction",
            "s3:DeleteObject",
        ][index % 4];
        let allows = if reason.starts_with("because") {
            format!(" {action} action")
        } else {
            String::new()
        };
        let text = format!("User: {ALICE} is not authorized to perform: {action} {reason}{allows}");
        let json = billing_doctor(["explain", "-o", "json", &text]).json();
        let refusal = &json["refusals"][0];
        assert_eq!(refusal["concernsBilling"], false, "{text}");
        assert_eq!(refusal["action"], action);
        assert_eq!(refusal["actor"], actor, "{text}");
        assert!(refusal["code"].is_string());
        let shown = billing_doctor(["explain", &text]).stdout;
        for word in [
            "billing",
            "Billing",
            "the bill",
            refusal["code"].as_str().expect("a code"),
        ] {
            assert!(!shown.contains(word), "{word}:\n{shown}");
        }
        assert!(
            shown.starts_with(&format!("{action} was refused")),
            "{shown}"
        );
    }
}

#[test]
fn the_remedy_lets_the_refused_action_through() {
    // AWSBillingReadOnlyAccess has none of these.
    for action in [
        "budgets:ModifyBudget",
        "budgets:TagResource",
        "cur:PutReportDefinition",
        "bcm-data-exports:ListExports",
        "cost-optimization-hub:GetRecommendation",
        "savingsplans:DescribeSavingsPlans",
        "tax:GetTaxRegistrations",
        "account:GetContactInformation",
        "ce:UpdateCostAllocationTagsStatus",
        "organizations:ListAccounts",
    ] {
        for layer in [
            "identity-based policy",
            "permissions boundary",
            "session policy",
            "service control policy",
        ] {
            let text = format!(
                "User: {ALICE} is not authorized to perform: {action} because no {layer} allows the {action} action"
            );
            let found = explain(&text).refusals.remove(0);
            assert_eq!(found.concerns_billing, Some(true), "{action}");
            assert!(
                !found.remedy.contains("AWSBillingReadOnlyAccess"),
                "{}",
                found.remedy
            );
            assert!(
                found.remedy.contains(&format!("\"Action\": \"{action}\"")),
                "{}",
                found.remedy
            );
        }
    }
    let found = explain(
        "User: arn:aws-cn:sts::111122223333:assumed-role/Dev/a is not authorized to perform: billing:GetBillingPreferences \
         because no session policy allows the billing:GetBillingPreferences action",
    );
    let remedy = &found.refusals[0].remedy;
    assert!(
        remedy.contains("arn:aws-cn:iam::aws:policy/AWSBillingReadOnlyAccess"),
        "{remedy}"
    );
    assert!(!remedy.contains("arn:aws:"), "{remedy}");
}

#[test]
fn the_switch_is_said_to_hide_only_where_it_gates_the_call() {
    let hidden = |principal: &str, action: &str| {
        let text = format!(
            "User: {principal} is not authorized to perform: {action} because no identity-based policy allows the {action} action"
        );
        explain(&text).refusals[0]
            .hidden
            .expect("a layer may hide another")
    };
    for action in [
        "ce:GetCostAndUsage",
        "budgets:ViewBudget",
        "cur:DescribeReportDefinitions",
        "ec2:RunInstances",
        "kms:Decrypt",
    ] {
        assert!(!hidden(ALICE, action).contains("root user"), "{action}");
    }
    assert!(hidden(ALICE, "billing:GetCredits").contains("root user"));
    assert!(!hidden("arn:aws:iam::111122223333:root", "billing:GetCredits").contains("root user"));
}

#[test]
fn mfa_and_the_network_come_before_anybody_touches_a_deny() {
    for principal in [
        ALICE,
        "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/alice",
    ] {
        let text = format!(
            "User: {principal} is not authorized to perform: ce:GetCostAndUsage with an explicit deny in an identity-based policy"
        );
        let shown = billing_doctor(["explain", &text]).stdout;
        let at = |word: &str| {
            shown
                .find(word)
                .unwrap_or_else(|| panic!("no {word}:\n{shown}"))
        };
        assert!(
            at("MFA") < at("exempt") && at("network") < at("exempt"),
            "{shown}"
        );
    }
}

#[test]
fn a_host_that_is_not_there_is_no_firewall() {
    let told = |host: &str| {
        explain(&format!(
            "Could not connect to the endpoint URL: \"https://{host}/\""
        ))
        .refusals
        .remove(0)
    };
    let west = told("ce.eu-west-1.amazonaws.com");
    assert_eq!(west.host.as_deref(), Some("ce.eu-west-1.amazonaws.com"));
    assert!(west.summary.contains("us-east-1 only"), "{}", west.summary);
    let china = told("ce.cn-north-1.amazonaws.com.cn");
    assert!(china.remedy.contains("cn-northwest-1"), "{}", china.remedy);
    let gov = told("ce.us-gov-west-1.amazonaws.com");
    assert_eq!(gov.other_readings, [Code::PartitionBillsElsewhere]);
    assert!(!told("ce.us-east-1.amazonaws.com").summary.contains("only"));
}

/// Error texts of providers that are not AWS, in the shapes that APIs, logs and exceptions have.
fn texts_of_others() -> Vec<String> {
    const VENDORS: [&str; 6] = [
        "Nimbus",
        "acme",
        "Zephyr Cloud",
        "fjordapi",
        "OpenDepot",
        "Kestrel",
    ];
    const CODES: [(&str, &str); 12] = [
        ("AccessDenied", "you may not read this folder"),
        ("AccessDeniedException", "Access is denied"),
        ("Unauthorized", "authentication required"),
        ("UNAUTHORIZED", "authentication required"),
        (
            "Forbidden",
            "You are not authorized to perform this operation.",
        ),
        ("TooManyRequests", "Rate exceeded"),
        ("Throttling", "slow down"),
        ("LimitExceededException", "the plan has five seats"),
        ("ExpiredToken", "The provided token has expired."),
        ("InvalidToken", "token is malformed"),
        (
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        ),
        ("Blocked", "user is blocked"),
    ];
    let mut texts = Vec::new();
    for (number, vendor) in VENDORS.into_iter().enumerate() {
        let host = vendor.to_lowercase().replace(' ', "-");
        for (code, message) in CODES {
            let shapes = [
                format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"{message}\"}}}}"),
                format!(
                    "{{\"errors\":[{{\"code\":\"{code}\",\"message\":\"{message}\",\"detail\":null}}]}}"
                ),
                format!("{code}: {message}"),
                format!("[{vendor}] {code}: {message} (host api.{host}.example)"),
                format!(
                    "com.{host}.client.{code}: {message}\n\tat com.{host}.Client.call(Client.java:12)"
                ),
                format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"),
                format!(
                    "2026-11-30T10:00:00Z ERROR {vendor} request failed: code={code} message=\"{message}\" requestId=7f"
                ),
            ];
            // Not every shape of every code: two in seven, others for each provider.
            let chosen = shapes.into_iter().enumerate();
            texts.extend(
                chosen
                    .filter(|(shape, _)| (shape + number) % 7 < 3)
                    .map(|(_, text)| text),
            );
        }
    }
    texts.extend(
        [
            "java.nio.file.AccessDeniedException: /var/lib/data",
            "org.springframework.security.access.AccessDeniedException: Access is denied",
            "System.UnauthorizedAccessException: Access to the path '/etc' is denied.",
            "\"code\":\"Forbidden\",\"message\":\"Request originated from IP 203.0.113.38 through public internet. This is blocked by your Cosmos DB account firewall settings.\"",
            "[TencentCloudSDKException] code:AuthFailure.UnauthorizedOperation message:x",
            "ErrorCode=SignatureDoesNotMatch, ErrorMessage=\"The request signature we calculated does not match the signature you provided. Check your key and signing method.\" oss-cn-beijing.aliyuncs.com",
            "User: iam::0123:user:bob is not authorized to perform: obs:bucket:ListBucket because no identity-based policy allows the obs:bucket:ListBucket action",
            "User: bob is not authorized to perform: storage:read on resource: bucket/7",
            "Error: getaddrinfo ENOTFOUND db.internal.example",
            "dial tcp: lookup postgres.internal: no such host",
        ]
        .map(str::to_owned),
    );
    texts
}

#[test]
fn nothing_is_claimed_of_what_is_not_awss() {
    let texts = texts_of_others();
    assert!(texts.len() >= 200, "{}", texts.len());
    for text in texts {
        let found = explain(&text).refusals;
        assert!(found.is_empty(), "{text}: {found:#?}");
    }
    assert_eq!(
        billing_doctor([
            "explain",
            "{\"code\":\"Blocked\",\"message\":\"user is blocked\"}"
        ])
        .status,
        3
    );
}

#[test]
fn a_file_that_is_named_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("error.log");
    fs::write(&path, "12:00 failed\nIAM user access not activated\n").expect("written");
    let path = path.to_str().expect("UTF-8");
    let run = billing_doctor(["explain", "-o", "json", path]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert_eq!(
        run.json()["refusals"][0]["code"],
        "iam-access-not-activated"
    );
    assert!(run.stderr.contains("Reading the file"), "{}", run.stderr);
}

#[test]
fn a_log_longer_than_any_report_is_read_in_pieces() {
    let mut child = tool()
        .args(["explain", "-", "-o", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut input = child.stdin.take().expect("piped");
    let line = "2026-11-30 INFO served GET /health in 12 ms, status=200\n".repeat(1000);
    for _ in 0..40 {
        input.write_all(line.as_bytes()).expect("reads");
    }
    input
        .write_all(b"IAM user access not activated\n")
        .expect("reads");
    for _ in 0..10 {
        input.write_all(line.as_bytes()).expect("reads");
    }
    drop(input);
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["refusals"][0]["code"], "iam-access-not-activated");
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

#[test]
fn the_remedy_of_a_refusal_can_work() {
    let text = |refusal: &str| {
        let refusal = format!("User: {refusal}");
        let run = crate::tool::run(tool().args(["explain", &refusal]));
        run.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let anna = "arn:aws:iam::111122223333:user/anna is not authorized to perform:";
    // An Allow changes nothing against a Deny.
    let endpoint = text(&format!(
        "{anna} s3:GetObject with an explicit deny in a VPC endpoint policy"
    ));
    assert!(
        endpoint.contains("exempt s3:GetObject from its Deny")
            && !endpoint.contains("allow s3:GetObject there"),
        "{endpoint}"
    );
    // Nobody opens a resource to the world.
    let anybody = text(
        "anonymous is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\" because no resource-based policy allows the s3:GetObject action",
    );
    assert!(
        anybody.contains("Sign the request") && anybody.contains("Do not allow"),
        "{anybody}"
    );
    // What AWS manages is detached and never edited.
    let all = text(&format!(
        "{anna} kms:Decrypt with an explicit deny in an identity-based policy: arn:aws:iam::aws:policy/AWSDenyAll"
    ));
    assert!(
        all.contains("Detach it") && !all.contains("exempt kms:Decrypt"),
        "{all}"
    );
    // A service's own role can't be given permissions.
    let linked = text(
        "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling is not authorized to perform: kms:CreateGrant because no identity-based policy allows the kms:CreateGrant action",
    );
    assert!(
        linked.contains("policy of the resource") && !linked.contains("statement below"),
        "{linked}"
    );
    // The policy of a role as a resource is its trust policy.
    let role = text(&format!(
        "{anna} sts:AssumeRole on resource: arn:aws:iam::444455556666:role/FinOps because no resource-based policy allows the sts:AssumeRole action"
    ));
    assert!(role.contains("Trust relationships"), "{role}");
    let control = text(&format!(
        "{anna} s3:GetObject with an explicit deny in a resource control policy"
    ));
    assert!(control.contains("has a condition"), "{control}");
}

#[test]
fn a_text_that_is_no_code_is_not_taken_for_a_misspelt_one() {
    let words = crate::tool::run(tool().args(["explain", "Throttled by somebody else"]));
    assert!(!words.stderr.contains("no such code"), "{}", words.stderr);
    let code = crate::tool::run(tool().args(["explain", "throtled"]));
    assert!(
        code.stderr.contains("Did you mean throttled?"),
        "{}",
        code.stderr
    );
}

#[test]
fn markdown_around_the_words_hides_no_reason() {
    let code = |text: &str| {
        let run = crate::tool::run(tool().args(["explain", text, "-o", "json"]));
        run.json()["refusals"][0]["code"]
            .as_str()
            .map(str::to_owned)
    };
    let anna = "User: arn:aws:iam::111122223333:user/anna is not authorized to perform:";
    for (text, expected) in [
        (
            format!(
                "{anna} `ce:GetCostAndUsage` because no identity-based policy allows the `ce:GetCostAndUsage` action"
            ),
            "identity-policy-omits-billing",
        ),
        (
            format!("{anna} ce:GetTags with an explicit deny in a **service control policy**"),
            "scp-denies-billing",
        ),
        (
            format!(
                "{anna} **budgets:ViewBudget** on resource: * with an explicit deny in a `permissions boundary`"
            ),
            "boundary-denies-billing",
        ),
    ] {
        assert_eq!(code(&text).as_deref(), Some(expected), "{text}");
    }
}
