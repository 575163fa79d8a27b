//! The overview of one assessment.

use super::dossier::Dossier;
use super::{assessment_id, name_of};
use crate::api::failure::Failure;
use crate::api::render::{chrome, page};
use crate::components::bars::{Bars, Pair, figure};
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::self_assessment::assessment::{Stage, Step, review_due};
use crate::domain::self_assessment::challenge::Standing as SecondView;
use crate::domain::self_assessment::challenge::standing_of;
use crate::domain::self_assessment::framework::Domain;
use crate::domain::self_assessment::rating::{Rating, must_act, scores};
use crate::pages::assessments::overview::{DomainLine, MustAct, OverviewPage, overview_page};
use crate::server::access::{Actor, AllowedIn, ViewAssessments};
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::store::assessments::freezing;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// The overview.
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
    let data = data(&app, &proof, &dossier).await?;
    let chrome = Chrome {
        back: Some(("/assessments".into(), "Back to self-assessments".into())),
        ..chrome(&actor, data.heading.clone())
    };
    Ok(page(&app, StatusCode::OK, chrome, move || overview_page(&data)).await)
}

async fn data(
    app: &App,
    proof: &AllowedIn<ViewAssessments>,
    d: &Dossier,
) -> Result<OverviewPage, Failure> {
    let stage = d.row.stage;
    let review = freezing::review(&app.db, proof, &d.row.id).await?;
    let returned = freezing::last_return(&app.db, proof, &d.row.id).await?;
    let told = |r: &freezing::Review| format!("{}, {}", r.by, moment_in_words(r.at));
    Ok(OverviewPage {
        heading: format!("Self-assessment of {}", name_of(&d.row)),
        organisations: d
            .organisations()
            .into_iter()
            .map(|(_, n)| n)
            .collect::<Vec<_>>()
            .join(" and "),
        status: d.framework.status.clone(),
        facts: facts(d),
        next: next(d),
        returned: returned
            .filter(|_| stage == Stage::Gathering)
            .map(|r| (format!("Given back by {}", told(&r)), r.note)),
        domains: d
            .framework
            .domains
            .iter()
            .map(|domain| domain_line(d, domain))
            .collect(),
        chart: chart(d),
        must_act: must_act_lines(d),
        overdue: d.actions.iter().filter(|a| a.is_overdue(d.today)).count(),
        review: review.map(|r| (format!("Recorded by {}", told(&r)), r.note)),
        papers: papers(d),
        draft: !stage.is_frozen(),
        more: more(d),
        with_second: stage >= Stage::Challenge,
        told: None,
    })
}

fn facts(d: &Dossier) -> Vec<(&'static str, String)> {
    let row = &d.row;
    let judged = d.ratings().len();
    let of = d.framework.criteria().count();
    let mut facts = vec![
        ("Where it stands", row.stage.words().to_owned()),
        (
            "Period",
            format!("{} to {}", day_in_words(row.from), day_in_words(row.to)),
        ),
        ("Covers", row.scope.kind.words().to_owned()),
        ("Rated", format!("{judged} of {of} criteria")),
        (
            "Standards",
            format!(
                "{}, version of {}",
                d.framework.title,
                day_in_words(d.framework.version)
            ),
        ),
        (
            "Opened by",
            format!("{}, {}", row.opened_by, moment_in_words(row.opened_at)),
        ),
    ];
    let challengers: Vec<&str> = d
        .parts
        .iter()
        .filter(|p| p.part == "challenger")
        .map(|p| p.name.as_str())
        .collect();
    if !challengers.is_empty() {
        facts.push(("Challenger", challengers.join(", ")));
    }
    if let Some(before) = &d.before {
        facts.push(("Year before", format!("to {}", day_in_words(before.to))));
    }
    for s in &d.signatures {
        let words = format!(
            "{} ({}), {}",
            s.signed.name,
            s.signed.job_title,
            moment_in_words(s.signed.at)
        );
        facts.push(("Signed by", words));
    }
    if let Some(signed_on) = row.signed_on.filter(|_| row.stage == Stage::Signed) {
        facts.push(("Six-month review due", day_in_words(review_due(signed_on))));
    }
    facts
}

/// What waits for the reader.
fn next(d: &Dossier) -> Vec<(String, String)> {
    let mut next = Vec::new();
    let mut add = |words: &str, path: String| next.push((words.to_owned(), path));
    match d.row.stage {
        Stage::Gathering => {
            let first = d.framework.domains.iter().find(|x| d.party.rates(&x.id));
            if let Some(domain) = first {
                add(
                    "Rate your domains",
                    d.path(&format!("/domains/{}", domain.id)),
                );
            }
            if d.party.lead {
                add("Give parts to people", d.path("/people"));
                add("Ask for the second view", d.path("/step"));
            }
        }
        Stage::Challenge => {
            let first = d
                .framework
                .domains
                .first()
                .map(|x| x.id.clone())
                .unwrap_or_default();
            if d.party.challenger {
                add(
                    "Give the second view",
                    d.path(&format!("/challenge/{first}")),
                );
            }
            if d.party.lead {
                for domain in &d.framework.domains {
                    if disputed(d, domain) > 0 {
                        add(
                            &format!("Settle disputes in {}", domain.id),
                            d.path(&format!("/challenge/{}", domain.id)),
                        );
                    }
                }
                add("Ask the executive to sign", d.path("/step"));
            }
        }
        Stage::SignOff => {
            if d.may(Step::Sign) {
                add("Read and sign it, or give it back", d.path("/sign"));
            }
            if d.party.lead {
                add("Take it back for more work", d.path("/step"));
            }
        }
        Stage::Signed => {
            if d.party.lead {
                add("Record the six-month review", d.path("/review"));
            }
        }
        Stage::Reviewed => {}
    }
    if d.party.lead && d.row.stage.is_frozen() {
        add(
            "Open the next self-assessment",
            format!("/assessments/open/{}", d.row.organisation),
        );
    }
    next
}

fn disputed(d: &Dossier, domain: &Domain) -> usize {
    let disputed = |id: &str| {
        let version = d.rated.get(id).map_or(0, |r| r.version.0);
        matches!(
            standing_of(id, version, &d.remarks),
            SecondView::Disputed(_)
        )
    };
    domain.criteria.iter().filter(|c| disputed(&c.id)).count()
}

fn domain_line(d: &Dossier, domain: &Domain) -> DomainLine {
    let ratings = d.ratings();
    let judged = domain
        .criteria
        .iter()
        .filter(|c| ratings.contains_key(&c.id))
        .count();
    let waiting = domain
        .criteria
        .iter()
        .filter(|c| {
            let version = d.rated.get(&c.id).map_or(0, |r| r.version.0);
            standing_of(&c.id, version, &d.remarks) == SecondView::Waiting
        })
        .count();
    let of = domain.criteria.len();
    let second = match (disputed(d, domain), waiting) {
        (0, 0) => format!("{of} of {of}"),
        (0, n) => format!("{} of {of}", of - n),
        (disputed, n) => format!("{} of {of}, {disputed} disputed", of - n),
    };
    let people: Vec<&str> = d
        .parts
        .iter()
        .filter(|p| p.part == "contributor" && p.domain == domain.id)
        .map(|p| p.name.as_str())
        .collect();
    let challenging = d.row.stage == Stage::Challenge && (d.party.lead || d.party.challenger);
    DomainLine {
        path: d.path(&format!("/domains/{}", domain.id)),
        name: format!("{} {}", domain.id, domain.title),
        judged: format!("{judged} of {of}"),
        second,
        people: if people.is_empty() {
            "The lead".into()
        } else {
            people.join(", ")
        },
        challenge: challenging.then(|| d.path(&format!("/challenge/{}", domain.id))),
    }
}

/// Ratings by domain now and before.
#[must_use]
pub fn chart(d: &Dossier) -> Bars {
    let now = scores(&d.framework, &d.ratings());
    // Under other standards the domains may be others: then the comparison page says what compares.
    let same = d.before.as_ref().filter(|b| b.chain.is_empty());
    let before = same.map(|b| scores(&d.framework, &b.ratings));
    let pairs: Vec<Pair> = d
        .framework
        .domains
        .iter()
        .enumerate()
        .map(|(n, domain)| Pair {
            label: format!("{} {}", domain.id, domain.title),
            path: Some(d.path(&format!("/domains/{}", domain.id))),
            now: now.get(n).and_then(|s| s.mean),
            before: before.as_ref().and_then(|b| b.get(n)?.mean),
        })
        .collect();
    let told: Vec<String> = pairs
        .iter()
        .map(|p| {
            let id = p.label.split(' ').next().unwrap_or_default();
            let before = if before.is_some() {
                format!(", before {}", figure(p.before))
            } else {
                String::new()
            };
            format!("{id} {}{before}", figure(p.now))
        })
        .collect();
    Bars {
        title: "Mean rating by domain, from 0 to 3".into(),
        alternative: format!(
            "Bars of the mean rating of each domain: {}.",
            told.join("; ")
        ),
        category: "Domain".into(),
        names: [
            "Now".into(),
            d.before
                .as_ref()
                .map_or_else(|| "Before".into(), |b| format!("To {}", day_in_words(b.to))),
        ],
        most: 3.0,
        pairs,
    }
}

fn must_act_lines(d: &Dossier) -> Vec<MustAct> {
    let ratings = d.ratings();
    must_act(&d.framework, &ratings)
        .into_iter()
        .filter_map(|id| {
            let (_, c) = d.framework.criterion(&id)?;
            let actions: Vec<String> = d
                .actions
                .iter()
                .filter(|a| a.criterion == id)
                .map(|a| {
                    format!(
                        "{} – {}, due {}: {}",
                        a.what,
                        a.owner_name,
                        day_in_words(a.due),
                        a.words(d.today)
                    )
                })
                .collect();
            Some(MustAct {
                criterion: format!("{id} {}.", c.title),
                rating: ratings
                    .get(&id)
                    .copied()
                    .map_or("", Rating::short)
                    .to_owned(),
                actions: if actions.is_empty() {
                    vec!["No action yet.".into()]
                } else {
                    actions
                },
            })
        })
        .collect()
}

type PaperLinks = Vec<(&'static str, Vec<(&'static str, String)>)>;

fn papers(d: &Dossier) -> PaperLinks {
    let three = |name: &str| {
        [("PDF", "pdf"), ("web page", "html"), ("Word", "docx")]
            .map(|(words, format)| (words, d.path(&format!("/papers/{name}.{format}"))))
            .to_vec()
    };
    let with_csv = |name: &str, csv: &str| {
        let mut all = three(name);
        all.push(("CSV", d.path(&format!("/papers/{csv}.csv"))));
        all
    };
    let mut papers = vec![
        ("Self-assessment", with_csv("assessment", "ratings")),
        ("Board summary", three("board")),
        ("Action plan", with_csv("actions", "actions")),
    ];
    if d.row.stage.is_frozen() {
        papers.push((
            "Action plan as it stands today",
            with_csv("today-actions", "today-actions"),
        ));
        papers.push(("Frozen data", vec![("JSON", d.path("/papers/frozen.json"))]));
    }
    papers
}

fn more(d: &Dossier) -> Vec<(&'static str, String)> {
    let mut more = vec![
        ("Action plan", d.path("/actions")),
        ("People who take part", d.path("/people")),
    ];
    if d.before.is_some() {
        more.push(("Year on year", d.path("/compare")));
    }
    more
}
