//! The facts that figures are counted from, in nine queries.

use crate::domain::assurance::Period;
use crate::domain::assurance::competence::{Training, TrainingKind};
use crate::domain::assurance::facts::{
    Basis, ConditionFacts, EventFacts, Facts, PatientFacts, ReportFacts, Span, StaffFacts,
};
use crate::domain::calendar::{add_days, less_days};
use crate::domain::form::Fields;
use crate::domain::form::definition::{Question, RowSource};
use crate::domain::identifiers::{EntryId, PatientId, PersonId, ReportId};
use crate::domain::patient::{PatientRecord, SupervisorRole};
use crate::domain::people::Role;
use crate::domain::timeline::ContactKind;
use crate::on;
use crate::server::access::{AllowedIn, ViewFigures};
use crate::server::clock::in_britain;
use crate::server::forms::Forms;
use crate::server::store::{Db, stored};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

/// How far before the period contacts and reports are looked at, in days: more than a year, so that a
/// gap or a streak that began before it is seen.
const LOOK_BACK: u64 = 400;

/// Kinds of event that the notifiable list does not say MHCS should hear of.
static NOT_FOR_MHCS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        #[serde(rename = "event")]
        events: Vec<Listed>,
    }
    #[derive(Deserialize)]
    struct Listed {
        id: String,
        #[serde(default)]
        mhcs: bool,
    }
    let text = include_str!("../../../forms/events.2026-11-22.toml");
    let file = toml::from_str(text).unwrap_or(File { events: Vec::new() });
    let kept = file.events.into_iter().filter(|event| !event.mhcs);
    kept.map(|event| event.id).collect()
});

pub(super) async fn load(
    db: &Db,
    forms: &Forms,
    proof: &AllowedIn<ViewFigures>,
    period: Period,
) -> sqlx::Result<Facts> {
    let today = in_britain(proof.at()).0;
    let mut patients = patients(db, proof, period).await?;
    reports(db, forms, proof, period, &mut patients).await?;
    entries(db, proof, period, &mut patients).await?;
    let mut patients: Vec<PatientFacts> = patients.into_values().map(Loading::finish).collect();
    patients.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Facts {
        today,
        patients,
        staff: staff(db, proof).await?,
    })
}

/// A patient while the facts come in.
struct Loading {
    facts: PatientFacts,
    /// When the patient was added here: a schedule before that is nobody's here.
    added_on: NaiveDate,
}

impl Loading {
    fn finish(mut self) -> PatientFacts {
        let first = self.facts.reports.iter().map(|r| r.due).min();
        let since = first.map_or(self.added_on, |due| due.min(self.added_on));
        self.facts.scheduled.retain(|due| *due >= since);
        self.facts
    }
}

type Patients = HashMap<String, Loading>;

async fn patients(
    db: &Db,
    proof: &AllowedIn<ViewFigures>,
    period: Period,
) -> sqlx::Result<Patients> {
    let rows: Vec<(String, String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as("select id, team_id, record, created_at from patient where organisation_id = $1")
            .bind(proof.organisation().as_str())
            .fetch_all(pool)
            .await?
    });
    type Assigned = (
        String,
        String,
        NaiveDate,
        Option<NaiveDate>,
        Option<DateTime<Utc>>,
    );
    let assigned: Vec<Assigned> = on!(&db.read, pool => {
        sqlx::query_as(
            "select a.patient_id, w.email, a.from_day, a.to_day, w.disabled_at
             from assignment a join patient p on p.id = a.patient_id join person w on w.id = a.person_id
             where p.organisation_id = $1 and a.role = 'social-supervisor'",
        )
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    let mut by_patient: HashMap<&str, Vec<&Assigned>> = HashMap::new();
    for row in &assigned {
        by_patient.entry(&row.0).or_default().push(row);
    }
    let mut patients = Patients::with_capacity(rows.len());
    for (id, team, record, created_at) in &rows {
        let record: PatientRecord = stored("patient record", serde_json::from_str(record))?;
        let added_on = in_britain(*created_at).0;
        let assigned = by_patient.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        let (own, cover) = spans(&record, assigned);
        let facts = PatientFacts {
            id: stored("patient id", PatientId::parse(id))?,
            team: team.clone(),
            discharged_on: record.discharge.on,
            known_from: added_on,
            scheduled: PatientFacts::scheduled(&record, period.to()),
            reports: Vec::new(),
            contact_every: record.contact_every_days,
            contacts: Vec::new(),
            events: Vec::new(),
            own,
            cover,
        };
        patients.insert(id.clone(), Loading { facts, added_on });
    }
    Ok(patients)
}

type AssignedRow = (
    String,
    String,
    NaiveDate,
    Option<NaiveDate>,
    Option<DateTime<Utc>>,
);

/// When the patient had a supervisor of their own and when cover: as the record names them, and those
/// assigned besides. Whoever has left supervises nobody from the next day on.
fn spans(record: &PatientRecord, assigned: &[&AssignedRow]) -> (Vec<Span>, Vec<Span>) {
    let left = |email: &str| {
        let theirs = assigned.iter().find(|a| a.1.eq_ignore_ascii_case(email))?;
        Some(in_britain(theirs.4?).0)
    };
    let ends = |to: Option<NaiveDate>, left: Option<NaiveDate>| match (to, left) {
        (Some(to), Some(left)) => Some(to.min(left)),
        (to, left) => to.or(left),
    };
    let (mut own, mut cover) = (Vec::new(), Vec::new());
    let social = record
        .supervisors
        .iter()
        .filter(|s| s.role == SupervisorRole::Social);
    for s in social.clone() {
        let span = Span {
            from: s.from,
            to: ends(s.to, left(&s.contact.email)),
        };
        if s.cover { &mut cover } else { &mut own }.push(span);
    }
    for (_, email, from, to, disabled_at) in assigned.iter().copied() {
        let named = social
            .clone()
            .any(|s| s.from == *from && s.contact.email.eq_ignore_ascii_case(email));
        if !named {
            own.push(Span {
                from: *from,
                to: ends(*to, disabled_at.map(|at| in_britain(at).0)),
            });
        }
    }
    (own, cover)
}

/// The questions whose answers figures read, by form id and version.
struct Asked<'a> {
    conditions: HashMap<&'a str, &'a Question>,
    view: HashSet<&'a str>,
}

impl<'a> Asked<'a> {
    fn of(forms: &'a [std::sync::Arc<crate::domain::form::Form>]) -> Self {
        let questions = || forms.iter().flat_map(|f| f.questions().map(|(_, _, q)| q));
        let meant = |q: &&Question| q.meaning.as_deref() == Some("patient-view");
        Self {
            conditions: questions()
                .filter(|q| q.rows == Some(RowSource::ConditionsInForce))
                .map(|q| (q.id.as_str(), q))
                .collect(),
            view: questions().filter(meant).map(|q| q.id.as_str()).collect(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct ReportRow {
    id: String,
    patient_id: String,
    form_id: String,
    form_version: NaiveDate,
    due: NaiveDate,
    state: String,
    late_told_on: Option<NaiveDate>,
}

async fn reports(
    db: &Db,
    forms: &Forms,
    proof: &AllowedIn<ViewFigures>,
    period: Period,
    patients: &mut Patients,
) -> sqlx::Result<()> {
    // A report is sent near its due date; two years before the period is far enough back.
    let (from, to) = (
        less_days(period.from(), 2 * LOOK_BACK),
        add_days(period.to(), LOOK_BACK),
    );
    let rows: Vec<ReportRow> = on!(&db.read, pool => {
        sqlx::query_as(
            "select id, patient_id, form_id, form_version, due, state, late_told_on from report
             where organisation_id = $1 and state <> 'withdrawn' and due between $2 and $3 order by due, id",
        )
        .bind(proof.organisation().as_str())
        .bind(from)
        .bind(to)
        .fetch_all(pool)
        .await?
    });
    let steps = steps(db, proof, from, to).await?;
    let all = forms.all();
    let asked = Asked::of(&all);
    let mut answers = answers(db, proof, period, &asked).await?;
    let asks_view = |row: &ReportRow| {
        let form = forms.version(&row.form_id, row.form_version);
        form.is_some_and(|f| {
            f.questions()
                .any(|(_, _, q)| asked.view.contains(q.id.as_str()))
        })
    };
    for row in rows {
        let Some(patient) = patients.get_mut(&row.patient_id) else {
            continue;
        };
        let step = steps.get(&row.id).cloned().unwrap_or_default();
        let said = answers.remove(&row.id).unwrap_or_default();
        patient.facts.reports.push(ReportFacts {
            id: stored("report id", ReportId::parse(&row.id))?,
            due: row.due,
            sent_on: step.sent_on,
            told_on: row.late_told_on,
            asked: step.asked,
            approved: step.approved,
            returned: step.returned,
            stands_returned: row.state == "returned",
            conditions: said.conditions,
            patient_view: asks_view(&row).then_some(said.patient_view),
        });
    }
    Ok(())
}

#[derive(Default, Clone)]
struct Steps {
    sent_on: Option<NaiveDate>,
    asked: Vec<NaiveDate>,
    approved: Vec<NaiveDate>,
    returned: Vec<NaiveDate>,
}

/// What happened to each report: sent, asked for, approved, returned.
async fn steps(
    db: &Db,
    proof: &AllowedIn<ViewFigures>,
    from: NaiveDate,
    to: NaiveDate,
) -> sqlx::Result<HashMap<String, Steps>> {
    let organisation = proof.organisation().as_str();
    let sent: Vec<(String, NaiveDate)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select s.report_id, min(s.sent_on) from sending s join report r on r.id = s.report_id
             where r.organisation_id = $1 and r.due between $2 and $3 group by s.report_id",
        )
        .bind(organisation)
        .bind(from)
        .bind(to)
        .fetch_all(pool)
        .await?
    });
    // A signature that was voided was still given on its day.
    let signed: Vec<(String, String, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select s.report_id, s.capacity, s.at from signature s join report r on r.id = s.report_id
             where r.organisation_id = $1 and r.due between $2 and $3
                 and s.capacity in ('social-supervisor', 'line-manager')",
        )
        .bind(organisation)
        .bind(from)
        .bind(to)
        .fetch_all(pool)
        .await?
    });
    // Only the audit says when a report was returned.
    let returned: Vec<(Option<String>, DateTime<Utc>)> = on!(&db.read, pool => {
        sqlx::query_as("select subject, at from audit where chain = $1 and action = 'return' and outcome = 'done'")
            .bind(organisation)
            .fetch_all(pool)
            .await?
    });
    let mut steps: HashMap<String, Steps> = HashMap::new();
    for (report, on) in sent {
        steps.entry(report).or_default().sent_on = Some(on);
    }
    for (report, capacity, at) in signed {
        let step = steps.entry(report).or_default();
        let days = if capacity == "line-manager" {
            &mut step.approved
        } else {
            &mut step.asked
        };
        days.push(in_britain(at).0);
    }
    for (report, at) in returned {
        if let Some(report) = report {
            steps
                .entry(report)
                .or_default()
                .returned
                .push(in_britain(at).0);
        }
    }
    Ok(steps)
}

#[derive(Default)]
struct Said {
    conditions: Vec<ConditionFacts>,
    patient_view: bool,
}

/// What reports sent in the period, or in the year before it, say of conditions and of the patient's view.
async fn answers(
    db: &Db,
    proof: &AllowedIn<ViewFigures>,
    period: Period,
    asked: &Asked<'_>,
) -> sqlx::Result<HashMap<String, Said>> {
    let questions: Vec<&str> = asked
        .conditions
        .keys()
        .chain(&asked.view)
        .copied()
        .collect();
    if questions.is_empty() {
        return Ok(HashMap::new());
    }
    let places: Vec<String> = (4..4 + questions.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "select a.report_id, a.question, a.row_id, a.fields from answer a
         where a.question in ({}) and a.report_id in
             (select r.id from report r join sending s on s.report_id = r.id
              where r.organisation_id = $1 and s.sent_on between $2 and $3)
         order by a.report_id, a.question, a.row_id",
        places.join(", ")
    );
    let rows: Vec<(String, String, String, String)> = on!(&db.read, pool => {
        // The text is made of our own words and numbered places only.
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(proof.organisation().as_str())
            .bind(less_days(period.from(), LOOK_BACK))
            .bind(period.to());
        for question in &questions {
            query = query.bind(*question);
        }
        query.fetch_all(pool).await?
    });
    let mut said: HashMap<String, Said> = HashMap::new();
    for (report, question, row, fields) in rows {
        let fields: Fields = stored("answer", serde_json::from_str(&fields))?;
        let said = said.entry(report).or_default();
        if let Some(question) = asked.conditions.get(question.as_str()) {
            said.conditions.extend(condition(question, &row, &fields));
        } else {
            said.patient_view |= is_given(&fields);
        }
    }
    Ok(said)
}

/// What a row says of a condition; none where it says that the condition did not apply.
fn condition(question: &Question, row: &str, fields: &Fields) -> Option<ConditionFacts> {
    let of = |column: &str| fields.column(column);
    let applies = question
        .columns
        .iter()
        .all(|c| of(&c.id).get("choice") != "not-applicable");
    let sources: Vec<Fields> = question
        .columns
        .iter()
        .filter(|c| c.how_known)
        .map(|c| of(&c.id))
        .collect();
    applies.then(|| ConditionFacts {
        id: row.to_owned(),
        words: "A condition".into(),
        basis: Basis::of(sources.iter().flat_map(|f| f.ticked("basis"))),
    })
}

/// Whether an answer gives something: a choice of "not asked" or "not known" does not.
fn is_given(fields: &Fields) -> bool {
    !matches!(fields.get("choice"), "not-asked" | "not-known")
        && fields.iter().any(|(_, t)| !t.is_empty())
}

/// What figures need of an entry; the rest of it is not read.
#[derive(Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case")]
enum Matter {
    Contact {
        kind: ContactKind,
        #[serde(default = "yes")]
        happened: bool,
    },
    #[serde(rename_all = "kebab-case")]
    Event {
        kind: String,
        #[serde(default)]
        told_mhcs_on: Option<NaiveDate>,
    },
    #[serde(other)]
    Other,
}

fn yes() -> bool {
    true
}

async fn entries(
    db: &Db,
    proof: &AllowedIn<ViewFigures>,
    period: Period,
    patients: &mut Patients,
) -> sqlx::Result<()> {
    let rows: Vec<(String, String, NaiveDate, String)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select e.id, e.patient_id, e.day, e.matter from entry e
             where e.organisation_id = $1 and e.day between $2 and $3
                 and not exists (select 1 from entry c where c.corrects_id = e.id)",
        )
        .bind(proof.organisation().as_str())
        .bind(less_days(period.from(), LOOK_BACK))
        .bind(period.to())
        .fetch_all(pool)
        .await?
    });
    for (id, patient, day, matter) in rows {
        let Some(patient) = patients.get_mut(&patient) else {
            continue;
        };
        let facts = &mut patient.facts;
        facts.known_from = facts.known_from.min(day);
        match stored("entry", serde_json::from_str::<Matter>(&matter))? {
            Matter::Contact { kind, happened } if happened && kind.in_person() => {
                facts.contacts.push(day);
            }
            Matter::Event { kind, told_mhcs_on } if !NOT_FOR_MHCS.contains(&kind) => {
                facts.events.push(EventFacts {
                    id: stored("entry id", EntryId::parse(&id))?,
                    on: day,
                    told_on: told_mhcs_on,
                });
            }
            _ => {}
        }
    }
    Ok(())
}

/// Supervisors and line managers at work, with what they completed.
async fn staff(db: &Db, proof: &AllowedIn<ViewFigures>) -> sqlx::Result<Vec<StaffFacts>> {
    let organisation = proof.organisation().as_str();
    let rows: Vec<(String, String, Option<String>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select m.person_id, m.role, m.team_id from membership m join person w on w.id = m.person_id
             where m.organisation_id = $1 and m.role in ('social-supervisor', 'line-manager')
                 and w.disabled_at is null
             order by m.person_id, m.role desc",
        )
        .bind(organisation)
        .fetch_all(pool)
        .await?
    });
    let trainings: Vec<(String, String, NaiveDate, Option<NaiveDate>)> = on!(&db.read, pool => {
        sqlx::query_as(
            "select person_id, kind, done_on, expires_on from training
             where organisation_id = $1 and withdrawn_at is null order by done_on, id",
        )
        .bind(organisation)
        .fetch_all(pool)
        .await?
    });
    let mut done: HashMap<String, Vec<Training>> = HashMap::new();
    for (person, kind, done_on, expires_on) in trainings {
        let kind = stored("training", TrainingKind::named(&kind).ok_or("unknown"))?;
        done.entry(person).or_default().push(Training {
            kind,
            done_on,
            expires_on,
        });
    }
    // Somebody who supervises and manages counts once, as a supervisor.
    let mut staff: BTreeMap<String, StaffFacts> = BTreeMap::new();
    for (person, role, team) in rows {
        if staff.contains_key(&person) {
            continue;
        }
        let facts = StaffFacts {
            id: stored("person id", PersonId::parse(&person))?,
            team,
            supervises: role == Role::SocialSupervisor.name(),
            trainings: done.remove(&person).unwrap_or_default(),
        };
        staff.insert(person, facts);
    }
    Ok(staff.into_values().collect())
}
