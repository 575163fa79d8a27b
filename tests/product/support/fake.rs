//! A provider that says what a test wants it to say: for tokens that no real provider makes.

use super::World;
use super::provider::CLIENT;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// How a provider answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    Well,
    /// Not at all: the connection stays open.
    Silent,
    /// With something else.
    Garbage,
    /// With more than anybody reads.
    Endless,
    /// With a redirect to its answer.
    Elsewhere,
}

/// What the provider says.
pub struct Said {
    pub mood: Mood,
    /// What the token holds.
    pub claims: Value,
    /// What its head holds.
    pub head: Value,
    /// Whether it is signed with a key that is not published.
    pub forged: bool,
    /// Whether it says that it names itself in what it sends (RFC 9207).
    pub names_itself: bool,
    /// How often it was asked for its description and its keys.
    pub asked: (u32, u32),
}

#[derive(Clone)]
pub struct Fake {
    pub issuer: String,
    pub said: Arc<Mutex<Said>>,
    keys: Arc<[EcdsaKeyPair; 2]>,
}

fn key() -> EcdsaKeyPair {
    let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
    let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap()
}

pub fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

impl Fake {
    pub async fn start(world: &World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let now = world.app.clock.now().timestamp();
        let said = Said {
            mood: Mood::Well,
            claims: json!({ "iss": issuer, "sub": "ada", "aud": CLIENT, "iat": now, "exp": now + 300 }),
            head: json!({ "alg": "ES256", "kid": "one" }),
            forged: false,
            names_itself: false,
            asked: (0, 0),
        };
        let fake = Self {
            issuer,
            said: Arc::new(Mutex::new(said)),
            keys: Arc::new([key(), key()]),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(description))
            .route("/elsewhere", get(description))
            .route("/jwks", get(keys))
            .route("/token", axum::routing::post(token))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    /// Changes what the provider says.
    pub fn says(&self, change: impl FnOnce(&mut Said)) {
        change(&mut self.said.lock().unwrap());
    }

    /// A token with these claims and this head.
    pub fn token(&self, head: &Value, claims: &Value, forged: bool) -> String {
        let text = format!("{}.{}", part(head), part(claims));
        let signature = match head["alg"].as_str().unwrap() {
            "none" => String::new(),
            // With what the product and the provider both know, as some would believe it.
            "HS256" => {
                let secret = super::provider::SECRET.as_bytes();
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
                URL_SAFE_NO_PAD.encode(ring::hmac::sign(&key, text.as_bytes()))
            }
            _ => {
                let signed =
                    self.keys[usize::from(forged)].sign(&SystemRandom::new(), text.as_bytes());
                URL_SAFE_NO_PAD.encode(signed.unwrap())
            }
        };
        format!("{text}.{signature}")
    }
}

async fn in_mood(fake: &Fake, answer: Value) -> Response {
    let mood = fake.said.lock().unwrap().mood;
    match mood {
        Mood::Well => Json(answer).into_response(),
        Mood::Silent => std::future::pending().await,
        Mood::Garbage => Json(json!({ "hello": "world" })).into_response(),
        Mood::Endless => Json(json!({ "issuer": "x".repeat(10_000_000) })).into_response(),
        Mood::Elsewhere => (StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]).into_response(),
    }
}

async fn description(State(fake): State<Fake>) -> Response {
    let issuer = &fake.issuer;
    let names_itself = {
        let mut said = fake.said.lock().unwrap();
        said.asked.0 += 1;
        said.names_itself
    };
    let all = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        "authorization_response_iss_parameter_supported": names_itself,
    });
    in_mood(&fake, all).await
}

async fn keys(State(fake): State<Fake>) -> Response {
    fake.said.lock().unwrap().asked.1 += 1;
    let public = fake.keys[0].public_key().as_ref();
    let (x, y) = public[1..].split_at(32);
    let [x, y] = [x, y].map(|half| URL_SAFE_NO_PAD.encode(half));
    let key = json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "one", "x": x, "y": y });
    Json(json!({ "keys": [key] })).into_response()
}

async fn token(State(fake): State<Fake>) -> Response {
    let (head, claims, forged) = {
        let said = fake.said.lock().unwrap();
        (said.head.clone(), said.claims.clone(), said.forged)
    };
    let token = fake.token(&head, &claims, forged);
    let answer =
        json!({ "access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token });
    in_mood(&fake, answer).await
}
