//! How fast the engine answers, beside the crate `iam-rs` on the same inputs. `run.sh` adds
//! `@cloud-copilot/iam-simulate` under Node.

use std::collections::HashMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use iam_policy::{
    Context, ContextValue, Decision, Document, Layer, LayerKind, Policy, PolicyId, PrincipalKind,
    Request, Resource, authorize,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// Inputs that the Node benchmark reads as well.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scenario {
    actions: Vec<String>,
    context: HashMap<String, String>,
    identity: Vec<String>,
    boundary: Value,
    service_control: Vec<Vec<Value>>,
    many_actions: Vec<String>,
}

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("inputs")
        .join(name);
    fs::read_to_string(path.with_extension("json")).expect("the input is there")
}

fn scenario() -> Scenario {
    serde_json::from_str(&read("scenario")).expect("the scenario is well-formed")
}

fn policy(name: &str, text: &str) -> Policy {
    let document = Document::parse(text).expect("the document is well-formed");
    Policy {
        id: PolicyId::new(name),
        document: Arc::new(document),
    }
}

fn layer(kind: LayerKind, policies: Vec<Policy>) -> Layer {
    Layer {
        kind,
        policies: Ok(policies),
    }
}

fn level(number: usize) -> LayerKind {
    LayerKind::ServiceControl {
        target: format!("ou-{number}"),
    }
}

fn layers(scenario: &Scenario) -> Vec<Layer> {
    let levels = scenario
        .service_control
        .iter()
        .enumerate()
        .map(|(number, documents)| {
            layer(
                level(number),
                documents
                    .iter()
                    .map(|document| policy("scp", &document.to_string()))
                    .collect(),
            )
        });
    let identity = scenario
        .identity
        .iter()
        .map(|name| policy(name, &read(name)))
        .collect();
    levels
        .chain([
            layer(
                LayerKind::PermissionsBoundary,
                vec![policy("boundary", &scenario.boundary.to_string())],
            ),
            layer(LayerKind::Identity, identity),
        ])
        .collect()
}

fn context(scenario: &Scenario) -> Context {
    let mut context = Context::new(ContextValue::Absent);
    for (key, value) in &scenario.context {
        context.insert(key, ContextValue::one(value));
    }
    context
}

fn request<'a>(action: &'a str, context: &'a Context) -> Request<'a> {
    Request {
        principal: PrincipalKind::User,
        action,
        resource: Resource::ANY,
        context,
    }
}

/// `iam-rs` has no layers: each is an evaluator of its own, and all must allow.
mod peer {
    use super::{Scenario, read};
    pub use iam_rs::{Arn, Decision, IAMRequest, PolicyEvaluator};
    use iam_rs::{Context, ContextValue, IAMPolicy, Principal, PrincipalId};

    fn evaluator<'a>(texts: impl Iterator<Item = &'a str>) -> PolicyEvaluator {
        let parse = |text| IAMPolicy::from_json(text).expect("iam-rs reads the document");
        PolicyEvaluator::with_policies(texts.map(parse).collect())
    }

    pub fn administrator() -> Vec<PolicyEvaluator> {
        vec![evaluator(
            [read("AdministratorAccess").as_str()].into_iter(),
        )]
    }

    pub fn layers(scenario: &Scenario) -> Vec<PolicyEvaluator> {
        let mut layers: Vec<PolicyEvaluator> = Vec::new();
        for level in &scenario.service_control {
            let texts: Vec<String> = level.iter().map(ToString::to_string).collect();
            layers.push(evaluator(texts.iter().map(String::as_str)));
        }
        layers.push(evaluator(
            [scenario.boundary.to_string().as_str()].into_iter(),
        ));
        let identity: Vec<String> = scenario.identity.iter().map(|name| read(name)).collect();
        layers.push(evaluator(identity.iter().map(String::as_str)));
        layers
    }

    pub fn request(action: &str, scenario: &Scenario) -> IAMRequest {
        let mut context = Context::new();
        for (key, value) in &scenario.context {
            context.insert(key.clone(), ContextValue::String(value.clone()));
        }
        let alice = "arn:aws:iam::111122223333:user/alice".to_owned();
        // It takes ARNs only, so that an action without resources has to be asked about one.
        let resource = Arn::parse("arn:aws:ce:us-east-1:111122223333:x").expect("an ARN");
        IAMRequest::new_with_context(
            Principal::Aws(PrincipalId::String(alice)),
            action,
            resource,
            context,
        )
    }

    pub fn allows(layers: &[PolicyEvaluator], request: &IAMRequest) -> bool {
        let allows = |layer: &PolicyEvaluator| {
            layer
                .evaluate(request)
                .is_ok_and(|result| result.decision == Decision::Allow)
        };
        layers.iter().all(allows)
    }
}

fn one_request(criterion: &mut Criterion) {
    let scenario = scenario();
    let layers = [layer(
        LayerKind::Identity,
        vec![policy("AdministratorAccess", &read("AdministratorAccess"))],
    )];
    let context = context(&scenario);
    let asked = request(&scenario.actions[0], &context);
    let mut group = criterion.benchmark_group("a: one request, AdministratorAccess");
    group.bench_function("billing-doctor", |bencher| {
        bencher.iter(|| authorize(black_box(&layers), black_box(&asked)))
    });
    let (layers, asked) = (
        peer::administrator(),
        peer::request(&scenario.actions[0], &scenario),
    );
    group.bench_function("iam-rs", |bencher| {
        bencher.iter(|| peer::allows(black_box(&layers), black_box(&asked)))
    });
    group.finish();
}

fn layered_requests(criterion: &mut Criterion) {
    let scenario = scenario();
    let mut group =
        criterion.benchmark_group("b: 60 requests, 3 managed policies, boundary, 3 levels");
    let (ours, theirs) = (layers(&scenario), peer::layers(&scenario));
    let context = context(&scenario);
    let asked: Vec<Request> = scenario
        .actions
        .iter()
        .map(|action| request(action, &context))
        .collect();
    let peer_asked: Vec<_> = scenario
        .actions
        .iter()
        .map(|action| peer::request(action, &scenario))
        .collect();
    let allowed = asked
        .iter()
        .filter(|request| authorize(&ours, request).decision == Decision::Allowed)
        .count();
    let peer_allowed = peer_asked
        .iter()
        .filter(|request| peer::allows(&theirs, request))
        .count();
    println!("of 60 requests, billing-doctor allows {allowed}, iam-rs {peer_allowed}");
    group.bench_function("billing-doctor", |bencher| {
        bencher.iter(|| {
            asked
                .iter()
                .filter(|request| {
                    authorize(black_box(&ours), request).decision == Decision::Allowed
                })
                .count()
        });
    });
    group.bench_function("billing-doctor, documents parsed each time", |bencher| {
        bencher.iter(|| {
            let ours = layers(black_box(&scenario));
            asked
                .iter()
                .filter(|request| authorize(&ours, request).decision == Decision::Allowed)
                .count()
        });
    });
    group.bench_function("iam-rs", |bencher| {
        bencher.iter(|| {
            peer_asked
                .iter()
                .filter(|request| peer::allows(black_box(&theirs), request))
                .count()
        });
    });
    group.finish();
}

struct Subject {
    layers: Vec<Layer>,
    context: Context,
}

/// A generated account: groups share managed policies; some principals have a policy of their own.
fn account(scenario: &Scenario, own_policies: usize) -> Vec<Subject> {
    const PRINCIPALS: usize = 5_000;
    let services = [
        "ce",
        "billing",
        "budgets",
        "s3",
        "ec2",
        "iam",
        "support",
        "payments",
        "tax",
        "invoicing",
    ];
    let managed: Vec<Policy> = (0..100)
        .map(|n| {
            let actions: Vec<String> = (0..20).map(|k| format!("{}:Get{}*", services[(n + k) % 10], (b'A' + (n * k % 26) as u8) as char)).collect();
            let document = json!({"Version": "2012-10-17", "Statement": [
                {"Sid": "Read", "Effect": "Allow", "Action": actions, "Resource": "*"},
                {"Sid": "List", "Effect": "Allow", "Action": format!("{}:List*", services[n % 10]), "Resource": "*",
                 "Condition": {"StringEquals": {"aws:RequestedRegion": ["us-east-1", "eu-central-1"]}}},
            ]});
            policy(&format!("managed-{n}"), &document.to_string())
        })
        .collect();
    let common = layers(scenario);
    let subjects = (0..PRINCIPALS).map(|n| {
        let mut identity: Vec<Policy> = (0..3).map(|k| managed[(n * 7 + k * 13) % 40 + k * 30].clone()).collect();
        if n % 10 < own_policies {
            let document = json!({"Version": "2012-10-17", "Statement": {
                "Effect": "Allow", "Action": ["s3:Get*", "ce:Describe*"], "Resource": "arn:aws:s3:::home/${aws:username}/*",
            }});
            identity.push(policy("own", &document.to_string()));
        }
        let mut layers = common.clone();
        layers.pop();
        layers.push(layer(LayerKind::Identity, identity));
        let context = context(scenario).with("aws:username", ContextValue::one(format!("user-{n}")));
        Subject { layers, context }
    });
    subjects.collect()
}

fn whole_account(criterion: &mut Criterion) {
    let scenario = scenario();
    let mut group = criterion.benchmark_group("c: 5,000 principals x 250 actions");
    group.sample_size(10);
    for (name, own) in [
        ("one in ten has a policy of its own", 1),
        ("every one has a policy of its own", 10),
    ] {
        let subjects = account(&scenario, own);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let questions = subjects.iter().flat_map(|subject| {
                    let actions = scenario.many_actions.iter();
                    actions.map(|action| (&subject.layers, request(action, &subject.context)))
                });
                questions
                    .filter(|(layers, asked)| authorize(layers, asked).decision == Decision::Allowed)
                    .count()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, one_request, layered_requests, whole_account);
criterion_main!(benches);
