//! Every cause has one scenario in which it fires and one near miss in which it does not: `tests/scenarios/CODE/`.
//!
//! A scenario is a demo account, what differs from it (a JSON merge patch of its description, or of the evidence where
//! no responder could bring it about), what goes wrong on the way, and the point that it makes, written by hand. All
//! of them are snapshots of the text; `INSTA_UPDATE=always cargo test` writes these anew. What a script reads is held by
//! the point.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use billing_doctor::testing::catalog::Code;
use billing_doctor::testing::diagnose::question::{Question, Want};
use billing_doctor::testing::render::{self, Palette, ReportFormat};
use billing_doctor::testing::report::Report;
use billing_doctor::testing::words::Audience;
use fake_aws::{Account, Fault, Faults, merge};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::scenarios::{account, evidence_of};
use crate::tool::{assert_valid, run, tool};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    #[serde(rename = "title")]
    _title: String,
    /// `null`: there are no credentials, and nothing is asked.
    demo: Option<String>,
    #[serde(default)]
    patch: Value,
    #[serde(default)]
    faults: Vec<Rule>,
    /// A merge patch of the evidence.
    #[serde(default)]
    evidence: Value,
    #[serde(default)]
    pages: Vec<String>,
    point: Point,
}

/// What goes wrong, everywhere unless a service or an operation is named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    service: Option<String>,
    operation: Option<String>,
    refuse: Option<Refusal>,
    fault: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    status: u16,
    code: String,
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    state: String,
    causes: Vec<String>,
    warnings: Option<Vec<String>>,
    #[serde(default)]
    hindrances: Vec<String>,
    /// JSON pointers into the report, and what stands there.
    at: BTreeMap<String, Value>,
}

impl Scenario {
    fn account(&self, demo: &str) -> Account {
        let patch = match &self.patch {
            Value::Null => json!({}),
            patch => patch.clone(),
        };
        account(demo, patch)
    }

    fn faults(&self) -> Faults {
        self.faults.iter().fold(Faults::none(), |faults, rule| {
            let fault = match (&rule.refuse, rule.fault.as_deref()) {
                (Some(refusal), None) => Fault::Refuse {
                    status: refusal.status,
                    code: refusal.code.clone(),
                    message: refusal.message.trim().to_owned(),
                },
                (None, Some("reset")) => Fault::Reset,
                (None, Some("internalError")) => Fault::InternalError,
                (None, Some("throttle")) => Fault::Throttle { times: None },
                (None, Some("throttleTwice")) => Fault::Throttle { times: Some(2) },
                other => panic!("no such fault: {:?}", other.1),
            };
            match (&rule.service, &rule.operation) {
                (None, _) => faults.everywhere(fault),
                (Some(service), None) => faults.in_service(service, fault),
                (Some(service), Some(operation)) => faults.on(service, operation, fault),
            }
        })
    }

    /// The evidence as JSON, and what is asked about it.
    fn found(&self, demo: &str) -> (Value, Question) {
        let pages: Vec<&str> = self.pages.iter().map(String::as_str).collect();
        let question = if pages.is_empty() {
            Question::default()
        } else {
            Question::about(&pages, Want::View).expect("the pages exist")
        };
        let evidence = evidence_of(self.account(demo), self.faults(), None, &question);
        let mut evidence = serde_json::to_value(&evidence).expect("evidence is JSON");
        if !self.evidence.is_null() {
            merge(&mut evidence, self.evidence.clone());
        }
        (evidence, question)
    }

    /// The report as text and as JSON.
    fn report(&self) -> (String, Value) {
        let Some(demo) = &self.demo else {
            let text = run(without_credentials(&mut tool())).stdout;
            let json = run(without_credentials(&mut tool()).args(["-o", "json"])).json();
            return (text, json);
        };
        let (evidence, question) = self.found(demo);
        let evidence = serde_json::from_value(evidence).expect("still evidence");
        let report = Report::new(
            &evidence,
            &billing_doctor::testing::diagnose::diagnosis::diagnose(&evidence, &question),
            Audience::Reader,
        );
        let palette = Palette {
            color: false,
            unicode: true,
            width: 80,
            rows: None,
        };
        let mut text = Vec::new();
        render::write(&report, ReportFormat::Text, &palette, &mut text).expect("memory takes it");
        let mut json = Vec::new();
        render::write(&report, ReportFormat::Json, &palette, &mut json).expect("memory takes it");
        (
            String::from_utf8(text).expect("UTF-8"),
            serde_json::from_slice(&json).expect("JSON"),
        )
    }
}

fn without_credentials(command: &mut Command) -> &mut Command {
    command.args(["check", "--color", "never"])
}

fn codes(report: &Value, field: &str) -> Vec<String> {
    let findings = report[field].as_array().expect("a list");
    findings
        .iter()
        .map(|finding| finding["code"].as_str().expect("a code").to_owned())
        .collect()
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

fn scenario(code: &str, kind: &str) -> Scenario {
    let path = directory().join(code).join(kind).with_extension("json");
    let text = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{code} has no {kind}.json: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{code}/{kind}: {error}"))
}

/// What a person sees first: the checks, what was not seen and the calls have tests of their own.
fn snapshot(text: &str) -> String {
    without_times(text.split("\nChecks\n").next().unwrap_or_default())
}

/// Times as AWS writes them, 20261123T071500Z and 2026-11-23T07:15:00Z, with zeros in them: they are of the run.
fn without_times(text: &str) -> String {
    let of_time = |c: char| c.is_ascii_digit() || matches!(c, 'T' | 'Z' | ':' | '-');
    let mut whole = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(of_time) {
        let (before, from) = rest.split_at(start);
        let (token, after) = from.split_at(from.find(|c| !of_time(c)).unwrap_or(from.len()));
        whole.push_str(before);
        let digits = token.chars().filter(char::is_ascii_digit).count();
        if digits == 14 && token.contains('T') {
            whole.extend(
                token
                    .chars()
                    .map(|c| if c.is_ascii_digit() { '0' } else { c }),
            );
        } else {
            whole.push_str(token);
        }
        rest = after;
    }
    whole + rest
}

/// The evidence of a code's scenario, and what is asked about it; `None` where there are no credentials to ask with.
pub(crate) fn evidence_that_shows(code: Code) -> Option<(Value, Question)> {
    let scenario = scenario(code.as_str(), "fires");
    Some(scenario.found(scenario.demo.as_ref()?))
}

/// Runs a scenario and holds it to its point; the codes of all that was found.
fn shows(code: Code, kind: &str) -> BTreeSet<String> {
    let code = code.as_str();
    let scenario = scenario(code, kind);
    let (text, report) = scenario.report();
    assert_valid(&report);
    let name = format!("{code}/{kind}");
    let point = &scenario.point;
    assert_eq!(report["state"], point.state, "{name}\n{text}");
    assert_eq!(codes(&report, "causes"), point.causes, "{name}\n{text}");
    assert_eq!(codes(&report, "hindrances"), point.hindrances, "{name}");
    if let Some(warnings) = &point.warnings {
        assert_eq!(&codes(&report, "warnings"), warnings, "{name}\n{text}");
    }
    for (pointer, expected) in &point.at {
        assert_eq!(
            report.pointer(pointer),
            Some(expected),
            "{name} at {pointer}"
        );
    }
    what_a_cause_closes_is_not_open(&report);
    insta::with_settings!({snapshot_path => directory().join(code), prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(kind, snapshot(&text));
    });
    let found = ["causes", "hindrances", "warnings"];
    found
        .iter()
        .flat_map(|field| codes(&report, field))
        .collect()
}

/// What every script relies on, whatever the cause.
fn what_a_cause_closes_is_not_open(report: &Value) {
    #[derive(Deserialize)]
    struct Cause {
        code: String,
        closes: Vec<String>,
        steps: Vec<Value>,
    }
    #[derive(Deserialize)]
    struct Page {
        id: String,
        opens: String,
    }
    let causes: Vec<Cause> = Deserialize::deserialize(&report["causes"]).expect("causes");
    let pages: Vec<Page> = Deserialize::deserialize(&report["pages"]).expect("pages");
    for cause in causes {
        assert!(!cause.steps.is_empty(), "{} says what to do", cause.code);
        for id in &cause.closes {
            // Without credentials there is no table of pages, and every page is closed.
            let page = pages.iter().find(|page| page.id == *id);
            assert!(page.is_some() || pages.is_empty(), "{id} is no page");
            assert_ne!(
                page.map(|page| page.opens.as_str()),
                Some("yes"),
                "{} closes {id}",
                cause.code
            );
        }
    }
}

/// A test for each code's scenario and one for its near miss.
macro_rules! scenarios {
    ($($name:ident: $code:ident,)+) => {
        $(mod $name {
            use super::{Code, shows};

            #[test]
            fn fires() {
                let found = shows(Code::$code, "fires");
                assert!(found.contains(Code::$code.as_str()), "{found:?}");
            }

            #[test]
            fn does_not_fire_in_its_near_miss() {
                let found = shows(Code::$code, "near-miss");
                assert!(!found.contains(Code::$code.as_str()), "{found:?}");
            }
        })+

        /// The codes that have their two tests, and the names of these.
        const TESTED: &[(Code, &str)] = &[$((Code::$code, stringify!($name))),+];
    };
}

scenarios! {
    no_credentials: NoCredentials,
    credentials_expired: CredentialsExpired,
    credentials_rejected: CredentialsRejected,
    clock_skew: ClockSkew,
    role_not_assumable: RoleNotAssumable,
    session_cannot_call_iam: SessionCannotCallIam,
    endpoint_unreachable: EndpointUnreachable,
    throttled: Throttled,
    iam_access_not_activated: IamAccessNotActivated,
    account_not_active: AccountNotActive,
    subscription_required: SubscriptionRequired,
    free_plan_expired: FreePlanExpired,
    partition_bills_elsewhere: PartitionBillsElsewhere,
    root_user_in_use: RootUserInUse,
    scp_denies_billing: ScpDeniesBilling,
    scp_omits_billing: ScpOmitsBilling,
    scp_region_lock: ScpRegionLock,
    rcp_denies_billing: RcpDeniesBilling,
    member_cost_explorer_withheld: MemberCostExplorerWithheld,
    member_budgets_not_enabled: MemberBudgetsNotEnabled,
    payer_only_feature: PayerOnlyFeature,
    boundary_denies_billing: BoundaryDeniesBilling,
    boundary_omits_billing: BoundaryOmitsBilling,
    session_policy_denies_billing: SessionPolicyDeniesBilling,
    session_policy_omits_billing: SessionPolicyOmitsBilling,
    vpc_endpoint_policy_blocks_billing: VpcEndpointPolicyBlocksBilling,
    identity_policy_denies_billing: IdentityPolicyDeniesBilling,
    identity_policy_omits_billing: IdentityPolicyOmitsBilling,
    mfa_required: MfaRequired,
    network_restricted: NetworkRestricted,
    only_legacy_actions: OnlyLegacyActions,
    billing_policy_without_cost_explorer: BillingPolicyWithoutCostExplorer,
    key_quarantined: KeyQuarantined,
    cost_explorer_not_enabled: CostExplorerNotEnabled,
    cost_data_not_ready: CostDataNotReady,
    unexplained_refusal: UnexplainedRefusal,
}

#[test]
fn every_code_has_its_two_tests() {
    let all: Vec<String> = Code::ALL
        .iter()
        .map(|code| code.as_str().to_owned())
        .collect();
    let tested: Vec<String> = TESTED
        .iter()
        .map(|(_, name)| name.replace('_', "-"))
        .collect();
    assert_eq!(
        tested, all,
        "the list of scenarios in tests/suite/registry.rs"
    );
    assert!(
        TESTED
            .iter()
            .all(|(code, name)| code.as_str() == name.replace('_', "-"))
    );
}

/// The names of what is in a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    names
        .map(|name| name.into_string().expect("UTF-8"))
        // A snapshot that waits for a decision beside the one that failed.
        .filter(|name| !name.ends_with(".snap.new"))
        .collect()
}

#[test]
fn no_scenario_and_no_snapshot_is_left_over() {
    let known: BTreeSet<String> = Code::ALL
        .iter()
        .map(|code| code.as_str().to_owned())
        .collect();
    assert_eq!(names(&directory()), known, "tests/scenarios");
    let files = [
        "fires.json",
        "fires.snap",
        "near-miss.json",
        "near-miss.snap",
    ];
    for code in known {
        assert_eq!(
            names(&directory().join(&code)),
            files.map(str::to_owned).into(),
            "{code}"
        );
    }
    // The rest: suite__MODULE__NAME.snap, by an `assert_snapshot!("NAME", …)` of that module.
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    for file in names(&suite.join("snapshots")) {
        let named = file
            .strip_suffix(".snap")
            .and_then(|name| name.strip_prefix("suite__"));
        let (module, name) = named.and_then(|named| named.split_once("__")).expect(&file);
        let module = fs::read_to_string(suite.join(module).with_extension("rs")).expect(&file);
        let assertion = format!("assert_snapshot!(\"{name}\"");
        assert!(module.contains(&assertion), "no test writes {file}");
    }
}
