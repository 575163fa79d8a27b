//! The demo's registers: policies, lessons, training and practice supervision in both organisations,
//! written by the same functions as the pages use.

use super::assessments::{actor, noon};
use super::{HARROWDENE, NORTHMERE};
use crate::domain::assurance::competence::{Training, TrainingKind as Kind};
use crate::domain::assurance::registers::{Lesson, LessonKind, Policy};
use crate::domain::assurance::typed::{Completed, OwnLink, Supervision};
use crate::domain::calendar::{add_days, add_months, less_days};
use crate::server::access::{
    AllowedIn, KeepCompetence, KeepRegisters, OrganisationPermission, ReadRegisters, prove_in_at,
};
use crate::server::clock::Clock;
use crate::server::store::assurance::{competence, lessons, links, policies};
use crate::server::store::{Db, new_id, organisations};
use anyhow::{Context, Result, anyhow};
use chrono::NaiveDate;

/// One organisation's registers: who keeps them, who manages, and who supervises: up to date or not.
struct Cast {
    organisation: &'static str,
    lead: &'static str,
    manager: &'static str,
    supervisors: &'static [(&'static str, bool)],
}

const CASTS: [Cast; 2] = [
    Cast {
        organisation: NORTHMERE.0,
        lead: "alan.fewtrell@northmere.example.org",
        manager: "ruth.okonedo-lyle@northmere.example.org",
        supervisors: &[
            ("priya.nandakumar@northmere.example.org", true),
            ("tom.eastbrook@northmere.example.org", false),
        ],
    },
    Cast {
        organisation: HARROWDENE.0,
        lead: "bea.lindqvist@harrowdene.example.org",
        manager: "nell.brook@harrowdene.example.org",
        supervisors: &[("sam.adeyemi@harrowdene.example.org", true)],
    },
];

/// Title, edition, days since approval, months it holds, criteria, whether staff read it.
type DemoPolicy = (
    &'static str,
    &'static str,
    u64,
    u32,
    &'static [&'static str],
    bool,
);
const POLICIES: [DemoPolicy; 4] = [
    (
        "Social supervision policy",
        "3",
        300,
        24,
        &["1.1", "1.3", "4.2", "5.3"],
        true,
    ),
    (
        "Events, recall and out-of-hours protocol",
        "2",
        700,
        24,
        &["6.3", "6.4", "6.6"],
        true,
    ),
    ("Lone working", "5", 900, 24, &["3.5"], true),
    (
        "Plain sheet of conditions for patients",
        "1",
        120,
        12,
        &["6.1", "9.1"],
        false,
    ),
];

/// Fills the registers of both organisations.
///
/// # Errors
/// When somebody of the demo is missing or the database fails.
pub(super) async fn fill(db: &Db, clock: &Clock) -> Result<()> {
    for cast in &CASTS {
        let organisation = organisations::named(db, cast.organisation).await?;
        let id = organisation.context("no organisation")?;
        let today = clock.today();
        let keeps: AllowedIn<KeepRegisters> =
            proof(db, cast.lead, &id, less_days(today, 90)).await?;
        let mut kept = Vec::new();
        for (title, edition, since, months, criteria, to_be_read) in POLICIES {
            let approved_on = less_days(today, since);
            let policy = Policy {
                title: title.into(),
                edition: edition.into(),
                owner: "Principal social worker".into(),
                approved_on,
                review_on: add_months(approved_on, months),
                kept_at: "https://intranet.example.org/policies".into(),
                criteria: criteria.iter().map(|c| (*c).to_owned()).collect(),
                to_be_read,
            };
            let row = new_id();
            policies::add(db, &keeps, &row, &policy, None).await?;
            kept.push(row);
        }
        for (email, ready) in cast.supervisors {
            if *ready {
                let reads: AllowedIn<ReadRegisters> =
                    proof(db, email, &id, less_days(today, 60)).await?;
                policies::read(db, &reads, &kept[0]).await?;
            }
        }
        for lesson in taught(today, &kept[3]) {
            lessons::add(db, &keeps, &new_id(), &lesson, None).await?;
        }
        let own = OwnLink {
            words: "Out-of-hours duty manager, 01632 960199".into(),
            link: String::new(),
        };
        links::add(db, &keeps, &new_id(), "events", &own).await?;
        trained(db, cast, &id, today).await?;
    }
    Ok(())
}

async fn proof<P: OrganisationPermission>(
    db: &Db,
    email: &str,
    organisation: &crate::domain::identifiers::OrganisationId,
    day: NaiveDate,
) -> Result<AllowedIn<P>> {
    let actor = actor(db, email).await?;
    let proven = prove_in_at::<P>(db, noon(day), &actor, organisation).await;
    proven.map_err(|e| anyhow!("{email}: {e:?}"))
}

fn taught(today: NaiveDate, sheet: &str) -> Vec<Lesson> {
    let lesson =
        |kind, title: &str, source: &str, since, learnt: &str, changes: &str, criteria: &[&str]| {
            Lesson {
                kind,
                title: title.into(),
                source: source.into(),
                dated: less_days(today, since),
                learnt: learnt.into(),
                changes: changes.into(),
                owner: "Principal social worker".into(),
                link: String::new(),
                criteria: criteria.iter().map(|c| (*c).to_owned()).collect(),
                actions: vec![],
                policy: None,
            }
        };
    vec![
        lesson(
            LessonKind::Report,
            "Years of reports on self-report alone",
            "Prevention-of-future-deaths report after an inquest, 2021",
            400,
            "Reports said stable for years. What was known about relationships came from the person alone, and nobody had the task of finding out otherwise.",
            "Each quarter at least one other source is asked about relationships. Supervision goes through conditions that rest on self-report twice running.",
            &["8.2", "6.2"],
        ),
        lesson(
            LessonKind::Audit,
            "Evidence is written, its source is not",
            "Yearly file audit, ten reports",
            200,
            "Most answers about conditions said what happened; four in ten did not say who saw it.",
            "Managers return an answer without a source.",
            &["5.5", "5.7"],
        ),
        lesson(
            LessonKind::Mhcs,
            "Say when the late report will come",
            "Telephone call with a casework manager at MHCS",
            150,
            "A late notice without a date cannot be planned for.",
            "The notice of lateness now names the day on which the report will be sent.",
            &["5.3", "12.3"],
        ),
        Lesson {
            policy: Some(sheet.to_owned()),
            ..lesson(
                LessonKind::CoProduction,
                "Conditions in plain words",
                "Three meetings with five people who are supervised, and two carers",
                130,
                "“Reside as directed” meant nothing to most. People wanted to know what happens if, not what is forbidden.",
                "The plain sheet was written together. It is gone through at the first visit and after each change.",
                &["6.1", "9.7"],
            )
        },
    ]
}

async fn trained(
    db: &Db,
    cast: &Cast,
    organisation: &crate::domain::identifiers::OrganisationId,
    today: NaiveDate,
) -> Result<()> {
    let day = less_days(today, 20);
    let by_lead: AllowedIn<KeepCompetence> = proof(db, cast.lead, organisation, day).await?;
    let completed = |kind, since, until: Option<u64>| Completed {
        training: Training {
            kind,
            done_on: less_days(today, since),
            expires_on: until.map(|days| add_days(today, days)),
        },
        note: String::new(),
    };
    let manager = actor(db, cast.manager).await?.person;
    for row in [
        completed(Kind::Induction, 900, None),
        completed(Kind::NationalELearning, 400, Some(330)),
        completed(Kind::QualityAssurance, 380, None),
    ] {
        competence::add_training(db, &by_lead, &new_id(), &manager, &row).await?;
    }
    for (email, ready) in cast.supervisors {
        let person = actor(db, email).await?.person;
        let mut rows = vec![completed(Kind::Induction, 200, None)];
        if *ready {
            rows.push(completed(Kind::NationalELearning, 190, Some(540)));
            rows.push(completed(Kind::MentalHealth, 1_500, None));
        }
        for row in rows {
            competence::add_training(db, &by_lead, &new_id(), &person, &row).await?;
        }
        let since: &[u64] = if *ready { &[79, 51, 23] } else { &[86] };
        for days in since {
            let held = Supervision {
                held_on: less_days(today, *days),
                themes: vec!["risk".into(), "reports".into(), "wellbeing".into()],
                next_on: ready.then(|| add_days(less_days(today, *days), 28)),
            };
            competence::add_supervision(db, &by_lead, &new_id(), &person, &held).await?;
        }
    }
    Ok(())
}
