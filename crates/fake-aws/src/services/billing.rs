//! AWS Billing, where the switch shows.

use serde_json::{Value, json};

use crate::account::{Caller, IamAccess};
use crate::authorization::authorize;
use crate::call::Call;
use crate::reply::{Answer, AwsError};
use crate::world::{World, unique_id};

const DAY: i64 = 86_400;

/// Answers a call.
pub(super) fn answer(world: &World, call: &Call) -> Result<Answer, AwsError> {
    match call.operation.as_str() {
        "GetCredits" => credits(world, call),
        "ListBillingViews" => billing_views(world, call),
        _ => Err(AwsError::unknown_operation(call)),
    }
}

/// IAM is judged before the switch; the root user is free of both.
/// <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/control-access-billing.html>
fn credits(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let missing = |member| {
        let what = "failed to satisfy constraint: Member must not be null";
        AwsError::invalid(
            call,
            format!("1 validation error detected: Value at '{member}' {what}"),
        )
    };
    let account_id = call.text("accountId").ok_or_else(|| missing("accountId"))?;
    let start = call.json.get("startDate").and_then(Value::as_f64);
    let start = start.ok_or_else(|| missing("startDate"))? as i64;
    authorize(world, call, "billing:GetCredits", "*")?;
    let account = world.account();
    let is_root = account.caller == Caller::RootUser;
    if account.iam_access_to_billing == IamAccess::NotActivated && !is_root {
        return Err(switched_off());
    }
    let age = call.now.saturating_sub(start);
    if !(0..=366 * DAY).contains(&age) {
        let rule =
            "startDate must be a past date that is not more than one year before the current date";
        return Err(AwsError::invalid(call, rule));
    }
    if account_id != world.id() {
        return Err(AwsError::invalid(
            call,
            "accountId is not the account of the caller",
        ));
    }
    let amount = |usd: f64| json!({ "currencyAmount": format!("{usd:.2}"), "currencyCode": "USD" });
    let credits: Vec<Value> = (account.credits.iter())
        .map(|credit| {
            json!({
                "creditId": unique_id("", &credit.description),
                "accountId": account.id,
                "creditType": "Promotion",
                "initialAmount": amount(credit.initial_usd),
                "remainingAmount": amount(credit.remaining_usd),
                "estimatedAmount": amount(credit.remaining_usd),
                "applicableProductNames": [],
                "description": credit.description,
                "startDate": start,
                "endDate": call.now + 180 * DAY,
                "applicationType": "BEFORE_CROSS_SERVICE_DISCOUNTS",
                "accountHasCreditSharingEnabled": true,
                "creditSharingType": "DEFAULT",
                "creditStatus": "ENABLED",
            })
        })
        .collect();
    Ok(Answer::Json(json!({ "credits": credits })))
}

/// The switch's own refusal; users report status 403, where an IAM refusal of the same call has 400.
fn switched_off() -> AwsError {
    AwsError::new(
        403,
        "AccessDeniedException",
        "IAM user access not activated",
    )
}

fn billing_views(world: &World, call: &Call) -> Result<Answer, AwsError> {
    authorize(world, call, "billing:ListBillingViews", "*")?;
    let id = world.id();
    Ok(Answer::Json(json!({
        "billingViews": [{
            "arn": format!("arn:aws:billing::{id}:billingview/primary"),
            "name": "Primary View",
            "description": "Primary View",
            "ownerAccountId": id,
            "billingViewType": "PRIMARY",
            "healthStatus": { "statusCode": "HEALTHY", "statusReasons": [] },
        }],
    })))
}
