//! Files as people have them: dumps that other tools wrote, policies of organizations in every form in which they are
//! passed on, and whom `--principal` means.

use billing_doctor::testing::evidence::dump::{Details, read};
use serde_json::{Value, json};

use crate::dump::{ALICE, Files, allow, dump_of, under};
use crate::tool::{Run, assert_valid, billing_doctor, codes, status};

const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

fn deny(actions: &[&str]) -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": actions, "Resource": "*"},
    ]})
}

fn details(text: impl AsRef<[u8]>) -> Details {
    read(text.as_ref()).expect("a dump")
}

/// What `audit` says of who can see costs, by name.
fn who_sees_costs(dump: impl AsRef<[u8]>) -> Value {
    let files = Files::new();
    let file = files.write("dump.json", dump);
    let run = billing_doctor(["audit", "--dump", &file.display().to_string(), "-o", "json"]);
    let audit = run.json();
    let principals = audit["principals"].as_array().expect("principals").iter();
    principals
        .map(|one| {
            let name = one["name"].as_str().expect("a name").to_owned();
            (name, one["answers"]["see-costs"]["can"].clone())
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// A dump of alice with this policy, as the entry of her list.
fn inline(entry: Value) -> Value {
    let mut dump = dump_of(&json!({}));
    dump["UserDetailList"][0]["UserPolicyList"] = json!([entry]);
    dump
}

/// Every name of a member rewritten, as other SDKs and converters write them; documents stay.
fn renamed(value: &Value, name: fn(&str) -> String) -> Value {
    match value {
        Value::Object(members) if !members.contains_key("Statement") => members
            .iter()
            .map(|(key, value)| (name(key), renamed(value, name)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(|item| renamed(item, name)).collect(),
        other => other.clone(),
    }
}

fn camel(name: &str) -> String {
    name[..1].to_lowercase() + &name[1..]
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// An account with one of everything.
fn account() -> Value {
    json!({
        "UserDetailList": [{
            "Path": "/", "UserName": "alice", "UserId": "AIDA1", "Arn": ALICE,
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": allow(&["ce:*"])}],
            "GroupList": ["finance"], "AttachedManagedPolicies": [],
            "Tags": [{"Key": "team", "Value": "red"}],
        }],
        "GroupDetailList": [{
            "GroupName": "finance", "Arn": "arn:aws:iam::111122223333:group/finance",
            "GroupPolicyList": [{"PolicyName": "g", "PolicyDocument": allow(&["billing:*"])}],
            "AttachedManagedPolicies": [{"PolicyName": "AdministratorAccess", "PolicyArn": ADMIN}],
        }],
        "RoleDetailList": [{
            "Path": "/", "RoleName": "ops", "Arn": "arn:aws:iam::111122223333:role/ops",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole",
            }]},
            "RolePolicyList": [], "AttachedManagedPolicies": [
                {"PolicyName": "Costs", "PolicyArn": "arn:aws:iam::111122223333:policy/Costs"},
            ],
            "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": ADMIN},
        }],
        "Policies": [{
            "PolicyName": "Costs", "Arn": "arn:aws:iam::111122223333:policy/Costs", "DefaultVersionId": "v2",
            "PolicyVersionList": [
                {"VersionId": "v2", "IsDefaultVersion": true, "Document": allow(&["ce:*"])},
                {"VersionId": "v1", "IsDefaultVersion": false, "Document": allow(&["s3:*"])},
            ],
        }],
    })
}

#[test]
fn a_dump_is_the_same_however_its_members_are_written() {
    let wanted = details(account().to_string());
    let encoded = |policy: &Value| {
        let text = policy.to_string();
        json!(
            percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        )
    };
    let mut go = account();
    go["UserDetailList"][0]["AttachedManagedPolicies"] = Value::Null;
    go["UserDetailList"][0]["PermissionsBoundary"] = Value::Null;
    go["RoleDetailList"][0]["RolePolicyList"] = Value::Null;
    go["RoleDetailList"][0]["Tags"] = Value::Null;
    go["Marker"] = Value::Null;
    go["ResultMetadata"] = json!({});
    let mut wrapped = account();
    for list in [
        "UserDetailList",
        "GroupDetailList",
        "RoleDetailList",
        "Policies",
    ] {
        wrapped[list] = json!({"member": wrapped[list]});
    }
    let user = &mut wrapped["UserDetailList"]["member"][0];
    user["UserPolicyList"] = json!({"member": user["UserPolicyList"][0]});
    user["UserPolicyList"]["member"]["PolicyDocument"] = encoded(&allow(&["ce:*"]));
    user["AttachedManagedPolicies"] = json!({"member": null});
    wrapped["IsTruncated"] = json!("false");
    let mut strings = account();
    let document = &mut strings["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"];
    *document = json!(document.to_string());
    let mut flat = account();
    let user = &mut flat["UserDetailList"][0];
    user["Tags"] = json!({"team": "red"});
    flat["RoleDetailList"][0]["PermissionsBoundary"] = json!(ADMIN);
    for (name, dump) in [
        ("Go", go),
        ("Java", renamed(&account(), camel)),
        ("Ruby", renamed(&account(), snake)),
        ("from XML", wrapped.clone()),
        (
            "on the wire",
            json!({"GetAccountAuthorizationDetailsResponse": {"GetAccountAuthorizationDetailsResult": wrapped}}),
        ),
        ("policies as strings", strings),
        ("tables for lists", flat),
    ] {
        assert_eq!(details(dump.to_string()), wanted, "{name}");
    }
    let text = account().to_string();
    let marked = format!("\u{feff}{text}\n\u{feff}{text}");
    assert_eq!(details(marked), wanted);
    let wide: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(details(wide), wanted);
}

#[test]
fn pages_are_pages_in_a_list_and_in_any_order() {
    let user = |name: &str| json!({"UserName": name, "Arn": format!("arn:aws:iam::111122223333:user/{name}")});
    let page = |name: &str, more: bool| json!({"UserDetailList": [user(name)], "IsTruncated": more, "Marker": "m"});
    let (one, two, last) = (page("a", true), page("b", true), page("c", false));
    for text in [
        json!([one, two, last]).to_string(),
        json!([last, null, one, two]).to_string(),
        format!("{last}\n{two}\n{one}"),
        format!("{}\n{}", json!([one]), json!([two, last])),
    ] {
        let mut names: Vec<String> = details(&text)
            .user_detail_list
            .into_iter()
            .map(|user| user.user_name)
            .collect();
        names.sort();
        assert_eq!(names, ["a", "b", "c"], "{text}");
    }
    for (text, words) in [
        (json!([one, two]).to_string(), "incomplete"),
        (json!([user("a")]).to_string(), "--query"),
        (json!([[last]]).to_string(), "document 1"),
        ("[null]".to_owned(), "a list"),
    ] {
        let error = read(text.as_bytes()).expect_err("no dump").to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn what_is_odd_is_not_known_of_one_principal_and_everything_is_of_the_others() {
    let bob = json!({"UserName": "bob", "Arn": "arn:aws:iam::111122223333:user/bob",
        "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": allow(&["ce:*"])}]});
    let odd: [(&str, Value, &str); 8] = [
        (
            "UserPolicyList",
            json!("x"),
            "UserPolicyList: a string where a list belongs",
        ),
        (
            "UserPolicyList",
            json!([7]),
            "UserPolicyList[0]: a number where an object belongs",
        ),
        (
            "UserPolicyList",
            json!([{"PolicyName": "p"}]),
            "UserPolicyList[0]: it has no PolicyDocument",
        ),
        (
            "AttachedManagedPolicies",
            json!([{"PolicyName": "p"}]),
            "AttachedManagedPolicies[0]: it has no PolicyArn",
        ),
        (
            "AttachedManagedPolicies",
            json!([{"PolicyArn": 5}]),
            "AttachedManagedPolicies[0].PolicyArn: a number",
        ),
        ("GroupList", json!([null]), "GroupList[0]: null where"),
        (
            "PermissionsBoundary",
            json!({"PermissionsBoundaryType": "Policy"}),
            "it has no PermissionsBoundaryArn",
        ),
        (
            "PermissionsBoundary",
            json!(true),
            "PermissionsBoundary: true or false where",
        ),
    ];
    for (member, value, words) in odd {
        let mut dump = dump_of(&allow(&["*"]));
        dump["UserDetailList"][0][member] = value;
        dump["UserDetailList"]
            .as_array_mut()
            .expect("users")
            .push(bob.clone());
        let run = Files::new().check(dump.to_string(), "alice", &["-o", "json"]);
        let report = run.json();
        assert_valid(&report);
        assert_eq!(
            (run.status, codes(&report).len()),
            (3, 0),
            "{words}: {report:#}"
        );
        assert!(
            report["gaps"].to_string().contains(words),
            "{words}: {}",
            report["gaps"]
        );
        let audit = who_sees_costs(dump.to_string());
        assert_eq!(audit, json!({"alice": "depends", "bob": "yes"}), "{words}");
    }
    // Tags only decide where a policy asks for them.
    let mut dump = dump_of(&json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}},
    }]}));
    dump["UserDetailList"][0]["Tags"] = json!(["red"]);
    let report = Files::new()
        .check(dump.to_string(), "alice", &["-o", "json"])
        .json();
    assert_eq!(report["state"], "inconclusive", "{report:#}");
}

#[test]
fn an_entry_without_a_name_gets_one_and_spoils_no_other() {
    let of_arn = json!({"UserDetailList": [{"Arn": "arn:aws:iam::111122223333:user/div/alice"}]});
    assert_eq!(
        details(of_arn.to_string()).user_detail_list[0].user_name,
        "alice"
    );
    let mut dump = dump_of(&allow(&["*"]));
    let users = dump["UserDetailList"].as_array_mut().expect("users");
    users.extend([
        json!({"UserName": "bob", "Path": "/div/"}),
        json!({"UserPolicyList": []}),
        json!("carol"),
        Value::Null,
    ]);
    let details = details(dump.to_string());
    let arns: Vec<&str> = details
        .user_detail_list
        .iter()
        .map(|user| user.arn.as_str())
        .collect();
    assert_eq!(
        arns,
        [
            ALICE,
            "arn:aws:iam::111122223333:user/div/bob",
            "user 3 of the dump, without a name",
            "user 4 of the dump, without a name",
        ]
    );
    let audit = who_sees_costs(dump.to_string());
    assert_eq!(audit["alice"], "yes");
    assert_eq!(audit["user 3 of the dump, without a name"], "depends");
}

#[test]
fn a_policy_without_a_name_is_judged_and_called_what_it_is() {
    for entry in [
        json!({"PolicyDocument": allow(&["ce:*"])}),
        json!({"PolicyName": "", "PolicyDocument": allow(&["ce:*"])}),
        json!({"PolicyName": null, "PolicyDocument": allow(&["ce:*"]).to_string()}),
        json!({"PolicyName": 5, "PolicyDocument": allow(&["ce:*"])}),
    ] {
        let run = Files::new().check(inline(entry).to_string(), ALICE, &["-o", "json"]);
        let report = run.json();
        assert_eq!(codes(&report), ["identity-policy-omits-billing"]);
        assert_eq!(
            report["policies"][0]["name"],
            "policy 1 (the dump gives no name)"
        );
    }
}

#[test]
fn the_version_in_force_is_found_without_a_flag() {
    let version = |id: &str, actions: &[&str]| json!({"VersionId": id, "Document": allow(actions)});
    let policy = |versions: Value| {
        let mut dump = account();
        dump["Policies"][0]["PolicyVersionList"] = versions;
        who_sees_costs(dump.to_string())["ops"].clone()
    };
    let (v1, v2) = (version("v1", &["s3:*"]), version("v2", &["ce:*"]));
    let flagged = |mut version: Value| {
        version["IsDefaultVersion"] = json!(true);
        version
    };
    assert_eq!(policy(json!([v1, v2])), "yes");
    assert_eq!(policy(json!([flagged(v1.clone()), v2])), "no");
    assert_eq!(
        policy(json!([flagged(v1.clone()), flagged(v2.clone())])),
        "yes"
    );
    assert_eq!(policy(json!([{"Document": allow(&["ce:*"])}])), "yes");
    for none in [
        json!([]),
        Value::Null,
        json!([{"VersionId": "v2"}]),
        json!([v1, version("v3", &["*"])]),
    ] {
        assert_eq!(policy(none.clone()), "depends", "{none}");
    }
    let mut dump = account();
    let policy = dump["Policies"][0].as_object_mut().expect("a policy");
    policy.remove("PolicyVersionList");
    policy.insert("PolicyDocument".to_owned(), allow(&["ce:*"]));
    assert_eq!(who_sees_costs(dump.to_string())["ops"], "yes");
}

#[test]
fn a_masked_account_number_is_an_account() {
    for mask in [
        "xxxxxxxxxxxx",
        "************",
        "<ACCOUNT_ID>",
        "REDACTED",
        "1234",
        "1111xxxx3333",
        "000000000000",
        "[account]",
    ] {
        let dump = account().to_string().replace("111122223333", mask);
        let files = Files::new();
        let arn = format!("arn:aws:iam::{mask}:user/alice");
        for asked in [arn.as_str(), "alice", "user/alice"] {
            let run = files.check(&dump, asked, &["-o", "json"]);
            let report = run.json();
            assert_valid(&report);
            assert_eq!(report["account"]["id"], mask);
            assert_eq!(
                (run.status, &report["state"]),
                (3, &json!("inconclusive")),
                "{report:#}"
            );
        }
        let file = files.write("dump.json", &dump);
        let audit =
            billing_doctor(["audit", "--dump", &file.display().to_string(), "-o", "json"]).json();
        assert_eq!(audit["account"], mask);
        let ops = audit["principals"]
            .as_array()
            .expect("principals")
            .iter()
            .find(|one| one["name"] == "ops");
        let ops = ops.expect("ops");
        assert_eq!(ops["trust"][0]["who"], "thisAccount", "{ops:#}");
        assert_eq!(ops["notes"], json!([]), "{ops:#}");
    }
    // The number that the person knows finds who is masked in the file.
    let dump = account()
        .to_string()
        .replace("111122223333", "1111xxxx3333");
    assert_eq!(Files::new().check(&dump, ALICE, &[]).status, 3);
    let other = Files::new().check(&dump, "arn:aws:iam::999988887777:user/alice", &[]);
    assert!(
        other.stderr.contains("belongs to account 999988887777"),
        "{}",
        other.stderr
    );
}

#[test]
fn a_masked_account_number_is_no_value_to_compare_with() {
    let dump = account()
        .to_string()
        .replace("111122223333", "xxxxxxxxxxxx");
    let deny_unless = |operator: &str, key: &str, value: &str| {
        let files = Files::new();
        let mut policy = deny(&["ce:*", "billing:*"]);
        policy["Statement"][1]["Condition"] = json!({operator: {key: value}});
        files.write("scp.json", policy.to_string());
        let scp = format!("root={}", files.path("scp.json"));
        let report = files
            .check(&dump, "alice", &["-o", "json", "--scp", &scp])
            .json();
        codes(&report).len()
    };
    let arn = "arn:aws:iam::111122223333:user/alice";
    assert_eq!(
        deny_unless("StringNotEquals", "aws:PrincipalAccount", "111122223333"),
        0
    );
    assert_eq!(deny_unless("ArnNotLike", "aws:PrincipalArn", arn), 0);
    // What does not ask for the number is known.
    assert_eq!(
        deny_unless("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:user/bob"),
        1
    );
}

#[test]
fn the_account_is_that_of_most_and_another_is_still_another() {
    let mut dump = account();
    for arn in [
        "arn:aws:iam::aws:user/x",
        "arn:aws:iam::444455556666:user/y",
    ] {
        let users = dump["UserDetailList"].as_array_mut().expect("users");
        users.insert(0, json!({"UserName": arn.rsplit('/').next(), "Arn": arn}));
    }
    dump["RoleDetailList"][0]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"] =
        json!("arn:aws:iam::999988887777:root");
    for (number, other) in [
        ("111122223333", "999988887777"),
        ("xxxxxxxxxxxx", "999988887777"),
        ("<OURS>", "<THEIRS>"),
    ] {
        let dump = dump
            .to_string()
            .replace("111122223333", number)
            .replace("999988887777", other);
        let file = Files::new();
        let path = file.write("dump.json", dump);
        let audit =
            billing_doctor(["audit", "--dump", &path.display().to_string(), "-o", "json"]).json();
        assert_eq!(audit["account"], number);
        let principals = audit["principals"].as_array().expect("principals").iter();
        let trust: Vec<&Value> = principals
            .flat_map(|one| one["trust"].as_array().expect("trust"))
            .collect();
        assert_eq!(trust[0]["who"], "otherAccount");
    }
}

#[test]
fn a_principal_is_found_by_what_people_call_it() {
    let role = |name: &str, path: &str| json!({"RoleName": name, "Path": path, "Arn": format!("arn:aws:iam::111122223333:role{path}{name}")});
    let sso = "/aws-reserved/sso.amazonaws.com/";
    let mut dump = account();
    dump["UserDetailList"].as_array_mut().expect("users").push(
        json!({"UserName": "ops", "Path": "/div/", "Arn": "arn:aws:iam::111122223333:user/div/ops"}),
    );
    dump["RoleDetailList"]
        .as_array_mut()
        .expect("roles")
        .extend([
            role("Admin", "/"),
            role("AWSReservedSSO_Dev_0123456789abcdef", sso),
            role("AWSReservedSSO_Ops_Team_0123456789abcdef", sso),
            role("AWSReservedSSO_Twice_0123456789abcdef", sso),
            role("AWSReservedSSO_Twice_fedcba9876543210", sso),
        ]);
    let files = Files::new();
    let check = |asked: &str| files.check(dump.to_string(), asked, &["-o", "json"]);
    let dev = format!("arn:aws:iam::111122223333:role{sso}AWSReservedSSO_Dev_0123456789abcdef");
    let admin = "arn:aws:iam::111122223333:role/Admin";
    for (asked, arn) in [
        ("alice", ALICE),
        ("user/alice", ALICE),
        ("Alice", ALICE),
        (" alice ", ALICE),
        ("Admin", admin),
        ("role/Admin", admin),
        ("assumed-role/Admin/session", admin),
        (
            "arn:aws:sts::111122223333:assumed-role/Admin/alice@example.com",
            admin,
        ),
        ("arn:aws:iam::xxxxxxxxxxxx:role/Admin", admin),
        ("role/ops", "arn:aws:iam::111122223333:role/ops"),
        ("user/div/ops", "arn:aws:iam::111122223333:user/div/ops"),
        ("/div/ops", "arn:aws:iam::111122223333:user/div/ops"),
        ("AWSReservedSSO_Dev_0123456789abcdef", &dev),
        ("Dev", &dev),
        (
            "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/a",
            &dev,
        ),
    ] {
        let run = check(asked);
        assert_eq!(run.stderr, "", "{asked}");
        assert_eq!(run.json()["principal"]["arn"], arn, "{asked}");
        // The audit finds the same.
        let file = files.path("dump.json");
        let audit =
            billing_doctor(["audit", "--dump", &file, "--principal", asked, "-o", "json"]).json();
        let found = audit["principals"].as_array().expect("principals");
        assert_eq!((found.len(), &found[0]["arn"]), (1, &json!(arn)), "{asked}");
    }
    for (asked, words) in [
        ("ops", &["may be any of", "user/div/ops", "role/ops"][..]),
        (
            "Twice",
            &["may be any of", "_0123456789abcdef", "_fedcba9876543210"],
        ),
        (
            "alcie",
            &[
                "alcie is not in the dump, which has 2 users and 6 roles",
                "user/alice",
            ],
        ),
        ("Devs", &["AWSReservedSSO_Dev_0123456789abcdef"]),
        (
            "zzzzz",
            &["2 users and 6 roles", "nor is one of a similar name"],
        ),
        ("user/Admin", &["is not in the dump", "role/Admin"]),
        ("finance", &["finance is a group of alice"]),
        (
            "arn:aws:iam::111122223333:group/finance",
            &["is a group of alice"],
        ),
        (
            "arn:aws:iam::111122223333:root",
            &["is not the ARN of a user or role"],
        ),
    ] {
        let run = check(asked);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{asked}");
        for word in words {
            assert!(run.stderr.contains(word), "{asked}: {}", run.stderr);
        }
        let file = files.path("dump.json");
        let audit = billing_doctor(["audit", "--dump", &file, "--principal", asked]);
        assert_eq!(audit.status, 2, "{asked}");
    }
    let online = billing_doctor(["check", "--demo", "healthy", "--principal", "alice"]);
    assert_eq!(online.status, 2);
    assert!(
        online.stderr.contains("with --dump a name is enough"),
        "{}",
        online.stderr
    );
    let help = billing_doctor(["check", "--help"]).stdout;
    assert!(help.contains("--principal <PRINCIPAL>"), "{help}");
}

/// What `check` says with this file as the policy at the root, beside one that allows everything.
fn scp(name: &str, content: impl AsRef<[u8]>) -> Run {
    let files = Files::new();
    files.write("full.json", allow(&["*"]).to_string());
    files.write(name, content);
    let root = |name: &str| format!("root={}", files.path(name));
    files.check(
        dump_of(&allow(&["*"])).to_string(),
        ALICE,
        &[
            "-o",
            "json",
            "--scp",
            &root("full.json"),
            "--scp",
            &root(name),
        ],
    )
}

#[test]
fn a_service_control_policy_is_read_in_every_form_that_people_have() {
    let policy = deny(&["ce:*"]);
    let text = policy.to_string();
    let summary = json!({"Id": "p-abc", "Arn": "arn:aws:organizations::1:policy/o-1/service_control_policy/p-abc",
        "Name": "NoCE", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": false});
    let described = json!({"PolicySummary": summary, "Content": text});
    let encoded = percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC)
        .to_string();
    let wide = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    };
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("the document", text.clone().into()),
        ("describe-policy", json!({"Policy": described}).to_string().into()),
        ("--query Policy", described.to_string().into()),
        ("--query Policy.Content", json!(text).to_string().into()),
        ("--query [Policy]", json!([described]).to_string().into()),
        ("an object as content", json!({"Policy": {"PolicySummary": summary, "Content": policy}}).to_string().into()),
        ("without a summary", json!({"Content": text}).to_string().into()),
        ("camel case", renamed(&json!({"Policy": described}), camel).to_string().into()),
        ("URL-encoded", encoded.into()),
        (
            "--output text",
            format!("POLICY\t{text}\nPOLICYSUMMARY\tarn:aws:organizations::1:policy/o-1/service_control_policy/p-abc\tFalse\tsome text\tp-abc\tNoCE\tSERVICE_CONTROL_POLICY\n").into(),
        ),
        ("a byte order mark", format!("\u{feff}{text}\r\n").into()),
        ("UTF-16", wide(&format!("\u{feff}{text}"), u16::to_le_bytes)),
        ("UTF-16, the other way round", wide(&format!("\u{feff}{text}"), u16::to_be_bytes)),
        ("UTF-16 without a mark", wide(&text, u16::to_le_bytes)),
        ("a string in UTF-16", wide(&json!(text).to_string(), u16::to_le_bytes)),
    ];
    for (name, content) in forms {
        let run = scp("policy.json", content);
        let report = run.json();
        assert_eq!(
            codes(&report),
            ["scp-denies-billing"],
            "{name}: {}",
            run.stderr
        );
        let policy = &report["causes"][0]["statements"][0]["policy"];
        assert!(*policy == "NoCE" || *policy == "policy", "{name}: {policy}");
    }
}

#[test]
fn what_is_no_service_control_policy_is_told_apart_by_name_with_what_to_do() {
    let statement = |more: Value| {
        let mut statement = json!({"Effect": "Deny", "Action": "*", "Resource": "*"});
        for (name, value) in more.as_object().expect("members") {
            statement[name] = value.clone();
        }
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, statement]}).to_string()
    };
    let listed = |ids: &[&str]| {
        let policies: Vec<Value> = ids
            .iter()
            .map(|id| json!({"Id": id, "Name": "x", "Type": "SERVICE_CONTROL_POLICY"}))
            .collect();
        json!({"Policies": policies}).to_string()
    };
    let cases: Vec<(&str, String, &[&str])> = vec![
        (
            "list.json",
            listed(&["p-FullAWSAccess", "p-ab12cd34", "$(rm -rf)"]),
            &[
                "only lists policies",
                "describe-policy --policy-id p-FullAWSAccess",
                "describe-policy --policy-id p-ab12cd34",
            ],
        ),
        ("empty-list.json", listed(&[]), &["only lists policies", "describe-policy"]),
        ("summary.json", json!({"PolicySummary": {"Id": "p-ab12cd34"}}).to_string(), &["--policy-id p-ab12cd34"]),
        ("rcp.json", statement(json!({"Principal": "*"})), &["statement 2 has a Principal", "resource control", "do not reach Cost Explorer"]),
        ("trust.json", statement(json!({"NotPrincipal": {"AWS": "x"}})), &["a NotPrincipal"]),
        (
            "described-rcp.json",
            json!({"Policy": {"PolicySummary": {"Type": "RESOURCE_CONTROL_POLICY"}, "Content": allow(&["*"]).to_string()}}).to_string(),
            &["RESOURCE_CONTROL_POLICY", "leave it out"],
        ),
        ("plan.json", json!({"format_version": "1.2", "terraform_version": "1.9", "planned_values": {}}).to_string(), &["a plan of Terraform's", "content"]),
        ("state.json", json!({"version": 4, "terraform_version": "1.9", "lineage": "x", "resources": []}).to_string(), &["a state of Terraform's"]),
        ("main.tf", "resource \"aws_organizations_policy\" \"x\" {\n  content = <<JSON\n{}\nJSON\n}\n".to_owned(), &["a file of Terraform's", "describe-policy"]),
        ("data.tf", "# SCPs\n\ndata \"aws_iam_policy_document\" \"x\" {\n}\n".to_owned(), &["a file of Terraform's"]),
        ("main.tf.json", json!({"resource": {"aws_organizations_policy": {}}}).to_string(), &["a file of Terraform's"]),
        ("stack.json", json!({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}).to_string(), &["a CloudFormation template", "Content"]),
        ("cdk.json", json!({"Resources": {"P": {"Type": "AWS::Organizations::Policy"}}}).to_string(), &["a CloudFormation template"]),
        ("stack.yaml", "Resources:\n  P:\n    Type: AWS::Organizations::Policy\n".to_owned(), &["a CloudFormation template"]),
        ("template.json", statement(json!({"Action": ["${denied_actions}"]})), &["a template", "statement 2", "${denied_actions}", "describe-policy"]),
        ("jinja.json", statement(json!({"NotAction": ["{{ allowed }}"], "Action": null})), &["a template", "{{ allowed }}", "NotAction"]),
        ("sub.json", statement(json!({"Action": {"Fn::Sub": "${A}"}})), &["a template", "Fn::Sub"]),
        ("template.tftpl", "{\"Version\": \"2012-10-17\", \"Statement\": ${jsonencode(x)}}".to_owned(), &["a template", "${"]),
        ("loop.tpl", "{\"Statement\": [\n%{ for a in b }\n{}\n%{ endfor }]}".to_owned(), &["a template", "%{"]),
        ("lower.json", json!({"version": "2012-10-17", "statement": []}).to_string(), &["has “statement”", "called “Statement”"]),
        ("effect.json", "{\"Version\": \"2012-10-17\", \"Statement\": {\"effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}}".to_owned(), &["statement 1 has “effect”", "called “Effect”"]),
        ("actions.json", statement(json!({"Actions": ["*"]})), &["statement 2 has “Actions”", "called “Action”"]),
        ("version.json", statement(json!({})).replace("2012-10-17", "2012-10-7"), &["/Version", "2012-10-17"]),
        ("verdict.json", statement(json!({"Effect": "deny"})), &["/Statement/1/Effect"]),
        ("cut.json", "{\"Version\": \"2012-10-17\", \"Statement\": [".to_owned(), &["not JSON", "line 1"]),
        ("tag.json", json!({"tags": {}}).to_string(), &["a tag policy"]),
        ("iam.json", json!({"PolicyVersion": {"Document": allow(&["*"])}}).to_string(), &["get-policy-version"]),
        ("dump.json", dump_of(&allow(&["*"])).to_string(), &["an account dump", "--dump"]),
        ("several.json", json!([allow(&["*"]), allow(&["*"])]).to_string(), &["a list of 2 things"]),
        (
            "statement.json",
            json!({"Effect": "Deny", "Action": "*", "Resource": "*"}).to_string(),
            &["a statement", "put it into a policy"],
        ),
        (
            "denied.txt",
            "\nAn error occurred (AccessDeniedException) when calling".to_owned(),
            &["an error of the aws CLI's", "management account"],
        ),
        ("table.txt", "-----------\n|  DescribePolicy |\n".to_owned(), &["--output table", "--output json"]),
        ("described.yaml", "Policy:\n  Content: x\n".to_owned(), &["--output yaml"]),
        ("empty.json", "\n".to_owned(), &["empty"]),
        ("page.html", "<html>".to_owned(), &["HTML"]),
    ];
    for (name, content, words) in cases {
        let run = scp(name, &content);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{name}");
        assert!(run.stderr.contains(name), "{name}: {}", run.stderr);
        for word in words {
            assert!(
                run.stderr.contains(word),
                "{name}: “{word}” in {}",
                run.stderr
            );
        }
        assert!(!run.stderr.contains("rm -rf"), "{}", run.stderr);
    }
}

#[test]
fn an_scp_without_a_level_or_the_wrong_way_round_is_an_error_that_shows_the_right_way() {
    let files = Files::new();
    files.write("full.json", allow(&["*"]).to_string());
    let file = files.path("full.json");
    let dump = dump_of(&allow(&["*"])).to_string();
    for (scp, words) in [
        (file.clone(), format!("--scp root={file}")),
        (
            format!("{file}=root"),
            format!("the wrong way round: root={file}"),
        ),
        (format!("Root={file}"), "a level is root".to_owned()),
        (files.path("none.json"), "--scp takes root=FILE".to_owned()),
    ] {
        let run = files.check(&dump, ALICE, &["--scp", &scp]);
        assert_eq!(run.status, 2, "{scp}");
        assert!(run.stderr.contains(&words), "{scp}: {}", run.stderr);
    }
}

#[test]
fn policies_of_one_name_at_one_level_are_called_by_their_files() {
    let files = Files::new();
    for (name, policy) in [
        ("a/policy.json", deny(&["organizations:LeaveOrganization"])),
        ("b/policy.json", deny(&["ce:*"])),
        ("c/b/policy.json", deny(&["s3:*"])),
    ] {
        files.write(name, policy.to_string());
    }
    let root = |name: &str| format!("root={}", files.path(name));
    let given = [
        root("a/policy.json"),
        root("b/policy.json"),
        root("c/b/policy.json"),
    ];
    let (_, report) = under(&files, &given);
    let names: Vec<&str> = report["policies"]
        .as_array()
        .expect("policies")
        .iter()
        .filter_map(|policy| policy["name"].as_str())
        .collect();
    assert!(
        names[0] == "a/policy.json" && names[2] == "c/b/policy.json",
        "{names:?}"
    );
    assert!(names[1].ends_with("/b/policy.json"), "{names:?}");
    let change = &report["changes"][0];
    assert_eq!(change["policy"], names[1]);
    let kept = change["document"]["Statement"][1]["Action"].to_string();
    assert!(
        kept.contains("ce:Create") && !kept.contains("s3:"),
        "{kept}"
    );
    // One file twice is two policies still, and a name that nobody else has stays.
    let (_, report) = under(&files, &[root("b/policy.json"), root("b/policy.json")]);
    assert_eq!(codes(&report), ["scp-denies-billing"]);
    let (_, report) = under(
        &files,
        &[
            root("a/policy.json"),
            format!("account={}", files.path("b/policy.json")),
        ],
    );
    assert_eq!(report["policies"][0]["name"], "policy");
}

#[test]
fn what_is_no_action_is_shown_and_keeps_the_check_open_where_it_may_deny() {
    let odd: [(&str, &str, bool); 5] = [
        ("", "an action without a name", true),
        ("${denied_actions}", "a template's placeholder", true),
        ("GetCostAndUsage", "without a service in front", true),
        (
            "budget:*",
            "AWS has no service budget. Probably budgets was meant.",
            false,
        ),
        ("cost-explorer:Get*", "Probably ce was meant.", false),
    ];
    for (pattern, words, may_deny) in odd {
        let mut policy = deny(&[pattern]);
        let dump = dump_of(&policy).to_string();
        let files = Files::new();
        let report = files.check(&dump, ALICE, &["-o", "json"]).json();
        assert_valid(&report);
        let remark = report["policies"][0]["remarks"][0]
            .as_str()
            .unwrap_or_default();
        assert!(
            remark.starts_with("Statement 2 of the inline policy own of user alice denies"),
            "{remark}"
        );
        assert!(remark.contains(words), "{pattern}: {remark}");
        let wanted = if may_deny { "inconclusive" } else { "passed" };
        assert_eq!(
            status(&report, "identity-policy-denies-billing"),
            wanted,
            "{pattern}"
        );
        let text = files.check(&dump, ALICE, &["--color", "never"]).stdout;
        assert!(
            text.contains("Statement 2 of the inline policy own"),
            "{text}"
        );
        // An Allow of it denies nothing.
        policy["Statement"][1]["Effect"] = json!("Allow");
        let report = files
            .check(dump_of(&policy).to_string(), ALICE, &["-o", "json"])
            .json();
        assert_eq!(status(&report, "identity-policy-denies-billing"), "passed");
        assert!(
            !report["policies"][0]["remarks"]
                .as_array()
                .expect("remarks")
                .is_empty()
        );
    }
    let run = scp("policy.json", deny(&["", "s3:*"]).to_string());
    let report = run.json();
    assert_eq!(status(&report, "scp-denies-billing"), "inconclusive");
    assert!(
        report["policies"][1]["remarks"][0]
            .as_str()
            .expect("a remark")
            .contains("service control policy policy at root")
    );
    // What is fine is passed over.
    let report = Files::new()
        .check(
            dump_of(&allow(&["*", "ce:*", "ec2:*"])).to_string(),
            ALICE,
            &["-o", "json"],
        )
        .json();
    assert_eq!(report["policies"][0]["remarks"], Value::Null);
}
