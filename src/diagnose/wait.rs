//! Looking again until access works, without paying twice.

use std::future::Future;
use std::time::Duration;

use crate::catalog::Code;
use crate::diagnose::cause::{Cause, PageId};
use crate::diagnose::diagnosis::{Diagnosis, Opens, State, diagnose};
use crate::diagnose::question::Question;
use crate::evidence::{Evidence, Failure, GapCause, Observed};

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

    /// Tells what changed at a look.
    fn tell(&mut self, look: &Look, news: &News);
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
    let mut told = Vec::new();
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
        let now = Look {
            evidence,
            diagnosis,
        };
        for news in news(&last.diagnosis, &now.diagnosis) {
            if !told.contains(&news) {
                around.tell(&now, &news);
                told.push(news);
            }
        }
        last = now;
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

/// What changed from one look to the next.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// These are no longer in the way.
    Gone(Vec<Code>),
    /// This is in the way now.
    Appeared(Box<Cause>),
    /// These pages open now.
    Opened(Vec<PageId>),
}

fn news(before: &Diagnosis, now: &Diagnosis) -> Vec<News> {
    let codes = |diagnosis: &Diagnosis| -> Vec<Code> {
        let found = diagnosis.causes.iter().chain(&diagnosis.hindrances);
        found.map(|cause| cause.code).collect()
    };
    let open = |diagnosis: &Diagnosis| -> Vec<PageId> {
        let pages = diagnosis.pages.iter();
        pages
            .filter(|verdict| verdict.opens == Opens::Yes)
            .map(|verdict| verdict.asked.page.id.as_str())
            .collect()
    };
    let (mut gone, are) = (codes(before), codes(now));
    let appeared = now.causes.iter().chain(&now.hindrances);
    let appeared: Vec<News> = appeared
        .filter(|cause| !gone.contains(&cause.code))
        .map(|cause| News::Appeared(Box::new(cause.clone())))
        .collect();
    gone.retain(|code| !are.contains(code));
    let were_open = open(before);
    let mut opened = open(now);
    opened.retain(|id| !were_open.contains(id));
    let gone = (!gone.is_empty()).then_some(News::Gone(gone));
    let opened = (!opened.is_empty()).then_some(News::Opened(opened));
    gone.into_iter().chain(appeared).chain(opened).collect()
}
