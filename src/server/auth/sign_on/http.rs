//! The only outgoing connections of the product: to identity providers that the operator named. No
//! redirect is followed, an answer has a few seconds and a few bytes, and plain http stays on this machine.

use axum::body::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::http::Uri;
use openidconnect::url::{Host, Url};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use rustls::{ClientConfig, RootCertStore};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(4);
/// Most bytes of an answer. Metadata and keys of large providers have some ten thousand.
const MOST: usize = 256 * 1024;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// The address is neither https nor on this machine.
    InTheClear,
    /// No connection, or it broke off.
    Unreachable,
    /// It took too long.
    TooSlow,
    /// It was too long.
    TooLong,
}

impl std::fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::InTheClear => "the address is not https",
            Self::Unreachable => "it cannot be reached",
            Self::TooSlow => "it took too long to answer",
            Self::TooLong => "its answer was too long",
        })
    }
}

impl std::error::Error for NoAnswer {}

type Inner = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Asks identity providers.
#[derive(Debug, Default)]
pub struct Http(OnceLock<Inner>);

/// Whether an address may be asked: https, or http on this machine.
#[must_use]
pub fn is_safe(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

impl Http {
    /// Made at the first question: reading the machine's certificates would slow every start.
    fn client(&self) -> &Inner {
        self.0.get_or_init(|| {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let tls = || {
                ClientConfig::builder_with_provider(provider.clone())
                    .with_safe_default_protocol_versions()
            };
            let trusting = tls()
                .ok()
                .and_then(|builder| builder.with_native_roots().ok())
                .map(|builder| builder.with_no_client_auth());
            // Without any certificate no https provider is believed, and one on this machine still can be.
            let config = trusting.unwrap_or_else(|| {
                tracing::warn!("this machine has no certificates: no identity provider can be believed; set SSL_CERT_FILE");
                ClientConfig::builder_with_provider(provider.clone())
                    .with_protocol_versions(rustls::DEFAULT_VERSIONS)
                    .map(|builder| {
                        builder
                            .with_root_certificates(RootCertStore::empty())
                            .with_no_client_auth()
                    })
                    .unwrap_or_else(|error| unreachable!("ring knows the default versions of TLS: {error}"))
            });
            let connector = HttpsConnectorBuilder::new()
                .with_tls_config(config)
                .https_or_http()
                .enable_http1()
                .build();
            Client::builder(TokioExecutor::new())
                .pool_max_idle_per_host(2)
                .build(connector)
        })
    }

    /// Asks once. A redirect is an answer like any other.
    ///
    /// # Errors
    /// [`NoAnswer`].
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let safe = |uri: &Uri| Url::parse(&uri.to_string()).is_ok_and(|url| is_safe(&url));
        if !safe(request.uri()) {
            return Err(NoAnswer::InTheClear);
        }
        let work = async {
            let request = request.map(|body| Full::new(Bytes::from(body)));
            let answer = self.client().request(request).await;
            let (parts, body) = answer.map_err(|_| NoAnswer::Unreachable)?.into_parts();
            let body = Limited::new(body, MOST).collect().await.map_err(|error| {
                if error.is::<http_body_util::LengthLimitError>() {
                    NoAnswer::TooLong
                } else {
                    NoAnswer::Unreachable
                }
            })?;
            Ok(HttpResponse::from_parts(parts, body.to_bytes().to_vec()))
        };
        tokio::time::timeout(PATIENCE, work)
            .await
            .unwrap_or(Err(NoAnswer::TooSlow))
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for (address, safe) in [
            ("https://login.example.org/a", true),
            ("http://127.0.0.1:9000", true),
            ("http://localhost:9000", true),
            ("http://[::1]:9000", true),
            ("http://login.example.org", false),
            ("http://127.0.0.1.example.org", false),
            ("http://169.254.169.254/latest", false),
            ("http://10.0.0.1", false),
            ("ftp://127.0.0.1", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(is_safe(&Url::parse(address).unwrap()), safe, "{address}");
        }
    }
}
