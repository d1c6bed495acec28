//! Accounts that differ from a demo in one thing, and AWS misbehaving in one place: what the diagnosis makes of it.

use billing_doctor::testing::aws::settings::Settings;
use billing_doctor::testing::diagnose::diagnosis::diagnose;
use billing_doctor::testing::diagnose::question::{Question, Want};
use billing_doctor::testing::evidence::Evidence;
use billing_doctor::testing::report::Report;
use billing_doctor::testing::words::Audience;
use fake_aws::{Account, Fault, Faults, FaultyAws, merge};
use serde_json::{Value, json};

use crate::tool::{assert_valid, codes, opens, settings_for, status};

/// A demo account with a patch (JSON merge) applied to its description.
pub(crate) fn account(name: &str, patch: Value) -> Account {
    let (_, text) = fake_aws::ACCOUNTS
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a demo");
    let mut description: Value = serde_json::from_str(text).expect("JSON");
    merge(&mut description, patch);
    Account::from_json(&description.to_string()).expect("an account")
}

/// What is collected of an account.
pub(crate) fn evidence_of(
    account: Account,
    faults: Faults,
    principal: Option<&str>,
    question: &Question,
) -> Evidence {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let described = account.clone();
        let aws = FaultyAws::new(account, faults).expect("it is whole");
        let settings = Settings {
            principal: principal.map(str::to_owned),
            question: question.clone(),
            ..settings_for(&described, &aws)
        };
        let evidence = billing_doctor::testing::aws::collect(&settings)
            .await
            .expect("collects");
        let copy = serde_json::to_string(&evidence).expect("evidence is JSON");
        assert_eq!(
            evidence,
            serde_json::from_str(&copy).expect("and back"),
            "evidence survives a file"
        );
        evidence
    })
}

/// The whole pipeline, in this process.
fn report_on(account: Account, faults: Faults, principal: Option<&str>) -> Value {
    report_about(account, faults, principal, &Question::default())
}

fn report_about(
    account: Account,
    faults: Faults,
    principal: Option<&str>,
    question: &Question,
) -> Value {
    let evidence = evidence_of(account, faults, principal, question);
    let report = Report::new(&evidence, &diagnose(&evidence, question), Audience::Reader);
    let report = serde_json::to_value(&report).expect("JSON");
    assert_valid(&report);
    report
}

fn denied(message: &str) -> Fault {
    Fault::Refuse {
        status: 400,
        code: "AccessDeniedException".to_owned(),
        message: message.to_owned(),
    }
}

fn iam_denied() -> Fault {
    Fault::Refuse {
        status: 403,
        code: "AccessDenied".to_owned(),
        message: "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: iam:Something because no \
                  identity-based policy allows the iam:Something action"
            .to_owned(),
    }
}

#[test]
fn a_member_without_root_credentials_gets_the_way_through_central_root_access() {
    let organization = json!({
        "id": "o-exampleorgid", "managementAccountId": "444455556666",
        "managementAccountEmail": "aws@example.com", "featureSet": "all", "joined": "created",
        "path": [
            {"id": "r-a1b2", "name": "Root", "serviceControlPolicies": [{"id": "p-FullAWSAccess", "name": "FullAWSAccess"}]},
            {"id": "111122223333", "name": "x", "serviceControlPolicies": [{"id": "p-FullAWSAccess", "name": "FullAWSAccess"}]},
        ],
    });
    let account = account(
        "iam-access-off",
        json!({"rootUser": {"password": false, "mfa": false}, "organization": organization}),
    );
    let report = report_on(account, Faults::none(), None);
    assert_eq!(codes(&report), ["iam-access-not-activated"]);
    assert_eq!(report["account"]["rootUserHasPassword"], false);
    let first = report["causes"][0]["steps"][0]["text"]
        .as_str()
        .expect("a step");
    assert!(
        first.contains("444455556666") && first.contains("Allow password recovery"),
        "{first}"
    );
}

#[test]
fn a_refusal_that_gives_no_reason_and_that_nothing_explains_is_unexplained() {
    let fault = denied(
        "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: ce:GetCostAndUsage",
    );
    let report = report_on(
        account("healthy", json!({})),
        Faults::none().on("ce", "GetCostAndUsage", fault),
        None,
    );
    assert_eq!(report["state"], "unexplained");
    assert_eq!(codes(&report), ["unexplained-refusal"]);
    assert!(
        report["causes"][0]["evidence"][0]
            .to_string()
            .contains("ce:GetCostAndUsage")
    );
}

#[test]
fn a_refusal_without_reason_is_explained_by_the_policies() {
    let fault = denied(
        "User: arn:aws:iam::111122223333:user/bob is not authorized to perform: ce:GetCostAndUsage",
    );
    let report = report_on(
        account("no-billing-policy", json!({})),
        Faults::none().on("ce", "GetCostAndUsage", fault),
        None,
    );
    assert_eq!(codes(&report), ["identity-policy-omits-billing"]);
}

#[test]
fn a_refusal_that_contradicts_the_policies_is_shown_with_both_sides() {
    let message = "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: billing:GetCredits with an \
                   explicit deny in an identity-based policy";
    let report = report_on(
        account("healthy", json!({})),
        Faults::none().on("billing", "GetCredits", denied(message)),
        None,
    );
    assert_eq!(report["state"], "blocked");
    assert_eq!(codes(&report), ["identity-policy-denies-billing"]);
    assert!(
        report["contradictions"]
            .to_string()
            .contains("billing:GetCredits")
    );
}

#[test]
fn the_switch_text_from_any_api_means_off() {
    let fault = denied("IAM user access not activated");
    let report = report_on(
        account("healthy", json!({})),
        Faults::none().on("ce", "GetCostAndUsage", fault),
        None,
    );
    assert_eq!(report["switch"]["state"], "off");
    assert_eq!(codes(&report), ["iam-access-not-activated"]);
}

#[test]
fn the_switch_text_counts_with_any_status() {
    let fault = Fault::Refuse {
        status: 403,
        code: "AccessDeniedException".to_owned(),
        message: "IAM user access not activated".to_owned(),
    };
    let report = report_on(
        account("healthy", json!({})),
        Faults::none().on("billing", "GetCredits", fault),
        None,
    );
    assert_eq!(codes(&report), ["iam-access-not-activated"]);
}

#[test]
fn without_the_simulator_the_engine_decides() {
    let faults = Faults::none().on("iam", "SimulatePrincipalPolicy", iam_denied());
    let report = report_on(account("healthy", json!({})), faults, None);
    assert_eq!(report["state"], "healthy");
    assert_eq!(report["actionsAgreed"], 0);
    let gaps = report["gaps"].to_string();
    assert!(gaps.contains("iam:SimulatePrincipalPolicy"), "{gaps}");
}

#[test]
fn without_policies_the_simulator_decides() {
    let mut faults = Faults::none();
    for operation in [
        "ListAttachedUserPolicies",
        "ListUserPolicies",
        "ListGroupsForUser",
        "GetUser",
        "ListPolicies",
    ] {
        faults = faults.on("iam", operation, iam_denied());
    }
    assert_eq!(
        report_on(account("healthy", json!({})), faults, None)["state"],
        "healthy"
    );
}

#[test]
fn without_policies_and_simulator_the_answers_prove_what_they_prove_and_no_more() {
    let report = report_on(
        account("healthy", json!({})),
        Faults::none().in_service("iam", iam_denied()),
        None,
    );
    assert_eq!(report["state"], "inconclusive");
    assert_eq!(report["switch"]["state"], "on");
    // GetCredits is not all that the Bills page needs.
    assert_eq!(opens(&report, "bills"), "depends");
    assert_eq!(
        status(&report, "identity-policy-omits-billing"),
        "inconclusive"
    );
}

#[test]
fn without_policies_and_simulator_the_refusals_alone_name_the_layer() {
    let report = report_on(
        account("no-billing-policy", json!({})),
        Faults::none().in_service("iam", iam_denied()),
        None,
    );
    assert_eq!(codes(&report), ["identity-policy-omits-billing"]);
    assert_eq!(report["causes"][0]["confidence"], "confirmed");
}

#[test]
fn a_deny_that_was_read_counts_though_other_policies_could_not_be_read() {
    let faults = Faults::none()
        .on("iam", "SimulatePrincipalPolicy", iam_denied())
        .on("iam", "ListUserPolicies", iam_denied())
        .in_service("billing", Fault::InternalError)
        .in_service("ce", Fault::InternalError);
    let report = report_on(account("identity-deny", json!({})), faults, None);
    assert_eq!(codes(&report), ["identity-policy-denies-billing"]);
    assert!(
        !report["causes"][0]["statements"]
            .as_array()
            .expect("statements")
            .is_empty()
    );
}

#[test]
fn a_policy_that_can_not_be_parsed_is_never_no_policy() {
    let faults = Faults::none()
        .on("iam", "GetPolicyVersion", Fault::Malformed)
        .on("iam", "SimulatePrincipalPolicy", iam_denied());
    let report = report_on(account("healthy", json!({})), faults, None);
    assert_ne!(report["state"], "blocked", "{report:#}");
    assert_eq!(report["state"], "inconclusive");
    assert!(report["policies"].to_string().contains("\"read\":false"));
}

#[test]
fn a_billing_service_that_fails_is_neither_fine_nor_broken() {
    let faults = Faults::none().on("billing", "GetCredits", Fault::InternalError);
    let report = report_on(account("healthy", json!({})), faults, None);
    assert_eq!(report["state"], "inconclusive");
    assert_eq!(report["switch"]["state"], "unknown");
    assert_eq!(codes(&report), [""; 0]);
}

#[test]
fn throttled_for_a_moment_is_no_fault() {
    let faults = Faults::none().everywhere(Fault::Throttle { times: Some(2) });
    assert_eq!(
        report_on(account("healthy", json!({})), faults, None)["state"],
        "healthy"
    );
}

#[test]
fn another_users_lack_of_policies_is_not_excused_by_the_callers_access() {
    let patch = json!({"users": [
        {"name": "alice", "attachedPolicies": ["arn:aws:iam::aws:policy/AdministratorAccess"]},
        {"name": "bob", "attachedPolicies": ["arn:aws:iam::aws:policy/IAMReadOnlyAccess"]},
    ]});
    let bob = "arn:aws:iam::111122223333:user/bob";
    let report = report_on(account("iam-access-off", patch), Faults::none(), Some(bob));
    assert_eq!(report["principal"]["name"], "bob");
    assert_eq!(report["principal"]["isCaller"], false);
    assert_eq!(
        codes(&report),
        ["iam-access-not-activated", "identity-policy-omits-billing"]
    );
    assert!(
        report["headline"]
            .as_str()
            .expect("text")
            .starts_with("IAM user bob")
    );
}

#[test]
fn the_callers_lack_of_policies_does_not_blame_another_user() {
    let patch = json!({"users": [
        {"name": "bob", "path": "/developers/", "attachedPolicies": ["arn:aws:iam::aws:policy/IAMReadOnlyAccess"]},
        {"name": "carol", "attachedPolicies": ["arn:aws:iam::aws:policy/AdministratorAccess"]},
    ], "groups": []});
    let carol = "arn:aws:iam::111122223333:user/carol";
    let report = report_on(
        account("no-billing-policy", patch),
        Faults::none(),
        Some(carol),
    );
    assert_eq!(codes(&report), [""; 0], "{report:#}");
    // Nobody could see the switch, so carol's pages depend on it.
    assert_eq!(report["state"], "inconclusive");
}

#[test]
fn a_user_of_another_account_is_not_taken_for_one_of_the_same_name() {
    let elsewhere = "arn:aws:iam::999999999999:user/alice";
    let report = report_on(
        account("healthy", json!({})),
        Faults::none(),
        Some(elsewhere),
    );
    assert_eq!(report["state"], "inconclusive");
    assert_eq!(report["policies"], json!([]));
    assert!(
        report["gaps"]
            .to_string()
            .contains("belongs to account 999999999999")
    );
}

#[test]
fn control_characters_from_aws_never_reach_a_report() {
    let evil = "User: \u{1b}[2Jx is \u{202e}not\u{7} fine <script>alert(1)</script>";
    let report = report_on(
        account(
            "healthy",
            json!({"alias": "a\u{1b}[31mb", "name": "x\u{9b}y"}),
        ),
        Faults::none().on("billing", "GetCredits", denied(evil)),
        None,
    );
    let text = report.to_string();
    for character in ['\u{1b}', '\u{202e}', '\u{7}', '\u{9b}'] {
        assert!(
            !text.contains(character)
                && !text.contains(&format!("\\u{:04x}", u32::from(character))),
            "{text}"
        );
    }
}

#[test]
fn a_resource_control_policy_that_aws_names_is_not_unexplained() {
    let message = "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: budgets:ViewBudget with an \
                   explicit deny in a resource control policy";
    let report = report_on(
        account("healthy", json!({})),
        Faults::none().on("budgets", "DescribeBudgets", denied(message)),
        None,
    );
    assert_eq!(codes(&report), ["rcp-denies-billing"]);
    assert_eq!(
        report["causes"][0]["actor"],
        "managementAccountAdministrator"
    );
    assert_eq!(
        (opens(&report, "budgets"), opens(&report, "bills")),
        ("no", "yes")
    );
}

#[test]
fn a_vpc_endpoint_policy_that_aws_names_is_not_unexplained() {
    for reason in [
        "with an explicit deny in a VPC endpoint policy",
        "because no VPC endpoint policy allows the ce:GetCostAndUsage action",
    ] {
        let message = format!(
            "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: ce:GetCostAndUsage {reason}"
        );
        let report = report_on(
            account("healthy", json!({})),
            Faults::none().on("ce", "GetCostAndUsage", denied(&message)),
            None,
        );
        assert_eq!(
            codes(&report),
            ["vpc-endpoint-policy-blocks-billing"],
            "{reason}"
        );
    }
}

#[test]
fn aws_billing_policy_beside_a_wider_omission_is_the_wider_one() {
    // Bills is closed as well: attaching Cost Explorer's actions would not be enough.
    let report = report_on(
        account("no-billing-policy", json!({})),
        Faults::none(),
        None,
    );
    assert_eq!(
        status(&report, "billing-policy-without-cost-explorer"),
        "passed"
    );
    assert_eq!(status(&report, "only-legacy-actions"), "passed");
    let report = report_on(
        account("billing-read-only", json!({})),
        Faults::none(),
        None,
    );
    assert_eq!(status(&report, "identity-policy-omits-billing"), "skipped");
}

#[test]
fn a_deny_that_tests_no_region_is_no_region_lock() {
    let lock = report_on(
        account("scp-region-lock-readable", json!({})),
        Faults::none(),
        None,
    );
    assert_eq!(codes(&lock), ["scp-region-lock"]);
    assert_eq!(status(&lock, "scp-denies-billing"), "skipped");
    let unread = report_on(account("scp-region-lock", json!({})), Faults::none(), None);
    assert_eq!(codes(&unread), ["scp-denies-billing"]);
    assert_eq!(status(&unread, "scp-region-lock"), "inconclusive");
}

#[test]
fn the_root_user_ends_a_session_or_deletes_a_key() {
    let last_step = |temporary| {
        let question = Question::default();
        let root_user = account("root-user", json!({}));
        let mut evidence = evidence_of(root_user, Faults::none(), None, &question);
        evidence.credentials.temporary = Some(temporary);
        let report = Report::new(&evidence, &diagnose(&evidence, &question), Audience::Reader);
        let warning = report.warnings.first().expect("root-user-in-use");
        warning.steps.last().expect("a step").text.clone()
    };
    assert!(last_step(true).contains("`aws logout`"));
    assert!(last_step(false).starts_with("Delete the root user's access keys"));
}

/// Members waited for what their payer had not launched.
/// Source: <https://github.com/numfocus/infrastructure/issues/1>
#[test]
fn where_data_does_not_come_a_member_asks_the_payer() {
    let last_step = |patch: Value| {
        let report = report_on(account("cost-data-not-ready", patch), Faults::none(), None);
        let steps = report["causes"][0]["steps"].as_array().expect("steps");
        steps.last().expect("a step")["text"].to_string()
    };
    let all = json!({"id": "p-FullAWSAccess", "name": "FullAWSAccess"});
    let member = json!({"organization": {
        "id": "o-exampleorgid",
        "managementAccountId": "444455556666",
        "managementAccountEmail": "aws-management@example.com",
        "featureSet": "all",
        "path": [
            {"id": "r-a1b2", "name": "Root", "serviceControlPolicies": [all]},
            {"id": "111122223333", "name": "Acme Development", "serviceControlPolicies": [all]},
        ],
    }});
    assert!(last_step(member).contains("management account 444455556666"));
    assert!(last_step(json!({})).contains("support:CreateCase"));
}

/// Accounts of AWS's new sign-up have such a policy, and no Region is tested in it.
/// Source: <https://docs.aws.amazon.com/accounts/latest/reference/scps-and-rcps-for-projects.html>
#[test]
fn aws_own_denial_in_a_project_is_no_region_lock() {
    let says = |report: &Value, words: &str| {
        let explanation = report["causes"][0]["explanation"].as_str();
        explanation.is_some_and(|explanation| explanation.contains(words))
    };
    let lock = report_on(account("scp-region-lock", json!({})), Faults::none(), None);
    assert!(says(&lock, "Region lock"), "{lock:#}");
    assert!(!says(&lock, "project"), "{lock:#}");
    let denials = json!({
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "DenyBillingOperations", "Effect": "Deny", "Action": "billing:*", "Resource": "*"},
            {
                "Sid": "BlockAccountManagementAPIs", "Effect": "Deny", "Resource": "*",
                "Action": ["account:GetAlternateContact", "account:GetContactInformation"],
            },
        ],
    });
    let all = json!({"id": "p-FullAWSAccess", "name": "FullAWSAccess"});
    let project = json!({"organization": {"path": [
        {"id": "r-a1b2", "name": "Root", "serviceControlPolicies": [all]},
        {
            "id": "111122223333", "name": "Project",
            "serviceControlPolicies": [all, {"id": "p-project1", "name": "Projects", "document": denials}],
        },
    ]}});
    let project = report_on(account("scp-region-lock", project), Faults::none(), None);
    assert_eq!(codes(&project), ["scp-denies-billing"]);
    assert!(says(&project, "project"), "{project:#}");
    assert!(!says(&project, "Region lock"), "{project:#}");
}

#[test]
fn a_session_that_iam_rejects_and_sts_accepts_is_no_bad_key() {
    let fault = Fault::Refuse {
        status: 403,
        code: "InvalidClientTokenId".to_owned(),
        message: "The security token included in the request is invalid.".to_owned(),
    };
    let report = report_on(
        account("healthy", json!({})),
        Faults::none().in_service("iam", fault),
        None,
    );
    assert_eq!(status(&report, "session-cannot-call-iam"), "warning");
    assert_eq!(status(&report, "credentials-rejected"), "passed");
    // That policies can't be read blocks nobody.
    assert_eq!(codes(&report), [""; 0]);
    // Refused for want of a permission is another thing.
    let report = report_on(
        account("healthy", json!({})),
        Faults::none().in_service("iam", iam_denied()),
        None,
    );
    assert_eq!(status(&report, "session-cannot-call-iam"), "passed");
}

fn about(pages: &[&str], want: Want) -> Question {
    Question::about(pages, want).expect("the pages exist")
}

#[test]
fn a_page_that_was_not_asked_about_is_no_cause() {
    // The payer withholds Cost Explorer; Bills does not need it.
    let member = || account("member-cost-explorer-withheld", json!({}));
    let bills = report_about(
        member(),
        Faults::none(),
        None,
        &about(&["bills"], Want::View),
    );
    assert_eq!(bills["state"], "healthy", "{bills:#}");
    assert_eq!(bills["pages"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        bills["question"],
        json!({"pages": ["bills"], "want": "view"})
    );
    let both = about(&["bills", "cost-explorer"], Want::View);
    let both = report_about(member(), Faults::none(), None, &both);
    assert_eq!(codes(&both), ["member-cost-explorer-withheld"]);
}

#[test]
fn whoever_asks_for_bills_alone_pays_nothing() {
    let bills = about(&["bills"], Want::View);
    let report = report_about(account("healthy", json!({})), Faults::none(), None, &bills);
    assert_eq!(report["state"], "healthy");
    assert!(!report["calls"].to_string().contains("ce:GetCostAndUsage"));
    assert_eq!(report["costUsd"], 0.0);
}

#[test]
fn seeing_is_not_changing() {
    let view = about(&["budgets"], Want::View);
    let manage = about(&["budgets"], Want::Manage);
    let reader = || account("billing-read-only", json!({}));
    let report = report_about(reader(), Faults::none(), None, &view);
    assert_eq!(report["state"], "healthy");
    let report = report_about(reader(), Faults::none(), None, &manage);
    assert_eq!(codes(&report), ["identity-policy-omits-billing"]);
    let actions = report["causes"][0]["actions"].to_string();
    assert!(actions.contains("budgets:ModifyBudget"), "{actions}");
    assert!(
        report["headline"]
            .as_str()
            .expect("text")
            .starts_with("You cannot manage AWS Budgets"),
        "{}",
        report["headline"]
    );
}

#[test]
fn a_page_that_opens_in_parts_is_neither_open_nor_closed_for_who_may_see_parts() {
    let report = report_on(
        account("billing-read-only", json!({})),
        Faults::none(),
        None,
    );
    assert_eq!(opens(&report, "home"), "depends");
    let report = report_on(
        account("no-billing-policy", json!({})),
        Faults::none(),
        None,
    );
    assert_eq!(opens(&report, "home"), "no");
    let report = report_on(account("healthy", json!({})), Faults::none(), None);
    assert_eq!(opens(&report, "home"), "yes");
}

#[test]
fn the_terraform_trap_is_named_in_a_member_account_and_nowhere_else() {
    let organization = json!({
        "id": "o-exampleorgid", "managementAccountId": "444455556666",
        "managementAccountEmail": "aws@example.com", "featureSet": "all", "joined": "invited",
        "path": [
            {"id": "r-a1b2", "name": "Root", "serviceControlPolicies": [{"id": "p-FullAWSAccess", "name": "FullAWSAccess"}]},
            {"id": "111122223333", "name": "x", "serviceControlPolicies": [{"id": "p-FullAWSAccess", "name": "FullAWSAccess"}]},
        ],
    });
    let steps = |patch: Value| {
        let report = report_on(account("iam-access-off", patch), Faults::none(), None);
        report["causes"][0]["steps"].to_string()
    };
    assert!(steps(json!({"organization": organization})).contains("Terraform"));
    assert!(!steps(json!({})).contains("Terraform"));
}

#[test]
fn what_the_simulator_says_of_circumstances_it_was_not_told_is_no_witness() {
    // A negated condition holds in the simulator, where the key is absent; AWS answers the calls all the same.
    let statement = json!({"Sid": "Vpc", "Effect": "Deny", "Action": "ce:*", "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}});
    let patch = json!({"users": [{"name": "alice", "attachedPolicies": ["arn:aws:iam::aws:policy/AdministratorAccess"],
        "inlinePolicies": [{"name": "Vpc", "document": {"Version": "2012-10-17", "Statement": [statement]}}]}]});
    let report = report_on(account("healthy", patch), Faults::none(), None);
    assert!(
        !codes(&report).contains(&"identity-policy-denies-billing"),
        "{report:#}"
    );
}
