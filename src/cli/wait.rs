//! `billing-doctor check --wait`.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::source::Source;
use super::{print, time};
use crate::cli::exit_status::ExitStatus;
use crate::diagnose::question::Question;
use crate::diagnose::wait::{Look, News, Surroundings, until_it_works};
use crate::evidence::Evidence;
use crate::words::{Audience, Voice};

/// When somebody mends a demo account, for whoever watches.
const DEMO_IS_MENDED: Duration = Duration::from_secs(4);

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Done,
    Interrupted,
}

/// Looks again until access works, the time is up or Ctrl-C is pressed. The last look is the result either way.
///
/// # Errors
///
/// Where it could not look at all.
pub(super) async fn wait(
    source: &Source,
    question: &Question,
    last: &mut Look,
    limit: Duration,
    tell: Tell,
) -> Result<End> {
    source.mend_after(DEMO_IS_MENDED);
    let mut around = Terminal {
        source,
        began: Instant::now(),
        tell,
    };
    let began = async {
        tell.line(&format!(
            "\nLooking again for {}; Ctrl-C ends it.",
            time::shown(limit)
        ));
        until_it_works(last, question, limit, &mut around).await
    };
    tokio::select! {
        // Ctrl-C is listened to before anybody is told of it.
        biased;
        _ = tokio::signal::ctrl_c() => {
            end_at_once_next_time();
            // Whatever stood on the line stays behind.
            eprintln!();
            Ok(End::Interrupted)
        }
        done = began => done.map(|()| End::Done),
    }
}

/// A second Ctrl-C ends the process, whatever it is at: its thread may be held up by a full pipe, so another one listens.
fn end_at_once_next_time() {
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        if let Ok(runtime) = runtime
            && runtime.block_on(tokio::signal::ctrl_c()).is_ok()
        {
            ExitStatus::Interrupted.end_now();
        }
    });
}

/// Where changes are told: JSON on standard output is one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tell {
    StandardOutput,
    StandardError,
}

impl Tell {
    pub(super) fn line(self, line: &str) {
        let told = match self {
            Self::StandardOutput => print(format!("{line}\n")).map(|_| ()),
            Self::StandardError => {
                eprintln!("{line}");
                Ok(())
            }
        };
        // Whoever closed the pipe waits no more, and the exit status still tells.
        drop(told);
    }
}

struct Terminal<'a> {
    source: &'a Source,
    began: Instant,
    tell: Tell,
}

impl Surroundings for Terminal<'_> {
    async fn look(&mut self, paid: bool) -> Result<Evidence> {
        self.source.look(paid).await
    }

    async fn pause(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn tell(&mut self, look: &Look, news: &News) {
        let seconds = self.began.elapsed().as_secs();
        let voice = Voice::new(&look.evidence, &look.diagnosis.question, Audience::Reader);
        self.tell
            .line(&format!("after {seconds} s: {}", voice.news(news)));
    }
}
