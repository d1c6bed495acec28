//! Looking again until access works, without paying twice.

use std::future::Future;
use std::time::Duration;

use crate::catalog::Code;
use crate::catalog::calls::GET_COST_AND_USAGE;
use crate::diagnose::cause::{Cause, PageId};
use crate::diagnose::diagnosis::{Diagnosis, Opens, State, diagnose};
use crate::diagnose::question::Question;
use crate::evidence::{Answer, Evidence, Failure, Gap, GapCause, Observed};

/// The first pause. "After about a minute" is what somebody saw of the switch; a policy takes seconds.
const SHORTEST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(30);

/// What somebody who waits needs: AWS to look at, time to pass, and somebody to tell.
pub trait Surroundings {
    /// Looks once more; `paid`: whether Cost Explorer may be asked. What it says of it otherwise is not used.
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

/// Looks again, with longer and longer pauses, until access works, the time is up, or only what would cost again is
/// missing; tells every change once. `last` is the last look at any time, also where this is cut short.
///
/// # Errors
///
/// Where it could not look at all.
pub async fn until_it_works(
    last: &mut Look,
    question: &Question,
    limit: Duration,
    around: &mut impl Surroundings,
) -> anyhow::Result<()> {
    let mut told = Vec::new();
    let mut pause = SHORTEST;
    while last.diagnosis.state != State::Healthy && !lacks_only_the_paid(last) {
        let left = limit.saturating_sub(around.elapsed());
        if left.is_zero() {
            break;
        }
        around.pause(pause.min(left)).await;
        pause = pause.mul_f64(1.5).min(LONGEST);
        let kept = not_to_pay_twice(&last.evidence);
        let mut evidence = around.look(kept.is_none()).await?;
        if let Some(kept) = kept {
            evidence.probes.cost_and_usage = kept;
        }
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
        *last = now;
    }
    Ok(())
}

/// What is known of Cost Explorer, where asking it again may be charged: its answer, which stays true, or that it timed
/// out, since it may have answered all the same. Whatever else it said was not charged, and it can be asked again.
///
/// Source: <https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/>
fn not_to_pay_twice(evidence: &Evidence) -> Option<Observed<Answer>> {
    let probe = &evidence.probes.cost_and_usage;
    match probe {
        Observed::Known { .. } => Some(probe.clone()),
        Observed::Unknown(gap) => match &gap.cause {
            GapCause::NotAskedAgain { .. } => Some(probe.clone()),
            GapCause::CallFailed {
                call,
                failure: Failure::TimedOut,
                ..
            } => Some(Observed::Unknown(Gap {
                fact: gap.fact.clone(),
                cause: GapCause::NotAskedAgain {
                    call: call.clone(),
                    failure: Failure::TimedOut,
                    cost_usd: GET_COST_AND_USAGE.price_usd,
                },
            })),
            _ => None,
        },
        Observed::NotApplicable { .. } => None,
    }
}

/// Whether access would be seen to work if Cost Explorer, which is not asked again, answered. Then waiting is over.
fn lacks_only_the_paid(look: &Look) -> bool {
    let probe = look.evidence.probes.cost_and_usage.gap();
    if !probe.is_some_and(|gap| matches!(gap.cause, GapCause::NotAskedAgain { .. })) {
        return false;
    }
    let mut evidence = look.evidence.clone();
    evidence.probes.cost_and_usage = Observed::Known { value: Answer {} };
    diagnose(&evidence, &look.diagnosis.question).state == State::Healthy
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
