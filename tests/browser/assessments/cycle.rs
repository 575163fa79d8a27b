//! A self-assessment from where the demo left it to its signature: as contributor, lead, challenger
//! and executive, with scripts and without, by pointer and by keyboard alone. Axe judges each page.

use super::{MOIRA, under_way};
use crate::driver::{Scripts, with_browser};
use crate::hands::{Hands, With};
use crate::page::{screenshot, wait_for_text};
use crate::product::{ALAN, PASSWORD, PRIYA, Product, RUTH};
use anyhow::Result;
use fantoccini::Locator;

#[tokio::test(flavor = "multi_thread")]
async fn with_scripts() -> Result<()> {
    cycle(Scripts::On, With::Pointer).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts() -> Result<()> {
    cycle(Scripts::Off, With::Pointer).await
}

#[tokio::test(flavor = "multi_thread")]
async fn by_keyboard_alone() -> Result<()> {
    cycle(Scripts::On, With::Keyboard).await
}

async fn cycle(scripts: Scripts, with: With) -> Result<()> {
    let product = Product::demo()?;
    with_browser(scripts, async |client| {
        let hands = Hands {
            product: &product,
            client: &client,
            scripts,
            with,
        };
        hands.sign_in(RUTH).await?;
        let path = under_way(&product, &client).await?;
        rate(&hands, &path, "D6", 6).await?;
        hands.sign_in(ALAN).await?;
        for (domain, count) in [("D9", 7), ("D10", 5), ("D11", 4), ("D12", 4)] {
            rate(&hands, &path, domain, count).await?;
        }
        hands.link("Ask for the second view").await?;
        wait_for_text(&client, "h1", "Ask for the second view").await?;
        hands.sound("asking for the second view").await?;
        hands.button("Ask for the second view").await?;
        wait_for_text(&client, "dd", "Second view").await?;
        challenge(&hands, &path).await?;
        settle(&hands, &path).await?;
        sign(&hands, &path).await
    })
    .await
}

/// Rates what a domain's page leaves unrated with 2.
async fn rate(hands: &Hands<'_>, path: &str, domain: &str, count: usize) -> Result<()> {
    hands.open(&format!("{path}/domains/{domain}")).await?;
    wait_for_text(hands.client, "h1", &format!("{domain} ")).await?;
    let number = domain.trim_start_matches('D');
    for n in 1..=count {
        hands
            .choose(&format!("#answer-{number}-{n}--rating-2"))
            .await?;
    }
    hands.sound(domain).await?;
    hands.button("Save and return to the overview").await?;
    wait_for_text(hands.client, "h1", "Self-assessment of").await?;
    Ok(())
}

/// The challenger disputes one rating and agrees with the rest.
async fn challenge(hands: &Hands<'_>, path: &str) -> Result<()> {
    hands.sign_in(PRIYA).await?;
    hands.open(&format!("{path}/challenge/D1")).await?;
    hands.choose("#view-1-1-1").await?;
    hands.choose("#proposed-1-1").await?;
    hands.fill("#reason-1-1", "Nobody could find it").await?;
    for n in 1..=12 {
        wait_for_text(hands.client, "h1", &format!("D{n} ")).await?;
        if n == 1 {
            hands.sound("the second view").await?;
            screenshot(hands.client, "assess-challenge").await?;
        }
        hands
            .button("Save, and agree with the rest of this domain")
            .await?;
    }
    wait_for_text(hands.client, "h1", "Self-assessment of").await?;
    Ok(())
}

/// The lead settles the dispute, plans what is missing and asks for the signature.
async fn settle(hands: &Hands<'_>, path: &str) -> Result<()> {
    hands.sign_in(ALAN).await?;
    hands.open(path).await?;
    hands.link("Settle disputes in D1").await?;
    wait_for_text(hands.client, "h1", "Second view: D1").await?;
    hands.sound("settling").await?;
    hands.choose("#settle-1-1").await?;
    hands.fill("#reason-1-1", "It is on the intranet").await?;
    hands.button("Save").await?;
    wait_for_text(hands.client, "h1", "Self-assessment of").await?;
    plan(hands, path).await?;
    hands.open(&format!("{path}/step")).await?;
    hands.button("Ask the executive to sign").await?;
    wait_for_text(hands.client, "dd", "With the executive").await?;
    Ok(())
}

/// Adds an action for each Type 1 below 2 that has none.
async fn plan(hands: &Hands<'_>, path: &str) -> Result<()> {
    for _ in 0..20 {
        hands.open(&format!("{path}/actions")).await?;
        let missing = Locator::Css(".nhsuk-inset-text li");
        let Some(first) = hands.client.find_all(missing).await?.into_iter().next() else {
            return Ok(());
        };
        let words = first.text().await?;
        let id = words.split(' ').next().unwrap_or_default();
        hands.pick("#criterion", id).await?;
        hands.fill("#what", "Write it down").await?;
        hands.pick("#owner", "Alan").await?;
        for (field, value) in [
            ("#due-day", "1"),
            ("#due-month", "6"),
            ("#due-year", "2027"),
        ] {
            hands.fill(field, value).await?;
        }
        hands.button("Add the action").await?;
        wait_for_text(hands.client, "td", "Write it down").await?;
    }
    anyhow::bail!("actions are still missing")
}

async fn sign(hands: &Hands<'_>, path: &str) -> Result<()> {
    hands.sign_in(MOIRA).await?;
    hands.open(path).await?;
    hands.link("Read and sign it, or give it back").await?;
    wait_for_text(hands.client, "h1", "Sign").await?;
    hands.sound("signing").await?;
    hands.fill("#name", "Moira Sandford-Ebele").await?;
    hands.fill("#password", PASSWORD).await?;
    screenshot(hands.client, "assess-sign").await?;
    hands.button("Sign and freeze").await?;
    wait_for_text(hands.client, "dd", "Signed").await?;
    hands.sound("the signed one").await?;
    screenshot(hands.client, "assess-signed").await
}
