//! The public JSON formats only grow. `tests/schemas/*.txt` has what the first version promised of each: a line a fact,
//! `PATH: type`, `PATH: "value"` or `PATH: always`. New lines are never needed there; none is taken out.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::tool::{billing_doctor, run, tool};

const REPORT: &str = include_str!("../schemas/report-v1.txt");
const AUDIT: &str = include_str!("../schemas/audit-v1.txt");
const EXPLAIN: &str = include_str!("../schemas/explain-v1.txt");
const EVIDENCE: &str = include_str!("../schemas/evidence-v1.txt");

/// What `collect` wrote when all of the retired fields were in it.
const OLD_EVIDENCE: &str = "tests/schemas/evidence-v1-with-retired-fields.json";

/// Fields of evidence/v1 that are written no longer: nobody read them, and `contact` and `billingContact` cost a call each.
/// Files that have them are read as ever.
const RETIRED: &[&str] = &[
    "/evidence/account/contact",
    "/evidence/account/billingContact",
    "/evidence/account/information/value/created",
    "/evidence/account/rootUser/value/hasMfa",
    "/evidence/probes/billingViews/value/items",
    "/evidence/probes/budgets/value/items",
    "/evidence/probes/costAndUsage/value/items",
    "/evidence/probes/credits/value/items",
    "/evidence/probes/freeTierUsage/value/items",
];

/// Fields of evidence/v1 that may be `null` now: CloudTrail does not always name who or when, and the first version wrote
/// "unknown" and "at an unknown time" then; the plan's status was left out for a while. A change of type, and the only one.
const NULLABLE: &[&str] = &[
    "/evidence/account/plan/value/status",
    "/evidence/switchHistory/value/*/by",
    "/evidence/switchHistory/value/*/time",
];

/// A schema as facts about paths.
struct Flat<'a> {
    root: &'a Value,
    /// The definitions that are being walked: they may name themselves.
    within: Vec<&'a str>,
    facts: BTreeSet<String>,
}

impl<'a> Flat<'a> {
    fn of(root: &'a Value) -> BTreeSet<String> {
        let mut flat = Self {
            root,
            within: Vec::new(),
            facts: BTreeSet::new(),
        };
        flat.walk(root, "");
        flat.facts
    }

    fn walk(&mut self, schema: &'a Value, path: &str) {
        let notes = ["description", "title", "default"];
        let says_nothing = match schema {
            Value::Object(members) => members.keys().all(|key| notes.contains(&key.as_str())),
            schema => *schema == Value::Bool(true),
        };
        if says_nothing {
            self.fact(path, "any");
        }
        if let Some(name) = schema["$ref"].as_str() {
            self.definition(name, path);
        }
        match &schema["type"] {
            Value::String(name) => self.fact(path, name),
            Value::Array(names) => names
                .iter()
                .filter_map(Value::as_str)
                .for_each(|name| self.fact(path, name)),
            _ => {}
        }
        let listed = schema["enum"].as_array().into_iter().flatten();
        for value in listed.chain(schema.get("const")) {
            self.fact(path, &value.to_string());
        }
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            self.walk(member, &format!("{path}/{name}"));
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            self.fact(&format!("{path}/{name}"), "always");
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = schema
                .get(key)
                .filter(|inner| **inner != Value::Bool(false))
            {
                self.walk(inner, &format!("{path}/*"));
            }
        }
        for key in ["oneOf", "anyOf", "allOf"] {
            for inner in schema[key].as_array().into_iter().flatten() {
                self.walk(inner, path);
            }
        }
    }

    /// A gap may be nearly everywhere, and is told once.
    fn definition(&mut self, name: &'a str, path: &str) {
        let name = name.rsplit('/').next().unwrap_or(name);
        let path = if name == "Gap" {
            self.fact(path, name);
            name
        } else {
            path
        };
        if !self.within.contains(&name) {
            self.within.push(name);
            self.walk(&self.root["$defs"][name], path);
            self.within.pop();
        }
    }

    fn fact(&mut self, path: &str, what: &str) {
        self.facts.insert(format!("{path}: {what}"));
    }
}

/// What a reader of the first version misses in today's format, or does not expect.
fn broken(frozen: &str, today: &Value) -> Vec<String> {
    let today = Flat::of(today);
    let frozen: BTreeSet<&str> = frozen.lines().collect();
    let parts = |fact: &str| {
        let (path, what) = fact.split_once(": ").expect("PATH: fact");
        (path.to_owned(), what.to_owned())
    };
    let paths: BTreeSet<String> = frozen.iter().map(|fact| parts(fact).0).collect();
    let retired = |path: &str| {
        RETIRED.iter().any(|field| {
            path.strip_prefix(field)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let nullable =
        |path: &str, what: &str| NULLABLE.contains(&path) && ["always", "null"].contains(&what);
    let gone = frozen.iter().filter(|fact| !today.contains(**fact));
    let gone = gone
        .map(|fact| parts(fact))
        .filter(|(path, what)| !retired(path) && !nullable(path, what));
    let changed = today
        .iter()
        .filter(|fact| !frozen.contains(fact.as_str()))
        .map(|fact| parts(fact))
        // A new value of a word, and a field that is always there now, break nobody.
        .filter(|(path, what)| paths.contains(path) && what != "always" && !what.starts_with('"'))
        .filter(|(path, what)| !nullable(path, what));
    gone.map(|(path, what)| format!("gone: {path}: {what}"))
        .chain(changed.map(|(path, what)| format!("new type: {path}: {what}")))
        .collect()
}

fn schema(of: &str) -> Value {
    serde_json::from_str(&billing_doctor(["schema", of]).stdout).expect("JSON")
}

fn only_grows(of: &str, frozen: &str) {
    assert_eq!(broken(frozen, &schema(of)), Vec::<String>::new(), "{of}");
}

#[test]
fn the_report_only_grows() {
    only_grows("report", REPORT);
}

#[test]
fn the_audit_only_grows() {
    only_grows("audit", AUDIT);
}

#[test]
fn the_explanation_only_grows() {
    only_grows("explain", EXPLAIN);
}

#[test]
fn the_evidence_only_grows() {
    only_grows("evidence", EVIDENCE);
}

#[test]
fn a_field_that_is_gone_or_changed_is_seen() {
    let change = |edit: fn(&mut Value)| {
        let mut schema = schema("explain");
        edit(&mut schema);
        broken(EXPLAIN, &schema)
    };
    let gone = change(|schema| {
        let properties = schema["properties"].as_object_mut().expect("properties");
        properties.remove("schema").expect("it is there");
    });
    assert_eq!(gone, ["gone: /schema: string"]);
    let changed = change(|schema| schema["properties"]["schema"]["type"] = "integer".into());
    assert_eq!(
        changed,
        ["gone: /schema: string", "new type: /schema: integer"]
    );
    let grown = change(|schema| schema["properties"]["more"] = Value::Bool(true));
    assert_eq!(grown, Vec::<String>::new());
}

#[test]
fn what_is_retired_is_retired() {
    let evidence = Flat::of(&schema("evidence"))
        .into_iter()
        .filter(|fact| {
            RETIRED
                .iter()
                .any(|path| fact.starts_with(&format!("{path}: ")))
        })
        .collect::<Vec<_>>();
    assert_eq!(evidence, Vec::<String>::new());
}

#[test]
fn an_evidence_file_with_the_retired_fields_is_read() {
    let file: Value =
        serde_json::from_str(&std::fs::read_to_string(OLD_EVIDENCE).expect("it is committed"))
            .expect("JSON");
    for path in RETIRED {
        // A probe that AWS refused has no value to have a field.
        let is_there = file.pointer(path).is_some();
        assert!(is_there || path.starts_with("/evidence/probes/"), "{path}");
    }
    let report = run(tool().args(["check", "--evidence", OLD_EVIDENCE, "-o", "json"])).json();
    assert_eq!(report["causes"][0]["code"], "iam-access-not-activated");
    assert_eq!(report["account"]["name"], "Acme Development");
    assert_eq!(report["account"]["plan"], "PAID");
}
