//! After sending: MHCS acknowledges, asks, is answered; a wrong record of sending is put right.

use super::body::Body;
use super::dossier::Dossier;
use super::failure::Failure;
use super::render::see_other;
use super::reports::open;
use super::signing::{begin_step, finish_step, prove_report};
use super::step::{self, Reading, typed_day};
use crate::components::furniture::FieldError;
use crate::domain::calendar::day_in_words;
use crate::domain::calendar::day_parts;
use crate::domain::notice::Kind;
use crate::domain::people::Action;
use crate::domain::report::Step;
use crate::domain::report::aftermath::{Message, MessageKind};
use crate::pages::step::{Field, StepPage};
use crate::server::access::{Actor, Allowed, SendReport};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::store::reports::aftermath;
use crate::server::store::{notices, reports};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;

/// What can be recorded, with the step it takes; a correction of the record of sending takes none.
const KINDS: [(MessageKind, Option<Step>); 5] = [
    (MessageKind::Acknowledged, Some(Step::RecordAcknowledged)),
    (MessageKind::Query, Some(Step::RecordQuery)),
    (MessageKind::Reply, Some(Step::RecordReply)),
    (MessageKind::Closed, Some(Step::Close)),
    (MessageKind::SendingCorrected, None),
];

/// The thread.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) = open(&app, &actor, &report, "view-report").await?;
    let mut blank = Body::default();
    for (part, value) in ["day", "month", "year"]
        .iter()
        .zip(day_parts(app.clock.today()))
    {
        blank.0.push((format!("day/{part}"), value));
    }
    respond(&app, &actor, &proof, &dossier, &blank, vec![]).await
}

fn line(message: &Message) -> (String, String) {
    let who = format!(
        "{}, {}. Recorded by {}, {}",
        message.kind.words(),
        day_in_words(message.day),
        message.name,
        moment_in_words(message.at)
    );
    (who, message.text.clone())
}

fn possible(dossier: &Dossier, actor: &Actor) -> Vec<MessageKind> {
    let sent = !dossier.sendings.is_empty();
    KINDS
        .iter()
        .filter(|(_, step)| match step {
            Some(step) => dossier.report.life.take(*step, &actor.person).is_ok(),
            None => sent,
        })
        .map(|(kind, _)| *kind)
        .collect()
}

async fn respond<P>(
    app: &App,
    actor: &Actor,
    proof: &Allowed<P>,
    dossier: &Dossier,
    typed: &Body,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let messages = aftermath::messages(&app.db, proof, &dossier.report.id).await?;
    let kinds = possible(dossier, actor);
    let mut fields = Vec::new();
    if proof.may(Action::SendReport) && !kinds.is_empty() {
        fields = vec![
            Field::Pick {
                name: "kind",
                legend: "What are you recording?",
                hint: None,
                options: kinds
                    .iter()
                    .map(|k| (k.name().to_owned(), offered(*k).to_owned()))
                    .collect(),
                value: typed.get("kind").to_owned(),
            },
            Field::Day {
                name: "day/",
                label: "On which day was it received or sent?",
                hint: None,
                value: typed_day(typed, "day/"),
            },
            Field::Text {
                name: "text",
                label: "What was said?",
                hint: Some("The question or the answer in full, or where the e-mail is kept"),
                value: typed.get("text").to_owned(),
            },
        ];
    }
    let data = StepPage {
        heading: "After sending".into(),
        lead: vec![
            "What MHCS answered, and what you answered, stay together here. This service sends nothing by itself: send your reply from your secure account, then record it.".into(),
        ],
        history: messages.iter().map(line).collect(),
        action: dossier.path("/correspondence"),
        fields,
        button: "Record",
        errors,
        ..StepPage::default()
    };
    let back = Some((
        dossier.path("/finished"),
        "Back to the finished report".to_owned(),
    ));
    step::respond(app, actor, dossier, back, data).await
}

fn offered(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Acknowledged => "MHCS acknowledged the report",
        MessageKind::Query => "MHCS asks something",
        MessageKind::Reply => "The reply to MHCS’s question",
        MessageKind::Closed => "Nothing more is to come: close it",
        MessageKind::SendingCorrected => {
            "What I recorded about the sending is wrong (say what is right)"
        }
    }
}

/// Records a message.
///
/// # Errors
/// [`Failure`].
pub async fn record(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(report): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let (proof, dossier) = prove_report::<SendReport>(&app, &actor, &report).await?;
    let mut reading = Reading::of(&body);
    let kind = MessageKind::named(body.get("kind"))
        .filter(|kind| possible(&dossier, &actor).contains(kind));
    if kind.is_none() {
        reading.wrong("kind", "Choose what you are recording");
    }
    let sent = dossier.sendings.iter().map(|s| s.on).min();
    let first = sent.map(|day| (day, "It cannot be before the day the report was sent"));
    let day = reading.day("day/", app.clock.today(), first);
    let text = match kind {
        // An acknowledgement and a closing may go without words.
        Some(MessageKind::Acknowledged | MessageKind::Closed)
            if body.get("text").trim().is_empty() =>
        {
            String::new()
        }
        _ => reading.text("text", "Write what was said"),
    };
    let (Some(kind), Some(day), true) = (kind, day, reading.errors.is_empty()) else {
        return respond(&app, &actor, &proof, &dossier, &body, reading.errors).await;
    };
    let id = dossier.report.id.clone();
    let step = KINDS
        .iter()
        .find(|(k, _)| *k == kind)
        .and_then(|(_, step)| *step);
    if let Some(step) = step {
        let mut begun = begin_step(&app, &proof, &id, step, &dossier.mark()).await?;
        aftermath::add_message(&mut begun.tx, &proof, &id, kind, day, &text).await?;
        if kind == MessageKind::Query {
            let author = [dossier.report.life.author.clone()];
            notices::tell(
                &mut begun.tx,
                &proof,
                Kind::QueryFromMhcs,
                id.as_str(),
                &author,
            )
            .await?;
            notices::tell_managers(
                &mut begun.tx,
                &proof,
                Kind::QueryFromMhcs,
                id.as_str(),
                app.clock.today(),
            )
            .await?;
        }
        finish_step(begun.tx, &proof, &begun.dossier, step, &begun.life).await?;
    } else {
        let mut tx = app.db.begin().await?;
        reports::lock(&mut tx, &proof, &id)
            .await?
            .ok_or(Failure::NotFound)?;
        aftermath::add_message(&mut tx, &proof, &id, kind, day, &text).await?;
        audit::record(&mut tx, &proof.event("correct-sending", id.as_str())).await?;
        tx.commit().await?;
    }
    Ok(see_other(&dossier.path("/correspondence")))
}
