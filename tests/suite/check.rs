//! `billing-doctor check` on the made-up accounts, each with the point that it makes.

use serde_json::{Value, json};

use crate::tool::{billing_doctor, codes, demo_report, opens, run, status, tool};

#[test]
fn the_switch_off_names_the_root_user_and_the_account_page() {
    let (exit, report) = demo_report("iam-access-off");
    assert_eq!(exit, 1);
    assert_eq!(report["state"], "blocked");
    assert_eq!(codes(&report), ["iam-access-not-activated"]);
    let cause = &report["causes"][0];
    assert_eq!(cause["actor"], "rootUser");
    assert_eq!(cause["confidence"], "confirmed");
    let steps = cause["steps"].to_string();
    assert!(steps.contains("https://console.aws.amazon.com/billing/home#/account"));
    assert!(steps.contains("Activate IAM Access"), "{steps}");
    assert!(
        cause["who"].to_string().contains("111122223333"),
        "{cause:#}"
    );
    assert_eq!(report["switch"]["state"], "off");
    assert_eq!(opens(&report, "bills"), "no");
    // AWS lists these among neither those that the switch gates nor the others.
    assert_eq!(opens(&report, "data-exports"), "depends");
}

#[test]
fn cost_explorer_answering_does_not_prove_the_switch_on() {
    let (_, report) = demo_report("iam-access-off");
    let answered = |call: &str| {
        let calls = report["calls"].as_array().expect("calls");
        calls
            .iter()
            .find(|found| found["call"] == call)
            .expect("was made")["answered"]
            .clone()
    };
    assert_eq!(answered("ce:GetCostAndUsage"), 1);
    assert_eq!(answered("budgets:DescribeBudgets"), 1);
    assert_eq!(report["switch"]["state"], "off");
}

#[test]
fn user_not_enabled_for_cost_explorer_access_is_not_the_switch() {
    let (exit, report) = demo_report("cost-explorer-never-enabled");
    assert_eq!(exit, 1);
    assert_eq!(codes(&report), ["cost-explorer-not-enabled"]);
    assert_eq!(report["switch"]["state"], "on");
    assert_eq!(
        (opens(&report, "bills"), opens(&report, "cost-explorer")),
        ("yes", "no")
    );
    // A refused request is not charged.
    assert_eq!(report["costUsd"], 0.0);
    let steps = report["causes"][0]["steps"].to_string();
    assert!(
        steps.contains("can't be undone") && steps.contains("0.01 USD"),
        "{steps}"
    );
}

#[test]
fn a_healthy_account_is_healthy() {
    let (exit, report) = demo_report("healthy");
    assert_eq!((exit, &report["state"]), (0, &Value::from("healthy")));
    assert_eq!(codes(&report), [""; 0]);
    assert_eq!(
        (&report["demo"], &report["costUsd"]),
        (&json!(true), &json!(0.0))
    );
    assert_eq!(report["gaps"].as_array().map(Vec::len), Some(0));
    assert_eq!(report["actionsAsked"], report["actionsAgreed"]);
    assert_eq!(report["policies"].as_array().map(Vec::len), Some(7));
}

#[test]
fn left_out_on_request_is_not_unknown_and_not_fine() {
    let run = billing_doctor(["check", "--demo", "healthy", "--free", "-o", "json"]);
    let report = run.json();
    assert_eq!(run.status, 0);
    assert_eq!(report["costUsd"], 0.0);
    assert_eq!(opens(&report, "cost-explorer"), "depends");
    assert_eq!(status(&report, "cost-explorer-not-enabled"), "skipped");
    assert_eq!(report["gaps"][0]["byChoice"], true);
    assert!(!report["calls"].to_string().contains("ce:"));
}

#[test]
fn without_a_policy_the_identity_policies_omit_billing_and_the_switch_stays_unknown() {
    let (exit, report) = demo_report("no-billing-policy");
    assert_eq!(exit, 1);
    assert_eq!(codes(&report), ["identity-policy-omits-billing"]);
    assert_eq!(report["causes"][0]["actor"], "accountAdministrator");
    assert_eq!(report["switch"]["state"], "unknown");
    assert_eq!(status(&report, "iam-access-not-activated"), "inconclusive");
}

#[test]
fn a_boundary_is_named_and_more_policies_are_not_advised() {
    let (exit, report) = demo_report("boundary");
    assert_eq!(exit, 1);
    assert_eq!(codes(&report), ["boundary-omits-billing"]);
    let cause = report["causes"][0].to_string();
    assert!(
        cause.contains("DeveloperBoundary") && !cause.contains("Attach a policy"),
        "{cause}"
    );
}

#[test]
fn a_region_lock_that_can_be_read_is_named_to_the_statement() {
    let (exit, report) = demo_report("scp-region-lock-readable");
    assert_eq!(exit, 1);
    assert_eq!(codes(&report), ["scp-region-lock"]);
    let statement = &report["causes"][0]["statements"][0];
    assert_eq!(statement["policy"], "RegionLock");
    assert_eq!(statement["sid"], "DenyAllOutsideEU");
    assert_eq!(statement["target"], "ou-a1b2-workloads");
    // Cost Explorer is exempt already.
    let change = &report["changes"][0];
    let added = |prefix: &str| {
        let lines = change["diff"].as_array().into_iter().flatten();
        lines
            .filter_map(Value::as_str)
            .filter(|line| line.starts_with('+') && line.contains(prefix))
            .count()
    };
    assert!(
        added("freetier:Get*") == 1 && added("ce:") == 0,
        "{change:#}"
    );
    let steps = report["causes"][0]["steps"].to_string();
    assert!(steps.contains("DenyAllOutsideEU"), "{steps}");
}

#[test]
fn a_region_lock_that_can_not_be_read_is_still_the_organizations() {
    let (exit, report) = demo_report("scp-region-lock");
    assert_eq!(exit, 1);
    assert_eq!(codes(&report), ["scp-denies-billing"]);
    assert_eq!(
        report["causes"][0]["actor"],
        "managementAccountAdministrator"
    );
    assert_eq!(
        report["causes"][0]["statements"].as_array().map(Vec::len),
        Some(0)
    );
    // Cost Explorer's API answers; whether its page opens depends on the switch, which nobody could see.
    assert_eq!(opens(&report, "cost-explorer"), "depends");
}

#[test]
fn all_blockers_are_named_at_once() {
    let (exit, report) = demo_report("several-blockers");
    assert_eq!(exit, 1);
    assert_eq!(
        codes(&report),
        ["scp-denies-billing", "boundary-omits-billing"]
    );
    // The third, the switch, is hidden behind them: AWS judges policies first.
    assert_eq!(report["switch"]["state"], "unknown");
}

#[test]
fn an_access_key_without_mfa_is_not_the_console() {
    let (exit, report) = demo_report("mfa-required");
    assert_eq!(exit, 1);
    assert_eq!(codes(&report), ["mfa-required"]);
    assert_eq!(report["causes"][0]["actor"], "you");
    assert_eq!(opens(&report, "bills"), "depends");
    let cause = report["causes"][0].to_string();
    assert!(
        cause.contains("DenyAllWithoutMfa") && !cause.contains("detach"),
        "{cause}"
    );
}

#[test]
fn the_read_only_billing_policy_opens_bills_but_not_cost_explorer() {
    let (exit, report) = demo_report("billing-read-only");
    assert_eq!(exit, 1);
    assert_eq!(codes(&report), ["billing-policy-without-cost-explorer"]);
    let added = report["changes"][0]["adds"]
        .as_array()
        .expect("what is added");
    assert_eq!(added.len(), 5, "{added:?}");
    assert!(
        added
            .iter()
            .all(|action| action.to_string().contains("ce:")),
        "{added:?}"
    );
    assert_eq!(
        (opens(&report, "bills"), opens(&report, "cost-explorer")),
        ("yes", "no")
    );
    assert_eq!(report["switch"]["state"], "on");
}

#[test]
fn a_permission_set_is_edited_and_its_role_is_not() {
    let (_, report) = demo_report("identity-center");
    assert_eq!(codes(&report), ["identity-policy-omits-billing"]);
    assert_eq!(report["principal"]["permissionSet"], "Developers");
    assert_eq!(report["causes"][0]["actor"], "identityCenterAdministrator");
    let changes = report["changes"].as_array().expect("changes");
    assert!(!changes.is_empty());
    for change in changes {
        assert_eq!(change["permissionSet"], "Developers", "{change:#}");
        let sites = change["attachTo"].as_array().expect("sites");
        assert!(
            sites.iter().all(|site| site["kind"] == "permissionSet"),
            "{change:#}"
        );
    }
}

#[test]
fn retired_actions_are_named_as_what_they_are() {
    let (_, report) = demo_report("legacy-actions-only");
    assert_eq!(codes(&report), ["only-legacy-actions"]);
    let cause = &report["causes"][0];
    assert!(
        cause["summary"].to_string().contains("FinanceViewers"),
        "{cause:#}"
    );
    assert!(
        cause["explanation"].to_string().contains("aws-portal"),
        "{cause:#}"
    );
    // AWS's own policy has them too, beside those that work.
    let (_, report) = demo_report("billing-read-only");
    assert!(!report["causes"][0].to_string().contains("aws-portal"));
}

#[test]
fn a_deny_in_a_group_is_named() {
    let (_, report) = demo_report("identity-deny");
    assert_eq!(codes(&report), ["identity-policy-denies-billing"]);
    assert!(
        !report["causes"][0]["statements"]
            .as_array()
            .expect("statements")
            .is_empty()
    );
}

#[test]
fn what_a_session_policy_says_of_other_actions_is_not_known() {
    let (_, report) = demo_report("session-policy");
    assert_eq!(codes(&report), ["session-policy-omits-billing"]);
    let pages = report["pages"].as_array().expect("pages");
    assert!(
        pages.iter().all(|page| page["opens"] != "yes"),
        "{pages:#?}"
    );
}

#[test]
fn the_payers_preference_is_the_management_accounts_to_change() {
    let (exit, report) = demo_report("member-cost-explorer-withheld");
    assert_eq!(exit, 1);
    assert_eq!(codes(&report), ["member-cost-explorer-withheld"]);
    assert_eq!(
        report["causes"][0]["actor"],
        "managementAccountAdministrator"
    );
}

#[test]
fn data_that_is_not_ready_is_waited_for() {
    let (exit, report) = demo_report("cost-data-not-ready");
    assert_eq!(exit, 1);
    assert_eq!(codes(&report), ["cost-data-not-ready"]);
    assert_eq!(report["causes"][0]["actor"], "nobody");
}

#[test]
fn the_root_user_is_warned_that_it_proves_nothing() {
    let (exit, report) = demo_report("root-user");
    assert_eq!(exit, 0);
    assert_eq!(report["warnings"][0]["code"], "root-user-in-use");
    assert_eq!(report["switch"]["state"], "unknown");
}

#[test]
fn credentials_that_aws_refuses_are_told_apart() {
    for (demo, code) in [
        ("expired-credentials", "credentials-expired"),
        ("rejected-credentials", "credentials-rejected"),
        ("clock-skew", "clock-skew"),
    ] {
        let (exit, report) = demo_report(demo);
        assert_eq!((exit, codes(&report)), (1, vec![code]), "{demo}");
        assert_eq!(report["principal"], Value::Null);
    }
}

#[test]
fn without_credentials_the_tool_says_so_and_what_to_do() {
    let run = run(tool().args(["check"]));
    assert_eq!(run.status, 1);
    let text = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "No AWS credentials were found",
        "`aws login`",
        "--demo iam-access-off",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn every_demo_has_the_same_exit_status_in_both_formats() {
    for (name, _) in fake_aws::ACCOUNTS {
        let text = billing_doctor(["check", "--demo", name]);
        let (status, report) = demo_report(name);
        assert_eq!(text.status, status, "{name}");
        assert_eq!(text.stderr, "", "{name}");
        let headline = report["headline"].as_str().expect("a headline");
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&text.stdout).contains(&words(headline)), "{name}");
        let state = report["state"].as_str().expect("a state");
        let expected = match state {
            "healthy" => 0,
            "blocked" => 1,
            _ => 3,
        };
        assert_eq!(status, expected, "{name}");
    }
}

#[test]
fn the_answer_reads_well_at_any_width() {
    for width in [30, 40, 60, 80, 200] {
        for name in [
            "iam-access-off",
            "several-blockers",
            "scp-region-lock-readable",
        ] {
            let run = run(tool()
                .args(["check", "--demo", name])
                .env("COLUMNS", width.to_string()));
            for line in run.stdout.lines() {
                let columns = line.chars().count();
                // A URL or an ARN is never broken: it would no longer be one.
                let whole = line
                    .split_whitespace()
                    .any(|word| word.len() + 25 > width.min(100) || word.contains("://"));
                assert!(columns <= width.min(100) || whole, "{width}: {line}");
            }
        }
    }
}

#[test]
fn the_text_of_the_first_demo_is_this() {
    let run = billing_doctor(["check", "--demo", "iam-access-off"]);
    insta::with_settings!({filters => vec![(r"(?s)\nA demo: .*", "\n[calls and time]\n")]}, {
        insta::assert_snapshot!("iam_access_off", run.stdout);
    });
}

#[test]
fn the_text_of_several_blockers_on_a_narrow_terminal_is_this() {
    let run = run(tool()
        .args(["check", "--demo", "several-blockers"])
        .env("COLUMNS", "50"));
    insta::with_settings!({filters => vec![(r"(?s)\nA demo: .*", "\n[calls and time]\n")]}, {
        insta::assert_snapshot!("several_blockers_narrow", run.stdout);
    });
}

#[test]
fn an_unknown_demo_is_a_usage_error_that_lists_those_there_are() {
    let run = billing_doctor(["check", "--demo", "nosuch"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("iam-access-off"), "{}", run.stderr);
}

#[test]
fn a_principal_that_is_no_user_or_role_is_a_usage_error() {
    let run = billing_doctor(["check", "--demo", "healthy", "--principal", "alice"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
}

#[test]
fn another_principal_is_judged_by_its_policies_and_the_probes_stay_the_callers() {
    let arn = "arn:aws:iam::111122223333:user/alice";
    let run = billing_doctor([
        "check",
        "--demo",
        "healthy",
        "--principal",
        arn,
        "-o",
        "json",
    ]);
    assert_eq!(
        run.json()["principal"]["isCaller"],
        true,
        "one's own ARN is still oneself"
    );
}

#[test]
fn a_demo_says_that_it_is_one_and_costs_nothing() {
    let (_, report) = demo_report("healthy");
    assert_eq!(report["demo"], true);
    assert_eq!(report["costUsd"], 0.0);
    assert_eq!(report["credentials"]["endpointOverrides"], json!([]));
}
