//! Every text about who may open a record, who has it, and what becomes of it in the end.

use super::record::patient;
use super::robot::with_robot;
use super::step::step;
use crate::product::{JOAN, MOIRA, PASSWORD, PRIYA, RUTH, UNA};
use crate::quarter::{SAM, TOM};
use anyhow::{Result, ensure};
use serde_json::json;

/// Rounds that a text takes which has room for 190 characters at a time.
const ROUNDS: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_every_text_about_who_may_open_a_record_is_text() -> Result<()> {
    with_robot(async |robot| {
        let patient = patient(robot, PRIYA, "Oyelaran").await?;
        let access = format!("{patient}/access");
        let key = json!({ "password": PASSWORD });
        let audit = [(UNA, format!("{patient}/audit")), (RUTH, access.clone())];
        let grant = json!({ "password": PASSWORD, "email": SAM });
        let grant = step(RUTH, format!("{access}/grant")).set(grant);
        robot.rounds(&[grant], ROUNDS, &audit).await?;
        let restrict = step(RUTH, format!("{access}/restrict")).set(key.clone());
        let lift = step(RUTH, format!("{access}/lift")).set(key.clone());
        for _ in 0..ROUNDS {
            if robot.whole(&restrict) && robot.whole(&lift) {
                break;
            }
            robot.fill(&restrict).await?;
            for who in [RUTH, UNA] {
                robot.read(who, &format!("{patient}/audit")).await?;
            }
            robot.read(RUTH, &access).await?;
            robot.fill(&lift).await?;
        }
        let emergency = json!({ "reference": "TEST/00001" });
        let emergency = [step(TOM, "/emergency").set(emergency)];
        robot
            .rounds(&emergency, ROUNDS, &[(UNA, format!("{patient}/audit"))])
            .await?;
        for (who, page) in [
            (UNA, "/audit"),
            (UNA, "/notices"),
            (RUTH, "/notices"),
            (JOAN, "/audit"),
        ] {
            robot.read(who, page).await?;
        }
        // Reasons stand in the files of the audit as they were typed.
        let asked = json!({ "as": "csv" });
        robot.file(JOAN, "/audit", asked, "csv").await?;
        let missing = robot.never_in("csv", "");
        ensure!(missing.is_empty(), "{missing:?}");
        robot.finish("access")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_every_text_of_a_new_patient_is_text() -> Result<()> {
    with_robot(async |robot| {
        let register = step(PRIYA, "/register").with_days();
        robot.until_whole(&register, ROUNDS, &[RUTH]).await?;
        for path in ["/", "/caseload"] {
            robot.read(RUTH, path).await?;
        }
        robot.finish("register")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_every_text_about_the_end_of_a_record_is_text() -> Result<()> {
    with_robot(async |robot| {
        let hold = json!({ "hold/reference": "TEST/00001" });
        let hold = step(JOAN, "/retention").form("act=hold").set(hold);
        let retention = [(MOIRA, "/retention".to_owned())];
        robot.rounds(&[hold], ROUNDS, &retention).await?;
        let missing = robot.missing_in("page", "retention");
        ensure!(missing.is_empty(), "{missing:?}");
        robot.finish("retention")
    })
    .await
}
