//! The services of a made-up account, one file each.

mod account;
mod billing;
mod budgets;
mod cloudtrail;
mod cost_explorer;
mod free_tier;
mod iam;
mod organizations;
mod sts;

use super::call::{Call, Service};
use super::credentials;
use super::reply::{Answer, AwsError};
use super::world::World;

/// Answers a call as AWS would.
pub(super) fn answer(world: &World, call: &Call) -> Result<Answer, AwsError> {
    if let Some(refusal) = credentials::refusal(world.account().credentials, call) {
        return Err(refusal);
    }
    match call.service {
        Service::Sts => sts::answer(world, call),
        Service::Iam => iam::answer(world, call),
        Service::Organizations => organizations::answer(world, call),
        Service::Account => account::answer(world, call),
        Service::CostExplorer => cost_explorer::answer(world, call),
        Service::Billing => billing::answer(world, call),
        Service::Budgets => budgets::answer(world, call),
        Service::FreeTier => free_tier::answer(world, call),
        Service::CloudTrail => cloudtrail::answer(world, call),
        Service::Unknown => Err(AwsError::unknown_operation(call)),
    }
}
