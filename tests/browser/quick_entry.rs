//! A contact entered on a phone between two visits: one page, few touches, the day already there.

use super::driver::{Scripts, with_window};
use super::hands::{Hands, With};
use super::page::{screenshot, wait_for_text};
use super::product::{AUTHOR, Product};
use anyhow::{Context, Result, ensure};
use fantoccini::Locator;

/// A small phone.
const PHONE: (u32, u32) = (360, 740);

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_with_scripts() -> Result<()> {
    contact(Scripts::On, With::Pointer).await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_without_scripts() -> Result<()> {
    contact(Scripts::Off, With::Pointer).await
}

#[tokio::test(flavor = "multi_thread")]
async fn by_keyboard_alone() -> Result<()> {
    contact(Scripts::On, With::Keyboard).await
}

async fn contact(scripts: Scripts, with: With) -> Result<()> {
    let product = Product::short()?;
    with_window(scripts, PHONE, async |client| {
        let hands = Hands {
            product: &product,
            client: &client,
            scripts,
            with,
        };
        hands.sign_in(AUTHOR).await?;
        hands.link("Zebedee Quillfeather").await?;
        fits(&hands).await?;
        hands.link("Add a contact").await?;
        wait_for_text(&client, "h1", "Add a contact").await?;
        hands.sound("add a contact").await?;
        fits(&hands).await?;
        screenshot(&client, "phone-contact").await?;
        for part in ["day", "month", "year"] {
            let field = format!("#answer-entry--on-{part}");
            let day = client.find(Locator::Css(&field)).await?;
            let stands = day.prop("value").await?.unwrap_or_default();
            ensure!(!stands.is_empty(), "today’s {part} is already there");
        }
        // Four touches and a sentence.
        hands.choose("#answer-entry--kind-choice").await?;
        hands.choose("#answer-entry--happened-choice").await?;
        hands
            .fill("#answer-entry--observed-text", "Calm; the flat was tidy.")
            .await?;
        hands.button("Save").await?;
        wait_for_text(&client, "main", "Calm; the flat was tidy.").await?;
        wait_for_text(&client, "main", "Home visit").await?;
        hands.sound("the record with the contact").await?;
        fits(&hands).await?;
        screenshot(&client, "phone-record").await?;

        // A contact that was missed, and nothing said about it: told on the page, and nothing typed is lost.
        hands.open(client.current_url().await?.path()).await?;
        hands.button("Add a contact").await?;
        hands.choose("#answer-entry--kind-choice").await?;
        hands.choose("#answer-entry--happened-choice-1").await?;
        hands
            .fill("#answer-entry--observed-text", "Nobody answered the door.")
            .await?;
        hands.button("Save").await?;
        wait_for_text(
            &client,
            ".nhsuk-error-summary",
            "Say what was done about the missed contact",
        )
        .await?;
        hands.sound("add a contact, with errors").await?;
        fits(&hands).await?;
        let observed = client
            .find(Locator::Css("#answer-entry--observed-text"))
            .await?;
        let kept = observed.prop("value").await?.context("a value")?;
        ensure!(kept == "Nobody answered the door.", "kept: {kept:?}");
        hands
            .fill(
                "#answer-entry--response-text",
                "Telephoned; will call again tomorrow.",
            )
            .await?;
        hands.button("Save").await?;
        wait_for_text(&client, "main", "Nobody answered the door.").await?;
        Ok(())
    })
    .await
}

/// Nothing has to be scrolled sideways. Only scripts can measure it.
async fn fits(hands: &Hands<'_>) -> Result<()> {
    if hands.scripts == Scripts::Off {
        return Ok(());
    }
    let script =
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    let over = hands.client.execute(script, vec![]).await?;
    let here = hands.client.current_url().await?;
    ensure!(over == 0, "{}: {over} pixels too wide", here.path());
    Ok(())
}
