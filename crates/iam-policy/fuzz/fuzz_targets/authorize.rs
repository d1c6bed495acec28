//! No document and request make the engine panic, learning a key's value never overturns a definite decision, and what
//! holds of a form holds of a resource of that form.
//!
//! The input is a document, then the action, the resource, a key and its value, each on a line of its own.

#![no_main]

use std::sync::Arc;

use iam_policy::{
    Context, ContextValue, Decision, Document, Layer, LayerKind, Policy, PolicyId, PrincipalKind, Request, Resource,
    authorize,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.rsplitn(5, '\n');
    let mut line = || lines.next().unwrap_or_default().to_owned();
    let [value, key, resource, action, document] = [line(), line(), line(), line(), line()];
    let Ok(document) = Document::parse(&document) else { return };
    let policy = Policy { id: PolicyId::new("P"), document: Arc::new(document) };
    let layers = [
        Layer { kind: LayerKind::Identity, policies: Ok(vec![policy.clone()]) },
        Layer { kind: LayerKind::ServiceControl { target: "r".to_owned() }, policies: Ok(vec![policy]) },
    ];
    let ask = |resource: Resource<'_>, context: &Context| {
        let request = Request { principal: PrincipalKind::User, action: &action, resource, context };
        authorize(&layers, &request).decision
    };
    let decide = |value: ContextValue, otherwise: ContextValue| {
        ask(Resource::Exact(&resource), &Context::new(otherwise).with(&key, value))
    };
    let known = || ContextValue::one(&value);
    let ignorant = decide(ContextValue::Unknown, ContextValue::Unknown);
    for informed in [
        decide(known(), ContextValue::Unknown),
        decide(ContextValue::Absent, ContextValue::Unknown),
        decide(known(), ContextValue::Absent),
        decide(ContextValue::Absent, ContextValue::Absent),
    ] {
        let sharpened = ignorant == Decision::ImplicitDeny && informed == Decision::ExplicitDeny;
        assert!(ignorant == Decision::Undetermined || ignorant == informed || sharpened);
    }
    let context = Context::new(ContextValue::Unknown);
    let exact = ask(Resource::Exact(&resource), &context);
    let head = resource.splitn(6, ':').last().map_or(0, |rest| resource.len() - rest.len());
    if let Some((at, _)) = resource.char_indices().rfind(|(at, _)| *at >= head) {
        let form = format!("{}*", &resource[..at]);
        match ask(Resource::Form(&form), &context) {
            whole @ (Decision::Allowed | Decision::ExplicitDeny) => assert_eq!(exact, whole),
            Decision::ImplicitDeny => assert!(matches!(exact, Decision::ImplicitDeny | Decision::ExplicitDeny)),
            Decision::AllowedOnSome | Decision::Undetermined => {}
        }
    }
});
