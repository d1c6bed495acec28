//! Where to look and about whom: the options of the commands that ask AWS, and the asking.

use std::io::{self, IsTerminal};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::Args;

use super::{Hint, time};
use crate::aws;
use crate::aws::settings::{Credentials, Settings};
use crate::diagnose::question::Question;
use crate::evidence::Evidence;
use crate::names::{PrincipalArn, PrincipalKind};
use crate::text::sanitize;
use fake_aws;

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
    /// Ask about another user or role of the account.
    #[arg(long, value_name = "ARN", value_parser = principal)]
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
    /// Where there is no such demo account.
    pub(super) fn open(self, whom: Whom, question: &Question) -> Result<Source> {
        let mut settings = Settings {
            question: question.clone(),
            profile: self.profile,
            region: self.region,
            endpoint_url: self.endpoint_url,
            principal: whom.principal,
            free: whom.free,
            timeout: self.timeout,
            credentials: Credentials::Chain,
        };
        let demo = match &self.demo {
            Some(name) => Some(start_demo(name, &mut settings)?),
            None => None,
        };
        Ok(Source { settings, demo })
    }
}

/// Somewhere to look.
pub(super) struct Source {
    settings: Settings,
    /// Answers as long as it lives.
    demo: Option<fake_aws::Responder>,
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
        if let Some(responder) = &self.demo {
            responder.mend_after(time);
        }
    }
}

fn with_hint(error: aws::SessionError) -> anyhow::Error {
    match error.hint() {
        Some(hint) => anyhow::Error::new(error).context(Hint(hint)),
        None => error.into(),
    }
}

/// Starts a made-up account and points the settings to it.
fn start_demo(name: &str, settings: &mut Settings) -> Result<fake_aws::Responder> {
    let account = fake_aws::account(name).map_err(|_| {
        let names: Vec<&str> = fake_aws::ACCOUNTS.iter().map(|(name, _)| *name).collect();
        anyhow!("there is no demo account “{}”", sanitize(name))
            .context(Hint(format!("there are: {}", names.join(", "))))
    })?;
    let key = account.access_key();
    let responder = fake_aws::Responder::start(account, fake_aws::Faults::none())
        .context("the demo could not be started")?;
    settings.endpoint_url = Some(responder.url());
    settings.credentials = Credentials::Demo {
        access_key_id: key.access_key_id,
        secret_access_key: key.secret_access_key,
        session_token: key.session_token,
    };
    Ok(responder)
}

pub(super) fn demo_list() -> String {
    let mut text = String::new();
    for (name, _) in fake_aws::ACCOUNTS {
        let title = fake_aws::account(name).map(|account| account.title);
        text.push_str(&format!("{name}\n    {}\n", title.unwrap_or_default()));
    }
    text
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

/// The ARN of a user or role.
pub(super) fn principal(text: &str) -> Result<String, String> {
    match PrincipalArn::parse(text).map(|arn| arn.kind) {
        Some(PrincipalKind::User | PrincipalKind::Role) => Ok(text.to_owned()),
        _ => Err(
            "must be the ARN of a user or role, such as arn:aws:iam::111122223333:user/alice"
                .to_owned(),
        ),
    }
}
