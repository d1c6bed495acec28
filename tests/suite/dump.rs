//! Account dumps: what is read of them, what is refused, and what is judged.

use std::fs;
use std::path::PathBuf;

use billing_doctor::testing::evidence::dump::{Details, ReadError, read};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tool::{Run, assert_valid, billing_doctor, codes, ends, opens, status};

pub(crate) const ALICE: &str = "arn:aws:iam::111122223333:user/alice";

pub(crate) fn allow(actions: &[&str]) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})
}

/// A dump of one user with this as inline policy.
pub(crate) fn dump_of(policy: &Value) -> Value {
    json!({
        "UserDetailList": [{
            "UserName": "alice", "Arn": ALICE, "Path": "/",
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": policy}],
        }],
        "GroupDetailList": [], "RoleDetailList": [], "Policies": [],
    })
}

fn user(name: &str) -> Value {
    json!({"UserName": name, "Arn": format!("arn:aws:iam::111122223333:user/{name}")})
}

fn page(users: &[Value], is_truncated: bool) -> String {
    json!({"UserDetailList": users, "IsTruncated": is_truncated}).to_string()
}

fn read_text(text: &str) -> Result<Details, ReadError> {
    read(text.as_bytes())
}

/// A folder of files for a run.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("below")).expect("a directory");
        fs::write(&path, content).expect("written");
        path
    }

    pub(crate) fn check(&self, dump: impl AsRef<[u8]>, principal: &str, more: &[&str]) -> Run {
        let file = self.write("dump.json", dump);
        let mut arguments = vec!["check", "--dump", file.to_str().expect("UTF-8")];
        arguments.extend(["--principal", principal]);
        arguments.extend(more);
        billing_doctor(arguments)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }
}

/// The report on alice with `Allow *` and these service control policies.
pub(crate) fn under(files: &Files, scps: &[String]) -> (i32, Value) {
    let mut more = vec!["-o", "json"];
    for scp in scps {
        more.extend(["--scp", scp]);
    }
    let run = files.check(dump_of(&allow(&["*"])).to_string(), ALICE, &more);
    let report = run.json();
    assert_valid(&report);
    (run.status, report)
}

#[test]
fn pages_behind_each_other_are_one_dump_with_or_without_newlines() {
    let (one, two) = (page(&[user("a")], true), page(&[user("b")], false));
    for text in [
        format!("{one}{two}"),
        format!("{one}\n{two}\n"),
        format!("\u{feff}{one}\r\n\r\n{two}"),
    ] {
        let details = read_text(&text).expect("a dump");
        let names: Vec<&str> = details
            .user_detail_list
            .iter()
            .map(|user| user.user_name.as_str())
            .collect();
        assert_eq!(names, ["a", "b"]);
    }
}

#[test]
fn a_page_that_is_there_twice_counts_once() {
    let text = page(&[user("a")], false);
    let details = read_text(&format!("{text}{text}")).expect("a dump");
    assert_eq!(details.user_detail_list.len(), 1);
}

#[test]
fn a_url_encoded_policy_is_the_same_policy() {
    let policy = allow(&["*"]);
    let encoded = percent_encoding::utf8_percent_encode(
        &policy.to_string(),
        percent_encoding::NON_ALPHANUMERIC,
    )
    .to_string();
    let text = |policy: &Value| {
        let details = read_text(&dump_of(policy).to_string()).expect("a dump");
        details.user_detail_list[0].user_policy_list[0]
            .policy_document
            .0
            .to_string()
    };
    assert_eq!(text(&json!(encoded)), text(&policy));
}

#[test]
fn what_is_no_whole_dump_is_an_error_that_says_what_it_is_and_where() {
    let whole = dump_of(&allow(&["*"])).to_string();
    let deep = format!(
        "{{\"UserDetailList\": {}{}}}",
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    let mut changed = user("a");
    changed["Path"] = json!("/x/");
    changed["GroupList"] = json!(["g"]);
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("empty", Vec::new(), &["empty"]),
        ("blank", b" \n".to_vec(), &["empty"]),
        (
            "a truncated file",
            whole.as_bytes()[..whole.len() / 2].to_vec(),
            &["ends in the middle", "UserDetailList[0]", "line 1 column"],
        ),
        (
            "the second of two is truncated",
            format!("{}\n{{\"Use", page(&[user("a")], true)).into_bytes(),
            &["document 2", "line 2"],
        ),
        (
            "a last page that is not the last",
            page(&[user("a")], true).into_bytes(),
            &["incomplete", "IsTruncated"],
        ),
        (
            "--max-items",
            json!({"UserDetailList": [], "NextToken": "e30="})
                .to_string()
                .into_bytes(),
            &["incomplete", "NextToken"],
        ),
        (
            "a report",
            b"{\"schema\": \"billing-doctor/report/v1\", \"policies\": []}".to_vec(),
            &["this tool's own"],
        ),
        (
            "evidence",
            b"{\"schema\": \"billing-doctor/evidence/v1\"}".to_vec(),
            &["this tool's own"],
        ),
        (
            "a single policy",
            allow(&["*"]).to_string().into_bytes(),
            &["a single policy"],
        ),
        ("other JSON", b"{}".to_vec(), &["none of UserDetailList"]),
        ("a list", b"[]".to_vec(), &["a list"]),
        ("HTML", b"<!DOCTYPE html>".to_vec(), &["HTML"]),
        ("CSV", b"user,arn\na,b\n".to_vec(), &["another --output"]),
        (
            "half a character of UTF-16",
            vec![0xff, 0xfe, b'{'],
            &["UTF-16", "PowerShell"],
        ),
        ("bytes", vec![b'{', b'"', 0x80], &["byte at 2", "not UTF-8"]),
        (
            "a wrong type",
            b"{\"UserDetailList\": [{\"UserName\": 5, \"Arn\": \"a\"}]}".to_vec(),
            &["UserDetailList[0].UserName", "line 1 column"],
        ),
        (
            "a list that is an object",
            b"{\"RoleDetailList\": {}}".to_vec(),
            &["RoleDetailList", "line 1 column"],
        ),
        (
            "a duplicate key",
            b"{\"UserDetailList\": [], \"UserDetailList\": []}".to_vec(),
            &["duplicate field", "UserDetailList"],
        ),
        ("deep nesting", deep.into_bytes(), &["UserDetailList"]),
        (
            "one ARN with two contents",
            format!("{}{}", page(&[user("a")], true), page(&[changed], false)).into_bytes(),
            &["user/a is in it twice"],
        ),
        (
            "rubbish behind",
            format!("{whole} rubbish").into_bytes(),
            &["document 2", "line 1 column"],
        ),
    ];
    for (name, bytes, words) in cases {
        let error = read(&bytes).expect_err(name).to_string();
        for word in words {
            assert!(error.contains(word), "{name}: “{error}” lacks “{word}”");
        }
    }
}

#[test]
fn the_error_names_the_file_and_the_command_that_makes_one() {
    let run = Files::new().check("<html>", ALICE, &[]);
    assert_eq!(run.status, 2);
    for words in [
        "dump.json",
        "HTML",
        "hint: aws iam get-account-authorization-details",
    ] {
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
    assert_eq!(run.stdout, "");
}

#[test]
fn a_policy_nested_twenty_thousand_deep_is_unreadable_and_nothing_worse() {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let text = dump_of(&json!("MARK")).to_string().replace(
        "\"MARK\"",
        &format!("{{\"Version\": \"2012-10-17\", \"Statement\": {deep}}}"),
    );
    let run = Files::new().check(text, ALICE, &["-o", "json"]);
    let report = run.json();
    assert_valid(&report);
    assert_eq!(run.status, 3, "{report:#}");
    assert_eq!(codes(&report), [""; 0]);
}

#[test]
fn a_line_of_twenty_megabytes_is_read() {
    let mut policy = allow(&["*"]);
    policy["Id"] = json!("x".repeat(20 << 20));
    let text = dump_of(&policy).to_string();
    let dump = ends(move || read_text(&text).expect("a dump"));
    assert_eq!(dump.user_detail_list.len(), 1);
}

#[test]
fn control_characters_in_names_do_not_reach_the_terminal() {
    let name = "a\u{1b}[31m\u{202e}<script>";
    let mut dump = dump_of(&allow(&["ce:*"]));
    dump["UserDetailList"][0]["UserName"] = json!(name);
    dump["UserDetailList"][0]["UserPolicyList"][0]["PolicyName"] = json!(name);
    dump["UserDetailList"][0]["Arn"] = json!(format!("arn:aws:iam::111122223333:user/{name}"));
    let arn = format!("arn:aws:iam::111122223333:user/{name}");
    let files = Files::new();
    let text = files.check(dump.to_string(), &arn, &["--color", "never"]);
    assert_eq!(text.status, 1, "{}", text.stderr);
    let missing = files.check(
        dump.to_string(),
        "arn:aws:iam::111122223333:user/a[31m<script",
        &[],
    );
    assert_eq!(missing.status, 2);
    for output in [text.stdout, missing.stderr] {
        assert!(
            !output.contains('\u{1b}') && !output.contains('\u{202e}'),
            "{output}"
        );
        assert!(output.contains("<script>"), "{output}");
    }
}

#[test]
fn policies_that_refuse_settle_it_and_the_headline_names_the_principal() {
    let run = Files::new().check(
        dump_of(&allow(&["ce:*"])).to_string(),
        ALICE,
        &["-o", "json"],
    );
    let report = run.json();
    assert_valid(&report);
    assert_eq!(run.status, 1);
    assert_eq!(codes(&report), ["identity-policy-omits-billing"]);
    let headline = report["headline"].as_str().expect("a headline");
    assert!(headline.starts_with("IAM user alice "), "{headline}");
    assert_eq!(report["account"]["id"], "111122223333");
    assert_eq!(report["calls"], json!([]));
    for code in ["credentials-expired", "no-credentials"] {
        assert_eq!(status(&report, code), "skipped");
    }
}

#[test]
fn what_a_dump_does_not_hold_is_not_claimed() {
    let files = Files::new();
    let run = files.check(dump_of(&allow(&["*"])).to_string(), ALICE, &["-o", "json"]);
    let report = run.json();
    assert_valid(&report);
    assert_eq!(run.status, 3);
    assert_eq!(report["state"], "inconclusive");
    assert_eq!(report["switch"]["state"], "unknown");
    for page in ["bills", "cost-explorer"] {
        assert_eq!(opens(&report, page), "depends");
    }
    for code in [
        "iam-access-not-activated",
        "account-not-active",
        "cost-explorer-not-enabled",
        "scp-denies-billing",
        "member-cost-explorer-withheld",
    ] {
        assert_eq!(status(&report, code), "inconclusive", "{code}");
    }
    let gaps = report["gaps"].to_string();
    for words in [
        "whether the switch is on",
        "whether Cost Explorer answers",
        "`billing-doctor check` with the principal's credentials asks it",
    ] {
        assert!(gaps.contains(words), "{gaps}");
    }
    let text = files.check(dump_of(&allow(&["*"])).to_string(), ALICE, &[]);
    assert!(
        !text.stdout.contains("your own credentials"),
        "{}",
        text.stdout
    );
}

#[test]
fn a_group_or_policy_that_the_dump_lacks_is_a_gap_and_an_aws_managed_one_is_known() {
    let mut dump = dump_of(&allow(&["ce:*"]));
    let attach = |arn: &str| json!([{"PolicyName": "P", "PolicyArn": arn}]);
    let judge = |dump: &Value| {
        let run = Files::new().check(dump.to_string(), ALICE, &["-o", "json"]);
        (run.status, run.json())
    };
    dump["UserDetailList"][0]["GroupList"] = json!(["finance"]);
    let (exit, report) = judge(&dump);
    assert_eq!((exit, codes(&report).len()), (3, 0), "{report:#}");
    assert!(
        report["gaps"]
            .to_string()
            .contains("group finance is not in the dump")
    );

    dump["UserDetailList"][0]["GroupList"] = json!([]);
    dump["UserDetailList"][0]["AttachedManagedPolicies"] =
        attach("arn:aws:iam::111122223333:policy/P");
    let (exit, report) = judge(&dump);
    assert_eq!((exit, codes(&report).len()), (3, 0), "{report:#}");
    assert!(
        report["gaps"]
            .to_string()
            .contains("the dump does not have it")
    );

    dump["UserDetailList"][0]["AttachedManagedPolicies"] =
        attach("arn:aws:iam::aws:policy/AWSBudgetsReadOnlyAccess");
    let (exit, report) = judge(&dump);
    assert_eq!(exit, 1);
    assert_eq!(opens(&report, "bills"), "no");
}

#[test]
fn a_principal_that_is_not_there_is_an_error_that_names_those_who_are() {
    let dump = dump_of(&allow(&["*"])).to_string();
    let files = Files::new();
    for (arn, words) in [
        (
            "arn:aws:iam::111122223333:user/alcie",
            "there are arn:aws:iam::111122223333:user/alice",
        ),
        (
            "arn:aws:iam::111122223333:role/alice",
            "there are arn:aws:iam::111122223333:user/alice",
        ),
        (
            "arn:aws:iam::111122223333:user/zed",
            "nor is one of a similar name",
        ),
        (
            "arn:aws:iam::444455556666:user/alice",
            "and the dump is of account 111122223333",
        ),
    ] {
        let run = files.check(&dump, arn, &[]);
        assert_eq!(run.status, 2);
        assert!(run.stderr.contains(words), "{arn}: {}", run.stderr);
    }
}

#[test]
fn a_session_of_a_role_is_judged_as_its_role() {
    let dump = json!({"RoleDetailList": [{
        "RoleName": "ops", "Arn": "arn:aws:iam::111122223333:role/work/ops", "Path": "/work/",
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": allow(&["ce:*"])}],
    }]});
    let arn = "arn:aws:sts::111122223333:assumed-role/ops/alice";
    let run = Files::new().check(dump.to_string(), arn, &["-o", "json"]);
    assert_eq!(
        run.json()["principal"]["arn"],
        "arn:aws:iam::111122223333:role/work/ops"
    );
}

#[test]
fn every_level_of_service_control_policies_must_allow() {
    let files = Files::new();
    let full = allow(&["*"]).to_string();
    let described = json!({"Policy": {
        "PolicySummary": {"Name": "NoCosts", "Arn": "arn:aws:organizations::1:policy/o-1/service_control_policy/p-1", "Type": "SERVICE_CONTROL_POLICY"},
        "Content": json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ce:*", "Resource": "*"}]}).to_string(),
    }});
    files.write("full.json", &full);
    files.write("deny.json", described.to_string());
    files.write("little.json", allow(&["s3:*"]).to_string());
    let scp = |level: &str, file: &str| format!("{level}={}", files.path(file));

    // Levels come out from the root down, whatever the order on the command line.
    let (exit, report) = under(
        &files,
        &[
            scp("account", "full.json"),
            scp("ou-ab12-x", "full.json"),
            scp("root", "full.json"),
            scp("root", "deny.json"),
        ],
    );
    assert_eq!((exit, codes(&report)), (1, vec!["scp-denies-billing"]));
    let statement = &report["causes"][0]["statements"][0];
    assert_eq!(
        (&statement["policy"], &statement["target"]),
        (&json!("NoCosts"), &json!("root"))
    );
    let levels: Vec<&Value> = report["policies"]
        .as_array()
        .expect("policies")
        .iter()
        .map(|policy| &policy["via"]["name"])
        .collect();
    assert_eq!(levels, ["root", "root", "ou-ab12-x", "account", "alice"]);

    let (exit, report) = under(
        &files,
        &[scp("root", "full.json"), scp("ou-ab12-x", "little.json")],
    );
    assert_eq!((exit, codes(&report)), (1, vec!["scp-omits-billing"]));

    let (exit, report) = under(
        &files,
        &[scp("root", "full.json"), scp("111122223333", "full.json")],
    );
    assert_eq!((exit, status(&report, "scp-denies-billing")), (3, "passed"));
}

#[test]
fn a_directory_of_service_control_policies_is_read_by_names() {
    let files = Files::new();
    let full = allow(&["*"]).to_string();
    files.write("scps/.DS_Store", "x");
    files.write("scps/root.Full.json", &full);
    files.write("scps/ou-ab12-x/Full.json", &full);
    files.write("scps/account.json", allow(&["ce:*"]).to_string());
    let (exit, report) = under(&files, &[files.path("scps")]);
    assert_eq!((exit, codes(&report)), (1, vec!["scp-omits-billing"]));
    let levels: Vec<&Value> = report["policies"]
        .as_array()
        .expect("policies")
        .iter()
        .map(|policy| &policy["via"]["name"])
        .collect();
    assert_eq!(levels, ["root", "ou-ab12-x", "account", "alice"]);
}

#[test]
fn service_control_policies_that_do_not_fit_are_errors_that_name_the_file() {
    let files = Files::new();
    let dump = dump_of(&allow(&["*"])).to_string();
    let full = allow(&["*"]).to_string();
    files.write("full.json", &full);
    files.write("list.json", "[]");
    files.write(
        "tag.json",
        json!({"Policy": {"PolicySummary": {"Type": "TAG_POLICY"}, "Content": "{}"}}).to_string(),
    );
    files.write("stray/notes.txt", "x");
    files.write("empty/root/.keep", "");
    let path = |name: &str| files.path(name);
    for (scps, words) in [
        (vec![format!("root={}", path("list.json"))], "list.json"),
        (vec![format!("root={}", path("tag.json"))], "TAG_POLICY"),
        (vec![format!("root={}", path("none.json"))], "none.json"),
        (
            vec![format!("moon={}", path("full.json"))],
            "a level is root",
        ),
        (vec![path("stray")], "notes.txt fits no level"),
        (vec![path("empty")], "holds no policy"),
        (
            vec![
                format!("root={}", path("full.json")),
                format!("r-ab12={}", path("full.json")),
            ],
            "one level both root and r-ab12",
        ),
        (
            vec![format!("444455556666={}", path("full.json"))],
            "another account",
        ),
    ] {
        let mut more = Vec::new();
        for scp in &scps {
            more.extend(["--scp", scp]);
        }
        let run = files.check(&dump, ALICE, &more);
        assert_eq!(run.status, 2, "{scps:?}: {}", run.stdout);
        assert!(run.stderr.contains(words), "{scps:?}: {}", run.stderr);
    }
}

#[test]
fn a_dump_needs_a_principal_and_excludes_what_asks_aws() {
    for more in [
        vec![],
        vec!["--principal", ALICE, "--demo", "healthy"],
        vec!["--principal", ALICE, "--profile", "x"],
        vec!["--principal", ALICE, "--region", "us-east-1"],
        vec!["--principal", ALICE, "--endpoint-url", "http://127.0.0.1:1"],
        vec!["--principal", ALICE, "--free"],
        vec!["--principal", ALICE, "--timeout", "3"],
    ] {
        let mut arguments = vec!["check", "--dump", "x.json"];
        arguments.extend(&more);
        let run = billing_doctor(&arguments);
        assert_eq!(run.status, 2, "{more:?}");
        assert!(
            run.stderr.contains("Usage") || run.stderr.contains("cannot be used"),
            "{}",
            run.stderr
        );
    }
    let run = billing_doctor(["check", "--scp", "root=x"]);
    assert!(run.stderr.contains("--dump"), "{}", run.stderr);
}
