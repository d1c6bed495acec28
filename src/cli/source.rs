//! Where to look and about whom: the options of the commands that ask AWS, and the asking.

use std::io::{self, IsTerminal};
use std::time::Duration;

use anyhow::{Result, anyhow};
use clap::Args;

use super::demo::Demo;
use super::{Hint, time};
use crate::aws;
use crate::aws::settings::Settings;
use crate::diagnose::question::Question;
use crate::evidence::Evidence;
use crate::names::{PrincipalArn, PrincipalKind, is_account_id};

/// Where to look.
#[derive(Debug, Args)]
pub(super) struct Where {
    /// The profile to use; it wins over keys in the environment.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// The Region to call from. Billing answers from us-east-1 whatever it is.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// Send every call there instead of to AWS, but for those that fetch credentials (AWS_ENDPOINT_URL leads these too).
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,

    /// How long one call may take (5s, 500ms; a bare number counts seconds); all together may take three times that.
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = time::timeout)]
    timeout: Duration,

    /// Look at a made-up account instead of AWS; `list` shows which there are.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["profile", "region", "endpoint_url"])]
    demo: Option<String>,
}

/// Whom to ask about, and at what price.
#[derive(Debug, Default, Args)]
pub(super) struct Whom {
    /// Ask about another user or role of the account: its ARN; with --dump a name is enough (alice, role/Admin, or that of
    /// a permission set).
    #[arg(long, value_name = "PRINCIPAL")]
    principal: Option<String>,

    /// Leave out the one call that costs money (0.01 USD): Cost Explorer is then judged by the policies alone.
    #[arg(long)]
    free: bool,
}

impl Whom {
    /// The user or role that was asked about, where one was.
    pub(super) fn principal(&self) -> Option<&str> {
        self.principal.as_deref()
    }
}

impl Where {
    /// Whether the demo accounts were asked for instead of one of them.
    pub(super) fn wants_list(&self) -> bool {
        self.demo.as_deref() == Some("list")
    }

    /// Somewhere to look more than once.
    ///
    /// # Errors
    ///
    /// Where there is no such demo account, or the principal is no ARN.
    pub(super) fn open(self, whom: Whom, question: &Question) -> Result<Source> {
        let demo = self.demo.as_deref().map(Demo::open).transpose()?;
        if let Some(principal) = &whom.principal {
            is_askable(principal)?;
        }
        let settings = Settings {
            question: question.clone(),
            profile: self.profile,
            region: self.region,
            endpoint_url: self.endpoint_url,
            principal: whom.principal,
            free: whom.free,
            timeout: self.timeout,
            demo: demo.as_ref().map(Demo::settings),
        };
        Ok(Source { settings, demo })
    }
}

/// Somewhere to look.
pub(super) struct Source {
    settings: Settings,
    demo: Option<Demo>,
}

impl Source {
    /// Collects the evidence; `paid`: whether Cost Explorer may be asked, unless --free forbids it.
    ///
    /// # Errors
    ///
    /// Where the settings can't be used.
    pub(super) async fn look(&self, paid: bool) -> Result<Evidence> {
        let settings = Settings {
            free: self.settings.free || !paid,
            ..self.settings.clone()
        };
        with_progress(aws::collect(&settings))
            .await
            .map_err(with_hint)
    }

    /// Everybody and every policy of the account.
    ///
    /// # Errors
    ///
    /// Where the settings can't be used.
    pub(super) async fn account_details(&self) -> Result<aws::AccountDetails> {
        with_progress(aws::account_details(&self.settings))
            .await
            .map_err(with_hint)
    }

    /// In a demo, somebody mends what is wrong after a while.
    pub(super) fn mend_after(&self, time: Duration) {
        if let Some(demo) = &self.demo {
            demo.mend_after(time);
        }
    }
}

fn with_hint(error: aws::SessionError) -> anyhow::Error {
    match error.hint() {
        Some(hint) => anyhow::Error::new(error).context(Hint(hint)),
        None => error.into(),
    }
}

/// Waits, and says so on a terminal: silence for seconds looks like a fault.
async fn with_progress<T>(work: impl Future<Output = T>) -> T {
    if !io::stderr().is_terminal() {
        return work.await;
    }
    let mut work = std::pin::pin!(work);
    let mut shown = false;
    let mut tick = tokio::time::interval(Duration::from_millis(250));
    // The first tick comes at once: whoever gets the answer in a blink should see no flicker.
    tick.tick().await;
    loop {
        tokio::select! {
            done = &mut work => {
                if shown {
                    eprint!("\r\x1b[K");
                }
                return done;
            }
            _ = tick.tick() => {
                if !shown {
                    eprint!("Asking AWS …");
                }
                shown = true;
            }
        }
    }
}

/// AWS is asked about the ARN of a user or role, with the whole number of its account.
fn is_askable(principal: &str) -> Result<()> {
    let arn = PrincipalArn::parse(principal);
    let whose = arn.filter(|arn| matches!(arn.kind, PrincipalKind::User | PrincipalKind::Role));
    if whose.is_some_and(|arn| is_account_id(arn.account)) {
        return Ok(());
    }
    Err(
        anyhow!("--principal {principal} is not the ARN of a user or role").context(Hint(
            "give one such as arn:aws:iam::111122223333:user/alice; with --dump a name is enough"
                .to_owned(),
        )),
    )
}
