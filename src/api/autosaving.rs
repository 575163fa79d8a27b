//! What the autosave island asks for: the same saves as the pages' own buttons, told in a shape that a
//! script can read.

use super::assessments::rate::{self, Rating};
use super::autosave::Outcome;
use super::body::Body;
use super::failure::Failure;
use super::save::{SaveRequest, Saving, save_section};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::clock::in_britain;

/// Saves the page whose form goes to `action`.
pub async fn save(app: &App, actor: &Actor, action: &str, body: &Body) -> Outcome {
    let place: Vec<&str> = action.trim_start_matches('/').split('/').collect();
    let saved = match place.as_slice() {
        ["reports", report, "sections", section] => {
            let request = SaveRequest {
                report,
                section,
                body,
                completed: false,
            };
            save_section(app, actor, &request).await.map(of_report)
        }
        ["assessments", assessment, "domains", domain] => {
            let saved = rate::save(app, actor, assessment, domain, body).await;
            saved.map(of_ratings)
        }
        _ => Err(Failure::NotFound),
    };
    match saved {
        Ok(Told::Saved(versions, voided)) => {
            let (_, time) = in_britain(app.clock.now());
            Outcome::Saved {
                at: time.format("%H:%M").to_string(),
                versions,
                voided,
            }
        }
        Ok(Told::Other(outcome)) => outcome,
        Err(Failure::Unavailable(error)) => {
            tracing::error!(error = format!("{error:#}"), "an autosave failed");
            Outcome::Refused("The service cannot save just now".into())
        }
        Err(_) => Outcome::Refused("You can no longer change this".into()),
    }
}

/// What is told, before the time of day is known.
enum Told {
    Saved(Vec<(String, u32)>, bool),
    Other(Outcome),
}

fn refused(why: impl Into<String>) -> Told {
    Told::Other(Outcome::Refused(why.into()))
}

fn of_report(saving: Saving) -> Told {
    match saving {
        Saving::Saved { versions, voided } => Told::Saved(versions, voided),
        Saving::Conflict(conflicts) => {
            let first = conflicts.into_iter().next();
            let name = first.map(|c| c.theirs.by).unwrap_or_default();
            Told::Other(Outcome::ChangedByOther { name })
        }
        Saving::TooLong(_) => {
            refused("An answer is longer than 50,000 characters, or the report than 400,000")
        }
        Saving::NotAsked(_) => {
            refused("Part of this page is no longer asked: press “Save and continue” to see what")
        }
        Saving::Closed(refusal) => refused(refusal.to_string()),
    }
}

fn of_ratings(rating: Rating) -> Told {
    match rating {
        Rating::Saved(versions) => Told::Saved(versions, false),
        Rating::Conflict(conflicts) => {
            let first = conflicts.into_iter().next();
            let name = first.map(|c| c.theirs.by_name).unwrap_or_default();
            Told::Other(Outcome::ChangedByOther { name })
        }
        Rating::TooLong => refused("A text is longer than 50,000 characters"),
        Rating::Closed(refusal) => refused(refusal.to_string()),
    }
}
