//! Docs that a machine can check.

use std::fs;
use std::path::Path;

use crate::tool::{billing_doctor, run, tool};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_page_on_permissions_is_what_the_table_of_calls_says() {
    let run = billing_doctor(["permissions", "--format", "markdown"]);
    assert_eq!(
        run.stdout,
        read("docs/permissions.md"),
        "billing-doctor permissions --format markdown > docs/permissions.md"
    );
}

#[test]
fn the_schema_is_what_the_report_says() {
    let run = billing_doctor(["schema"]);
    assert_eq!(
        run.stdout,
        read("docs/report-v1.schema.json"),
        "billing-doctor schema > docs/report-v1.schema.json"
    );
}

#[test]
fn the_schema_of_explanations_is_what_explain_says() {
    let run = billing_doctor(["schema", "explain"]);
    assert_eq!(
        run.stdout,
        read("docs/explain-v1.schema.json"),
        "billing-doctor schema explain > docs/explain-v1.schema.json"
    );
}

#[test]
fn the_policy_allows_each_action_of_the_calls_and_nothing_else() {
    let run = billing_doctor(["permissions"]);
    let policy: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let actions = policy["Statement"][0]["Action"]
        .as_array()
        .expect("actions");
    let verbs = ["Get", "List", "Describe", "Lookup", "Simulate", "View"];
    for action in actions {
        let name = action
            .as_str()
            .and_then(|action| action.split_once(':'))
            .expect("prefix:Name")
            .1;
        assert!(
            verbs.iter().any(|verb| name.starts_with(verb)),
            "{name} does not read"
        );
    }
    assert!(iam_policy::Document::parse(&run.stdout).is_ok());
}

#[test]
fn the_readme_shows_what_the_tool_prints() {
    let readme = read("README.md");
    let shown = readme
        .split("```text\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("README.md has a block of text output");
    let printed = run(tool().args(["check", "--demo", "iam-access-off"]));
    assert!(
        printed.stdout.starts_with(shown.trim_end()),
        "README.md:\n{shown}\nthe tool:\n{}",
        printed.stdout
    );
}

/// README.md, the pages of docs/ and the READMEs of the crates.
fn pages() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = |folder: &str| {
        let entries = fs::read_dir(root.join(folder)).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path())
    };
    let mut pages = vec![root.join("README.md")];
    pages.extend(entries("docs").filter(|path| path.extension().is_some_and(|md| md == "md")));
    pages.extend(
        entries("crates")
            .map(|path| path.join("README.md"))
            .filter(|path| path.exists()),
    );
    let below = |path: &Path| {
        path.strip_prefix(root)
            .expect("below")
            .to_string_lossy()
            .into_owned()
    };
    pages.iter().map(|path| below(path)).collect()
}

#[test]
fn every_link_between_the_docs_leads_somewhere() {
    let mut links = 0;
    for page in pages() {
        let folder = Path::new(&page).parent().expect("has a parent");
        for target in read(&page)
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            if target.contains("://") || target.starts_with('#') {
                continue;
            }
            let file = target.split('#').next().unwrap_or(target);
            let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(folder)
                .join(file);
            assert!(path.exists(), "{page} links to {target}");
            links += 1;
        }
    }
    assert!(links > 3);
}

/// The history names what was there once.
const OF_THE_PAST: &str = "docs/CHANGELOG.md";

#[test]
fn every_path_that_the_docs_name_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tops = [
        "src/",
        "crates/",
        "tests/",
        "docs/",
        "benches/",
        "fuzz/",
        "examples/",
        ".ci/",
        ".github/",
    ];
    let mut missing = Vec::new();
    let mut named = 0;
    for page in pages().iter().filter(|page| *page != OF_THE_PAST) {
        for code in read(page)
            .split('`')
            .skip(1)
            .step_by(2)
            .flat_map(str::split_whitespace)
        {
            let path = code.trim_end_matches([',', ';', ':', '.', ')', '\'']);
            if !tops.iter().any(|top| path.starts_with(top)) {
                continue;
            }
            // `src/aws/ask.rs:12` and `tests/scenarios/CODE/fires.json`: a place in a file, a name to fill in.
            let path = path.split(':').next().unwrap_or(path);
            let known: Vec<&str> = path
                .split('/')
                .take_while(|part| !part.contains(['*', '<', '{', '…']))
                .take_while(|part| !part.starts_with("CODE") && !part.starts_with("NAME"))
                .collect();
            named += 1;
            // A crate's own page names what is beside it.
            let beside = root
                .join(page)
                .parent()
                .map(|folder| folder.join(known.join("/")));
            let is_beside = page.starts_with("crates/") && beside.is_some_and(|path| path.exists());
            if !is_beside && !root.join(known.join("/")).exists() {
                missing.push(format!("{page} names {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(named > 5, "paths have been found");
}

#[test]
fn the_architecture_names_a_test_for_each_invariant() {
    let page = read("docs/ARCHITECTURE.md");
    let tests = read("tests/suite/architecture.rs")
        + &read("tests/suite/calls.rs")
        + &read("tests/suite/round_trips.rs");
    let mut named = 0;
    let invariants = page
        .split("## Invariants")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next())
        .expect("the section");
    for name in invariants
        .split("(`")
        .skip(1)
        .filter_map(|rest| rest.split('`').next())
    {
        assert!(
            tests.contains(&format!("fn {name}()")),
            "{name} is not a test"
        );
        named += 1;
    }
    assert!(named >= 9, "{named}");
}
