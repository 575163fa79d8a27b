//! A trust with ten years behind it: 400 patients in six teams, 150 of them in one, with a report each
//! quarter and a contact each month, a self-assessment each year of the whole trust and of six teams; on an
//! install of 2,700 patients. What its people read every week, and whether lists cost the same when the
//! install is a hundred times smaller: `cargo xtask bench scale`.
//!
//! The rows are copies of the demo's, written past the product: only reading is measured.

use super::client::Visitor;
use super::server::spawn;
use super::{Figure, figure, milliseconds, quantile, quantiles};
use anyhow::{Context, Result, ensure};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use std::time::Duration;

/// Manages the team of 150.
const ALAN: &str = "alan.fewtrell@northmere.example.org";
/// Supervises 25 of them.
const PRIYA: &str = "priya.nandakumar@northmere.example.org";
const PASSWORD: &str = "tarnbeck demo only";
const CLIENTS: usize = 16;
const EACH: usize = 25;

/// Each script copies rows of the demo through a table of its own, so that it need not name columns.
const PEOPLE: &str = "
create table n (n integer);
insert into n with recursive n(n) as (select 1 union all select n + 1 from n where n < 120) select n from n;
create table northmere as select id from organisation where name like 'Northmere%';

create temp table t as select t.*, n.n from team t, n where t.organisation_id in northmere and n.n <= 5
    and t.id = (select min(id) from team where organisation_id in northmere);
update t set id = id || '-' || n, name = name || ' ' || n;
alter table t drop column n;
insert into team select * from t;

create temp table p as select p.*, n.n from patient p, n
    where p.organisation_id in northmere and n.n <= 400 / (select count(*) from patient where organisation_id in northmere);
update p set id = id || '-' || n, mhcs_reference = null, team_id = team_id || case when n % 8 < 3 then '' else '-' || (n % 8 - 2) end;
alter table p drop column n;
insert into patient select * from p;
drop table t;
drop table p;
insert into assignment (patient_id, person_id, role, from_day)
    select p.id, w.id, 'social-supervisor', '2026-01-01' from patient p, person w
    where w.email = 'priya.nandakumar@northmere.example.org' and p.id like '%-%-%-%-%-%' and p.team_id not like '%-%-%-%-%-%'
    limit 25 - (select count(*) from assignment a join person w on w.id = a.person_id
        where w.email = 'priya.nandakumar@northmere.example.org' and a.role = 'social-supervisor');
";

/// The reports and contacts of some quarters of every copied patient, FROM to TO of those before now.
const HISTORY: &str = "
create temp table r as select r.*, p.id as pid, n.n from report r, patient p, n
    where r.id = (select min(s.report_id) from sending s join report t on t.id = s.report_id where t.organisation_id in northmere)
    and p.organisation_id in northmere and p.id like '%-%-%-%-%-%' and n.n between FROM and TO;
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
drop table r;
drop table s;
drop table a;

create temp table e as select e.*, p.id as pid, n.n from entry e, patient p, n
    where e.id = (select min(id) from entry where organisation_id in northmere and matter like '%\"entry\":\"contact\"%')
    and p.organisation_id in northmere and n.n between 3 * FROM - 2 and 3 * TO;
update e set id = pid || '-e' || n, patient_id = pid, day = date('2026-11-20', '-' || n || ' months');
alter table e drop column n;
alter table e drop column pid;
insert into entry select * from e;
drop table e;
";

/// Six more trusts like it, and a self-assessment of ten years.
const INSTALL: &str = "
create temp table o as select o.*, n.n from organisation o, n where o.id in northmere and n.n <= 6;
update o set id = id || 'x' || n, name = name || ' ' || n;
create temp table k as select id, n from o;
alter table o drop column n;
insert into organisation select * from o;
create temp table t2 as select t.*, k.n, k.id as oid from team t, k where t.organisation_id in northmere;
update t2 set id = id || 'x' || n, organisation_id = oid;
alter table t2 drop column n;
alter table t2 drop column oid;
insert into team select * from t2;
create temp table p2 as select p.*, k.n, k.id as oid from patient p, k where p.organisation_id in northmere and p.id like '%-%-%-%-%-%';
update p2 set id = id || 'x' || n, organisation_id = oid, team_id = team_id || 'x' || n;
alter table p2 drop column n;
alter table p2 drop column oid;
insert into patient select * from p2;
create temp table r2 as select r.*, k.n, k.id as oid from report r, k where r.organisation_id in northmere and r.patient_id like '%-%-%-%-%-%';
update r2 set id = id || 'x' || n, organisation_id = oid, patient_id = patient_id || 'x' || n;
alter table r2 drop column n;
alter table r2 drop column oid;
insert into report select * from r2;
create temp table e2 as select e.*, k.n, k.id as oid from entry e, k where e.organisation_id in northmere and e.patient_id like '%-%-%-%-%-%' and e.day >= '2025-11-01';
update e2 set id = id || 'x' || n, organisation_id = oid, patient_id = patient_id || 'x' || n;
alter table e2 drop column n;
alter table e2 drop column oid;
insert into entry select * from e2;

create temp table t as select * from team where organisation_id in northmere and id like '%-%-%-%-%-%';
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

async fn count(db: &mut SqliteConnection, table: &str) -> Result<i64> {
    let sql = AssertSqlSafe(format!("select count(*) from {table}"));
    Ok(sqlx::query_scalar(sql).fetch_one(db).await?)
}

async fn fill(db: &mut SqliteConnection, script: &str) -> Result<()> {
    sqlx::raw_sql(AssertSqlSafe(script.to_owned()))
        .execute(db)
        .await
        .context("filling")?;
    Ok(())
}

fn history(from: u8, to: u8) -> String {
    HISTORY
        .replace("FROM", &from.to_string())
        .replace("TO", &to.to_string())
}

/// Lists of the two that have the longest.
const LISTS: [(&str, &str, &str); 4] = [
    ("start page, 25 patients", PRIYA, "/"),
    ("caseload, 25 patients", PRIYA, "/caseload"),
    ("start page, 150 patients", ALAN, "/"),
    ("caseload, 150 patients", ALAN, "/caseload"),
];

/// Lists of a small install and of a large one, then the other pages of the large one.
pub async fn figures() -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("scale.db");
    let database = format!("sqlite:{}", file.display());
    drop(spawn("demo", &database)?);
    let mut db = SqliteConnection::connect(&database).await?;
    fill(&mut db, PEOPLE).await?;
    fill(&mut db, &history(1, 2)).await?;
    let few = count(&mut db, "report").await?;
    db.close().await?;
    let mut small = Vec::new();
    {
        let server = spawn("serve", &database)?;
        for (_, who, path) in LISTS {
            small.push(median(&server.address, who, path).await?);
        }
    }
    let mut db = SqliteConnection::connect(&database).await?;
    fill(&mut db, &history(3, 40)).await?;
    fill(&mut db, INSTALL).await?;
    let patients = count(&mut db, "patient").await?;
    let reports = count(&mut db, "report").await?;
    let entries = count(&mut db, "entry").await?;
    let assessments = count(&mut db, "assessment").await?;
    ensure!(
        patients >= 2_700 && reports >= 110_000 && assessments >= 60,
        "too little was filled: {patients} patients, {reports} reports, {assessments} assessments"
    );
    let organisation: String = sqlx::query_scalar("select id from northmere")
        .fetch_one(&mut db)
        .await?;
    let current: String = sqlx::query_scalar(
        "select id from assessment where stage = 'gathering' and organisation_id = $1",
    )
    .bind(&organisation)
    .fetch_one(&mut db)
    .await?;
    let patient: String = sqlx::query_scalar(
        "select max(id) from patient where id like '%-%-%-%-%-%' and team_id not like '%-%-%-%-%-%'
             and organisation_id in northmere",
    )
    .fetch_one(&mut db)
    .await?;
    db.close().await?;
    let server = spawn("serve", &database)?;
    let mut figures = vec![figure(
        "the install",
        format!(
            "{patients} patients, {reports} reports, {entries} entries, {assessments} self-assessments"
        ),
        "",
    )];
    for ((what, who, path), small) in LISTS.into_iter().zip(small) {
        let large = median(&server.address, who, path).await?;
        let times = read(&server.address, who, path).await?;
        figures.push(figure(
            &format!("{what}, 16 clients"),
            format!(
                "{}; alone {}, {:.2} × that with {few} reports",
                quantiles(times),
                milliseconds(large),
                large.as_secs_f64() / small.as_secs_f64()
            ),
            "p99 ≤ 25 ms, ≤ 1.2 ×",
        ));
    }
    for (what, path) in [
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
        let times = read(&server.address, ALAN, &path).await?;
        figures.push(figure(
            &format!("{what}, 16 clients, ten years"),
            quantiles(times),
            "p99 ≤ 25 ms",
        ));
    }
    Ok(figures)
}

/// The median time of a page that one person reads alone.
async fn median(address: &str, who: &str, path: &str) -> Result<Duration> {
    let visitor = Visitor::sign_in(address, who, PASSWORD).await?;
    let mut times = Vec::new();
    for _ in 0..60 {
        times.push(visitor.get(path).await?.time);
    }
    times.sort_unstable();
    Ok(quantile(&times, 0.5))
}

async fn read(address: &str, who: &str, path: &str) -> Result<Vec<Duration>> {
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let visitor = Visitor::sign_in(address, who, PASSWORD).await?;
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
