//! From the SDK's errors to the reasons for a gap: nothing of the SDK's leaves this module.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::catalog::calls::Call;
use crate::evidence::said;
use crate::evidence::{Failure, Gap, GapCause};
use crate::text::{sanitize, without_userinfo};
use aws_refusal::{self, RefusalKind};

/// The gap that a failed call leaves.
pub(super) fn gap<E>(call: &Call, error: &SdkError<E, HttpResponse>) -> Gap
where
    E: ProvideErrorMetadata + Error + 'static,
{
    Gap {
        fact: call.fact.to_owned(),
        cause: cause(call, error),
    }
}

/// The gap that a call leaves which brought nothing before its deadline.
pub(super) fn timed_out(call: &Call) -> Gap {
    failed_call(call, Failure::TimedOut, String::new())
}

/// The gap that an answer leaves which lacks what it must hold.
pub(super) fn incomplete(call: &Call, lacking: &str) -> Gap {
    failed_call(call, Failure::NotUnderstood, said::incomplete(lacking))
}

/// The gap that a list leaves which leads in a circle, or goes on for ever.
pub(super) fn endless(call: &Call) -> Gap {
    let detail = "the list does not end".to_owned();
    failed_call(call, Failure::Other, detail)
}

fn failed_call(call: &Call, failure: Failure, detail: String) -> Gap {
    Gap {
        fact: call.fact.to_owned(),
        cause: failed(call, failure, detail),
    }
}

fn failed(call: &Call, failure: Failure, detail: String) -> GapCause {
    GapCause::CallFailed {
        call: call.name.to_owned(),
        failure,
        detail,
    }
}

fn cause<E>(call: &Call, error: &SdkError<E, HttpResponse>) -> GapCause
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::TimeoutError(_) => failed(call, Failure::TimedOut, String::new()),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            failed(call, Failure::TimedOut, String::new())
        }
        SdkError::DispatchFailure(failure) if failure.is_user() => {
            failed(call, Failure::Other, root_cause(error))
        }
        SdkError::DispatchFailure(_) => failed(call, Failure::Unreachable, root_cause(error)),
        // Where a body can't be read the status still tells.
        SdkError::ResponseError(response) => {
            let status = response.raw().status().as_u16();
            service_error(call, status, None, None, || {
                said::ANSWER_UNREADABLE.to_owned()
            })
        }
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            service_error(call, status, error.code(), error.message(), || {
                root_cause(error)
            })
        }
        _ => failed(call, Failure::Other, root_cause(error)),
    }
}

/// What an error response means. The status decides only where there is no code to go by: IAM's refusals come as
/// 400 and as 403, and moto's 403 has a body that no SDK can read.
fn service_error(
    call: &Call,
    status: u16,
    code: Option<&str>,
    message: Option<&str>,
    otherwise: impl FnOnce() -> String,
) -> GapCause {
    let refusal = aws_refusal::read(code, message);
    let refused = |refusal| GapCause::Refused {
        call: call.name.to_owned(),
        action: call.action.to_owned(),
        refusal: Box::new(refusal),
    };
    match (&refusal.kind, code, status) {
        (RefusalKind::Throttled, _, _) => failed(call, Failure::Throttled, said(code, message)),
        (RefusalKind::Unrecognised, None, 401 | 403) => refused(refusal),
        (RefusalKind::Unrecognised, _, 500..) => {
            failed(call, Failure::ServerError, said(code, message))
        }
        (RefusalKind::Unrecognised, None, _) => failed(call, Failure::NotUnderstood, otherwise()),
        (RefusalKind::Unrecognised, Some(code), _) if aws_refusal::denies(code) => refused(refusal),
        (RefusalKind::Unrecognised, Some(found), _) if is_not_found(found) => {
            failed(call, Failure::NotFound, said(code, message))
        }
        (RefusalKind::Unrecognised, Some(_), _) => {
            failed(call, Failure::Other, said(code, message))
        }
        _ => refused(refusal),
    }
}

fn is_not_found(code: &str) -> bool {
    let code = code.strip_suffix("Exception").unwrap_or(code);
    code == "NoSuchEntity" || code == "AWSOrganizationsNotInUse" || code.ends_with("NotFound")
}

fn said(code: Option<&str>, message: Option<&str>) -> String {
    match (code, message) {
        (Some(code), Some(message)) => sanitize(&format!("{code}: {message}")),
        (Some(text), None) | (None, Some(text)) => sanitize(text),
        (None, None) => String::new(),
    }
}

/// What went wrong at the bottom of an error's chain, in a line.
///
/// The SDK's own texts at the top are "service error" and "dispatch failure"; some at the bottom print the request.
pub(super) fn root_cause(error: &(dyn Error + 'static)) -> String {
    let mut bottom: &(dyn Error + 'static) = error;
    while let Some(source) = bottom.source() {
        bottom = source;
    }
    let text = bottom.to_string();
    // Nor what a program that was to give credentials wrote to its standard error.
    if [
        "authorization",
        "x-amz-security-token",
        "credential=",
        "stderr",
    ]
    .iter()
    .any(|word| text.to_ascii_lowercase().contains(word))
    {
        return said::REASON_LEFT_OUT.to_owned();
    }
    sanitize(&without_userinfo(&text))
        .chars()
        .take(300)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::calls::{GET_COST_AND_USAGE, GET_USER};

    fn cause_of(status: u16, code: Option<&str>, message: Option<&str>) -> GapCause {
        service_error(&GET_COST_AND_USAGE, status, code, message, String::new)
    }

    #[test]
    fn a_refused_call_is_a_gap_that_names_the_action() {
        for (status, code) in [(403, "AccessDenied"), (400, "AccessDeniedException")] {
            let message = "User: arn:aws:iam::111122223333:user/a is not authorized to perform: ce:GetCostAndUsage \
                           because no identity-based policy allows the ce:GetCostAndUsage action";
            let GapCause::Refused {
                action, refusal, ..
            } = cause_of(status, Some(code), Some(message))
            else {
                panic!("{code} is a refusal");
            };
            assert_eq!(action, "ce:GetCostAndUsage");
            assert!(matches!(refusal.kind, RefusalKind::Policy(_)));
        }
    }

    #[test]
    fn a_403_that_nobody_can_read_is_still_a_refusal() {
        assert!(matches!(
            cause_of(403, None, None),
            GapCause::Refused { .. }
        ));
    }

    #[test]
    fn a_captive_portal_is_not_understood() {
        assert!(matches!(
            cause_of(200, None, None),
            GapCause::CallFailed {
                failure: Failure::NotUnderstood,
                ..
            }
        ));
    }

    #[test]
    fn server_errors_throttling_and_absence_are_told_apart() {
        let failure = |status, code| match cause_of(status, code, Some("x")) {
            GapCause::CallFailed { failure, .. } => failure,
            other => panic!("{other:?}"),
        };
        assert_eq!(failure(500, None), Failure::ServerError);
        assert_eq!(
            failure(503, Some("ServiceUnavailable")),
            Failure::ServerError
        );
        assert_eq!(
            failure(400, Some("ThrottlingException")),
            Failure::Throttled
        );
        assert_eq!(
            failure(400, Some("LimitExceededException")),
            Failure::Throttled
        );
        assert_eq!(failure(404, Some("NoSuchEntity")), Failure::NotFound);
        assert_eq!(failure(400, Some("ValidationException")), Failure::Other);
    }

    #[test]
    fn an_error_that_prints_the_request_is_not_repeated() {
        let error = std::io::Error::other(
            "Request { headers: Authorization: AWS4-HMAC-SHA256 Credential=AKIA/…}",
        );
        assert!(root_cause(&error).contains("left out"));
        assert_eq!(timed_out(&GET_USER).fact, GET_USER.fact);
    }
}
