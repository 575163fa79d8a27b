//! Believing an identity provider's tokens. The cryptography is the crate `openidconnect`'s; what stands
//! here is what we ask it to check.

use super::provider::{Trouble, issuer};
use crate::server::store::sign_on::Provider;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGenderClaim,
    CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, ClaimsVerificationError, ClientId,
    EmptyExtraTokenFields, EndSessionUrl, IdToken, IdTokenFields, IdTokenVerifier,
    JsonWebTokenType, Nonce, ProviderMetadata, SignatureVerificationError, StandardTokenResponse,
};
use serde::{Deserialize, Serialize};

/// How far the provider's clock may be ahead of ours.
const AHEAD: TimeDelta = TimeDelta::minutes(2);
/// How old a fresh token may be.
const FRESH: TimeDelta = TimeDelta::minutes(10);
/// Longest name of an account or session at a provider (OpenID Connect Core 1.0, section 2).
const LONGEST_NAME: usize = 255;

/// Signatures that are believed: those made with a key that the provider alone has. `none` and the ones
/// made with a shared secret are not among them.
const BELIEVED: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What a provider's description says beyond what the library reads of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct More {
    pub(super) end_session_endpoint: Option<EndSessionUrl>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for More {}

pub(super) type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
/// What a token says beyond what the library reads of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Claims {
    sid: Option<String>,
    jti: Option<String>,
    events: Option<serde_json::Map<String, serde_json::Value>>,
}
impl AdditionalClaims for Claims {}

pub(super) type Token =
    IdToken<Claims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
pub(super) type Tokens = StandardTokenResponse<
    IdTokenFields<
        Claims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
/// Whom a provider vouches for.
#[derive(Debug, Clone)]
pub struct Vouched {
    /// What it calls the account.
    pub subject: String,
    /// What it calls its own session.
    pub sid: Option<String>,
    /// When the person last showed it who they are, if it says.
    pub auth_time: Option<DateTime<Utc>>,
    /// The token, as it came.
    pub id_token: String,
}

/// Whose sessions a provider ends.
#[derive(Debug, Clone)]
pub struct Ended {
    /// What it calls the account.
    pub subject: String,
    /// What it calls its session; all of the account's when it does not say.
    pub sid: Option<String>,
    /// What it calls the token.
    pub jti: String,
}

/// Why a token is not believed.
pub(super) enum Doubt {
    /// It names a key that is not known; a newer one may be.
    Key,
    /// Anything else.
    Other(&'static str),
}

impl Doubt {
    pub(super) fn into_trouble(self) -> Trouble {
        Trouble::NotBelieved(match self {
            Self::Key => "the token names a key that is not known",
            Self::Other(why) => why,
        })
    }
}

impl From<ClaimsVerificationError> for Doubt {
    fn from(error: ClaimsVerificationError) -> Self {
        use ClaimsVerificationError as E;
        Self::Other(match error {
            E::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
                return Self::Key;
            }
            E::SignatureVerification(_) => "the token's signature does not hold",
            E::Expired(_) => "the token is out of date",
            E::InvalidAudience(_) => "the token is for somebody else",
            E::InvalidIssuer(_) => "the token is another issuer's",
            E::InvalidNonce(_) => "the token answers another question",
            E::Unsupported(_) => "the token is of another kind",
            _ => "the token does not hold",
        })
    }
}

fn named(name: &str) -> Result<String, Doubt> {
    if name.is_empty() || name.len() > LONGEST_NAME {
        return Err(Doubt::Other("the token names nobody"));
    }
    Ok(name.to_owned())
}

pub(super) fn heard(
    provider: &Provider,
    metadata: &Metadata,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<Ended, Doubt> {
    const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
    // A token that says its kind says this one; older providers say none, and the event tells.
    let kind = JsonWebTokenType::new("logout+jwt".to_owned()).normalize();
    let verifier = verifier(provider, metadata, now)?.set_allowed_jose_types(kind);
    // With a nonce it would be an identity token that somebody got hold of.
    let no_nonce = |nonce: Option<&Nonce>| match nonce {
        None => Ok(()),
        Some(_) => Err("a logout token has no nonce".to_owned()),
    };
    let claims = token.claims(&verifier, no_nonce)?;
    let more = claims.additional_claims();
    let ends = more.events.as_ref().and_then(|events| events.get(EVENT));
    if !ends.is_some_and(serde_json::Value::is_object) {
        return Err(Doubt::Other("the token ends nothing"));
    }
    Ok(Ended {
        subject: named(claims.subject().as_str())?,
        sid: more.sid.as_deref().map(named).transpose()?,
        jti: named(more.jti.as_deref().unwrap_or_default())?,
    })
}

pub(super) fn believe(
    provider: &Provider,
    metadata: &Metadata,
    token: &Token,
    nonce: &Nonce,
    now: DateTime<Utc>,
) -> Result<Vouched, Doubt> {
    let verifier = verifier(provider, metadata, now)?;
    let claims = token.claims(&verifier, nonce)?;
    let party = claims.authorized_party();
    if party.is_some_and(|party| party.as_str() != provider.client_id) {
        return Err(Doubt::Other("the token is for another party"));
    }
    Ok(Vouched {
        subject: named(claims.subject().as_str())?,
        sid: claims
            .additional_claims()
            .sid
            .as_deref()
            .map(named)
            .transpose()?,
        auth_time: claims.auth_time(),
        id_token: token.to_string(),
    })
}

fn verifier<'a>(
    provider: &Provider,
    metadata: &Metadata,
    now: DateTime<Utc>,
) -> Result<IdTokenVerifier<'a, CoreJsonWebKey>, Doubt> {
    let issuer = issuer(provider).map_err(|_| Doubt::Other("the stored issuer is no address"))?;
    let recent = move |at: DateTime<Utc>| {
        if at > now + AHEAD {
            Err("the token is from the future".to_owned())
        } else if at < now - FRESH {
            Err("the token is old".to_owned())
        } else {
            Ok(())
        }
    };
    let client = ClientId::new(provider.client_id.clone());
    // Without the client's secret: no signature that is made with it is believed.
    Ok(
        IdTokenVerifier::new_public_client(client, issuer, metadata.jwks().clone())
            .set_allowed_algs(BELIEVED)
            .set_issue_time_verifier_fn(recent)
            .set_time_fn(move || now),
    )
}
