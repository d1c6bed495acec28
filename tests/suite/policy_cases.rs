//! Every documented rule has a case in the engine's `tests/cases`, with the page that states it; here also what it says to people.

use std::fs;
use std::path::Path;

use billing_doctor::testing::simulate::{Format, simulate};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    source: String,
    /// The statements of one identity policy named P.
    statements: Option<Value>,
    /// Members of the question that differ from the usual one; null takes a member out.
    #[serde(default)]
    input: Map<String, Value>,
    /// Members of the answer.
    expected: Map<String, Value>,
}

#[test]
fn every_documented_rule_holds() {
    let mut failures = Vec::new();
    let mut count = 0;
    for (file, case) in cases() {
        count += 1;
        assert!(
            case.source.starts_with("https://"),
            "{file}: {} has no source",
            case.name
        );
        let question = question(&case);
        let mut output = Vec::new();
        simulate(&question.to_string(), Format::Json, &mut output).unwrap();
        let answer: Value = serde_json::from_slice(&output).unwrap();
        for (member, expected) in &case.expected {
            if answer[member] != *expected {
                failures.push(format!(
                    "{file}: {}: {member} is {}, not {expected}",
                    case.name, answer[member]
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count > 150, "only {count} cases were found");
}

fn cases() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/iam-policy/tests/cases");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let parsed: Vec<Case> = serde_json::from_str(&fs::read_to_string(&file).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        cases.extend(parsed.into_iter().map(|case| (name.clone(), case)));
    }
    cases
}

fn question(case: &Case) -> Value {
    let statements = case.statements.clone().unwrap_or_else(|| json!([]));
    let mut question = json!({
        "id": case.name,
        "principal": "arn:aws:iam::111122223333:user/alice",
        "action": "ce:GetCostAndUsage",
        "resource": "*",
        "identityPolicies": [{"name": "P", "document": {"Version": "2012-10-17", "Statement": statements}}],
    });
    for (member, value) in &case.input {
        question[member] = value.clone();
    }
    question
}
