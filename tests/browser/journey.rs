//! The whole journey in a browser, from sign-in to sent, with scripts and without.

use super::driver::{Scripts, with_browser};
use super::page::{choose, click_button, click_link, fill, screenshot, wait_for_text};
use super::product::{AUTHOR, DOCTOR, MANAGER, PASSWORD, Product};
use anyhow::{Result, ensure};
use fantoccini::Client;

#[tokio::test(flavor = "multi_thread")]
async fn with_scripts() -> Result<()> {
    journey(Scripts::On).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts() -> Result<()> {
    journey(Scripts::Off).await
}

async fn journey(scripts: Scripts) -> Result<()> {
    let product = Product::short()?;
    with_browser(scripts, async |client| {
        write_and_sign(&product, &client, scripts).await?;
        return_once(&product, &client).await?;
        approve(&product, &client).await?;
        part_c(&product, &client).await?;
        freeze_and_send(&product, &client).await
    })
    .await
}

async fn write_and_sign(product: &Product, client: &Client, scripts: Scripts) -> Result<()> {
    product.sign_in(client, AUTHOR).await?;
    click_link(client, "Zebedee Quillfeather").await?;
    click_button(client, "Start this report").await?;
    wait_for_text(client, ".not-sent", "Not yet sent to MHCS").await?;
    click_link(client, "Contact").await?;
    fill(client, "textarea", "Seen weekly at home.").await?;
    if scripts == Scripts::On {
        wait_for_text(client, ".saving-status", "Saved at").await?;
    }
    choose(client, "Yes, I have completed this section").await?;
    click_button(client, "Save and continue").await?;

    wait_for_text(client, "h1", "Conditions").await?;
    for row in ["c1", "c2"] {
        let id = |field: &str| format!("#answer-compliance-{row}-{field}");
        client
            .find(fantoccini::Locator::Css(&id("status-choice")))
            .await?
            .click()
            .await?;
        fill(client, &id("evidence-text"), "Provider's sheet").await?;
        client
            .find(fantoccini::Locator::Css(&id("evidence-basis-1")))
            .await?
            .click()
            .await?;
    }
    choose(client, "Yes, I have completed this section").await?;
    click_button(client, "Save and continue").await?;

    wait_for_text(client, "h1", "elationship").await?;
    choose(client, "Not asked").await?;
    choose(client, "Yes, I have completed this section").await?;
    click_button(client, "Save and continue").await?;

    wait_for_text(client, "h1", "Check answers").await?;
    wait_for_text(client, ".findings", "not asked about").await?;
    click_button(client, "Sign and ask for sign-off").await?;
    sign(client, "Ada Author").await?;
    click_button(client, "Sign and ask for sign-off").await?;
    wait_for_text(client, ".nhsuk-tag", "With line manager").await?;
    Ok(())
}

async fn sign(client: &Client, name: &str) -> Result<()> {
    fill(client, "Your full name", name).await?;
    fill(client, "Your password, again", PASSWORD).await
}

async fn return_once(product: &Product, client: &Client) -> Result<()> {
    product.sign_in(client, MANAGER).await?;
    click_link(client, "Zebedee Quillfeather: report to check and sign off").await?;
    client
        .find(fantoccini::Locator::Css(".answers details summary"))
        .await?
        .click()
        .await?;
    fill(client, "#comment-contact-summary", "How did he seem?").await?;
    screenshot(client, "journey-review").await?;
    click_button(client, "Return to the author").await?;
    wait_for_text(client, ".nhsuk-tag", "Returned by line manager").await?;

    product.sign_in(client, AUTHOR).await?;
    click_link(
        client,
        "Zebedee Quillfeather: returned by the line manager with comments",
    )
    .await?;
    click_link(client, "Contact").await?;
    wait_for_text(client, ".comment-pinned", "How did he seem?").await?;
    fill(client, "textarea", "Seen weekly at home. Calm.").await?;
    click_button(client, "Save and return to the task list").await?;
    click_button(client, "Check answers").await?;
    click_button(client, "Sign and ask for sign-off").await?;
    sign(client, "Ada Author").await?;
    click_button(client, "Sign and ask for sign-off").await?;
    wait_for_text(client, ".nhsuk-tag", "With line manager").await?;
    Ok(())
}

async fn approve(product: &Product, client: &Client) -> Result<()> {
    product.sign_in(client, MANAGER).await?;
    click_link(client, "Zebedee Quillfeather: report to check and sign off").await?;
    wait_for_text(client, "main", "Calm.").await?;
    sign(client, "Mo Manager").await?;
    for item in client
        .find_all(fantoccini::Locator::Css(
            "input[name^='checklist/'][value=yes]",
        ))
        .await?
    {
        item.click().await?;
    }
    click_button(client, "Attest and approve").await?;
    wait_for_text(client, ".nhsuk-tag", "Approved, waiting for Part C").await?;
    Ok(())
}

async fn part_c(product: &Product, client: &Client) -> Result<()> {
    product.sign_in(client, DOCTOR).await?;
    click_link(client, "Zebedee Quillfeather: Part C to complete").await?;
    client
        .find(fantoccini::Locator::Css("a[href$='/sections/clinical']"))
        .await?
        .click()
        .await?;
    fill(client, "#answer-mental-state--text", "Settled.").await?;
    fill(client, "#answer-medication--text", "Depot on time.").await?;
    client
        .find(fantoccini::Locator::Css("#answer-clinical-opinion--choice"))
        .await?
        .click()
        .await?;
    fill(
        client,
        "#answer-clinical-opinion--detail",
        "Settled for under a year.",
    )
    .await?;
    choose(client, "Yes, I have completed this section").await?;
    click_button(client, "Save and continue").await?;
    click_button(client, "Sign Part C").await?;
    sign(client, "Dr Dee Doctor").await?;
    click_button(client, "Sign Part C").await?;
    wait_for_text(client, ".nhsuk-tag", "Final check by author").await?;
    Ok(())
}

async fn freeze_and_send(product: &Product, client: &Client) -> Result<()> {
    product.sign_in(client, AUTHOR).await?;
    click_link(client, "Zebedee Quillfeather: final check, then freeze").await?;
    click_button(client, "Confirm the final check").await?;
    fill(client, "Your password, again", PASSWORD).await?;
    click_button(client, "Freeze the report and make the papers").await?;
    wait_for_text(client, "h1", "The finished report").await?;
    wait_for_text(client, ".not-sent", "Not yet sent to MHCS").await?;
    let here = client.current_url().await?;
    click_link(client, "Read the same content as a web page").await?;
    wait_for_text(client, "article", "Depot on time.").await?;
    client.goto(here.as_str()).await?;
    click_button(client, "Record that it was sent").await?;
    choose(client, "The PDF made here").await?;
    screenshot(client, "journey-sent").await?;
    click_button(client, "Record as sent").await?;
    wait_for_text(client, ".nhsuk-tag", "Sent to MHCS").await?;
    let page = client.source().await?;
    ensure!(!page.contains("Not yet sent to MHCS"), "it was sent");
    Ok(())
}
