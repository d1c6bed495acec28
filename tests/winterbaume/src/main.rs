//! `winterbaume-server PORT`: every service that billing-doctor asks, as winterbaume implements it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use winterbaume_core::{MockRequest, MockService};

type Services = BTreeMap<&'static str, Box<dyn MockService>>;

/// By the name in the signature's scope, which tells services apart behind one address.
fn services() -> Services {
    BTreeMap::from([
        ("account", Box::new(winterbaume_account::AccountService::new()) as Box<dyn MockService>),
        ("billing", Box::new(winterbaume_billing::BillingService::new())),
        ("budgets", Box::new(winterbaume_budgets::BudgetsService::new())),
        ("ce", Box::new(winterbaume_costexplorer::CostExplorerService::new())),
        ("cloudtrail", Box::new(winterbaume_cloudtrail::CloudTrailService::new())),
        ("freetier", Box::new(winterbaume_freetier::FreeTierService::new())),
        ("iam", Box::new(winterbaume_iam::IamService::new())),
        ("organizations", Box::new(winterbaume_organizations::OrganizationsService::new())),
        ("sts", Box::new(winterbaume_sts::StsService::new())),
    ])
}

/// The service of `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
fn service_of(request: &Request<Incoming>) -> Option<String> {
    let header = request.headers().get("authorization")?.to_str().ok()?;
    let scope = header.split("Credential=").nth(1)?.split(',').next()?;
    scope.split('/').nth(3).map(str::to_owned)
}

async fn answer(services: Arc<Services>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let Some(name) = service_of(&request) else {
        return Ok(Response::new(Full::new(Bytes::from_static(b"unsigned"))));
    };
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let mut response = Response::new(Full::new(Bytes::new()));
    let Some(service) = services.get(name.as_str()) else {
        *response.status_mut() = hyper::StatusCode::NOT_FOUND;
        return Ok(response);
    };
    let answer = service
        .handle(MockRequest {
            method: parts.method.to_string(),
            uri: format!("https://{name}.us-east-1.amazonaws.com{}", parts.uri),
            headers: parts.headers,
            body,
        })
        .await;
    *response.status_mut() = hyper::StatusCode::from_u16(answer.status).unwrap_or_default();
    *response.headers_mut() = answer.headers;
    *response.body_mut() = Full::new(answer.body);
    Ok(response)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = std::env::args().nth(1).ok_or("which port?")?.parse()?;
    let listener = tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let services = Arc::new(services());
    loop {
        let (stream, _) = listener.accept().await?;
        let services = Arc::clone(&services);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&services), request));
            // A client that goes away is none of the server's business.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}
