//! The invariants of docs/ARCHITECTURE.md, each read off `src/`.

use std::fs;
use std::path::{Path, PathBuf};

/// Every source file below `src/`, by its path from there, with its text without comments.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("src is readable") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found.sort();
    assert!(found.len() > 40, "src has been found");
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file is readable");
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect::<Vec<_>>()
                .join("\n");
            let name = path.strip_prefix(&root).expect("below src");
            (name.to_string_lossy().replace('\\', "/"), code)
        })
        .collect()
}

/// The files that `within` does not cover and that name one of `words`.
fn offenders(within: &[&str], words: &[&str]) -> Vec<String> {
    sources()
        .into_iter()
        .filter(|(name, _)| !within.iter().any(|allowed| name.starts_with(allowed)))
        .flat_map(|(name, code)| {
            words
                .iter()
                .filter(|word| code.contains(**word))
                .map(|word| format!("{name} names {word}"))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The files below `folders` that name one of `words`.
fn trespassers(folders: &[&str], words: &[&str]) -> Vec<String> {
    sources()
        .into_iter()
        .filter(|(name, _)| folders.iter().any(|folder| name.starts_with(folder)))
        .flat_map(|(name, code)| {
            words
                .iter()
                .filter(|word| code.contains(**word))
                .map(|word| format!("{name} names {word}"))
                .collect::<Vec<_>>()
        })
        .collect()
}

const NOTHING: [String; 0] = [];

#[test]
fn only_aws_names_the_sdk() {
    assert_eq!(
        offenders(
            &["aws/"],
            &[
                "aws_sdk",
                "aws_config",
                "aws_smithy",
                "aws_types",
                "aws_credential"
            ]
        ),
        NOTHING
    );
}

#[test]
fn only_aws_the_command_line_and_main_name_tokio() {
    assert_eq!(offenders(&["aws/", "cli/", "main.rs"], &["tokio"]), NOTHING);
}

#[test]
fn the_engine_knows_nothing_of_the_evidence() {
    assert_eq!(
        trespassers(
            &["policy/"],
            &[
                "crate::evidence",
                "crate::aws",
                "crate::checks",
                "crate::catalog",
                "jiff",
                "tokio"
            ]
        ),
        NOTHING
    );
    let uses: Vec<String> = sources()
        .into_iter()
        .filter(|(name, _)| name.starts_with("policy/"))
        .flat_map(|(name, code)| {
            code.lines()
                .filter_map(|line| line.strip_prefix("use "))
                .filter(|used| {
                    ![
                        "std::",
                        "serde::",
                        "serde_json::",
                        "super::",
                        "crate::policy",
                        "self::",
                    ]
                    .iter()
                    .any(|allowed| used.starts_with(allowed))
                })
                .map(|used| format!("{name} uses {used}"))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(uses, NOTHING);
}

#[test]
fn judging_does_no_input_or_output_and_reads_no_clock() {
    assert_eq!(
        trespassers(
            &[
                "checks/",
                "judgement.rs",
                "engine.rs",
                "context.rs",
                "diagnosis.rs",
                "report.rs",
                "policy/"
            ],
            &[
                "std::fs",
                "std::env",
                "std::io",
                "TcpStream",
                "SystemTime",
                "Instant::now",
                "Timestamp::now",
                "println!"
            ]
        ),
        NOTHING
    );
}

#[test]
fn only_render_knows_colour_glyphs_and_width() {
    assert_eq!(
        offenders(
            &["render/"],
            &["colored", "textwrap", "terminal_size", "✓", "✗"]
        ),
        NOTHING
    );
}

#[test]
fn only_main_turns_a_result_into_an_exit_code() {
    assert_eq!(
        offenders(
            &["main.rs", "exit_status.rs"],
            &["ExitCode", "process::exit"]
        ),
        NOTHING
    );
}

#[test]
fn output_never_depends_on_hash_order() {
    assert_eq!(offenders(&[], &["HashMap", "HashSet"]), NOTHING);
}

#[test]
fn nothing_but_the_command_line_knows_the_demo() {
    assert_eq!(offenders(&["cli/"], &["fake_aws"]), NOTHING);
}

#[test]
fn every_call_to_aws_goes_through_the_asker() {
    // `.send()` outside of an `ask(…)` would be a call without deadline, price and record.
    let strays: Vec<String> = sources()
        .into_iter()
        .filter(|(name, _)| name.starts_with("aws/"))
        .flat_map(|(name, code)| {
            code.replace('\n', " ")
                .split("asker")
                .next()
                .filter(|before| before.contains(".send()"))
                .map(|_| name)
        })
        .collect();
    assert_eq!(strays, NOTHING);
}
