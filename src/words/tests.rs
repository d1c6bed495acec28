//! Every sentence for every reader, held to `docs/style.md`; and the important ones word for word.

mod samples;
mod sentences;

use std::collections::BTreeSet;

use super::{Audience, HeadlineFacts, Voice, contradiction, title};
use crate::catalog::{Code, page};
use crate::diagnose::cause::{Basis, Finding, Sign};
use crate::diagnose::diagnosis::State;
use crate::diagnose::question::{Question, Want};
use crate::diagnose::remedy::{Actor, Step};
use crate::diagnose::requirement::Requirement;
use crate::evidence::Evidence;
use crate::names::PrincipalKind;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// What a text is, and so how it must begin and end.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Whole sentences.
    Sentences,
    /// A part of a sentence, without a full stop.
    Clause,
}

/// What is wrong with a text that is written for this reader.
fn faults(text: &str, kind: Kind, may_say_you: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |what: &str| faults.push(format!("{what}: {text}"));
    if text.trim() != text || text.is_empty() {
        fault("blank at an end, or empty");
    }
    for bad in ["  ", " .", " ,", "..", " :", " ;", "()", "“”", ",,"] {
        if text.contains(bad) {
            fault("glued");
        }
    }
    match kind {
        Kind::Sentences => {
            if !text.ends_with('.') {
                fault("no full stop");
            }
            if !text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) {
                fault("begins small");
            }
        }
        Kind::Clause => {
            if text.ends_with(['.', ':', ',']) {
                fault("a full stop");
            }
        }
    }
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphabetic())
        .map(str::to_lowercase)
        .collect();
    let says = |word: &str| words.iter().any(|found| found == word);
    if !may_say_you && (says("you") || says("your")) {
        fault("speaks to the wrong person");
    }
    for thing in ["policies", "permissions", "access keys", "groups", "user"] {
        if text.contains(&format!("its {thing}")) {
            fault("a person is no it");
        }
    }
    for word in ["we", "our", "doctor", "mend", "lift", "whoever"] {
        if says(word) && !text.contains("billing-doctor") {
            fault("a word that we do not use");
        }
    }
    for sentence in text.split(". ") {
        // What is to be typed is not read.
        let read: String = sentence.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        if read.split_whitespace().count() > 35 {
            fault("too long");
        }
    }
    if text.chars().any(char::is_control) {
        fault("drives the terminal");
    }
    faults
}

/// Every text about one evidence, with its kind.
fn everything(voice: &Voice) -> Vec<(Kind, String)> {
    let mut texts = Vec::new();
    let mut clause = |text: String| texts.push((Kind::Clause, text));
    for cause in samples::causes() {
        clause(voice.summary(&cause));
    }
    for sign in samples::signs() {
        clause(voice.sign(&sign));
    }
    for requirement in samples::requirements() {
        clause(voice.requirement(&requirement));
    }
    for pass in samples::passes() {
        clause(voice.pass(&pass));
    }
    for unseen in samples::unseen() {
        clause(voice.unseen(&unseen));
    }
    for skip in samples::skips() {
        clause(voice.skip(&skip));
    }
    for gap in samples::gaps() {
        clause(gap.reason());
    }
    for code in Code::ALL {
        clause(title(*code).to_owned());
    }
    for actor in samples::ACTORS {
        clause(voice.actor(actor));
    }
    let mut sentences = |text: String| texts.push((Kind::Sentences, text));
    for step in samples::steps() {
        sentences(voice.step(&step, &["Change it.".to_owned()]).text);
        sentences(voice.step(&step, &[]).text);
    }
    for cause in samples::causes() {
        voice
            .explanation(&cause)
            .into_iter()
            .for_each(&mut sentences);
        voice.doubt(&cause).into_iter().for_each(&mut sentences);
        let facts = facts(State::Blocked);
        let meaning = voice.meaning(&facts, std::slice::from_ref(&cause));
        meaning.into_iter().for_each(&mut sentences);
    }
    for facts in headlines() {
        sentences(voice.headline(&facts));
    }
    let two = samples::causes().into_iter().take(2).collect::<Vec<_>>();
    sentences(
        voice
            .meaning(&facts(State::Blocked), &two)
            .expect("two causes"),
    );
    for kind in samples::CONTRADICTIONS {
        sentences(contradiction(kind, &BTreeSet::from(["ce:GetCostAndUsage"])));
        let many = BTreeSet::from(["a:A", "a:B", "a:C", "a:D"]);
        sentences(contradiction(kind, &many));
    }
    texts
}

fn facts(state: State) -> HeadlineFacts {
    HeadlineFacts {
        outside_vpc: false,
        state,
        asked_nothing: false,
        closed: vec!["bills", "cost-explorer"],
        open: Vec::new(),
        cost_explorer_left_out: false,
    }
}

/// All states with all kinds of pages.
fn headlines() -> Vec<HeadlineFacts> {
    let mut all = Vec::new();
    for state in [
        State::Healthy,
        State::Blocked,
        State::Inconclusive,
        State::Unexplained,
    ] {
        for closed in [
            &[][..],
            &["bills", "cost-explorer"],
            &["tax-settings"],
            &["credits"],
        ] {
            for open in [&[][..], &["bills"]] {
                for yes in [true, false] {
                    all.push(HeadlineFacts {
                        closed: closed.to_vec(),
                        open: open.to_vec(),
                        asked_nothing: yes,
                        cost_explorer_left_out: yes,
                        ..facts(state)
                    });
                }
            }
        }
    }
    all
}

fn questions() -> Vec<Question> {
    let about = |pages: &[&str], want| Question::about(pages, want).expect("pages");
    vec![
        Question::default(),
        Question::about_billing(Want::Manage),
        about(&["budgets"], Want::View),
        about(&["bills", "cost-explorer", "credits"], Want::Manage),
    ]
}

fn all_faults(evidence: &Evidence, questions: &[Question]) -> Vec<String> {
    let principal = evidence.principal.known();
    let is_caller = principal.is_none_or(|principal| principal.is_caller);
    let mut faulty = BTreeSet::new();
    for question in questions {
        for audience in Audience::ALL {
            let voice = Voice::new(evidence, question, audience);
            for (kind, text) in everything(&voice) {
                // Of another principal the reader is told by name; only what to do is said to "you".
                let may_say_you = audience == Audience::Reader && (is_caller || text == "you");
                faulty.extend(faults(&text, kind, may_say_you));
            }
        }
    }
    faulty.into_iter().collect()
}

#[test]
fn every_sentence_to_every_reader_keeps_to_the_style() {
    for kind in [
        PrincipalKind::User,
        PrincipalKind::Role,
        PrincipalKind::RootUser,
        PrincipalKind::FederatedUser,
    ] {
        for is_caller in [true, false] {
            let evidence = samples::evidence(kind, "bob", is_caller);
            let faults = all_faults(&evidence, &[Question::default()]);
            assert_eq!(faults, Vec::<String>::new(), "{kind:?} {is_caller}");
        }
    }
}

#[test]
fn every_sentence_about_every_question_keeps_to_the_style() {
    for evidence in [
        samples::evidence(PrincipalKind::User, "bob", true),
        samples::nobody(),
    ] {
        assert_eq!(all_faults(&evidence, &questions()), Vec::<String>::new());
    }
}

#[test]
fn no_name_from_elsewhere_drives_the_terminal() {
    let evidence = samples::evidence(PrincipalKind::User, "bob\u{1b}[31m", false);
    let faults = all_faults(&evidence, &[Question::default()]);
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn the_style_can_be_broken() {
    let broken = [
        ("You can see the bill, but not : this.", Kind::Sentences),
        ("role Finance cannot see the bill.", Kind::Sentences),
        ("ask bob for its policies", Kind::Clause),
        ("it ends.", Kind::Clause),
        ("a\u{1b}[31m", Kind::Clause),
    ];
    for (text, kind) in broken {
        assert!(!faults(text, kind, true).is_empty(), "{text}");
    }
    assert!(!faults("your policies", Kind::Clause, false).is_empty());
}

/// The variants of an enum, by its JSON schema.
fn variants<T: JsonSchema>() -> BTreeSet<String> {
    let schema = schemars::schema_for!(T).to_value();
    let alternatives = schema["oneOf"].as_array().cloned().unwrap_or_default();
    let mut names = BTreeSet::new();
    for alternative in std::iter::once(&schema).chain(&alternatives) {
        let listed = alternative["enum"].as_array().into_iter().flatten();
        names.extend(listed.filter_map(Value::as_str).map(str::to_owned));
        names.extend(alternative["const"].as_str().map(str::to_owned));
        let tag = alternative["properties"]["step"]["const"].as_str();
        match (tag, alternative["required"].as_array().map(Vec::as_slice)) {
            (Some(tag), _) => drop(names.insert(tag.to_owned())),
            (None, Some([Value::String(name)])) => drop(names.insert(name.clone())),
            _ => {}
        }
    }
    names
}

/// The variants of these values, as JSON names them.
fn named<T: Serialize>(values: &[T]) -> BTreeSet<String> {
    let name = |value: Value| match &value {
        Value::String(name) => name.clone(),
        Value::Object(members) => match members.get("step") {
            Some(tag) => tag.as_str().unwrap_or_default().to_owned(),
            None => members.keys().next().cloned().unwrap_or_default(),
        },
        other => other.to_string(),
    };
    let json = values
        .iter()
        .map(|value| serde_json::to_value(value).expect("JSON"));
    json.map(name).collect()
}

#[test]
fn the_samples_have_one_of_each() {
    assert_eq!(named(&samples::steps()), variants::<Step>());
    assert_eq!(named(&samples::signs()), variants::<Sign>());
    assert_eq!(named(&samples::requirements()), variants::<Requirement>());
    assert_eq!(named(&samples::ACTORS), variants::<Actor>());
    let causes = samples::causes();
    let bases: Vec<Basis> = causes.iter().map(|cause| cause.basis).collect();
    assert_eq!(named(&bases), variants::<Basis>());
    let findings: Vec<Finding> = causes.iter().map(|cause| cause.finding.clone()).collect();
    assert_eq!(named(&findings), variants::<Finding>());
}

#[test]
fn titles_are_noun_phrases_that_say_nothing_of_the_state() {
    let titles: BTreeSet<&str> = Code::ALL.iter().map(|code| title(*code)).collect();
    assert_eq!(titles.len(), Code::ALL.len(), "each has its own");
    for title in titles {
        assert!(title.starts_with(char::is_uppercase), "{title}");
        for word in ["no", "not", "is", "are", "has", "have", "does", "can"] {
            assert!(!title.split(' ').any(|found| found == word), "{title}");
        }
    }
}

#[test]
fn pages_have_titles_in_the_samples() {
    for cause in samples::causes() {
        for id in cause.closes {
            assert!(page(id).is_some(), "{id}");
        }
    }
}
