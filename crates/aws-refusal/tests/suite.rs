//! The grammar of refusals: a corpus of messages by form and service, and what must hold of any text.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::path::Path;

use aws_refusal::{
    Effect, Finder, Found, LONGEST_MESSAGE, Layer, LinkedFeature, PolicyDenial, Refusal,
    RefusalKind, denies, find, read, render_policy,
};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

/// One message of the corpus: an API error's code and message, or something pasted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    form: String,
    service: String,
    code: Option<String>,
    message: Option<String>,
    paste: Option<String>,
    expect: Value,
}

fn corpus() -> Vec<(String, Case)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refusals");
    let mut files: Vec<_> = std::fs::read_dir(directory)
        .expect("the corpus is there")
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    files.sort();
    files
        .iter()
        .flat_map(|file| {
            let text = std::fs::read_to_string(file).expect("a readable file");
            let name = file
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let cases: Vec<Case> =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            cases.into_iter().map(move |case| (name.clone(), case))
        })
        .collect()
}

/// The parts that a case states in full: what it leaves out must not be found.
const PARTS: [&str; 11] = [
    "kind",
    "principal",
    "action",
    "resource",
    "layer",
    "effect",
    "through",
    "policyArn",
    "encodedMessage",
    "authorizationId",
    "feature",
];

/// What differs between what was expected and what was found.
fn differences(expected: &Value, found: &Value) -> Vec<String> {
    let stated = expected
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str);
    let keys: BTreeSet<&str> = stated.chain(PARTS).collect();
    keys.into_iter()
        .filter(|key| expected.get(key) != found.get(key))
        .map(|key| {
            format!(
                "{key}: expected {:?}, found {:?}",
                expected.get(key),
                found.get(key)
            )
        })
        .collect()
}

fn json(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("plain data")
}

/// A finding as one object: the refusal's parts beside the finding's.
fn flat(found: &Found) -> Value {
    let mut object = json(found);
    let refusal = json(&found.refusal);
    for (key, value) in refusal.as_object().expect("an object") {
        object[key] = value.clone();
    }
    object
}

#[test]
fn every_message_of_the_corpus_is_taken_apart_as_it_says() {
    let mut wrong = Vec::new();
    for (file, case) in corpus() {
        let mut differ = Vec::new();
        match &case.paste {
            None => {
                let refusal = json(read(case.code.as_deref(), case.message.as_deref()));
                differ = differences(&case.expect, &refusal);
            }
            Some(text) => {
                let found: Vec<Value> = find(text).iter().map(flat).collect();
                let expected = case.expect.as_array().expect("a list");
                if expected.len() != found.len() {
                    differ.push(format!(
                        "expected {} refusals, found {found:#?}",
                        expected.len()
                    ));
                }
                for (expected, found) in expected.iter().zip(&found) {
                    differ.extend(differences(expected, found));
                }
            }
        }
        if !differ.is_empty() {
            wrong.push(format!("{file}: {}\n  {}", case.name, differ.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_read_alone_is_found_when_pasted() {
    for (file, case) in corpus() {
        let (None, Some(message)) = (&case.paste, &case.message) else {
            continue;
        };
        if case.expect["kind"] == "unrecognised" {
            continue;
        }
        // What only the code tells is found with its code, what the words tell without.
        let told = find(message);
        let told = if told.is_empty()
            && let Some(code) = &case.code
        {
            find(&format!(
                "An error occurred ({code}) when calling the X operation: {message}"
            ))
        } else {
            told
        };
        assert!(
            told.iter()
                .any(|found| json(&found.refusal)["kind"] == case.expect["kind"]),
            "{file}: {}: {told:?}",
            case.name,
        );
    }
}

/// Lines of a log in which all is well.
fn noise(lines: usize) -> String {
    (0..lines)
        .map(|line| {
            format!(
                "2026-11-23 INFO worker-{line} served GET /health in {} ms, status=200\n",
                line % 97
            )
        })
        .collect()
}

#[test]
fn a_long_log_tells_what_its_parts_tell_wherever_it_is_cut() {
    let (before, behind) = (noise(5_000), noise(500));
    for (file, case) in corpus() {
        let Some(paste) = &case.paste else { continue };
        if case.name.len() % 4 != 0 {
            continue; // One in four: it is the cutting that is tried.
        }
        // What stands alone is told by standing alone.
        if case.form == "text" || find(&format!("x\n\n{paste}\n\nx")) != find(paste) {
            continue;
        }
        let mut finder = Finder::default();
        let log = format!("{before}\n\n{paste}\n\n{behind}");
        let (first, second) =
            log.split_at(before.len() + 2 + paste.floor_char_boundary(paste.len() / 2));
        finder.push(first.as_bytes());
        finder.push(second.as_bytes());
        assert_eq!(finder.finish(), find(paste), "{file}: {}", case.name);
    }
}

#[test]
fn a_refusal_in_every_line_is_counted_in_every_line() {
    let line = "AccessDeniedException: IAM user access not activated\n";
    let found = find(&line.repeat(60_000));
    assert_eq!((found.len(), found[0].times), (1, 60_000));
}

#[test]
fn the_corpus_covers_every_layer_effect_and_form() {
    let corpus = corpus();
    assert!(corpus.len() >= 150, "{} messages", corpus.len());
    let names: BTreeSet<_> = corpus
        .iter()
        .map(|(file, case)| (file, &case.name))
        .collect();
    assert_eq!(names.len(), corpus.len(), "a name stands twice");

    let seen = |key: &str| -> BTreeSet<String> {
        corpus
            .iter()
            .flat_map(|(_, case)| match &case.expect {
                Value::Array(expected) => expected.clone(),
                expected => vec![expected.clone()],
            })
            .filter_map(|expected| Some(expected.get(key)?.as_str()?.to_owned()))
            .collect()
    };
    for layer in Layer::ALL {
        let layer = json(layer);
        for effect in [Effect::ImplicitDeny, Effect::ExplicitDeny] {
            let effect = json(effect);
            let forms: BTreeSet<&str> = corpus
                .iter()
                .filter(|(_, case)| {
                    case.expect["layer"] == layer && case.expect["effect"] == effect
                })
                .map(|(_, case)| case.form.as_str())
                .collect();
            assert!(forms.len() >= 3, "{layer} {effect}: only {forms:?}");
        }
    }
    let forms: BTreeSet<&str> = corpus.iter().map(|(_, case)| case.form.as_str()).collect();
    for form in [
        "plain",
        "policyArn",
        "policyArnStop",
        "encoded",
        "authorizationId",
        "quoted",
        "case",
        "slip",
        "transitive",
        "noReason",
        "bareDeny",
        "phrase",
        "ec2Prefix",
        "text",
        "credential",
        "nearMiss",
        "cli",
        "boto3",
        "go",
        "javascript",
        "java",
        "rust",
        "terraform",
        "cloudtrail",
        "console",
        "wire",
        "log",
    ] {
        assert!(forms.contains(form), "no message has the form {form}");
    }
    let services: BTreeSet<&str> = corpus
        .iter()
        .map(|(_, case)| case.service.as_str())
        .collect();
    for service in [
        "ce",
        "billing",
        "budgets",
        "cur",
        "freetier",
        "iam",
        "sts",
        "organizations",
        "account",
        "payments",
        "tax",
        "invoicing",
        "ec2",
        "s3",
    ] {
        assert!(services.contains(service), "no message is of {service}");
    }
    for kind in kinds_of_words() {
        let kind = json(&kind);
        let kind = kind["kind"].as_str().expect("a tag");
        assert!(seen("kind").contains(kind), "no message is {kind}");
    }
    for feature in FEATURES {
        assert!(
            seen("feature").contains(json(feature).as_str().expect("a name")),
            "{feature:?}"
        );
    }
}

#[test]
fn the_status_is_no_key_and_a_denial_says_nothing_of_its_cause() {
    for code in [
        "AccessDenied",
        "AccessDeniedException",
        "com.x#AccessDeniedException:http://y/",
        "Client.UnauthorizedOperation",
    ] {
        assert!(denies(code), "{code}");
        assert_eq!(
            read(Some(code), None).kind,
            RefusalKind::Unrecognised,
            "{code}"
        );
    }
    for code in [
        "ValidationException",
        "NotFound",
        "Throttling",
        "ExpiredToken",
        "",
    ] {
        assert!(!denies(code), "{code}");
    }
}

#[test]
fn cost_explorer_not_enabled_is_not_the_switch() {
    let refusal = read(
        Some("AccessDeniedException"),
        Some("User not enabled for cost explorer access"),
    );
    assert_eq!(refusal.kind, RefusalKind::CostExplorerNotEnabled);
}

#[test]
fn a_message_keeps_no_control_characters_and_no_length_without_end() {
    let refusal = read(
        Some("Access\u{1b}[31mDenied"),
        Some("no\u{7}\u{1b}]8;;http://x\u{7} way\u{202e}\r\nhome"),
    );
    assert_eq!(refusal.message, "no way home");
    let long = read(None, Some(&"é".repeat(LONGEST_MESSAGE)));
    assert_eq!(long.message.len(), LONGEST_MESSAGE);
}

#[test]
fn a_refusal_survives_being_saved() {
    for (_, case) in corpus() {
        let refusal = read(case.code.as_deref(), case.message.as_deref());
        let text = serde_json::to_string(&refusal).expect("plain data");
        assert_eq!(
            serde_json::from_str::<Refusal>(&text).expect(&text),
            refusal
        );
        for found in case.paste.iter().flat_map(|paste| find(paste)) {
            let text = serde_json::to_string(&found).expect("plain data");
            assert_eq!(serde_json::from_str::<Found>(&text).expect(&text), found);
        }
    }
}

const FEATURES: [LinkedFeature; 6] = [
    LinkedFeature::Budgets,
    LinkedFeature::CostAllocationTags,
    LinkedFeature::CostCategories,
    LinkedFeature::ReportPreference,
    LinkedFeature::CostExplorer,
    LinkedFeature::PayerCostExplorer,
];

/// Every kind that AWS words in a text of its own.
fn kinds_of_words() -> Vec<RefusalKind> {
    use RefusalKind::*;
    let mut kinds = vec![
        IamAccessNotActivated,
        OldConsoleText,
        CostExplorerNotEnabled,
        DataNotReady,
        SubscriptionRequired,
        AccountBlocked,
        NoCredentials,
        Expired,
        InvalidToken,
        BadSignature,
        ClockSkew,
        AuthFailure,
        Unreachable,
        DataInPreparation,
        ManagementAccountOnly,
        CostConsoleRefused {
            action: Some("ce:DescribeReport".to_owned()),
        },
        Throttled,
        Unrecognised,
    ];
    kinds.extend(FEATURES.map(|feature| LinkedAccount { feature }));
    kinds
}

/// Texts made to be slow: everything that a reader looks ahead or back from, again and again.
#[test]
fn a_refusal_is_found_behind_text_made_to_be_slow() {
    let arn = "arn:aws:iam::1:user/a ".repeat(3);
    let patterns = [
        "User: ".to_owned(),
        "User: x is not authorized to perform: ".to_owned(),
        "not authorized to perform: a:b on resource: ".to_owned(),
        "not authorized to perform: a:b on resource: \"".to_owned(),
        "not authorized to perform: a:b on resource: user b because no ".to_owned(),
        format!("User: {arn} is not authorized to perform this operation on resource "),
        "An error occurred (AccessDenied".to_owned(),
        "An error occurred (AccessDenied) when calling the X operation: ".to_owned(),
        "AccessDenied: ".to_owned(),
        "AccessDenied: ExpiredToken: AuthFailure: y".to_owned(),
        "AccessDenied:IAM user access not activated:".to_owned(),
        "\"message\": \"".to_owned(),
        "\"errorCode\":\"AccessDenied\",".to_owned(),
        "\"errorCode\":\"AccessDenied\",\"message\":\"x".to_owned(),
        "\"eventName\":\"X\",\"userIdentity\":{\"arn\":\"".to_owned(),
        "operation error ".to_owned(),
        "Account 1 is a linked account. ".to_owned(),
        "You are not authorized to perform this operation. ".to_owned(),
        "Encoded authorization failure message: ".to_owned(),
        "You don't have permission to access billing information for ".to_owned(),
        "\\".to_owned(),
        "\u{1b}[".to_owned(),
        "\u{1b}]".to_owned(),
        "&quot".to_owned(),
        "a".to_owned(),
        "((((".to_owned(),
        "{\"".to_owned(),
        "│ \n".to_owned(),
        " ".to_owned(),
        "::::".to_owned(),
        "com.amazon.x#".to_owned(),
        "User: a Action: b On resource(s): ".to_owned(),
    ];
    for pattern in patterns {
        let text = pattern.repeat(12_000 / pattern.len());
        let found = find(&format!("{text}\n\nIAM user access not activated\n"));
        let last = found.last().map(|found| &found.refusal.kind);
        assert_eq!(
            last,
            Some(&RefusalKind::IamAccessNotActivated),
            "{pattern:?}"
        );
    }
}

fn principal() -> impl Strategy<Value = String> {
    prop_oneof![
        "arn:aws(-cn|-us-gov|-eusc)?:iam::[0-9]{12}:user(/[A-Za-z0-9_+=,.@-]{1,12}){1,3}",
        "arn:aws:sts::[0-9]{12}:assumed-role/[A-Za-z0-9_+=,.@-]{1,30}/[A-Za-z0-9_+=,.@-]{2,40}",
        "arn:aws:sts::[0-9]{12}:federated-user/[A-Za-z0-9_+=,.@-]{2,20}",
        "arn:aws:iam::[0-9]{12}:root",
    ]
}

fn arn() -> impl Strategy<Value = String> {
    "arn:aws:(iam|organizations)::([0-9]{12}|aws):policy(/[A-Za-z0-9_-]{1,12}){1,3}"
}

fn resource() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        "arn:aws:ce:us-east-1:[0-9]{12}:/[A-Z][A-Za-z]{2,20}",
        "arn:aws:s3:::[a-z][a-z0-9.-]{1,20}[a-z](/[A-Za-z0-9_]{1,9}){0,3}",
        "(user|role|policy|group) [A-Za-z0-9_]{1,20}",
    ]
}

prop_compose! {
    fn denial()(
        principal in proptest::option::weighted(0.9, principal()),
        action in "[a-z][a-z0-9-]{1,12}:[A-Z][A-Za-z0-9]{2,20}",
        resource in proptest::option::of(resource()),
        layer in proptest::option::weighted(0.9, proptest::sample::select(Layer::ALL.to_vec())),
        effect in proptest::option::weighted(0.9, proptest::sample::select(vec![Effect::ImplicitDeny, Effect::ExplicitDeny])),
        through in proptest::option::weighted(0.2, proptest::sample::select(Layer::ALL.to_vec())),
        policy_arn in proptest::option::of(arn()),
        tail in 0..3,
        opaque in "[A-Za-z0-9_-]{10,60}",
    ) -> PolicyDenial {
        // What AWS cannot say: a layer without an effect, an ARN without either.
        let layer = effect.and(layer);
        let explicit = effect == Some(Effect::ExplicitDeny) && layer.is_some();
        PolicyDenial {
            principal,
            action: Some(action),
            resource,
            layer,
            effect,
            through: through.filter(|_| explicit),
            policy_arn: policy_arn.filter(|_| layer.is_some()),
            encoded_message: (tail == 1).then(|| opaque.clone()),
            authorization_id: (tail == 2).then_some(opaque),
        }
    }
}

/// Splits at spaces into lines of about `width`, each behind a gutter, as Terraform prints.
fn wrapped(text: &str, width: usize, gutter: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("one line at least");
        if !line.is_empty() && line.len() + word.len() > width {
            lines.push(word.to_owned());
        } else {
            *line = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
        }
    }
    lines
        .iter()
        .map(|line| format!("{gutter}{line}\n"))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rendered_refusal_reads_back_to_the_same_parts(denial in denial()) {
        let text = render_policy(&denial);
        let kind = RefusalKind::Policy(denial);
        prop_assert_eq!(&read(Some("AccessDenied"), Some(&text)).kind, &kind, "{}", text);
        prop_assert_eq!(read(None, Some(&text)).message, text.clone());
        // And so it does out of a CLI's line, a JSON string and EC2's sentence.
        for pasted in [
            format!("An error occurred (AccessDenied) when calling the X operation: {text}\n"),
            serde_json::json!({"errorMessage": text}).to_string(),
            format!("You are not authorized to perform this operation. {text}"),
        ] {
            let found = find(&pasted);
            prop_assert_eq!(found.len(), 1, "{:?}", found);
            prop_assert_eq!(&found[0].refusal.kind, &kind, "{}", pasted);
        }
    }

    #[test]
    fn a_refusal_with_a_reason_survives_wrapping(denial in denial(), width in 20_usize..100) {
        prop_assume!(denial.effect.is_some());
        let text = render_policy(&denial);
        let kind = RefusalKind::Policy(denial);
        let found = find(&wrapped(&text, width, "│ "));
        prop_assert_eq!(found.len(), 1, "{:?}", found);
        prop_assert_eq!(&found[0].refusal.kind, &kind);
    }

    #[test]
    fn no_text_panics(text in any::<String>(), code in proptest::option::of(any::<String>())) {
        let refusal = read(code.as_deref(), Some(&text));
        prop_assert!(!refusal.message.contains(char::is_control));
        find(&text);
    }

    #[test]
    fn no_text_of_the_words_that_matter_panics(words in proptest::collection::vec(fragment(), 0..40)) {
        let text = words.concat();
        read(Some(&text), Some(&text));
        for found in find(&text) {
            prop_assert!(!found.refusal.message.contains(char::is_control));
            prop_assert!(found.refusal.message.len() <= LONGEST_MESSAGE);
        }
    }
}

fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(vec![
            "User: ",
            "User:",
            "is ",
            "not authorized to perform",
            ": ",
            "ce:GetTags",
            " on resource: ",
            "\"",
            "'",
            "*",
            "arn:aws:iam::1:user/é",
            " because no ",
            "identity-based policy",
            " allows the ",
            " action",
            " with an explicit deny",
            " in ",
            "a session policy",
            ".",
            "Encoded authorization failure message: ",
            "Go to ",
            "An error occurred (",
            "AccessDenied",
            ") when calling the ",
            "GetX",
            " operation",
            "\n",
            "\n\n",
            "│ ",
            "\\",
            "\\n",
            "\\u0027",
            "\u{1b}[1m",
            "\u{1b}]",
            "<Code>",
            "<Message>",
            "\"errorCode\": \"",
            "\"errorMessage\": \"",
            "\"eventName\": \"",
            "userIdentity",
            "\"arn\": \"",
            "ExpiredToken",
            "Account ",
            " is a linked account. ",
            "IAM user access not activated",
            "’",
            "é",
            "\u{a0}",
            "&quot;",
            "You are not authorized to perform this operation. ",
            "{}",
            "Some(",
            "operation error ",
            "(1) ",
            "GetUser",
            "Service: ",
            "Action: ",
            "Context: [",
            "message: ",
            "(1) this account allows IAM and federated users to access billing information",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ]
}
