//! What a person sees when something cannot be done: what happened, what was kept, what to do.
//! Never patient data, never the cause's own words: those go to the log.

use crate::document::PaperError;
use crate::domain::report::Refusal;
use crate::domain::self_assessment::assessment;
use crate::pages::problem;
use crate::server::access::Denied;
use crate::server::audit::kept::Altered;
use crate::server::audit::views::NotRecorded;
use crate::server::papers::PaperFailure;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Why a request was not answered as asked.
#[derive(Debug)]
pub enum Failure {
    /// No such page or record, or another organisation's: one answer for both.
    NotFound,
    /// The record is the organisation's but not this person's.
    Refused,
    /// A step of a report that cannot be taken now or by this person.
    Step(Refusal),
    /// The report changed after the page was made that somebody wants to sign.
    Changed,
    /// The report was withdrawn.
    Withdrawn,
    /// The person has no part in the self-assessment that would let them do this.
    NoPart(String),
    /// A step of a self-assessment that cannot be taken now.
    Assessment(String),
    /// The form could not be read.
    Unreadable,
    /// The form was too large.
    TooLarge,
    /// The form took too long to arrive.
    TooSlow,
    /// The answer took too long to make.
    TookTooLong,
    /// The post does not come from a page of ours.
    Elsewhere,
    /// The uploaded file was too large.
    FileTooLarge,
    /// A patient's copy that nobody decided to release.
    NotReleased,
    /// Papers could not be made, so none were kept.
    NoPaper(PaperFailure),
    /// What was kept for good is not as it was kept, so nobody gets it.
    Altered(sqlx::Error),
    /// The database or another part of ours failed.
    Unavailable(anyhow::Error),
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotFound => Self::NotFound,
            Denied::Refused => Self::Refused,
            Denied::Unavailable(error) => Self::Unavailable(error),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Step(refusal)
    }
}

impl From<assessment::Refusal> for Failure {
    fn from(refusal: assessment::Refusal) -> Self {
        match refusal {
            assessment::Refusal::NotYou(_) => Self::NoPart(refusal.to_string()),
            _ => Self::Assessment(refusal.to_string()),
        }
    }
}

impl From<PaperFailure> for Failure {
    fn from(failure: PaperFailure) -> Self {
        Self::NoPaper(failure)
    }
}

impl From<NotRecorded> for Failure {
    fn from(error: NotRecorded) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Decode(why) if why.is::<Altered>() => Self::Altered(error),
            _ => Self::Unavailable(error.into()),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Unavailable(error)
    }
}

impl Failure {
    /// The status it is answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Refused | Self::NoPart(_) => StatusCode::FORBIDDEN,
            Self::Step(_) | Self::Changed | Self::NotReleased | Self::Assessment(_) => {
                StatusCode::CONFLICT
            }
            Self::Withdrawn => StatusCode::GONE,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TookTooLong => StatusCode::SERVICE_UNAVAILABLE,
            Self::Elsewhere => StatusCode::FORBIDDEN,
            Self::TooLarge | Self::FileTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoPaper(PaperFailure::Unsettable(PaperError::TooLong)) => StatusCode::CONFLICT,
            Self::NoPaper(_) | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Altered(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn words(&self) -> (&'static str, String) {
        match self {
            Self::NotFound => (
                "Page not found",
                "There is nothing at this address that you can open. If you typed it, check it; if you followed a link, the record may have moved.".into(),
            ),
            Self::Refused => (
                "You cannot open this record",
                "It belongs to your organisation, but you neither supervise this person nor manage the team. The attempt was recorded. If you should have access, ask the line manager.".into(),
            ),
            Self::Step(refusal) => ("This cannot be done now", format!("{refusal}.")),
            Self::Changed => (
                "The report has changed",
                "Somebody changed the report after this page was made, so nothing was signed. Go back to the report, read it again and sign what stands now.".into(),
            ),
            Self::Withdrawn => (
                "This report was withdrawn",
                "It was made for the wrong patient or should not have been made. It is kept, with the reason, and closed to all but the line manager. If you need to know more, ask them.".into(),
            ),
            Self::NoPart(why) => ("You cannot do this here", format!("{why}.")),
            Self::Assessment(why) => ("This cannot be done now", format!("{why}.")),
            Self::Unreadable => (
                "The form could not be read",
                "Something on the way altered what you sent, so nothing was saved. Go back: what you typed should still be there. Save it again.".into(),
            ),
            Self::TooLarge => (
                "That is too much text for one page",
                "Nothing was saved. Go back: what you typed should still be there. An answer can have up to 50,000 characters.".into(),
            ),
            Self::TooSlow => (
                "The form did not arrive",
                "The connection was too slow, so nothing was saved. Go back: what you typed should still be there. Save it again.".into(),
            ),
            Self::TookTooLong => (
                "The service took too long",
                "It is not certain whether what you sent was saved. Go back: what you typed should still be there. In a minute, open the page again to see what stands.".into(),
            ),
            Self::Elsewhere => (
                "This was not sent from one of our pages",
                "To keep others from acting in your name, only our own pages may send. Nothing was saved. Open the page from the start and send it again.".into(),
            ),
            Self::FileTooLarge => (
                "That file is too large",
                "A paper to check can have up to 16 MB. Ours are far smaller, so this is not one of them.".into(),
            ),
            Self::NotReleased => (
                "The patient’s copy has not been released",
                "It leaves only after the author or the line manager has decided so. The decision is made on the page “The patient’s copy” of the finished report.".into(),
            ),
            Self::NoPaper(PaperFailure::Unsettable(PaperError::TooLong)) => (
                "The papers could not be made",
                "It would fill more than 2,000 pages, so no paper was made; what was saved before stands as it did. Look for an answer with thousands of lines: text pasted from another program sometimes brings them. The attempt was recorded.".into(),
            ),
            Self::NoPaper(_) => (
                "The papers could not be made",
                "No paper was made; what was saved before stands as it did. Try again in a minute. If it happens again, tell whoever runs this service; the attempt was recorded.".into(),
            ),
            Self::Altered(_) => (
                "This is not as it was kept",
                "What is stored was changed or damaged after it was kept, so it is not handed out: it must not be taken for what was signed or sent. Nothing of it was changed by this request. Tell whoever runs this service at once: they can say what was changed, and restore it.".into(),
            ),
            Self::Unavailable(_) => (
                "The service cannot do this just now",
                "Nothing was saved by this request; everything saved before is safe. Go back: what you typed should still be there. Keep that page open and try again in a minute.".into(),
            ),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if let Self::Unavailable(error) = &self {
            tracing::error!(error = format!("{error:#}"), "a request failed");
        }
        if let Self::Altered(error) = &self {
            tracing::error!(%error, "something is not as it was kept");
        }
        if let Self::NoPaper(failure) = &self {
            tracing::error!(%failure, "papers could not be made");
        }
        let (heading, text) = self.words();
        problem::respond(self.status(), heading, &text)
    }
}
