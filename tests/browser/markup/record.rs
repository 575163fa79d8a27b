//! Every text of a patient's record, of the supervision record and of the papers about the person.

use super::robot::{Robot, with_robot};
use super::step::step;
use crate::product::{INES, PASSWORD, PRIYA, RUTH, UNA};
use crate::quarter::TOM;
use anyhow::{Context, Result, ensure};
use serde_json::json;

/// Rounds that a text takes which has room for 480 characters at a time.
const ROUNDS: usize = 24;

/// A patient of the demo, by the end of their MHCS reference.
pub async fn patient(robot: &mut Robot<'_>, who: &str, name: &str) -> Result<String> {
    robot.become_(who).await?;
    robot.product.open(robot.client, "/caseload").await?;
    robot
        .links("main a[href^='/patients/']")
        .await?
        .into_iter()
        .find(|(words, _)| words.contains(name))
        .map(|(_, path)| path)
        .with_context(|| format!("{name} is not on the caseload of {who}"))
}

/// The files of everything about a patient.
async fn everything(robot: &mut Robot<'_>, patient: &str) -> Result<()> {
    for kind in ["json", "html"] {
        let asked = json!({ "which": "full", "format": kind, "password": PASSWORD });
        robot
            .file(RUTH, &format!("{patient}/subject-access"), asked, kind)
            .await?;
    }
    Ok(())
}

/// Adds to lists, varies and ends what is on them, until each text of it had every payload. A record holds
/// 400,000 characters: each list is of another patient.
async fn more_of_each(robot: &mut Robot<'_>, lists: &[&str]) -> Result<()> {
    robot.room = 1_600;
    for (n, list) in lists.iter().enumerate() {
        let reference = format!("TEST/2000{n}");
        let patient = robot.product.copy_of("TEST/00002", &reference)?;
        let path = format!("{patient}/details/{list}");
        for n in 0..2 * ROUNDS {
            // Nobody lives at two places at a time, nor has two supervisors of a kind.
            let year = (1980 + n).to_string();
            let days = json!({
                "answer/record//from.day": "1", "answer/record//from.month": "2", "answer/record//from.year": year,
                "answer/record//to.day": "3", "answer/record//to.month": "4", "answer/record//to.year": year,
            });
            let new = step(PRIYA, format!("{path}/new"));
            let new = match *list {
                "addresses" | "supervisors" | "care-team" => new.set(days),
                _ => new,
            };
            if robot.whole(&new) && *list != "conditions" {
                break;
            }
            let at = robot.fill(&new).await?;
            robot.read(RUTH, &at).await?;
        }
        let history = format!("{patient}/history");
        robot.read(RUTH, &history).await?;
        if *list != "conditions" {
            continue;
        }
        // What has ended is not varied: every other one ends, and the last of the others are varied.
        for (n, change) in ["end", "vary"].into_iter().enumerate() {
            let link = format!("a[href*='/conditions/{change}-']");
            let all = robot.hrefs(PRIYA, &path, &link).await?;
            for one in all.into_iter().rev().skip(n).step_by(2) {
                let step = step(PRIYA, one);
                if robot.whole(&step) {
                    break;
                }
                let at = robot.fill(&step).await?;
                robot.read(RUTH, &at).await?;
            }
        }
        for page in [&path, &history] {
            robot.read(RUTH, page).await?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_every_text_of_a_patients_record_is_text_to_its_readers() -> Result<()> {
    with_robot(async |robot| {
        let patient = patient(robot, PRIYA, "Oyelaran").await?;
        let whole = [
            "order",
            "discharge",
            "health",
            "communication",
            "plan",
            "names",
        ];
        let lists = [
            "offences",
            "addresses",
            "supervisors",
            "care-team",
            "conditions",
            "earlier-mappa",
            "victim-liaison",
            "named-people",
            "other-orders",
            "contact-plans",
            "clinical-reviews",
        ];
        let details = format!("{patient}/details");
        let mut steps: Vec<_> = whole
            .iter()
            .map(|group| step(PRIYA, format!("{details}/{group}")))
            .collect();
        // Managed under MAPPA or not: each has texts of its own.
        let mappa = step(PRIYA, format!("{details}/mappa"));
        let managed = json!({ "answer/record//decided-by.text": "" });
        let managed = mappa.pick("category.choice$=1").set(managed);
        robot.fill(&managed).await?;
        for list in lists {
            robot
                .fill(&step(PRIYA, format!("{details}/{list}/new")))
                .await?;
            let all = robot.hrefs(PRIYA, &format!("{details}/{list}"), &format!("a[href*='/{list}/']")).await?;
            let last = all.iter().filter_map(|path| path.rsplit('/').next()?.parse::<usize>().ok());
            let last = last.max().with_context(|| format!("nothing in {list}"))?;
            // A text that belongs to a yes goes with one, and why something changed with a change.
            let one = step(PRIYA, format!("{details}/{list}/{last}"));
            let pick = match list {
                "earlier-mappa" => "level.choice$=2",
                _ => "dol.choice$=yes",
            };
            steps.push(one.pick(pick));
        }
        let readers = ["", "/details", "/history"].map(|page| format!("{patient}{page}"));
        let readers: Vec<_> = readers.into_iter().map(|page| (RUTH, page)).collect();
        steps.push(managed);
        robot.rounds(&steps, ROUNDS, &readers).await?;
        let none = json!({
            "answer/record//area.text": "", "answer/record//lead-agency.text": "", "answer/record//coordinator.text": "",
            "answer/record//level.choice": "",
            "answer/record//from.day": "", "answer/record//from.month": "", "answer/record//from.year": "",
            "answer/record//last-review.day": "", "answer/record//last-review.month": "", "answer/record//last-review.year": "",
            "answer/record//next-review.day": "", "answer/record//next-review.month": "", "answer/record//next-review.year": "",
        });
        let mappa = step(PRIYA, format!("{details}/mappa"));
        let not_managed = mappa.pick("category.choice$=not-managed").set(none);
        robot.rounds(&[not_managed], ROUNDS, &readers).await?;
        robot
            .fill(&step(PRIYA, format!("{details}/care-team/remove-2")))
            .await?;
        for (who, path) in [
            (RUTH, "/history"),
            (RUTH, "/details"),
            (INES, "/details"),
            (INES, ""),
            (TOM, ""),
        ] {
            if who != TOM {
                robot.read(who, &format!("{patient}{path}")).await?;
            }
        }
        everything(robot, &patient).await?;
        for kind in ["json", "html"] {
            let missing = robot.never_in(kind, "patients-x-details");
            ensure!(missing.is_empty(), "{kind}: {missing:?}");
        }
        more_of_each(robot, &lists).await?;
        robot.finish("record")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_every_text_of_an_entry_is_text_to_its_readers() -> Result<()> {
    with_robot(async |robot| {
        let patient = patient(robot, PRIYA, "Oyelaran").await?;
        robot
            .product
            .open(robot.client, &format!("{patient}/record"))
            .await?;
        let kinds = robot.links("main a[href*='/record/']").await?;
        ensure!(kinds.len() > 12, "{kinds:?}");
        for (_, kind) in &kinds {
            let kind = kind.split('?').next().unwrap_or_default();
            robot.rounds(&[step(PRIYA, kind)], ROUNDS, &[]).await?;
        }
        let event = robot
            .fill(&step(PRIYA, format!("{patient}/record/event")))
            .await?;
        ensure!(event.contains("/entries/"), "{event}");
        robot
            .rounds(
                &[
                    step(PRIYA, &event).form("/told"),
                    step(RUTH, &event).form("/review"),
                    step(PRIYA, format!("{event}/correct")),
                ],
                ROUNDS,
                &[
                    (INES, event.clone()),
                    (RUTH, event.clone()),
                    (PRIYA, event.clone()),
                ],
            )
            .await?;
        robot
            .read_all(RUTH, &[format!("{patient}/record")], |path| {
                path.starts_with(&format!("{patient}/record?")) || path.contains("/entries/")
            })
            .await?;
        let of_it = format!("{patient}/record");
        let all = robot
            .hrefs(PRIYA, &of_it, "main a[href*='/entries/']")
            .await?;
        for path in all.iter().take(24) {
            robot.fill(&step(PRIYA, format!("{path}/correct"))).await?;
        }
        // A contact, an enquiry and a night: what was wrong with them.
        robot
            .product
            .open(robot.client, &format!("{patient}/record"))
            .await?;
        let entries = robot.links("main a[href*='/entries/']").await?;
        for (_, entry) in entries.iter().filter(|(_, path)| *path != event) {
            if robot.whole(&step(PRIYA, entry).form("/withdraw")) {
                break;
            }
            robot.become_(PRIYA).await?;
            robot.product.open(robot.client, entry).await?;
            if !robot.has("form[action$='/withdraw']").await? {
                continue;
            }
            robot.fill(&step(PRIYA, entry).form("/withdraw")).await?;
            robot.read(RUTH, entry).await?;
        }
        for (who, page) in [
            (RUTH, "/record?show=withdrawn"),
            (RUTH, ""),
            (INES, "/record"),
            (UNA, "/audit"),
            (RUTH, "/audit"),
        ] {
            robot.read(who, &format!("{patient}{page}")).await?;
        }
        everything(robot, &patient).await?;
        for kind in ["json", "html"] {
            let missing = robot.never_in(kind, "patients-x-");
            ensure!(missing.is_empty(), "{kind}: {missing:?}");
        }
        robot.finish("entries")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_every_text_of_a_paper_about_a_person_is_text() -> Result<()> {
    with_robot(async |robot| {
        let patient = patient(robot, PRIYA, "Oyelaran").await?;
        let papers = format!("{patient}/papers");
        robot
            .fill(&step(PRIYA, format!("{patient}/record/event")).aside())
            .await?;
        let late = step(PRIYA, format!("{patient}/late"));
        let plan = step(PRIYA, format!("{patient}/plan"));
        robot
            .rounds(
                &[late, plan],
                ROUNDS,
                &[
                    (RUTH, patient.clone()),
                    (RUTH, format!("{patient}/plan")),
                    (RUTH, format!("{patient}/late")),
                ],
            )
            .await?;
        for form in [
            "event-notification",
            "late-notice",
            "recall-information",
            "handover",
            "change-of-conditions",
            "absolute-discharge",
            "conditions-sheet",
        ] {
            let paper = robot
                .fill(
                    &step(PRIYA, &papers)
                        .form("/papers")
                        .set(json!({ "form": form })),
                )
                .await?;
            // The sheet says a condition again at the top of each page, in the middle of what goes on there.
            robot.room = if form == "conditions-sheet" {
                250
            } else {
                50_000
            };
            let save = step(PRIYA, &paper).form("then=save");
            robot
                .rounds(&[save], 2 * ROUNDS, &[(RUTH, paper.clone())])
                .await
                .with_context(|| form)?;
            robot
                .fill(&step(PRIYA, &paper).form("then=make"))
                .await
                .with_context(|| form)?;
            robot.read(RUTH, &paper).await?;
            robot.read(RUTH, &format!("{paper}/paper.html")).await?;
            for kind in ["pdf", "docx", "json"] {
                robot
                    .paper(RUTH, &format!("{paper}/paper.{kind}"), kind)
                    .await?;
            }
            let given = step(PRIYA, &paper).form("/given");
            robot.fill(&given).await?;
            for who in [RUTH, INES] {
                robot.read(who, &paper).await?;
            }
        }
        robot.read(RUTH, &papers).await?;
        for kind in ["pdf", "docx", "json"] {
            let missing = robot.never_in(kind, "patients-x-papers-x answer");
            ensure!(missing.is_empty(), "{kind}: {missing:?}");
        }
        robot.finish("papers")
    })
    .await
}
