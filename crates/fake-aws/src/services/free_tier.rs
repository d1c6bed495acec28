//! AWS Free Tier and account plans.

use serde_json::{Value, json};

use crate::account::PlanType;
use crate::authorization::authorize;
use crate::call::Call;
use crate::clock;
use crate::reply::{Answer, AwsError};
use crate::world::World;

/// Answers a call.
pub(super) fn answer(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let resource = format!(
        "arn:aws:freetier:us-east-1:{}:/{}",
        world.id(),
        call.operation
    );
    match call.operation.as_str() {
        "GetFreeTierUsage" => {
            authorize(world, call, "freetier:GetFreeTierUsage", &resource)?;
            Ok(usage(world))
        }
        "GetAccountPlanState" => {
            authorize(world, call, "freetier:GetAccountPlanState", &resource)?;
            plan(world, call)
        }
        _ => Err(AwsError::unknown_operation(call)),
    }
}

fn usage(world: &World) -> Answer {
    let usages: Vec<Value> = (world.account().free_tier.iter())
        .map(|usage| {
            json!({
                "service": usage.service,
                "operation": "",
                "usageType": usage.usage_type,
                "region": "global",
                "actualUsageAmount": usage.used,
                "forecastedUsageAmount": usage.used,
                "limit": usage.limit,
                "unit": usage.unit,
                "description": format!("{} {} for free", usage.limit, usage.unit),
                "freeTierType": "Always Free",
            })
        })
        .collect();
    Answer::Json(json!({ "freeTierUsages": usages }))
}

/// <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_freetier_GetAccountPlanState.html>
fn plan(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let Some(plan) = &world.account().plan else {
        let message = "The account plan state was not found for this account.";
        return Err(AwsError::new(400, "ResourceNotFoundException", message));
    };
    let r#type = match plan.r#type {
        PlanType::Free => "FREE",
        PlanType::Paid => "PAID",
    };
    let mut state = json!({
        "accountId": world.id(),
        "accountPlanType": r#type,
        "accountPlanStatus": "ACTIVE",
        "accountPlanRemainingCredits": { "amount": plan.remaining_credits_usd, "unit": "USD" },
    });
    if let Some(days) = plan.expires_in_days {
        let end = call.now + i64::from(days) * 86_400;
        state["accountPlanExpirationDate"] = json!(clock::iso(end));
    }
    Ok(Answer::Json(state))
}
