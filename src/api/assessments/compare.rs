//! One year beside another.

use super::assessment_id;
use super::dossier::Dossier;
use crate::api::failure::Failure;
use crate::api::render::page;
use crate::components::bars::{Bars, Pair, figure};
use crate::domain::calendar::day_in_words;
use crate::domain::self_assessment::comparison::{Line, by_domain, compare};
use crate::domain::self_assessment::content::Before;
use crate::domain::self_assessment::framework::Framework;
use crate::domain::self_assessment::rating::Rating;
use crate::pages::assessments::compare::{CompareLine, ComparePage, compare_page};
use crate::server::access::{Actor, ViewAssessments};
use crate::server::app::App;
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
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (_, d) = Dossier::open::<ViewAssessments>(&app, &actor, &assessment_id(&id)?).await?;
    let before = d.before.clone().ok_or(Failure::NotFound)?;
    let chain: Vec<&Framework> = before.chain.iter().chain([d.framework.as_ref()]).collect();
    let lines = compare(&chain, &before.ratings, &d.ratings());
    let data = ComparePage {
        caption: d.caption(),
        status: d.framework.status.clone(),
        sentence: sentence(&lines, &before),
        chart: chart(&d, &before, &lines),
        lines: lines.iter().map(|l| line(&chain, l)).collect(),
    };
    let chrome = d.chrome(&actor, "Year on year", false);
    Ok(page(&app, StatusCode::OK, chrome, move || compare_page(&data)).await)
}

/// What moved, in a sentence.
#[must_use]
pub fn sentence(lines: &[Line], before: &Before) -> String {
    let count = |keep: fn(i8) -> bool| {
        lines
            .iter()
            .filter_map(Line::change)
            .filter(|c| keep(*c))
            .count()
    };
    let not = lines.iter().filter(|l| l.change().is_none()).count();
    format!(
        "Since the assessment to {}: {} rose, {} fell, {} stayed; {not} cannot be compared.",
        day_in_words(before.to),
        count(|c| c > 0),
        count(|c| c < 0),
        count(|c| c == 0),
    )
}

fn short(rating: Option<Rating>) -> String {
    rating.map_or("Not rated", Rating::short).to_owned()
}

fn line(chain: &[&Framework], l: &Line) -> CompareLine {
    let title = |id: &str, f: Option<&&Framework>| {
        let title = f
            .and_then(|f| f.criterion(id))
            .map(|(_, c)| c.title.clone());
        format!("{id} {}", title.unwrap_or_default())
    };
    let was = l
        .before
        .first()
        .map(|(id, _)| id.as_str())
        .unwrap_or_default();
    CompareLine {
        criterion: match &l.now {
            Some(id) => title(id, chain.last()),
            None => title(was, chain.first()),
        },
        before: match l.before.as_slice() {
            [] => "Not asked".into(),
            [(_, rating)] => short(*rating),
            several => several
                .iter()
                .map(|(id, r)| format!("{id}: {}", short(*r)))
                .collect::<Vec<_>>()
                .join(", "),
        },
        now: if l.now.is_some() {
            short(l.rating)
        } else {
            "Not asked".into()
        },
        change: l.words(),
        how: l.how.words(),
    }
}

fn chart(d: &Dossier, before: &Before, lines: &[Line]) -> Bars {
    let pairs: Vec<Pair> = by_domain(&d.framework, lines)
        .into_iter()
        .map(|c| {
            let title = d.framework.domain(&c.id).map_or("", |x| x.title.as_str());
            Pair {
                label: format!("{} {title} (over {})", c.id, c.over),
                path: Some(d.path(&format!("/domains/{}", c.id))),
                now: c.now,
                before: c.before,
            }
        })
        .collect();
    let told: Vec<String> = pairs
        .iter()
        .map(|p| {
            let id = p.label.split(' ').next().unwrap_or_default();
            format!("{id} {}, before {}", figure(p.now), figure(p.before))
        })
        .collect();
    Bars {
        title: "Mean of comparable criteria by domain, from 0 to 3".into(),
        alternative: format!(
            "Bars of the mean of comparable criteria of each domain: {}.",
            told.join("; ")
        ),
        category: "Domain, and over how many criteria".into(),
        names: ["Now".into(), format!("To {}", day_in_words(before.to))],
        most: 3.0,
        pairs,
    }
}
