//! Questions in, answers out.

use billing_doctor::testing::simulate::{Format, Tally, simulate};
use serde_json::{Value, json};

const FULL: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

fn run(input: &str, format: Format) -> (Tally, String) {
    let mut output = Vec::new();
    let tally = simulate(input, format, &mut output).unwrap();
    (tally, String::from_utf8(output).unwrap())
}

fn answers(input: &str) -> Vec<Value> {
    run(input, Format::Json)
        .1
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn region_locked() -> Value {
    json!({
        "id": "1",
        "principal": "arn:aws:iam::111122223333:user/alice",
        "action": "ce:GetCostAndUsage",
        "resource": "*",
        "context": {"aws:RequestedRegion": "us-east-1"},
        "unknownContextKeys": ["aws:SourceIp"],
        "identityPolicies": [{"name": "Admin", "document": serde_json::from_str::<Value>(FULL).unwrap()}],
        "serviceControlPolicies": [{"target": "r-root", "policies": [
            {"name": "Full", "document": FULL},
            {"name": "RegionLock", "document": {"Version": "2012-10-17", "Statement": [{
                "Sid": "DenyOutsideEU", "Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}},
            }]}},
        ]}],
        "resourceControlPolicies": [],
    })
}

#[test]
fn a_region_lock_is_named_with_target_policy_and_sid() {
    let expected = json!({
        "id": "1",
        "decision": "explicitDeny",
        "blockedBy": ["serviceControl"],
        "statements": [
            {"layer": "serviceControl", "target": "r-root", "policy": "RegionLock", "sid": "DenyOutsideEU", "index": 0, "effect": "Deny"},
            {"layer": "identity", "policy": "Admin", "sid": null, "index": 0, "effect": "Allow"},
        ],
        "dependsOn": [],
    });
    assert_eq!(answers(&region_locked().to_string()), [expected]);
    let (_, table) = run(&region_locked().to_string(), Format::Table);
    assert_eq!(
        table,
        "ID  DECISION      ACTION              BECAUSE\n\
         1   explicitDeny  ce:GetCostAndUsage  denied by service control policies of r-root: RegionLock, statement DenyOutsideEU\n"
    );
}

#[test]
fn an_unknown_key_makes_the_decision_undetermined_and_says_why() {
    let mut question = region_locked();
    question["serviceControlPolicies"] = json!([]);
    question["unknownContextKeys"] = json!(["aws:MultiFactorAuthPresent"]);
    question["identityPolicies"][0]["document"]["Statement"][0]["Condition"] =
        json!({"Bool": {"aws:MultiFactorAuthPresent": true}});
    let [answer] = answers(&question.to_string()).try_into().unwrap();
    assert_eq!(answer["decision"], "undetermined");
    assert_eq!(
        answer["dependsOn"],
        json!(["allowed only with MFA (identity policies: Admin, statement 1)"])
    );
    assert_eq!(answer["blockedBy"], json!([]));
}

#[test]
fn an_unreadable_document_leaves_the_decision_open_and_is_named() {
    let mut question = region_locked();
    question["serviceControlPolicies"][0]["policies"][1]["document"] =
        json!({"Statement": [{"Effect": "Deny"}]});
    let [answer] = answers(&question.to_string()).try_into().unwrap();
    assert_eq!(answer["decision"], "undetermined");
    let reason = answer["dependsOn"][0].as_str().unwrap();
    assert!(
        reason.contains("RegionLock: /Statement/0: neither Action nor NotAction"),
        "{reason}"
    );
}

#[test]
fn a_bad_line_is_an_error_and_the_rest_go_on() {
    let good = region_locked().to_string();
    let input = format!("{good}\n\n{{\"id\":\"2\",\"principal\":7}}\nnonsense\n{good}\n");
    let (tally, _) = run(&input, Format::Json);
    assert_eq!(
        tally,
        Tally {
            answered: 2,
            failed: 2
        }
    );
    let answers = answers(&input);
    assert_eq!(answers[0]["decision"], "explicitDeny");
    assert_eq!(answers[1]["id"], "2");
    assert!(
        answers[1]["error"]
            .as_str()
            .unwrap()
            .contains("invalid type: integer `7`")
    );
    assert_eq!(answers[2]["id"], 3);
    assert!(answers[2].get("error").is_some());
    assert_eq!(answers[3]["decision"], "explicitDeny");
    let (_, table) = run(&input, Format::Table);
    assert_eq!(
        table
            .lines()
            .filter(|line| line.contains("  error "))
            .count(),
        2
    );
}

#[test]
fn a_misspelt_layer_is_an_error() {
    let mut question = region_locked();
    question["permissionBoundary"] = json!([]);
    let [answer] = answers(&question.to_string()).try_into().unwrap();
    assert!(
        answer["error"]
            .as_str()
            .unwrap()
            .contains("unknown field `permissionBoundary`")
    );
    let mut question = region_locked();
    question["principal"] = json!("alice");
    let [answer] = answers(&question.to_string()).try_into().unwrap();
    assert_eq!(
        answer["error"],
        "`alice` is not the ARN of a user, a role, a session or a root user"
    );
}

#[test]
fn one_document_may_spread_over_lines() {
    let pretty = serde_json::to_string_pretty(&region_locked()).unwrap();
    assert_eq!(answers(&pretty), answers(&region_locked().to_string()));
    let broken = pretty.trim_end_matches('}');
    assert_eq!(
        run(broken, Format::Json).0,
        Tally {
            answered: 0,
            failed: 1
        }
    );
    assert_eq!(
        run("", Format::Json).0,
        Tally {
            answered: 0,
            failed: 1
        }
    );
}

#[test]
fn an_absent_list_is_no_layer_and_an_empty_level_allows_nothing() {
    let mut question = region_locked();
    question["serviceControlPolicies"] = json!([{"target": "ou-1", "policies": []}]);
    question["permissionsBoundary"] = json!([]);
    question["sessionPolicies"] = Value::Null;
    let [answer] = answers(&question.to_string()).try_into().unwrap();
    assert_eq!(answer["decision"], "implicitDeny");
    assert_eq!(
        answer["blockedBy"],
        json!(["permissionsBoundary", "serviceControl"])
    );
}

#[test]
fn the_input_of_aws_is_answered_in_the_shape_of_aws() {
    let mfa = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ce:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}"#;
    let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"budgets:*","Resource":"*"}}"#;
    let budgets = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"budgets:*","Resource":"arn:aws:budgets::*:budget/a"}}"#;
    let mut input = json!({
        "PolicyInputList": [mfa, budgets],
        "PermissionsBoundaryPolicyInputList": [FULL],
        "OrderedOrganizationPolicyInputList": [{"ServiceControlPolicyInputList": [FULL]}],
        "ActionNames": ["ce:GetCostAndUsage", "budgets:ViewBudget"],
        "ContextEntries": [{"ContextKeyName": "aws:username", "ContextKeyValues": ["alice"], "ContextKeyType": "string"}],
    });
    let [answer] = answers(&input.to_string()).try_into().unwrap();
    let result = |action: &str| {
        json!({
            "EvalActionName": action, "EvalResourceName": "*", "EvalDecision": "implicitDeny", "MatchedStatements": [],
            "MissingContextValues": ["aws:multifactorauthpresent"],
            "OrganizationsDecisionDetail": {"AllowedByOrganizations": true},
            "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": true},
        })
    };
    let both = json!({"EvaluationResults": [result("ce:GetCostAndUsage"), result("budgets:ViewBudget")], "IsTruncated": false});
    assert_eq!(answer, both);

    input["ResourceArns"] = json!(["arn:aws:budgets::1:budget/a", "arn:aws:budgets::1:budget/b"]);
    input["ActionNames"] = json!(["budgets:ViewBudget"]);
    let [answer] = answers(&input.to_string()).try_into().unwrap();
    let result = &answer["EvaluationResults"][0];
    assert_eq!(
        result["EvalDecision"], "implicitDeny",
        "the most restrictive of all resources"
    );
    assert_eq!(
        result["ResourceSpecificResults"][0]["EvalResourceDecision"],
        "allowed"
    );
    assert_eq!(
        result["ResourceSpecificResults"][1]["EvalResourceDecision"],
        "implicitDeny"
    );
    assert_eq!(
        result["ResourceSpecificResults"][0]["MatchedStatements"][2],
        json!({"SourcePolicyId": "PolicyInputList.2", "SourcePolicyType": "none"})
    );

    input["OrderedOrganizationPolicyInputList"][0]["ServiceControlPolicyInputList"] =
        json!([FULL, deny]);
    let [answer] = answers(&input.to_string()).try_into().unwrap();
    let result = &answer["EvaluationResults"][0];
    assert_eq!(result["EvalDecision"], "explicitDeny");
    assert_eq!(
        result["OrganizationsDecisionDetail"]["AllowedByOrganizations"],
        false
    );
    let id = "OrderedOrganizationPolicyInputList.1.2";
    assert_eq!(
        result["MatchedStatements"],
        json!([{"SourcePolicyId": id, "SourcePolicyType": "none"}])
    );
    let (_, table) = run(&input.to_string(), Format::Table);
    assert_eq!(table.matches("explicitDeny").count(), 2);
}

#[test]
fn what_aws_would_refuse_is_refused() {
    let error = |input: Value| {
        answers(&input.to_string())[0]["error"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let broken = error(json!({"PolicyInputList": [FULL, "{}"], "ActionNames": ["ce:x"]}));
    assert_eq!(broken, "PolicyInputList.2: no Statement");
    let resource = error(json!({"PolicyInputList": [], "ActionNames": [], "ResourcePolicy": FULL}));
    assert_eq!(
        resource,
        "ResourcePolicy: resource-based policies are not judged"
    );
    assert!(error(json!({"PolicyInputList": []})).contains("missing field `ActionNames`"));
}

#[test]
fn the_kind_of_principal_follows_from_its_arn() {
    let decide = |principal: &str| {
        let question = json!({
            "id": 1, "principal": principal, "action": "ce:x",
            "serviceControlPolicies": [{"target": "r", "policies": []}],
            "identityPolicies": [{"name": "Full", "document": FULL}],
        });
        answers(&question.to_string())[0]["decision"].clone()
    };
    assert_eq!(
        decide("arn:aws:iam::1:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"),
        "allowed"
    );
    assert_eq!(
        decide("arn:aws:sts::1:assumed-role/AWSServiceRoleForX/session"),
        "allowed"
    );
    for bound in [
        "iam::1:user/a",
        "iam::1:root",
        "iam::1:role/path/a",
        "sts::1:assumed-role/a/b",
        "sts::1:federated-user/a",
    ] {
        assert_eq!(
            decide(&format!("arn:aws:{bound}")),
            "implicitDeny",
            "{bound}"
        );
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_simulator_panic(text in "\\PC{0,60}") {
        run(&text, Format::Json);
        run(&text, Format::Table);
    }
}

#[test]
fn deep_nesting_is_one_failure_and_no_overflow() {
    let question = format!(
        "{{\"id\":\"1\",\"identityPolicies\":{}",
        "[".repeat(100_000)
    );
    assert_eq!(run(&question, Format::Json).0.failed, 1);
}
