//! Asking an identity provider. The protocol is the crate `openidconnect`'s; what stands here is what is
//! asked, how often and for how long.

use super::http::{Http, NoAnswer, is_safe};
use super::tokens::{Claims, Doubt, Ended, Metadata, Token, Tokens, Vouched, believe, heard};
use crate::server::auth::sealing::Sealer;
use crate::server::store::sign_on::{Provider, Purpose};
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
};
use openidconnect::url::Url;
use openidconnect::{
    AuthType, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, JsonWebKeySet, LogoutRequest, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, PostLogoutRedirectUrl, RedirectUrl, RequestTokenError, StandardErrorResponse,
    TokenResponse,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a provider's description is kept.
const KEPT: TimeDelta = TimeDelta::hours(1);
/// How often keys are asked for at the most, when a token names one that is not known.
const KEYS_EVERY: TimeDelta = TimeDelta::minutes(1);
/// Longest time for all that one page asks of a provider.
const ALTOGETHER: Duration = Duration::from_secs(9);
type Ours = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why a provider could not be asked or is not believed. The words go to the log: they name nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It gave no answer that can be used. Later it may.
    Down(&'static str),
    /// It, or somebody in its name, said what is not believed.
    NotBelieved(&'static str),
    /// Something of ours failed.
    Ours(&'static str),
}

/// Where to send somebody, and what must be known when they come back.
#[derive(Debug)]
pub struct Way {
    /// The provider's page.
    pub url: String,
    /// What the provider must bring back.
    pub state: String,
    /// What the token must hold.
    pub nonce: String,
    /// What shows that the code is ours.
    pub verifier: String,
}

#[derive(Clone)]
struct Known {
    set_at: DateTime<Utc>,
    metadata: Arc<Metadata>,
    at: DateTime<Utc>,
    /// When keys were last asked for because a token named one that was not known.
    keys_at: Option<DateTime<Utc>>,
}

/// The providers that were asked lately.
#[derive(Clone, Default)]
pub struct Providers {
    http: Arc<Http>,
    known: Arc<Mutex<HashMap<String, Known>>>,
}

impl std::fmt::Debug for Providers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Providers")
    }
}

/// The address of the product where a provider sends people back to.
#[must_use]
pub fn return_address(origin: &str) -> String {
    format!("{origin}/sign-in/return")
}

/// The address of the product where an organisation's provider says that somebody signed out.
#[must_use]
pub fn signed_out_address(origin: &str, organisation: &str) -> String {
    format!("{origin}/sign-in/signed-out/{organisation}")
}

/// The address of the product where people land who signed out at their provider.
#[must_use]
pub fn after_sign_out_address(origin: &str) -> String {
    format!("{origin}/sign-in")
}

impl Providers {
    async fn ask<T>(work: impl Future<Output = Result<T, Trouble>> + Send) -> Result<T, Trouble> {
        tokio::time::timeout(ALTOGETHER, work)
            .await
            .unwrap_or(Err(Trouble::Down("it took too long to answer")))
    }

    fn kept(&self, provider: &Provider, now: DateTime<Utc>) -> Option<Known> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(provider.organisation.as_str());
        known
            .filter(|k| k.set_at == provider.set_at && now - k.at < KEPT && k.at <= now)
            .cloned()
    }

    fn keep(&self, provider: &Provider, known: Known) {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(provider.organisation.to_string(), known);
    }

    /// A provider's description with its keys, asked for once an hour.
    async fn metadata(
        &self,
        provider: &Provider,
        now: DateTime<Utc>,
    ) -> Result<Arc<Metadata>, Trouble> {
        if let Some(known) = self.kept(provider, now) {
            return Ok(known.metadata);
        }
        let issuer = issuer(provider)?;
        let found = Metadata::discover_async(issuer, &*self.http).await;
        let metadata = Arc::new(found.map_err(|error| discovery(&error))?);
        let token = metadata.token_endpoint().map(|url| url.url());
        let safe = is_safe(metadata.authorization_endpoint().url())
            && token.is_some_and(is_safe)
            && metadata
                .additional_metadata()
                .end_session_endpoint
                .as_ref()
                .is_none_or(|url| is_safe(url.url()));
        if !safe {
            return Err(Trouble::Down(
                "its description names an address that is not https",
            ));
        }
        let known = Known {
            set_at: provider.set_at,
            metadata: metadata.clone(),
            at: now,
            keys_at: None,
        };
        self.keep(provider, known);
        Ok(metadata)
    }

    /// The description with the keys as they are now, because a token names one that is not known. Nobody
    /// makes us ask more often than once a minute.
    async fn newer_keys(
        &self,
        provider: &Provider,
        now: DateTime<Utc>,
    ) -> Result<Arc<Metadata>, Trouble> {
        let Some(known) = self.kept(provider, now) else {
            return self.metadata(provider, now).await;
        };
        if known.keys_at.is_some_and(|at| now - at < KEYS_EVERY) {
            return Err(Trouble::NotBelieved(
                "the token names a key that is not known",
            ));
        }
        // Noted before asking, so that a provider that does not answer is not asked more often either.
        self.keep(
            provider,
            Known {
                keys_at: Some(now),
                ..known.clone()
            },
        );
        let keys = JsonWebKeySet::fetch_async(known.metadata.jwks_uri(), &*self.http).await;
        let keys = keys.map_err(|error| discovery(&error))?;
        let metadata = Arc::new((*known.metadata).clone().set_jwks(keys));
        self.keep(
            provider,
            Known {
                metadata: metadata.clone(),
                keys_at: Some(now),
                ..known
            },
        );
        Ok(metadata)
    }

    /// Where to send somebody. Who connects an account or shows again who they are gives their password
    /// there, whatever session the browser still has.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn way(
        &self,
        provider: &Provider,
        origin: &str,
        purpose: Purpose,
        now: DateTime<Utc>,
    ) -> Result<Way, Trouble> {
        let metadata = Self::ask(self.metadata(provider, now)).await?;
        let client = client(provider, &metadata, None, origin)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge);
        if purpose != Purpose::SignIn {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        if purpose == Purpose::Confirm {
            request = request.set_max_age(Duration::ZERO);
        }
        let (url, state, nonce) = request.url();
        Ok(Way {
            url: url.into(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Exchanges a code for a token and checks it: signature, issuer, audience, nonce and times.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn vouched(
        &self,
        provider: &Provider,
        sealer: &Sealer,
        back: Back<'_>,
        now: DateTime<Utc>,
    ) -> Result<Vouched, Trouble> {
        let secret = sealer
            .open(&provider.client_secret, provider.organisation.as_str())
            .map_err(|_| Trouble::Ours("the provider's secret cannot be opened"))?;
        Self::ask(async {
            let metadata = self.metadata(provider, now).await?;
            // RFC 9207: who says that they name themselves must, and nobody may name another.
            let must = metadata
                .additional_metadata()
                .authorization_response_iss_parameter_supported;
            match back.issuer {
                Some(named) if named != provider.issuer => {
                    return Err(Trouble::NotBelieved("another issuer sent the code"));
                }
                None if must => {
                    return Err(Trouble::NotBelieved(
                        "who sent the code does not say who it is",
                    ));
                }
                _ => {}
            }
            let client = client(provider, &metadata, Some(secret), back.origin)?;
            let exchange = client
                .exchange_code(AuthorizationCode::new(back.code.to_owned()))
                .map_err(|_| Trouble::Down("its description names no token endpoint"))?
                .set_pkce_verifier(PkceCodeVerifier::new(back.verifier.to_owned()));
            let tokens: Tokens =
                exchange
                    .request_async(&*self.http)
                    .await
                    .map_err(|error| match error {
                        RequestTokenError::ServerResponse(_) => {
                            Trouble::NotBelieved("it did not take the code")
                        }
                        RequestTokenError::Request(why) => Trouble::Down(no_answer(why)),
                        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                            Trouble::Down("its answer to the code cannot be read")
                        }
                    })?;
            let token = tokens
                .id_token()
                .ok_or(Trouble::NotBelieved("it gave no identity token"))?;
            let nonce = Nonce::new(back.nonce.to_owned());
            match believe(provider, &metadata, token, &nonce, now) {
                Err(Doubt::Key) => {
                    let metadata = self.newer_keys(provider, now).await?;
                    believe(provider, &metadata, token, &nonce, now)
                }
                other => other,
            }
            .map_err(Doubt::into_trouble)
        })
        .await
    }

    /// Checks a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6). That it is heeded once
    /// is the caller's.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn ended(
        &self,
        provider: &Provider,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Ended, Trouble> {
        let token: Token = token
            .parse()
            .map_err(|_| Trouble::NotBelieved("the logout token cannot be read"))?;
        Self::ask(async {
            let metadata = self.metadata(provider, now).await?;
            match heard(provider, &metadata, &token, now) {
                Err(Doubt::Key) => {
                    let metadata = self.newer_keys(provider, now).await?;
                    heard(provider, &metadata, &token, now)
                }
                other => other,
            }
            .map_err(Doubt::into_trouble)
        })
        .await
    }

    /// Where somebody signs out at the provider too; none where the provider offers it nowhere.
    pub async fn way_out(
        &self,
        provider: &Provider,
        origin: &str,
        id_token: &str,
        now: DateTime<Utc>,
    ) -> Option<String> {
        let metadata = Self::ask(self.metadata(provider, now)).await.ok()?;
        let endpoint = metadata
            .additional_metadata()
            .end_session_endpoint
            .clone()?;
        let token: Token = id_token.parse().ok()?;
        let after = PostLogoutRedirectUrl::new(after_sign_out_address(origin)).ok()?;
        let url = LogoutRequest::from(endpoint)
            .set_id_token_hint(&token)
            .set_client_id(ClientId::new(provider.client_id.clone()))
            .set_post_logout_redirect_uri(after)
            .http_get_url();
        Some(url.into())
    }
}

/// What somebody brings back, and what was kept for it.
#[derive(Debug, Clone, Copy)]
pub struct Back<'a> {
    /// The product's address.
    pub origin: &'a str,
    /// The code.
    pub code: &'a str,
    /// Who says that they sent it.
    pub issuer: Option<&'a str>,
    /// What the token must hold.
    pub nonce: &'a str,
    /// What shows that the code is ours.
    pub verifier: &'a str,
}

pub(super) fn issuer(provider: &Provider) -> Result<IssuerUrl, Trouble> {
    let url = IssuerUrl::new(provider.issuer.clone());
    url.map_err(|_| Trouble::Ours("the stored issuer is no address"))
}

fn client(
    provider: &Provider,
    metadata: &Metadata,
    secret: Option<String>,
    origin: &str,
) -> Result<Ours, Trouble> {
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes = |method| methods.is_none_or(|all| all.contains(&method));
    let by = if takes(CoreClientAuthMethod::ClientSecretBasic) {
        AuthType::BasicAuth
    } else {
        AuthType::RequestBody
    };
    let back = RedirectUrl::new(return_address(origin));
    let back = back.map_err(|_| Trouble::Ours("--origin is no address"))?;
    let id = ClientId::new(provider.client_id.clone());
    let client = Ours::from_provider_metadata(metadata.clone(), id, secret.map(ClientSecret::new));
    Ok(client.set_auth_type(by).set_redirect_uri(back))
}

fn no_answer(why: NoAnswer) -> &'static str {
    match why {
        NoAnswer::InTheClear => "its description names an address that is not https",
        NoAnswer::Unreachable => "it cannot be reached",
        NoAnswer::TooSlow => "it took too long to answer",
        NoAnswer::TooLong => "its answer was too long",
    }
}

fn discovery(error: &openidconnect::DiscoveryError<NoAnswer>) -> Trouble {
    use openidconnect::DiscoveryError as E;
    Trouble::Down(match error {
        E::Request(why) => no_answer(*why),
        E::Validation(_) => "its description is another issuer's",
        E::Response(..) => "it has no description where one is looked for",
        _ => "its description cannot be read",
    })
}

/// Whether an issuer can be set: an address that may be asked, without what an issuer never has.
///
/// # Errors
/// What is wrong with it.
pub fn check_issuer(issuer: &str) -> Result<(), &'static str> {
    let url = Url::parse(issuer).map_err(|_| "must be an address, as https://login.example.org")?;
    if !is_safe(&url) {
        return Err("must begin with https:// (http:// on this machine only)");
    }
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err("is an address without ?, # and names in it");
    }
    Ok(())
}
