//! Collecting evidence: the only module that talks to AWS.
//!
//! Every call starts as soon as what it needs is known. Facts that several calls wait for are cells that the first
//! who asks fills; so there is no order to get wrong, and the longest chain is the one that AWS's API forces.

mod account;
mod account_details;
mod ask;
pub mod demo;
mod error;
mod gap;
mod http;
mod iam;
mod organizations;
pub mod permissions;
mod policies;
mod principal;
mod probes;
mod session;
pub mod settings;
mod simulation;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use aws_smithy_types::DateTime;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use tokio::sync::OnceCell;

pub use account_details::{AccountDetails, account_details};
pub use error::SessionError;

use crate::aws::settings::Settings;
use crate::catalog::{Partition, calls};
use crate::evidence::{
    Account, Caller, Evidence, Gap, Observed, Organization, Policies, SwitchEvent,
};
use ask::Asker;
use calls::Call;
use principal::Subject;
use session::Session;

/// The credentials and clients: a demo's, or what the environment has.
async fn open(settings: &Settings) -> Result<Session, SessionError> {
    match &settings.demo {
        Some(demo) => Ok(session::of_demo(demo, settings)),
        None => session::from_environment(settings).await,
    }
}

/// Asks AWS everything that the diagnosis needs. Reads only.
///
/// # Errors
///
/// Where the settings can't be used: a profile that doesn't exist, an endpoint that is no URL, certificates that
/// can't be read. That AWS refuses or does not answer is no error but part of the evidence.
pub async fn collect(settings: &Settings) -> Result<Evidence, SessionError> {
    let now = Timestamp::now();
    let start = std::time::Instant::now();
    let session = open(settings).await?;
    let collector = Collector::new(settings, &session, now);
    let (
        caller,
        principal,
        policies,
        membership,
        simulation,
        organization,
        account,
        probes,
        switch_history,
    ) = tokio::join!(
        collector.caller(),
        collector.principal(),
        collector.principal_policies(),
        collector.membership(),
        collector.simulation(),
        collector.organization(),
        collector.account(),
        collector.probes(),
        collector.switch_history(),
    );
    let (joined, service_control) = membership;
    Ok(Evidence {
        collected_at: now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        elapsed_ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        credentials: session.origin,
        caller: caller.clone().into(),
        principal,
        account: Account { joined, ..account },
        organization: organization.clone(),
        policies: Policies {
            identity: policies.identity,
            permissions_boundary: policies.permissions_boundary,
            service_control,
            session: policies.session,
        },
        simulation,
        probes,
        switch_history,
        calls: collector.asker.records(),
    })
}

/// The clients, and the facts that more than one call waits for.
struct Collector<'a> {
    settings: &'a Settings,
    now: Timestamp,
    asker: Asker,
    /// The account, where the credentials themselves say it.
    account_hint: Option<String>,
    sts: aws_sdk_sts::Client,
    iam: aws_sdk_iam::Client,
    organizations: aws_sdk_organizations::Client,
    account: aws_sdk_account::Client,
    cost_explorer: aws_sdk_costexplorer::Client,
    billing: aws_sdk_billing::Client,
    budgets: aws_sdk_budgets::Client,
    free_tier: aws_sdk_freetier::Client,
    cloudtrail: aws_sdk_cloudtrail::Client,
    caller: OnceCell<Result<Caller, Gap>>,
    subject: OnceCell<Result<Subject, Gap>>,
    subject_details: OnceCell<Result<iam::Details, Gap>>,
    organization: OnceCell<Observed<Organization>>,
    default_versions: OnceCell<Result<BTreeMap<String, String>, Gap>>,
    documents: Documents,
}

/// The texts of policies by ARN or id: one that is attached in several places is read once.
type Documents = Mutex<BTreeMap<String, Arc<OnceCell<Result<String, Gap>>>>>;

impl<'a> Collector<'a> {
    fn new(settings: &'a Settings, session: &Session, now: Timestamp) -> Self {
        let config = &session.config;
        let mut cloudtrail = aws_sdk_cloudtrail::config::Builder::from(config);
        // Billing's console events are recorded where billing answers, whatever Region one works in.
        // Source: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/logging-using-cloudtrail.html
        let billing = Partition::of_region(&session.origin.region).billing_region();
        cloudtrail.set_region(Some(aws_config::Region::new(billing)));
        Self {
            settings,
            now,
            asker: Asker::new(
                settings.timeout,
                settings.overall_timeout(),
                session.no_credentials.clone(),
                session.charged,
            ),
            account_hint: session.account.clone(),
            sts: aws_sdk_sts::Client::new(config),
            iam: aws_sdk_iam::Client::new(config),
            organizations: aws_sdk_organizations::Client::new(config),
            account: aws_sdk_account::Client::new(config),
            cost_explorer: aws_sdk_costexplorer::Client::new(config),
            billing: aws_sdk_billing::Client::new(config),
            budgets: aws_sdk_budgets::Client::new(config),
            free_tier: aws_sdk_freetier::Client::new(config),
            cloudtrail: aws_sdk_cloudtrail::Client::from_conf(cloudtrail.build()),
            caller: OnceCell::new(),
            subject: OnceCell::new(),
            subject_details: OnceCell::new(),
            organization: OnceCell::new(),
            default_versions: OnceCell::new(),
            documents: Documents::default(),
        }
    }

    /// Whose credentials these are.
    async fn caller(&self) -> &Result<Caller, Gap> {
        self.caller
            .get_or_init(async || {
                let call = &calls::GET_CALLER_IDENTITY;
                let answer = self
                    .asker
                    .ask(call, self.sts.get_caller_identity().send())
                    .await?;
                match (answer.account, answer.arn, answer.user_id) {
                    (Some(account), Some(arn), Some(user_id)) => Ok(Caller {
                        account,
                        arn,
                        user_id,
                    }),
                    _ => Err(gap::incomplete(call, "account, ARN and user id")),
                }
            })
            .await
    }

    /// The account, without waiting where the credentials say it.
    async fn account_id(&self) -> Result<String, Gap> {
        match &self.account_hint {
            Some(account) => Ok(account.clone()),
            None => self
                .caller()
                .await
                .as_ref()
                .map(|caller| caller.account.clone())
                .map_err(Clone::clone),
        }
    }

    async fn switch_history(&self) -> Observed<Vec<SwitchEvent>> {
        use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};
        let call = &calls::LOOKUP_EVENTS;
        let attribute = LookupAttribute::builder()
            .attribute_key(LookupAttributeKey::EventName)
            .attribute_value("SetIAMAccessPreference")
            .build();
        let attribute = match attribute {
            Ok(attribute) => attribute,
            Err(error) => return Observed::Unknown(Gap::not_asked(call.fact, error.to_string())),
        };
        // A page may be empty though another follows.
        pages(call, async |token| {
            let request = self
                .cloudtrail
                .lookup_events()
                .lookup_attributes(attribute.clone())
                .set_next_token(token);
            let page = self.asker.ask(call, request.send()).await?;
            Ok((page.events.unwrap_or_default(), page.next_token))
        })
        .await
        .map(|events| {
            events
                .into_iter()
                // Whoever shares a name with the event, only the event counts.
                .filter(|event| event.event_name.as_deref() == Some("SetIAMAccessPreference"))
                .map(|event| SwitchEvent {
                    time: event.event_time.as_ref().and_then(rfc3339),
                    by: event.username,
                })
                .collect()
        })
        .into()
    }

    /// The day `days` before today, as Cost Explorer writes it.
    fn day(&self, days: i64) -> String {
        let today = self.now.to_zoned(TimeZone::UTC).date();
        today.checked_sub(days.days()).unwrap_or(today).to_string()
    }

    /// The instant `days` before now.
    fn days_ago(&self, days: i64) -> DateTime {
        DateTime::from_secs(self.now.as_second() - days * 86_400)
    }
}

/// All pages of a list, each a call of its own. A part of a list is never taken for the whole.
async fn pages<T>(
    call: &Call,
    page: impl AsyncFn(Option<String>) -> Result<(Vec<T>, Option<String>), Gap>,
) -> Result<Vec<T>, Gap> {
    let mut items = Vec::new();
    let mut marks = Marks::default();
    let mut next = None;
    loop {
        let (more, following) = page(next).await?;
        items.extend(more);
        next = following;
        match &next {
            Some(mark) => marks.pass(call, mark)?,
            None => return Ok(items),
        }
    }
}

/// The marks of the pages of a list. A list that never ends is not AWS's.
#[derive(Default)]
struct Marks(BTreeSet<String>);

impl Marks {
    const MOST: usize = 1_000;

    /// Notes the mark of the page that comes next.
    fn pass(&mut self, call: &Call, mark: &str) -> Result<(), Gap> {
        if self.0.insert(mark.to_owned()) && self.0.len() < Self::MOST {
            return Ok(());
        }
        Err(gap::endless(call))
    }
}

/// A time of AWS's as RFC 3339, whole seconds.
fn rfc3339(time: &DateTime) -> Option<String> {
    Some(
        Timestamp::from_second(time.secs())
            .ok()?
            .strftime("%Y-%m-%dT%H:%M:%SZ")
            .to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(next: impl Fn(Option<&str>) -> Option<String>) -> Result<Vec<u32>, Gap> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime
            .unwrap()
            .block_on(pages(&calls::LIST_GROUPS_FOR_USER, async |mark| {
                Ok((vec![1], next(mark.as_deref())))
            }))
    }

    #[test]
    fn a_list_of_three_pages_is_read_whole() {
        let found = list(|mark| match mark {
            None => Some("a".to_owned()),
            Some("a") => Some("b".to_owned()),
            Some(_) => None,
        });
        assert_eq!(found, Ok(vec![1, 1, 1]));
    }

    #[test]
    fn a_list_that_leads_in_a_circle_is_a_gap_and_no_part_of_a_list() {
        let gap = list(|_| Some("the same".to_owned())).unwrap_err();
        assert_eq!(gap.fact, calls::LIST_GROUPS_FOR_USER.fact);
    }

    #[test]
    fn a_list_without_end_is_a_gap_and_no_part_of_a_list() {
        let count = std::cell::Cell::new(0);
        let endless = list(|_| {
            count.set(count.get() + 1);
            Some(count.get().to_string())
        });
        assert!(endless.is_err());
    }
}
