//! A made-up account that answers in this process: the SDK's clients as ever, but no network.

use std::fmt;
use std::io;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use futures_util::future::BoxFuture;

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

impl Demo {
    /// What hands the SDK's requests over.
    pub(super) fn connector(&self) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector(Arc::clone(&self.answers)))
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
