//! The billing services themselves, called once each with the caller's credentials.

use aws_sdk_costexplorer::types::{DateInterval, Granularity};

use super::{Collector, calls};
use crate::evidence::said;
use crate::evidence::{Answer, Gap, Probes};

impl Collector<'_> {
    /// One small question to each service. The probes speak for the caller, whomever the diagnosis is about.
    pub(super) async fn probes(&self) -> Probes {
        let (cost_and_usage, credits, budgets, free_tier_usage, billing_views) = tokio::join!(
            self.cost_and_usage(),
            self.credits(),
            self.budgets(),
            self.free_tier_usage(),
            self.billing_views(),
        );
        Probes {
            cost_and_usage: cost_and_usage.into(),
            credits: credits.into(),
            budgets: budgets.into(),
            free_tier_usage: free_tier_usage.into(),
            billing_views: billing_views.into(),
        }
    }

    /// Yesterday's cost: one page, one metric, no grouping.
    async fn cost_and_usage(&self) -> Result<Answer, Gap> {
        let call = &calls::GET_COST_AND_USAGE;
        if self.settings.free {
            return Err(Gap::left_out(call.fact, said::FREE));
        }
        if !self.settings.question.actions().contains(call.action) {
            return Err(Gap::left_out(call.fact, said::NOT_NEEDED));
        }
        let period = DateInterval::builder()
            .start(self.day(1))
            .end(self.day(0))
            .build();
        let period = period.map_err(|error| Gap::not_asked(call.fact, error.to_string()))?;
        let request = self
            .cost_explorer
            .get_cost_and_usage()
            .time_period(period)
            .granularity(Granularity::Daily)
            .metrics("UnblendedCost");
        self.asker.ask(call, request.send()).await?;
        Ok(Answer {})
    }

    /// The call that the switch gates. It takes the caller's own account and a start date in the past year.
    async fn credits(&self) -> Result<Answer, Gap> {
        let account = self.account_id().await?;
        let request = self
            .billing
            .get_credits()
            .account_id(account)
            .start_date(self.days_ago(30));
        self.asker.ask(&calls::GET_CREDITS, request.send()).await?;
        Ok(Answer {})
    }

    async fn billing_views(&self) -> Result<Answer, Gap> {
        let request = self.billing.list_billing_views().max_results(1);
        self.asker
            .ask(&calls::LIST_BILLING_VIEWS, request.send())
            .await?;
        Ok(Answer {})
    }

    async fn budgets(&self) -> Result<Answer, Gap> {
        let account = self.account_id().await?;
        let request = self
            .budgets
            .describe_budgets()
            .account_id(account)
            .max_results(1);
        self.asker
            .ask(&calls::DESCRIBE_BUDGETS, request.send())
            .await?;
        Ok(Answer {})
    }

    async fn free_tier_usage(&self) -> Result<Answer, Gap> {
        let request = self.free_tier.get_free_tier_usage().max_results(1);
        self.asker
            .ask(&calls::GET_FREE_TIER_USAGE, request.send())
            .await?;
        Ok(Answer {})
    }
}
