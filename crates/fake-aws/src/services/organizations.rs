//! AWS Organizations, as a member or the management account sees it.

use serde_json::{Value, json};

use crate::account::{FeatureSet, JoinedMethod, Organization, ServiceControlPolicy, Target};
use crate::authorization::{authorize, denied};
use crate::call::Call;
use crate::reply::{Answer, AwsError};
use crate::sources::{FULL_AWS_ACCESS, service_control_text};
use crate::world::World;

/// 2024-03-01.
const JOINED: i64 = 1_709_251_200;

pub(super) fn answer(world: &World, call: &Call) -> Result<Answer, AwsError> {
    match call.operation.as_str() {
        "DescribeOrganization" => {
            authorize(world, call, "organizations:DescribeOrganization", "*")?;
            Ok(Answer::Json(
                json!({ "Organization": describe(organization(world)?) }),
            ))
        }
        "DescribeAccount" => {
            let id = required(call, "AccountId")?;
            let organization = admit(world, call, "organizations:DescribeAccount", id)?;
            account(world, organization, id)
        }
        "ListParents" => {
            let id = required(call, "ChildId")?;
            let organization = admit(world, call, "organizations:ListParents", id)?;
            parents(organization, id)
        }
        "ListPoliciesForTarget" => {
            let id = required(call, "TargetId")?;
            let filter = required(call, "Filter")?;
            let organization = admit(world, call, "organizations:ListPoliciesForTarget", id)?;
            policies_for_target(world, organization, id, filter)
        }
        "DescribePolicy" => {
            let id = required(call, "PolicyId")?;
            let organization = admit(world, call, "organizations:DescribePolicy", id)?;
            policy(world, organization, id)
        }
        _ => Err(AwsError::unknown_operation(call)),
    }
}

/// IAM first; then all but `DescribeOrganization` is for the management account and delegated
/// administrators.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html>
fn admit<'a>(
    world: &'a World,
    call: &Call,
    action: &str,
    id: &str,
) -> Result<&'a Organization, AwsError> {
    authorize(world, call, action, &arn(world, id))?;
    let organization = organization(world)?;
    if world.is_management_account() || organization.delegated_administrator {
        Ok(organization)
    } else {
        Err(denied(
            call,
            "You don't have permissions to access this resource.",
        ))
    }
}

/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html#awsorganizations-resources-for-iam-policies>
fn arn(world: &World, id: &str) -> String {
    let Some(organization) = world.organization() else {
        return "*".to_owned();
    };
    let kind = match id {
        _ if id.starts_with("r-") => "root",
        _ if id.starts_with("ou-") => "ou",
        _ if id == FULL_AWS_ACCESS => {
            return format!("arn:aws:organizations::aws:policy/service_control_policy/{id}");
        }
        _ if id.starts_with("p-") => "policy",
        _ => "account",
    };
    let (owner, organization) = (&organization.management_account_id, &organization.id);
    match kind {
        "policy" => {
            format!(
                "arn:aws:organizations::{owner}:policy/{organization}/service_control_policy/{id}"
            )
        }
        _ => format!("arn:aws:organizations::{owner}:{kind}/{organization}/{id}"),
    }
}

fn organization(world: &World) -> Result<&Organization, AwsError> {
    world.organization().ok_or_else(|| {
        let message = "Your account is not a member of an organization.";
        AwsError::new(400, "AWSOrganizationsNotInUseException", message)
    })
}

fn describe(organization: &Organization) -> Value {
    let (id, management) = (&organization.id, &organization.management_account_id);
    let (feature_set, policy_types) = match organization.feature_set {
        FeatureSet::All => (
            "ALL",
            json!([{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }]),
        ),
        FeatureSet::ConsolidatedBilling => ("CONSOLIDATED_BILLING", json!([])),
    };
    json!({
        "Id": id,
        "Arn": format!("arn:aws:organizations::{management}:organization/{id}"),
        "FeatureSet": feature_set,
        "MasterAccountArn": format!("arn:aws:organizations::{management}:account/{id}/{management}"),
        "MasterAccountId": management,
        "MasterAccountEmail": organization.management_account_email,
        "AvailablePolicyTypes": policy_types,
    })
}

fn account(world: &World, organization: &Organization, id: &str) -> Result<Answer, AwsError> {
    if id != world.id() {
        let message = "You specified an account that doesn't exist.";
        return Err(AwsError::new(400, "AccountNotFoundException", message));
    }
    let joined = match organization.joined {
        JoinedMethod::Created => "CREATED",
        JoinedMethod::Invited => "INVITED",
    };
    Ok(Answer::Json(json!({
        "Account": {
            "Id": id,
            "Arn": arn(world, id),
            "Email": format!("{id}@example.com"),
            "Name": world.account().name,
            "Status": "ACTIVE",
            "State": "ACTIVE",
            "JoinedMethod": joined,
            "JoinedTimestamp": JOINED,
        },
    })))
}

fn parents(organization: &Organization, id: &str) -> Result<Answer, AwsError> {
    let place = organization.path.iter().position(|target| target.id == id);
    let parent = place
        .and_then(|place| place.checked_sub(1))
        .map(|place| &organization.path[place]);
    let Some(parent) = parent else {
        let message = "You specified a child that doesn't exist.";
        return Err(AwsError::new(400, "ChildNotFoundException", message));
    };
    let r#type = if parent.id.starts_with("r-") {
        "ROOT"
    } else {
        "ORGANIZATIONAL_UNIT"
    };
    Ok(Answer::Json(
        json!({ "Parents": [{ "Id": parent.id, "Type": r#type }] }),
    ))
}

fn policies_for_target(
    world: &World,
    organization: &Organization,
    id: &str,
    filter: &str,
) -> Result<Answer, AwsError> {
    let Some(target) = organization.path.iter().find(|target| target.id == id) else {
        let message = "You specified a target that doesn't exist.";
        return Err(AwsError::new(400, "TargetNotFoundException", message));
    };
    let attached = (target.service_control_policies.iter())
        .filter(|_| filter == "SERVICE_CONTROL_POLICY")
        .map(|policy| summary(world, policy));
    Ok(Answer::Json(
        json!({ "Policies": attached.collect::<Vec<Value>>() }),
    ))
}

fn policy(world: &World, organization: &Organization, id: &str) -> Result<Answer, AwsError> {
    let targets = organization.path.iter();
    let found = targets
        .flat_map(|target: &Target| &target.service_control_policies)
        .find(|policy| policy.id == id);
    let Some(policy) = found else {
        let message = "You specified a policy that doesn't exist.";
        return Err(AwsError::new(400, "PolicyNotFoundException", message));
    };
    Ok(Answer::Json(json!({
        "Policy": { "PolicySummary": summary(world, policy), "Content": service_control_text(policy) },
    })))
}

fn summary(world: &World, policy: &ServiceControlPolicy) -> Value {
    json!({
        "Id": policy.id,
        "Arn": world.service_control_arn(policy),
        "Name": policy.name,
        "Description": "",
        "Type": "SERVICE_CONTROL_POLICY",
        "AwsManaged": policy.id == FULL_AWS_ACCESS,
    })
}

fn required<'a>(call: &'a Call, name: &str) -> Result<&'a str, AwsError> {
    call.text(name).ok_or_else(|| {
        let message =
            format!("You provided a value that does not match the required pattern: {name}");
        AwsError::new(400, "InvalidInputException", message)
    })
}
