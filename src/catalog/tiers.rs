//! What somebody may be able to do to an account's money, in five tiers from looking to closing the account.
//!
//! A tier is held by whoever may take at least one of its actions: an audit must not overlook half a power. The actions
//! are those of AWS's tables for the console's pages that show or change it.
//! Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/billing-permissions-ref.html>

use schemars::JsonSchema;
use serde::Serialize;

/// A power over billing.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tier {
    /// A short word for it.
    pub id: &'static str,
    /// What its holder can do, as in "can …".
    pub title: &'static str,
    /// Any of these is enough.
    pub actions: &'static [&'static str],
}

/// The tiers, the most dangerous first.
pub const TIERS: &[Tier] = &[
    Tier {
        id: "close-account",
        title: "close the account or change its contacts",
        actions: &[
            "account:CloseAccount",
            "account:DeleteAlternateContact",
            "account:PutAlternateContact",
            "account:PutContactInformation",
        ],
    },
    Tier {
        id: "change-payment",
        title: "change payment or tax settings",
        actions: &[
            "payments:CreatePaymentInstrument",
            "payments:DeletePaymentInstrument",
            "payments:MakePayment",
            "payments:UpdatePaymentInstrument",
            "payments:UpdatePaymentPreferences",
            "tax:BatchPutTaxRegistration",
            "tax:DeleteTaxRegistration",
            "tax:PutTaxInheritance",
            "tax:PutTaxRegistration",
            "tax:UpdateExemptions",
        ],
    },
    Tier {
        id: "manage-budgets",
        title: "manage budgets",
        actions: &[
            "budgets:CreateBudgetAction",
            "budgets:DeleteBudgetAction",
            "budgets:ExecuteBudgetAction",
            "budgets:ModifyBudget",
            "budgets:UpdateBudgetAction",
        ],
    },
    Tier {
        id: "see-bills",
        title: "see bills and invoices",
        actions: &[
            "billing:GetBillingData",
            "billing:GetBillingDetails",
            "invoicing:GetInvoicePDF",
            "invoicing:ListInvoiceSummaries",
        ],
    },
    Tier {
        id: "see-costs",
        title: "see costs",
        actions: &[
            "ce:GetCostAndUsage",
            "ce:GetCostAndUsageWithResources",
            "ce:GetCostForecast",
            "ce:GetUsageForecast",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::known_actions;

    #[test]
    fn every_action_of_a_tier_exists_and_stands_in_one_tier_only() {
        let mut seen = std::collections::BTreeSet::new();
        for action in TIERS.iter().flat_map(|tier| tier.actions) {
            assert!(
                known_actions().iter().any(|known| known == action),
                "{action}"
            );
            assert!(seen.insert(action), "{action}");
        }
    }
}
