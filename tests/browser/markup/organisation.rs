//! Every text of an organisation's own pages: people, teams, settings, protocol, registers.

use super::record::patient;
use super::robot::with_robot;
use super::step::step;
use crate::product::{ALAN, JOAN, MOIRA, PASSWORD, PRIYA, RUTH};
use anyhow::{Context, Result};
use serde_json::json;

/// Rounds that a text takes which has room for 110 characters at a time.
const ROUNDS: usize = 90;
/// What people who are invited choose.
const CHOSEN: &str = "seven green lanterns at dusk";
/// Who administers the trust beside Joan.
const OTHER: &str = "other.administrator@northmere.example.org";

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
        robot
            .product
            .add_person(OTHER, "Addy Ministrator", "administrator")?;
        for n in 0..ROUNDS {
            let email = format!("new.person.{n}@northmere.example.org");
            let invited = json!({ "password": PASSWORD, "email": email });
            let invite = step(JOAN, format!("{people}/invite")).set(invited);
            if robot.whole(&invite) {
                break;
            }
            robot.fill(&invite).await?;
            let (_, link) = robot.said.split_once("/invitation/").context("no link")?;
            let own = |c: &char| c.is_ascii_hexdigit();
            let token: String = link.chars().take_while(own).collect();
            let chosen = json!({ "new-password": CHOSEN, "new-password-again": CHOSEN });
            let accept = step("", format!("/invitation/{token}")).set(chosen);
            robot.fill(&accept.aside()).await?;
        }
        let key = json!({ "password": PASSWORD });
        let change = step(JOAN, &tom).form("do=change").set(key);
        let team = step(JOAN, &people).form("/teams");
        let readers = [(RUTH, "/cover".to_owned()), (OTHER, people.clone())];
        robot.rounds(&[change, team], ROUNDS, &readers).await?;
        let protocol = format!("{place}/protocol");
        let parts = robot
            .hrefs(JOAN, &protocol, "main a[href*='/protocol/']")
            .await?;
        let happened = format!("{}/happened", patient(robot, PRIYA, "Oyelaran").await?);
        for part in parts {
            // Who rings reads the numbers that come first; the others are for who looks after them.
            let readers = [(PRIYA, happened.clone()), (OTHER, part.clone())];
            robot.rounds(&[step(JOAN, part)], ROUNDS, &readers).await?;
        }
        robot.read(PRIYA, "/help/something-has-happened").await?;
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
            let new = step(ALAN, format!("{place}/{list}/new"));
            let mut made = robot.until_whole(&new, ROUNDS, &[PRIYA]).await?;
            robot.read(PRIYA, &format!("{place}/{list}")).await?;
            for _ in 0..ROUNDS {
                let changed = step(ALAN, format!("{made}/{change}"));
                if robot.whole(&changed) {
                    break;
                }
                // What replaces a document has a page of its own.
                made = robot.fill(&changed).await?;
                for who in [MOIRA, PRIYA] {
                    robot.read(who, &made).await?;
                }
            }
        }
        for topic in ["role", "recall"] {
            let link = step(ALAN, format!("/guidance/{topic}")).form(format!("/guidance/{topic}"));
            robot
                .rounds(&[link], ROUNDS, &[(PRIYA, format!("/guidance/{topic}"))])
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
                    ROUNDS,
                    &[(PRIYA, person.clone()), (ALAN, person.clone())],
                )
                .await?;
        }
        robot.finish("registers")
    })
    .await
}
