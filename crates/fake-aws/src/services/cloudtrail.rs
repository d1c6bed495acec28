//! AWS CloudTrail's event history.

use serde_json::{Value, json};

use crate::account::SwitchChange;
use crate::authorization::authorize;
use crate::call::Call;
use crate::clock;
use crate::reply::{Answer, AwsError};
use crate::world::World;

/// Event history goes back this far.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html>
const HISTORY: i64 = 90 * 86_400;

/// Answers a call.
pub(super) fn answer(world: &World, call: &Call) -> Result<Answer, AwsError> {
    match call.operation.as_str() {
        "LookupEvents" => lookup(world, call),
        _ => Err(AwsError::unknown_operation(call)),
    }
}

fn lookup(world: &World, call: &Call) -> Result<Answer, AwsError> {
    authorize(world, call, "cloudtrail:LookupEvents", "*")?;
    let time = |name| {
        call.json
            .get(name)
            .and_then(Value::as_f64)
            .map(|seconds| seconds as i64)
    };
    let now = call.now;
    let start = time("StartTime").unwrap_or(i64::MIN).max(now - HISTORY);
    let end = time("EndTime").unwrap_or(i64::MAX);
    if start > end {
        let message = "The start time must be earlier than the end time.";
        return Err(AwsError::new(400, "InvalidTimeRangeException", message));
    }
    // Changes of the switch are logged in us-east-1 alone.
    // https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/logging-using-cloudtrail.html
    let changes = world
        .account()
        .switch_changes
        .iter()
        .filter(|_| call.region() == "us-east-1");
    let mut changes: Vec<(i64, &SwitchChange)> = changes
        .map(|change| (now - i64::from(change.hours_ago) * 3600, change))
        .filter(|(time, _)| (start..=end).contains(time))
        .collect();
    changes.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    let events = changes
        .iter()
        .map(|(time, change)| event(world, *time, change));
    let events: Vec<Value> = events.filter(|event| is_asked_for(call, event)).collect();
    let size = call
        .json
        .get("MaxResults")
        .and_then(Value::as_u64)
        .unwrap_or(50)
        .clamp(1, 50) as usize;
    let skip = match call.text("NextToken") {
        None => 0,
        Some(token) => token
            .strip_prefix("event-")
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| AwsError::new(400, "InvalidNextTokenException", "Invalid token."))?,
    };
    let page: Vec<&Value> = events.iter().skip(skip).take(size).collect();
    let mut answer = json!({ "Events": page });
    if skip.saturating_add(size) < events.len() {
        answer["NextToken"] = json!(format!("event-{}", skip + size));
    }
    Ok(Answer::Json(answer))
}

/// One attribute can be asked for: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>
fn is_asked_for(call: &Call, event: &Value) -> bool {
    let attribute = |name| {
        call.json
            .pointer(&format!("/LookupAttributes/0/{name}"))
            .and_then(Value::as_str)
    };
    let (Some(key), Some(value)) = (attribute("AttributeKey"), attribute("AttributeValue")) else {
        return true;
    };
    event.get(key).and_then(Value::as_str) == Some(value)
}

/// What the event says of the switch's position is not documented, so that nothing is said.
fn event(world: &World, time: i64, change: &SwitchChange) -> Value {
    let id = world.id();
    let event_id = format!("{:08x}-0000-4000-8000-{:012x}", change.hours_ago, time);
    let record = json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "Root",
            "principalId": id,
            "arn": format!("arn:aws:iam::{id}:root"),
            "accountId": id,
        },
        "eventTime": clock::iso(time),
        "eventSource": "billingconsole.amazonaws.com",
        "eventName": "SetIAMAccessPreference",
        "awsRegion": "us-east-1",
        "sourceIPAddress": change.source_ip,
        "eventID": event_id,
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": id,
        "eventCategory": "Management",
    });
    json!({
        "EventId": event_id,
        "EventName": "SetIAMAccessPreference",
        "ReadOnly": "false",
        "EventTime": time,
        "EventSource": "billingconsole.amazonaws.com",
        "Username": "root",
        "Resources": [],
        "CloudTrailEvent": record.to_string(),
    })
}
