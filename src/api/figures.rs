//! Figures of an organisation, and the cases behind them.

use super::assurance::{back_to_assurance, organisation_named};
use super::body::Body;
use super::failure::Failure;
use super::render::{chrome, page};
use crate::components::furniture::FieldError;
use crate::components::layout::Chrome;
use crate::components::lengths::{Bar, Bars};
use crate::domain::assurance::{
    self, Case, Figure, FigureId as Id, Month, Period, PeriodProblem, Value, figure,
};
use crate::domain::calendar::read_day;
use crate::pages::figures::{
    CaseLine, FigureLine, FigurePage, FiguresPage, figure_page, figures_page,
};
use crate::server::access::{Actor, AllowedIn, ViewFigures, prove_in};
use crate::server::app::App;
use crate::server::store::assurance as store;
use crate::server::store::organisations::Organisation;
use crate::server::store::patients::lists;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use std::collections::HashMap;

/// Cases on one page.
const MOST_CASES: usize = 200;

/// Figures in the groups of the page.
const GROUPS: [(&str, &[Id]); 5] = [
    (
        "Reports on time",
        &[
            Id::OnTimeFirst,
            Id::OnTimeQuarterly,
            Id::LateTold,
            Id::LateNotTold,
        ],
    ),
    ("Sign-off", &[Id::SignOffTurnaround, Id::ReturnedReports]),
    (
        "Contact and allocation",
        &[Id::ContactGaps, Id::Unallocated, Id::Uncovered],
    ),
    (
        "What reports and events say",
        &[
            Id::ConditionEvidence,
            Id::SelfReportStreaks,
            Id::PatientView,
            Id::EventsTold,
            Id::EventsToldDelay,
        ],
    ),
    ("Staff", &[Id::TrainingCurrent, Id::InductionComplete]),
];

/// The days that a page was asked for, as typed.
struct Typed {
    from: [String; 3],
    to: [String; 3],
    read: Result<Period, Vec<FieldError>>,
}

/// Reads the period from the address; the last twelve months where it names none.
fn read_period(query: Option<&str>, today: NaiveDate) -> Result<Typed, Failure> {
    let query = Body::read(query.unwrap_or_default().as_bytes())?;
    let parts = ["day", "month", "year"];
    let typed = |end: &str| parts.map(|part| query.get(&format!("{end}/{part}")).to_owned());
    let (from, to) = (typed("from"), typed("to"));
    if from.iter().chain(&to).all(String::is_empty) {
        let period = Period::year_to(today);
        return Ok(Typed {
            from: in_parts(period.from()),
            to: in_parts(period.to()),
            read: Ok(period),
        });
    }
    let day = |end: &str, [d, m, y]: &[String; 3]| {
        read_day(d, m, y).map_err(|e| FieldError {
            control: format!("{end}/{}", e.field()),
            message: e.to_string(),
        })
    };
    let read = match (day("from", &from), day("to", &to)) {
        (Ok(first), Ok(last)) => Period::new(first, last).map_err(|problem| {
            let control = match problem {
                PeriodProblem::NoDays => "to/day",
                PeriodProblem::TooLong => "from/year",
            };
            vec![FieldError {
                control: control.into(),
                message: problem.to_string(),
            }]
        }),
        (from, to) => Err([from.err(), to.err()].into_iter().flatten().collect()),
    };
    Ok(Typed { from, to, read })
}

fn in_parts(day: NaiveDate) -> [String; 3] {
    ["%-d", "%-m", "%Y"].map(|part| day.format(part).to_string())
}

/// The period as it stands in addresses.
fn in_address(period: Period) -> String {
    let part = |end: &str, day: NaiveDate| {
        let [d, m, y] = in_parts(day);
        format!("{end}/day={d}&{end}/month={m}&{end}/year={y}")
    };
    format!(
        "{}&{}",
        part("from", period.from()),
        part("to", period.to())
    )
}

/// The page of all figures.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(organisation): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (organisation, id) = organisation_named(&app, &actor, &organisation).await?;
    let proof = prove_in::<ViewFigures>(&app, &actor, &id).await?;
    let typed = read_period(query.as_deref(), app.clock.today())?;
    let mut data = FiguresPage {
        organisation: organisation.name.clone(),
        period: None,
        from: typed.from,
        to: typed.to,
        errors: Vec::new(),
        groups: Vec::new(),
        charts: Vec::new(),
        teams: String::new(),
    };
    let status = match typed.read {
        Ok(period) => {
            fill(&app, &proof, &organisation, period, &mut data).await?;
            StatusCode::OK
        }
        Err(errors) => {
            data.errors = errors;
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    let title = if data.errors.is_empty() {
        "Figures"
    } else {
        "Error: Figures"
    };
    let chrome = Chrome {
        back: Some(back_to_assurance()),
        ..chrome(&actor, title)
    };
    Ok(page(&app, status, chrome, move || figures_page(&data)).await)
}

async fn fill(
    app: &App,
    proof: &AllowedIn<ViewFigures>,
    organisation: &Organisation,
    period: Period,
    data: &mut FiguresPage,
) -> Result<(), Failure> {
    let facts = store::facts(&app.db, &app.forms, proof, period).await?;
    let figures = assurance::figures(&facts, period);
    let path = |id: Id| {
        format!(
            "/organisations/{}/figures/{}?{}",
            organisation.id,
            id.name(),
            in_address(period)
        )
    };
    let line = |figure: &Figure| FigureLine {
        path: path(figure.id),
        title: figure.id.title(),
        definition: figure.definition.clone(),
        value: in_words(figure),
        small: figure.value.is_small(),
    };
    data.period = Some(period.to_string());
    data.groups = GROUPS
        .iter()
        .map(|(heading, ids)| {
            let lines = figures.iter().filter(|f| ids.contains(&f.id)).map(line);
            (*heading, lines.collect())
        })
        .collect();
    let months = assurance::by_month(&facts, period);
    data.charts = vec![timeliness(&months), turnaround(&months)];
    let teams = store::teams(&app.db, proof).await?;
    let shown: Vec<_> = teams.iter().filter(|t| t.shown).collect();
    data.teams = if shown.len() < 2 {
        "Teams are compared where at least two have three or more social supervisors each: with fewer, a figure would be about a person. Here the figures are shown for the whole organisation only.".into()
    } else {
        let hidden = teams.len() - shown.len();
        let left_out = if hidden == 0 {
            String::new()
        } else {
            format!(
                " {hidden} more are not shown apart: they have fewer than three social supervisors, or would give away one that has."
            )
        };
        format!("Teams are compared where they have three or more social supervisors.{left_out}")
    };
    if shown.len() >= 2 {
        for id in [Id::OnTimeQuarterly, Id::ContactGaps] {
            let values = shown.iter().map(|team| {
                let figures =
                    assurance::figures(&facts.of_teams(std::slice::from_ref(&team.id)), period);
                let value = figures.iter().find(|f| f.id == id).map(|f| f.value);
                (team.name.clone(), value)
            });
            data.charts.push(by_team(id, values.collect()));
        }
    }
    Ok(())
}

/// "12 of 15 first reports due (80%)".
fn in_words(figure: &Figure) -> String {
    let of = figure.id.of_what();
    match figure.value {
        Value::Share {
            numerator,
            denominator,
        } => match figure.value.per_cent() {
            Some(share) => format!("{share}%: {numerator} of {denominator} {of}"),
            None => "No cases".into(),
        },
        Value::Median { half_days, of: n } => match half_days {
            Some(half) => format!("{}: median of {n} {of}", figure::days_in_words(half)),
            None => "No cases".into(),
        },
    }
}

fn month_in_words(month: &Month) -> String {
    month.period.from().format("%B %Y").to_string()
}

/// What a row of numbers shows, in a sentence.
fn summary(of: &str, shown: &[(String, f64, String)], without: usize, unit: &str) -> String {
    let low = shown.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    let high = shown.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    let mut words = match (low, high) {
        (Some(low), Some(high)) if low.1 < high.1 => format!(
            "{of}: between {} ({}) and {} ({}).",
            low.2, low.0, high.2, high.0
        ),
        (Some(one), _) => format!("{of}: {} throughout.", one.2),
        _ => return format!("{of}: no cases."),
    };
    if without > 0 {
        words.push_str(&format!(" {without} {unit} without cases."));
    }
    words
}

fn timeliness(months: &[Month]) -> Bars {
    let shown: Vec<_> = months
        .iter()
        .filter_map(|m| {
            let share = m.on_time.per_cent()?;
            Some((month_in_words(m), f64::from(share), format!("{share}%")))
        })
        .collect();
    let bars = months.iter().map(|month| Bar {
        label: month_in_words(month),
        length: month.on_time.per_cent().map(f64::from),
        words: month.on_time.in_words(),
    });
    Bars {
        caption: "Reports sent on time, by month of the due date".into(),
        summary: summary(
            "Reports sent on time",
            &shown,
            months.len() - shown.len(),
            "months",
        ),
        headings: ["Month", "Sent on time"],
        bars: bars.collect(),
    }
}

fn turnaround(months: &[Month]) -> Bars {
    let days = |month: &Month| match month.turnaround {
        Value::Median { half_days, .. } => half_days,
        Value::Share { .. } => None,
    };
    let longest = months.iter().filter_map(days).max().unwrap_or(0).max(1);
    let shown: Vec<_> = months
        .iter()
        .filter_map(|m| {
            let half = days(m)?;
            Some((
                month_in_words(m),
                f64::from(half),
                figure::days_in_words(half),
            ))
        })
        .collect();
    let bars = months.iter().map(|month| Bar {
        label: month_in_words(month),
        length: days(month).map(|half| 100.0 * f64::from(half) / f64::from(longest)),
        words: month.turnaround.in_words(),
    });
    Bars {
        caption: "Sign-off turnaround, by month of the decision".into(),
        summary: summary(
            "Sign-off turnaround",
            &shown,
            months.len() - shown.len(),
            "months",
        ),
        headings: ["Month", "Median days to the decision"],
        bars: bars.collect(),
    }
}

fn by_team(id: Id, values: Vec<(String, Option<Value>)>) -> Bars {
    let shown: Vec<_> = values
        .iter()
        .filter_map(|(name, value)| {
            let share = (*value)?.per_cent()?;
            Some((name.clone(), f64::from(share), format!("{share}%")))
        })
        .collect();
    let without = values.len() - shown.len();
    let bars = values.iter().map(|(name, value)| Bar {
        label: name.clone(),
        length: value.and_then(Value::per_cent).map(f64::from),
        words: value.map_or_else(|| "No cases".into(), Value::in_words),
    });
    Bars {
        caption: format!("{}, by team", id.title()),
        summary: summary(id.title(), &shown, without, "teams"),
        headings: ["Team", "Share"],
        bars: bars.collect(),
    }
}

/// The page of one figure with the cases behind it, for those who may open them.
///
/// # Errors
/// [`Failure`].
pub async fn one(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path((organisation, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (organisation, id) = organisation_named(&app, &actor, &organisation).await?;
    let proof = prove_in::<ViewFigures>(&app, &actor, &id).await?;
    let wanted = Id::named(&name).ok_or(Failure::NotFound)?;
    let period = read_period(query.as_deref(), app.clock.today())?
        .read
        .map_err(|_| Failure::NotFound)?;
    let figures = store::figures(&app.db, &app.forms, &proof, period, &[]).await?;
    let figure = figures
        .into_iter()
        .find(|f| f.id == wanted)
        .ok_or(Failure::NotFound)?;
    // A list names patients of the reader's own; opening one is what the record keeps as a view.
    let mine = lists::of_person(&app.db, actor.asks(), app.clock.today()).await?;
    let names: HashMap<&str, String> = mine
        .iter()
        .map(|l| (l.id.as_str(), l.record.full_name()))
        .collect();
    let open = |case: &Case| {
        let patient = case.patient.as_ref()?;
        let name = names.get(patient.as_str())?.clone();
        let path = match &case.report {
            Some(report) => format!("/reports/{report}"),
            None => format!("/patients/{patient}/record"),
        };
        Some((path, name))
    };
    let staff = |case: &Case| {
        let person = case.person.as_ref()?;
        let path = format!("/organisations/{id}/competence/{person}");
        Some((path, "Record of training".to_owned()))
    };
    let cases: Vec<CaseLine> = figure
        .cases
        .iter()
        .filter_map(|case| {
            Some(CaseLine {
                link: open(case).or_else(|| staff(case))?,
                words: case.words.clone(),
                counted: case.counted,
            })
        })
        .collect();
    let data = FigurePage {
        organisation: organisation.name,
        title: figure.id.title(),
        definition: figure.definition.clone(),
        period: period.to_string(),
        value: in_words(&figure),
        small: figure.value.is_small(),
        closed: figure.cases.len() - cases.len(),
        more: cases.len().saturating_sub(MOST_CASES),
        cases: cases.into_iter().take(MOST_CASES).collect(),
    };
    let chrome = Chrome {
        back: Some((
            format!("/organisations/{id}/figures?{}", in_address(period)),
            "Back to the figures".into(),
        )),
        ..chrome(&actor, figure.id.title())
    };
    Ok(page(&app, StatusCode::OK, chrome, move || figure_page(&data)).await)
}
