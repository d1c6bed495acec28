//! Thousands of generated cases, judged by the engine and by an independent simulator.
//!
//! `@cloud-copilot/iam-simulate` is installed by npm below `target/` and run as a program of its own; nothing of it is
//! copied. The two must agree on every layer and so on every decision, but for the disagreements in [`DISAGREEMENTS`],
//! each of which names the page on which AWS says what the engine says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use iam_policy::{
    Context, ContextValue, Decision, Document, Layer, LayerKind, LayerOutcome, Policy, PolicyId,
    PrincipalKind, Request, Resource, Verdict, authorize,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

const CASES: usize = 8_000;
const SEED: u64 = 0x0bad_5eed_0b11_1129;

/// A rule on which the simulator differs from AWS's documentation.
struct Disagreement {
    rule: &'static str,
    source: &'static str,
}

const OLD_VERSION: &str = "documents older than 2012-10-17 have no policy variables";
const ANY_IF_EXISTS: &str = "IfExists is true of an absent key under ForAnyValue, too";
const MISSING_VARIABLE: &str = "a negated operator matches a variable without value";
const ESCAPE_EQUALS: &str = "an escaped wildcard is a plain character under StringEquals, too";
const ALL_EMPTY: &str = "ForAllValues is true of an empty string";
const IPV6_SPELLING: &str = "an IPv6 address is the same however it is written";
const TYPE_WILDCARD: &str =
    "wildcards match anywhere in the last field of an ARN, before a slash and across it";
const STAR_RESOURCE: &str =
    "NotResource leaves out only what it lists, so an action without resources stays in";
const EVERY_ADDRESS: &str = "a range of prefix 0 contains every address";
const OTHER_FAMILY: &str = "an IPv6 address is outside every IPv4 range";
const YEAR: &str = "four digits are a year";
const EPOCH: &str = "a number is a date in seconds since 1970";
const EMPTY_LIST: &str = "a key without values is null";
const NOT_REACHED: &str = "resource control policies reach some services only";
const SERVICE_LINKED: &str = "organization policies do not bind service-linked roles";
const ROOT: &str = "the root user needs no identity policy";
const FEDERATED: &str = "a federated user without session policy has no permissions";

const DISAGREEMENTS: &[Disagreement] = &[
    Disagreement {
        rule: OLD_VERSION,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html",
    },
    Disagreement {
        rule: ANY_IF_EXISTS,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists",
    },
    Disagreement {
        rule: MISSING_VARIABLE,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
    },
    Disagreement {
        rule: ESCAPE_EQUALS,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars",
    },
    Disagreement {
        rule: ALL_EMPTY,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
    },
    Disagreement {
        rule: IPV6_SPELLING,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress",
    },
    Disagreement {
        rule: TYPE_WILDCARD,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards",
    },
    Disagreement {
        rule: STAR_RESOURCE,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html",
    },
    Disagreement {
        rule: EVERY_ADDRESS,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress",
    },
    Disagreement {
        rule: OTHER_FAMILY,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress",
    },
    Disagreement {
        rule: YEAR,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date",
    },
    Disagreement {
        rule: EPOCH,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date",
    },
    Disagreement {
        rule: EMPTY_LIST,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null",
    },
    Disagreement {
        rule: NOT_REACHED,
        source: "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services",
    },
    Disagreement {
        rule: SERVICE_LINKED,
        source: "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
    },
    Disagreement {
        rule: ROOT,
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html",
    },
    Disagreement {
        rule: FEDERATED,
        source: "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html",
    },
];

#[test]
fn an_independent_simulator_agrees_on_generated_cases() {
    let folder = install("oracle");
    let mut random = Random(SEED);
    let cases: Vec<Case> = (0..CASES).map(|_| Case::generate(&mut random)).collect();
    let answers = ask(&folder, &cases);
    assert_eq!(answers.len(), cases.len(), "the simulator left cases out");

    let mut failures = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut decisions: BTreeMap<String, usize> = BTreeMap::new();
    let mut agreed = 0;
    for (case, answer) in cases.iter().zip(&answers) {
        if let Some(error) = &answer.error {
            failures.push(format!("refused: {error}\n  {}", case.simulation()));
            continue;
        }
        assert_eq!(
            answer.ignored,
            Vec::<String>::new(),
            "context keys were left out"
        );
        let verdict = case.verdict();
        *decisions
            .entry(format!("{:?}", verdict.decision))
            .or_default() += 1;
        let ours = layer_results(&verdict);
        let mut same = true;
        for (layer, theirs) in &answer.layers {
            // A layer that does not exist, or does not bind, counts as one that allows.
            let ours = ours.get(layer.as_str()).copied().unwrap_or("Allowed");
            if ours == theirs {
                continue;
            }
            same = false;
            match case.rules.iter().find(|(of, _)| of == layer) {
                Some((_, rule)) => *seen.entry(rule).or_default() += 1,
                None => failures.push(format!(
                    "{layer}: we say {ours}, they {theirs}\n  {}",
                    case.simulation()
                )),
            }
        }
        let ours = decision_name(verdict.decision);
        let decided_alike = Some(ours) == answer.decision.as_deref();
        if same && decided_alike {
            agreed += 1;
        } else if same && case.lacks_session_policy() {
            *seen.entry(FEDERATED).or_default() += 1;
        } else if same {
            let theirs = &answer.decision;
            failures.push(format!(
                "we say {ours}, they {theirs:?}\n  {}",
                case.simulation()
            ));
        }
    }
    println!(
        "{agreed} of {CASES} agree on every layer; decisions {decisions:?}; disagreements {seen:?}"
    );
    let shown: Vec<&String> = failures.iter().take(5).collect();
    assert!(
        failures.is_empty(),
        "{} disagreements, such as {shown:#?}",
        failures.len()
    );
    assert!(agreed >= 5_000, "only {agreed} cases were compared in full");
    for decision in ["Allowed", "ExplicitDeny", "ImplicitDeny"] {
        assert!(
            decisions
                .get(decision)
                .is_some_and(|count| *count > CASES / 10),
            "hardly any {decision}"
        );
    }
    for disagreement in DISAGREEMENTS {
        let Disagreement { rule, source } = disagreement;
        assert!(source.starts_with("https://docs.aws.amazon.com/"));
        assert!(seen.contains_key(rule), "no longer a disagreement: {rule}");
    }
}

/// What each layer of ours says, in the simulator's words and with the levels of an organization taken together.
fn layer_results(verdict: &Verdict) -> BTreeMap<&'static str, &'static str> {
    let mut results = BTreeMap::new();
    for layer in &verdict.layers {
        let name = match layer.kind {
            LayerKind::Identity => "identity",
            LayerKind::PermissionsBoundary => "permissionsBoundary",
            LayerKind::Session => "session",
            LayerKind::ServiceControl { .. } => "serviceControl",
            LayerKind::ResourceControl { .. } => "resourceControl",
        };
        let result = match layer.outcome {
            LayerOutcome::Allows { .. } => "Allowed",
            LayerOutcome::Denies { .. } => "ExplicitlyDenied",
            LayerOutcome::Omits => "ImplicitlyDenied",
            // No form is asked about here.
            LayerOutcome::AllowsSome { .. } => "AllowedOnSome",
            LayerOutcome::Undetermined { .. } | LayerOutcome::Unreadable { .. } => "Undetermined",
        };
        let severity = |result: &str| match result {
            "Allowed" => 0,
            "ImplicitlyDenied" => 1,
            "ExplicitlyDenied" => 2,
            _ => 3,
        };
        let known = results.entry(name).or_insert(result);
        if severity(result) > severity(known) {
            *known = result;
        }
    }
    results
}

fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed => "Allowed",
        Decision::AllowedOnSome => "AllowedOnSome",
        Decision::ExplicitDeny => "ExplicitlyDenied",
        Decision::ImplicitDeny => "ImplicitlyDenied",
        Decision::Undetermined => "Undetermined",
    }
}

/// What the simulator answers to one case.
#[derive(Deserialize)]
struct Answer {
    error: Option<String>,
    decision: Option<String>,
    #[serde(default)]
    layers: BTreeMap<String, String>,
    #[serde(default)]
    ignored: Vec<String>,
}

/// What the simulator decides of each simulation: `Allowed`, `ImplicitlyDenied`, `ExplicitlyDenied`. `None` for an action
/// on single resources, of which it does not judge `*`.
pub(crate) fn decisions(folder: &str, simulations: &[Value]) -> Vec<Option<String>> {
    let answers = put(&install(folder), simulations);
    assert_eq!(
        answers.len(),
        simulations.len(),
        "the simulator left cases out"
    );
    answers
        .into_iter()
        .map(|answer| match answer.error {
            Some(error) if error == "taken as a wildcard resource" => None,
            Some(error) => panic!("refused: {error}"),
            None => answer.decision,
        })
        .collect()
}

/// Installs the simulator where it is not yet, and returns the folder of that name.
fn install(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/package.json");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(package, folder.join("package.json")).unwrap();
    let installed = Command::new("npm")
        .args([
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--loglevel=error",
        ])
        .current_dir(&folder)
        .output();
    match installed {
        Ok(output) if output.status.success() => folder,
        Ok(output) => panic!(
            "npm could not install the simulator to compare with: {}",
            String::from_utf8_lossy(&output.stderr)
                .lines()
                .next()
                .unwrap_or_default()
        ),
        Err(error) => {
            panic!("npm, which installs the simulator to compare with, does not start: {error}")
        }
    }
}

/// Puts all cases to one run of the simulator.
fn ask(folder: &Path, cases: &[Case]) -> Vec<Answer> {
    let simulations: Vec<Value> = cases.iter().map(Case::simulation).collect();
    put(folder, &simulations)
}

fn put(folder: &Path, simulations: &[Value]) -> Vec<Answer> {
    let file = folder.join("cases.jsonl");
    let lines: Vec<String> = simulations
        .iter()
        .enumerate()
        .map(|(id, simulation)| json!({"id": id, "simulation": simulation}).to_string())
        .collect();
    fs::write(&file, lines.join("\n")).unwrap();
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/judge.mjs");
    let output = Command::new("node")
        .arg(driver)
        .arg(folder)
        .arg(&file)
        .output()
        .expect("node starts");
    assert!(
        output.status.success(),
        "node failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answers = String::from_utf8(output.stdout).unwrap();
    answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A small generator of numbers, so that the cases are the same on every machine (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap() % limit
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

/// Actions with a resource that fits them; those with `*` have no resource types.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "ce:GetCostAndUsage",
        "arn:aws:billing::111122223333:billingview/primary",
    ),
    ("ce:ListCostAllocationTags", "*"),
    ("freetier:GetFreeTierUsage", "*"),
    (
        "budgets:ViewBudget",
        "arn:aws:budgets::111122223333:budget/team-a",
    ),
    (
        "budgets:ModifyBudget",
        "arn:aws:budgets::111122223333:budget/team/b",
    ),
    ("s3:GetObject", "arn:aws:s3:::bills/alice/2026.csv"),
    (
        "sqs:SendMessage",
        "arn:aws:sqs:us-east-1:111122223333:bills",
    ),
    ("iam:GetUser", "arn:aws:iam::111122223333:user/alice"),
];

const PRINCIPALS: &[(&str, PrincipalKind)] = &[
    ("arn:aws:iam::111122223333:user/alice", PrincipalKind::User),
    (
        "arn:aws:iam::111122223333:role/Billing",
        PrincipalKind::AssumedRole,
    ),
    (
        "arn:aws:sts::111122223333:assumed-role/Billing/alice",
        PrincipalKind::AssumedRole,
    ),
];

/// Context keys by the kind of their values, with values that they may have.
const TEXT_KEYS: &[(&str, &[&str])] = &[
    ("aws:username", &["alice", "bob", "a*b", "Alice"]),
    (
        "aws:PrincipalTag/team",
        &["finance", "Finance", "ops", "fin*"],
    ),
    ("aws:RequestedRegion", &["us-east-1", "eu-central-1"]),
    ("aws:PrincipalOrgID", &["o-abc", "o-xyz"]),
];
const LIST_KEYS: &[(&str, &[&str])] = &[
    ("aws:TagKeys", &["team", "cost", "Team", "owner"]),
    (
        "aws:CalledVia",
        &["athena.amazonaws.com", "cloudformation.amazonaws.com"],
    ),
];
const NUMBER_KEY: (&str, &[&str]) = (
    "aws:MultiFactorAuthAge",
    &["0", "299", "300", "301", "3600"],
);
const DATE_KEY: (&str, &[&str]) = (
    "aws:CurrentTime",
    &[
        "2026-11-23T00:00:00Z",
        "2026-11-22T23:59:59Z",
        "2026-11-23T07:00:00Z",
        "2024-02-29T12:00:00Z",
    ],
);
const DATE_LIMITS: &[&str] = &[
    "2026-11-23T00:00:00Z",
    "2026-11-23",
    "2026",
    "1795392000",
    "2024-03-01T00:00:00Z",
];
const BOOL_KEYS: &[&str] = &["aws:MultiFactorAuthPresent", "aws:SecureTransport"];
const ADDRESS_KEY: (&str, &[&str]) = (
    "aws:SourceIp",
    &[
        "203.0.113.7",
        "203.0.114.7",
        "198.51.100.1",
        "2001:db8::1",
        "2001:db8:1::1",
    ],
);
const NETWORKS: &[&str] = &[
    "203.0.113.0/24",
    "203.0.112.0/22",
    "203.0.113.7",
    "203.0.113.7/32",
    "0.0.0.0/0",
    "2001:db8::/32",
    "2001:db8::/48",
    "2001:db8::1/128",
    "::/0",
    "198.51.100.0/25",
    "2001:0db8::1/128",
];
const ARN_KEY: (&str, &[&str]) = (
    "aws:PrincipalArn",
    &[
        "arn:aws:iam::111122223333:user/alice",
        "arn:aws:iam::111122223333:role/team/Billing",
    ],
);
const ARN_LIMITS: &[&str] = &[
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::*:user/*",
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::11112222333?:*",
    "arn:aws:*:*:*:role/team/Billing",
    "arn:*:iam::*:user/${aws:username}",
    "arn:aws:iam:*:role/team/Billing",
];

/// One request with its layers, in the simulator's form.
struct Case {
    principal: &'static str,
    kind: PrincipalKind,
    action: String,
    resource: &'static str,
    context: Map<String, Value>,
    identity: Vec<Value>,
    boundary: Option<Vec<Value>>,
    session: Option<Value>,
    service_control: Vec<Vec<Value>>,
    resource_control: Vec<Vec<Value>>,
    /// The layers on which the simulator may disagree, with the rule.
    rules: BTreeSet<(&'static str, &'static str)>,
}

impl Case {
    fn generate(random: &mut Random) -> Case {
        let (action, resource) = *random.pick(QUESTIONS);
        let (principal, kind) = match random.below(40) {
            0 => ("arn:aws:iam::111122223333:root", PrincipalKind::RootUser),
            1 => (
                "arn:aws:sts::111122223333:federated-user/bob",
                PrincipalKind::FederatedUser,
            ),
            2 => (
                "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
                PrincipalKind::ServiceLinkedRole,
            ),
            _ => *random.pick(PRINCIPALS),
        };
        let mut case = Case {
            principal,
            kind,
            action: action.to_owned(),
            resource,
            context: context(random),
            identity: Vec::new(),
            boundary: None,
            session: None,
            service_control: Vec::new(),
            resource_control: Vec::new(),
            rules: BTreeSet::new(),
        };
        case.identity = case.policies(random, "identity", 3);
        if random.one_in(3) {
            let count = 1 + random.below(2);
            case.boundary = Some(
                (0..count)
                    .map(|_| case.document(random, "permissionsBoundary"))
                    .collect(),
            );
        }
        if kind != PrincipalKind::User && kind != PrincipalKind::RootUser && random.one_in(3) {
            case.session = Some(case.document(random, "session"));
        }
        if random.one_in(2) {
            let levels = 1 + random.below(3);
            case.service_control = (0..levels)
                .map(|_| case.policies(random, "serviceControl", 3))
                .collect();
        }
        if random.one_in(4) {
            let levels = 1 + random.below(2);
            case.resource_control = (0..levels)
                .map(|_| case.resource_control_level(random))
                .collect();
        }
        let mut rule = |layer, rule| case.rules.insert((layer, rule));
        if ["ce:", "freetier:", "iam:"]
            .iter()
            .any(|service| action.starts_with(service))
        {
            rule("resourceControl", NOT_REACHED);
        }
        match kind {
            PrincipalKind::ServiceLinkedRole => {
                rule("serviceControl", SERVICE_LINKED);
                rule("resourceControl", SERVICE_LINKED);
            }
            PrincipalKind::RootUser => {
                rule("identity", ROOT);
                rule("permissionsBoundary", ROOT);
            }
            PrincipalKind::User | PrincipalKind::AssumedRole | PrincipalKind::FederatedUser => {}
        }
        case
    }

    /// A federated user without session policy: the simulator does not look at a session that is not there.
    fn lacks_session_policy(&self) -> bool {
        matches!(self.kind, PrincipalKind::FederatedUser if self.session.is_none())
    }

    fn policies(&mut self, random: &mut Random, layer: &'static str, most: usize) -> Vec<Value> {
        let mut policies: Vec<Value> = (0..random.below(most + 1))
            .map(|_| self.document(random, layer))
            .collect();
        if !random.one_in(4) {
            policies.push(json!({
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
            }));
        }
        policies
    }

    fn document(&mut self, random: &mut Random, layer: &'static str) -> Value {
        let old = layer != "serviceControl" && random.one_in(15);
        let statements: Vec<Value> = (0..1 + random.below(3))
            .map(|_| self.statement(random, layer, old))
            .collect();
        let mut document = json!({"Version": "2012-10-17", "Statement": statements});
        if old {
            document["Version"] = "2008-10-17".into();
            if document.to_string().contains("${") {
                self.rules.insert((layer, OLD_VERSION));
            }
        }
        document
    }

    fn statement(&mut self, random: &mut Random, layer: &'static str, old: bool) -> Value {
        let effect = if random.one_in(3) { "Deny" } else { "Allow" };
        let mut statement = json!({"Effect": effect});
        let names = |random: &mut Random, choices: Vec<String>| -> Value {
            match random.below(3) {
                0 => json!([random.pick(&choices), random.pick(&choices)]),
                _ => json!(random.pick(&choices)),
            }
        };
        let actions = action_patterns(random, &self.action);
        let element = if random.one_in(6) {
            "NotAction"
        } else {
            "Action"
        };
        statement[element] = names(random, actions);
        let mut resources = resource_patterns(self.resource);
        if layer != "identity" && layer != "permissionsBoundary" {
            // Incomplete ARNs are documented for identity policies only.
            resources.retain(|pattern| pattern.matches(':').count() >= 5);
        }
        let element = if random.one_in(6) {
            "NotResource"
        } else {
            "Resource"
        };
        statement[element] = if random.one_in(2) {
            json!("*")
        } else {
            names(random, resources)
        };
        let text = statement[element].to_string();
        if text.split('"').any(has_wildcard_in_type) {
            self.rules.insert((layer, TYPE_WILDCARD));
        }
        if element == "NotResource" && self.resource == "*" {
            self.rules.insert((layer, STAR_RESOURCE));
        }
        if random.one_in(2) {
            let mut conditions = Map::new();
            for _ in 0..1 + random.below(2) {
                let (operator, key, values) = self.condition(random, layer, old);
                let keys = conditions.entry(operator).or_insert_with(|| json!({}));
                keys[key] = values;
            }
            statement["Condition"] = conditions.into();
        }
        statement
    }

    /// A level of resource control policies: they can only deny, and name their services.
    fn resource_control_level(&mut self, random: &mut Random) -> Vec<Value> {
        let mut document = self.document(random, "resourceControl");
        let service = self.action.split(':').next().unwrap_or_default();
        for statement in document["Statement"].as_array_mut().unwrap() {
            let statement = statement.as_object_mut().unwrap();
            statement.insert("Effect".to_owned(), json!("Deny"));
            statement.insert("Principal".to_owned(), json!("*"));
            statement.remove("NotAction");
            statement.insert("Action".to_owned(), json!([format!("{service}:*"), "s3:*"]));
        }
        document["Version"] = "2012-10-17".into();
        vec![document]
    }

    fn condition(
        &mut self,
        random: &mut Random,
        layer: &'static str,
        old: bool,
    ) -> (String, String, Value) {
        let if_exists = if random.one_in(4) { "IfExists" } else { "" };
        let (operator, key, choices): (String, &str, Vec<String>) = match random.below(9) {
            0 | 1 => {
                let operators = [
                    "StringEquals",
                    "StringNotEquals",
                    "StringEqualsIgnoreCase",
                    "StringNotEqualsIgnoreCase",
                    "StringLike",
                    "StringNotLike",
                ];
                let operator = random.pick(&operators).to_string();
                let (key, values) = *random.pick(TEXT_KEYS);
                let more = [
                    "*",
                    "f*e",
                    "?li*",
                    "a${*}b",
                    "${aws:username}",
                    "${aws:PrincipalTag/team, 'ops'}",
                    "us-*",
                ];
                (
                    operator,
                    key,
                    owned(values).into_iter().chain(owned(&more)).collect(),
                )
            }
            2 => {
                let sets = ["ForAllValues", "ForAnyValue"];
                let operators = [
                    "StringEquals",
                    "StringNotEquals",
                    "StringLike",
                    "StringNotLike",
                ];
                let operator = format!("{}:{}", random.pick(&sets), random.pick(&operators));
                let (key, values) = *random.pick(LIST_KEYS);
                (
                    operator,
                    key,
                    owned(values)
                        .into_iter()
                        .chain(owned(&["t*", "*.amazonaws.com"]))
                        .collect(),
                )
            }
            3 => {
                let operators = [
                    "NumericEquals",
                    "NumericNotEquals",
                    "NumericLessThan",
                    "NumericLessThanEquals",
                    "NumericGreaterThan",
                    "NumericGreaterThanEquals",
                ];
                (
                    random.pick(&operators).to_string(),
                    NUMBER_KEY.0,
                    owned(NUMBER_KEY.1),
                )
            }
            4 => {
                let operators = [
                    "DateEquals",
                    "DateNotEquals",
                    "DateLessThan",
                    "DateLessThanEquals",
                    "DateGreaterThan",
                    "DateGreaterThanEquals",
                ];
                (
                    random.pick(&operators).to_string(),
                    DATE_KEY.0,
                    owned(DATE_LIMITS),
                )
            }
            5 => (
                "Bool".to_owned(),
                *random.pick::<&'static str>(BOOL_KEYS),
                owned(&["true", "false"]),
            ),
            6 => {
                let operator = random.pick(&["IpAddress", "NotIpAddress"]).to_string();
                (operator, ADDRESS_KEY.0, owned(NETWORKS))
            }
            7 => {
                let operators = ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"];
                (
                    random.pick(&operators).to_string(),
                    ARN_KEY.0,
                    owned(ARN_LIMITS),
                )
            }
            _ => {
                let key =
                    *random.pick(&[TEXT_KEYS[0].0, NUMBER_KEY.0, BOOL_KEYS[0], LIST_KEYS[0].0]);
                if self.context.get(key) == Some(&json!([])) {
                    self.rules.insert((layer, EMPTY_LIST));
                }
                return (
                    "Null".to_owned(),
                    key.to_owned(),
                    json!(random.pick(&["true", "false"])),
                );
            }
        };
        let operator = format!("{operator}{if_exists}");
        let values: Vec<&String> = (0..1 + random.below(2))
            .map(|_| random.pick(&choices))
            .collect();
        self.note_rules(layer, &operator, key, &values, old);
        let written = if random.one_in(5) {
            key.to_uppercase()
        } else {
            key.to_owned()
        };
        let value = if values.len() == 1 {
            json!(values[0])
        } else {
            json!(values)
        };
        (operator, written, value)
    }

    /// Notes where the condition touches a rule on which the simulator disagrees.
    fn note_rules(
        &mut self,
        layer: &'static str,
        operator: &str,
        key: &str,
        values: &[&String],
        old: bool,
    ) {
        let any = |text: &str| values.iter().any(|value| value.contains(text));
        let absent = |key: &str| {
            self.context
                .get(key)
                .is_none_or(|value| *value == json!([]))
        };
        let missing_variable = any("${aws:username}") && absent("aws:username");
        let exact = operator.contains("Equals") && operator.contains("String");
        let rule =
            if operator.starts_with("ForAnyValue") && operator.ends_with("IfExists") && absent(key)
            {
                ANY_IF_EXISTS
            } else if operator.starts_with("ForAllValues")
                && self.context.get(key) == Some(&json!([""]))
            {
                ALL_EMPTY
            } else if operator.contains("Not") && missing_variable && !old {
                MISSING_VARIABLE
            } else if exact && any("${*}") && !old {
                ESCAPE_EQUALS
            } else if operator.contains("IpAddress") && any("0db8") {
                IPV6_SPELLING
            } else if operator.contains("IpAddress") && any("/0") {
                EVERY_ADDRESS
            } else if operator.starts_with("NotIpAddress") && self.other_family(values) {
                OTHER_FAMILY
            } else if operator.contains("Date") && any("1795392000") {
                EPOCH
            } else if operator.contains("Date") && values.iter().any(|value| *value == "2026") {
                YEAR
            } else {
                return;
            };
        self.rules.insert((layer, rule));
    }

    /// Whether the request comes from an IPv6 address and a range is of IPv4.
    fn other_family(&self, ranges: &[&String]) -> bool {
        let is_v6 = |text: &str| text.contains(':');
        let address = self.context.get(ADDRESS_KEY.0).and_then(Value::as_str);
        address.is_some_and(is_v6) && ranges.iter().any(|range| !is_v6(range))
    }

    fn simulation(&self) -> Value {
        let named = |documents: &[Value]| -> Vec<Value> {
            let policies = documents.iter().enumerate();
            policies
                .map(|(n, document)| json!({"name": format!("p{n}"), "policy": document}))
                .collect()
        };
        let levels = |levels: &[Vec<Value>]| -> Vec<Value> {
            let levels = levels.iter().enumerate();
            levels.map(|(n, level)| json!({"orgIdentifier": format!("ou-{n}"), "policies": named(level)})).collect()
        };
        let mut simulation = json!({
            "request": {
                "principal": self.principal,
                "action": self.action,
                "resource": {"resource": self.resource, "accountId": "111122223333"},
                "contextVariables": self.context,
            },
            "identityPolicies": named(&self.identity),
            "serviceControlPolicies": levels(&self.service_control),
            "resourceControlPolicies": levels(&self.resource_control),
        });
        if let Some(boundary) = &self.boundary {
            simulation["permissionBoundaryPolicies"] = named(boundary).into();
        }
        if let Some(session) = &self.session {
            simulation["sessionPolicy"] = session.clone();
        }
        simulation
    }

    fn verdict(&self) -> Verdict {
        let layer = |kind: LayerKind, documents: &[Value]| {
            let policies = documents.iter().map(|document| Policy {
                id: PolicyId::new("p"),
                document: Arc::new(
                    Document::parse(&document.to_string()).expect("generated documents are right"),
                ),
            });
            Layer {
                kind,
                policies: Ok(policies.collect()),
            }
        };
        let target = |n: usize| format!("ou-{n}");
        // AWS attaches this everywhere; the simulator takes it as given.
        let full = json!({
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
        });
        let mut layers = vec![layer(LayerKind::Identity, &self.identity)];
        layers.extend(
            self.boundary
                .iter()
                .map(|documents| layer(LayerKind::PermissionsBoundary, documents)),
        );
        layers.extend(
            self.session
                .iter()
                .map(|document| layer(LayerKind::Session, std::slice::from_ref(document))),
        );
        for (n, level) in self.service_control.iter().enumerate() {
            layers.push(layer(
                LayerKind::ServiceControl { target: target(n) },
                level,
            ));
        }
        for (n, level) in self.resource_control.iter().enumerate() {
            let level: Vec<Value> = level.iter().chain([&full]).cloned().collect();
            layers.push(layer(
                LayerKind::ResourceControl { target: target(n) },
                &level,
            ));
        }
        let mut context = Context::new(ContextValue::Absent);
        for (key, value) in &self.context {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let values = match value {
                Value::Array(items) => items.iter().map(text).collect(),
                one => vec![text(one)],
            };
            context.insert(key, ContextValue::Known(values));
        }
        let request = Request {
            principal: self.kind,
            action: &self.action,
            resource: Resource::Exact(self.resource),
            context: &context,
        };
        authorize(&layers, &request)
    }
}

fn context(random: &mut Random) -> Map<String, Value> {
    let mut context = Map::new();
    let bools: &[&str] = &["true", "false"];
    let singles = TEXT_KEYS
        .iter()
        .chain([&NUMBER_KEY, &DATE_KEY, &ADDRESS_KEY, &ARN_KEY])
        .copied()
        .chain(BOOL_KEYS.iter().map(|key| (*key, bools)));
    for (key, values) in singles {
        if !random.one_in(3) {
            context.insert(key.to_owned(), json!(random.pick(values)));
        }
    }
    for (key, values) in LIST_KEYS {
        let list = match random.below(6) {
            0 | 1 => continue,
            2 if random.one_in(4) => vec![""],
            2 => vec![],
            3 => vec![*random.pick(values)],
            _ => vec![values[0], values[1]],
        };
        context.insert((*key).to_owned(), json!(list));
    }
    context
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Whether an ARN has a wildcard before the first slash of its last field, and not at the end of it.
fn has_wildcard_in_type(arn: &str) -> bool {
    let last = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let position = last.find(['*', '?']).unwrap_or(usize::MAX);
    position < last.find('/').unwrap_or(last.len()) && position + 1 < last.len()
}

fn action_patterns(random: &mut Random, action: &str) -> Vec<String> {
    let (service, name) = action.split_once(':').expect("actions have a prefix");
    let cut = random.below(name.len());
    vec![
        "*".to_owned(),
        format!("{service}:*"),
        action.to_owned(),
        action.to_uppercase(),
        format!("{service}:{}*", &name[..cut]),
        format!("{service}:*{}", &name[cut..]),
        format!("{service}:{}?{}", &name[..cut], &name[cut + 1..]),
        format!("{service}:{}*{}", &name[..1], &name[cut..]),
        format!("{service}:List*"),
        "ec2:DescribeInstances".to_owned(),
        "billing:*".to_owned(),
    ]
}

fn resource_patterns(resource: &str) -> Vec<String> {
    let arn = if resource == "*" {
        "arn:aws:s3:::bills/alice/2026.csv"
    } else {
        resource
    };
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let (service, account, rest) = (fields[2], fields[4], fields[5]);
    vec![
        "*".to_owned(),
        arn.to_owned(),
        format!("arn:aws:{service}:*:{account}:*"),
        format!("arn:aws:{service}:{}:{account}:{}*", fields[3], &rest[..3]),
        format!(
            "arn:aws:{service}:{}:*:{}?{}",
            fields[3],
            &rest[..2],
            &rest[3..]
        ),
        format!("arn:*:{service}:*:*:*{}", &rest[4..]),
        format!("arn:aws:{service}"),
        format!("arn:aws:{service}:::other"),
        format!("{}*", &arn[..arn.len() - 4]),
        format!("arn:aws:{service}:*:*:*/${{aws:username}}*"),
        format!("arn:aws:{service}:*:*:*/${{aws:username, 'team-a'}}"),
        "arn:aws:ec2:*:*:instance/*".to_owned(),
    ]
}
