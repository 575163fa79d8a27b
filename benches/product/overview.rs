//! A trust with ten years behind it: 400 patients of seven teams with a report each quarter and a contact
//! each month, a self-assessment each year of the whole trust and of six teams. What its managers and lead
//! read every week: `cargo xtask bench scale`.
//!
//! The rows are copies of the demo's, written past the product: only reading is measured.

use super::client::Visitor;
use super::server::spawn;
use super::{Figure, figure, quantiles};
use anyhow::{Context, Result, ensure};
use sqlx::{Connection, SqliteConnection};
use std::time::Duration;

const ALAN: &str = "alan.fewtrell@northmere.example.org";
const PASSWORD: &str = "tarnbeck demo only";
const CLIENTS: usize = 16;
const EACH: usize = 25;

/// Each script copies rows of the demo through a table of its own, so that it need not name columns.
const FILL: &str = "
create temp table northmere as select id from organisation where name like 'Northmere%';
create temp table n (n integer);
insert into n with recursive n(n) as (select 1 union all select n + 1 from n where n < 120) select n from n;

create temp table t as select t.*, n.n from team t, n where t.organisation_id in northmere and n.n <= 6
    and t.id = (select min(id) from team where organisation_id in northmere);
update t set id = id || '-' || n, name = name || ' ' || n;
alter table t drop column n;
insert into team select * from t;

create temp table p as select p.*, n.n from patient p, n
    where p.organisation_id in northmere and n.n <= 400 / (select count(*) from patient where organisation_id in northmere);
update p set id = id || '-' || n, mhcs_reference = null, team_id = team_id || case n % 7 when 0 then '' else '-' || (n % 7) end;
alter table p drop column n;
insert into patient select * from p;

create temp table r as select r.*, p.id as pid, n.n from report r, patient p, n
    where r.id = (select min(s.report_id) from sending s join report t on t.id = s.report_id where t.organisation_id in northmere)
    and p.organisation_id in northmere and p.id like '%-%-%-%-%-%' and n.n <= 40;
update r set id = pid || '-r' || n, patient_id = pid, due = date('2026-11-01', '-' || (3 * n) || ' months');
create temp table s as select s.*, r.id as rid, r.due from sending s, r where s.report_id = (select min(report_id) from sending);
create temp table a as select a.*, r.id as rid from answer a, r
    where a.report_id = (select min(report_id) from sending) and a.row_id <> '' and r.n <= 9;
alter table r drop column n;
alter table r drop column pid;
insert into report select * from r;
update s set id = rid || '-s', report_id = rid, sent_on = due;
alter table s drop column rid;
alter table s drop column due;
insert into sending select * from s;
update a set report_id = rid;
alter table a drop column rid;
insert into answer select * from a;

create temp table e as select e.*, p.id as pid, n.n from entry e, patient p, n
    where e.id = (select min(id) from entry where organisation_id in northmere and matter like '%\"entry\":\"contact\"%')
    and p.organisation_id in northmere;
update e set id = pid || '-e' || n, patient_id = pid, day = date('2026-11-20', '-' || n || ' months');
alter table e drop column n;
alter table e drop column pid;
insert into entry select * from e;

create temp table scope as select json_object('kind', 'team', 'name', name, 'teams', json_array(id)) as scope, id from t
    union all select scope, '' from assessment where organisation_id in northmere and stage <> 'gathering' group by scope;
create temp table x as select a.*, s.id as team, n.n, s.scope as wider, a.id as was from assessment a, scope s, n
    where a.id = (select min(id) from assessment where organisation_id in northmere and stage = 'reviewed')
    and n.n <= 10 and not (s.id = '' and n.n <= 2);
update x set id = lower(hex(randomblob(16))), scope = wider, previous_id = null,
    period_from = date(period_from, '-' || (n - 1) || ' years'), period_to = date(period_to, '-' || (n - 1) || ' years');
create temp table y as select r.*, x.id as aid from assessment_rating r join x on x.was = r.assessment_id;
create temp table z as select c.*, x.id as aid from assessment_action c join x on x.was = c.assessment_id;
alter table x drop column team;
alter table x drop column n;
alter table x drop column wider;
alter table x drop column was;
insert into assessment select * from x;
update y set assessment_id = aid;
alter table y drop column aid;
insert into assessment_rating select * from y;
update z set id = lower(hex(randomblob(16))), assessment_id = aid;
alter table z drop column aid;
insert into assessment_action select * from z;
";

/// Pages of the room, read by a lead.
pub async fn figures() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("overview.db");
    let database = format!("sqlite:{}", file.display());
    drop(spawn("demo", &database)?);
    let mut db = SqliteConnection::connect(&database).await?;
    sqlx::raw_sql(FILL)
        .execute(&mut db)
        .await
        .context("filling")?;
    let count = async |db: &mut SqliteConnection, table: &str| -> Result<i64> {
        let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        Ok(sqlx::query_scalar(sql).fetch_one(db).await?)
    };
    let patients = count(&mut db, "patient").await?;
    let (reports, entries) = (
        count(&mut db, "report").await?,
        count(&mut db, "entry").await?,
    );
    let assessments = count(&mut db, "assessment").await?;
    ensure!(
        patients >= 390 && reports >= 15_000 && assessments >= 60,
        "too little was filled"
    );
    let organisation: String =
        sqlx::query_scalar("select id from organisation where name like 'Northmere%'")
            .fetch_one(&mut db)
            .await?;
    let current: String = sqlx::query_scalar(
        "select id from assessment where stage = 'gathering' and organisation_id = $1",
    )
    .bind(&organisation)
    .fetch_one(&mut db)
    .await?;
    let patient: String =
        sqlx::query_scalar("select max(id) from patient where id like '%-%-%-%-%-%' and team_id not like '%-%-%-%-%-%'")
            .fetch_one(&mut db)
            .await?;
    db.close().await?;
    let server = spawn("serve", &database)?;
    let about = format!(
        "{assessments} self-assessments, {patients} patients, {reports} reports, {entries} entries"
    );
    let mut figures = Vec::new();
    for (what, path) in [
        ("start page of a team's manager", "/".to_owned()),
        ("caseload of a team's manager", "/caseload".to_owned()),
        (
            "a supervision record",
            format!("/patients/{patient}/record"),
        ),
        ("trust overview", "/assessments/overview".to_owned()),
        ("one self-assessment", format!("/assessments/{current}")),
        (
            "a domain with live figures",
            format!("/assessments/{current}/domains/D5"),
        ),
        (
            "live figures of a year",
            format!("/organisations/{organisation}/figures"),
        ),
    ] {
        let times = read(&server.address, &path).await?;
        figures.push(figure(
            &format!("{what}, 16 clients, ten years"),
            format!("{}; {about}", quantiles(times)),
            "p99 ≤ 25 ms",
        ));
    }
    Ok(figures)
}

async fn read(address: &str, path: &str) -> Result<Vec<Duration>> {
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let visitor = Visitor::sign_in(address, ALAN, PASSWORD).await?;
        let path = path.to_owned();
        clients.push(tokio::spawn(async move {
            let mut times = Vec::with_capacity(EACH);
            for _ in 0..EACH {
                let answer = visitor.get(&path).await?;
                ensure!(answer.status == 200, "{path} answered {}", answer.status);
                times.push(answer.time);
            }
            Ok::<_, anyhow::Error>(times)
        }));
    }
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await??);
    }
    Ok(times)
}
