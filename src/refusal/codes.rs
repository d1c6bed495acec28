//! The error codes, and what they mean when the message says nothing.
//!
//! docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html,
//! docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

use super::RefusalKind;

/// What a code is worth.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Worth {
    /// Access was denied; by what, only the message can tell.
    Denied,
    /// Denied too, in a word that others use as well: an AWS code only where a code must stand.
    DeniedPlain,
    /// The code tells the cause, and nobody but AWS writes it.
    Tells,
    /// The code tells the cause where a code must stand; elsewhere it is a word like others.
    TellsPlain,
}

use Worth::{Denied, DeniedPlain, Tells, TellsPlain};

/// Codes without `Exception`.
#[rustfmt::skip]
const CODES: &[(&str, Worth, RefusalKind)] = &[
    ("AccessDenied", Denied, RefusalKind::Unrecognised),
    ("AccessDeniedForDependency", Denied, RefusalKind::Unrecognised),
    ("UnauthorizedOperation", Denied, RefusalKind::Unrecognised),
    ("AuthorizationError", Denied, RefusalKind::Unrecognised),
    ("NotAuthorized", DeniedPlain, RefusalKind::Unrecognised),
    ("Unauthorized", DeniedPlain, RefusalKind::Unrecognised),
    ("UnauthorizedAccess", DeniedPlain, RefusalKind::Unrecognised),
    ("Forbidden", DeniedPlain, RefusalKind::Unrecognised),
    ("403", DeniedPlain, RefusalKind::Unrecognised),
    ("ExpiredToken", Tells, RefusalKind::Expired),
    ("TokenRefreshRequired", Tells, RefusalKind::Expired),
    ("InvalidClientTokenId", Tells, RefusalKind::InvalidToken),
    ("UnrecognizedClient", Tells, RefusalKind::InvalidToken),
    ("InvalidAccessKeyId", Tells, RefusalKind::InvalidToken),
    ("InvalidToken", TellsPlain, RefusalKind::InvalidToken),
    ("SignatureDoesNotMatch", Tells, RefusalKind::BadSignature),
    ("InvalidSignature", TellsPlain, RefusalKind::BadSignature),
    ("IncompleteSignature", TellsPlain, RefusalKind::BadSignature),
    ("RequestTimeTooSkewed", Tells, RefusalKind::ClockSkew),
    ("RequestInTheFuture", TellsPlain, RefusalKind::ClockSkew),
    ("RequestExpired", TellsPlain, RefusalKind::ClockSkew),
    ("AuthFailure", TellsPlain, RefusalKind::AuthFailure),
    ("MissingAuthenticationToken", Tells, RefusalKind::NoCredentials),
    ("Throttling", TellsPlain, RefusalKind::Throttled),
    ("Throttled", TellsPlain, RefusalKind::Throttled),
    ("TooManyRequests", TellsPlain, RefusalKind::Throttled),
    ("RequestLimitExceeded", TellsPlain, RefusalKind::Throttled),
    ("RequestThrottled", TellsPlain, RefusalKind::Throttled),
    ("LimitExceeded", TellsPlain, RefusalKind::Throttled),
    ("SlowDown", TellsPlain, RefusalKind::Throttled),
    ("SubscriptionRequired", TellsPlain, RefusalKind::SubscriptionRequired),
    ("OptInRequired", Tells, RefusalKind::SubscriptionRequired),
    ("Blocked", TellsPlain, RefusalKind::AccountBlocked),
    ("DataUnavailable", TellsPlain, RefusalKind::DataNotReady),
];

/// A code without the namespace before it and the address behind it:
/// `com.amazon.coral.service#AccessDeniedException:http://internal.amazon.com/` in awsJson,
/// `Client.UnauthorizedOperation` in CloudTrail.
pub(super) fn bare(code: &str) -> &str {
    let code = code.trim();
    let code = code.rsplit_once('#').map_or(code, |(_, name)| name);
    let code = code.split_once(':').map_or(code, |(name, _)| name);
    code.rsplit_once('.').map_or(code, |(_, name)| name)
}

/// What a bare code is worth, if we know it.
pub(super) fn worth(code: &str) -> Option<Worth> {
    entry(code).map(|&(_, worth, _)| worth)
}

/// Whether an error code means that access was denied, by whatever cause: what tells a refusal from
/// a call that failed.
pub fn denies(code: &str) -> bool {
    matches!(worth(bare(code)), Some(Denied | DeniedPlain))
}

/// What a bare code means by itself.
pub(super) fn kind(code: &str, message: &str) -> Option<RefusalKind> {
    let (name, _, kind) = entry(code)?;
    let message = message.to_ascii_lowercase();
    let says = |words: &str| message.contains(words);
    match kind {
        RefusalKind::Unrecognised => None,
        // The same code for a wrong secret and a wrong clock:
        // docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
        RefusalKind::BadSignature
            if says("signature expired")
                || says("is now earlier than")
                || says("not yet current") =>
        {
            Some(RefusalKind::ClockSkew)
        }
        // Cost Explorer says LimitExceededException for too many calls; IAM says LimitExceeded, and
        // others the same as Cost Explorer, for a quota.
        RefusalKind::Throttled if *name == "LimitExceeded" => {
            (code.len() > name.len() && !says("quota")).then_some(RefusalKind::Throttled)
        }
        kind => Some(kind.clone()),
    }
}

fn entry(code: &str) -> Option<&'static (&'static str, Worth, RefusalKind)> {
    const EXCEPTION: &str = "Exception";
    let split = code.len().saturating_sub(EXCEPTION.len());
    let stem = match code.get(split..) {
        Some(end) if end.eq_ignore_ascii_case(EXCEPTION) => &code[..split],
        _ => code,
    };
    CODES
        .iter()
        .find(|(name, _, _)| name.eq_ignore_ascii_case(stem))
}
