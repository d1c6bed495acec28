//! AWS Budgets.

use serde_json::{Value, json};

use crate::authorization::{authorize, denied};
use crate::call::Call;
use crate::reply::{Answer, AwsError};
use crate::world::World;

/// Answers a call.
pub(super) fn answer(world: &World, call: &Call) -> Result<Answer, AwsError> {
    match call.operation.as_str() {
        "DescribeBudgets" => describe(world, call),
        _ => Err(AwsError::unknown_operation(call)),
    }
}

/// The IAM action has another name than the operation.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbudgetservice.html>
fn describe(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let account_id = call.text("AccountId").unwrap_or_default();
    if account_id.is_empty() {
        return Err(AwsError::new(
            400,
            "InvalidParameterException",
            "AccountId must not be null",
        ));
    }
    authorize(
        world,
        call,
        "budgets:ViewBudget",
        &format!("arn:aws:budgets::{account_id}:budget/*"),
    )?;
    if account_id != world.id() {
        return Err(denied(
            call,
            format!("Access denied to account {account_id}"),
        ));
    }
    let spend = |usd: f64| json!({ "Amount": format!("{usd:.2}"), "Unit": "USD" });
    let budgets: Vec<Value> = (world.account().budgets.iter())
        .map(|budget| {
            json!({
                "BudgetName": budget.name,
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": spend(budget.limit_usd),
                "CalculatedSpend": { "ActualSpend": spend(budget.spent_usd) },
                "TimePeriod": { "Start": 1_709_251_200, "End": 3_706_473_600_i64 },
                "LastUpdatedTime": call.now - 3600,
                "CostFilters": {},
                "CostTypes": {
                    "IncludeCredit": true, "IncludeDiscount": true, "IncludeOtherSubscription": true,
                    "IncludeRecurring": true, "IncludeRefund": true, "IncludeSubscription": true,
                    "IncludeSupport": true, "IncludeTax": true, "IncludeUpfront": true,
                    "UseAmortized": false, "UseBlended": false,
                },
            })
        })
        .collect();
    Ok(Answer::Json(json!({ "Budgets": budgets })))
}
