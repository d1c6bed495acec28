//! What goes wrong on purpose.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::Response;

use crate::call::{Call, Protocol, Service};
use crate::reply::{AwsError, plain, refusal};

const BAD_GATEWAY: &str = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n\
    <center><h1>502 Bad Gateway</h1></center>\n</body>\n</html>\n";

/// Something that goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// An error in the protocol's envelope.
    Refuse {
        /// The HTTP status.
        status: u16,
        /// The error code.
        code: String,
        /// The message.
        message: String,
    },
    /// Throttled, in the service's own spelling: so many times, or always.
    Throttle {
        /// How many calls are throttled before one passes.
        times: Option<u32>,
    },
    /// Status 500 in the protocol's envelope.
    InternalError,
    /// A proxy's page with status 502.
    Html,
    /// The right answer, cut off in the middle of its declared length.
    Truncate,
    /// Status 200 with a body that does not parse.
    Malformed,
    /// Status 403 without a body.
    Empty403,
    /// The connection is closed before anything is answered.
    Reset,
    /// Nothing is ever answered.
    Stall,
    /// The answer comes later. Goes together with any other.
    Delay(Duration),
}

/// What goes wrong, and with which calls. The first rule that fits a call counts, and every
/// [`Fault::Delay`] that fits.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    service: Option<String>,
    operation: Option<String>,
    fault: Fault,
    /// How often it has struck.
    struck: Mutex<u32>,
}

impl Faults {
    /// Nothing goes wrong.
    pub fn none() -> Faults {
        Faults::default()
    }

    /// Goes wrong with every call.
    #[must_use]
    pub fn everywhere(self, fault: Fault) -> Faults {
        self.with(None, None, fault)
    }

    /// Goes wrong with every call of a service (`iam`, `sts`, `ce`, `billing`, …).
    #[must_use]
    pub fn in_service(self, service: &str, fault: Fault) -> Faults {
        self.with(Some(service), None, fault)
    }

    /// Goes wrong with one operation, such as `ce` and `GetCostAndUsage`.
    #[must_use]
    pub fn on(self, service: &str, operation: &str, fault: Fault) -> Faults {
        self.with(Some(service), Some(operation), fault)
    }

    fn with(mut self, service: Option<&str>, operation: Option<&str>, fault: Fault) -> Faults {
        self.rules.push(Rule {
            service: service.map(str::to_owned),
            operation: operation.map(str::to_owned),
            fault,
            struck: Mutex::new(0),
        });
        self
    }

    /// How much later a call is answered.
    pub(super) fn delay(&self, call: &Call) -> Duration {
        let fitting = self.rules.iter().filter(|rule| rule.fits(call));
        fitting
            .map(|rule| match rule.fault {
                Fault::Delay(delay) => delay,
                _ => Duration::ZERO,
            })
            .sum()
    }

    /// What goes wrong with a call, if anything does.
    pub(super) fn strike(&self, call: &Call) -> Option<&Fault> {
        let fitting = self.rules.iter().filter(|rule| rule.fits(call));
        let rule = fitting.into_iter().find(|rule| rule.strikes())?;
        Some(&rule.fault)
    }
}

impl Rule {
    fn fits(&self, call: &Call) -> bool {
        let is =
            |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|wanted| wanted == is);
        is(&self.service, service_name(call)) && is(&self.operation, &call.operation)
    }

    fn strikes(&self) -> bool {
        match self.fault {
            Fault::Delay(_) => false,
            Fault::Throttle { times: Some(times) } => {
                let mut struck = self.struck.lock().unwrap_or_else(PoisonError::into_inner);
                *struck += 1;
                *struck <= times
            }
            _ => true,
        }
    }
}

/// A whole response made by a fault, for those that answer with one.
pub(super) fn response(fault: &Fault, call: &Call) -> Option<Response<Vec<u8>>> {
    let page = |status, content_type, body: &str| plain(status, content_type, body.to_owned());
    Some(match fault {
        Fault::Refuse {
            status,
            code,
            message,
        } => refusal(call, &AwsError::new(*status, code, message.as_str())),
        Fault::Throttle { .. } => refusal(call, &throttled(call)),
        Fault::InternalError => refusal(call, &internal_error(call)),
        Fault::Html => page(502, "text/html", BAD_GATEWAY),
        Fault::Malformed => page(200, "application/octet-stream", "{\"<unfinished "),
        Fault::Empty403 => page(403, "text/plain", ""),
        Fault::Truncate | Fault::Reset | Fault::Stall | Fault::Delay(_) => return None,
    })
}

/// The service's name in IAM actions; the one signed for, where the account does not have the service.
pub(super) fn service_name(call: &Call) -> &str {
    match (call.service, &call.signature.service) {
        (Service::Sts, _) => "sts",
        (Service::Iam, _) => "iam",
        (Service::Organizations, _) => "organizations",
        (Service::Account, _) => "account",
        (Service::CostExplorer, _) => "ce",
        (Service::Billing, _) => "billing",
        (Service::Budgets, _) => "budgets",
        (Service::FreeTier, _) => "freetier",
        (Service::CloudTrail, _) => "cloudtrail",
        (Service::Unknown, Some(name)) => name,
        (Service::Unknown, None) => "unknown",
    }
}

/// Each service has its own word for it.
fn throttled(call: &Call) -> AwsError {
    match (call.service, call.protocol) {
        (_, Protocol::Query) => AwsError::new(400, "Throttling", "Rate exceeded"),
        (Service::CostExplorer, _) => AwsError::new(400, "LimitExceededException", "Rate exceeded"),
        (Service::Organizations, _) => AwsError::new(
            400,
            "TooManyRequestsException",
            "AWS Organizations can't complete your request because you have exceeded the throttling rate limit.",
        ),
        (_, Protocol::RestJson) => AwsError::new(429, "TooManyRequestsException", "Rate exceeded"),
        (_, Protocol::Json(_)) => AwsError::new(400, "ThrottlingException", "Rate exceeded"),
    }
}

fn internal_error(call: &Call) -> AwsError {
    let message = "We encountered an internal error. Please try again.";
    match (call.service, call.protocol) {
        (Service::Iam, _) => AwsError::new(500, "ServiceFailure", message),
        (_, Protocol::Query) => AwsError::new(500, "InternalFailure", message),
        (Service::Budgets, _) => AwsError::new(500, "InternalErrorException", message),
        (Service::Organizations, _) => AwsError::new(500, "ServiceException", message),
        _ => AwsError::new(500, "InternalServerException", message),
    }
}
