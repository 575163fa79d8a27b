//! Reports: when they were sent, what happened on the way, what they say of conditions.

use super::{LOOK_BACK, Patients};
use crate::domain::assurance::Period;
use crate::domain::assurance::facts::{Basis, ConditionFacts, ReportFacts};
use crate::domain::calendar::{add_days, less_days};
use crate::domain::form::Fields;
use crate::domain::form::definition::{Question, RowSource};
use crate::domain::identifiers::ReportId;
use crate::on;
use crate::server::access::{AllowedIn, ViewFigures};
use crate::server::clock::in_britain;
use crate::server::forms::Forms;
use crate::server::store::{Db, stored};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{HashMap, HashSet};

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

/// Reports with what happened to each and what they say.
pub(super) async fn load(
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
