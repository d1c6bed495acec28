//! A made-up account that answers in this process: the SDK's clients as ever, but no network.

use std::fmt;
use std::io;
use std::sync::Arc;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials as Keys;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use futures_util::future::BoxFuture;

use super::session::{DEFAULT_REGION, Session, retries};
use crate::evidence::CredentialOrigin;

/// What a report calls the source of a demo's credentials.
const SOURCE: &str = "the built-in demo";

/// A made-up account: who answers, and made-up keys to sign with.
#[derive(Clone, Debug)]
pub struct Demo {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
    pub answers: Arc<dyn Answers>,
}

/// Answers calls in AWS's stead.
pub trait Answers: fmt::Debug + Send + Sync {
    /// The response to one request. An error is a connection that broke.
    fn answer(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> BoxFuture<'static, io::Result<http::Response<Vec<u8>>>>;
}

/// A session that asks the demo and nobody else.
pub(super) fn session(demo: &Demo, timeouts: TimeoutConfig) -> Session {
    let connector = SharedHttpConnector::new(Connector(Arc::clone(&demo.answers)));
    let keys = Keys::new(
        &demo.access_key_id,
        &demo.secret_access_key,
        demo.session_token.clone(),
        None,
        "demo",
    );
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(DEFAULT_REGION))
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .sleep_impl(TokioSleep::new())
        .retry_config(retries())
        .timeout_config(timeouts)
        .build();
    Session {
        config,
        origin: CredentialOrigin {
            demo: true,
            source: SOURCE.to_owned(),
            region: DEFAULT_REGION.to_owned(),
            region_source: SOURCE.to_owned(),
            temporary: Some(demo.session_token.is_some()),
            ..CredentialOrigin::default()
        },
        account: None,
        no_credentials: None,
        charged: false,
    }
}

/// Hands the SDK's requests over.
#[derive(Debug)]
struct Connector(Arc<dyn Answers>);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answers = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?
                // No call of the tool's has a body that is streamed.
                .map(|body| body.bytes().unwrap_or_default().to_vec());
            let response = answers
                .answer(request)
                .await
                .map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(response.map(SdkBody::from))
                .map_err(|error| ConnectorError::user(error.into()))
        })
    }
}
