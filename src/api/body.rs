//! Reading a posted form: strictly, because a text that is quietly altered is a lost text.

use super::failure::Failure;
use crate::server::app::App;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use percent_encoding::percent_decode_str;

/// The controls of a posted form, in order.
#[derive(Debug, Clone, Default)]
pub struct Body(pub Vec<(String, String)>);

/// Most controls in one form.
const MOST_CONTROLS: usize = 10_000;

impl Body {
    /// The controls of one form of a page that has several: those whose names begin with the form's, as
    /// its control `form` says it, without that; and those that bear no form's name.
    #[must_use]
    pub fn of_form(self) -> Self {
        let form = format!("{}/", self.get("form"));
        if form == "/" {
            return self;
        }
        let bare = |(name, value): (String, String)| match name.strip_prefix(&form) {
            Some(own) => (own.to_owned(), value),
            None => (name, value),
        };
        Self(self.0.into_iter().map(bare).collect())
    }

    /// Reads `application/x-www-form-urlencoded` bytes.
    ///
    /// # Errors
    /// [`Failure::Unreadable`] for bytes that are not UTF-8 or for more than 10,000 controls.
    pub fn read(bytes: &[u8]) -> Result<Self, Failure> {
        let text = std::str::from_utf8(bytes).map_err(|_| Failure::Unreadable)?;
        let decode = |part: &str| {
            let spaced = part.replace('+', " ");
            percent_decode_str(&spaced)
                .decode_utf8()
                .map(std::borrow::Cow::into_owned)
        };
        let mut pairs = Vec::new();
        for pair in text.split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Ok(name), Ok(value)) = (decode(name), decode(value)) else {
                return Err(Failure::Unreadable);
            };
            // PostgreSQL cannot hold NUL, and no person types it.
            pairs.push((name, value.replace('\0', "\u{fffd}")));
            if pairs.len() > MOST_CONTROLS {
                return Err(Failure::Unreadable);
            }
        }
        Ok(Self(pairs))
    }

    /// Whether each of these controls is there once, and no other.
    #[must_use]
    pub fn is_just(&self, names: &[&str]) -> bool {
        let once = |name: &&str| self.0.iter().filter(|(n, _)| n == name).count() == 1;
        self.0.len() == names.len() && names.iter().all(once)
    }

    /// The first value of a control; empty when there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v)
    }
}

impl FromRequest<App> for Body {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let bytes = Bytes::from_request(request, app)
            .await
            .map_err(|rejection| {
                use axum::response::IntoResponse;
                match rejection.into_response().status() {
                    axum::http::StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
                    _ => Failure::Unreadable,
                }
            })?;
        Self::read(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_browsers_post() {
        let body = Body::read("a=1+2&b=Si%C3%A2n&c=&d".as_bytes()).unwrap();
        assert_eq!(
            (body.get("a"), body.get("b"), body.get("c"), body.get("d")),
            ("1 2", "Siân", "", "")
        );
    }

    #[test]
    fn broken_utf8_is_refused_not_repaired() {
        assert!(Body::read(b"a=%FF").is_err());
        assert!(Body::read(b"a=\xff").is_err());
        assert!(Body::read("a=1&".repeat(10_001).as_bytes()).is_err());
    }
}
