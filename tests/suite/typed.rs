//! What was found stays data up to the last line, and each policy and statement is told as itself, end to end.

use std::collections::BTreeSet;

use billing_doctor::testing::diagnose::cause::Cause;
use billing_doctor::testing::diagnose::diagnosis::{State, diagnose};
use billing_doctor::testing::diagnose::question::Question;
use billing_doctor::testing::evidence::{AttachedPolicy, Evidence, Observed, Via};
use billing_doctor::testing::render::{self, Palette, ReportFormat};
use billing_doctor::testing::report::Report;
use billing_doctor::testing::words::Audience;
use fake_aws::Faults;
use serde_json::{Value, json};

use crate::scenarios::{account, evidence_of};
use crate::tool::billing_doctor;

/// The types whose strings AWS or a person wrote: names and quotations.
const FROM_OUTSIDE: [&str; 4] = ["Name", "Quote", "PolicyId", "Via"];

#[test]
fn no_field_of_a_cause_a_step_or_a_requirement_holds_a_sentence() {
    fn free_strings(path: &str, schema: &Value, found: &mut BTreeSet<String>) {
        match schema {
            Value::Object(members) => {
                let is_string = members.get("type") == Some(&json!("string"));
                let is_fixed = members.contains_key("enum") || members.contains_key("const");
                if is_string && !is_fixed {
                    found.insert(path.to_owned());
                }
                for (name, member) in members {
                    free_strings(&format!("{path}/{name}"), member, found);
                }
            }
            Value::Array(members) => {
                for member in members {
                    free_strings(path, member, found);
                }
            }
            _ => {}
        }
    }
    let schema = serde_json::to_value(schemars::schema_for!(Cause)).expect("JSON");
    let mut found = BTreeSet::new();
    free_strings("", &schema, &mut found);
    found.retain(|path| {
        let from_outside = FROM_OUTSIDE
            .iter()
            .any(|name| path.starts_with(&format!("/$defs/{name}")));
        // A code is a word of a closed list; its schema is open so that scripts outlive new ones.
        !from_outside && path != "/properties/code"
    });
    assert_eq!(found, BTreeSet::new());
    for name in FROM_OUTSIDE {
        assert!(schema["$defs"].get(name).is_some(), "{name} is gone");
    }
    // The walk sees a sentence where there is one.
    let mut with_sentence = BTreeSet::new();
    let bad = json!({"properties": {"summary": {"type": "string"}}});
    free_strings("", &bad, &mut with_sentence);
    assert_eq!(with_sentence.len(), 1);
}

fn alices() -> Evidence {
    let mut evidence = evidence_of(
        account("healthy", json!({})),
        Faults::none(),
        None,
        &Question::default(),
    );
    // Only the policies decide here.
    let unasked = Observed::NotApplicable {
        because: "only policies are judged".to_owned(),
    };
    evidence.simulation = Observed::NotApplicable {
        because: "only policies are judged".to_owned(),
    };
    for probe in [
        &mut evidence.probes.cost_and_usage,
        &mut evidence.probes.budgets,
        &mut evidence.probes.free_tier_usage,
        &mut evidence.probes.billing_views,
    ] {
        *probe = unasked.clone();
    }
    evidence.policies.identity.read = vec![attached("Everything", None, &allow())];
    evidence
}

fn attached(name: &str, arn: Option<&str>, document: &Value) -> AttachedPolicy {
    AttachedPolicy {
        name: name.to_owned(),
        arn: arn.map(str::to_owned),
        via: Via::User("alice".to_owned()),
        document: Observed::Known {
            value: document.to_string(),
        },
    }
}

fn allow() -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
}

fn denying(sid: &str, actions: &Value) -> Value {
    json!({"Sid": sid, "Effect": "Deny", "Action": actions, "Resource": "*"})
}

fn report(evidence: &Evidence, audience: Audience) -> Report {
    let diagnosis = diagnose(evidence, &Question::default());
    assert_eq!(diagnosis.state, State::Blocked);
    Report::new(evidence, &diagnosis, audience)
}

/// The report in every format for people and for scripts.
fn printed(evidence: &Evidence) -> Vec<(ReportFormat, String)> {
    let palette = Palette {
        color: false,
        unicode: true,
        width: 100,
        rows: None,
    };
    [
        (ReportFormat::Text, Audience::Reader),
        (ReportFormat::Json, Audience::Reader),
        (ReportFormat::Html, Audience::Administrator),
        (ReportFormat::Markdown, Audience::Administrator),
        (ReportFormat::Message, Audience::Administrator),
    ]
    .into_iter()
    .map(|(format, audience)| {
        let mut bytes = Vec::new();
        render::write(&report(evidence, audience), format, &palette, &mut bytes)
            .expect("memory takes it");
        (format, String::from_utf8(bytes).expect("UTF-8"))
    })
    .collect()
}

#[test]
fn of_two_policies_of_one_name_the_one_that_denies_is_blamed_and_changed() {
    let mut evidence = alices();
    let aws = "arn:aws:iam::aws:policy/job-function/Billing";
    let own = "arn:aws:iam::111122223333:policy/finance/Billing";
    let deny = json!({"Version": "2012-10-17", "Statement": [denying("NoCosts", &json!(["ce:*", "budgets:*"]))]});
    let policies = &mut evidence.policies.identity.read;
    policies.push(attached("Billing", Some(aws), &allow()));
    policies.push(attached("Billing", Some(own), &deny));
    let told = report(&evidence, Audience::Reader);
    let cause = &told.causes[0];
    assert_eq!(cause.code.as_str(), "identity-policy-denies-billing");
    let blamed: Vec<_> = cause
        .statements
        .iter()
        .map(|at| at.arn.as_deref())
        .collect();
    assert_eq!(blamed, [Some(own)]);
    let changed: Vec<_> = told.changes.iter().map(|one| one.arn.as_deref()).collect();
    assert_eq!(changed, [Some(own)]);
    for (format, text) in printed(&evidence) {
        assert!(text.contains("finance/Billing"), "{format:?}: {text}");
        assert!(
            !text.contains("Change the policy job-function"),
            "{format:?}"
        );
    }
}

#[test]
fn a_boundary_and_an_identity_policy_of_one_name_are_two_policies() {
    let mut evidence = alices();
    let boundary = "arn:aws:iam::111122223333:policy/limits/Developers";
    let identity = "arn:aws:iam::111122223333:policy/Developers";
    let only_ec2 = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]});
    evidence.policies.permissions_boundary = Observed::Known {
        value: AttachedPolicy {
            via: Via::PermissionsBoundary,
            ..attached("Developers", Some(boundary), &only_ec2)
        },
    };
    evidence
        .policies
        .identity
        .read
        .push(attached("Developers", Some(identity), &allow()));
    let told = report(&evidence, Audience::Reader);
    assert_eq!(told.causes[0].code.as_str(), "boundary-omits-billing");
    let changed: Vec<_> = told.changes.iter().map(|one| one.arn.as_deref()).collect();
    assert_eq!(changed, [Some(boundary)]);
    for (format, text) in printed(&evidence) {
        assert!(text.contains("limits/Developers"), "{format:?}: {text}");
    }
}

#[test]
fn each_statement_is_blamed_for_what_it_denies_itself() {
    let mut evidence = alices();
    let document = json!({"Version": "2012-10-17", "Statement": [
        denying("NoCosts", &json!("ce:*")),
        denying("NoTax", &json!("tax:*")),
    ]});
    evidence.policies.identity.read.push(attached(
        "Limits",
        Some("arn:aws:iam::111122223333:policy/Limits"),
        &document,
    ));
    let told = report(&evidence, Audience::Reader);
    let cause = &told.causes[0];
    let by = |sid: &str| {
        let at = cause
            .statements
            .iter()
            .find(|at| at.sid.as_deref() == Some(sid));
        at.unwrap_or_else(|| panic!("{sid}: {cause:#?}"))
    };
    assert!(
        by("NoCosts")
            .actions
            .iter()
            .all(|one| one.starts_with("ce:"))
    );
    assert!(
        by("NoTax")
            .actions
            .iter()
            .all(|one| one.starts_with("tax:"))
    );
    let all: usize = cause.statements.iter().map(|at| at.actions.len()).sum();
    assert_eq!(all, cause.actions.len());
    let counts = |sid: &str| {
        let lines = cause.evidence.iter();
        lines
            .filter(|line| line.contains(&format!("“{sid}”")))
            .any(|line| line.contains(&format!("denies {} of", by(sid).actions.len())))
    };
    assert!(
        counts("NoCosts") && counts("NoTax"),
        "{:#?}",
        cause.evidence
    );
}

#[test]
fn a_long_condition_value_is_whole_in_every_format() {
    let mut evidence = alices();
    let long = "v".repeat(2_500);
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "*",
         "Condition": {"StringNotEquals": {"aws:PrincipalTag/x": "y"}}},
        {"Sid": "Kept", "Effect": "Deny", "Action": "ec2:*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:PrincipalTag/x": long}}},
    ]});
    if let Observed::Known { value } = &mut evidence.principal {
        value.tags = Observed::Known {
            value: [("x".to_owned(), "z".to_owned())].into(),
        };
    }
    evidence.policies.identity.read.push(attached(
        "Long",
        Some("arn:aws:iam::111122223333:policy/Long"),
        &document,
    ));
    let told = report(&evidence, Audience::Reader);
    let change = &told.changes[0];
    let changed = change.document.as_ref().expect("a document");
    assert!(changed.to_string().contains(&long));
    for (format, text) in printed(&evidence) {
        // A difference shows the lines around what changed: where the value is shown, it is whole.
        let shown = text.matches("vvvvvvvvvv").next().is_some();
        assert!(!shown || text.contains(&long), "{format:?} cuts the value");
        if format == ReportFormat::Json || format == ReportFormat::Message {
            assert!(text.contains(&long), "{format:?} leaves the value out");
        }
    }
}

#[test]
fn mfa_is_brought_along_and_never_exempted() {
    let evidence = evidence_of(
        account("mfa-required", json!({})),
        Faults::none(),
        None,
        &Question::default(),
    );
    let told = report(&evidence, Audience::Reader);
    assert_eq!(told.causes[0].code.as_str(), "mfa-required");
    assert!(told.changes.is_empty(), "{:#?}", told.changes);
    assert!(told.proof.is_none());
}

#[test]
fn what_the_sender_can_do_is_handed_over_to_nobody() {
    for (demo, says) in [
        ("mfa-required", "you can do this yourself"),
        ("clock-skew", "you can do this yourself"),
        ("cost-data-not-ready", "this takes time"),
    ] {
        for format in ["message", "markdown", "html"] {
            let printed = billing_doctor(["check", "--demo", demo, "-o", format]).stdout;
            let says = format!("Nothing to hand over: {says}");
            assert!(printed.contains(&says), "{demo} {format}: {printed}");
            assert!(!printed.contains("You may change permissions"), "{demo}");
            assert!(!printed.contains("not there"), "{demo} {format}: {printed}");
        }
    }
}

#[test]
fn what_the_sender_can_do_is_not_asked_of_an_administrator() {
    for demo in ["mfa-required", "session-policy"] {
        let evidence = evidence_of(
            account(demo, json!({})),
            Faults::none(),
            None,
            &Question::default(),
        );
        let told = report(&evidence, Audience::Administrator);
        let request = told.request.as_deref().unwrap_or_default();
        assert!(
            request.ends_with("Nothing in this report is for you to do."),
            "{demo}: {request}"
        );
    }
}
