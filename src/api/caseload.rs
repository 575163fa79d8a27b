//! A supervisor's caseload or a manager's team on one page: what is due, late, not seen, not told, not
//! covered, and the way to the thing to do.

use super::failure::Failure;
use super::home::timeliness_tag;
use super::render::{chrome, page};
use super::timeline::asked;
use crate::domain::calendar::day_in_words;
use crate::domain::caseload::{Gap, Standing, standing};
use crate::domain::patient::allocation::covers;
use crate::domain::people::Role;
use crate::domain::report::State as Stage;
use crate::domain::schedule::{Stopped, Timeliness};
use crate::pages::caseload::{CaseLine, CaseloadPage, Todo, WorkLine, caseload_page};
use crate::server::access::Actor;
use crate::server::app::App;
use crate::server::store::caseload::{self, Case};
use crate::server::store::patients::lists::Latest;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Patients on one page.
const A_PAGE: usize = 50;

/// Ways to filter: name in the address, and words.
const FILTERS: [(&str, &str); 10] = [
    ("", "Everybody"),
    ("late", "Report late"),
    ("due", "Report due within 21 days"),
    ("contact", "Not seen as planned"),
    ("not-told", "Events: MHCS not recorded as told"),
    ("not-reviewed", "Events to review"),
    ("sign-off", "Report to check and sign off"),
    ("returned", "Report returned"),
    ("uncovered", "Nobody allocated, or nobody covers"),
    ("stopped", "Recalled or discharged"),
];

/// Ways to sort: name in the address, and words.
const SORTS: [(&str, &str); 4] = [
    ("due", "Due date"),
    ("name", "Name"),
    ("contact", "Longest not seen"),
    ("supervisor", "Supervisor"),
];

struct Shown {
    case: Case,
    standing: Standing,
}

impl Shown {
    fn state(&self) -> Option<Stage> {
        self.case.latest.as_ref().map(|l| l.state)
    }

    fn due(&self) -> Option<NaiveDate> {
        self.standing.deadline.map(|d| d.on)
    }

    fn timeliness(&self) -> Option<Timeliness> {
        self.standing.deadline.map(|d| d.timeliness)
    }

    fn is_late(&self) -> bool {
        matches!(
            self.timeliness(),
            Some(Timeliness::LateTold | Timeliness::LateNotTold)
        )
    }

    fn is_due(&self) -> bool {
        matches!(
            self.timeliness(),
            Some(Timeliness::DueSoon | Timeliness::DueVerySoon)
        )
    }

    fn unallocated(&self) -> bool {
        self.case.supervisors.is_empty()
            && !matches!(self.standing.stopped, Some(Stopped::Ended(_)))
    }

    fn passes(&self, filter: &str) -> bool {
        match filter {
            "late" => self.is_late(),
            "due" => self.is_due(),
            "contact" => self.standing.gap.is_some(),
            "not-told" => self.case.not_told.is_some(),
            "not-reviewed" => self.case.not_reviewed.is_some(),
            "sign-off" => {
                matches!(self.state(), Some(Stage::WithManager | Stage::SecondLook))
                    || self.case.owing.iter().any(|o| o.review)
            }
            "returned" => self.state() == Some(Stage::Returned),
            "uncovered" => self.unallocated() || self.case.uncovered,
            "stopped" => self.standing.stopped.is_some(),
            _ => true,
        }
    }
}

/// The page.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let today = app.clock.today();
    let query = query.as_deref();
    let known = |all: &[(&'static str, &'static str)], name: &str| {
        let asked = asked(query, name)?;
        all.iter().find(|(id, _)| *id == asked).map(|(id, _)| *id)
    };
    let filter = known(&FILTERS, "show").unwrap_or("");
    let sort = known(&SORTS, "sort").unwrap_or("due");
    let number: usize = asked(query, "page")
        .and_then(|n| n.parse().ok())
        .unwrap_or(1);
    let cases = caseload::of_person(&app.db, actor.asks(), today).await?;
    let all: Vec<Shown> = cases.into_iter().map(|case| shown(case, today)).collect();
    let manages = actor.is(Role::LineManager);
    let work = if manages { workload(&all) } else { vec![] };
    let counts: Vec<(String, String, usize)> = FILTERS
        .iter()
        .map(|(id, words)| {
            let count = all.iter().filter(|s| s.passes(id)).count();
            ((*id).to_owned(), (*words).to_owned(), count)
        })
        .collect();
    let mut chosen: Vec<&Shown> = all.iter().filter(|s| s.passes(filter)).collect();
    // They come by name; a stable sort keeps that where the rest is equal.
    match sort {
        "due" => chosen.sort_by_key(|s| s.due().unwrap_or(NaiveDate::MAX)),
        "contact" => chosen.sort_by_key(|s| match s.standing.gap {
            Some(Gap::NoneRecorded) => i64::MIN,
            Some(Gap::Days(days, _)) => -days,
            None => i64::MAX,
        }),
        "supervisor" => chosen.sort_by_key(|s| s.case.supervisors.join(", ")),
        _ => {}
    }
    let pages = chosen.len().div_ceil(A_PAGE).max(1);
    let number = number.clamp(1, pages);
    let address = |n: usize| format!("/caseload?show={filter}&sort={sort}&page={n}");
    let data = CaseloadPage {
        heading: if manages { "Team" } else { "Caseload" },
        filter: filter.to_owned(),
        filters: counts,
        sort: sort.to_owned(),
        sorts: SORTS
            .map(|(id, words)| (id.to_owned(), words.to_owned()))
            .to_vec(),
        on: day_in_words(today),
        total: chosen.len(),
        lines: chosen
            .iter()
            .skip((number - 1) * A_PAGE)
            .take(A_PAGE)
            .map(|s| line(s, manages, today))
            .collect(),
        earlier: (number > 1).then(|| address(number - 1)),
        later: (number < pages).then(|| address(number + 1)),
        place: format!("Page {number} of {pages}"),
        work,
    };
    let chrome = chrome(&actor, data.heading);
    Ok(page(&app, StatusCode::OK, chrome, move || caseload_page(&data)).await)
}

fn shown(case: Case, today: NaiveDate) -> Shown {
    let standing = standing(
        &case.patient.record,
        &case.patient.counting,
        case.latest.as_ref().map(Latest::newest),
        &case.late_told,
        case.last_seen,
        today,
    );
    Shown { case, standing }
}

fn line(s: &Shown, manages: bool, today: NaiveDate) -> CaseLine {
    let patient = format!("/patients/{}", s.case.patient.id);
    let timeliness = s.timeliness();
    let mut todo = Vec::new();
    let mut offer = |words: String, path: String| todo.push(Todo { words, path });
    if let Some(latest) = &s.case.latest {
        let report = format!("/reports/{}", latest.id);
        match latest.state {
            Stage::WithManager if manages => {
                offer(
                    "Check and sign off the report".into(),
                    format!("{report}/review"),
                );
            }
            Stage::SecondLook if manages => {
                offer(
                    "Part C differs from Part B: look again".into(),
                    format!("{report}/review"),
                );
            }
            Stage::Returned => offer("Report returned with comments".into(), report),
            state if !state.is_sent() => offer(state.words().to_owned(), report),
            _ => {}
        }
    }
    for owing in &s.case.owing {
        let report = format!("/reports/{}", owing.id);
        if owing.review && manages {
            offer(
                "Sent without sign-off: review it now".into(),
                format!("{report}/review"),
            );
        } else if owing.review {
            offer("Sent without sign-off: review owed".into(), report.clone());
        }
        if owing.part_c {
            offer("Sent without Part C: it is owed".into(), report);
        }
    }
    let soon = s.is_due() || s.is_late();
    let open = s.state().is_some_and(|state| !state.is_sent());
    if soon && !open {
        offer("Start the report".into(), patient.clone());
    }
    if timeliness == Some(Timeliness::LateNotTold) {
        offer(
            "Tell MHCS that it is late".into(),
            format!("{patient}/late"),
        );
    }
    let plural = |n: u32| {
        if n == 1 {
            "1 event".to_owned()
        } else {
            format!("{n} events")
        }
    };
    if let Some((id, n)) = &s.case.not_told {
        offer(
            format!("{}: MHCS not recorded as told", plural(*n)),
            format!("{patient}/entries/{id}"),
        );
    }
    if let (Some((id, n)), true) = (&s.case.not_reviewed, manages) {
        offer(
            format!("{} to review", plural(*n)),
            format!("{patient}/entries/{id}"),
        );
    }
    if let Some(gap) = s.standing.gap {
        offer(gap.words(), format!("{patient}/record/contact"));
    }
    if s.unallocated() {
        offer("No social supervisor allocated".into(), patient.clone());
    }
    if s.case.uncovered {
        offer(
            "A supervisor is away and nobody covers".into(),
            if manages {
                "/cover".into()
            } else {
                format!("{patient}/record?show=leave-cover")
            },
        );
    }
    let due = match (s.due(), s.standing.stopped) {
        (Some(due), _) => day_in_words(due),
        (None, Some(Stopped::Recalled(on))) => format!("Recalled on {}", day_in_words(on)),
        (None, Some(Stopped::Ended(on))) => format!("Ended on {}", day_in_words(on)),
        (None, None) => "Nothing falls due".into(),
    };
    CaseLine {
        path: patient,
        name: s.case.patient.record.full_name(),
        due,
        timeliness: timeliness.map(|t| (t.words(), timeliness_tag(t))),
        seen: s
            .case
            .last_seen
            .map_or_else(|| "Not recorded".into(), day_in_words),
        supervisor: s.case.supervisors.join(", "),
        covers: covers(&s.case.patient.record, today).collect(),
        todo,
    }
}

/// Work by supervisor, by name: to share work out, not to rank people.
fn workload(all: &[Shown]) -> Vec<WorkLine> {
    let mut by: BTreeMap<String, WorkLine> = BTreeMap::new();
    for s in all {
        for name in &s.case.supervisors {
            let line = by.entry(name.clone()).or_insert_with(|| WorkLine {
                name: name.clone(),
                ..WorkLine::default()
            });
            line.patients += 1;
            line.due += usize::from(s.is_due());
            line.late += usize::from(s.is_late());
            line.gaps += usize::from(s.standing.gap.is_some());
            line.events += usize::from(s.case.not_told.is_some());
        }
    }
    by.into_values().collect()
}
