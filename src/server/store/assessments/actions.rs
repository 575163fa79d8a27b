//! The action plan. An action is changed by updates, which are only added; the row holds how it
//! stands now. It goes on after its assessment is frozen and is carried into the next.

use super::{of_these, reached};
use crate::domain::identifiers::AssessmentId;
use crate::domain::self_assessment::action_plan::{Action, ActionState, Update};
use crate::on;
use crate::server::access::{AllowedIn, Asker, KeepAction, LeadAssessment, OrganisationPermission};
use crate::server::store::{Db, Tx, new_id, organisations_of, stored};
use chrono::{DateTime, NaiveDate, Utc};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    criterion: String,
    what: String,
    owner_id: String,
    owner: String,
    due: NaiveDate,
    state: String,
    carried: i64,
}

#[derive(sqlx::FromRow)]
struct UpdateRow {
    action_id: String,
    state: String,
    due: NaiveDate,
    note: String,
    evidence: String,
    by: String,
    at: DateTime<Utc>,
}

fn state(text: &str) -> sqlx::Result<ActionState> {
    stored("action state", ActionState::named(text).ok_or("unknown"))
}

fn joined(rows: Vec<Row>, updates: Vec<UpdateRow>) -> sqlx::Result<Vec<Action>> {
    let mut actions = rows
        .into_iter()
        .map(|r| {
            Ok(Action {
                state: state(&r.state)?,
                id: r.id,
                criterion: r.criterion,
                what: r.what,
                owner: r.owner_id,
                owner_name: r.owner,
                due: r.due,
                carried: r.carried > 0,
                updates: vec![],
            })
        })
        .collect::<sqlx::Result<Vec<Action>>>()?;
    for u in updates {
        if let Some(action) = actions.iter_mut().find(|a| a.id == u.action_id) {
            action.updates.push(Update {
                state: state(&u.state)?,
                due: u.due,
                note: u.note,
                evidence: u.evidence,
                by: u.by,
                at: u.at,
            });
        }
    }
    Ok(actions)
}

/// The plan of an assessment: its own actions and those carried into it.
pub async fn all<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Vec<Action>> {
    let (rows, updates) = on!(&db.read, pool => {
        let rows: Vec<Row> = sqlx::query_as(concat!(
            "select x.id, coalesce(c.criterion, x.criterion) as criterion, x.what, x.owner_id, p.name as owner, x.due, x.state,
             cast(case when c.action_id is null then 0 else 1 end as bigint) as carried
             from assessment a join assessment_action x on x.assessment_id = a.id
               or x.id in (select action_id from assessment_action_carried where assessment_id = a.id)
             left join assessment_action_carried c on c.action_id = x.id and c.assessment_id = a.id
             join person p on p.id = x.owner_id where ",
            reached!(),
            " order by x.due, x.id"
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?;
        let updates: Vec<UpdateRow> = sqlx::query_as(concat!(
            "select u.action_id, u.state, u.due, u.note, u.evidence, p.name as by, u.at
             from assessment_action_update u join person p on p.id = u.person_id
             join assessment_action x on x.id = u.action_id
             join assessment a on (x.assessment_id = a.id
               or x.id in (select action_id from assessment_action_carried where assessment_id = a.id))
             where ",
            reached!(),
            " order by u.at, u.id"
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?;
        (rows, updates)
    });
    joined(rows, updates)
}

/// How the actions of these assessments stand, of those that the organisation of the proof takes part in:
/// assessment, state, due date.
pub async fn standing<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    wanted: &[&AssessmentId],
) -> sqlx::Result<Vec<(AssessmentId, ActionState, NaiveDate)>> {
    let rows: Vec<(String, String, NaiveDate)> = on!(&db.read, pool => {
        let start = "select x.assessment_id, x.state, x.due
            from assessment_action x join assessment a on a.id = x.assessment_id";
        of_these(start, wanted, proof.organisation().as_str()).build_query_as().fetch_all(pool).await?
    });
    rows.into_iter()
        .map(|(assessment, named, due)| {
            let id = stored("assessment id", AssessmentId::parse(&assessment))?;
            Ok((id, state(&named)?, due))
        })
        .collect()
}

/// An action somewhere in the organisations that a person belongs to, with where it stands.
#[derive(Debug, Clone)]
pub struct Found {
    /// The action.
    pub action: Action,
    /// The assessment that it was first planned in.
    pub assessment: AssessmentId,
    /// What that covers.
    pub scope: String,
}

/// Actions of assessments that a person's organisations take part in, or the one of that id. Whether
/// the person may see each is the caller's to ask: by ownership or by a proof about its assessment.
pub async fn found(db: &Db, asker: Asker<'_>, id: &str) -> sqlx::Result<Vec<Found>> {
    #[derive(sqlx::FromRow)]
    struct Wide {
        #[sqlx(flatten)]
        row: Row,
        assessment_id: String,
        scope: String,
    }
    let (rows, updates): (Vec<Wide>, Vec<UpdateRow>) = on!(&db.read, pool => {
        let rows = sqlx::query_as(concat!(
            "select x.id, x.criterion, x.what, x.owner_id, p.name as owner, x.due, x.state, cast(0 as bigint) as carried,
             x.assessment_id, a.scope
             from assessment_action x join assessment a on a.id = x.assessment_id join person p on p.id = x.owner_id
             where ($2 = '' or x.id = $2) and (a.organisation_id in ",
            organisations_of!("$1", "$3"),
            " or exists (select 1 from assessment_share s
                          where s.assessment_id = a.id and s.state = 'agreed' and s.organisation_id in ",
            organisations_of!("$1", "$3"),
            "))
             order by x.due, x.id"
        ))
        .bind(asker.person())
        .bind(id)
        .bind(asker.only())
        .fetch_all(pool)
        .await?;
        let updates = sqlx::query_as(
            "select u.action_id, u.state, u.due, u.note, u.evidence, p.name as by, u.at
             from assessment_action_update u join person p on p.id = u.person_id where u.action_id = $1 order by u.at, u.id",
        )
        .bind(id)
        .fetch_all(pool)
        .await?;
        (rows, updates)
    });
    let mut places = Vec::new();
    let mut plain = Vec::new();
    for wide in rows {
        let scope: crate::domain::self_assessment::assessment::Scope =
            stored("scope", serde_json::from_str(&wide.scope))?;
        places.push((
            stored("assessment id", AssessmentId::parse(&wide.assessment_id))?,
            scope.name,
        ));
        plain.push(wide.row);
    }
    let actions = joined(plain, updates)?;
    Ok(actions
        .into_iter()
        .zip(places)
        .map(|(action, (assessment, scope))| Found {
            action,
            assessment,
            scope,
        })
        .collect())
}

/// An action to be added.
#[derive(Debug, Clone)]
pub struct NewAction<'a> {
    /// From the page that asked: posting it twice adds one.
    pub id: &'a str,
    /// The criterion that it serves.
    pub criterion: &'a str,
    /// What is to be done.
    pub what: &'a str,
    /// Who sees to it.
    pub owner: &'a str,
    /// By when.
    pub due: NaiveDate,
}

/// Adds an action to the plan.
pub async fn add(
    tx: &mut Tx,
    proof: &AllowedIn<LeadAssessment>,
    id: &AssessmentId,
    new: &NewAction<'_>,
) -> sqlx::Result<u64> {
    Ok(on!(tx, tx => {
        sqlx::query(concat!(
            "insert into assessment_action (id, assessment_id, criterion, what, owner_id, due, state, added_by_id, at)
             select $3, a.id, $4, $5, $6, $7, 'open', $8, $9 from assessment a where ",
            reached!(),
            " on conflict (id) do nothing"
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(new.id)
        .bind(new.criterion)
        .bind(new.what)
        .bind(new.owner)
        .bind(new.due)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?
        .rows_affected()
    }))
}

/// What changed of an action.
#[derive(Debug, Clone)]
pub struct NewUpdate<'a> {
    /// The action.
    pub action: &'a str,
    /// How many updates the writer's page showed: another number means that somebody else wrote.
    pub seen: usize,
    /// State from now on.
    pub state: ActionState,
    /// Due date from now on.
    pub due: NaiveDate,
    /// What was done, or why.
    pub note: &'a str,
    /// What shows that it is done.
    pub evidence: &'a str,
}

/// Adds an update, unless somebody added another since the page was made: then nothing is written
/// and the answer is no.
pub async fn update(
    tx: &mut Tx,
    proof: &AllowedIn<KeepAction>,
    new: &NewUpdate<'_>,
) -> sqlx::Result<bool> {
    on!(tx, tx => {
        // Touching the row is a lock that both databases know.
        sqlx::query("update assessment_action set state = state where id = $1").bind(new.action).execute(&mut **tx).await?;
        let count: i64 = sqlx::query_scalar("select count(*) from assessment_action_update where action_id = $1")
            .bind(new.action)
            .fetch_one(&mut **tx)
            .await?;
        if i64::try_from(new.seen) != Ok(count) {
            return Ok(false);
        }
        sqlx::query(
            "insert into assessment_action_update (id, action_id, state, due, note, evidence, person_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(new_id())
        .bind(new.action)
        .bind(new.state.name())
        .bind(new.due)
        .bind(new.note)
        .bind(new.evidence)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
        sqlx::query("update assessment_action set state = $2, due = $3 where id = $1")
            .bind(new.action)
            .bind(new.state.name())
            .bind(new.due)
            .execute(&mut **tx)
            .await?;
    });
    Ok(true)
}
