//! Every text of a self-assessment, from evidence to signature, read by everybody who has a part in it
//! and in its papers.

use super::robot::{Robot, with_robot};
use super::step::step;
use crate::product::{ALAN, MOIRA, PASSWORD, PRIYA, RUTH};
use anyhow::{Context, Result, ensure};
use serde_json::json;

/// Rounds that a text takes which has room for 190 characters at a time.
const ROUNDS: usize = 60;

/// Everybody who has a part in it reads all of it.
async fn read(robot: &mut Robot<'_>, path: &str) -> Result<()> {
    for who in [ALAN, MOIRA, RUTH, PRIYA] {
        let of_it = |p: &str| p.starts_with(path) && !p.contains("/papers/");
        let seen = robot
            .read_all(who, &[path.to_owned(), "/actions".to_owned()], of_it)
            .await?;
        ensure!(seen > 3, "{who} reads {seen} pages");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_every_text_of_a_self_assessment_is_text_to_its_readers() -> Result<()> {
    with_robot(async |robot| {
        robot.become_(ALAN).await?;
        let path = crate::assessments::under_way(robot.product, robot.client).await?;
        let domains: Vec<String> = (1..=12).map(|n| format!("D{n}")).collect();
        for (n, domain) in domains.iter().enumerate() {
            let at = format!("{path}/domains/{domain}");
            // In one domain nothing applies, and why is said; one has the least, which demands actions.
            let pick = match n {
                0 => "rating$=0",
                8 => "rating$=na",
                _ => "rating$=2",
            };
            // The texts of one domain have every payload each, those of the others a share.
            let most = if n == 1 { 8 } else { 1 };
            robot
                .rounds(&[step(ALAN, at).pick(pick)], most, &[])
                .await
                .with_context(|| domain.clone())?;
        }
        let next = format!("{path}/step");
        robot
            .fill(&step(ALAN, &next).form("step=ask-for-challenge"))
            .await?;
        for domain in &domains {
            let at = format!("{path}/challenge/{domain}");
            robot
                .fill(&step(PRIYA, at).pick("^view/=dispute"))
                .await
                .with_context(|| domain.clone())?;
        }
        read(robot, &path).await?;
        for domain in &domains {
            let at = format!("{path}/challenge/{domain}");
            robot
                .fill(&step(ALAN, at).pick("^settle/=keep"))
                .await
                .with_context(|| domain.clone())?;
        }
        let plan = format!("{path}/actions");
        for _ in 0..60 {
            robot.become_(ALAN).await?;
            robot.product.open(robot.client, &plan).await?;
            let missing = robot.words(".nhsuk-inset-text li").await?;
            let Some(first) = missing.first().and_then(|m| m.split(' ').next()) else {
                break;
            };
            let set =
                json!({ "criterion": first, "due/day": "1", "due/month": "6", "due/year": "2027" });
            robot.fill(&step(ALAN, &plan).set(set)).await?;
        }
        robot
            .fill(&step(ALAN, &next).form("step=ask-for-sign-off"))
            .await?;
        // What is given back is looked at a second time again.
        let back = step(MOIRA, format!("{path}/sign")).form("decision=return");
        for _ in 0..4 {
            if robot.whole(&back) {
                break;
            }
            robot.fill(&back).await?;
            robot.read(ALAN, &path).await?;
            robot
                .fill(&step(ALAN, &next).form("step=ask-for-challenge"))
                .await?;
            for domain in &domains {
                let at = format!("{path}/challenge/{domain}");
                robot.become_(PRIYA).await?;
                robot.product.open(robot.client, &at).await?;
                if robot.has("input[name^='view/']").await? {
                    robot.fill(&step(PRIYA, at).pick("^view/=agree")).await?;
                }
            }
            robot
                .fill(&step(ALAN, &next).form("step=ask-for-sign-off"))
                .await?;
        }
        let sign = json!({ "name": "Moira Sandford-Ebele", "password": PASSWORD });
        robot
            .fill(
                &step(MOIRA, format!("{path}/sign"))
                    .form("decision=sign")
                    .set(sign),
            )
            .await?;
        robot.become_(ALAN).await?;
        robot.product.open(robot.client, "/actions").await?;
        let actions = robot.links("main a[href^='/actions/']").await?;
        let (_, action) = actions.into_iter().next().context("no action")?;
        let done = [step(ALAN, &action)];
        robot.rounds(&done, 8, &[(MOIRA, action)]).await?;
        // A review is written once, with room for some of the payloads: it is taken back past the product.
        let review = step(ALAN, format!("{path}/review"));
        for _ in 0..4 {
            robot.fill(&review).await?;
            robot.read(MOIRA, &path).await?;
            if robot.whole(&review) {
                break;
            }
            robot
                .product
                .tamper("drop trigger review_no_delete; delete from assessment_review; update assessment set stage = 'signed' where stage = 'reviewed'")
                .await?;
        }
        read(robot, &path).await?;
        robot.product.open(robot.client, &path).await?;
        let papers = robot.links("main a[href*='/papers/']").await?;
        ensure!(papers.len() > 3, "{papers:?}");
        for (_, paper) in papers {
            let kind = ["pdf", "docx", "csv", "json"]
                .into_iter()
                .find(|end| paper.ends_with(end));
            match kind {
                Some(kind) => robot.paper(MOIRA, &paper, kind).await?,
                None => robot.read(MOIRA, &paper).await?,
            }
        }
        for kind in ["pdf", "docx", "json"] {
            let missing = robot.never_in(kind, "assessments-x-domains");
            ensure!(missing.is_empty(), "{kind}: {missing:?}");
        }
        // The next one has a name, too.
        robot.read(ALAN, "/assessments").await?;
        let open = robot.links("main a[href^='/assessments/open/']").await?;
        let (_, open) = open.into_iter().next().context("none can be opened")?;
        let directorate = step(ALAN, open).pick("^kind$=directorate").tick("^team$");
        robot.until_whole(&directorate, ROUNDS, &[MOIRA]).await?;
        robot.read(MOIRA, "/assessments").await?;
        robot.finish("self-assessment")
    })
    .await
}
