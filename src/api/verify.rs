//! Telling our papers from others, for whoever has signed in. An unknown file and another
//! organisation's paper are answered alike.

use super::failure::Failure;
use super::papers::Answer;
use super::render::{chrome, page};
use crate::components::furniture::FieldError;
use crate::domain::report::State as Stage;
use crate::domain::report::frozen::hex;
use crate::pages::verify::{VerifyPage, verify_page};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::audit::{self, Event};
use crate::server::papers::verify::{Verdict, judge};
use crate::server::store::papers::Register;
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, RequestExt};
use sha2::{Digest, Sha256};

/// Most bytes of an uploaded file with what a browser puts around it.
pub const FILE_LIMIT: usize = 16 * 1024 * 1024;

/// The page.
pub async fn show(State(app): State<App>, Extension(actor): Extension<Actor>) -> Response {
    respond(&app, &actor, VerifyPage::default()).await
}

/// Checks a file.
///
/// # Errors
/// [`Failure`].
pub async fn check(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    upload: Upload,
) -> Answer {
    let bytes = upload.0;
    if bytes.is_empty() {
        let errors = vec![FieldError {
            control: "file".into(),
            message: "Choose a file".into(),
        }];
        let data = VerifyPage {
            errors,
            ..VerifyPage::default()
        };
        return Ok(respond(&app, &actor, data).await);
    }
    let register = Register::of_person(&app.db, actor.asks());
    let verdict = judge(&bytes, &register).await?;
    if let Some(owner) = verdict.owner() {
        record(&app, &actor, &register, owner).await?;
    }
    let data = VerifyPage {
        verdict: Some(in_words(&verdict)),
        superseded: superseded(&verdict),
        digest: hex(&Sha256::digest(&bytes)),
        errors: vec![],
    };
    Ok(respond(&app, &actor, data).await)
}

/// Records in the owner's organisation that somebody held its paper.
async fn record(
    app: &App,
    actor: &Actor,
    register: &Register<'_>,
    owner: &str,
) -> Result<(), Failure> {
    let Some((organisation, patient)) = register.belongs(owner).await? else {
        return Ok(());
    };
    let event = Event {
        patient,
        subject: Some(owner.to_owned()),
        address: Some(actor.address.clone()),
        ..Event::done(
            &organisation,
            app.clock.now(),
            &actor.person,
            "verify-paper",
        )
    };
    let mut tx = app.db.begin().await?;
    audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

fn in_words(verdict: &Verdict) -> (String, String, bool) {
    let ours = matches!(verdict, Verdict::Ours { .. });
    let heading = match verdict {
        Verdict::Ours { .. } => "This is ours, unaltered",
        Verdict::SetAnew { .. } => "The content is ours, the file is not",
        Verdict::AnotherVersion { .. } => "This is another version",
        Verdict::Altered { .. } => "This was altered",
        Verdict::NotOurs => "This is not our file",
    };
    let standing = match verdict {
        Verdict::Ours { standing, .. } => match standing.as_deref().and_then(Stage::named) {
            Some(Stage::Superseded) => {
                " A corrected report has taken its place since: there is a later version."
            }
            Some(Stage::Withdrawn) => " The report has been withdrawn since.",
            _ => "",
        },
        Verdict::NotOurs => {
            " Nothing in it names a paper of your organisations; if it was one, it has been changed beyond that."
        }
        _ => "",
    };
    (heading.to_owned(), format!("{verdict}{standing}"), ours)
}

/// Where a report that was superseded says why. The reason itself stays there: whoever holds a file may
/// not be one who may read the report.
fn superseded(verdict: &Verdict) -> Option<String> {
    let Verdict::Ours {
        owner, standing, ..
    } = verdict
    else {
        return None;
    };
    let standing = standing.as_deref().and_then(Stage::named);
    (standing == Some(Stage::Superseded)).then(|| format!("/reports/{owner}"))
}

async fn respond(app: &App, actor: &Actor, data: VerifyPage) -> Response {
    let (status, title) = if data.errors.is_empty() {
        (StatusCode::OK, "Check a paper")
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: Check a paper")
    };
    page(app, status, chrome(actor, title), move || {
        verify_page(&data)
    })
    .await
}

/// The bytes of the file that was chosen; none when none was.
#[derive(Debug)]
pub struct Upload(Vec<u8>);

impl FromRequest<App> for Upload {
    type Rejection = Response;

    async fn from_request(request: Request, _: &App) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let boundary = kind
            .and_then(|kind| kind.to_str().ok())
            .and_then(|kind| multer::parse_boundary(kind).ok());
        let Some(boundary) = boundary else {
            return Err(Failure::Unreadable.into_response());
        };
        let body = request.into_limited_body().into_data_stream();
        let mut parts = multer::Multipart::new(body, boundary);
        let read = async {
            while let Some(part) = parts.next_field().await? {
                if part.name() == Some("file") {
                    return part.bytes().await.map(|bytes| bytes.to_vec());
                }
            }
            Ok(Vec::new())
        };
        // A body that is cut off at the limit and one that is malformed read the same.
        match read.await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(multer::Error::StreamReadFailed(_)) => Err(Failure::FileTooLarge.into_response()),
            Err(_) => Err(Failure::Unreadable.into_response()),
        }
    }
}
