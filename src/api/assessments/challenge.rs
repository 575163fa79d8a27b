//! The second view: the challenger's, and the lead's settling of disputes.

use super::dossier::Dossier;
use super::{assessment_id, domain};
use crate::api::body::Body;
use crate::api::failure::Failure;
use crate::api::render::{page, see_other};
use crate::components::controls::Choice;
use crate::components::furniture::FieldError;
use crate::domain::form::{Fields, Version};
use crate::domain::self_assessment::action_plan::LONGEST;
use crate::domain::self_assessment::assessment::{Step, take};
use crate::domain::self_assessment::challenge::{Standing, View, read_view, standing_of};
use crate::domain::self_assessment::framework::Criterion;
use crate::domain::self_assessment::rating::{Rating, judge};
use crate::pages::assessments::challenge::{Asked, ChallengePage, Item, challenge_page};
use crate::server::access::{Actor, AllowedIn, ContributeToAssessment, ViewAssessments};
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::Tx;
use crate::server::store::assessments::ratings::{self, NewRemark, Saved};
use crate::server::store::assessments::{self as store};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// The page.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((id, domain)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (_, d) = Dossier::open::<ViewAssessments>(&app, &actor, &assessment_id(&id)?).await?;
    respond(&app, &actor, &d, &domain, None, vec![], None).await
}

/// What is to be written about one rating.
struct Decision {
    criterion: String,
    seen: u32,
    view: View,
    proposed: Option<Rating>,
    reason: String,
}

/// Saves views or settlements.
///
/// # Errors
/// [`Failure`].
pub async fn save(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((id, domain)): Path<(String, String)>,
    body: Body,
) -> Result<Response, Failure> {
    let id = assessment_id(&id)?;
    let (proof, d) = Dossier::open::<ContributeToAssessment>(&app, &actor, &id).await?;
    let step = if d.party.challenger {
        Step::Challenge
    } else {
        Step::Resolve
    };
    d.take(step)?;
    let (decisions, errors) = read(&d, &domain, &actor, &body)?;
    if !errors.is_empty() {
        return respond(&app, &actor, &d, &domain, Some(&body), errors, None).await;
    }
    let mut tx = app.db.begin().await?;
    let row = store::lock(&mut tx, &proof, &id)
        .await?
        .ok_or(Failure::NotFound)?;
    take(row.stage, step, &d.party)?;
    // The lock is held: what is read now is what the decisions are about.
    let now = Dossier::load(&app, &proof, &id, d.party.clone()).await?;
    let moved = decisions.iter().any(|x| {
        let version = now.rated.get(&x.criterion).map_or(0, |r| r.version.0);
        version != x.seen || now.remarks.len() != d.remarks.len()
    });
    if moved {
        drop(tx);
        let why = "Somebody settled or changed a rating after this page was made, so nothing was saved. What you wrote is kept on this page: look at it again and save.";
        return respond(
            &app,
            &actor,
            &now,
            &domain,
            Some(&body),
            vec![],
            Some(why.into()),
        )
        .await;
    }
    for decision in &decisions {
        write(&mut tx, &proof, &now, decision).await?;
    }
    if !decisions.is_empty() {
        audit::record(&mut tx, &proof.event(step.name(), id.as_str())).await?;
        tx.commit().await?;
    }
    let domains = &d.framework.domains;
    let at = domains.iter().position(|x| x.id == domain);
    let next = at
        .and_then(|n| domains.get(n + 1))
        .filter(|_| d.party.challenger);
    Ok(see_other(&next.map_or_else(
        || d.path(""),
        |next| d.path(&format!("/challenge/{}", next.id)),
    )))
}

async fn write(
    tx: &mut Tx,
    proof: &AllowedIn<ContributeToAssessment>,
    d: &Dossier,
    decision: &Decision,
) -> Result<(), Failure> {
    let mut version = Version(decision.seen);
    if let (View::Change, Some(rating)) = (decision.view, decision.proposed)
        && let Some(stands) = d.rated.get(&decision.criterion)
    {
        let fields = changed(&stands.fields, rating, &decision.reason);
        let saved = ratings::save(
            tx,
            proof,
            &d.row.id,
            &decision.criterion,
            version,
            &fields,
            &stands.figures,
        );
        version = match saved.await? {
            Saved::As(v) | Saved::Already(v) => v,
            Saved::Conflict(_) => return Err(Failure::Changed),
        };
    }
    let remark = NewRemark {
        criterion: &decision.criterion,
        version,
        view: decision.view,
        proposed: decision.proposed,
        reason: &decision.reason,
    };
    Ok(ratings::remark(tx, proof, &d.row.id, &remark).await?)
}

/// A rating's fields with another rating: the reason is the reason why it does not apply, where it does not.
fn changed(fields: &Fields, rating: Rating, reason: &str) -> Fields {
    let mut all: Vec<(String, String)> = fields
        .iter()
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .collect();
    all.retain(|(k, _)| k != "rating" && (k != "because" || rating == Rating::NotApplicable));
    all.push(("rating".into(), rating.name().into()));
    if rating == Rating::NotApplicable && fields.get("because").is_empty() {
        all.push(("because".into(), reason.to_owned()));
    }
    Fields::new(all)
}

/// Reads what was decided, with what is wrong with it.
fn read(
    d: &Dossier,
    domain: &str,
    actor: &Actor,
    body: &Body,
) -> Result<(Vec<Decision>, Vec<FieldError>), Failure> {
    let found = d.framework.domain(domain).ok_or(Failure::NotFound)?;
    let (mut decisions, mut errors) = (Vec::new(), Vec::new());
    for c in &found.criteria {
        let of = |field: &str| body.get(&format!("{field}/{}", c.id)).trim().to_owned();
        let mut error = |field: &str, message: String| {
            errors.push(FieldError {
                control: format!("{field}/{}", c.id),
                message: format!("{}: {message}", c.id),
            });
        };
        let seen = of("seen").parse().unwrap_or(0);
        let reason = of("reason");
        if reason.chars().count() > LONGEST {
            error("reason", "a reason can have up to 5,000 characters".into());
            continue;
        }
        match asked(d, c) {
            Asked::Nothing => {}
            Asked::View => {
                let Some(rated) = d.rated.get(&c.id) else {
                    continue;
                };
                let Ok(rating) = Rating::read(rated.fields.get("rating")) else {
                    continue;
                };
                let waits = standing_of(&c.id, rated.version.0, &d.remarks) == Standing::Waiting;
                let agrees_with_rest =
                    body.get("then") == "agree-rest" && of("view").is_empty() && waits;
                let view = if agrees_with_rest {
                    "agree".to_owned()
                } else {
                    of("view")
                };
                if view.is_empty() {
                    continue;
                }
                if rated.by == actor.person.as_str() {
                    error(
                        "view",
                        "you saved this rating yourself; somebody else gives the second view"
                            .into(),
                    );
                    continue;
                }
                match read_view(&view, &of("proposed"), &reason, rating) {
                    Ok((view, proposed)) => {
                        if !already(d, c, view, proposed, &reason) {
                            decisions.push(Decision {
                                criterion: c.id.clone(),
                                seen,
                                view,
                                proposed,
                                reason,
                            });
                        }
                    }
                    Err((field, message)) => error(field, message),
                }
            }
            Asked::Settlement => {
                let settle = of("settle");
                if settle.is_empty() {
                    continue;
                }
                if reason.is_empty() {
                    error(
                        "reason",
                        "say why, so that both views stand with their reasons".into(),
                    );
                    continue;
                }
                let (view, proposed) = match Rating::read(&settle) {
                    Ok(rating) => (View::Change, Some(rating)),
                    Err(_) if settle == "keep" => (View::Keep, None),
                    Err(message) => {
                        error("settle", message);
                        continue;
                    }
                };
                if let (Some(rating), Some(row)) = (proposed, d.rated.get(&c.id)) {
                    let fields = changed(&row.fields, rating, &reason);
                    if let Some(p) = judge(&fields, d.today)
                        .err()
                        .and_then(|p| p.into_iter().next())
                    {
                        error("settle", p.message);
                        continue;
                    }
                }
                decisions.push(Decision {
                    criterion: c.id.clone(),
                    seen,
                    view,
                    proposed,
                    reason,
                });
            }
        }
    }
    Ok((decisions, errors))
}

/// Whether the same was said already about the rating as it stands.
fn already(d: &Dossier, c: &Criterion, view: View, proposed: Option<Rating>, reason: &str) -> bool {
    let version = d.rated.get(&c.id).map_or(0, |r| r.version.0);
    match standing_of(&c.id, version, &d.remarks) {
        Standing::Agreed(_) => view == View::Agree,
        Standing::Disputed(r) => {
            view == View::Dispute && r.proposed == proposed && r.reason == reason
        }
        Standing::Waiting | Standing::Settled(_) => false,
    }
}

/// What the reader is asked about a rating now.
fn asked(d: &Dossier, c: &Criterion) -> Asked {
    let version = d.rated.get(&c.id).map_or(0, |r| r.version.0);
    match standing_of(&c.id, version, &d.remarks) {
        Standing::Disputed(_) if d.may(Step::Resolve) && !d.party.challenger => Asked::Settlement,
        Standing::Settled(_) => Asked::Nothing,
        _ if d.may(Step::Challenge) => Asked::View,
        _ => Asked::Nothing,
    }
}

async fn respond(
    app: &App,
    actor: &Actor,
    d: &Dossier,
    name: &str,
    body: Option<&Body>,
    errors: Vec<FieldError>,
    not_saved: Option<String>,
) -> Result<Response, Failure> {
    let found = d.framework.domain(name).ok_or(Failure::NotFound)?;
    let items = found.criteria.iter().map(|c| item(d, c, body)).collect();
    let mut scale: Vec<Choice> = (0_u8..4)
        .map(|n| Choice::new(n.to_string(), d.framework.scale_words(n)))
        .collect();
    scale.push(Choice::new("na", "Not applicable"));
    let status = match (errors.is_empty(), &not_saved) {
        (_, Some(_)) => StatusCode::CONFLICT,
        (false, None) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let data = ChallengePage {
        action: d.path(&format!("/challenge/{name}")),
        caption: d.caption(),
        heading: format!("{} {}", found.id, found.title),
        status: d.framework.status.clone(),
        items,
        scale,
        challenger: d.party.challenger,
        not_saved,
        errors,
    };
    let chrome = d.chrome(
        actor,
        &format!("Second view: {}", data.heading),
        !data.errors.is_empty(),
    );
    Ok(page(app, status, chrome, move || challenge_page(&data)).await)
}

fn item(d: &Dossier, c: &Criterion, body: Option<&Body>) -> Item {
    let block = domain::stands(d, c);
    let standing = standing_of(&c.id, block.version, &d.remarks);
    let of = |field: &str| body.map(|b| b.get(&format!("{field}/{}", c.id)).to_owned());
    let asked = asked(d, c);
    let said = match (asked, standing) {
        (Asked::View, Standing::Agreed(_)) => ["agree".into(), String::new(), String::new()],
        (Asked::View, Standing::Disputed(r)) => [
            "dispute".into(),
            r.proposed.map_or("", Rating::name).into(),
            r.reason.clone(),
        ],
        _ => [String::new(), String::new(), String::new()],
    };
    let [view, proposed, reason] = said;
    let main = if asked == Asked::Settlement {
        "settle"
    } else {
        "view"
    };
    let rating = match Rating::read(block.fields.get("rating")) {
        Ok(Rating::Rated(n)) => format!("Rated {}", d.framework.scale_words(n)),
        Ok(Rating::NotApplicable) => {
            format!("Not applicable, because {}", block.fields.get("because"))
        }
        Err(_) => "Not rated".into(),
    };
    Item {
        stands: standing.words(),
        asked,
        rating,
        typed: [
            of(main).unwrap_or(view),
            of("proposed").unwrap_or(proposed),
            of("reason").unwrap_or(reason),
        ],
        criterion: block,
    }
}
