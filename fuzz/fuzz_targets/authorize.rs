//! No document and request make the engine panic, and learning a key's value never overturns a definite decision.
//!
//! The input is a document, then the action, the resource, a key and its value, each on a line of its own.

#![no_main]

use std::sync::Arc;

use iam_policy::{
    Context, ContextValue, Decision, Document, Layer, LayerKind, Policy, PrincipalKind, Request, authorize,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.rsplitn(5, '\n');
    let mut line = || lines.next().unwrap_or_default().to_owned();
    let [value, key, resource, action, document] = [line(), line(), line(), line(), line()];
    let Ok(document) = Document::parse(&document) else { return };
    let policy = Policy { name: "P".to_owned(), arn: None, document: Arc::new(document) };
    let layers = [
        Layer { kind: LayerKind::Identity, policies: Ok(vec![policy.clone()]) },
        Layer { kind: LayerKind::ServiceControl { target: "r".to_owned() }, policies: Ok(vec![policy]) },
    ];
    let decide = |value: ContextValue, otherwise: ContextValue| {
        let context = Context::new(otherwise).with(&key, value);
        let request = Request { principal: PrincipalKind::User, action: action.clone(), resource: resource.clone(), context };
        authorize(&layers, &request).decision
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
});
