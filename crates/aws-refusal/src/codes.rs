//! The error codes, and what they mean when the message says nothing.
//!
//! docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html,
//! docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

use crate::RefusalKind;

/// Where a code is a code, and not a word like others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Anywhere: nobody but AWS writes it.
    Anywhere,
    /// Before a message, in brackets, or on a line of its own.
    Leading,
    /// Only where a code must stand: everyday words, and codes that others use as well.
    Keyed,
}

use RefusalKind::{
    AccountBlocked, AuthFailure, BadSignature, ClockSkew, DataNotReady, Expired, InvalidToken,
    NoCredentials, SubscriptionRequired, Throttled, Unrecognised,
};
use Standing::{Anywhere, Keyed, Leading};

/// Codes without `Exception`. `Unrecognised` are those that deny access; by what, only the message
/// can tell.
#[rustfmt::skip]
const CODES: &[(&str, Standing, RefusalKind)] = &[
    ("AccessDenied", Leading, Unrecognised),
    ("AccessDeniedForDependency", Leading, Unrecognised),
    ("UnauthorizedOperation", Leading, Unrecognised),
    ("AuthorizationError", Leading, Unrecognised),
    ("NotAuthorized", Keyed, Unrecognised),
    ("Unauthorized", Keyed, Unrecognised),
    ("UnauthorizedAccess", Keyed, Unrecognised),
    ("Forbidden", Keyed, Unrecognised),
    ("403", Keyed, Unrecognised),
    ("ExpiredToken", Anywhere, Expired),
    // IAM Identity Center's, when the sign-in behind it has ended:
    // docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
    ("InvalidGrant", Leading, Expired),
    ("TokenRefreshRequired", Anywhere, Expired),
    ("InvalidClientTokenId", Anywhere, InvalidToken),
    ("UnrecognizedClient", Anywhere, InvalidToken),
    ("InvalidAccessKeyId", Anywhere, InvalidToken),
    ("InvalidToken", Keyed, InvalidToken),
    ("SignatureDoesNotMatch", Anywhere, BadSignature),
    ("InvalidSignature", Leading, BadSignature),
    ("IncompleteSignature", Leading, BadSignature),
    ("RequestTimeTooSkewed", Anywhere, ClockSkew),
    ("RequestInTheFuture", Leading, ClockSkew),
    ("RequestExpired", Leading, ClockSkew),
    ("AuthFailure", Leading, AuthFailure),
    ("MissingAuthenticationToken", Anywhere, NoCredentials),
    ("Throttling", Keyed, Throttled),
    ("Throttled", Keyed, Throttled),
    ("TooManyRequests", Leading, Throttled),
    ("RequestLimitExceeded", Leading, Throttled),
    ("RequestThrottled", Leading, Throttled),
    ("LimitExceeded", Keyed, Throttled),
    ("SlowDown", Keyed, Throttled),
    ("SubscriptionRequired", Leading, SubscriptionRequired),
    ("OptInRequired", Anywhere, SubscriptionRequired),
    ("Blocked", Keyed, AccountBlocked),
    ("DataUnavailable", Leading, DataNotReady),
];

/// A code without the namespace before it and the address behind it:
/// `com.amazon.coral.service#AccessDeniedException:http://internal.amazon.com/` in awsJson,
/// `Client.UnauthorizedOperation` in CloudTrail.
pub(crate) fn bare(code: &str) -> &str {
    let code = code.trim();
    let code = code.split_once(':').map_or(code, |(name, _)| name);
    let code = code.rsplit_once('#').map_or(code, |(_, name)| name);
    code.rsplit_once('.').map_or(code, |(_, name)| name)
}

/// Where a bare code is one, if we know it.
pub(crate) fn standing(code: &str) -> Option<Standing> {
    let &(name, standing, ref kind) = entry(code)?;
    // `Throttling:` is anyone's, `ThrottlingException:` is not.
    let distinct = code.len() > name.len() && *kind != Unrecognised;
    Some(if distinct && standing == Keyed {
        Leading
    } else {
        standing
    })
}

/// Whether nobody but AWS has this code: it needs no other sign that an error is AWS's.
pub(crate) fn is_awss_own(code: &str) -> bool {
    const OWN: [&str; 5] = [
        "InvalidClientTokenId",
        "UnrecognizedClient",
        "MissingAuthenticationToken",
        "OptInRequired",
        "TokenRefreshRequired",
    ];
    entry(code).is_some_and(|(name, _, _)| OWN.contains(name))
}

/// Whether a code is so common a word that only what stands right beside it can say whose it is.
pub(crate) fn is_everyday(code: &str) -> bool {
    entry(code).is_some_and(|&(_, standing, _)| standing == Keyed)
}

/// Whether a code is spelt as AWS spells it: `UNAUTHORIZED` is somebody else's.
pub(crate) fn is_spelt(code: &str) -> bool {
    entry(code).is_some_and(|(name, _, _)| code.starts_with(name))
}

/// Whether an error code means that access was denied, by whatever cause: what tells a refusal from
/// a call that failed.
///
/// docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
pub fn denies(code: &str) -> bool {
    entry(bare(code)).is_some_and(|(_, _, kind)| *kind == Unrecognised)
}

/// What a bare code means by itself.
pub(crate) fn kind(code: &str, message: &str) -> Option<RefusalKind> {
    let (name, _, kind) = entry(code)?;
    let message = message.to_ascii_lowercase();
    let says = |words: &str| message.contains(words);
    match kind {
        Unrecognised => None,
        // The same code for a wrong secret and a wrong clock:
        // docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
        BadSignature
            if says("signature expired")
                || says("is now earlier than")
                || says("not yet current") =>
        {
            Some(ClockSkew)
        }
        // Cost Explorer says LimitExceededException for too many calls; IAM says LimitExceeded, and
        // others the same as Cost Explorer, for a quota.
        Throttled if *name == "LimitExceeded" => {
            (code.len() > name.len() && !says("quota")).then_some(Throttled)
        }
        kind => Some(kind.clone()),
    }
}

fn entry(code: &str) -> Option<&'static (&'static str, Standing, RefusalKind)> {
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

#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    CODES
        .iter()
        .map(|(name, ..)| *name)
        .filter(|name| !name.starts_with(char::is_numeric))
}
