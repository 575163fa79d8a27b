//! The autosave island tells the truth: never "Saved" unless the server committed.

use super::driver::{Scripts, until, with_browser};
use super::page::{Browser, click_button, click_link, fill, wait_for_text};
use super::product::{AUTHOR, Product};
use anyhow::{Context, Result, ensure};
use fantoccini::{Client, Locator};
use serde_json::json;

async fn open_section(product: &Product, client: &Client) -> Result<()> {
    open_form(product, client).await?;
    ready(client).await
}

async fn open_form(product: &Product, client: &Client) -> Result<()> {
    product.sign_in(client, AUTHOR).await?;
    click_link(client, "Zebedee Quillfeather").await?;
    if client
        .find(Locator::Css("form[action$='/reports']"))
        .await
        .is_ok()
    {
        click_button(client, "Start this report").await?;
    } else {
        client
            .find(Locator::Css("main a[href^='/reports/']"))
            .await?
            .click()
            .await?;
    }
    click_link(client, "Contact").await
}

/// The island answers from here on.
async fn ready(client: &Client) -> Result<()> {
    let form = Locator::Css("form[data-autosave='ready']");
    let started = until(async || Ok(client.find(form).await.ok()));
    started.await?.context("the island never started")?;
    Ok(())
}

async fn text_on_a_fresh_page(client: &Client) -> Result<String> {
    client.refresh().await?;
    let element = client.find(Locator::Css("textarea")).await?;
    Ok(element.prop("value").await?.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_calls_saved_is_saved() -> Result<()> {
    let product = Product::short()?;
    with_browser(Scripts::On, async |client| {
        open_section(&product, &client).await?;
        fill(&client, "textarea", "Typed and never submitted").await?;
        wait_for_text(&client, ".saving-status", "Saved at").await?;
        ensure!(text_on_a_fresh_page(&client).await? == "Typed and never submitted");
        // A second save from the same page is no conflict with its own first.
        open_section(&product, &client).await?;
        for text in ["One more", "And another"] {
            fill(&client, "textarea", text).await?;
            wait_for_text(&client, ".saving-status", "Saved at").await?;
        }
        ensure!(text_on_a_fresh_page(&client).await? == "And another");
        Ok(())
    })
    .await
}

/// On a slow line a page can be written on before its scripts have come.
#[tokio::test(flavor = "multi_thread")]
async fn words_typed_before_scripts_came_are_saved() -> Result<()> {
    const TYPED_AT_ONCE: &str = "
        new MutationObserver((_, watch) => {
            const field = document.querySelector('#section-form textarea');
            if (!field) return;
            watch.disconnect();
            field.value = 'Typed at once';
        }).observe(document, { childList: true, subtree: true });";
    let product = Product::short()?;
    with_browser(Scripts::On, async |client| {
        open_section(&product, &client).await?;
        let section = client.current_url().await?;
        product.open(&client, "/").await?;
        let script = json!({ "source": TYPED_AT_ONCE });
        Browser::ask(&client, "Page.addScriptToEvaluateOnNewDocument", script).await?;
        client.goto(section.as_str()).await?;
        wait_for_text(&client, ".saving-status", "Saved at").await?;
        // In a window where nobody types.
        let second = client.new_window(false).await?.handle;
        client.switch_to_window(second).await?;
        client.goto(section.as_str()).await?;
        ensure!(text_on_a_fresh_page(&client).await? == "Typed at once");
        let status = client.find(Locator::Css("[role=status]")).await?;
        ensure!(status.text().await?.is_empty(), "nothing to save there");
        Ok(())
    })
    .await
}

/// Where nothing saves by itself, a browser gives back what was typed before a link was followed.
#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_going_back_brings_unsaved_words_again() -> Result<()> {
    let product = Product::short()?;
    with_browser(Scripts::Off, async |client| {
        open_form(&product, &client).await?;
        fill(&client, "textarea", "Typed and left").await?;
        click_link(&client, "Help").await?;
        wait_for_text(&client, "h1", "Help").await?;
        client.back().await?;
        let words = until(async || {
            let field = client.find(Locator::Css("#section-form textarea")).await;
            let Ok(field) = field else { return Ok(None) };
            Ok(field.prop("value").await?.filter(|words| !words.is_empty()))
        });
        ensure!(words.await?.as_deref() == Some("Typed and left"));
        Ok(())
    })
    .await
}

/// What a browser remembers of a page is not put over what stands now.
#[tokio::test(flavor = "multi_thread")]
async fn going_back_saves_nothing_old() -> Result<()> {
    let product = Product::short()?;
    with_browser(Scripts::On, async |client| {
        open_section(&product, &client).await?;
        let section = client.current_url().await?;
        fill(&client, "textarea", "The first text").await?;
        wait_for_text(&client, ".saving-status", "Saved at").await?;
        product.open(&client, "/").await?;
        let first = client.window().await?;
        let second = client.new_window(false).await?.handle;
        client.switch_to_window(second).await?;
        client.goto(section.as_str()).await?;
        fill(&client, "textarea", "The second text").await?;
        wait_for_text(&client, ".saving-status", "Saved at").await?;
        client.switch_to_window(first).await?;
        client.back().await?;
        ready(&client).await?;
        let status = client.find(Locator::Css("[role=status]")).await?;
        ensure!(
            status.text().await?.is_empty(),
            "there is nothing to save: {:?}",
            status.text().await?
        );
        client.refresh().await?;
        ready(&client).await?;
        ensure!(text_on_a_fresh_page(&client).await? == "The second text");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn unsaved_text_goes_along_when_the_page_is_left() -> Result<()> {
    let product = Product::short()?;
    with_browser(Scripts::On, async |client| {
        open_section(&product, &client).await?;
        let section = client.current_url().await?;
        fill(&client, "textarea", "Typed in the last second").await?;
        product.open(&client, "/").await?;
        let saved = until(async || {
            client.goto(section.as_str()).await?;
            let text = client
                .find(Locator::Css("textarea"))
                .await?
                .prop("value")
                .await?;
            Ok(text.filter(|t| t == "Typed in the last second"))
        });
        saved.await?.context("the text typed last was lost")?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_change_is_named_and_not_overwritten() -> Result<()> {
    let product = Product::short()?;
    with_browser(Scripts::On, async |client| {
        open_section(&product, &client).await?;
        let section = client.current_url().await?;
        let first = client.window().await?;
        let second = client.new_window(false).await?.handle;
        client.switch_to_window(second).await?;
        client.goto(section.as_str()).await?;
        fill(&client, "textarea", "From the second window").await?;
        wait_for_text(&client, ".saving-status", "Saved at").await?;
        client.switch_to_window(first).await?;
        fill(&client, "textarea", "From the first window").await?;
        wait_for_text(&client, ".saving-status", "Changed by Ada Author").await?;
        click_button(&client, "Save and continue").await?;
        wait_for_text(&client, "main", "Nothing was overwritten").await?;
        wait_for_text(&client, ".theirs", "From the second window").await?;
        let mine = client
            .find(Locator::Css("textarea"))
            .await?
            .prop("value")
            .await?;
        ensure!(mine.as_deref() == Some("From the first window"));
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_server_is_not_called_saved() -> Result<()> {
    let mut product = Product::short()?;
    let driver = super::driver::Driver::start().await?;
    let client = driver.open(Scripts::On, super::driver::DESK).await?;
    open_section(&product, &client).await?;
    product.kill()?;
    fill(&client, "textarea", "Typed after the power cut").await?;
    wait_for_text(&client, ".saving-status", "Not saved – keep this page open").await?;
    let text = client
        .find(Locator::Css("textarea"))
        .await?
        .prop("value")
        .await?;
    ensure!(
        text.as_deref() == Some("Typed after the power cut"),
        "the text stays on the page"
    );
    Ok(())
}
