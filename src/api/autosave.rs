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
    /// Somebody else changed one of the answers since this page was made.
    ChangedByOther {
        /// Who.
        name: String,
    },
    /// Nobody is signed in any more.
    SignedOut,
    /// Not saved, in words for the person.
    Refused(String),
}

/// Saves what a section's page holds.
///
/// `typed` is the page's form, encoded as a browser would post it.
///
/// # Errors
/// When the server could not be reached or failed; the island then says "Not saved".
#[server(prefix = "/api", endpoint = "autosave")]
pub async fn autosave(
    report: String,
    section: String,
    typed: String,
) -> Result<Outcome, ServerFnError> {
    use super::save::{SaveRequest, Saving, save_section};
    use super::{body::Body, failure::Failure};
    let app = expect_context::<crate::server::app::App>();
    let Some(actor) = use_context::<crate::server::access::Actor>() else {
        return Ok(Outcome::SignedOut);
    };
    let Ok(body) = Body::read(typed.as_bytes()) else {
        return Ok(Outcome::Refused(
            "Something on the way altered the text".into(),
        ));
    };
    let request = SaveRequest {
        report: &report,
        section: &section,
        body: &body,
        completed: false,
    };
    match save_section(&app, &actor, &request).await {
        Ok(Saving::Saved { versions, voided }) => {
            let (_, time) = crate::server::clock::in_britain(app.clock.now());
            Ok(Outcome::Saved {
                at: time.format("%H:%M").to_string(),
                versions,
                voided,
            })
        }
        Ok(Saving::Conflict(conflicts)) => {
            let name = conflicts
                .into_iter()
                .next()
                .map(|c| c.theirs.by)
                .unwrap_or_default();
            Ok(Outcome::ChangedByOther { name })
        }
        Ok(Saving::TooLong(_)) => Ok(Outcome::Refused(
            "An answer is longer than 50,000 characters, or the report than 400,000".into(),
        )),
        Ok(Saving::NotAsked(_)) => Ok(Outcome::Refused(
            "Part of this page is no longer asked: press “Save and continue” to see what".into(),
        )),
        Ok(Saving::Closed(refusal)) => Ok(Outcome::Refused(refusal.to_string())),
        Err(Failure::Unavailable(error)) => {
            tracing::error!(error = format!("{error:#}"), "an autosave failed");
            Ok(Outcome::Refused("The service cannot save just now".into()))
        }
        Err(_) => Ok(Outcome::Refused(
            "You can no longer change this report".into(),
        )),
    }
}
