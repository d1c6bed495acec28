//! `--demo`: the made-up accounts, which answer in this process.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use fake_aws::{ACCOUNTS, AccessKey, Account, FakeAws};
use futures_util::future::{BoxFuture, FutureExt, ready};
use jiff::Timestamp;

use super::Hint;
use crate::aws::demo::{self, Answers};
use crate::text::sanitize;

/// Every made-up account with what is the matter there.
pub(super) fn list() -> String {
    ACCOUNTS
        .iter()
        .filter_map(|(name, _)| fake_aws::account(name).map(|account| (name, account.title)))
        .map(|(name, title)| format!("{name}\n    {title}\n"))
        .collect()
}

/// A made-up account that was opened.
pub(super) struct Demo {
    key: AccessKey,
    aws: Arc<Aws>,
}

impl Demo {
    /// # Errors
    ///
    /// Where no account has that name.
    pub(super) fn open(name: &str) -> Result<Demo> {
        let account: Account = fake_aws::account(name).ok_or_else(|| {
            let names: Vec<&str> = ACCOUNTS.iter().map(|(name, _)| *name).collect();
            anyhow!("there is no demo account “{}”", sanitize(name))
                .context(Hint(format!("there are: {}", names.join(", "))))
        })?;
        Ok(Demo {
            key: account.access_key(),
            aws: Arc::new(Aws {
                now: FakeAws::new(account).map_err(|reason| anyhow!(reason))?,
                mended: OnceLock::new(),
            }),
        })
    }

    pub(super) fn settings(&self) -> demo::Demo {
        demo::Demo {
            access_key_id: self.key.access_key_id.clone(),
            secret_access_key: self.key.secret_access_key.clone(),
            session_token: self.key.session_token.clone(),
            answers: Arc::clone(&self.aws) as Arc<dyn Answers>,
        }
    }

    /// Somebody mends the account after a while, if its description says how.
    pub(super) fn mend_after(&self, time: Duration) {
        if let Some(mended) = self.aws.now.mended() {
            self.aws
                .mended
                .get_or_init(|| (Instant::now() + time, mended));
        }
    }
}

/// The account as it is, and as it will be from some time on.
#[derive(Debug)]
struct Aws {
    now: FakeAws,
    mended: OnceLock<(Instant, FakeAws)>,
}

impl Answers for Aws {
    fn answer(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> BoxFuture<'static, io::Result<http::Response<Vec<u8>>>> {
        let aws = match self.mended.get() {
            Some((from, mended)) if *from <= Instant::now() => mended,
            _ => &self.now,
        };
        ready(Ok(aws.respond(&request, Timestamp::now()))).boxed()
    }
}
