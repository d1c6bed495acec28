//! AWS Security Token Service.

use crate::call::Call;
use crate::reply::{Answer, AwsError};
use crate::world::World;
use crate::xml::Xml;

pub(super) fn answer(world: &World, call: &Call) -> Result<Answer, AwsError> {
    match call.operation.as_str() {
        "GetCallerIdentity" => Ok(caller_identity(world)),
        _ => Err(AwsError::unknown_operation(call)),
    }
}

/// No permission is needed, and no policy can deny it.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
fn caller_identity(world: &World) -> Answer {
    let mut xml = Xml::new();
    xml.text("Arn", &world.caller_arn());
    xml.text("UserId", &world.user_id(world.caller()));
    xml.text("Account", world.id());
    Answer::Xml(xml)
}
