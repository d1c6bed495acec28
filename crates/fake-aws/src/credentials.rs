//! What AWS says to credentials before it looks at anything else.

use super::account::Credentials;
use super::call::{Call, Protocol};
use super::clock;
use super::reply::AwsError;

/// AWS allows signatures to be this old.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>
const TOLERANCE: i64 = 5 * 60;

/// The refusal, unless the credentials are good. The query protocol and the JSON protocols have
/// different codes and different statuses for the same thing.
pub(super) fn refusal(credentials: Credentials, call: &Call) -> Option<AwsError> {
    let query = call.protocol == Protocol::Query;
    let (in_query, in_json, message) = match credentials {
        Credentials::Valid => return None,
        Credentials::Expired => (
            "ExpiredToken",
            "ExpiredTokenException",
            "The security token included in the request is expired".to_owned(),
        ),
        Credentials::Rejected => (
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "The security token included in the request is invalid.".to_owned(),
        ),
        Credentials::ClockBehind { minutes } => (
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            signature_expired(call, i64::from(minutes)),
        ),
    };
    let status = if matches!(call.protocol, Protocol::Json(_)) {
        400
    } else {
        403
    };
    Some(AwsError::new(
        status,
        if query { in_query } else { in_json },
        message,
    ))
}

/// Today's SDKs mend a skew by themselves: they compare the header `date` with their clock and sign
/// again. Here they find nothing to mend, as behind a proxy that writes the header anew: the
/// responder's `date` is the time that the caller's machine has.
fn signature_expired(call: &Call, minutes: i64) -> String {
    let signed = call
        .signature
        .signed_at
        .as_deref()
        .and_then(clock::parse_basic);
    let signed = signed.unwrap_or(call.now);
    let server = signed + minutes * 60;
    format!(
        "Signature expired: {} is now earlier than {} ({} - 5 min.)",
        clock::basic(signed),
        clock::basic(server - TOLERANCE),
        clock::basic(server),
    )
}
