//! What the account says of itself.

use aws_sdk_iam::types::SummaryKeyType;

use super::{Collector, calls, rfc3339};
use crate::evidence::{Account, AccountInformation, AccountPlan, Gap, Observed, RootUser};

impl Collector<'_> {
    /// Four questions that need nothing but credentials.
    pub(super) async fn account(&self) -> Account {
        let (alias, information, root_user, plan) = tokio::join!(
            self.alias(),
            self.information(),
            self.root_user(),
            self.plan(),
        );
        Account {
            alias: alias.into(),
            information: information.into(),
            root_user: root_user.into(),
            plan: plan.into(),
            // Filled in by whoever asks Organizations.
            joined: Observed::NotApplicable {
                because: String::new(),
            },
        }
    }

    async fn alias(&self) -> Result<Option<String>, Gap> {
        let request = self.iam.list_account_aliases();
        let answer = self
            .asker
            .ask(&calls::LIST_ACCOUNT_ALIASES, request.send())
            .await?;
        // An account has at most one.
        Ok(answer.account_aliases.into_iter().next())
    }

    async fn information(&self) -> Result<AccountInformation, Gap> {
        let request = self.account.get_account_information();
        let answer = self
            .asker
            .ask(&calls::GET_ACCOUNT_INFORMATION, request.send())
            .await?;
        Ok(AccountInformation {
            name: answer.account_name,
        })
    }

    async fn root_user(&self) -> Result<RootUser, Gap> {
        let request = self.iam.get_account_summary();
        let answer = self
            .asker
            .ask(&calls::GET_ACCOUNT_SUMMARY, request.send())
            .await?;
        let summary = answer.summary_map.unwrap_or_default();
        let entry = |key: &str| {
            summary
                .get(&SummaryKeyType::from(key))
                .map(|value| *value != 0)
        };
        Ok(RootUser {
            has_password: entry("AccountPasswordPresent"),
        })
    }

    async fn plan(&self) -> Result<AccountPlan, Gap> {
        let request = self.free_tier.get_account_plan_state();
        let answer = self
            .asker
            .ask(&calls::GET_ACCOUNT_PLAN_STATE, request.send())
            .await?;
        Ok(AccountPlan {
            kind: answer.account_plan_type.as_str().to_owned(),
            status: Some(answer.account_plan_status.as_str().to_owned()),
            expires: answer
                .account_plan_expiration_date
                .as_ref()
                .and_then(rfc3339),
        })
    }
}
