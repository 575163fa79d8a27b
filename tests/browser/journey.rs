//! The whole journey in a browser, from sign-in to sent: with scripts, without, and by keyboard alone.

use super::driver::{Scripts, with_browser};
use super::hands::{Hands, With};
use super::page::{screenshot, wait_for_text};
use super::product::{AUTHOR, DOCTOR, MANAGER, PASSWORD, Product};
use anyhow::{Context, Result, ensure};
use fantoccini::Locator;

#[tokio::test(flavor = "multi_thread")]
async fn with_scripts() -> Result<()> {
    journey(Scripts::On, With::Pointer).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts() -> Result<()> {
    journey(Scripts::Off, With::Pointer).await
}

#[tokio::test(flavor = "multi_thread")]
async fn by_keyboard_alone() -> Result<()> {
    journey(Scripts::On, With::Keyboard).await
}

async fn journey(scripts: Scripts, with: With) -> Result<()> {
    let product = Product::short()?;
    with_browser(scripts, async |client| {
        let hands = Hands {
            product: &product,
            client: &client,
            scripts,
            with,
        };
        write_and_sign(&hands).await?;
        return_once(&hands).await?;
        approve(&hands).await?;
        part_c(&hands).await?;
        freeze_and_send(&hands).await
    })
    .await
}

async fn write_and_sign(hands: &Hands<'_>) -> Result<()> {
    hands.sign_in(AUTHOR).await?;
    hands.link("Zebedee Quillfeather").await?;
    hands.button("Start this report").await?;
    wait_for_text(hands.client, ".not-sent", "Not yet sent to MHCS").await?;
    hands.link("Contact").await?;
    hands.fill("textarea", "Seen weekly at home.").await?;
    if hands.scripts == Scripts::On {
        wait_for_text(hands.client, ".saving-status", "Saved at").await?;
    }
    hands
        .choose_label("Yes, I have completed this section")
        .await?;
    hands.button("Save and continue").await?;

    wait_for_text(hands.client, "h1", "Conditions").await?;
    for row in ["c1", "c2"] {
        let id = |field: &str| format!("#answer-compliance-{row}-{field}");
        hands.choose(&id("status-choice")).await?;
        hands.fill(&id("evidence-text"), "Provider's sheet").await?;
        hands.choose(&id("evidence-basis-1")).await?;
    }
    hands
        .choose_label("Yes, I have completed this section")
        .await?;
    hands.button("Save and continue").await?;

    wait_for_text(hands.client, "h1", "elationship").await?;
    hands.choose_label("Not asked").await?;
    hands
        .choose_label("Yes, I have completed this section")
        .await?;
    hands.button("Save and continue").await?;

    wait_for_text(hands.client, "h1", "Check answers").await?;
    wait_for_text(hands.client, ".findings", "not asked about").await?;
    hands.button("Sign and ask for sign-off").await?;
    sign(hands, "Ada Author").await?;
    hands.button("Sign and ask for sign-off").await?;
    wait_for_text(hands.client, ".nhsuk-tag", "With line manager").await?;
    Ok(())
}

async fn sign(hands: &Hands<'_>, name: &str) -> Result<()> {
    hands.fill("Your full name", name).await?;
    hands.fill("Your password, again", PASSWORD).await
}

async fn return_once(hands: &Hands<'_>) -> Result<()> {
    hands.sign_in(MANAGER).await?;
    hands
        .link("Zebedee Quillfeather: report to check and sign off")
        .await?;
    hands.press(".answers details summary").await?;
    hands
        .fill("#comment-contact-summary", "How did he seem?")
        .await?;
    screenshot(hands.client, "journey-review").await?;
    hands.button("Return to the author").await?;
    wait_for_text(hands.client, ".nhsuk-tag", "Returned by line manager").await?;

    hands.sign_in(AUTHOR).await?;
    hands
        .link("Zebedee Quillfeather: returned by the line manager with comments")
        .await?;
    hands.link("Contact").await?;
    wait_for_text(hands.client, ".comment-pinned", "How did he seem?").await?;
    hands.fill("textarea", "Seen weekly at home. Calm.").await?;
    hands.button("Save and return to the task list").await?;
    hands.button("Check answers").await?;
    hands.button("Sign and ask for sign-off").await?;
    sign(hands, "Ada Author").await?;
    hands.button("Sign and ask for sign-off").await?;
    wait_for_text(hands.client, ".nhsuk-tag", "With line manager").await?;
    Ok(())
}

async fn approve(hands: &Hands<'_>) -> Result<()> {
    hands.sign_in(MANAGER).await?;
    hands
        .link("Zebedee Quillfeather: report to check and sign off")
        .await?;
    wait_for_text(hands.client, "main", "Calm.").await?;
    sign(hands, "Mo Manager").await?;
    let items = Locator::Css("input[name^='checklist/'][value=yes]");
    for item in hands.client.find_all(items).await? {
        let id = item.attr("id").await?.context("an item without an id")?;
        hands.choose(&format!("[id='{id}']")).await?;
    }
    hands.button("Attest and approve").await?;
    wait_for_text(hands.client, ".nhsuk-tag", "Approved, waiting for Part C").await?;
    Ok(())
}

async fn part_c(hands: &Hands<'_>) -> Result<()> {
    hands.sign_in(DOCTOR).await?;
    hands
        .link("Zebedee Quillfeather: Part C to complete")
        .await?;
    hands.press("a[href$='/sections/clinical']").await?;
    hands.fill("#answer-mental-state--text", "Settled.").await?;
    hands
        .fill("#answer-medication--text", "Depot on time.")
        .await?;
    hands.choose("#answer-clinical-opinion--choice").await?;
    hands
        .fill(
            "#answer-clinical-opinion--detail",
            "Settled for under a year.",
        )
        .await?;
    hands
        .choose_label("Yes, I have completed this section")
        .await?;
    hands.button("Save and continue").await?;
    hands.button("Sign Part C").await?;
    sign(hands, "Dr Dee Doctor").await?;
    hands.button("Sign Part C").await?;
    wait_for_text(hands.client, ".nhsuk-tag", "Final check by author").await?;
    Ok(())
}

async fn freeze_and_send(hands: &Hands<'_>) -> Result<()> {
    hands.sign_in(AUTHOR).await?;
    hands
        .link("Zebedee Quillfeather: final check, then freeze")
        .await?;
    hands.button("Confirm the final check").await?;
    hands.fill("Your password, again", PASSWORD).await?;
    hands
        .button("Freeze the report and make the papers")
        .await?;
    wait_for_text(hands.client, "h1", "The finished report").await?;
    wait_for_text(hands.client, ".not-sent", "Not yet sent to MHCS").await?;
    let here = hands.client.current_url().await?;
    hands.link("Read the same content as a web page").await?;
    wait_for_text(hands.client, "article", "Depot on time.").await?;
    hands.client.goto(here.as_str()).await?;
    hands.button("Record that it was sent").await?;
    hands.choose_label("The PDF made here").await?;
    screenshot(hands.client, "journey-sent").await?;
    hands.button("Record as sent").await?;
    wait_for_text(hands.client, ".nhsuk-tag", "Sent to MHCS").await?;
    let page = hands.client.source().await?;
    ensure!(!page.contains("Not yet sent to MHCS"), "it was sent");
    Ok(())
}
