//! The server function behind the autosave island. The plain form posts the same text to the same
//! save; this only answers in a shape that a script can read.
#![expect(
    missing_docs,
    reason = "the server macro makes structs that cannot be documented"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What became of an autosave. Only [`Outcome::Saved`] may be shown as "Saved".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Durable.
    Saved {
        /// Time of day in England and Wales, as `14:02`.
        at: String,
        /// Version control names with the versions that now stand.
        versions: Vec<(String, u32)>,
        /// Whether an approval was voided by it.
        voided: bool,
    },
    /// Somebody else changed something on it since this page was made.
    ChangedByOther {
        /// Who.
        name: String,
    },
    /// Nobody is signed in any more.
    SignedOut,
    /// Not saved, in words for the person.
    Refused(String),
}

/// Saves what a page holds. `action` is where its form goes, `typed` the form as a browser would post it.
///
/// # Errors
/// When the server could not be reached or failed; the island then says "Not saved".
#[server(prefix = "/api", endpoint = "autosave")]
pub async fn autosave(action: String, typed: String) -> Result<Outcome, ServerFnError> {
    let app = expect_context::<crate::server::app::App>();
    let Some(actor) = use_context::<crate::server::access::Actor>() else {
        return Ok(Outcome::SignedOut);
    };
    let Ok(body) = super::body::Body::read(typed.as_bytes()) else {
        return Ok(Outcome::Refused(
            "Something on the way altered the text".into(),
        ));
    };
    Ok(super::autosaving::save(&app, &actor, &action, &body).await)
}
