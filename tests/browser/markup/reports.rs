//! Every text of a report on the full form, from its sections to what comes after sending, read by
//! everybody who may read it and in every paper.

use super::record::patient;
use super::robot::{Robot, with_robot};
use super::step::{Step, step};
use crate::product::{INES, PASSWORD, PRIYA, RUTH, UNA};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

/// The report at hand of a patient, begun where it was not.
async fn at_hand(robot: &mut Robot<'_>, patient: &str) -> Result<String> {
    robot.become_(PRIYA).await?;
    robot.product.open(robot.client, patient).await?;
    let begun = robot
        .links("main a.nhsuk-button[href^='/reports/'], main a[href^='/reports/']")
        .await?;
    if robot.has("form[action$='/reports'] button").await? {
        return robot.fill(&step(PRIYA, patient).form("/reports")).await;
    }
    begun
        .into_iter()
        .next()
        .map(|(_, path)| path)
        .context("no report")
}

/// Fills every section that this person writes.
async fn write(
    robot: &mut Robot<'_>,
    who: &'static str,
    report: &str,
    tick: &'static str,
) -> Result<()> {
    robot.become_(who).await?;
    robot.product.open(robot.client, report).await?;
    let mut sections: Vec<String> = robot
        .links("main a[href*='/sections/']")
        .await?
        .into_iter()
        .map(|(_, path)| path)
        .collect();
    sections.dedup();
    for section in sections {
        robot.become_(who).await?;
        robot.product.open(robot.client, &section).await?;
        let save = "main form[action*='/sections/'] button, main form:not([action]) button";
        if robot.has(save).await? {
            let step = step(who, section).tick(tick);
            let step = if who == INES { step.with_days() } else { step };
            robot.fill(&step).await?;
        }
    }
    Ok(())
}

/// A page that takes a name and a password besides.
fn signed(step: Step, name: &str) -> Step {
    let mut set = step.set.clone();
    // Findings and comments have forms of their own beside it.
    let step = if step.form.is_empty() {
        step.form("password")
    } else {
        step
    };
    if let Value::Object(set) = &mut set {
        set.insert("password".into(), json!(PASSWORD));
        if !name.is_empty() {
            set.insert("name".into(), json!(name));
        }
    }
    Step { set, ..step }
}

/// The manager's decision, with a "no" to every point of the checklist.
async fn reviewed(robot: &mut Robot<'_>, report: &str, decision: &'static str) -> Result<Step> {
    let path = format!("{report}/review");
    robot.read(RUTH, &path).await?;
    let no = "return Object.fromEntries([...document.querySelectorAll('input[name^=\"checklist/\"]')].map(c => [c.name, 'no']))";
    let mut set = robot.client.execute(no, vec![]).await?;
    set["decision"] = json!(decision);
    let review = step(RUTH, path).form("decision").set(set);
    Ok(signed(review, "Ruth Okonedo-Lyle"))
}

/// Everybody reads everything of a report.
async fn read(robot: &mut Robot<'_>, report: &str) -> Result<()> {
    for who in [RUTH, INES] {
        let of_it = |path: &str| path.starts_with(report) && !path.contains('?');
        let seen = robot
            .read_all(who, &[report.to_owned(), format!("{report}/check")], of_it)
            .await?;
        ensure!(seen > 3, "{who} reads {seen} pages of {report}");
    }
    Ok(())
}

async fn to_the_manager(robot: &mut Robot<'_>, report: &str, tick: &'static str) -> Result<()> {
    write(robot, PRIYA, report, tick).await?;
    let check = step(PRIYA, format!("{report}/check"));
    robot.product.open(robot.client, &check.path).await?;
    if robot.has("main form textarea").await? {
        robot.rounds(&[check], 6, &[]).await?;
    }
    let sign = step(PRIYA, format!("{report}/sign"));
    robot.fill(&signed(sign, "Priya Nandakumar")).await?;
    Ok(())
}

async fn papers(robot: &mut Robot<'_>, report: &str) -> Result<()> {
    for kind in ["pdf", "docx", "json"] {
        robot
            .paper(RUTH, &format!("{report}/paper.{kind}"), kind)
            .await?;
    }
    robot.read(RUTH, &format!("{report}/paper.html")).await?;
    robot.read(RUTH, &format!("{report}/text")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_every_text_of_a_report_is_text_to_its_readers_and_in_its_papers() -> Result<()>
{
    with_robot(async |robot| {
        // A report holds 400,000 characters: each text has a quarter of the payloads at a time, beginning
        // with another one, so that all of them are in the report each time and in each text once.
        robot.room = 1_600;
        let one = patient(robot, PRIYA, "Oyelaran").await?;
        // The report asks about what happened in its time.
        for kind in ["event", "night-away"] {
            robot
                .fill(&step(PRIYA, format!("{one}/record/{kind}")).aside())
                .await?;
        }
        let report = at_hand(robot, &one).await?;
        for _ in 0..3 {
            write(robot, PRIYA, &report, "").await?;
            robot.read(RUTH, &format!("{report}/check")).await?;
        }
        to_the_manager(robot, &report, "").await?;
        let decided = reviewed(robot, &report, "return").await?;
        robot.fill(&decided.aside()).await?;
        for page in ["", "/check", "/internal", "/sign"] {
            robot.read(PRIYA, &format!("{report}{page}")).await?;
        }
        robot.read(INES, &format!("{report}/check")).await?;
        to_the_manager(robot, &report, "").await?;
        let decided = reviewed(robot, &report, "approve").await?;
        robot.fill(&decided.aside()).await?;
        for _ in 0..5 {
            write(robot, INES, &report, "").await?;
            robot.read(RUTH, &format!("{report}/check")).await?;
        }
        robot
            .fill(&signed(
                step(INES, format!("{report}/part-c/sign")),
                "Dr Ines Carvalho",
            ))
            .await?;
        read(robot, &report).await?;
        robot
            .fill(&signed(step(PRIYA, format!("{report}/freeze")), ""))
            .await?;
        papers(robot, &report).await?;
        for kind in ["pdf", "docx", "json"] {
            let missing = robot.never_in(kind, "reports-x-sections");
            ensure!(missing.is_empty(), "{kind}: {missing:?}");
        }
        // What comes after it has room of its own.
        robot.room = 50_000;
        robot
            .fill(&step(PRIYA, format!("{report}/sent")).aside())
            .await?;
        for kind in ["acknowledged", "query", "reply", "sending-corrected"] {
            let letter = step(PRIYA, format!("{report}/correspondence"));
            robot
                .fill(&letter.set(json!({ "kind": kind })))
                .await
                .with_context(|| kind)?;
        }
        robot
            .fill(&step(PRIYA, format!("{report}/patients-copy")).aside())
            .await?;
        let copy = format!("{report}/patients-copy");
        robot.read(RUTH, &copy).await?;
        for kind in ["pdf", "docx"] {
            robot.paper(RUTH, &format!("{copy}/{kind}"), kind).await?;
        }
        robot.read(RUTH, &format!("{copy}/html")).await?;
        read(robot, &report).await?;
        robot.finish("report")
    })
    .await
}

/// Copies of a patient of the demo that a test may need: as many as a text has rounds that holds 190
/// characters at a time.
const COPIES: usize = 60;

/// Whose last report waits for Part C, and which one that is.
async fn waiting(robot: &Robot<'_>, copy: usize) -> Result<String> {
    robot
        .product
        .copy_of("TEST/00005", &format!("TEST/{}", 10_000 + copy))?;
    Ok(format!("/reports/test-{}-report-3", 10_000 + copy))
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_why_a_report_is_late_or_sent_before_it_is_whole_is_text() -> Result<()> {
    with_robot(async |robot| {
        for copy in 0..COPIES {
            let report = waiting(robot, copy).await?;
            let late = step(PRIYA, format!("{report}/late"));
            let now = signed(step(PRIYA, format!("{report}/exceptional")), "");
            if robot.whole(&late) && robot.whole(&now) {
                break;
            }
            robot.fill(&late).await?;
            robot.fill(&now).await?;
            for page in ["", "/finished", "/internal", "/paper.html"] {
                robot.read(RUTH, &format!("{report}{page}")).await?;
            }
        }
        robot.read(RUTH, "/").await?;
        robot.finish("exceptional")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_what_is_said_of_a_report_once_is_text() -> Result<()> {
    with_robot(async |robot| {
        for copy in 0..COPIES {
            let report = waiting(robot, copy).await?;
            let of = |page: &str| step(PRIYA, format!("{report}/{page}"));
            let outside = signed(of("part-c/outside").with_days(), "");
            let sent = of("sent");
            let after = [of("patients-copy"), of("correct")];
            if [&outside, &sent].into_iter().all(|step| robot.whole(step)) {
                break;
            }
            robot.fill(&outside).await?;
            robot.read(RUTH, &format!("{report}/check")).await?;
            if robot.whole(&sent) {
                continue;
            }
            robot.fill(&signed(of("freeze"), "")).await?;
            robot.fill(&sent).await?;
            robot.read(RUTH, &report).await?;
            robot.read(RUTH, &format!("{report}/finished")).await?;
            robot.read(RUTH, &format!("{report}/internal")).await?;
            for said in &after {
                if robot.whole(said) {
                    continue;
                }
                let at = robot.fill(said).await?;
                robot.read(RUTH, &at).await?;
                if said.path.ends_with("correct") {
                    let withdraw = step(PRIYA, format!("{at}/withdraw"));
                    robot.fill(&signed(withdraw, "")).await?;
                    robot.read(RUTH, &at).await?;
                }
            }
        }
        robot.finish("once")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_what_passes_between_author_and_manager_is_text() -> Result<()> {
    with_robot(async |robot| {
        // Geraint Pwll-Hughes's report is with the manager.
        let report = "/reports/test-00002-report-4";
        let differs = step(PRIYA, format!("{report}/disagreement"));
        let view = step(RUTH, differs.path.clone()).set(json!({ "kind": "view" }));
        let outcome = step(PRIYA, differs.path.clone()).set(json!({ "kind": "outcome" }));
        for _ in 0..COPIES {
            if robot.whole(&differs) {
                break;
            }
            for step in [&differs, &view, &outcome] {
                robot.fill(step).await?;
            }
            robot.read(RUTH, &differs.path).await?;
            robot.read(PRIYA, &differs.path).await?;
        }
        let deputy = signed(step(PRIYA, format!("{report}/deputy")), "");
        robot.until_whole(&deputy, COPIES, &[RUTH]).await?;
        // Why is kept in the audit.
        let audit = format!("{}/audit", patient(robot, PRIYA, "Pwll-Hughes").await?);
        robot.read(UNA, &audit).await?;
        let sign = signed(step(PRIYA, format!("{report}/sign")), "Priya Nandakumar");
        for _ in 0..4 {
            let back = reviewed(robot, report, "return").await?;
            robot.fill(&back).await?;
            for page in ["", "/check", "/sign"] {
                robot.read(PRIYA, &format!("{report}{page}")).await?;
            }
            robot.fill(&sign).await?;
            robot.read(RUTH, &format!("{report}/review")).await?;
        }
        robot.finish("between")
    })
    .await
}
