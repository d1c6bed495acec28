//! AWS Cost Explorer.

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::account::CostExplorer;
use crate::authorization::{authorize, denied};
use crate::call::Call;
use crate::clock;
use crate::reply::{Answer, AwsError};
use crate::world::World;

/// The most periods in an answer, against nonsense in the request.
const MOST_PERIODS: usize = 400;

/// Answers a call.
pub(super) fn answer(world: &World, call: &Call) -> Result<Answer, AwsError> {
    match call.operation.as_str() {
        "GetCostAndUsage" => cost_and_usage(world, call),
        _ => Err(AwsError::unknown_operation(call)),
    }
}

fn cost_and_usage(world: &World, call: &Call) -> Result<Answer, AwsError> {
    let query = Query::read(call)?;
    let resource = format!("arn:aws:ce:us-east-1:{}:/GetCostAndUsage", world.id());
    authorize(world, call, "ce:GetCostAndUsage", &resource)?;
    available(world, call)?;
    Ok(Answer::Json(json!({
        "ResultsByTime": query.results(world, clock::day(call.now)),
        "DimensionValueAttributes": [],
    })))
}

/// After IAM: what the payer withholds, what was never enabled, what is not there yet. The switch
/// does not come into it.
/// <https://docs.aws.amazon.com/cost-management/latest/userguide/ce-access.html>
fn available(world: &World, call: &Call) -> Result<(), AwsError> {
    let withheld = world.is_member_account()
        && world
            .organization()
            .is_some_and(|organization| !organization.linked_account_access);
    if withheld {
        return Err(denied(
            call,
            "Linked account doesn't have access to cost explorer.",
        ));
    }
    match world.account().cost_explorer {
        CostExplorer::Enabled => Ok(()),
        CostExplorer::NeverEnabled => {
            Err(denied(call, "User not enabled for cost explorer access"))
        }
        CostExplorer::NotReady => Err(AwsError::new(
            400,
            "DataUnavailableException",
            "Data is not available. Please try to adjust the time period. If just enabled Cost Explorer, data might not be ingested yet",
        )),
    }
}

/// What is asked for.
struct Query<'a> {
    start: Date,
    end: Date,
    daily: bool,
    metrics: Vec<&'a str>,
    by_service: bool,
}

impl<'a> Query<'a> {
    /// <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html>
    fn read(call: &'a Call) -> Result<Query<'a>, AwsError> {
        let invalid = |message: &str| AwsError::invalid(call, message);
        let date = |name: &str| {
            let text = call
                .json
                .pointer(&format!("/TimePeriod/{name}"))
                .and_then(Value::as_str);
            text.and_then(|text| text.parse().ok())
        };
        let (Some(start), Some(end)) = (date("Start"), date("End")) else {
            return Err(invalid(
                "Start time and end time must be of the format yyyy-MM-dd",
            ));
        };
        if start >= end {
            return Err(invalid(
                "Start date (and hour) should be before end date (and hour)",
            ));
        }
        let metrics = call.json.get("Metrics").and_then(Value::as_array);
        let metrics: Vec<&str> = metrics
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if metrics.is_empty() {
            return Err(invalid("Metrics must be specified"));
        }
        let daily = match call.text("Granularity") {
            Some("DAILY") => true,
            Some("MONTHLY") => false,
            _ => return Err(invalid("Granularity must be DAILY or MONTHLY")),
        };
        let by_service = call.json.pointer("/GroupBy/0").is_some();
        Ok(Query {
            start,
            end,
            daily,
            metrics,
            by_service,
        })
    }

    fn results(&self, world: &World, today: Date) -> Vec<Value> {
        let services = &world.account().monthly_spend;
        let whole: f64 = services.iter().map(|service| service.usd).sum();
        (self.periods().into_iter())
            .map(|(start, end)| {
                let days = f64::from(start.duration_until(end).as_hours() as i32 / 24);
                let part = days / f64::from(start.days_in_month());
                let groups: Vec<Value> = (services.iter().filter(|_| self.by_service))
                    .map(|service| {
                        json!({ "Keys": [service.service], "Metrics": self.amounts(service.usd * part) })
                    })
                    .collect();
                let total = if self.by_service { json!({}) } else { self.amounts(whole * part) };
                json!({
                    "TimePeriod": { "Start": start.to_string(), "End": end.to_string() },
                    "Total": total,
                    "Groups": groups,
                    "Estimated": end > today.first_of_month(),
                })
            })
            .collect()
    }

    /// The period in days or calendar months, the first and the last perhaps in part.
    fn periods(&self) -> Vec<(Date, Date)> {
        let mut periods = Vec::new();
        let mut start = self.start;
        while start < self.end && periods.len() < MOST_PERIODS {
            let next = if self.daily {
                start.checked_add(1.day())
            } else {
                start.first_of_month().checked_add(1.month())
            };
            let end = next.unwrap_or(self.end).min(self.end);
            periods.push((start, end));
            start = end;
        }
        periods
    }

    fn amounts(&self, usd: f64) -> Value {
        let amount = json!({ "Amount": format!("{usd:.10}"), "Unit": "USD" });
        let amounts = self
            .metrics
            .iter()
            .map(|metric| ((*metric).to_owned(), amount.clone()));
        Value::Object(amounts.collect::<Map<_, _>>())
    }
}
