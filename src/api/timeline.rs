//! The supervision record as one dated timeline, and who has looked at a record.

use super::dossier::about;
use super::failure::Failure;
use super::render::{chrome, page};
use crate::components::layout::Chrome;
use crate::domain::calendar::day_in_words;
use crate::domain::identifiers::PatientId;
use crate::domain::milestones::{self, Milestone};
use crate::domain::people::Action;
use crate::domain::report::State as Stage;
use crate::domain::timeline::Matter;
use crate::domain::timeline::notifiable::is_for_mhcs;
use crate::pages::timeline::{
    Dated, Line, TimelinePage, WhoLookedPage, timeline_page, who_looked_page,
};
use crate::server::access::{self, Actor};
use crate::server::app::App;
use crate::server::audit;
use crate::server::clock::moment_in_words;
use crate::server::store::entries::{Show, Signed};
use crate::server::store::{entries, patients, reports};
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Entries on one page.
const A_PAGE: i64 = 50;
/// Views and changes on one page.
const VIEWS: usize = 200;

/// The value of a parameter of an address.
pub(super) fn asked<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    query?
        .split('&')
        .find_map(|p| p.strip_prefix(name)?.strip_prefix('='))
}

/// The timeline.
///
/// # Errors
/// [`Failure`].
pub async fn timeline(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let id = PatientId::parse(&patient).map_err(|_| Failure::NotFound)?;
    let proof = access::view(&app, &actor, &id, "view-record", id.as_str()).await?;
    let patient = patients::load(&app.db, &proof).await?;
    let query = query.as_deref();
    let (show, name) = match asked(query, "show") {
        Some("missed") => (Show::Missed, "missed"),
        Some("not-told") => (Show::NotTold, "not-told"),
        Some("withdrawn") => (Show::Withdrawn, "withdrawn"),
        Some(kind) => app.kinds.named(kind).map_or((Show::Everything, ""), |k| {
            (Show::Kind(k.name().to_owned()), k.name())
        }),
        None => (Show::Everything, ""),
    };
    let from: i64 = asked(query, "from")
        .and_then(|n| n.parse().ok())
        .unwrap_or(0)
        .clamp(0, 1_000_000);
    // One more than a page, to know whether there is another.
    let mut shown = entries::page(&app.db, &proof, &show, from, A_PAGE + 1).await?;
    let more = shown.len() > usize::try_from(A_PAGE).unwrap_or(usize::MAX);
    shown.truncate(usize::try_from(A_PAGE).unwrap_or(usize::MAX));
    let path = format!("/patients/{id}");
    let address = |from: i64| format!("{path}/record?show={name}&from={from}");
    let answered: Vec<_> = reports::all(&app.db, &proof)
        .await?
        .iter()
        .filter(|r| !matches!(r.life.state, Stage::Withdrawn | Stage::Superseded))
        .map(|r| r.due)
        .collect();
    let everything = show == Show::Everything;
    let first_page = everything && from == 0;
    let mut lines: Vec<Line> = shown.iter().map(|s| line(s, &path, &shown)).collect();
    if everything {
        merge(
            &mut lines,
            &shown,
            &milestones::of_record(&patient.record),
            from == 0,
            more,
        );
    }
    let mut filters = vec![(String::new(), "Everything".to_owned())];
    filters.extend(
        app.kinds
            .all()
            .map(|k| (k.name().to_owned(), k.words().to_owned())),
    );
    filters.extend(
        [
            ("missed", "Missed contacts"),
            ("not-told", "Events: MHCS not recorded as told"),
            ("withdrawn", "Withdrawn entries"),
        ]
        .map(|(n, w)| (n.to_owned(), w.to_owned())),
    );
    let ahead = if first_page {
        milestones::ahead(
            &patient.record,
            &patient.counting,
            &answered,
            app.clock.today(),
        )
    } else {
        vec![]
    };
    let data = TimelinePage {
        filter: name.to_owned(),
        filters,
        adds: app
            .kinds
            .all()
            .map(|k| (k.name().to_owned(), k.words().to_owned()))
            .collect(),
        keeps: proof.may(Action::KeepRecord),
        newer: (from > 0).then(|| address((from - A_PAGE).max(0))),
        more: more.then(|| address(from + A_PAGE)),
        ahead: ahead.iter().map(dated).collect(),
        entries: lines,
        path: path.clone(),
    };
    let chrome = Chrome {
        back: Some((path, "Back to the patient".into())),
        about: Some(about(&patient)),
        ..chrome(&actor, "Supervision record")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || timeline_page(&data)).await)
}

fn dated(m: &Milestone) -> Dated {
    Dated {
        when: m.when(),
        words: m.words.clone(),
        rule: m.rule.map(|c| format!("Rule: {}", c.words())),
    }
}

/// Puts what the record dates between the entries of a page: each page takes what falls in its days.
fn merge(lines: &mut Vec<Line>, shown: &[Signed], facts: &[Milestone], first: bool, more: bool) {
    let days: Vec<_> = shown.iter().map(|s| s.entry.matter.day()).collect();
    for fact in facts {
        let newer_than_page = days.first().is_some_and(|newest| fact.on > *newest);
        let older_than_page = days.last().is_none_or(|oldest| fact.on <= *oldest);
        if (newer_than_page && !first) || (older_than_page && more) {
            continue;
        }
        let at = lines
            .iter()
            .position(|l| l.day <= fact.on)
            .unwrap_or(lines.len());
        lines.insert(
            at,
            Line {
                day: fact.on,
                path: None,
                kind: "From the record".into(),
                heading: format!("{}: {}", day_in_words(fact.on), fact.words),
                flags: vec![],
                details: vec![],
                entered: String::new(),
            },
        );
    }
}

/// What is said of an entry in rows of label and text.
pub(super) fn details(matter: &Matter) -> Vec<(String, String)> {
    let words = |yes: bool| if yes { "Yes" } else { "No" }.to_owned();
    let row = |label: &str, text: String| (label.to_owned(), text);
    let rows = match matter {
        Matter::Contact(c) => vec![
            row("Seen and heard", c.observed.clone()),
            row("What was done", c.response.clone()),
            row("Seen alone", c.alone.map(words).unwrap_or_default()),
            row("With another professional", words(c.joint)),
            row("Who else", c.with.clone()),
        ],
        Matter::Event(e) => vec![
            row("Where the person is", e.where_now.clone()),
            row("What has been done", e.actions.clone()),
            row(
                "MHCS told",
                e.told_mhcs_on.map(day_in_words).unwrap_or_default(),
            ),
            row("How", e.told_how.clone()),
            row(
                "MHCS replied",
                e.reply_on.map(day_in_words).unwrap_or_default(),
            ),
            row("Reply", e.reply.clone()),
        ],
        Matter::NightAway(n) => vec![
            row("Agreed by the social supervisor", words(n.agreed_social)),
            row(
                "Agreed by the clinical supervisor",
                words(n.agreed_clinical),
            ),
            row("Note", n.note.clone()),
        ],
        Matter::Noted(n) => n
            .said
            .iter()
            .map(|s| (s.label.clone(), s.text.clone()))
            .collect(),
        Matter::Withdrawn(w) => vec![row("Why", w.reason.clone())],
    };
    rows.into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// What stands out in an entry.
pub(super) fn flag(matter: &Matter) -> Option<String> {
    let flag = match matter {
        Matter::Contact(c) if !c.happened => "Missed",
        Matter::Event(e) if e.told_mhcs_on.is_none() && is_for_mhcs(&e.kind) => {
            "MHCS not recorded as told"
        }
        Matter::NightAway(n) if !(n.agreed_social && n.agreed_clinical) => {
            "Not agreed by both supervisors"
        }
        Matter::Noted(n) => return n.flag.clone(),
        Matter::Withdrawn(_) => "Withdrawn",
        _ => return None,
    };
    Some(flag.to_owned())
}

fn line(signed: &Signed, path: &str, page: &[Signed]) -> Line {
    let matter = &signed.entry.matter;
    let mut flags: Vec<String> = flag(matter).into_iter().collect();
    if page.iter().any(|other| may_be_same(signed, other)) {
        flags.push("Possible duplicate".into());
    }
    Line {
        day: matter.day(),
        path: Some(format!("{path}/entries/{}", signed.entry.id)),
        kind: matter.kind_in_words().to_owned(),
        heading: matter.in_words(),
        flags,
        details: details(matter),
        entered: entered(signed),
    }
}

/// Who entered an entry, when, and whether it corrects another.
pub(super) fn entered(signed: &Signed) -> String {
    let corrected = if signed.entry.corrects.is_some() {
        "Corrected"
    } else {
        "Entered"
    };
    format!(
        "{corrected} by {}, {}",
        signed.name,
        moment_in_words(signed.entry.at)
    )
}

/// Whether two people seem to have entered the same contact.
fn may_be_same(a: &Signed, b: &Signed) -> bool {
    match (&a.entry.matter, &b.entry.matter) {
        (Matter::Contact(x), Matter::Contact(y)) => {
            a.entry.by != b.entry.by && (x.on, x.kind, x.happened) == (y.on, y.kind, y.happened)
        }
        _ => false,
    }
}

/// Who has looked at or changed a patient's record.
///
/// # Errors
/// [`Failure`].
pub async fn who_looked(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let id = PatientId::parse(&patient).map_err(|_| Failure::NotFound)?;
    let proof = access::read_audit(&app, &actor, &id).await?;
    let after = asked(query.as_deref(), "after").and_then(|text| text.parse().ok());
    let most = i64::try_from(VIEWS + 1).unwrap_or(i64::MAX);
    let mut rows = audit::of_patient(&app.db, &proof, after, most).await?;
    let more = rows.len() > VIEWS;
    rows.truncate(VIEWS);
    let path = format!("/patients/{id}/audit");
    let data = WhoLookedPage {
        newest: after.is_some().then(|| path.clone()),
        earlier: rows
            .last()
            .filter(|_| more)
            .map(|row| format!("{path}?after={}", row.position())),
        rows: rows
            .into_iter()
            .map(|r| {
                [
                    moment_in_words(r.at),
                    r.name,
                    r.action,
                    r.address.unwrap_or_default(),
                    r.outcome,
                    r.reason.unwrap_or_default(),
                ]
            })
            .collect(),
    };
    let chrome = Chrome {
        back: Some(("/".into(), "Back to the start".into())),
        ..chrome(&actor, "Who has looked at this record")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || who_looked_page(&data)).await)
}
