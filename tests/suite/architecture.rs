//! The invariants of docs/ARCHITECTURE.md that the compiler does not keep, each read off the source.
//!
//! What a crate must not know, its Cargo.toml keeps from it; here is what holds among the rooms of one crate.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A source file: its path below the repository, and its code without comments, texts and tests.
struct Source {
    path: String,
    code: String,
}

impl Source {
    /// The path of its module from the crate's root.
    fn module(&self) -> Vec<String> {
        let (_, below) = self.path.split_once("src/").expect("below src");
        let below = below.trim_end_matches(".rs").trim_end_matches("/mod");
        match below {
            "lib" | "main" => Vec::new(),
            below => below.split('/').map(str::to_owned).collect(),
        }
    }

    fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path.starts_with(place))
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file below these folders.
fn sources(folders: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    for folder in folders {
        rust_files(&repository().join(folder), &mut found);
    }
    found.sort();
    assert!(!found.is_empty(), "{folders:?} hold no source");
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file is readable");
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            let path = path
                .strip_prefix(repository())
                .expect("below the repository");
            Source {
                path: path.to_string_lossy().replace('\\', "/"),
                code: without_comments(code),
            }
        })
        .collect()
}

fn without_comments(code: &str) -> String {
    let lines = code.lines();
    let lines = lines.filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The folders of sources of every crate of the workspace.
fn crates() -> Vec<String> {
    let members = fs::read_dir(repository().join("crates")).expect("crates");
    let members = members.map(|entry| entry.expect("an entry").file_name());
    let mut folders: Vec<String> = members
        .map(|name| format!("crates/{}/src", name.to_string_lossy()))
        .collect();
    folders.push("src".to_owned());
    folders.sort();
    folders
}

/// Who names one of the words.
fn namers<'a>(sources: impl IntoIterator<Item = &'a Source>, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        for word in words.iter().filter(|word| source.code.contains(**word)) {
            found.push(format!("{} names {word}", source.path));
        }
    }
    found
}

/// Who names one of the words below `src/` outside of the rooms that may.
fn outsiders(rooms: &[&str], words: &[&str]) -> Vec<String> {
    let sources = sources(&["src"]);
    namers(sources.iter().filter(|source| !source.is_in(rooms)), words)
}

const NOTHING: [String; 0] = [];

#[test]
fn only_aws_names_the_sdk() {
    let sdk = [
        "aws_sdk",
        "aws_config",
        "aws_smithy",
        "aws_types",
        "aws_credential",
    ];
    assert_eq!(outsiders(&["src/aws/"], &sdk), NOTHING);
}

#[test]
fn only_aws_and_the_command_line_name_tokio() {
    assert_eq!(
        outsiders(&["src/aws/", "src/cli/", "src/main.rs"], &["tokio"]),
        NOTHING
    );
}

#[test]
fn only_the_command_line_knows_the_made_up_aws() {
    assert_eq!(outsiders(&["src/cli/"], &["fake_aws"]), NOTHING);
}

#[test]
fn judging_does_no_input_or_output_and_reads_no_clock() {
    let judging = [
        "crates/aws-managed-policies/src",
        "crates/aws-refusal/src",
        "crates/iam-policy/src",
        "src/audit",
        "src/catalog",
        "src/diagnose",
        "src/explain",
        "src/report",
        "src/words",
    ];
    let judging: Vec<&str> = judging
        .into_iter()
        .filter(|folder| *folder != "src/words" || repository().join(folder).exists())
        .collect();
    let world = [
        "std::fs",
        "std::env",
        "std::io",
        "TcpStream",
        "std::process",
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "println!",
    ];
    assert_eq!(namers(&sources(&judging), &world), NOTHING);
}

#[test]
fn only_render_knows_colour_glyphs_and_width() {
    let looks = ["colored", "textwrap", "terminal_size", "✓", "✗"];
    assert_eq!(outsiders(&["src/render/"], &looks), NOTHING);
}

#[test]
fn only_main_turns_a_result_into_an_exit_code() {
    let ends = ["ExitCode", "process::exit"];
    assert_eq!(
        outsiders(&["src/main.rs", "src/cli/exit_status.rs"], &ends),
        NOTHING
    );
}

#[test]
fn output_never_depends_on_hash_order() {
    let crates = crates();
    let folders: Vec<&str> = crates.iter().map(String::as_str).collect();
    let hashed = sources(&folders);
    let hashed: Vec<&Source> = hashed
        .iter()
        .filter(|source| source.code.contains("HashMap") || source.code.contains("HashSet"))
        .collect();
    // These look things up by hash and never walk what they find.
    let may = LOOKED_UP_BY_HASH;
    let strays: Vec<&str> = hashed
        .iter()
        .map(|source| source.path.as_str())
        .filter(|path| !may.contains(path))
        .collect();
    assert_eq!(strays, [""; 0]);
    for path in may {
        assert!(
            hashed.iter().any(|source| source.path == *path),
            "{path} hashes nothing any more"
        );
    }
}

const LOOKED_UP_BY_HASH: &[&str] = &["crates/aws-refusal/src/find.rs"];

/// Where the parenthesis that opens at the start of this text closes.
fn closing(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    panic!("a parenthesis does not close: {text}");
}

/// The calls of the SDK that are no argument of an `asker.ask(…)`.
fn calls_past_the_asker(code: &str) -> usize {
    let code: String = code.split_whitespace().collect();
    let asked = code.match_indices("asker.ask(").map(|(at, name)| {
        let open = at + name.len() - 1;
        code[open..=open + closing(&code[open..])]
            .matches(".send()")
            .count()
    });
    code.matches(".send()").count() - asked.sum::<usize>()
}

#[test]
fn a_call_past_the_asker_is_seen() {
    let asked = "self.asker\n    .ask(&calls::GET_USER, self.iam.get_user().name(f(x)).send())";
    assert_eq!(calls_past_the_asker(asked), 0);
    assert_eq!(
        calls_past_the_asker(&format!("{asked}.await; self.iam.get_user().send().await")),
        1
    );
    assert_eq!(
        calls_past_the_asker("let request = self.iam.get_user().send(); asker.ask(c, request)"),
        1
    );
}

#[test]
fn every_call_to_aws_goes_through_the_asker() {
    // Past it a call would have no deadline, no price and no record.
    let aws = sources(&["src/aws"]);
    let strays: Vec<&str> = aws
        .iter()
        .filter(|source| calls_past_the_asker(&source.code) > 0)
        .map(|source| source.path.as_str())
        .collect();
    assert_eq!(strays, [""; 0]);
    // The SDK's other ways to send: pages by themselves, and a request changed on its way.
    let other_ways = [".into_paginator(", ".send_with(", ".customize("];
    assert_eq!(namers(&aws, &other_ways), NOTHING);
    assert!(
        aws.iter().any(|source| source.code.contains(".send()")),
        "calls have been found"
    );
}

#[test]
fn no_test_is_left_out() {
    let crates = crates();
    let folders: Vec<&str> = crates.iter().map(String::as_str).chain(["tests"]).collect();
    let mut files = Vec::new();
    for folder in folders {
        rust_files(&repository().join(folder), &mut files);
    }
    for file in files {
        let text = fs::read_to_string(&file).expect("readable");
        for left_out in [
            concat!("#[", "ignore"),
            concat!(", ", "ignore)]"),
            concat!(", ", "ignore ="),
        ] {
            assert!(
                !text.contains(left_out),
                "{} has {left_out}",
                file.display()
            );
        }
    }
}

// Circles.

/// Every path that the code names from `crate::` or `super::` on, from the crate's root.
fn named_from(source: &Source) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let module = source.module();
    for (start, word) in [("crate", "crate::"), ("super", "super::")]
        .iter()
        .flat_map(|(word, prefix)| {
            source
                .code
                .match_indices(prefix)
                .map(move |(at, _)| (at, *word))
        })
    {
        let before = source.code[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '$')) {
            continue;
        }
        let mut base = if word == "crate" {
            Vec::new()
        } else {
            module.clone()
        };
        let mut rest = &source.code[start + word.len() + "::".len()..];
        if word == "super" {
            base.pop();
            while let Some(further) = rest.strip_prefix("super::") {
                base.pop();
                rest = further;
            }
        }
        tree(rest, &base, &mut found);
    }
    found
}

/// The paths of `a::b`, `a::{b, c::d}` and so on; what is left of the text behind them.
fn tree<'a>(text: &'a str, base: &[String], found: &mut Vec<Vec<String>>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = tree(rest, base, found).trim_start();
            match rest.strip_prefix(',') {
                Some(further) if !further.trim_start().starts_with('}') => rest = further,
                Some(further) => rest = further.trim_start(),
                None => {}
            }
            if let Some(after) = rest.strip_prefix('}') {
                return after;
            }
            if rest.is_empty() {
                return rest;
            }
        }
    }
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let mut path = base.to_vec();
    if name != "self" && !name.is_empty() {
        path.push(name.to_owned());
    }
    if let Some(further) = rest.strip_prefix("::")
        && further.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '{'))
    {
        return tree(further, &path, found);
    }
    found.push(path);
    if let Some(renamed) = rest.strip_prefix(" as ") {
        rest = renamed.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    }
    // A glob, or whatever can't be read: on to the next.
    let next = rest
        .find([',', '}', ';', '\n', ' ', '('])
        .unwrap_or(rest.len());
    &rest[next..]
}

/// Who imports whom among the children of each module: a module and what it is made of count as one.
fn imports(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let sources = sources(&[folder]);
    let modules: BTreeSet<Vec<String>> = sources.iter().map(Source::module).collect();
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in &sources {
        let from = source.module();
        for to in named_from(source) {
            let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if common == from.len() || common == to.len() {
                continue;
            }
            let (from, to) = (&from[..=common], &to[..=common]);
            if modules.contains(to) {
                let name = |module: &[String]| format!("{folder}/{}", module.join("/"));
                graph.entry(name(from)).or_default().insert(name(to));
            }
        }
    }
    graph
}

/// A circle, if there is one: each imports the next, and the last is the first.
fn circle(graph: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn walk<'a>(
        at: &'a str,
        graph: &'a BTreeMap<String, BTreeSet<String>>,
        way: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<Vec<String>> {
        if let Some(start) = way.iter().position(|passed| *passed == at) {
            let circle = way[start..].iter().chain([&at]);
            return Some(circle.map(|name| (*name).to_owned()).collect());
        }
        if !done.insert(at) {
            return None;
        }
        way.push(at);
        let found = graph
            .get(at)
            .into_iter()
            .flatten()
            .find_map(|next| walk(next, graph, way, done));
        way.pop();
        found
    }
    let mut done = BTreeSet::new();
    graph
        .keys()
        .find_map(|start| walk(start, graph, &mut Vec::new(), &mut done))
}

#[test]
fn no_import_runs_in_a_circle() {
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in crates() {
        graph.extend(imports(&folder));
    }
    assert!(
        graph["src/cli"].contains("src/aws"),
        "imports have been found"
    );
    let mut all = Vec::new();
    while let Some(circle) = circle(&graph) {
        all.push(circle.join(" → "));
        let [.., from, to] = circle.as_slice() else {
            break;
        };
        if let Some(imports) = graph.get_mut(from) {
            imports.remove(to);
        }
    }
    assert!(
        all.is_empty(),
        "imports run in a circle:\n{}",
        all.join("\n")
    );
}
