//! `--wait`, with a clock that the test holds: what is told, when it ends, and what it costs.

use std::time::Duration;

use billing_doctor::testing::aws::settings::Settings;
use billing_doctor::testing::diagnose::diagnosis::{State, diagnose};
use billing_doctor::testing::diagnose::question::Question;
use billing_doctor::testing::diagnose::wait::{Look, News, Surroundings, until_it_works};
use billing_doctor::testing::evidence::{Evidence, Failure, Gap, GapCause, Observed};
use billing_doctor::testing::words::{Audience, Voice};
use fake_aws::{Account, Fault, Faults, FaultyAws};
use serde_json::{Value, json};

use crate::scenarios::account;
use crate::tool::{run, settings_for, tool};

/// Something that happens at a time of the test's clock.
struct Event {
    at: Duration,
    account: Account,
    faults: Faults,
}

fn at(seconds: u64, account: Account) -> Event {
    failing(seconds, account, Faults::none())
}

fn failing(seconds: u64, account: Account, faults: Faults) -> Event {
    Event {
        at: Duration::from_secs(seconds),
        account,
        faults,
    }
}

struct Test {
    aws: FaultyAws,
    settings: Settings,
    clock: Duration,
    events: Vec<Event>,
    lines: Vec<String>,
    pauses: Vec<Duration>,
    /// How often Cost Explorer answered, which costs money each time.
    paid: u32,
}

impl Surroundings for Test {
    async fn look(&mut self, paid: bool) -> anyhow::Result<Evidence> {
        let settings = Settings {
            free: !paid,
            ..self.settings.clone()
        };
        let evidence = billing_doctor::testing::aws::collect(&settings).await?;
        let paid = evidence
            .calls
            .iter()
            .filter(|call| call.call == "ce:GetCostAndUsage");
        self.paid += paid.map(|call| call.answered).sum::<u32>();
        Ok(evidence)
    }

    async fn pause(&mut self, time: Duration) {
        self.clock += time;
        self.pauses.push(time);
        let (due, later) = std::mem::take(&mut self.events)
            .into_iter()
            .partition(|event| event.at <= self.clock);
        self.events = later;
        for event in due {
            let event: Event = event;
            self.aws
                .change(event.account, event.faults)
                .expect("the account is whole");
        }
    }

    fn elapsed(&self) -> Duration {
        self.clock
    }

    fn tell(&mut self, look: &Look, news: &News) {
        let voice = Voice::new(&look.evidence, &look.diagnosis.question, Audience::Reader);
        self.lines.push(voice.news(news));
    }
}

/// How a wait of ten minutes ends, and what it was like.
fn wait(first: Account, events: Vec<Event>) -> (State, Test) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let aws = FaultyAws::new(first.clone(), Faults::none()).expect("it is whole");
        let settings = settings_for(&first, &aws);
        let mut test = Test {
            aws,
            settings,
            clock: Duration::ZERO,
            events,
            lines: Vec::new(),
            pauses: Vec::new(),
            paid: 0,
        };
        let question = Question::default();
        let evidence = test.look(true).await.expect("it looks");
        let diagnosis = diagnose(&evidence, &question);
        let mut last = Look {
            evidence,
            diagnosis,
        };
        let limit = Duration::from_secs(600);
        until_it_works(&mut last, &question, limit, &mut test)
            .await
            .expect("it looks");
        (last.diagnosis.state, test)
    })
}

fn off() -> Account {
    account("iam-access-off", json!({}))
}

fn on() -> Account {
    account("iam-access-off", json!({"iamAccessToBilling": "activated"}))
}

#[test]
fn it_ends_as_soon_as_the_switch_is_on_and_says_what_changed() {
    let (state, test) = wait(off(), vec![at(60, on())]);
    assert_eq!(state, State::Healthy);
    assert!(test.clock < Duration::from_secs(120), "{:?}", test.clock);
    assert_eq!(
        test.lines[0],
        "no longer in the way: iam-access-not-activated"
    );
    assert!(test.lines[1].starts_with("open now: "), "{:?}", test.lines);
    assert_eq!(test.lines.len(), 2, "{:?}", test.lines);
    assert!(test.paid <= 1, "{}", test.paid);
}

#[test]
fn a_policy_that_comes_first_and_the_switch_later_are_told_one_after_the_other() {
    let both_off = account(
        "no-billing-policy",
        json!({"iamAccessToBilling": "notActivated"}),
    );
    let policy = json!([{"name": "bob", "path": "/developers/", "attachedPolicies": ["arn:aws:iam::aws:policy/AdministratorAccess"]}]);
    let with_policy = |switch: &str| {
        account(
            "no-billing-policy",
            json!({"iamAccessToBilling": switch, "users": policy, "groups": []}),
        )
    };
    let events = vec![
        at(20, with_policy("notActivated")),
        at(60, with_policy("activated")),
    ];
    let (state, test) = wait(both_off, events);
    assert_eq!(state, State::Healthy);
    let told = test.lines.join("\n");
    assert!(
        told.contains("no longer in the way: identity-policy-omits-billing"),
        "{told}"
    );
    // The switch could only be seen once the policy was there.
    assert!(told.contains("(iam-access-not-activated)"), "{told}");
    assert!(
        told.contains("no longer in the way: iam-access-not-activated"),
        "{told}"
    );
    assert!(test.paid <= 1, "{}", test.paid);
}

#[test]
fn cost_explorer_is_asked_while_it_refuses_and_paid_once() {
    let enabled = account(
        "cost-explorer-never-enabled",
        json!({"costExplorer": "enabled"}),
    );
    let never = account("cost-explorer-never-enabled", json!({}));
    let (state, test) = wait(never, vec![at(100, enabled)]);
    assert_eq!(state, State::Healthy);
    assert_eq!(test.paid, 1);
}

#[test]
fn what_was_paid_for_is_not_paid_for_again() {
    // Cost Explorer answers from the beginning; it is the boundary of budgets that has to go.
    let deny = json!({"name": "alice", "attachedPolicies": ["arn:aws:iam::aws:policy/AdministratorAccess"], "inlinePolicies": [
        {"name": "NoBudgets", "document": {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "budgets:*", "Resource": "*"}]}}]});
    let first = account("healthy", json!({"users": [deny]}));
    let (state, test) = wait(first, vec![at(200, account("healthy", json!({})))]);
    assert_eq!(state, State::Healthy);
    assert_eq!(test.paid, 1);
}

#[test]
fn aws_failing_for_a_while_is_told_once_and_ends_nothing() {
    let throttled = || Faults::none().everywhere(Fault::Throttle { times: None });
    let events = vec![
        failing(10, off(), throttled()),
        at(40, off()),
        failing(80, off(), throttled()),
        at(200, on()),
    ];
    let (state, test) = wait(off(), events);
    assert_eq!(state, State::Healthy);
    let mut lines = test.lines.clone();
    lines.sort();
    let all = lines.len();
    lines.dedup();
    assert_eq!(
        all,
        lines.len(),
        "never the same line twice: {:?}",
        test.lines
    );
    assert!(
        test.lines.iter().any(|line| line.contains("(throttled)")),
        "{:?}",
        test.lines
    );
}

#[test]
fn the_pauses_grow_and_the_time_is_kept() {
    let (state, test) = wait(off(), Vec::new());
    assert_eq!(state, State::Blocked);
    assert_eq!(test.clock, Duration::from_secs(600));
    assert_eq!(test.lines, [""; 0]);
    assert!(test.pauses.is_sorted() || test.pauses[..test.pauses.len() - 1].is_sorted());
    assert_eq!(test.pauses[0], Duration::from_secs(2));
    assert!(
        test.pauses
            .iter()
            .all(|pause| *pause <= Duration::from_secs(30))
    );
}

#[test]
fn the_demo_is_mended_while_one_watches() {
    let output = run(tool().args(["check", "--demo", "iam-access-off", "--wait", "60s"]));
    assert_eq!(output.status, 0, "{}", output.stdout);
    assert!(
        output
            .stdout
            .contains("no longer in the way: iam-access-not-activated"),
        "{}",
        output.stdout
    );
    let output = run(tool().args([
        "check",
        "--demo",
        "iam-access-off",
        "--wait",
        "60s",
        "-o",
        "json",
    ]));
    assert_eq!(output.status, 0);
    assert_eq!(output.json()["state"], "healthy");
    assert!(
        output.stderr.contains("no longer in the way"),
        "{}",
        output.stderr
    );
}

#[test]
fn at_the_end_of_the_time_the_last_status_counts() {
    let output = run(tool().args(["check", "--demo", "boundary", "--wait", "1s", "-o", "json"]));
    assert_eq!(output.status, 1);
    let report: Value = output.json();
    assert_eq!(report["causes"][0]["code"], "boundary-omits-billing");
    let output = run(tool().args(["check", "--demo", "boundary", "--wait", "never"]));
    assert_eq!(output.status, 2);
}

#[test]
fn cost_explorer_that_timed_out_is_not_asked_again_and_never_taken_for_a_choice() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let account = account("healthy", json!({}));
        let aws = FaultyAws::new(account.clone(), Faults::none()).expect("it is whole");
        let settings = settings_for(&account, &aws);
        let mut test = Test {
            aws,
            settings,
            clock: Duration::ZERO,
            events: Vec::new(),
            lines: Vec::new(),
            pauses: Vec::new(),
            paid: 0,
        };
        let question = Question::default();
        let mut evidence = test.look(true).await.expect("it looks");
        evidence.probes.cost_and_usage = Observed::Unknown(Gap {
            fact: "whether Cost Explorer answers".to_owned(),
            cause: GapCause::CallFailed {
                call: "ce:GetCostAndUsage".to_owned(),
                failure: Failure::TimedOut,
                detail: String::new(),
            },
        });
        let diagnosis = diagnose(&evidence, &question);
        let mut last = Look {
            evidence,
            diagnosis,
        };
        let limit = Duration::from_secs(600);
        until_it_works(&mut last, &question, limit, &mut test)
            .await
            .expect("it looks");
        assert_eq!(last.diagnosis.state, State::Inconclusive);
        let gap = last.evidence.probes.cost_and_usage.gap().expect("a gap");
        assert!(
            matches!(gap.cause, GapCause::NotAskedAgain { .. }),
            "{gap:?}"
        );
        assert!(
            gap.reason()
                .contains("asking again may cost another 0.01 USD"),
            "{}",
            gap.reason()
        );
        // Nothing else is missing, so that there is nothing to wait for.
        assert_eq!(test.pauses.len(), 1, "{:?}", test.pauses);
        assert_eq!(test.paid, 1);
    });
}

#[cfg(unix)]
#[test]
fn ctrl_c_prints_the_last_look_in_the_format_asked_for() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};

    for format in ["text", "json"] {
        let mut child = tool()
            .args(["check", "--demo", "boundary", "--wait", "10m", "-o", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
        let told: &mut dyn BufRead = if format == "text" {
            &mut stdout
        } else {
            &mut stderr
        };
        let mut line = String::new();
        while !line.contains("Ctrl-C ends it") {
            line.clear();
            assert_ne!(
                told.read_line(&mut line).expect("text"),
                0,
                "{format}: it ended early"
            );
        }
        let killed = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(killed.expect("kill runs").success());
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).expect("text");
        assert_eq!(child.wait().expect("it ends").code(), Some(130), "{format}");
        if format == "json" {
            let report: Value = serde_json::from_str(&rest).expect("one whole document");
            assert_eq!(report["state"], "blocked");
        } else {
            assert!(rest.contains("bill"), "{rest}");
        }
    }
}
