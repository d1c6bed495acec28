//! The one HTTP client that all services share.
//!
//! The SDK's ready-made client would honour proxies but not `AWS_CA_BUNDLE`, and a client built by hand honours
//! neither unless told so.

use std::path::PathBuf;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::session::SessionError;

/// A client that speaks HTTP and HTTPS (rustls with ring), through the proxy that the environment names; it trusts the
/// system's certificates and this bundle.
///
/// # Errors
///
/// Where the bundle of certificates can't be read or used.
pub(super) fn client(ca_bundle: Option<PathBuf>) -> Result<SharedHttpClient, SessionError> {
    let mut trust = TrustStore::empty().with_native_roots(true);
    if let Some(path) = ca_bundle {
        let unusable = |reason: String| SessionError::CaBundle {
            path: path.display().to_string(),
            reason,
        };
        let pem = std::fs::read(&path).map_err(|error| unusable(error.to_string()))?;
        // The SDK's connector panics on a bundle that it can't use.
        if let Err(reason) = certificates(&pem) {
            return Err(unusable(reason));
        }
        trust = trust.with_pem_certificate(pem);
    }
    let proxy = ProxyConfig::from_env();
    let tls = TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .map_err(|error| SessionError::Tls(error.to_string()))?;
    Ok(
        Builder::new().build_with_connector_fn(move |settings, components| {
            let mut connector = Connector::builder();
            if let Some(settings) = settings {
                connector = connector.connector_settings(settings.clone());
            }
            if let Some(sleep) = components.and_then(|components| components.sleep_impl()) {
                connector = connector.sleep_impl(sleep);
            }
            connector
                .proxy_config(proxy.clone())
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .tls_context(tls.clone())
                .build()
        }),
    )
}

/// Whether there are certificates in a PEM file that TLS can trust.
fn certificates(pem: &[u8]) -> Result<(), String> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        store.add(certificate).map_err(|error| error.to_string())?;
    }
    if store.is_empty() {
        return Err("no certificate in it".to_owned());
    }
    Ok(())
}
