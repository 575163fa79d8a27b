//! Every text of an organisation's own pages: people, teams, settings, protocol, registers.

use super::robot::{step, with_robot};
use crate::product::{ALAN, JOAN, MOIRA, PASSWORD, PRIYA, RUTH};
use anyhow::{Context, Result};
use serde_json::json;

/// Rounds that a text takes which has room for 110 characters at a time.
const ROUNDS: usize = 90;

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_every_text_about_people_and_protocol_is_text_to_their_readers() -> Result<()> {
    with_robot(async |robot| {
        robot.become_(JOAN).await?;
        robot.product.open(robot.client, "/administration").await?;
        let places = robot.links("main a[href$='/people']").await?;
        let (_, people) = places.into_iter().next().context("no organisation")?;
        let place = people.trim_end_matches("/people").to_owned();
        robot.product.open(robot.client, &people).await?;
        let members = robot.links("main td a[href*='/people/']").await?;
        let tom = members
            .iter()
            .find(|(name, _)| name.contains("Tom Eastbrook"));
        let tom = tom.context("no Tom Eastbrook")?.1.clone();
        let key = json!({ "password": PASSWORD });
        let invited = json!({ "password": PASSWORD, "email": "new.person@northmere.example.org" });
        robot
            .fill(&step(JOAN, format!("{people}/invite")).set(invited))
            .await?;
        robot
            .rounds(
                &[
                    step(JOAN, &tom).form("do=change").set(key),
                    step(JOAN, &people).form("/teams"),
                ],
                ROUNDS,
                &[(RUTH, "/cover".to_owned())],
            )
            .await?;
        robot.read(JOAN, &people).await?;
        robot
            .product
            .open(robot.client, &format!("{place}/protocol"))
            .await?;
        let parts = robot.links("main a[href*='/protocol/']").await?;
        let parts: Vec<_> = parts
            .into_iter()
            .map(|(_, path)| step(JOAN, path))
            .collect();
        robot
            .rounds(
                &parts,
                6,
                &[
                    (PRIYA, "/protocol".to_owned()),
                    (PRIYA, "/help/something-has-happened".to_owned()),
                ],
            )
            .await?;
        robot.finish("people")
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_every_text_of_a_register_is_text_to_its_readers() -> Result<()> {
    with_robot(async |robot| {
        robot.become_(ALAN).await?;
        robot.product.open(robot.client, "/assurance").await?;
        let rooms = robot.links("main a[href^='/organisations/']").await?;
        let place = rooms
            .iter()
            .find_map(|(_, path)| path.strip_suffix("/policies"));
        let place = place.context("no registers")?.to_owned();
        for (list, change) in [("policies", "replace"), ("lessons", "change")] {
            let all = [(PRIYA, format!("{place}/{list}"))];
            let new = step(ALAN, format!("{place}/{list}/new"));
            let made = robot.fill(&new).await?;
            robot.read(PRIYA, &made).await?;
            robot.rounds(&[new], ROUNDS, &all).await?;
            let changed = robot.fill(&step(ALAN, format!("{made}/{change}"))).await?;
            for who in [MOIRA, PRIYA] {
                robot.read(who, &changed).await?;
                robot.read(who, &made).await?;
            }
        }
        for topic in ["role", "recall"] {
            let link = step(ALAN, format!("/guidance/{topic}")).form(format!("/guidance/{topic}"));
            robot
                .rounds(&[link], 40, &[(PRIYA, format!("/guidance/{topic}"))])
                .await?;
        }
        robot.become_(RUTH).await?;
        robot
            .product
            .open(robot.client, &format!("{place}/competence"))
            .await?;
        let people = robot.links("main a[href*='/competence/']").await?;
        let (_, person) = people
            .iter()
            .find(|(name, _)| name.contains("Priya"))
            .context("no Priya")?;
        for form in ["training", "supervision"] {
            let steps = [step(RUTH, format!("{person}/{form}"))];
            robot
                .rounds(
                    &steps,
                    40,
                    &[(PRIYA, person.clone()), (ALAN, person.clone())],
                )
                .await?;
        }
        robot.finish("registers")
    })
    .await
}
