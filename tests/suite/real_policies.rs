//! Policies as people write them: for ARNs, under conditions, beside what was not given. Each case is a kind of wrong
//! diagnosis that was found once.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::tool::{assert_valid, billing_doctor, codes, opens, status};

const ACCOUNT: &str = "111122223333";

/// A dump of user alice and role Admin, both with these policies, and SCPs at the root.
struct Given {
    statements: Vec<Value>,
    boundary: Option<Value>,
    scps: Vec<Value>,
    tags: Value,
    partition: &'static str,
}

impl Given {
    fn new(statements: Vec<Value>) -> Self {
        Self {
            statements,
            boundary: None,
            scps: vec![document(vec![allow("*")])],
            tags: json!([]),
            partition: "aws",
        }
    }

    fn admin() -> Self {
        Self::new(vec![allow("*")])
    }

    fn under(mut self, scps: Vec<Value>) -> Self {
        self.scps = scps;
        self
    }

    fn dump(&self) -> Value {
        let arn = |what: &str| format!("arn:{}:iam::{ACCOUNT}:{what}", self.partition);
        let mut user = json!({
            "UserName": "alice", "UserId": "AIDAEXAMPLE", "Arn": arn("user/alice"), "Path": "/", "Tags": self.tags,
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document(self.statements.clone())}],
        });
        let mut policies = json!([]);
        if let Some(boundary) = &self.boundary {
            user["PermissionsBoundary"] = json!({"PermissionsBoundaryArn": arn("policy/limits")});
            policies = json!([{
                "PolicyName": "limits", "Arn": arn("policy/limits"), "DefaultVersionId": "v1",
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": boundary}],
            }]);
        }
        json!({
            "UserDetailList": [user],
            "GroupDetailList": [],
            "RoleDetailList": [{
                "RoleName": "Admin", "RoleId": "AROAEXAMPLE", "Arn": arn("role/Admin"), "Path": "/",
                "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": document(self.statements.clone())}],
            }],
            "Policies": policies,
        })
    }

    fn run(&self, arguments: &[&str]) -> Value {
        let folder = tempfile::tempdir().expect("a directory");
        let dump = folder.path().join("dump.json");
        fs::write(&dump, self.dump().to_string()).expect("written");
        let mut all = vec![
            arguments[0],
            "--dump",
            dump.to_str().expect("UTF-8"),
            "-o",
            "json",
        ];
        all.extend(&arguments[1..]);
        let mut scps = Vec::new();
        for (number, scp) in self.scps.iter().enumerate() {
            let file = folder.path().join(format!("{number}.json"));
            fs::write(&file, scp.to_string()).expect("written");
            scps.push(format!("root={}", file.display()));
        }
        for scp in &scps {
            all.extend(["--scp", scp]);
        }
        billing_doctor(all).json()
    }

    fn check(&self, principal: &str) -> Value {
        let arn = format!("arn:{}:iam::{ACCOUNT}:{principal}", self.partition);
        let report = self.run(&["check", "--principal", &arn]);
        assert_valid(&report);
        report
    }

    /// What alice can by `audit`, by power.
    fn audit(&self) -> Value {
        let audit = self.run(&["audit"]);
        let principals = audit["principals"].as_array().expect("principals");
        let alice = principals.iter().find(|one| one["name"] == "alice");
        alice.expect("alice").clone()
    }
}

fn document(statements: Vec<Value>) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn statement(effect: &str, actions: Value, resource: Value, condition: Value) -> Value {
    let mut statement = json!({"Effect": effect, "Action": actions, "Resource": resource});
    if !condition.is_null() {
        statement["Condition"] = condition;
    }
    statement
}

fn allow(actions: impl Into<Value>) -> Value {
    statement("Allow", actions.into(), json!("*"), Value::Null)
}

fn allow_if(condition: Value) -> Value {
    statement("Allow", json!("*"), json!("*"), condition)
}

fn deny_if(condition: Value) -> Value {
    statement("Deny", json!("*"), json!("*"), condition)
}

/// The summary of the only cause.
fn summary(report: &Value) -> &str {
    let causes = report["causes"].as_array().expect("causes");
    assert_eq!(causes.len(), 1, "{causes:?}");
    causes[0]["summary"].as_str().expect("a summary")
}

/// Every action that a printed change grants or that a step speaks of.
fn granted(report: &Value) -> BTreeSet<String> {
    let changes = report["changes"].as_array().expect("changes");
    changes
        .iter()
        .filter(|change| change["action"] == "attach")
        .flat_map(|change| change["document"]["Statement"].as_array().cloned())
        .flatten()
        .flat_map(|statement| statement["Action"].as_array().cloned())
        .flatten()
        .filter_map(|action| action.as_str().map(str::to_owned))
        .collect()
}

#[test]
fn a_condition_that_does_not_hold_is_named_and_is_no_matter_of_retired_actions() {
    let office = json!({"StringEquals": {"aws:PrincipalOrgID": "o-other"}});
    let cases = [
        (
            json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
            "aws:RequestedRegion",
        ),
        (
            json!({"ForAnyValue:StringLike": {"aws:RequestedRegion": ["eu-*", "ap-*"]}}),
            "aws:RequestedRegion",
        ),
        (
            json!({"StringEquals": {"aws:PrincipalTag/team": "finance"}}),
            "aws:PrincipalTag/team",
        ),
        (
            json!({"DateLessThan": {"aws:CurrentTime": "2020-06-30T23:59:59Z"}}),
            "aws:CurrentTime",
        ),
        (
            json!({"NumericLessThan": {"aws:EpochTime": "1500000000"}}),
            "aws:EpochTime",
        ),
        (
            json!({"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}),
            "aws:MultiFactorAuthAge",
        ),
        (
            json!({"StringEquals": {"aws:PrincipalAccount": "999988887777"}}),
            "aws:PrincipalAccount",
        ),
        (
            json!({"Bool": {"aws:ViaAWSService": "true"}}),
            "aws:ViaAWSService",
        ),
        (
            json!({"StringEquals": {"aws:username": "bob"}}),
            "aws:username",
        ),
    ];
    for (condition, key) in cases {
        let report = Given::new(vec![allow_if(condition.clone())]).check("user/alice");
        assert_eq!(
            codes(&report),
            ["identity-policy-omits-billing"],
            "{condition}"
        );
        assert!(
            summary(&report).contains(key),
            "{condition}: {}",
            summary(&report)
        );
        // AWS's own policy still has retired actions; no sentence speaks of them.
        let causes = report["causes"].to_string();
        assert!(!causes.contains("aws-portal"), "{condition}");
        let text = format!("{causes}{}", report["changes"]);
        for word in ["CloseAccount", "MakePayment", "UpdateIAMAccessPreference"] {
            assert!(!text.contains(word), "{condition}: {word}");
        }
    }
    // Nobody can tell of an organization that was not looked at.
    let report = Given::new(vec![allow_if(office)]).check("user/alice");
    assert_eq!(
        (codes(&report), opens(&report, "bills")),
        (vec![], "depends")
    );
}

#[test]
fn a_failed_condition_gets_the_remedy_that_fits_it() {
    let actors = |condition: Value| {
        let report = Given::new(vec![allow_if(condition)]).check("user/alice");
        let cause = &report["causes"][0];
        let steps = cause["steps"].to_string();
        (
            cause["actor"].as_str().map(str::to_owned),
            steps,
            granted(&report),
        )
    };
    // MFA is brought along, and nothing is granted around it.
    let (actor, steps, grants) =
        actors(json!({"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}));
    assert_eq!((actor.as_deref(), grants.len()), (Some("you"), 0));
    assert!(steps.contains("MFA"), "{steps}");
    let (actor, steps, grants) =
        actors(json!({"StringEquals": {"aws:PrincipalTag/team": "finance"}}));
    assert_eq!(actor.as_deref(), Some("accountAdministrator"));
    assert!(
        steps.contains("tag team") && steps.contains("finance"),
        "{steps}"
    );
    assert!(grants.contains("billing:Get*") || !grants.is_empty());
    let (_, steps, _) =
        actors(json!({"DateLessThan": {"aws:CurrentTime": "2020-06-30T23:59:59Z"}}));
    assert!(steps.contains("date"), "{steps}");
}

#[test]
fn only_policies_that_name_retired_actions_and_no_current_one_are_legacy() {
    let code = |statements: Vec<Value>| {
        let report = Given::new(statements).check("user/alice");
        codes(&report).first().map(|code| (*code).to_owned())
    };
    let legacy = Some("only-legacy-actions".to_owned());
    let omits = Some("identity-policy-omits-billing".to_owned());
    assert_eq!(code(vec![allow("aws-portal:*")]), legacy);
    assert_eq!(
        code(vec![allow(json!(["AWS-Portal:ViewBilling", "s3:*"]))]),
        legacy
    );
    assert_eq!(
        code(vec![allow("purchase-orders:ViewPurchaseOrders")]),
        legacy
    );
    assert_eq!(code(vec![allow("s3:*")]), omits);
    // Beside today's actions the old ones do no harm, and a Deny of the old ones allows nothing.
    assert_eq!(
        code(vec![allow(json!(["aws-portal:*", "tax:Get*"]))]),
        omits
    );
    let deny = statement("Deny", json!("aws-portal:*"), json!("*"), Value::Null);
    assert_eq!(code(vec![allow("s3:*"), deny]), omits);
    // `NotAction` names nothing.
    let not = json!({"Effect": "Allow", "NotAction": ["billing:*", "ce:*"], "Resource": "arn:aws:s3:::x"});
    assert_eq!(code(vec![not]), omits);
}

#[test]
fn grants_and_denies_on_arns_count() {
    let on = |effect: &str, actions: Value, resource: &str| {
        statement(
            effect,
            actions,
            json!(resource.replace("ACCOUNT", ACCOUNT)),
            Value::Null,
        )
    };
    let can = |statements: Vec<Value>, power: &str| {
        let answers = Given::new(statements).audit()["answers"].clone();
        answers[power]["can"]
            .as_str()
            .expect("an answer")
            .to_owned()
    };
    let budget = "arn:aws:budgets::ACCOUNT:budget/*";
    assert_eq!(
        can(
            vec![on("Allow", json!("budgets:ModifyBudget"), budget)],
            "manage-budgets"
        ),
        "yes"
    );
    assert_eq!(
        can(
            vec![on(
                "Allow",
                json!("budgets:*"),
                "arn:aws:budgets::999988887777:budget/*"
            )],
            "manage-budgets"
        ),
        "no"
    );
    assert_eq!(
        can(
            vec![on(
                "Allow",
                json!("budgets:ModifyBudget"),
                "arn:aws:budgets::ACCOUNT:budget/team-*"
            )],
            "manage-budgets"
        ),
        "depends"
    );
    assert_eq!(
        can(
            vec![on(
                "Allow",
                json!("account:CloseAccount"),
                "arn:aws:account::ACCOUNT:account"
            )],
            "close-account"
        ),
        "yes"
    );
    assert_eq!(
        can(
            vec![on("Allow", json!("*"), "arn:aws:*:*:ACCOUNT:*")],
            "close-account"
        ),
        "yes"
    );
    assert_eq!(
        can(
            vec![on(
                "Allow",
                json!("ce:GetCostAndUsage"),
                "arn:aws:ce:us-east-1:ACCOUNT:/GetCostAndUsage"
            )],
            "see-costs"
        ),
        "yes"
    );
    assert_eq!(
        can(
            vec![on(
                "Allow",
                json!("ce:*"),
                "arn:aws:billing::ACCOUNT:billingview/primary"
            )],
            "see-costs"
        ),
        "yes"
    );
    let admin = || allow("*");
    assert_eq!(
        can(
            vec![admin(), on("Deny", json!("budgets:*"), budget)],
            "manage-budgets"
        ),
        "no"
    );
    assert_eq!(
        can(
            vec![
                admin(),
                on(
                    "Deny",
                    json!("account:*"),
                    "arn:aws:account::ACCOUNT:account"
                )
            ],
            "close-account"
        ),
        "no"
    );
    assert_eq!(
        can(
            vec![
                admin(),
                on("Deny", json!("account:*"), "arn:aws:account::*:account/o-*")
            ],
            "close-account"
        ),
        "yes"
    );

    // What closes a page is found on its ARN, too.
    let report =
        Given::new(vec![admin(), on("Deny", json!("budgets:*"), budget)]).check("user/alice");
    assert_eq!(
        (codes(&report), opens(&report, "budgets")),
        (vec!["identity-policy-denies-billing"], "no")
    );
}

#[test]
fn what_is_allowed_on_some_is_told_as_such() {
    let views = statement(
        "Allow",
        json!("ce:*"),
        json!("arn:aws:billing::111122223333:billingview/custom-0a1b"),
        Value::Null,
    );
    let rest = allow(json!([
        "ce:DescribeReport",
        "ce:GetPreferences",
        "billing:*"
    ]));
    let report = Given::new(vec![views, rest]).check("user/alice");
    let page = report["pages"]
        .as_array()
        .expect("pages")
        .iter()
        .find(|page| page["id"] == "cost-explorer");
    let page = page.expect("Cost Explorer");
    assert_eq!(page["opens"], "depends");
    let depends = page["dependsOn"].as_str().expect("on what");
    assert!(
        depends.contains("only on the billing view custom-0a1b"),
        "{depends}"
    );

    let some = statement(
        "Allow",
        json!("budgets:*"),
        json!("arn:aws:budgets::111122223333:budget/team-*"),
        Value::Null,
    );
    let audit = Given::new(vec![some]).audit();
    let depends = audit["answers"]["manage-budgets"]["dependsOn"]
        .as_str()
        .expect("on what");
    assert!(depends.contains("budgets named team-*"), "{depends}");
}

#[test]
fn a_level_that_only_denies_was_not_given_whole() {
    let leave = document(vec![statement(
        "Deny",
        json!("organizations:LeaveOrganization"),
        json!("*"),
        Value::Null,
    )]);
    let given = Given::admin().under(vec![leave.clone()]);
    let report = given.check("role/Admin");
    assert_eq!(report["state"], "inconclusive");
    assert_eq!(
        (codes(&report), opens(&report, "bills")),
        (vec![], "depends")
    );
    assert_eq!(report["changes"], json!([]));
    let depends = report["pages"][0]["dependsOn"].as_str().expect("on what");
    assert!(depends.contains("FullAWSAccess"), "{depends}");
    for check in ["scp-denies-billing", "scp-omits-billing", "scp-region-lock"] {
        assert_ne!(status(&report, check), "passed", "{check}");
    }
    let audit = given.audit();
    for (power, answer) in audit["answers"].as_object().expect("answers") {
        assert_eq!(answer["can"], "depends", "{power}");
    }
    // Its Denies count all the same.
    let costs = document(vec![statement(
        "Deny",
        json!("ce:*"),
        json!("*"),
        Value::Null,
    )]);
    let report = Given::admin().under(vec![leave, costs]).check("role/Admin");
    assert_eq!(codes(&report), ["scp-denies-billing"]);
    assert_eq!(
        (opens(&report, "cost-explorer"), opens(&report, "bills")),
        ("no", "depends")
    );
    // An Allow that leaves billing out is another matter.
    let little = document(vec![allow("s3:*")]);
    assert_eq!(
        codes(&Given::admin().under(vec![little]).check("role/Admin")),
        ["scp-omits-billing"]
    );
}

#[test]
fn mfa_may_be_asked_for_by_any_layer() {
    let no_mfa = json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}});
    let demanded = || document(vec![allow("*"), deny_if(no_mfa.clone())]);
    let mut bounded = Given::admin();
    bounded.boundary = Some(demanded());
    let mut only_with = Given::admin();
    only_with.boundary = Some(document(vec![allow_if(
        json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    )]));
    for given in [
        bounded,
        only_with,
        Given::admin().under(vec![demanded()]),
        Given::new(vec![allow("*"), deny_if(no_mfa.clone())]),
    ] {
        let report = given.check("user/alice");
        assert_eq!(
            (codes(&report), opens(&report, "bills")),
            (vec!["mfa-required"], "depends")
        );
        assert_eq!(report["causes"][0]["actor"], "you");
        assert_eq!(
            report["changes"],
            json!([]),
            "nobody exempts billing from MFA"
        );
    }
}

/// AWS's own statement that lets nobody do anything without MFA.
fn force_mfa() -> Value {
    json!({
        "Sid": "DenyAllExceptListedIfNoMFA", "Effect": "Deny",
        "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken"],
        "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    })
}

/// Whether a change or a step of the report is about the statement that forces MFA.
fn touches_mfa(report: &Value) -> bool {
    let remedies = format!(
        "{}{}{}",
        report["changes"], report["alternatives"], report["causes"]
    );
    let edits = report["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .any(|change| change["action"] != "attach");
    edits || remedies.contains("Detach") || remedies.contains("DenyAllExceptListedIfNoMFA exempts")
}

#[test]
fn what_forces_mfa_is_never_edited_to_mend_something_else() {
    let deny_costs = statement("Deny", json!("ce:*"), json!("*"), Value::Null);
    // Nothing allows; legacy only; a condition fails; AWS's policy without Cost Explorer.
    for (statements, code) in [
        (vec![allow("ec2:*")], "identity-policy-omits-billing"),
        (vec![allow("aws-portal:*")], "only-legacy-actions"),
        (
            vec![allow_if(
                json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
            )],
            "identity-policy-omits-billing",
        ),
    ] {
        let report = Given::new([statements, vec![force_mfa()]].concat()).check("user/alice");
        assert_eq!(codes(&report), ["mfa-required", code]);
        assert!(!touches_mfa(&report), "{}", report["changes"]);
    }
    // Beside a Deny that holds whatever the circumstances are, that one alone is changed.
    let report = Given::new(vec![allow("*"), force_mfa(), deny_costs.clone()]).check("user/alice");
    assert_eq!(
        codes(&report),
        ["mfa-required", "identity-policy-denies-billing"]
    );
    let changes = report["changes"].as_array().expect("changes");
    assert_eq!(changes.len(), 1);
    let before = changes[0]["document"]["Statement"]
        .as_array()
        .expect("statements");
    assert!(before.contains(&force_mfa()), "{before:?}");
    assert_eq!(
        report["alternatives"],
        json!([]),
        "nobody is told to detach what forces MFA"
    );
    // The same in an SCP and in a boundary.
    let scp = document(vec![allow("*"), force_mfa()]);
    let report = Given::new(vec![allow("ec2:*")])
        .under(vec![scp])
        .check("user/alice");
    assert_eq!(
        codes(&report),
        ["mfa-required", "identity-policy-omits-billing"]
    );
    assert!(!touches_mfa(&report));
    let mut bounded = Given::new(vec![allow("ec2:*")]);
    bounded.boundary = Some(document(vec![allow_if(
        json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    )]));
    let report = bounded.check("user/alice");
    assert_eq!(
        codes(&report),
        ["mfa-required", "identity-policy-omits-billing"]
    );
    assert!(!touches_mfa(&report));
}

#[test]
fn a_deny_by_the_age_of_mfa_is_a_matter_of_mfa() {
    for condition in [
        json!({"Null": {"aws:MultiFactorAuthAge": "true"}}),
        json!({"NumericGreaterThanIfExists": {"aws:MultiFactorAuthAge": "3600"}}),
    ] {
        let report = Given::new(vec![allow("*"), deny_if(condition.clone())]).check("user/alice");
        assert_eq!(codes(&report), ["mfa-required"], "{condition}");
        assert_eq!(report["changes"], json!([]));
        let scp = document(vec![allow("*"), deny_if(condition)]);
        assert_eq!(
            codes(&Given::admin().under(vec![scp]).check("user/alice")),
            ["mfa-required"]
        );
    }
}

#[test]
fn what_is_allowed_with_mfa_and_something_else_is_granted_by_nothing_without_mfa() {
    for other in [
        json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
        json!({"StringEquals": {"aws:PrincipalTag/team": "finance"}}),
        json!({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}),
    ] {
        let mut condition = other.clone();
        condition["Bool"] = json!({"aws:MultiFactorAuthPresent": "true"});
        let report = Given::new(vec![allow_if(condition)]).check("user/alice");
        assert_eq!(report["changes"], json!([]), "{other}");
        let steps = report["causes"][0]["steps"].to_string();
        assert!(steps.contains("MFA"), "{steps}");
        assert_eq!(report["causes"][0]["grant"], Value::Null);
    }
}

#[test]
fn nobody_is_told_to_detach_what_keeps_them_from_paying() {
    let guard = statement(
        "Deny",
        json!(["payments:*", "account:CloseAccount", "billing:*"]),
        json!("*"),
        Value::Null,
    );
    let report = Given::new(vec![allow("*"), guard]).check("user/alice");
    assert_eq!(codes(&report), ["identity-policy-denies-billing"]);
    assert_eq!(report["alternatives"], json!([]));
}

#[test]
fn the_condition_of_a_deny_and_of_an_allow_in_any_layer_is_said() {
    let costs_tag = || deny_if(json!({"StringNotEquals": {"aws:PrincipalTag/costs": "yes"}}));
    let meaning = |report: &Value| report["meaning"].as_str().expect("a meaning").to_owned();
    let identity = Given::new(vec![allow("*"), costs_tag()]).check("user/alice");
    assert!(
        meaning(&identity).contains("aws:PrincipalTag/costs"),
        "{}",
        meaning(&identity)
    );
    let scp = Given::admin()
        .under(vec![document(vec![allow("*"), costs_tag()])])
        .check("user/alice");
    assert!(
        meaning(&scp).contains("aws:PrincipalTag/costs"),
        "{}",
        meaning(&scp)
    );
    let region = || allow_if(json!({"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}));
    let lock = Given::admin()
        .under(vec![document(vec![region()])])
        .check("user/alice");
    assert_eq!(codes(&lock), ["scp-omits-billing"]);
    assert!(
        meaning(&lock).contains("aws:RequestedRegion"),
        "{}",
        meaning(&lock)
    );
    let mut bounded = Given::admin();
    bounded.boundary = Some(document(vec![region()]));
    let report = bounded.check("user/alice");
    assert_eq!(codes(&report), ["boundary-omits-billing"]);
    assert!(
        meaning(&report).contains("aws:RequestedRegion"),
        "{}",
        meaning(&report)
    );
}

#[test]
fn a_power_that_needs_a_vpc_endpoint_is_a_power() {
    let audit = Given::new(vec![allow_if(
        json!({"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
    )])
    .audit();
    assert_eq!(audit["answers"]["close-account"]["can"], "depends");
}

#[test]
fn what_the_console_cannot_carry_closes_it_by_its_statement() {
    let only_from = |key: &str| {
        Given::new(vec![
            allow("*"),
            deny_if(json!({"StringNotEquals": {key: "vpc-0a1b2c3d"}})),
        ])
        .check("user/alice")
    };
    // AWS Management Console Private Access carries the VPC, and nothing carries an endpoint.
    for (key, page) in [("aws:SourceVpc", "depends"), ("aws:SourceVpce", "no")] {
        let report = only_from(key);
        assert_eq!(
            (codes(&report), opens(&report, "bills")),
            (vec!["network-restricted"], page),
            "{key}"
        );
        assert!(summary(&report).contains("own"), "{}", summary(&report));
        assert!(report["causes"][0]["statements"][0]["policy"].is_string());
        assert_eq!(report["changes"], json!([]));
    }
    // Where an address may be inside or outside, nothing is claimed, and nothing passes.
    let report = Given::new(vec![
        allow("*"),
        deny_if(json!({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}})),
    ])
    .check("user/alice");
    assert_eq!(
        (codes(&report), opens(&report, "bills")),
        (vec![], "depends")
    );
    assert_ne!(status(&report, "network-restricted"), "passed");
}

#[test]
fn keys_of_other_services_are_absent_from_requests_for_the_bill() {
    let tags = [
        json!({"StringEquals": {"iam:ResourceTag/Accelerator": "ASEA"}}),
        json!({"StringEquals": {"ec2:Owner": "amazon"}}),
        json!({"ArnLike": {"ec2:SourceInstanceARN": "arn:aws:ec2:*:*:instance/*"}}),
        json!({"Null": {"glue:CredentialIssuingService": "false"}}),
        json!({"ArnLike": {"lambda:SourceFunctionArn": "arn:aws:lambda:*:*:function:*"}}),
        json!({"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}),
        json!({"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}),
        json!({"ArnLike": {"aws:ChatbotSourceArn": "arn:aws:chatbot::*"}}),
    ];
    for condition in tags {
        let report = Given::admin()
            .under(vec![document(vec![allow("*"), deny_if(condition.clone())])])
            .check("role/Admin");
        let bills = report["pages"][0].clone();
        assert!(
            !bills["dependsOn"]
                .as_str()
                .unwrap_or_default()
                .contains("condition"),
            "{condition}: {bills}"
        );
        assert_eq!(codes(&report), Vec::<&str>::new(), "{condition}");
    }
    // The same key absent under a negated operator denies.
    let negated = deny_if(json!({"StringNotEquals": {"iam:ResourceTag/team": "a"}}));
    let report = Given::admin()
        .under(vec![document(vec![allow("*"), negated])])
        .check("role/Admin");
    assert_eq!(codes(&report), ["scp-denies-billing"]);
    // What a federated session may bring along stays unknown.
    let report =
        Given::new(vec![allow_if(json!({"StringEquals": {"saml:aud": "x"}}))]).check("role/Admin");
    assert_eq!(opens(&report, "bills"), "depends");
}

#[test]
fn a_govcloud_principal_of_a_dump_is_sent_to_the_standard_account() {
    let mut given = Given::admin();
    given.partition = "aws-us-gov";
    let report = given.check("user/alice");
    assert_eq!(codes(&report), ["partition-bills-elsewhere"]);
    assert_eq!(opens(&report, "free-tier"), "no");
}

#[test]
fn a_page_of_which_aws_does_not_say_whether_the_switch_gates_it_is_not_open_while_that_is_unknown()
{
    let report = Given::admin().check("role/Admin");
    assert_eq!(
        (codes(&report), opens(&report, "free-tier")),
        (vec![], "depends")
    );
}

#[test]
fn service_linked_roles_are_bound_by_no_service_control_policy() {
    let mut dump = Given::admin().dump();
    let arn = "arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport";
    dump["RoleDetailList"][0]["Arn"] = json!(arn);
    dump["RoleDetailList"][0]["RoleName"] = json!("AWSServiceRoleForSupport");
    let folder = tempfile::tempdir().expect("a directory");
    let [dump_file, scp] = ["dump.json", "deny.json"].map(|name| folder.path().join(name));
    fs::write(&dump_file, dump.to_string()).expect("written");
    let deny = document(vec![
        statement("Deny", json!("*"), json!("*"), Value::Null),
        allow("*"),
    ]);
    fs::write(&scp, deny.to_string()).expect("written");
    let level = format!("root={}", scp.display());
    let run = billing_doctor([
        "check",
        "--dump",
        dump_file.to_str().expect("UTF-8"),
        "--principal",
        arn,
        "--scp",
        &level,
        "-o",
        "json",
    ]);
    assert_eq!(codes(&run.json()), Vec::<&str>::new());
}

#[test]
fn the_unique_id_of_a_dump_is_known_whatever_the_session_is_called() {
    let except = |pattern: &str| {
        let scp = deny_if(json!({"StringNotLike": {"aws:userid": pattern}}));
        Given::admin().under(vec![document(vec![allow("*"), scp])])
    };
    assert_eq!(
        codes(&except("AROAEXAMPLE:*").check("role/Admin")),
        Vec::<&str>::new()
    );
    assert_eq!(
        codes(&except("AROAOTHER:*").check("role/Admin")),
        ["scp-denies-billing"]
    );
    assert_eq!(
        codes(&except("AIDAEXAMPLE").check("user/alice")),
        Vec::<&str>::new()
    );
    assert_eq!(
        codes(&except("AIDAOTHER").check("user/alice")),
        ["scp-denies-billing"]
    );
    // The session's name may be the one that is exempt, or not.
    let report = except("AROAEXAMPLE:alice").check("role/Admin");
    assert_eq!(
        (codes(&report), opens(&report, "bills")),
        (vec![], "depends")
    );
}

#[test]
fn no_principal_is_legacy_only_by_buying() {
    let notes = |actions: Value| Given::new(vec![allow(actions)]).audit()["notes"].clone();
    assert_eq!(notes(json!("aws-portal:*")), json!(["legacyOnly"]));
    assert_eq!(
        notes(json!([
            "purchase-orders:*",
            "billing:UpdateIAMAccessPreference"
        ])),
        json!([])
    );
}
