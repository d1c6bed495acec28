//! An HTTP request read as a call of an AWS operation.

use std::collections::BTreeMap;

use http::{HeaderMap, Request};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// The services that a made-up account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Sts,
    Iam,
    Organizations,
    Account,
    CostExplorer,
    Billing,
    Budgets,
    FreeTier,
    CloudTrail,
    /// Any other.
    Unknown,
}

/// How a service frames its calls: <https://smithy.io/2.0/aws/protocols/index.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// A form in, XML out.
    Query,
    /// JSON both ways, the operation in `x-amz-target`, version 1.0 or 1.1.
    Json(&'static str),
    /// JSON both ways, the operation in the path.
    RestJson,
}

impl Service {
    /// How the service frames its calls.
    pub(super) fn protocol(self) -> Protocol {
        match self {
            Service::Sts | Service::Iam => Protocol::Query,
            Service::Account => Protocol::RestJson,
            Service::Billing | Service::FreeTier => Protocol::Json("1.0"),
            Service::Organizations
            | Service::CostExplorer
            | Service::Budgets
            | Service::CloudTrail
            | Service::Unknown => Protocol::Json("1.1"),
        }
    }

    /// Whether the service answers in the caller's Region; the others are in us-east-1 alone.
    pub(super) fn is_regional(self) -> bool {
        matches!(self, Service::Sts | Service::CloudTrail)
    }

    /// By the prefix of `x-amz-target`. CloudTrail's is written with and without its Java package.
    fn from_target(prefix: &str) -> Service {
        match prefix.rsplit('.').next().unwrap_or(prefix) {
            "AWSOrganizationsV20161128" => Service::Organizations,
            "AWSInsightsIndexService" => Service::CostExplorer,
            "AWSBilling" => Service::Billing,
            "AWSBudgetServiceGateway" => Service::Budgets,
            "AWSFreeTierService" => Service::FreeTier,
            "CloudTrail_20131101" => Service::CloudTrail,
            _ => Service::Unknown,
        }
    }

    /// By the API version that a query names.
    fn from_version(version: &str) -> Service {
        match version {
            "2010-05-08" => Service::Iam,
            "2011-06-15" => Service::Sts,
            _ => Service::Unknown,
        }
    }
}

/// A call: which operation of which service, with what, signed by whom, and when.
#[derive(Debug)]
pub(super) struct Call {
    pub service: Service,
    /// The operation; empty if the request names none.
    pub operation: String,
    /// The parameters of a query.
    pub form: Form,
    /// The parameters of a JSON call.
    pub json: Value,
    /// The framing that the request used, which is also the answer's.
    pub protocol: Protocol,
    /// What the signature says.
    pub signature: Signature,
    pub user_agent: Option<String>,
    /// AWS's time when it comes, in seconds since 1970.
    pub now: i64,
}

/// The open parts of a SigV4 signature. The signature itself is not checked.
#[derive(Debug)]
pub(super) struct Signature {
    pub region: Option<String>,
    pub service: Option<String>,
    /// `x-amz-date`.
    pub signed_at: Option<String>,
}

impl Call {
    /// Reads a request. There is always a call in it, if only one of an unknown operation.
    pub(super) fn read(request: &Request<Vec<u8>>, now: Timestamp) -> Call {
        let (headers, body) = (request.headers(), request.body());
        let signature = Signature::read(headers);
        let kind = header(headers, "content-type").unwrap_or_default();
        let mut form = Form::default();
        let (service, operation, protocol) = if let Some(target) = header(headers, "x-amz-target") {
            let (prefix, operation) = target.rsplit_once('.').unwrap_or(("", target));
            let service = Service::from_target(prefix);
            let protocol = match kind {
                "application/x-amz-json-1.0" => Protocol::Json("1.0"),
                _ => service.protocol(),
            };
            (service, operation.to_owned(), protocol)
        } else if kind.starts_with("application/x-www-form-urlencoded") {
            form = Form::read(&String::from_utf8_lossy(body));
            let service = Service::from_version(form.get("Version").unwrap_or_default());
            let operation = form.get("Action").unwrap_or_default().to_owned();
            (service, operation, Protocol::Query)
        } else {
            let service = match signature.service.as_deref() {
                None | Some("account") => Service::Account,
                Some(_) => Service::Unknown,
            };
            (
                service,
                operation_in(request.uri().path()),
                Protocol::RestJson,
            )
        };
        Call {
            service,
            operation,
            form,
            json: serde_json::from_slice(body).unwrap_or(Value::Null),
            protocol,
            signature,
            user_agent: header(headers, "user-agent").map(str::to_owned),
            now: now.as_second(),
        }
    }

    /// The Region that the call is made in.
    pub(super) fn region(&self) -> &str {
        match &self.signature.region {
            Some(region) if self.service.is_regional() => region,
            _ => "us-east-1",
        }
    }

    /// A text among the JSON parameters.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.json.get(name).and_then(Value::as_str)
    }
}

impl Signature {
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html>
    fn read(headers: &HeaderMap) -> Signature {
        let scope = header(headers, "authorization")
            .and_then(|text| text.split_once("Credential="))
            .map(|(_, rest)| rest.split(',').next().unwrap_or(rest));
        // Access key, day, Region, service.
        let mut parts = scope.unwrap_or_default().split('/').map(str::to_owned);
        let region = parts.nth(2);
        let service = parts.next();
        let signed_at = header(headers, "x-amz-date").map(str::to_owned);
        Signature {
            region,
            service,
            signed_at,
        }
    }
}

/// The parameters of a query.
#[derive(Debug, Default)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    fn read(body: &str) -> Form {
        let decode = |text: &str| {
            percent_decode_str(&text.replace('+', " "))
                .decode_utf8_lossy()
                .into_owned()
        };
        let pairs = body.split('&').filter(|pair| !pair.is_empty());
        Form(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decode(name), decode(value)))
                .collect(),
        )
    }

    /// One parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// `Name.member.1`, `Name.member.2`, … as long as there are any. `+` would be the same but for
    /// holes, which AWS's clients do not make.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        (1..)
            .map_while(|index| self.get(&format!("{name}.member.{index}")))
            .collect()
    }

    /// The prefixes `Name.member.1`, … under which there is anything.
    pub(super) fn structures(&self, name: &str) -> Vec<String> {
        (1..)
            .map(|index| format!("{name}.member.{index}"))
            .take_while(|prefix| {
                self.0
                    .range(prefix.clone()..)
                    .take_while(|(key, _)| key.starts_with(prefix.as_str()))
                    .any(|(key, _)| {
                        key.len() == prefix.len() || key[prefix.len()..].starts_with('.')
                    })
            })
            .collect()
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// `GetContactInformation`, of `/getContactInformation`.
fn operation_in(path: &str) -> String {
    let mut letters = path.rsplit('/').next().unwrap_or_default().chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
