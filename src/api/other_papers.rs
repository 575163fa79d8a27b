//! Papers about a patient that are no progress report: begin, write, make, download, record as given.
//! None waits for anybody: whoever keeps the record may do all of it.

use super::body::Body;
use super::dossier::about;
use super::failure::Failure;
use super::papers::hand_out;
use super::render::{chrome, page, see_other};
use super::sections::first_field;
use crate::components::fields::Asked;
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::domain::calendar::day_parts;
use crate::domain::calendar::{day_in_words, read_day};
use crate::domain::form::answer::{self, Fields};
use crate::domain::form::definition::RecordFact;
use crate::domain::form::posted::{self, control};
use crate::domain::form::progress::{Circumstances, Item, items};
use crate::domain::form::{Form, Kind};
use crate::domain::identifiers::{EntryId, PaperId, PatientId};
use crate::domain::milestones;
use crate::domain::paper::{self, Draft, Heading, KINDS, NOTIFICATION, PaperKind, kind};
use crate::domain::patient::snapshot::in_words;
use crate::domain::patient::{Nation, PatientRecord, SupervisorRole};
use crate::domain::people::Action;
use crate::domain::report::circumstances::{Period, circumstances};
use crate::domain::report::frozen::PatientIdentified;
use crate::domain::timeline::Matter;
use crate::pages::other_papers::{
    Block, DraftPage, GivenLine, MadePage, PaperLine, PapersPage, draft_page, made_page,
    papers_page,
};
use crate::server::access::{self, Actor, Allowed, KeepRecord, ViewPatient};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::store::other_papers::{Given, OtherPaper, Saved};
use crate::server::store::papers::Format;
use crate::server::store::patients::Patient;
use crate::server::store::{entries, organisations, other_papers, patients, reports};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Longest text of a record that a paper was given.
const LONGEST: usize = 2_000;
/// Most characters of one draft.
const LONGEST_DRAFT: usize = 400_000;

fn patient_id(text: &str) -> Result<PatientId, Failure> {
    PatientId::parse(text).map_err(|_| Failure::NotFound)
}

fn paper_id(text: &str) -> Result<PaperId, Failure> {
    PaperId::parse(text).map_err(|_| Failure::NotFound)
}

/// The patient's papers, and the way to begin one.
///
/// # Errors
/// [`Failure`].
pub async fn list(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::view(&app, &actor, &id, "view-papers", id.as_str()).await?;
    let patient = patients::load(&app.db, &proof).await?;
    let path = format!("/patients/{id}/papers");
    let lines = other_papers::all(&app.db, &proof)
        .await?
        .into_iter()
        .map(|p| {
            let stands = match (p.made_at, p.given_on) {
                (_, Some(on)) => format!("sent or given on {}", day_in_words(on)),
                (Some(at), None) => format!(
                    "made {}; not recorded as sent or given",
                    moment_in_words(at)
                ),
                (None, None) => format!("draft, begun {}", moment_in_words(p.at)),
            };
            PaperLine {
                path: format!("{path}/{}", p.id),
                words: kind(&p.form_id).map_or(p.form_id.clone(), |k| k.words.to_owned()),
                stands,
                open: p.given_on.is_none(),
            }
        });
    let data = PapersPage {
        papers: lines.collect(),
        keeps: proof.may(Action::KeepRecord),
        kinds: KINDS.iter().map(|k| (k.form, k.words, k.urgent)).collect(),
        path,
    };
    let chrome = Chrome {
        back: Some((format!("/patients/{id}"), "Back to the patient".into())),
        about: Some(about(&patient)),
        ..chrome(&actor, "Other papers")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || papers_page(&data)).await)
}

/// Begins a paper, filled in with what the record knows. With `then=make` it is made at once.
///
/// # Errors
/// [`Failure`].
pub async fn begin(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::prove::<KeepRecord>(&app, &actor, &id).await?;
    let kind = kind(body.get("form")).ok_or(Failure::Unreadable)?;
    let form = app
        .forms
        .newest(kind.form)
        .ok_or_else(|| anyhow::anyhow!("no form {}", kind.form))?;
    let patient = patients::load(&app.db, &proof).await?;
    let event = match EntryId::parse(body.get("about")) {
        Ok(about) if body.get("about").contains('-') => {
            entries::chain(&app.db, &proof, &about).await?
        }
        _ => vec![],
    };
    let due = body.get("about").parse::<NaiveDate>().ok();
    // The newest of the event's chain is what stands; its first is what papers are about.
    let subject = match (event.first(), due) {
        (Some(first), _) => first.entry.id.to_string(),
        (None, Some(due)) => due.to_string(),
        (None, None) => String::new(),
    };
    let matter = event.last().map(|e| &e.entry.matter);
    let known = known(&app, &actor, &proof, &patient.record, matter, due).await?;
    let draft = paper::prefilled(&form, &known);
    let mut tx = app.db.begin().await?;
    let paper =
        other_papers::begin(&mut tx, &proof, (&form.id, form.version), &subject, &draft).await?;
    audit::record(&mut tx, &proof.event("begin-paper", paper.as_str())).await?;
    if body.get("then") == "make" {
        make_now(
            &app, &actor, &proof, &mut tx, &paper, &form, &patient, &draft,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(see_other(&format!("/patients/{id}/papers/{paper}")))
}

fn date_fields(day: NaiveDate) -> Fields {
    Fields::new([
        ("day", day.day().to_string()),
        ("month", day.month().to_string()),
        ("year", day.year().to_string()),
    ])
}

/// What the record already knows, by the meaning of a question.
async fn known(
    app: &App,
    actor: &Actor,
    proof: &Allowed<KeepRecord>,
    record: &PatientRecord,
    matter: Option<&Matter>,
    due: Option<NaiveDate>,
) -> Result<BTreeMap<&'static str, Fields>, Failure> {
    let today = app.clock.today();
    let text = |text: String| Fields::new([("text", text)]);
    let mut known = BTreeMap::new();
    if let Some(Matter::Event(e)) = matter {
        let label = app.kinds.event(&e.kind).map_or(&e.kind, |n| &n.label);
        known.insert("event-kind", text(label.clone()));
        known.insert("event-day", date_fields(e.on));
        known.insert("event-what", text(e.what.clone()));
        known.insert("event-where", text(e.where_now.clone()));
        known.insert("event-actions", text(e.actions.clone()));
    }
    known.extend(due.map(|due| ("due", date_fields(due))));
    let reporter = format!(
        "{}, {}\n{}",
        actor.name,
        actor.job_title,
        moment_in_words(app.clock.now())
    );
    known.insert("reporter", text(reporter));
    let people = [
        (SupervisorRole::Social, "Social supervisor"),
        (SupervisorRole::Clinical, "Clinical supervisor"),
    ];
    let contacts: Vec<String> = people
        .iter()
        .flat_map(|(role, words)| {
            record.supervisors_on(*role, today).map(move |s| {
                let cover = if s.cover { " (cover)" } else { "" };
                let telephone = if s.contact.telephone.is_empty() {
                    "no number recorded"
                } else {
                    &s.contact.telephone
                };
                format!("{words}{cover}: {}, {telephone}", s.contact.name)
            })
        })
        .collect();
    known.insert("contacts", text(contacts.join("\n")));
    let answered: Vec<NaiveDate> = reports::all(&app.db, proof)
        .await?
        .iter()
        .map(|r| r.due)
        .collect();
    let ahead: Vec<String> = milestones::ahead(record, &answered, today)
        .iter()
        .map(|m| format!("{}: {}", m.when(), m.words))
        .collect();
    known.insert("dates-ahead", text(ahead.join("\n")));
    known.insert("recall-words", text(
        "Only the Secretary of State for Justice can call you back to hospital. This is called recall. It can happen if your mental health gets worse and people are worried about safety. Breaking a condition does not always mean recall. If you are recalled, you must be told why.".into(),
    ));
    let tribunal = match record.nation {
        Nation::England => "the tribunal (First-tier Tribunal, Mental Health)",
        Nation::Wales => "the tribunal (Mental Health Review Tribunal for Wales)",
    };
    known.insert("rights-words", text(format!(
        "You can ask {tribunal} to look at your conditions or to end your order. There are rules about when you can ask: the Mental Health Act office can tell you the dates. You can have a lawyer. You can ask for an advocate. An advocate is a person who helps you to say what you want."
    )));
    Ok(known)
}

/// What is asked of a paper: questions with rows take those in force today.
fn asked(record: &PatientRecord, today: NaiveDate, form: &Form) -> Circumstances {
    let day = Period {
        from: today,
        to: today,
    };
    circumstances(record, &[], false, day).with_author_rows(form, &BTreeMap::new())
}

struct Open {
    patient: Patient,
    paper: OtherPaper,
    form: Arc<Form>,
    kind: &'static PaperKind,
}

async fn open<P>(app: &App, proof: &Allowed<P>, paper: &str) -> Result<Open, Failure> {
    let id = paper_id(paper)?;
    let paper = other_papers::load(&app.db, proof, &id)
        .await?
        .ok_or(Failure::NotFound)?;
    let form = app
        .forms
        .version(&paper.form_id, paper.form_version)
        .ok_or_else(|| anyhow::anyhow!("form {} is not loaded", paper.form_id))?;
    let kind = kind(&paper.form_id)
        .ok_or_else(|| anyhow::anyhow!("no paper of form {}", paper.form_id))?;
    Ok(Open {
        patient: patients::load(&app.db, proof).await?,
        paper,
        form,
        kind,
    })
}

/// A draft to write, or the paper that was made.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, paper)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let subject = paper_id(&paper)?;
    let proof = access::view(&app, &actor, &id, "view-paper", subject.as_str()).await?;
    let open = open(&app, &proof, &paper).await?;
    if open.paper.made_at.is_some() {
        let today = day_parts(app.clock.today());
        return made(
            &app,
            &actor,
            &proof,
            &open,
            GiveTyped::new(today, open.kind.recipient),
        )
        .await;
    }
    if !proof.may(Action::KeepRecord) {
        return Err(Failure::Refused);
    }
    let draft = open.paper.draft.clone();
    Ok(draft_response(
        &app,
        &actor,
        &open,
        &draft,
        open.paper.version,
        None,
        vec![],
        StatusCode::OK,
    )
    .await)
}

/// Saves a draft, and makes the paper of it when asked.
///
/// # Errors
/// [`Failure`].
pub async fn save(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, paper)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::prove::<KeepRecord>(&app, &actor, &id).await?;
    let open = open(&app, &proof, &paper).await?;
    let path = format!("/patients/{id}/papers/{}", open.paper.id);
    let seen: i64 = body.get("seen").parse().unwrap_or(-1);
    let asked = asked(&open.patient.record, app.clock.today(), &open.form);
    let items = items(&open.form, &asked);
    let draft: Draft = posted::read(&body.0)
        .into_iter()
        .filter_map(|p| {
            let item = items.iter().find(|i| i.key() == p.key)?;
            Some((p.key, p.fields.only(|name| item.question.has_field(name))))
        })
        .filter(|(_, fields)| !fields.is_empty())
        .collect();
    let refuse = async |words: &str, status: StatusCode, version: i64| {
        access::view(&app, &actor, &id, "view-paper", open.paper.id.as_str()).await?;
        let errors = errors_of(&items, &draft);
        Ok(draft_response(
            &app,
            &actor,
            &open,
            &draft,
            version,
            Some(words.to_owned()),
            errors,
            status,
        )
        .await)
    };
    let too_long = draft.values().map(Fields::characters).sum::<usize>() > LONGEST_DRAFT
        || draft.values().any(|f| {
            f.iter()
                .any(|(_, t)| t.chars().count() > answer::LONGEST_ANSWER)
        });
    if too_long {
        return refuse("Nothing was saved: an answer can have up to 50,000 characters and a paper up to 400,000. What you typed is kept on this page.", StatusCode::UNPROCESSABLE_ENTITY, seen).await;
    }
    if open.paper.made_at.is_some() {
        return refuse("The paper was made meanwhile, so nothing was saved. What you typed is kept on this page: copy it into a new paper if it is still needed.", StatusCode::CONFLICT, seen).await;
    }
    let mut tx = app.db.begin().await?;
    if other_papers::save(&mut tx, &proof, &open.paper.id, seen, &draft).await? == Saved::Stale {
        drop(tx);
        let words = format!(
            "{} saved another text at {}. Nothing of it was overwritten, and yours is on this page but not saved. Look at the other one in a second window before you save this again: saving again puts yours after it; every version is kept.",
            open.paper.saved_by,
            moment_in_words(open.paper.saved_at)
        );
        return refuse(&words, StatusCode::CONFLICT, open.paper.version).await;
    }
    audit::record(&mut tx, &proof.event("save-paper", open.paper.id.as_str())).await?;
    if body.get("then") == "make" {
        // What cannot be read as a date or choice is printed as typed: nothing waits for it.
        make_now(
            &app,
            &actor,
            &proof,
            &mut tx,
            &open.paper.id,
            &open.form,
            &open.patient,
            &draft,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(see_other(&path))
}

#[allow(
    clippy::too_many_arguments,
    reason = "each is a different thing that the paper is made of"
)]
async fn make_now(
    app: &App,
    actor: &Actor,
    proof: &Allowed<KeepRecord>,
    tx: &mut crate::server::store::Tx,
    id: &PaperId,
    form: &Form,
    patient: &Patient,
    draft: &Draft,
) -> Result<(), Failure> {
    let today = app.clock.today();
    let organisation = organisations::find(&app.db, proof.organisation())
        .await?
        .ok_or(Failure::NotFound)?;
    let heading = Heading {
        paper: id.to_string(),
        organisation: organisation.name,
        patient: PatientIdentified {
            name: patient.record.full_name(),
            date_of_birth: patient.record.date_of_birth,
            mhcs_reference: patient.record.mhcs_reference.clone(),
        },
        made_by: actor.name.clone(),
        job_title: actor.job_title.clone(),
        made_at: proof.at(),
    };
    let asked = asked(&patient.record, today, form);
    let fact = |fact: RecordFact| in_words(fact, &patient.record, today);
    let content = paper::freeze(heading, form, &asked, draft, fact);
    let (json, digest) = content.write().map_err(anyhow::Error::from)?;
    let [(_, pdf), (_, html)] = crate::server::other_papers::make(content, digest.clone()).await?;
    if other_papers::make(tx, proof, id, (&json, &digest), &pdf, &html).await? == Saved::Yes {
        audit::record(tx, &proof.event("make-paper", id.as_str())).await?;
    }
    Ok(())
}

fn errors_of(items: &[Item<'_>], draft: &Draft) -> Vec<FieldError> {
    let empty = Fields::default();
    items
        .iter()
        .flat_map(|item| {
            let key = item.key();
            item.problems(draft.get(&key).unwrap_or(&empty))
                .into_iter()
                .map(move |p| FieldError {
                    control: control(&key, &p.field),
                    message: p.message,
                })
        })
        .collect()
}

#[allow(
    clippy::too_many_arguments,
    reason = "each is a different thing that the page shows"
)]
async fn draft_response(
    app: &App,
    actor: &Actor,
    open: &Open,
    draft: &Draft,
    version: i64,
    not_saved: Option<String>,
    errors: Vec<FieldError>,
    status: StatusCode,
) -> Response {
    let today = app.clock.today();
    let asked = asked(&open.patient.record, today, &open.form);
    let items = items(&open.form, &asked);
    let blocks = items
        .iter()
        .map(|item| block(item, draft, &errors, &open.patient.record, today))
        .collect();
    let patient = &open.patient;
    let data = DraftPage {
        action: format!("/patients/{}/papers/{}", patient.id, open.paper.id),
        title: open.form.title.clone(),
        status: open.form.status.clone(),
        notice: open.kind.notice.map(|(t, w)| (t.to_owned(), w.to_owned())),
        urgent: open.kind.urgent,
        seen: version,
        saved: format!(
            "Version {} saved by {} {}",
            open.paper.version,
            open.paper.saved_by,
            moment_in_words(open.paper.saved_at)
        ),
        blocks,
        not_saved,
        errors,
    };
    let title = format!(
        "{}{}",
        if data.not_saved.is_some() {
            "Error: "
        } else {
            ""
        },
        open.form.title
    );
    let chrome = Chrome {
        back: Some((
            format!("/patients/{}/papers", patient.id),
            "Back to the papers".into(),
        )),
        about: Some(about(patient)),
        ..chrome(actor, title)
    };
    page(app, status, chrome, move || draft_page(&data)).await
}

fn block(
    item: &Item<'_>,
    draft: &Draft,
    errors: &[FieldError],
    record: &PatientRecord,
    today: NaiveDate,
) -> Block {
    let key = item.key();
    let empty = Fields::default();
    let fields = draft.get(&key).unwrap_or(&empty);
    let shown = item
        .question
        .shows
        .map(|fact| in_words(fact, record, today));
    let ask = |column: crate::domain::form::definition::Column, prefix: String, fields: Fields| {
        let start = control(&key, &prefix);
        Asked {
            errors: errors
                .iter()
                .filter(|e| e.control.starts_with(&start))
                .cloned()
                .collect(),
            key: key.clone(),
            prefix,
            column,
            fields,
            not_applicable: item.row.is_none() && item.question.not_applicable,
            mark: None,
            record: None,
        }
    };
    let controls = if item.row.is_some() {
        let columns = item.question.columns.iter();
        columns
            .map(|c| ask(c.clone(), format!("{}.", c.id), fields.column(&c.id)))
            .collect()
    } else if item.question.kind == Kind::Record {
        vec![]
    } else {
        vec![ask(
            item.question.as_column(),
            String::new(),
            fields.clone(),
        )]
    };
    Block {
        section: item.section.title.clone(),
        introduction: item.section.introduction.clone(),
        anchor: posted::element_id(&control(&key, first_field(item))),
        question: item.question.label.clone(),
        row: item.row.map(|r| r.label.clone()),
        shown,
        controls,
    }
}

/// What was typed into "record that it was given".
struct GiveTyped {
    on: [String; 3],
    recipient: String,
    how: String,
    reply: String,
    errors: Vec<FieldError>,
}

impl GiveTyped {
    fn new(on: [String; 3], recipient: &str) -> Self {
        Self {
            on,
            recipient: recipient.to_owned(),
            how: String::new(),
            reply: String::new(),
            errors: vec![],
        }
    }
}

async fn made<P>(
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
    let made_on = open.paper.made_at.ok_or(Failure::NotFound)?.date_naive();
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

async fn file(
    app: &App,
    actor: &Actor,
    patient: &str,
    paper: &str,
    action: &'static str,
    format: Format,
) -> Result<Vec<u8>, Failure> {
    let (id, paper) = (patient_id(patient)?, paper_id(paper)?);
    let proof: Allowed<ViewPatient> = access::view(app, actor, &id, action, paper.as_str()).await?;
    other_papers::bytes(&app.db, &proof, &paper, format)
        .await?
        .ok_or(Failure::NotFound)
}

/// The PDF as it was made.
///
/// # Errors
/// [`Failure`].
pub async fn pdf(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, paper)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let bytes = file(&app, &actor, &patient, &paper, "download-pdf", Format::Pdf).await?;
    Ok(hand_out(Format::Pdf, &format!("paper-{paper}"), bytes))
}

/// The same content as a page.
///
/// # Errors
/// [`Failure`].
pub async fn html(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((patient, paper)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let bytes = file(&app, &actor, &patient, &paper, "view-paper", Format::Html).await?;
    Ok(hand_out(Format::Html, &format!("paper-{paper}"), bytes))
}
