//! Answers and errors in the envelope of the call's protocol.

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

/// What a service answers when it does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AwsError {
    /// The HTTP status.
    pub status: u16,
    /// The error code.
    pub code: String,
    /// The message, which unknown operations do not have.
    pub message: Option<String>,
}

impl AwsError {
    /// An error.
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

/// An HTTP response, but for what every response has.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// `content-type`.
    pub content_type: String,
    /// `x-amzn-errortype`.
    pub error_type: Option<String>,
    /// The body.
    pub body: String,
}

impl Reply {
    /// The answer to a call.
    pub(super) fn new(call: &Call, request_id: &str, outcome: Result<Answer, AwsError>) -> Reply {
        match outcome {
            Ok(Answer::Xml(inside)) => {
                let name = &call.operation;
                let namespace = namespace(call.service);
                let inside = inside.finish();
                let body = format!(
                    "<{name}Response xmlns=\"{namespace}\">\
                     <{name}Result>{inside}</{name}Result>\
                     <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>\
                     </{name}Response>"
                );
                Reply {
                    status: 200,
                    content_type: "text/xml".to_owned(),
                    error_type: None,
                    body,
                }
            }
            Ok(Answer::Json(body)) => Reply {
                status: 200,
                content_type: content_type(call.protocol),
                error_type: None,
                body: body.to_string(),
            },
            Err(error) => Reply::error(call, request_id, &error),
        }
    }

    /// <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization>
    /// <https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization>
    pub(super) fn error(call: &Call, request_id: &str, error: &AwsError) -> Reply {
        let (error_type, body) = match call.protocol {
            Protocol::Query => {
                let mut xml = Xml::new();
                xml.element("Error", |inside| {
                    inside.text(
                        "Type",
                        if error.status < 500 {
                            "Sender"
                        } else {
                            "Receiver"
                        },
                    );
                    inside.text("Code", &error.code);
                    inside.optional("Message", error.message.as_deref());
                });
                xml.text("RequestId", request_id);
                let namespace = namespace(call.service);
                let inside = xml.finish();
                let body = format!("<ErrorResponse xmlns=\"{namespace}\">{inside}</ErrorResponse>");
                (None, body)
            }
            Protocol::Json(_) => (None, json_error(error)),
            Protocol::RestJson => {
                let body = match &error.message {
                    Some(message) => json!({ "message": message }),
                    None => json!({}),
                };
                (Some(error.code.clone()), body.to_string())
            }
        };
        let content_type = content_type(call.protocol);
        Reply {
            status: error.status,
            content_type,
            error_type,
            body,
        }
    }
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
