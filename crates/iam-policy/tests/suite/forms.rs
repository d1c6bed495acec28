//! Requests that name the form of a resource, not the resource itself.

use std::sync::Arc;

use iam_policy::{
    Context, ContextValue, Decision, Document, Layer, LayerKind, LayerOutcome, Policy, PolicyId,
    PrincipalKind, Request, Resource, authorize,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const BUDGETS: &str = "arn:aws:budgets::111122223333:budget/*";

fn layer(statements: &Value) -> Layer {
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    Layer {
        kind: LayerKind::Identity,
        policies: Ok(vec![Policy {
            id: PolicyId::new("P"),
            document: Arc::new(Document::parse(&document.to_string()).unwrap()),
        }]),
    }
}

fn decision(layers: &[Layer], resource: Resource<'_>, context: &Context) -> Decision {
    let request = Request {
        principal: PrincipalKind::User,
        action: "budgets:ViewBudget",
        resource,
        context,
    };
    authorize(layers, &request).decision
}

fn of_budgets(statements: Value) -> Decision {
    let context = Context::new(ContextValue::Unknown);
    decision(&[layer(&statements)], Resource::Form(BUDGETS), &context)
}

fn allow(resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": "budgets:*", "Resource": resource})
}

fn deny(resource: &str) -> Value {
    json!({"Effect": "Deny", "Action": "budgets:*", "Resource": resource})
}

#[test]
fn an_allow_of_the_whole_form_allows_all_of_it() {
    for resource in [
        "*",
        BUDGETS,
        "arn:aws:budgets::111122223333:*",
        "arn:aws:budgets::*:budget/*",
        "arn:*:budgets:*:*:*",
    ] {
        assert_eq!(
            of_budgets(json!([allow(resource)])),
            Decision::Allowed,
            "{resource}"
        );
    }
}

#[test]
fn an_allow_of_some_names_allows_some() {
    for resource in [
        "arn:aws:budgets::111122223333:budget/dev-*",
        "arn:aws:budgets::111122223333:budget/dev",
    ] {
        assert_eq!(
            of_budgets(json!([allow(resource)])),
            Decision::AllowedOnSome,
            "{resource}"
        );
    }
}

#[test]
fn an_allow_of_something_else_allows_nothing() {
    for resource in [
        "arn:aws:budgets::999999999999:budget/*",
        "arn:aws:budgets::111122223333:action/*",
        "arn:aws:ce::111122223333:*",
    ] {
        assert_eq!(
            of_budgets(json!([allow(resource)])),
            Decision::ImplicitDeny,
            "{resource}"
        );
    }
}

#[test]
fn a_deny_of_some_names_leaves_some_and_is_named() {
    let context = Context::new(ContextValue::Unknown);
    let layers = [layer(&json!([
        allow("*"),
        deny("arn:aws:budgets::*:budget/secret-*")
    ]))];
    let request = Request {
        principal: PrincipalKind::User,
        action: "budgets:ViewBudget",
        resource: Resource::Form(BUDGETS),
        context: &context,
    };
    let verdict = authorize(&layers, &request);
    assert_eq!(verdict.decision, Decision::AllowedOnSome);
    let LayerOutcome::AllowsSome { by, except } = &verdict.layers[0].outcome else {
        panic!("a part is allowed")
    };
    assert_eq!((by[0].index, except[0].index), (0, 1));
}

#[test]
fn a_deny_of_the_whole_form_denies_all_of_it() {
    assert_eq!(
        of_budgets(json!([allow("*"), deny(BUDGETS)])),
        Decision::ExplicitDeny
    );
    let elsewhere = deny("arn:aws:budgets::111122223333:action/*");
    assert_eq!(
        of_budgets(json!([allow("*"), elsewhere])),
        Decision::Allowed
    );
}

#[test]
fn not_resource_turns_all_and_nothing_round() {
    let all_but =
        |resource: &str| json!([{"Effect": "Allow", "Action": "*", "NotResource": resource}]);
    assert_eq!(of_budgets(all_but(BUDGETS)), Decision::ImplicitDeny);
    assert_eq!(of_budgets(all_but("arn:aws:s3:::*")), Decision::Allowed);
    assert_eq!(
        of_budgets(all_but("arn:aws:budgets::111122223333:budget/a")),
        Decision::AllowedOnSome
    );
}

#[test]
fn an_unknown_condition_leaves_a_form_open_only_where_it_could_matter() {
    let mut conditional = allow("*");
    conditional["Condition"] = json!({"StringEquals": {"aws:PrincipalTag/team": "finance"}});
    assert_eq!(of_budgets(json!([conditional])), Decision::Undetermined);
    conditional["Resource"] = json!("arn:aws:s3:::*");
    assert_eq!(of_budgets(json!([conditional])), Decision::ImplicitDeny);
}

#[test]
fn a_variable_of_unknown_value_matches_no_form_that_its_widest_reading_misses() {
    let own = allow("arn:aws:budgets::111122223333:budget/${aws:PrincipalTag/team}-*");
    assert_eq!(of_budgets(json!([own])), Decision::Undetermined);
    let actions = allow("arn:aws:budgets::111122223333:action/${aws:PrincipalTag/team}");
    assert_eq!(of_budgets(json!([actions])), Decision::ImplicitDeny);
}

#[test]
fn a_value_that_no_value_of_a_variable_can_equal_does_not_match() {
    let statement = |value: &str| {
        json!([{"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": {"aws:username": value}}}])
    };
    let context =
        Context::new(ContextValue::Unknown).with("aws:username", ContextValue::one("alice"));
    let of = |value| decision(&[layer(&statement(value))], Resource::ANY, &context);
    assert_eq!(of("a${aws:PrincipalTag/x}"), Decision::Undetermined);
    assert_eq!(of("b${aws:PrincipalTag/x}"), Decision::ImplicitDeny);
}

/// A pattern for a resource, of the letters that generated names are made of.
fn pattern() -> impl Strategy<Value = String> {
    let field = || select(vec!["", "*", "a", "a*", "?", "*a", "b"]);
    let rest = "[ab*?/:]{0,6}";
    prop_oneof![
        Just("*".to_owned()),
        (field(), field(), rest).prop_map(|(region, account, rest)| format!(
            "arn:aws:budgets:{region}:{account}:{rest}"
        )),
    ]
}

/// A form, and a resource of it.
fn form_and_instance() -> impl Strategy<Value = (String, String)> {
    let head = || {
        prop_oneof![
            select(vec!["", "a", "b"]).prop_map(|text| (text.to_owned(), text.to_owned())),
            "[ab/]{1,3}".prop_map(|name| ("*".to_owned(), name)),
        ]
    };
    let piece = prop_oneof![
        "[ab/:]{0,2}".prop_map(|text| (text.clone(), text)),
        "[ab/:]{1,3}".prop_map(|name| ("*".to_owned(), name)),
    ];
    (head(), head(), prop::collection::vec(piece, 0..4)).prop_map(|(region, account, pieces)| {
        let (form, instance): (Vec<String>, Vec<String>) = pieces.into_iter().unzip();
        let arn = |region: &str, account: &str, rest: &str| {
            format!("arn:aws:budgets:{region}:{account}:{rest}")
        };
        (
            arn(&region.0, &account.0, &form.concat()),
            arn(&region.1, &account.1, &instance.concat()),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_holds_of_all_or_none_of_a_form_holds_of_each_resource(
        (form, instance) in form_and_instance(),
        statements in prop::collection::vec((prop::bool::ANY, prop::bool::weighted(0.2), pattern(), prop::bool::weighted(0.2)), 1..4),
    ) {
        let statements: Vec<Value> = statements
            .into_iter()
            .map(|(allows, negated, pattern, conditional)| {
                let mut statement = json!({"Effect": if allows { "Allow" } else { "Deny" }, "Action": "*"});
                statement[if negated { "NotResource" } else { "Resource" }] = json!(pattern);
                if conditional {
                    statement["Condition"] = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
                }
                statement
            })
            .collect();
        let layers = [layer(&json!(statements))];
        let context = Context::new(ContextValue::Unknown);
        let exact = decision(&layers, Resource::Exact(&instance), &context);
        match decision(&layers, Resource::Form(&form), &context) {
            Decision::Allowed => prop_assert_eq!(exact, Decision::Allowed, "{} of {}", instance, form),
            Decision::ExplicitDeny => prop_assert_eq!(exact, Decision::ExplicitDeny, "{} of {}", instance, form),
            Decision::ImplicitDeny => prop_assert!(matches!(exact, Decision::ImplicitDeny | Decision::ExplicitDeny), "{} of {}", instance, form),
            Decision::AllowedOnSome => prop_assert!(exact != Decision::Undetermined, "{} of {}", instance, form),
            Decision::Undetermined => {}
        }
    }

    #[test]
    fn a_form_without_placeholders_is_its_one_resource((_, instance) in form_and_instance(), pattern in pattern(), negated in prop::bool::ANY) {
        let mut statement = json!({"Effect": "Allow", "Action": "*"});
        statement[if negated { "NotResource" } else { "Resource" }] = json!(pattern);
        let layers = [layer(&json!([statement]))];
        let context = Context::new(ContextValue::Unknown);
        prop_assert_eq!(
            decision(&layers, Resource::Form(&instance), &context),
            decision(&layers, Resource::Exact(&instance), &context)
        );
    }
}
