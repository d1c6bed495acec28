//! What must hold of redacted evidence: the same answer, and nobody's name.

use std::sync::OnceLock;

use billing_doctor::ExitStatus;
use billing_doctor::testing::aws;
use billing_doctor::testing::diagnose::diagnosis::{Diagnosis, Opens, State, diagnose};
use billing_doctor::testing::evidence::file::EvidenceFile;
use billing_doctor::testing::evidence::{
    AttachedPolicy, Evidence, Gap, IdentityPolicies, Observed, Policies, Probes, Via,
};
use billing_doctor::testing::redact::redact;
use fake_aws::{Faults, FaultyAws};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::tool::settings_for;

/// Names, ids and addresses of which nothing may be left, not even four letters in a row.
const NAMES: [&str; 6] = [
    "zaphod",
    "zaphod-beeblebrox",
    "Marvin_42xq",
    "Zaphod",
    "slartibartfast.fjord",
    "q.zaphod+vogon",
];
const ACCOUNT: &str = "483920175566";
const OTHER_ACCOUNT: &str = "483920999777";
const ORGANIZATION: &str = "o-zq7vogonxj";

/// The evidence of every demo account.
fn demos() -> &'static [(&'static str, Evidence)] {
    static DEMOS: OnceLock<Vec<(&'static str, Evidence)>> = OnceLock::new();
    DEMOS.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut evidence = Vec::new();
            for (name, _) in fake_aws::ACCOUNTS {
                let account = fake_aws::account(name).expect("a demo");
                let answering =
                    FaultyAws::new(account.clone(), Faults::none()).expect("it is whole");
                let collected = aws::collect(&settings_for(&account, &answering)).await;
                evidence.push((*name, collected.expect("collects")));
            }
            evidence
        })
    })
}

/// All that a diagnosis says, but for the words.
fn answers(diagnosis: &Diagnosis) -> Value {
    let findings = |findings: &[billing_doctor::testing::diagnose::cause::Cause]| {
        findings
            .iter()
            .map(|finding| {
                json!([
                    finding.code,
                    finding.closes,
                    finding.actions,
                    finding
                        .refusal
                        .as_ref()
                        .map(|refusal| refusal.statements.len()),
                    finding.confidence,
                    finding.remedy.actor,
                    finding
                        .remedy
                        .steps
                        .iter()
                        .map(|step| json!(step)["step"].clone())
                        .collect::<Vec<_>>()
                ])
            })
            .collect::<Vec<_>>()
    };
    let pages = diagnosis.pages.iter().map(|verdict| match &verdict.opens {
        Opens::Yes => json!([verdict.asked.page.id, "yes"]),
        Opens::No { closed_by } => json!([verdict.asked.page.id, "no", closed_by]),
        Opens::Depends(on) => json!([verdict.asked.page.id, "depends", on.is_by_choice()]),
    });
    json!({
        "state": diagnosis.state,
        "exit": format!("{:?}", ExitStatus::from(diagnosis.state)),
        "causes": findings(&diagnosis.causes),
        "warnings": findings(&diagnosis.warnings),
        "checks": diagnosis.checks.iter().map(|(check, outcome)| {
            let outcome = format!("{outcome:?}");
            json!([check.code, outcome.split([' ', '(']).next()])
        }).collect::<Vec<_>>(),
        "pages": pages.collect::<Vec<_>>(),
        "agreed": diagnosis.agreed,
        "contradictions": diagnosis.contradictions.len(),
    })
}

#[test]
fn no_demos_answer_changes_not_even_redacted_twice() {
    for (name, evidence) in demos() {
        let before = answers(&diagnose(
            evidence,
            &billing_doctor::testing::diagnose::question::Question::default(),
        ));
        let once = redact(evidence).expect(name);
        assert_eq!(
            before,
            answers(&diagnose(
                &once,
                &billing_doctor::testing::diagnose::question::Question::default()
            )),
            "{name}"
        );
        let twice = redact(&once).expect(name);
        assert_eq!(
            before,
            answers(&diagnose(
                &twice,
                &billing_doctor::testing::diagnose::question::Question::default()
            )),
            "{name}, twice"
        );
        assert_eq!(once.calls, evidence.calls);
    }
}

/// Every sentence of the tool's in the evidence: without names, and so to be left alone.
#[test]
fn the_tools_own_words_stay() {
    fn sentences<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a str>) {
        match value {
            Value::String(text)
                if matches!(key, "fact" | "because" | "source" | "regionSource") =>
            {
                found.push(text);
            }
            Value::Array(items) => items.iter().for_each(|item| sentences(item, key, found)),
            Value::Object(fields) => {
                fields
                    .iter()
                    .for_each(|(name, field)| sentences(field, name, found));
            }
            _ => {}
        }
    }
    for (name, evidence) in demos() {
        let [before, after] = [evidence, &redact(evidence).expect(name)]
            .map(|evidence| serde_json::to_value(evidence).expect("JSON"));
        let (mut expected, mut found) = (Vec::new(), Vec::new());
        sentences(&before, "", &mut expected);
        sentences(&after, "", &mut found);
        assert!(expected.len() > 3);
        assert_eq!(expected, found, "{name}");
    }
}

/// Evidence of a person who has not signed in, with credentials from such a provider.
fn not_signed_in(source: &str, provider: Value) -> Evidence {
    let (_, evidence) = demos().first().expect("a demo");
    let mut evidence = serde_json::to_value(evidence).expect("JSON");
    evidence["caller"] = json!({
        "observed": "unknown", "fact": "who the caller is",
        "cause": {"cause": "callFailed", "call": source, "failure": "noCredentials", "detail": "the SSO session of zaphod ended"},
    });
    evidence["credentials"]["source"] = json!(source);
    evidence["credentials"]["provider"] = provider;
    evidence["credentials"]["profile"] = json!("zaphod");
    serde_json::from_value(evidence).expect("evidence")
}

#[test]
fn whoever_must_sign_in_reads_the_same_steps_under_pseudonyms() {
    for (sort, words, command) in [
        (
            "identityCenter",
            "IAM Identity Center",
            "SignIn { how: IdentityCenter",
        ),
        ("login", "aws login", "SignIn { how: Console"),
        (
            "credentialProcess",
            "a credential process",
            "RunCredentialProcess",
        ),
    ] {
        let source = format!("profile zaphod ({words})");
        let evidence = not_signed_in(&source, json!({"kind": "profile", "sort": sort}));
        let redacted = redact(&evidence).expect("redacts");
        assert_eq!(
            redacted.credentials.source,
            format!("profile profile-1 ({words})")
        );
        let steps = [&evidence, &redacted].map(|evidence| {
            let question = billing_doctor::testing::diagnose::question::Question::default();
            let diagnosis = diagnose(evidence, &question);
            let found = diagnosis.causes.iter().chain(&diagnosis.hindrances);
            found
                .filter(|finding| {
                    finding.code == billing_doctor::testing::catalog::Code::NoCredentials
                })
                .flat_map(|finding| finding.remedy.steps.clone())
                .map(|step| format!("{step:?}").replace("zaphod", "profile-1"))
                .collect::<Vec<_>>()
        });
        assert!(
            steps[0].iter().any(|step| step.contains(command)),
            "{steps:?}"
        );
        assert_eq!(steps[0], steps[1]);
        let text = EvidenceFile::new(redacted, true).to_json();
        assert!(traces(&text).is_empty(), "{text}");
    }
}

#[test]
fn a_reason_that_the_tool_gave_stays() {
    let (_, evidence) = demos().first().expect("a demo");
    let mut evidence = serde_json::to_value(evidence).expect("JSON");
    evidence["caller"] = json!({
        "observed": "unknown", "fact": "who the caller is",
        "cause": {"cause": "callFailed", "call": "sts:GetCallerIdentity", "failure": "notUnderstood",
                  "detail": "the answer holds no document"},
    });
    let evidence: Evidence = serde_json::from_value(evidence).expect("evidence");
    assert_eq!(redact(&evidence).expect("redacts").caller, evidence.caller);
}

/// What looks like a date, an action or a name of AWS's and is none.
#[test]
fn ids_as_people_write_them_go() {
    let (_, evidence) = demos().first().expect("a demo");
    let ids = [
        "9999-8888-7777",
        "4111-1111-1111-1111",
        "3704-0044-0532-0130",
        "7123-45-6789",
        "0049-30-901820",
        "98101-4321",
        "2024-778899",
        "owner:ZqJaneDoe",
    ];
    let mut evidence = serde_json::to_value(evidence).expect("JSON");
    evidence["switchHistory"] = json!({
        "observed": "known", "value": ids.map(|id| json!({"time": "2026-11-01T00:00:00Z", "by": id})),
    });
    evidence["simulation"] = json!({
        "observed": "unknown", "fact": "AWS's own verdict on each action",
        "cause": {"cause": "unreadable", "reason": ids.join(" and ")},
    });
    let evidence: Evidence = serde_json::from_value(evidence).expect("evidence");
    let text = EvidenceFile::new(redact(&evidence).expect("redacts"), true).to_json();
    for id in ids {
        assert!(!text.contains(id), "{id} in {text}");
    }
}

#[test]
fn the_same_name_has_the_same_pseudonym_wherever_it_stands() {
    let (_, evidence) = demos()
        .iter()
        .find(|(name, _)| *name == "several-blockers")
        .expect("a demo");
    let redacted = redact(evidence).expect("redacts");
    let principal = redacted.principal.known().expect("known");
    let caller = redacted.caller.known().expect("known");
    assert_eq!(principal.name, "user-1");
    assert_eq!(
        principal.arn,
        format!("arn:aws:iam::{}:user/user-1", caller.account)
    );
    assert_eq!(caller.account.len(), 12);
    let refusal = redacted.probes.credits.refusal().expect("refused");
    assert_eq!(
        refusal.message,
        format!(
            "User: {} is not authorized to perform: billing:GetCredits on resource: * with an explicit deny in a service \
             control policy.",
            principal.arn
        )
        .trim_end_matches('.')
    );
    let organization = redacted.organization.known().expect("known");
    assert!(organization.id.starts_with("o-") && organization.id.len() == "o-exampleorgid".len());
    assert_ne!(organization.management_account, caller.account);
}

#[test]
fn what_is_aws_own_stays() {
    for (name, policy) in [
        ("healthy", "arn:aws:iam::aws:policy/AdministratorAccess"),
        ("scp-region-lock-readable", "FullAWSAccess"),
        ("scp-region-lock-readable", "eu-central-1"),
        ("scp-region-lock-readable", "aws:RequestedRegion"),
        (
            "identity-center",
            "AWSReservedSSO_permission-set-1_0000000000000001",
        ),
        ("identity-center", "AwsSSOInlinePolicy"),
        ("mfa-required", "aws:MultiFactorAuthPresent"),
    ] {
        let (_, evidence) = demos()
            .iter()
            .find(|(demo, _)| *demo == name)
            .expect("a demo");
        let text = EvidenceFile::new(redact(evidence).expect(name), true).to_json();
        assert!(text.contains(policy), "{name}: {policy}\n{text}");
    }
}

/// A name, or a pattern that may match one.
fn name_pattern() -> impl Strategy<Value = String> {
    let name = || select(&NAMES[..]).prop_map(str::to_owned);
    prop_oneof![
        4 => name(),
        3 => (name(), 1usize..12).prop_map(|(name, end)| format!("{}*", name.get(..end.min(name.len())).unwrap_or(""))),
        2 => (name(), 1usize..12).prop_map(|(name, start)| format!("*{}", name.get(start.min(name.len())..).unwrap_or(""))),
        1 => name().prop_map(|name| format!("?{}", &name[1..])),
        1 => name().prop_map(|name| format!("*{}*", &name[2..4])),
        1 => name().prop_map(|name| name.to_uppercase()),
        1 => select(vec!["*", "?*", "${aws:username}", "", "*-*", "a*", "true", "5", "${aws:PrincipalTag/team, 'zaphod'}"])
            .prop_map(str::to_owned),
    ]
}

fn account_pattern() -> impl Strategy<Value = String> {
    select(vec![
        ACCOUNT,
        OTHER_ACCOUNT,
        "*",
        "4839*",
        "",
        "48392017556?",
    ])
    .prop_map(str::to_owned)
}

/// A value of a condition, as likely as not one that matters.
fn compared() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => name_pattern(),
        4 => (account_pattern(), select(vec!["user/", "role/", "user/vogonpath/", "*", "u*/", "assumed-role/"]), name_pattern())
            .prop_map(|(account, kind, name)| format!("arn:aws:iam::{account}:{kind}{name}")),
        2 => account_pattern(),
        1 => select(vec![ORGANIZATION, "o-*", "o-zq7vo*", "o-anothervogon"]).prop_map(str::to_owned),
        1 => select(vec!["AIDAZAPHODVOGON42XQ77", "AIDA*", "AIDAZAPH*", "AROA*:*", "*:zaphod"]).prop_map(str::to_owned),
        1 => select(vec!["us-east-1", "us-*", "eu-*", "203.0.113.0/24", "203.0.113.77", "0.0.0.0/0", "2026-01-01T00:00:00Z"])
            .prop_map(str::to_owned),
    ]
}

fn condition() -> impl Strategy<Value = (String, String, Value)> {
    let operators = select(vec![
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "ArnLike",
        "ArnNotLike",
        "ArnEquals",
        "IpAddress",
        "NotIpAddress",
        "Bool",
        "NumericLessThan",
        "DateGreaterThan",
        "ForAnyValue:StringLike",
        "ForAllValues:StringNotEquals",
        "Null",
    ]);
    let keys = select(vec![
        "aws:username",
        "aws:PrincipalArn",
        "aws:PrincipalTag/team",
        "AWS:principaltag/TEAM",
        "aws:PrincipalAccount",
        "aws:PrincipalOrgID",
        "aws:userid",
        "aws:SourceIp",
        "aws:SourceVpc",
        "aws:RequestedRegion",
        "aws:CurrentTime",
        "aws:PrincipalType",
        "aws:MultiFactorAuthPresent",
        "idp.vogonhost.example:sub",
        "aws:PrincipalTag/vogonkey",
    ]);
    let values = prop_oneof![
        compared().prop_map(Value::from),
        prop::collection::vec(compared(), 0..3).prop_map(|values| json!(values)),
        prop::bool::ANY.prop_map(Value::from),
        Just(json!(483_920_175_566_u64)),
    ];
    (operators, prop::bool::ANY, keys, values).prop_map(|(operator, if_exists, key, values)| {
        let suffix = if if_exists && operator != "Null" {
            "IfExists"
        } else {
            ""
        };
        (format!("{operator}{suffix}"), key.to_owned(), values)
    })
}

fn statement() -> impl Strategy<Value = Value> {
    let actions = select(vec![
        "*",
        "ce:*",
        "billing:Get*",
        "budgets:ViewBudget",
        "aws-portal:*",
        "vogonaction",
        "iam:*",
    ]);
    let resources = prop_oneof![
        4 => Just("*".to_owned()),
        1 => name_pattern(),
        1 => name_pattern().prop_map(|name| format!("arn:aws:s3:::{name}/${{aws:username}}/*")),
    ];
    (
        select(vec!["Allow", "Allow", "Deny"]),
        select(vec!["Action", "Action", "NotAction"]),
        actions,
        select(vec!["Resource", "Resource", "Resource", "NotResource"]),
        resources,
        prop::collection::vec(condition(), 0..3),
    )
        .prop_map(|(effect, action, actions, resource, resources, conditions)| {
            let mut statement = json!({"Sid": "vogonSid", "Effect": effect, action: actions, resource: resources});
            for (operator, key, values) in conditions {
                statement["Condition"][operator][key] = values;
            }
            statement
        })
}

/// A policy's text: as people write it, percent-encoded, and what is none.
fn document() -> impl Strategy<Value = String> {
    let version = select(vec![
        Some("2012-10-17"),
        Some("2012-10-17"),
        Some("2008-10-17"),
        None,
    ]);
    let sound =
        (version, prop::collection::vec(statement(), 0..3)).prop_map(|(version, statements)| {
            let mut document = json!({"Id": "vogonId", "Statement": statements});
            if let Some(version) = version {
                document["Version"] = version.into();
            }
            document.to_string()
        });
    let encoded = sound.prop_map(|text| (text, false)).prop_flat_map(|(text, _)| {
        prop_oneof![
            6 => Just(text.clone()),
            1 => Just(percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string()),
        ]
    });
    prop_oneof![
        12 => encoded,
        1 => select(vec![
            "vogon poetry", "{\"Statement\": \"zaphod\"}", "[\"zaphod\"]", "",
            r#"{"Statement": {"Effect": "zaphod", "Action": "*", "Resource": "*"}}"#,
            r#"{"Statement": {"Effect": "Allow", "Action": {"zaphod": 1}, "Resource": "*"}}"#,
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"zaphod": {"aws:username": 1}}}}"#,
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Action": "s3:*", "Resource": "*", "Vogon": ["zaphod"]}}"#,
            r#"{"Version": "zaphod", "Statement": []}"#,
        ]).prop_map(str::to_owned),
    ]
}

fn refusal() -> impl Strategy<Value = Value> {
    let caller = format!("arn:aws:iam::{ACCOUNT}:user/vogonpath/zaphod");
    let texts = vec![
        "IAM user access not activated".to_owned(),
        "User not enabled for cost explorer access".to_owned(),
        format!(
            "User: {caller} is not authorized to perform: ce:GetCostAndUsage with an explicit deny in a service control policy: arn:aws:organizations::{OTHER_ACCOUNT}:policy/{ORGANIZATION}/service_control_policy/p-vogon12345"
        ),
        format!(
            "User: {caller} is not authorized to perform: ce:GetCostAndUsage because no identity-based policy allows the ce:GetCostAndUsage action"
        ),
        format!(
            "User: {caller} is not authorized to perform: ce:GetCostAndUsage because no session policy allows the ce:GetCostAndUsage action"
        ),
        format!("zaphod of {ACCOUNT} (marvin@vogonmail.example, 203.0.113.77) may not"),
    ];
    (select(texts), select(vec!["AccessDeniedException", "AccessDenied", "ValidationException"])).prop_map(
        |(message, code)| {
            let refusal = aws_refusal::read(Some(code), Some(&message));
            json!({
                "observed": "unknown", "fact": "whether zaphod may",
                "cause": {"cause": "refused", "call": "ce:GetCostAndUsage", "action": "ce:GetCostAndUsage", "refusal": refusal},
            })
        },
    )
}

/// Evidence in which everything has one of the names.
fn evidence() -> impl Strategy<Value = Evidence> {
    let layers = (
        prop::collection::vec((select(&NAMES[..]), document()), 0..3),
        prop::option::of(document()),
        prop::collection::vec(prop::collection::vec(document(), 0..2), 0..3),
    );
    let who = (
        select(&NAMES[..]),
        prop::bool::ANY,
        select(vec!["", "vogonpath/"]),
    );
    let tag = name_pattern();
    let probes = prop::collection::vec(prop::option::of(refusal()), 5);
    (layers, who, tag, probes, prop::option::of(document()), 0..demos().len()).prop_map(
        |((identity, boundary, levels), (name, is_user, path), tag, probes, session, base)| {
            let mut evidence = serde_json::to_value(&demos()[base].1).expect("JSON");
            let (kind, arn) = if is_user {
                ("user", format!("arn:aws:iam::{ACCOUNT}:user/{path}{name}"))
            } else {
                ("role", format!("arn:aws:iam::{ACCOUNT}:role/{path}{name}"))
            };
            let attached = |name: &str, arn: Value, via: Value, text: &str| {
                json!({"name": name, "arn": arn, "via": via, "document": {"observed": "known", "value": text}})
            };
            let known = |value: Value| json!({"observed": "known", "value": value});
            evidence["caller"] = known(json!({"account": ACCOUNT, "arn": arn, "userId": "AIDAZAPHODVOGON42XQ77"}));
            evidence["principal"] = known(json!({
                "arn": arn, "kind": kind, "name": name, "isCaller": true, "permissionSet": null,
                "tags": known(json!({"team": tag, "vogonkey": "marvin@vogonmail.example"})),
            }));
            evidence["account"]["alias"] = known(json!("vogonalias"));
            evidence["account"]["information"] = known(json!({"name": "Vogon Constructors", "created": null}));
            evidence["organization"] = known(json!({
                "id": ORGANIZATION, "managementAccount": OTHER_ACCOUNT, "isManagementAccount": false, "allFeatures": true,
            }));
            evidence["simulation"] = json!({
                "observed": "unknown", "fact": "AWS's own verdict on each action",
                "cause": {"cause": "unreadable", "reason": "zaphod said so at 203.0.113.77"},
            });
            evidence["switchHistory"] = known(json!([{"time": "2026-11-01T00:00:00Z", "by": "marvin@vogonmail.example"}]));
            let via = json!({"kind": "group", "name": "vogons"});
            let policies = &mut evidence["policies"];
            policies["identity"] = json!({"gaps": [], "read": identity.iter().map(|(name, text)| {
                let arn = json!(format!("arn:aws:iam::{ACCOUNT}:policy/vogonpath/{name}"));
                attached(name, arn, via.clone(), text)
            }).collect::<Vec<_>>()});
            policies["permissionsBoundary"] = match &boundary {
                Some(text) => known(attached("vogonboundary", Value::Null, json!({"kind": "permissionsBoundary"}), text)),
                None => json!({"observed": "notApplicable", "because": "zaphod has none"}),
            };
            policies["session"] = match &session {
                Some(text) => known(json!([attached("vogonsession", Value::Null, json!({"kind": "role", "name": name}), text)])),
                None => json!({"observed": "notApplicable", "because": "none"}),
            };
            let targets = ["r-zq7x", "ou-zq7x-vogonunit", ACCOUNT];
            policies["serviceControl"] = known(json!(levels.iter().zip(targets).map(|(texts, target)| {
                let via = json!({"kind": "organization", "name": target});
                let list: Vec<Value> = texts.iter().map(|text| attached("vogonscp", Value::Null, via.clone(), text)).collect();
                json!({"target": target, "policies": known(json!(list))})
            }).collect::<Vec<_>>()));
            let names = ["costAndUsage", "credits", "budgets", "freeTierUsage", "billingViews"];
            for (name, refusal) in names.into_iter().zip(probes) {
                if let Some(refusal) = refusal {
                    evidence["probes"][name] = refusal;
                }
            }
            serde_json::from_value(evidence).expect("evidence")
        },
    )
}

/// What of the names is left in a text: four letters of a word in a row, or six digits.
fn traces(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let words = [
        "zaphod",
        "beeblebrox",
        "marvin",
        "slartibartfast",
        "fjord",
        "vogon",
    ];
    let numbers = [ACCOUNT, OTHER_ACCOUNT, "203.0.113"];
    let mut traces = Vec::new();
    for (originals, length) in [(&words[..], 4), (&numbers[..], 6)] {
        for original in originals {
            for start in 0..=original.len() - length {
                let part = &original[start..start + length];
                if text.contains(part) {
                    traces.push(part.to_owned());
                }
            }
        }
    }
    traces
}

/// Evidence in which one comparison of a name decides about everything.
fn pointed() -> impl Strategy<Value = (Evidence, Value)> {
    let operators = select(vec![
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringLike",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "ArnLike",
        "ArnNotLike",
        "ForAnyValue:StringLike",
        "ForAllValues:StringLike",
    ]);
    let of_key = |key: &'static str, value: BoxedStrategy<String>| {
        prop::collection::vec(value, 1..3).prop_map(move |values| (key, json!(values)))
    };
    let arn = (
        account_pattern(),
        select(vec!["user/", "role/", "user/vogonpath/", "*", "u*/"]),
        name_pattern(),
    )
        .prop_map(|(account, kind, name)| format!("arn:aws:iam::{account}:{kind}{name}"));
    let ids = select(vec![
        "AIDAZAPHODVOGON42XQ77",
        "AIDA*",
        "AIDAZAPH*",
        "AROA*:*",
        "*:zaphod",
        "A*",
    ]);
    let compared = prop_oneof![
        3 => of_key("aws:username", name_pattern().boxed()),
        4 => of_key("aws:PrincipalArn", arn.boxed()),
        2 => of_key("aws:PrincipalTag/team", name_pattern().boxed()),
        1 => of_key("aws:PrincipalAccount", account_pattern().boxed()),
        1 => of_key("aws:PrincipalOrgID", select(vec![ORGANIZATION, "o-*", "o-zq7vo*", "o-anothervogon"]).prop_map(str::to_owned).boxed()),
        1 => of_key("aws:userid", ids.prop_map(str::to_owned).boxed()),
    ];
    (evidence(), operators, compared, prop::bool::ANY).prop_map(|(mut evidence, operator, (key, values), denies)| {
        let condition = json!({operator: {key: values}});
        let everything = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
        let compares = json!({
            "Effect": if denies { "Deny" } else { "Allow" }, "Action": "*", "Resource": "*", "Condition": condition,
        });
        let statements = if denies { vec![everything, compares] } else { vec![compares] };
        let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let not_asked = || Observed::Unknown(Gap::not_asked("whether it answers", "no time"));
        let nothing = || "none".to_owned();
        evidence.policies = Policies {
            identity: IdentityPolicies {
                read: vec![AttachedPolicy {
                    name: "vogonpolicy".to_owned(),
                    arn: None,
                    via: Via::Group("vogons".to_owned()),
                    document: Observed::Known { value: document },
                }],
                gaps: Vec::new(),
            },
            permissions_boundary: Observed::NotApplicable { because: nothing() },
            service_control: Observed::NotApplicable { because: nothing() },
            session: Observed::NotApplicable { because: nothing() },
        };
        evidence.probes = Probes {
            cost_and_usage: not_asked(),
            credits: not_asked(),
            budgets: not_asked(),
            free_tier_usage: not_asked(),
            billing_views: not_asked(),
        };
        (evidence, condition)
    })
}

/// The examples of above are worth something only where some of them match and some do not.
#[test]
fn generated_comparisons_come_out_either_way() {
    let mut runner = TestRunner::deterministic();
    let states: Vec<State> = (0..200)
        .map(|_| {
            let (evidence, _) = pointed().new_tree(&mut runner).expect("a value").current();
            diagnose(
                &evidence,
                &billing_doctor::testing::diagnose::question::Question::default(),
            )
            .state
        })
        .collect();
    let blocked = states
        .iter()
        .filter(|state| **state == State::Blocked)
        .count();
    assert!((50..150).contains(&blocked), "{blocked} of 200 are blocked");
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn redacting_changes_no_answer_and_leaves_no_name(evidence in evidence()) {
        let before = answers(&diagnose(&evidence, &billing_doctor::testing::diagnose::question::Question::default()));
        let once = redact(&evidence).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&before, &answers(&diagnose(&once, &billing_doctor::testing::diagnose::question::Question::default())));
        let text = EvidenceFile::new(once.clone(), true).to_json();
        prop_assert!(traces(&text).is_empty(), "{:?} in {}", traces(&text), text);
        let twice = redact(&once).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&before, &answers(&diagnose(&twice, &billing_doctor::testing::diagnose::question::Question::default())));
    }

    #[test]
    fn a_name_goes_on_to_match_what_it_matched((evidence, condition) in pointed()) {
        let before = answers(&diagnose(&evidence, &billing_doctor::testing::diagnose::question::Question::default()));
        let once = redact(&evidence).map_err(|error| TestCaseError::fail(format!("{error}: {condition}")))?;
        prop_assert_eq!(&before, &answers(&diagnose(&once, &billing_doctor::testing::diagnose::question::Question::default())), "{}", &condition);
        let text = EvidenceFile::new(once.clone(), true).to_json();
        prop_assert!(traces(&text).is_empty(), "{:?} of {} in {}", traces(&text), condition, text);
        let twice = redact(&once).map_err(|error| TestCaseError::fail(format!("twice, {error}: {condition}")))?;
        prop_assert_eq!(&before, &answers(&diagnose(&twice, &billing_doctor::testing::diagnose::question::Question::default())), "twice: {}", &condition);
    }
}
