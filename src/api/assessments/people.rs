//! Giving parts to people, and sharing with another organisation.

use super::dossier::Dossier;
use super::{assessment_id, no_part};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{page, see_other};
use crate::api::signing::password_error;
use crate::components::controls::Choice;
use crate::components::furniture::FieldError;
use crate::domain::people::{OrganisationAction, may_in};
use crate::domain::self_assessment::assessment::{Step, take};
use crate::pages::assessments::people::{PartLine, PeoplePage, people_page};
use crate::server::access::{self, Actor, AllowedIn, LeadAssessment, ViewAssessments};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::assessments::{self as store, ratings, sharing};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// The page of people.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (proof, dossier) =
        Dossier::open::<ViewAssessments>(&app, &actor, &assessment_id(&id)?).await?;
    let members = store::members(&app.db, &proof, &dossier.row.id).await?;
    respond(&app, &actor, &dossier, &members, PeoplePage::default()).await
}

async fn respond(
    app: &App,
    actor: &Actor,
    d: &Dossier,
    members: &[store::Member],
    data: PeoplePage,
) -> Result<Response, Failure> {
    let failed = !data.errors.is_empty() || data.not_saved.is_some();
    let mut parts: Vec<PartLine> = Vec::new();
    for p in &d.parts {
        match parts
            .iter_mut()
            .find(|l| l.person == p.person && l.part == p.part)
        {
            Some(line) => line.words = format!("{}, {}", line.words, p.domain),
            None => parts.push(PartLine {
                person: p.person.clone(),
                name: p.name.clone(),
                part: p.part.clone(),
                words: if p.part == "challenger" {
                    "Challenger".into()
                } else {
                    format!("Contributor: {}", p.domain)
                },
            }),
        }
    }
    let owner = actor
        .memberships
        .iter()
        .any(|m| m.organisation == d.row.organisation);
    let shares = d.organisations().into_iter().map(|(_, name)| name).chain(
        d.shares
            .iter()
            .filter(|s| s.state != "agreed")
            .map(|s| format!("{}: {} to share", s.name, s.state)),
    );
    let data = PeoplePage {
        action: d.path("/people"),
        caption: d.caption(),
        status: d.framework.status.clone(),
        parts,
        people: members
            .iter()
            .filter(|m| m.contributes)
            .map(|m| {
                Choice::new(
                    m.id.clone(),
                    format!("{}, {}, {}", m.name, m.job_title, m.organisation),
                )
            })
            .collect(),
        domains: d
            .framework
            .domains
            .iter()
            .map(|x| Choice::new(x.id.clone(), format!("{} {}", x.id, x.title)))
            .collect(),
        open: d.may(Step::Assign),
        share: (owner && d.may(Step::Share)).then(|| d.path("/share")),
        shares: shares.collect(),
        ..data
    };
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let chrome = d.chrome(actor, "People who take part", failed);
    Ok(page(app, status, chrome, move || people_page(&data)).await)
}

/// Gives or takes a part.
///
/// # Errors
/// [`Failure`].
pub async fn save(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = assessment_id(&id)?;
    let (proof, dossier) = Dossier::open::<LeadAssessment>(&app, &actor, &id).await?;
    dossier.take(Step::Assign)?;
    let (person, part) = (body.get("person").to_owned(), body.get("part").to_owned());
    let members = store::members(&app.db, &proof, &id).await?;
    if body.get("do") == "remove" {
        let mut tx = lock(&app, &proof, &dossier).await?;
        store::take_part(&mut tx, &proof, &id, &person, &part).await?;
        audit::record(&mut tx, &proof.event(Step::Assign.name(), id.as_str())).await?;
        tx.commit().await?;
        return Ok(see_other(&dossier.path("/people")));
    }
    let ticked: Vec<String> = body
        .0
        .iter()
        .filter(|(n, _)| n == "domain")
        .map(|(_, v)| v.clone())
        .collect();
    let known: Vec<&String> = ticked
        .iter()
        .filter(|t| dossier.framework.domain(t).is_some())
        .collect();
    let mut errors = Vec::new();
    let mut error = |control: &str, message: &str| {
        errors.push(FieldError {
            control: control.into(),
            message: message.into(),
        });
    };
    if !members.iter().any(|m| m.contributes && m.id == person) {
        error("person", "Choose the person");
    }
    match part.as_str() {
        "contributor" if known.is_empty() => error("domain", "Tick at least one domain"),
        "contributor" if is(&dossier, &person, "challenger") => {
            error(
                "part",
                "The challenger gives the second view and cannot rate: choose somebody else, or remove that part first",
            );
        }
        "challenger" => {
            let raters = ratings::raters(&app.db, &proof, &id).await?;
            if is(&dossier, &person, "contributor") || raters.contains(&person) {
                error(
                    "part",
                    "Whoever rates or has rated cannot give the second view: choose somebody else",
                );
            }
        }
        "contributor" => {}
        _ => error("part", "Choose the part"),
    }
    // Who has a part may write in the self-assessment: like every change of a permission.
    errors.extend(password_error(&app, &actor, &body).await?);
    if !errors.is_empty() {
        let data = PeoplePage {
            typed: [person, part, String::new()],
            ticked,
            errors,
            ..PeoplePage::default()
        };
        return respond(&app, &actor, &dossier, &members, data).await;
    }
    let mut tx = lock(&app, &proof, &dossier).await?;
    if part == "challenger" {
        store::give_part(&mut tx, &proof, &id, &person, &part, "").await?;
    } else {
        for domain in known {
            store::give_part(&mut tx, &proof, &id, &person, &part, domain).await?;
        }
    }
    audit::record(&mut tx, &proof.event(Step::Assign.name(), id.as_str())).await?;
    tx.commit().await?;
    Ok(see_other(&dossier.path("/people")))
}

fn is(d: &Dossier, person: &str, part: &str) -> bool {
    d.parts.iter().any(|p| p.person == person && p.part == part)
}

/// The lock under which parts change, from where the assessment stands now.
async fn lock(
    app: &App,
    proof: &AllowedIn<LeadAssessment>,
    d: &Dossier,
) -> Result<crate::server::store::Tx, Failure> {
    let mut tx = app.db.begin().await?;
    let row = store::lock(&mut tx, proof, &d.row.id)
        .await?
        .ok_or(Failure::NotFound)?;
    take(row.stage, Step::Assign, &d.party)?;
    Ok(tx)
}

/// Offers to share the assessment with another organisation.
///
/// # Errors
/// [`Failure`].
pub async fn offer(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = assessment_id(&id)?;
    let (proof, dossier) = Dossier::open::<LeadAssessment>(&app, &actor, &id).await?;
    dossier.take(Step::Share)?;
    let body = body.of_form();
    let name = body.get("organisation").trim().to_owned();
    let other = sharing::organisation_named(&app.db, &name).await?;
    let other = other.filter(|o| *o != dossier.row.organisation);
    let unknown = || {
        FieldError {
        control: "organisation".into(),
        message: "Enter the full name of another organisation that uses this service and has no offer yet".into(),
    }
    };
    let mut errors: Vec<FieldError> = other.is_none().then(unknown).into_iter().collect();
    let password = password_error(&app, &actor, &body).await?;
    errors.extend(password.map(|error| FieldError {
        control: format!("share/{}", error.control),
        ..error
    }));
    if let Some(other) = other.filter(|_| errors.is_empty()) {
        let mut tx = app.db.begin().await?;
        let row = store::lock(&mut tx, &proof, &id)
            .await?
            .ok_or(Failure::NotFound)?;
        take(row.stage, Step::Share, &dossier.party)?;
        let offered = sharing::offer(&mut tx, &proof, &id, &other).await?;
        audit::record(&mut tx, &proof.event(Step::Share.name(), id.as_str())).await?;
        tx.commit().await?;
        if offered == 1 {
            return Ok(see_other(&dossier.path("/people")));
        }
        errors.push(unknown());
    }
    let members = store::members(&app.db, &proof, &id).await?;
    let data = PeoplePage {
        typed: [String::new(), String::new(), name],
        errors,
        ..PeoplePage::default()
    };
    respond(&app, &actor, &dossier, &members, data).await
}

/// Answers an offer: a lead of the whole of the other organisation does.
///
/// # Errors
/// [`Failure`].
pub async fn answer(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Response, Failure> {
    let id = assessment_id(&id)?;
    let leads = actor
        .memberships
        .iter()
        .filter(|m| m.team.is_none() && may_in(m.role, OrganisationAction::LeadAssessment));
    for organisation in leads.map(|m| &m.organisation) {
        let proof = access::prove_in::<LeadAssessment>(&app, &actor, organisation)
            .await
            .map_err(no_part)?;
        let mut tx = app.db.begin().await?;
        let agreed = body.get("answer") == "agree";
        if sharing::answer(&mut tx, &proof, &id, agreed).await? == 1 {
            audit::record(&mut tx, &proof.event(Step::Share.name(), id.as_str())).await?;
            tx.commit().await?;
            let to = if agreed {
                format!("/assessments/{id}")
            } else {
                "/assessments".into()
            };
            return Ok(see_other(&to));
        }
    }
    Err(Failure::NotFound)
}
