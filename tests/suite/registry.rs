//! Every cause has one scenario in which it fires and one near miss in which it does not: `tests/scenarios/CODE/`.
//!
//! A scenario is a demo account, what differs from it (a JSON merge patch of its description, or of the evidence where
//! no responder could bring it about), what goes wrong on the way, and the point that it makes, written by hand. All
//! of them go through both renderers as snapshots; INSTA_UPDATE=always writes these anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use billing_doctor::catalog::Code;
use billing_doctor::diagnose::question::{Question, Want};
use billing_doctor::render::{self, Palette, ReportFormat};
use billing_doctor::report::Report;
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

    /// The report as text and as JSON.
    fn report(&self) -> (String, Value) {
        let Some(demo) = &self.demo else {
            let text = run(without_credentials(&mut tool())).stdout;
            let json = run(without_credentials(&mut tool()).args(["-o", "json"])).json();
            return (text, json);
        };
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
        let evidence = serde_json::from_value(evidence).expect("still evidence");
        let report = Report::new(
            &evidence,
            &billing_doctor::diagnose::diagnosis::diagnose(&evidence, &question),
        );
        let palette = Palette {
            color: false,
            unicode: true,
            width: 80,
            rows: None,
        };
        let mut text = Vec::new();
        render::write(&report, ReportFormat::Text, None, &palette, &mut text)
            .expect("memory takes it");
        let mut json = Vec::new();
        render::write(&report, ReportFormat::Json, None, &palette, &mut json)
            .expect("memory takes it");
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

/// What a person and a script see first: the checks, what was not seen and the calls have tests of their own.
fn snapshot(text: &str, report: &Value) -> String {
    let text = text.split("\nChecks\n").next().unwrap_or_default();
    let mut short = json!({});
    for field in [
        "state",
        "switch",
        "causes",
        "hindrances",
        "warnings",
        "contradictions",
    ] {
        short[field] = report[field].clone();
    }
    let pages = report["pages"].as_array().into_iter().flatten();
    for page in pages {
        short["pages"][page["id"].as_str().expect("an id")] = page["opens"].clone();
    }
    without_times(&format!("{text}\n{short:#}\n"))
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

fn shows(code: &str, kind: &str) -> (BTreeSet<String>, Value) {
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
    insta::with_settings!({snapshot_path => directory().join(code), prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(kind, snapshot(&text, &report));
    });
    let found = ["causes", "hindrances", "warnings"];
    let found = found
        .iter()
        .flat_map(|field| codes(&report, field))
        .collect();
    (found, report)
}

#[test]
fn every_cause_fires_in_its_scenario_and_not_in_its_near_miss() {
    for cause in Code::ALL {
        let (found, _) = shows(cause.as_str(), "fires");
        assert!(
            found.contains(cause.as_str()),
            "{}: {found:?}",
            cause.as_str()
        );
        let (found, _) = shows(cause.as_str(), "near-miss");
        assert!(
            !found.contains(cause.as_str()),
            "{}: {found:?}",
            cause.as_str()
        );
    }
}

#[test]
fn no_scenario_is_left_over_from_a_code_that_is_gone() {
    let known: BTreeSet<&str> = Code::ALL.iter().map(|cause| cause.as_str()).collect();
    for entry in fs::read_dir(directory()).expect("tests/scenarios") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_str().expect("UTF-8");
        assert!(
            known.contains(name),
            "tests/scenarios/{name} belongs to no code"
        );
    }
}
