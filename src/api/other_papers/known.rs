//! What the record already knows, for the first text of a paper.

use crate::api::failure::Failure;
use crate::domain::form::answer::Fields;
use crate::domain::milestones;
use crate::domain::patient::{Nation, SupervisorRole};
use crate::domain::timeline::Matter;
use crate::server::access::{Actor, Allowed, KeepRecord};
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::store::patients::Patient;
use crate::server::store::reports;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

fn date_fields(day: NaiveDate) -> Fields {
    Fields::new([
        ("day", day.day().to_string()),
        ("month", day.month().to_string()),
        ("year", day.year().to_string()),
    ])
}

/// What the record already knows, by the meaning of a question.
pub(super) async fn known(
    app: &App,
    actor: &Actor,
    proof: &Allowed<KeepRecord>,
    patient: &Patient,
    matter: Option<&Matter>,
    due: Option<NaiveDate>,
) -> Result<BTreeMap<&'static str, Fields>, Failure> {
    let (today, record) = (app.clock.today(), &patient.record);
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
    let ahead: Vec<String> = milestones::ahead(record, &patient.counting, &answered, today)
        .iter()
        .map(|m| format!("{}: {}", m.when(), m.words))
        .collect();
    known.insert("dates-ahead", text(ahead.join("\n")));
    known.insert("recall-words", text(
        "Only the Secretary of State for Justice can call you back to hospital. This is called recall. It can happen if your mental health gets worse and people are worried about safety. Breaking a condition does not always mean recall. If you are recalled, you must be told why.".into(),
    ));
    let tribunal = match record.nation_on(today) {
        Nation::England => "the tribunal (First-tier Tribunal, Mental Health)",
        Nation::Wales => "the tribunal (Mental Health Review Tribunal for Wales)",
    };
    known.insert("rights-words", text(format!(
        "You can ask {tribunal} to look at your conditions or to end your order. There are rules about when you can ask: the Mental Health Act office can tell you the dates. You can have a lawyer. You can ask for an advocate. An advocate is a person who helps you to say what you want."
    )));
    Ok(known)
}
