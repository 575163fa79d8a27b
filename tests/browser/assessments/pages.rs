//! Every page of the room as a lead, an executive and a supervisor find it by its links, in a wide and
//! a narrow window: nothing for axe to find, no sideways scrolling, a picture of each.

use super::{BEA, MOIRA, under_way};
use crate::driver::{DESK, NARROW, Scripts, with_window};
use crate::page::{axe, choose, click_button, screenshot, wait_for_text};
use crate::product::{ALAN, PRIYA, Product};
use anyhow::{Result, ensure};
use fantoccini::Client;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn as_a_lead_at_a_desk() -> Result<()> {
    walk(ALAN, DESK, "desk").await
}

#[tokio::test(flavor = "multi_thread")]
async fn as_a_lead_on_a_narrow_screen() -> Result<()> {
    walk(ALAN, NARROW, "narrow").await
}

#[tokio::test(flavor = "multi_thread")]
async fn as_an_executive_at_a_desk() -> Result<()> {
    walk(MOIRA, DESK, "desk").await
}

#[tokio::test(flavor = "multi_thread")]
async fn as_an_executive_on_a_narrow_screen() -> Result<()> {
    walk(MOIRA, NARROW, "narrow").await
}

#[tokio::test(flavor = "multi_thread")]
async fn as_a_supervisor_at_a_desk() -> Result<()> {
    walk(PRIYA, DESK, "desk").await
}

#[tokio::test(flavor = "multi_thread")]
async fn as_a_supervisor_on_a_narrow_screen() -> Result<()> {
    walk(PRIYA, NARROW, "narrow").await
}

#[tokio::test(flavor = "multi_thread")]
async fn as_a_councils_lead_on_a_narrow_screen() -> Result<()> {
    walk(BEA, NARROW, "narrow").await
}

/// The shape of an address, so that each page is looked at once: what identifies a row is left out.
/// None when it is not of this room or is no page.
fn shape(path: &str) -> Option<String> {
    let path = path.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let room = match *parts.first()? {
        "assessments" | "actions" | "assurance" | "guidance" => true,
        "organisations" => {
            let rooms = ["figures", "policies", "lessons", "competence", "guidance"];
            parts.get(2).is_some_and(|room| rooms.contains(room))
        }
        _ => false,
    };
    let file = [".pdf", ".docx", ".csv", ".json"]
        .iter()
        .any(|end| path.ends_with(end));
    let row = |n: usize, part: &str| {
        part.contains(|c: char| c.is_ascii_digit())
            || (n > 0 && ["figures", "guidance"].contains(&parts[n - 1]))
    };
    let shape = parts
        .iter()
        .enumerate()
        .map(|(n, part)| if row(n, part) { "x" } else { part });
    (room && !file).then(|| shape.collect::<Vec<_>>().join("-"))
}

async fn links(client: &Client) -> Result<Vec<String>> {
    let all = "return [...document.querySelectorAll('main a[href^=\"/\"]')].map(a => a.getAttribute('href'))";
    Ok(serde_json::from_value(client.execute(all, vec![]).await?)?)
}

async fn sound(client: &Client, page: &str) -> Result<()> {
    let found = axe(client).await?;
    ensure!(found.is_empty(), "{page}: {found:#?}");
    let wider =
        "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
    ensure!(
        client.execute(wider, vec![]).await? == false,
        "{page} scrolls sideways"
    );
    Ok(())
}

async fn walk(person: &str, window: (u32, u32), name: &str) -> Result<()> {
    let product = Product::demo()?;
    with_window(Scripts::On, window, async |client| {
        let who = person.split('.').next().unwrap_or_default();
        product.sign_in(&client, person).await?;
        let current = under_way(&product, &client).await?;
        let mut waiting: Vec<String> = vec![
            "/guidance".into(),
            "/assurance".into(),
            "/actions".into(),
            "/assessments".into(),
            current,
        ];
        let mut seen = BTreeSet::new();
        while let Some(path) = waiting.pop() {
            let Some(shape) = shape(&path).filter(|shape| seen.insert(shape.clone())) else {
                continue;
            };
            product.open(&client, &path).await?;
            sound(&client, &path).await?;
            screenshot(&client, &format!("assess-{name}-{who}-{shape}")).await?;
            waiting.extend(links(&client).await?);
        }
        ensure!(seen.len() >= 15, "only {seen:?} were found");
        if person == ALAN {
            errors(&product, &client, name).await?;
        }
        Ok(())
    })
    .await
}

/// Errors are announced and stand beside their fields.
async fn errors(product: &Product, client: &Client, name: &str) -> Result<()> {
    let path = under_way(product, client).await?;
    product.open(client, &format!("{path}/domains/D9")).await?;
    choose(client, "Not applicable, because …").await?;
    click_button(client, "Save and continue").await?;
    wait_for_text(
        client,
        ".nhsuk-error-summary",
        "Say why this does not apply",
    )
    .await?;
    sound(client, "a domain with errors").await?;
    screenshot(client, &format!("assess-{name}-errors")).await
}
