//! What must hold of every policy and every request.

use std::sync::Arc;

use iam_policy::{
    Context, ContextValue, Decision, Document, Layer, LayerKind, Policy, PolicyId, PrincipalKind,
    Request, Resource, Unreadable, Verdict, authorize,
};
use proptest::prelude::*;
use proptest::sample::select;
use regex::Regex;
use serde_json::{Value, json};

/// Values of the keys that generated conditions ask about.
const KEYS: &[&str] = &[
    "aws:username",
    "aws:PrincipalTag/team",
    "aws:MultiFactorAuthPresent",
    "aws:SourceIp",
    "aws:TagKeys",
];
const VALUES: &[&str] = &[
    "alice",
    "bob",
    "true",
    "false",
    "203.0.113.7",
    "2001:db8::1",
    "5",
    "",
];

fn scalar_or_list(choices: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![
        select(choices).prop_map(|one| json!(one)),
        prop::collection::vec(select(choices), 0..3).prop_map(|many| json!(many)),
    ]
}

fn condition() -> impl Strategy<Value = (String, String, Value)> {
    let operators = vec![
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "Bool",
        "IpAddress",
        "NotIpAddress",
        "NumericLessThan",
        "ForAnyValue:StringLike",
        "ForAllValues:StringNotEquals",
        "ForAnyValue:StringNotLike",
        "ArnLike",
    ];
    let values = &[
        "alice",
        "a*",
        "*",
        "?ob",
        "true",
        "false",
        "203.0.113.0/24",
        "9",
        "${aws:username}",
        "${aws:PrincipalTag/team, 'bob'}",
    ];
    let compared = (
        select(operators),
        prop::bool::ANY,
        select(KEYS),
        scalar_or_list(values),
    )
        .prop_map(|(operator, if_exists, key, values)| {
            (
                format!("{operator}{}", if if_exists { "IfExists" } else { "" }),
                key.to_owned(),
                values,
            )
        });
    let null = (select(KEYS), prop::bool::ANY)
        .prop_map(|(key, absent)| ("Null".to_owned(), key.to_owned(), Value::Bool(absent)));
    prop_oneof![4 => compared, 1 => null]
}

fn statement() -> impl Strategy<Value = Value> {
    let actions = &[
        "*",
        "ce:*",
        "ce:Get*",
        "CE:getcostandusage",
        "budgets:ViewBudget",
        "ce:?et*Usage",
    ];
    let resources = &[
        "*",
        "arn:aws:ce:us-east-1:1:/x",
        "arn:aws:ce:*:*:/${aws:username}",
        "arn:aws:ce:us-*-1:1:/alice",
        "arn:aws:ce",
    ];
    (
        select(vec!["Allow", "Deny"]),
        select(vec!["Action", "Action", "NotAction"]),
        scalar_or_list(actions),
        select(vec!["Resource", "Resource", "NotResource"]),
        scalar_or_list(resources),
        prop::collection::vec(condition(), 0..3),
    )
        .prop_map(
            |(effect, action, actions, resource, resources, conditions)| {
                let mut statement = json!({"Effect": effect, action: actions, resource: resources});
                for (operator, key, values) in conditions {
                    statement["Condition"][operator][key] = values;
                }
                statement
            },
        )
}

fn document() -> impl Strategy<Value = Value> {
    let version = select(vec![
        Some("2012-10-17"),
        Some("2012-10-17"),
        Some("2008-10-17"),
        None,
    ]);
    (version, prop::collection::vec(statement(), 0..4)).prop_map(|(version, statements)| {
        let mut document = json!({"Statement": statements});
        if let Some(version) = version {
            document["Version"] = version.into();
        }
        document
    })
}

fn layer_kinds() -> Vec<LayerKind> {
    vec![
        LayerKind::Identity,
        LayerKind::PermissionsBoundary,
        LayerKind::Session,
        LayerKind::ServiceControl {
            target: "r-root".to_owned(),
        },
        LayerKind::ServiceControl {
            target: "ou-1".to_owned(),
        },
        LayerKind::ResourceControl {
            target: "r-root".to_owned(),
        },
    ]
}

/// The documents of each layer; those that allow everything make up for the many that refuse.
type Layers = Vec<(LayerKind, Vec<Value>)>;

fn layers() -> impl Strategy<Value = Layers> {
    prop::sample::subsequence(layer_kinds(), 0..=6).prop_flat_map(|kinds| {
        let count = kinds.len();
        prop::collection::vec(documents(), count)
            .prop_map(move |documents| kinds.clone().into_iter().zip(documents).collect())
    })
}

fn documents() -> impl Strategy<Value = Vec<Value>> {
    let full = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    (
        prop::collection::vec(document(), 0..3),
        prop::bool::weighted(0.7),
    )
        .prop_map(move |(mut documents, add)| {
            if add {
                documents.push(full.clone());
            }
            documents
        })
}

fn principal() -> impl Strategy<Value = PrincipalKind> {
    use PrincipalKind::*;
    select(vec![
        User,
        User,
        AssumedRole,
        RootUser,
        FederatedUser,
        ServiceLinkedRole,
    ])
}

fn known_or_absent() -> impl Strategy<Value = ContextValue> {
    prop_oneof![
        Just(ContextValue::Absent),
        prop::collection::vec(select(VALUES), 0..3).prop_map(|values| ContextValue::Known(
            values.into_iter().map(str::to_owned).collect()
        )),
    ]
}

/// Everything about a request, and which of it is known.
#[derive(Clone, Debug)]
struct Asked {
    principal: PrincipalKind,
    action: &'static str,
    resource: &'static str,
    context: Vec<(&'static str, ContextValue)>,
}

fn question() -> impl Strategy<Value = Asked> {
    (
        principal(),
        select(vec![
            "ce:GetCostAndUsage",
            "budgets:ViewBudget",
            "iam:GetUser",
        ]),
        select(vec![
            "*",
            "arn:aws:ce:us-east-1:1:/alice",
            "arn:aws:ce:us-east-1:1:/x",
        ]),
        prop::collection::vec(known_or_absent(), KEYS.len()),
    )
        .prop_map(|(principal, action, resource, values)| Asked {
            principal,
            action,
            resource,
            context: KEYS.iter().copied().zip(values).collect(),
        })
}

impl Asked {
    /// The circumstances as they appear to someone who does not know the masked keys.
    fn context(&self, mask: &[bool]) -> Context {
        let mut context = Context::new(ContextValue::Absent);
        for ((key, value), masked) in self.context.iter().zip(mask) {
            context.insert(
                key,
                if *masked {
                    ContextValue::Unknown
                } else {
                    value.clone()
                },
            );
        }
        context
    }

    fn request<'a>(&self, context: &'a Context) -> Request<'a> {
        Request {
            principal: self.principal,
            action: self.action,
            resource: Resource::Exact(self.resource),
            context,
        }
    }
}

fn parse(document: &Value) -> Arc<Document> {
    Arc::new(
        Document::parse(&document.to_string())
            .unwrap_or_else(|error| panic!("{error}: {document}")),
    )
}

fn build(layers: &Layers) -> Vec<Layer> {
    let build = |(kind, documents): &(LayerKind, Vec<Value>)| {
        let named = documents.iter().enumerate();
        let policies = named.map(|(n, document)| Policy {
            id: PolicyId::new(format!("p{n}")),
            document: parse(document),
        });
        Layer {
            kind: kind.clone(),
            policies: Ok(policies.collect()),
        }
    };
    layers.iter().map(build).collect()
}

/// The verdict without the names and positions of what led to it.
fn decision(layers: &[Layer], request: &Request<'_>) -> Decision {
    authorize(layers, request).decision
}

/// Whether learning more may turn one decision into the other.
fn may_become(before: Decision, after: Decision) -> bool {
    match before {
        Decision::Undetermined => true,
        Decision::Allowed | Decision::AllowedOnSome | Decision::ExplicitDeny => after == before,
        Decision::ImplicitDeny => matches!(after, Decision::ImplicitDeny | Decision::ExplicitDeny),
    }
}

fn rank(decision: Decision) -> u8 {
    match decision {
        Decision::ExplicitDeny => 0,
        Decision::ImplicitDeny => 1,
        Decision::Undetermined => 2,
        Decision::AllowedOnSome => 3,
        Decision::Allowed => 4,
    }
}

fn glob(pattern: &str) -> Regex {
    let body: String = pattern
        .chars()
        .map(|c| match c {
            '*' => ".*".to_owned(),
            '?' => ".".to_owned(),
            c => regex::escape(&c.to_string()),
        })
        .collect();
    Regex::new(&format!("(?s)^{body}$")).unwrap()
}

/// Whether an identity policy with this statement allows.
fn allows(statement: Value, action: &str, resource: &str, context: &[(&str, &str)]) -> bool {
    let document = json!({"Version": "2012-10-17", "Statement": statement});
    let mut known = Context::new(ContextValue::Absent);
    for (key, value) in context {
        known.insert(key, ContextValue::one(*value));
    }
    let request = Request {
        principal: PrincipalKind::User,
        action,
        resource: Resource::Exact(resource),
        context: &known,
    };
    decision(
        &build(&vec![(LayerKind::Identity, vec![document])]),
        &request,
    ) == Decision::Allowed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wildcards_in_values_agree_with_regular_expressions(pattern in "[ab*?é\n]{0,8}", text in "[abé\n]{0,10}") {
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"k": pattern}}});
        prop_assert_eq!(allows(statement, "a:b", "*", &[("k", &text)]), glob(&pattern).is_match(&text));
    }

    #[test]
    fn wildcards_in_actions_agree_with_regular_expressions(pattern in "[abA*?]{0,8}", name in "[abAB]{1,8}") {
        let statement = json!({"Effect": "Allow", "Action": format!("svc:{pattern}"), "Resource": "*"});
        let expected = glob(&pattern.to_lowercase()).is_match(&name.to_lowercase());
        prop_assert_eq!(allows(statement, &format!("SVC:{name}"), "*", &[]), expected);
    }

    #[test]
    fn wildcards_in_resources_agree_with_regular_expressions(pattern in "[ab/*?:]{0,8}", name in "[ab/:]{0,10}") {
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": format!("arn:aws:svc:r:1:{pattern}")});
        let expected = glob(&pattern).is_match(&name);
        prop_assert_eq!(allows(statement, "svc:x", &format!("arn:aws:svc:r:1:{name}"), &[]), expected);
    }

    #[test]
    fn wildcards_within_a_field_stay_in_it(pattern in "[ab*?]{0,5}c", region in "[abc]{0,6}") {
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": format!("arn:aws:svc:{pattern}:1:x")});
        let expected = glob(&pattern).is_match(&region);
        prop_assert_eq!(allows(statement.clone(), "svc:x", &format!("arn:aws:svc:{region}:1:x"), &[]), expected);
        if pattern.contains(['*', '?']) {
            let beyond = allows(statement, "svc:x", &format!("arn:aws:svc:a:{region}:1:x"), &[]);
            prop_assert!(!beyond);
        }
    }

    #[test]
    fn learning_more_never_overturns_a_definite_verdict(
        layers in layers(),
        question in question(),
        mask in prop::collection::vec(prop::bool::ANY, KEYS.len()),
        learned in prop::collection::vec(prop::bool::ANY, KEYS.len()),
        unread in prop::collection::vec(prop::bool::weighted(0.2), 6),
        read in prop::collection::vec(prop::bool::ANY, 6),
    ) {
        let hidden = |unread: &[bool]| {
            let mut built = build(&layers);
            for (layer, unread) in built.iter_mut().zip(unread) {
                if *unread {
                    layer.policies = Err(Unreadable::whole("refused"));
                }
            }
            built
        };
        let and = |a: &[bool], b: &[bool]| -> Vec<bool> { a.iter().zip(b).map(|(a, b)| *a && *b).collect() };
        let least = authorize(&hidden(&unread), &question.request(&question.context(&mask)));
        let more = authorize(&hidden(&and(&unread, &read)), &question.request(&question.context(&and(&mask, &learned))));
        let all = authorize(&build(&layers), &question.request(&question.context(&[false; KEYS.len()])));
        prop_assert!(may_become(least.decision, more.decision), "{least:?} became {more:?}");
        prop_assert!(may_become(more.decision, all.decision), "{more:?} became {all:?}");
        for verdict in [&least, &more, &all] {
            prop_assert_eq!(verdict.decision == Decision::Undetermined, !verdict.depends_on.is_empty());
        }
        // A layer that is known to refuse goes on refusing.
        let blockers = |verdict: &Verdict| -> Vec<LayerKind> { verdict.blockers().map(|layer| layer.kind.clone()).collect() };
        let (before, after) = (blockers(&least), blockers(&all));
        prop_assert!(before.iter().all(|kind| after.contains(kind)));
    }

    #[test]
    fn an_added_deny_never_grants_and_an_added_allow_never_denies(
        layers in layers(),
        question in question(),
        mask in prop::collection::vec(prop::bool::ANY, KEYS.len()),
        mut added in statement(),
        at in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!layers.is_empty());
        let context = question.context(&mask);
        let request = question.request(&context);
        let before = decision(&build(&layers), &request);
        let at = at.index(layers.len());
        let with = |statement: &Value| {
            let mut layers = layers.clone();
            layers[at].1.push(json!({"Version": "2012-10-17", "Statement": statement}));
            decision(&build(&layers), &request)
        };
        added["Effect"] = "Deny".into();
        prop_assert!(rank(with(&added)) <= rank(before));
        added["Effect"] = "Allow".into();
        prop_assert!(rank(with(&added)) >= rank(before));
    }

    #[test]
    fn the_order_of_statements_policies_and_layers_is_irrelevant(
        layers in layers(),
        question in question(),
        mask in prop::collection::vec(prop::bool::ANY, KEYS.len()),
    ) {
        let context = question.context(&mask);
        let request = question.request(&context);
        let mut turned: Layers = layers.clone();
        turned.reverse();
        for (_, documents) in &mut turned {
            documents.reverse();
            for document in documents {
                if let Some(statements) = document["Statement"].as_array_mut() {
                    statements.reverse();
                }
            }
        }
        prop_assert_eq!(decision(&build(&layers), &request), decision(&build(&turned), &request));
    }

    #[test]
    fn the_order_of_keys_is_irrelevant(statement in statement()) {
        let Value::Object(members) = &statement else { unreachable!() };
        let entries: Vec<String> = members.iter().rev().map(|(key, value)| format!("{}:{value}", json!(key))).collect();
        let turned = format!("{{\"Statement\":{{{}}}}}", entries.join(","));
        let straight = json!({"Statement": statement}).to_string();
        prop_assert_eq!(Document::parse(&turned), Document::parse(&straight));
    }

    #[test]
    fn the_case_of_actions_is_irrelevant(layers in layers(), question in question()) {
        let context = question.context(&[false; KEYS.len()]);
        let request = question.request(&context);
        let action = request.action.to_uppercase();
        let upper = Request { action: &action, ..request };
        prop_assert_eq!(authorize(&build(&layers), &request), authorize(&build(&layers), &upper));
    }

    #[test]
    fn a_percent_encoded_document_parses_to_the_same(document in document()) {
        let text = document.to_string();
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        prop_assert_eq!(Document::parse(&encoded), Document::parse(&text));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,60}") {
        let _ = Document::parse(&text);
        let _ = Document::parse(&format!("%7B{text}"));
    }

    #[test]
    fn no_value_in_a_document_makes_the_engine_panic(
        words in prop::collection::vec("[a-zA-Z0-9:*?${}', /.+%é-]{0,12}", 5),
        operator in select(vec!["StringLike", "ArnLike", "NumericEquals", "DateEquals", "IpAddress", "BinaryEquals", "Bool", "Null"]),
    ) {
        let [action, resource, key, value, subject] = <[String; 5]>::try_from(words).unwrap();
        let statement = json!({
            "Effect": "Allow", "Action": action, "Resource": resource, "Condition": {operator: {&key: value}},
        });
        let request = Request {
            principal: PrincipalKind::User,
            action: &subject,
            resource: Resource::Exact(&subject),
            context: &Context::new(ContextValue::Unknown).with(&key, ContextValue::one(&subject)),
        };
        let layers = build(&vec![(LayerKind::Identity, vec![json!({"Version": "2012-10-17", "Statement": statement})])]);
        let _ = authorize(&layers, &request);
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    for open in ["[", "{\"a\":", "{\"Statement\":["] {
        assert!(Document::parse(&open.repeat(100_000)).is_err());
    }
}

#[test]
fn a_document_longer_than_any_is_refused() {
    let text = format!("{{\"Statement\":[],\"Id\":\"{}\"}}", "x".repeat(1 << 20));
    assert!(Document::parse(&text).is_err());
}

// Nothing here bounds the time. What is quadratic or worse in these takes minutes, and is seen; the benchmarks measure.

#[test]
fn stars_do_not_multiply_the_work() {
    let text = "a".repeat(20_000);
    for pattern in [
        "*a".repeat(5_000) + "b",
        "*a*".repeat(3_000) + "?b",
        "*".repeat(10_000) + "b",
        "*?a".repeat(3_000) + "b",
    ] {
        let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"k": pattern}}});
        assert!(!allows(statement, "a:b", "*", &[("k", &text)]));
    }
}

#[test]
fn a_long_document_is_read() {
    let long = "k".repeat(400_000);
    let services: Vec<String> = (0..40_000).rev().map(|n| format!("service{n}:*")).collect();
    for (element, value) in [
        ("Action", json!(services)),
        ("Resource", json!("${".repeat(200_000))),
        ("Condition", json!({"Bool": {long: vec!["x"; 100_000]}})),
    ] {
        let mut statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
        statement[element] = value;
        let text = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
        assert!(Document::parse(&text).is_ok(), "{element}");
    }
}
