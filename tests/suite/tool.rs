//! The real binary in an empty environment.

use std::ffi::OsStr;
use std::io;
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use billing_doctor::testing::aws::demo::{Answers, Demo};
use billing_doctor::testing::aws::settings::Settings;
use fake_aws::{Account, FaultyAws};
use futures_util::future::{BoxFuture, FutureExt};
use serde_json::Value;

/// What a run printed and how it ended.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not JSON ({error}):\n{}\n{}", self.stdout, self.stderr))
    }
}

/// The binary without any of this machine's AWS settings.
pub(crate) fn tool() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_billing-doctor"));
    command.env_clear();
    // Neither the files of whoever runs the tests nor a metadata service are asked.
    command.env("HOME", env!("CARGO_TARGET_TMPDIR"));
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// How long the tool waits for a call where a test does not say: only a hang takes that long, however busy the machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);

/// What keeps one from setting a deadline, and the deadline itself.
const WITHOUT_DEADLINE: [&str; 4] = ["--timeout", "--evidence", "--dump", "--help"];

/// Gives the calls of a run that makes some the time that only a hang takes.
fn patient(command: &mut Command) {
    let arguments: Vec<&OsStr> = command.get_args().collect();
    let calls = arguments
        .first()
        .is_some_and(|first| *first == "check" || *first == "collect" || *first == "audit");
    let fixed = arguments
        .iter()
        .any(|argument| WITHOUT_DEADLINE.iter().any(|option| argument == option));
    if calls && !fixed {
        command.args(["--timeout", &PATIENCE.as_secs().to_string()]);
    }
}

/// Runs it to its end.
pub(crate) fn run(command: &mut Command) -> Run {
    patient(command);
    let output = command.output().expect("the binary starts");
    Run {
        status: output.status.code().expect("it was not killed"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
    }
}

/// What the work comes to, if it ends in a time that only work without end takes, however busy the machine.
pub(crate) fn ends<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, waiting) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    waiting.recv_timeout(PATIENCE).expect("it ends")
}

/// `billing-doctor` with these arguments.
pub(crate) fn billing_doctor<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Run {
    run(tool().args(arguments))
}

/// `billing-doctor check --demo NAME --output json`, validated against the committed schema.
pub(crate) fn demo_report(name: &str) -> (i32, Value) {
    let run = billing_doctor(["check", "--demo", name, "--output", "json"]);
    let report = run.json();
    assert_valid(&report);
    (run.status, report)
}

/// The report fits `docs/report-v1.schema.json`.
pub(crate) fn assert_valid(report: &Value) {
    let schema: Value = serde_json::from_str(include_str!("../../docs/report-v1.schema.json"))
        .expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let errors: Vec<String> = validator
        .iter_errors(report)
        .map(|error| format!("{error} at {}", error.instance_path))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{report:#}");
}

/// The codes of what was found, in order.
pub(crate) fn codes(report: &Value) -> Vec<&str> {
    let causes = report["causes"].as_array().expect("causes");
    causes
        .iter()
        .map(|cause| cause["code"].as_str().expect("a code"))
        .collect()
}

/// Whether a page of the report's table opens: `yes`, `no` or `depends`.
pub(crate) fn opens<'a>(report: &'a Value, id: &str) -> &'a str {
    let pages = report["pages"].as_array().expect("pages");
    let page = pages.iter().find(|page| page["id"] == id);
    page.expect("the page is in the table")["opens"]
        .as_str()
        .expect("a word")
}

/// How a check went.
pub(crate) fn status<'a>(report: &'a Value, code: &str) -> &'a str {
    let checks = report["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["code"] == code);
    check.expect("the check ran")["status"]
        .as_str()
        .expect("a word")
}

/// What `--demo` would set for this account, with these faults.
pub(crate) fn settings_for(account: &Account, aws: &FaultyAws) -> Settings {
    let key = account.access_key();
    Settings {
        question: billing_doctor::testing::diagnose::question::Question::default(),
        profile: None,
        region: None,
        endpoint_url: None,
        principal: None,
        free: false,
        timeout: PATIENCE,
        demo: Some(Demo {
            access_key_id: key.access_key_id,
            secret_access_key: key.secret_access_key,
            session_token: key.session_token,
            answers: Arc::new(InProcess(aws.clone())),
        }),
    }
}

#[derive(Debug)]
struct InProcess(FaultyAws);

impl Answers for InProcess {
    fn answer(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> BoxFuture<'static, io::Result<http::Response<Vec<u8>>>> {
        self.0.respond(request).boxed()
    }
}
