//! Looking again until access works, without paying twice.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use crate::diagnose::diagnosis::{Diagnosis, Opens, State, diagnose};
use crate::diagnose::question::Question;
use crate::evidence::{Evidence, Failure, GapCause, Observed};
use crate::text::{list, sanitize};

/// The first pause. "After about a minute" is what somebody saw of the switch; a policy takes seconds.
const SHORTEST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(30);

/// What somebody who waits needs: AWS to look at, time to pass, and somebody to tell.
pub trait Surroundings {
    /// Looks once more; `paid`: whether Cost Explorer may be asked.
    ///
    /// # Errors
    ///
    /// Where it could not look at all.
    fn look(&mut self, paid: bool) -> impl Future<Output = anyhow::Result<Evidence>>;

    /// Lets time pass.
    fn pause(&mut self, time: Duration) -> impl Future<Output = ()>;

    /// How long it has been since the wait began.
    fn elapsed(&self) -> Duration;

    /// A line to tell.
    fn say(&mut self, line: &str);
}

/// What was seen at one time, and what follows.
pub struct Look {
    pub evidence: Evidence,
    pub diagnosis: Diagnosis,
}

/// Looks again, with longer and longer pauses, until access works or the time is up, and tells every change once. The
/// last look is the result.
///
/// # Errors
///
/// Where it could not look at all.
pub async fn until_it_works(
    mut last: Look,
    question: &Question,
    limit: Duration,
    around: &mut impl Surroundings,
) -> anyhow::Result<Look> {
    let mut said = BTreeSet::new();
    let mut pause = SHORTEST;
    while last.diagnosis.state != State::Healthy {
        let left = limit.saturating_sub(around.elapsed());
        if left.is_zero() {
            break;
        }
        around.pause(pause.min(left)).await;
        pause = pause.mul_f64(1.5).min(LONGEST);
        let mut evidence = around.look(costs_nothing_yet(&last.evidence)).await?;
        keep_what_was_paid_for(&last.evidence, &mut evidence);
        let diagnosis = diagnose(&evidence, question);
        for line in changes(&last.diagnosis, &diagnosis) {
            if said.insert(line.clone()) {
                around.say(&line);
            }
        }
        last = Look {
            evidence,
            diagnosis,
        };
    }
    Ok(last)
}

/// Whether asking Cost Explorer again is free: it was refused, and refused calls are not charged. The answer that ends
/// the wait is the one that costs.
///
/// Source: <https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/>
fn costs_nothing_yet(evidence: &Evidence) -> bool {
    match &evidence.probes.cost_and_usage {
        Observed::Unknown(gap) => match &gap.cause {
            GapCause::Refused { .. } => true,
            // What timed out may have been answered all the same.
            GapCause::CallFailed { failure, .. } => *failure != Failure::TimedOut,
            _ => false,
        },
        _ => false,
    }
}

/// Cost Explorer's answer stays true while it is not asked again.
fn keep_what_was_paid_for(before: &Evidence, now: &mut Evidence) {
    if before.probes.cost_and_usage.known().is_some() {
        now.probes
            .cost_and_usage
            .clone_from(&before.probes.cost_and_usage);
    }
}

/// What is different, a line each.
fn changes(before: &Diagnosis, now: &Diagnosis) -> Vec<String> {
    let codes = |diagnosis: &Diagnosis| -> BTreeSet<&'static str> {
        let hindrances = diagnosis.hindrances.iter();
        let findings = diagnosis.causes.iter().chain(hindrances);
        findings.map(|finding| finding.code).collect()
    };
    let open = |diagnosis: &Diagnosis| -> Vec<String> {
        let pages = diagnosis.pages.iter();
        pages
            .filter(|verdict| verdict.opens == Opens::Yes)
            .map(|verdict| verdict.asked.page.title.clone())
            .collect()
    };
    let (were, are) = (codes(before), codes(now));
    let mut lines = Vec::new();
    let gone: Vec<&&str> = were.difference(&are).collect();
    if !gone.is_empty() {
        lines.push(format!("no longer in the way: {}", list(&gone)));
    }
    let findings = now.causes.iter().chain(&now.hindrances);
    for finding in findings.filter(|finding| !were.contains(finding.code)) {
        lines.push(format!(
            "now in the way: {} ({})",
            sanitize(&finding.summary),
            finding.code
        ));
    }
    let were_open = open(before);
    let opened: Vec<String> = open(now)
        .into_iter()
        .filter(|title| !were_open.contains(title))
        .collect();
    if !opened.is_empty() {
        lines.push(format!("open now: {}", list(&opened)));
    }
    lines
}
