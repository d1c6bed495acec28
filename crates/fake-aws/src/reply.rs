//! Answers and errors in the envelope of the call's protocol.

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::call::{Call, Protocol, Service};
use super::xml::Xml;

/// What a service answers.
#[derive(Debug)]
pub(super) enum Answer {
    /// The inside of `<OperationResult>`.
    Xml(Xml),
    /// The whole body.
    Json(Value),
}

/// Why a service does not answer.
#[derive(Debug)]
pub(super) struct AwsError {
    pub status: u16,
    pub code: String,
    /// The message, which unknown operations do not have.
    pub message: Option<String>,
}

impl AwsError {
    pub(super) fn new(status: u16, code: &str, message: impl Into<String>) -> AwsError {
        AwsError {
            status,
            code: code.to_owned(),
            message: Some(message.into()),
        }
    }

    /// An operation that the service does not have, spelled as each protocol does.
    pub(super) fn unknown_operation(call: &Call) -> AwsError {
        match call.protocol {
            Protocol::Query => {
                let version = call.form.get("Version").unwrap_or("NO_VERSION_SPECIFIED");
                let message = format!(
                    "Could not find operation {} for version {version}",
                    call.operation
                );
                AwsError::new(400, "InvalidAction", message)
            }
            Protocol::Json(_) => AwsError {
                status: 400,
                code: "UnknownOperationException".to_owned(),
                message: None,
            },
            Protocol::RestJson => AwsError {
                status: 404,
                code: "UnknownOperationException".to_owned(),
                message: None,
            },
        }
    }

    /// A parameter that does not do.
    pub(super) fn invalid(call: &Call, message: impl Into<String>) -> AwsError {
        let code = match call.protocol {
            Protocol::Query => "ValidationError",
            Protocol::Json(_) | Protocol::RestJson => "ValidationException",
        };
        AwsError::new(400, code, message)
    }
}

const REQUEST_ID: &str = "00000001-0000-4000-8000-000000000000";

const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE_HEADER: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// The answer or the error in the envelope of the call's protocol.
pub(super) fn response(call: &Call, outcome: Result<Answer, AwsError>) -> Response<Vec<u8>> {
    let body = match outcome {
        Ok(Answer::Xml(inside)) => {
            let name = &call.operation;
            let namespace = namespace(call.service);
            let inside = inside.finish();
            format!(
                "<{name}Response xmlns=\"{namespace}\">\
                 <{name}Result>{inside}</{name}Result>\
                 <ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata>\
                 </{name}Response>"
            )
        }
        Ok(Answer::Json(body)) => body.to_string(),
        Err(error) => return refusal(call, &error),
    };
    plain(200, &content_type(call.protocol), body)
}

/// <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization>
/// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization>
pub(super) fn refusal(call: &Call, error: &AwsError) -> Response<Vec<u8>> {
    let body = match call.protocol {
        Protocol::Query => xml_error(call, error),
        Protocol::Json(_) => json_error(error),
        Protocol::RestJson => match &error.message {
            Some(message) => json!({ "message": message }).to_string(),
            None => json!({}).to_string(),
        },
    };
    let mut response = plain(error.status, &content_type(call.protocol), body);
    if call.protocol == Protocol::RestJson {
        insert(&mut response, ERROR_TYPE_HEADER, &error.code);
    }
    response
}

/// A response with what every response has.
pub(super) fn plain(status: u16, content_type: &str, body: String) -> Response<Vec<u8>> {
    let mut response = Response::new(body.into_bytes());
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    insert(&mut response, CONTENT_TYPE, content_type);
    insert(&mut response, REQUEST_ID_HEADER, REQUEST_ID);
    response
}

/// Leaves out what a header cannot carry.
fn insert(response: &mut Response<Vec<u8>>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn xml_error(call: &Call, error: &AwsError) -> String {
    let mut xml = Xml::new();
    xml.element("Error", |inside| {
        let whose = if error.status < 500 {
            "Sender"
        } else {
            "Receiver"
        };
        inside.text("Type", whose);
        inside.text("Code", &error.code);
        inside.optional("Message", error.message.as_deref());
    });
    xml.text("RequestId", REQUEST_ID);
    let namespace = namespace(call.service);
    let inside = xml.finish();
    format!("<ErrorResponse xmlns=\"{namespace}\">{inside}</ErrorResponse>")
}

/// Refusals by the front door, which is IAM's, have a namespace and `Message`; errors of the
/// service itself have neither.
fn json_error(error: &AwsError) -> String {
    let from_iam = error
        .message
        .as_ref()
        .is_some_and(|text| text.starts_with("User: "));
    match &error.message {
        None => json!({ "__type": error.code }),
        Some(message) if from_iam => {
            let code = format!("com.amazon.coral.service#{}", error.code);
            json!({ "__type": code, "Message": message })
        }
        Some(message) => json!({ "__type": error.code, "message": message }),
    }
    .to_string()
}

fn namespace(service: Service) -> &'static str {
    match service {
        Service::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        _ => "https://iam.amazonaws.com/doc/2010-05-08/",
    }
}

fn content_type(protocol: Protocol) -> String {
    match protocol {
        Protocol::Query => "text/xml".to_owned(),
        Protocol::Json(version) => format!("application/x-amz-json-{version}"),
        Protocol::RestJson => "application/json".to_owned(),
    }
}
