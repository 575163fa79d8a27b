//! A paper as it was made, and the record of sending or giving it.

use super::{Open, open, patient_id};
use crate::api::body::Body;
use crate::api::dossier::about;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page, see_other};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::{day_in_words, read_day};
use crate::domain::paper::NOTIFICATION;
use crate::domain::people::Action;
use crate::pages::other_papers::{GivenLine, MadePage, made_page};
use crate::server::access::{self, Actor, Allowed, KeepRecord};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::{in_britain, moment_in_words};
use crate::server::store::other_papers::{self, Given};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Longest text of a record that a paper was given.
const LONGEST: usize = 2_000;

/// What was typed into "record that it was given".
pub(super) struct GiveTyped {
    on: [String; 3],
    recipient: String,
    how: String,
    reply: String,
    errors: Vec<FieldError>,
}

impl GiveTyped {
    pub(super) fn new(on: [String; 3], recipient: &str) -> Self {
        Self {
            on,
            recipient: recipient.to_owned(),
            how: String::new(),
            reply: String::new(),
            errors: vec![],
        }
    }
}

/// The page of a made paper.
pub(super) async fn made<P>(
    app: &App,
    actor: &Actor,
    proof: &Allowed<P>,
    open: &Open,
    typed: GiveTyped,
) -> Result<Response, Failure> {
    let id = &open.patient.id;
    let path = format!("/patients/{id}/papers/{}", open.paper.id);
    let given = other_papers::given(&app.db, proof, &open.paper.id).await?;
    let failed = !typed.errors.is_empty();
    let data = MadePage {
        title: open.form.title.clone(),
        made: open.paper.made_at.map(moment_in_words).unwrap_or_default(),
        recipient_is_patient: !open.kind.marked,
        event: (open.paper.form_id == NOTIFICATION && !open.paper.about.is_empty())
            .then(|| format!("/patients/{id}/entries/{}", open.paper.about)),
        given: given
            .into_iter()
            .map(|g| GivenLine {
                words: format!("{}: {}, {}", day_in_words(g.on), g.recipient, g.how),
                reply: g.reply,
                by: g.by,
            })
            .collect(),
        keeps: proof.may(Action::KeepRecord),
        on: typed.on,
        recipient: typed.recipient,
        how: typed.how,
        reply: typed.reply,
        errors: typed.errors,
        path,
    };
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let title = format!("{}{}", if failed { "Error: " } else { "" }, open.form.title);
    let chrome = Chrome {
        back: Some((
            format!("/patients/{id}/papers"),
            "Back to the papers".into(),
        )),
        about: Some(about(&open.patient)),
        ..chrome(actor, title)
    };
    Ok(page(app, status, chrome, move || made_page(&data)).await)
}

/// Records that a paper was sent or given, and what was answered.
///
/// # Errors
/// [`Failure`].
pub async fn give(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, paper)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::prove::<KeepRecord>(&app, &actor, &id).await?;
    let open = open(&app, &proof, &paper).await?;
    let (made_on, _) = in_britain(open.paper.made_at.ok_or(Failure::NotFound)?);
    let on = ["day", "month", "year"].map(|p| body.get(&format!("on/{p}")).to_owned());
    let mut typed = GiveTyped::new(on, body.get("recipient").trim());
    typed.how = body.get("how").trim().to_owned();
    typed.reply = body.get("reply").trim().to_owned();
    let day = read_day(&typed.on[0], &typed.on[1], &typed.on[2]);
    let mut wrong = |control: &str, message: &str| {
        typed.errors.push(FieldError {
            control: control.to_owned(),
            message: message.to_owned(),
        });
    };
    match &day {
        Err(e) => wrong(&format!("on/{}", e.field()), &e.to_string()),
        Ok(day) if *day > app.clock.today() => wrong("on/day", "The day cannot be after today"),
        Ok(day) if *day < made_on => {
            wrong("on/day", "The day cannot be before the paper was made");
        }
        Ok(_) => {}
    }
    let long = |text: &str| text.chars().count() > LONGEST;
    if typed.recipient.is_empty() || long(&typed.recipient) {
        wrong("recipient", "Say to whom, in up to 2,000 characters");
    }
    if typed.how.is_empty() || long(&typed.how) {
        wrong("how", "Say how, in up to 2,000 characters");
    }
    if long(&typed.reply) {
        wrong("reply", "This can have up to 2,000 characters");
    }
    let (Ok(on), true) = (day, typed.errors.is_empty()) else {
        access::view(&app, &actor, &id, "view-paper", open.paper.id.as_str()).await?;
        return made(&app, &actor, &proof, &open, typed).await;
    };
    let given = Given {
        on,
        recipient: typed.recipient,
        how: typed.how,
        reply: typed.reply,
        by: String::new(),
    };
    let mut tx = app.db.begin().await?;
    other_papers::give(&mut tx, &proof, &open.paper.id, &given).await?;
    audit::record(&mut tx, &proof.event("give-paper", open.paper.id.as_str())).await?;
    tx.commit().await?;
    Ok(see_other(&format!(
        "/patients/{id}/papers/{}",
        open.paper.id
    )))
}
