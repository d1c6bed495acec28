//! The made-up AWS from outside: what it answers to requests as AWS's clients send them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod accounts;
mod faults;
mod protocols;
mod server;
mod simulator;
mod wire;

use fake_aws::{Account, FakeAws};
use serde_json::{Value, json};
use wire::{Answer, NOW, Request};

const ID: &str = "111122223333";

fn account(name: &str) -> Account {
    fake_aws::account(name).expect("a demo account")
}

fn serve(name: &str) -> FakeAws {
    serve_account(account(name))
}

fn serve_account(account: Account) -> FakeAws {
    FakeAws::new(account).expect("it is whole")
}

fn seconds_ago(seconds: i64) -> i64 {
    NOW.as_second() - seconds
}

fn get_credits() -> Request {
    let start = seconds_ago(30 * 86_400);
    Request::json(
        "AWSBilling.GetCredits",
        &json!({ "accountId": ID, "startDate": start }),
    )
}

fn get_cost_and_usage() -> Request {
    Request::json(
        "AWSInsightsIndexService.GetCostAndUsage",
        &json!({
            "TimePeriod": { "Start": "2026-10-01", "End": "2026-11-01" },
            "Granularity": "MONTHLY",
            "Metrics": ["UnblendedCost"],
        }),
    )
}

fn describe_budgets() -> Request {
    Request::json(
        "AWSBudgetServiceGateway.DescribeBudgets",
        &json!({ "AccountId": ID }),
    )
}

fn free_tier_usage() -> Request {
    Request::json("AWSFreeTierService.GetFreeTierUsage", &json!({}))
}

fn organizations(operation: &str, body: &Value) -> Request {
    Request::json(&format!("AWSOrganizationsV20161128.{operation}"), body)
}

fn assert_error(answer: &Answer, status: u16, code: &str, message: &str) {
    let (found, said) = answer.error();
    assert_eq!(
        (answer.status, found.as_str(), said.as_str()),
        (status, code, message)
    );
}
