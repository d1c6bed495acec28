//! AWS Account Management.

use serde_json::{Value, json};

use crate::authorization::{authorize, denied};
use crate::call::Call;
use crate::clock;
use crate::reply::{Answer, AwsError};
use crate::world::World;

pub(super) fn answer(world: &World, call: &Call) -> Result<Answer, AwsError> {
    match call.operation.as_str() {
        "GetContactInformation" => {
            allow(world, call, "account:GetContactInformation")?;
            contact(world)
        }
        "GetAccountInformation" => {
            allow(world, call, "account:GetAccountInformation")?;
            Ok(Answer::Json(json!({
                "AccountId": world.id(),
                "AccountName": world.account().name,
                "AccountCreatedDate": clock::CREATED,
                "AccountState": "ACTIVE",
            })))
        }
        "GetAlternateContact" => {
            let r#type = call.text("AlternateContactType").ok_or_else(|| {
                AwsError::invalid(call, "AlternateContactType: Member must not be null")
            })?;
            allow(world, call, "account:GetAlternateContact")?;
            alternate_contact(world, r#type)
        }
        _ => Err(AwsError::unknown_operation(call)),
    }
}

/// `AccountId` is for the management account and delegated administrators, about others.
/// <https://docs.aws.amazon.com/accounts/latest/reference/API_GetContactInformation.html>
fn allow(world: &World, call: &Call, action: &str) -> Result<(), AwsError> {
    authorize(
        world,
        call,
        action,
        &format!("arn:aws:account::{}:account", world.id()),
    )?;
    match call.text("AccountId") {
        None => Ok(()),
        Some(_) if world.organization().is_none() || world.is_member_account() => {
            let message = "AccountId may only be given by the organization's management account or a delegated administrator";
            Err(denied(call, message))
        }
        Some(id) if id == world.id() => Err(AwsError::invalid(
            call,
            "The management account can't specify its own AccountId",
        )),
        Some(_) => Err(not_found("The account was not found.")),
    }
}

fn contact(world: &World) -> Result<Answer, AwsError> {
    let contact = world.account().contact.as_ref();
    let contact = contact.ok_or_else(|| not_found("No contact information was found."))?;
    let mut information = json!({
        "FullName": contact.full_name,
        "AddressLine1": contact.address,
        "City": contact.city,
        "PostalCode": contact.postal_code,
        "CountryCode": contact.country_code,
        "PhoneNumber": contact.phone_number,
    });
    if let Some(company) = &contact.company_name {
        information["CompanyName"] = Value::from(company.as_str());
    }
    Ok(Answer::Json(json!({ "ContactInformation": information })))
}

fn alternate_contact(world: &World, r#type: &str) -> Result<Answer, AwsError> {
    let contact = world
        .account()
        .billing_contact
        .as_ref()
        .filter(|_| r#type == "BILLING");
    let contact = contact
        .ok_or_else(|| not_found("No contact of the inputted alternate contact type found."))?;
    Ok(Answer::Json(json!({
        "AlternateContact": {
            "AlternateContactType": "BILLING",
            "Name": contact.name,
            "Title": contact.title,
            "EmailAddress": contact.email,
            "PhoneNumber": contact.phone_number,
        },
    })))
}

fn not_found(message: &str) -> AwsError {
    AwsError::new(404, "ResourceNotFoundException", message)
}
