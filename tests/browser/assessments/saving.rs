//! Ratings are saved as they are made, and the status line tells the truth of it.

use super::under_way;
use crate::driver::{Scripts, until, with_browser};
use crate::page::{click_button, fill, wait_for_text};
use crate::product::{ALAN, Product};
use anyhow::{Context, Result, ensure};
use fantoccini::{Client, Locator};

const TEXT: &str = "#answer-9-1--evidence-1-text";

async fn ready(client: &Client) -> Result<()> {
    let form = Locator::Css("form[data-autosave='ready']");
    let found = until(async || Ok(client.find(form).await.ok())).await?;
    found.context("the island never started").map(drop)
}

async fn open_domain(product: &Product, client: &Client) -> Result<String> {
    product.sign_in(client, ALAN).await?;
    let path = format!("{}/domains/D9", under_way(product, client).await?);
    product.open(client, &path).await?;
    ready(client).await?;
    Ok(path)
}

async fn value(client: &Client, css: &str) -> Result<String> {
    let found = client.find(Locator::Css(css)).await?.prop("value").await?;
    Ok(found.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_calls_saved_is_saved_piece_by_piece() -> Result<()> {
    let product = Product::demo()?;
    with_browser(Scripts::On, async |client| {
        open_domain(&product, &client).await?;
        client
            .find(Locator::Css("#answer-9-1--rating-2"))
            .await?
            .click()
            .await?;
        fill(&client, TEXT, "The audit of May").await?;
        wait_for_text(&client, ".saving-status", "Saved at").await?;
        client.refresh().await?;
        ensure!(value(&client, TEXT).await? == "The audit of May");
        // There is room for another piece, which saves in the same way.
        ready(&client).await?;
        fill(
            &client,
            "#answer-9-1--evidence-2-link",
            "https://intranet.example.org/x",
        )
        .await?;
        wait_for_text(&client, ".saving-status", "Saved at").await?;
        click_button(&client, "Save and add more evidence for 9.1").await?;
        wait_for_text(&client, "legend", "Evidence 3 for 9.1").await?;
        ensure!(
            value(&client, "#answer-9-1--evidence-2-link").await?
                == "https://intranet.example.org/x"
        );
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_rating_is_named_and_not_overwritten() -> Result<()> {
    let product = Product::demo()?;
    with_browser(Scripts::On, async |client| {
        let path = open_domain(&product, &client).await?;
        let first = client.window().await?;
        let second = client.new_window(false).await?.handle;
        client.switch_to_window(second).await?;
        product.open(&client, &path).await?;
        ready(&client).await?;
        fill(&client, TEXT, "From the second window").await?;
        wait_for_text(&client, ".saving-status", "Saved at").await?;
        client.switch_to_window(first).await?;
        fill(&client, TEXT, "From the first window").await?;
        wait_for_text(&client, ".saving-status", "Changed by Alan Fewtrell").await?;
        click_button(&client, "Save and continue").await?;
        wait_for_text(&client, "main", "Nothing was overwritten").await?;
        wait_for_text(&client, ".theirs", "From the second window").await?;
        ensure!(value(&client, TEXT).await? == "From the first window");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_server_is_not_called_saved() -> Result<()> {
    let mut product = Product::demo()?;
    let driver = crate::driver::Driver::start().await?;
    let client = driver.open(Scripts::On, crate::driver::DESK).await?;
    open_domain(&product, &client).await?;
    product.kill()?;
    fill(&client, TEXT, "Typed when the server was gone").await?;
    wait_for_text(&client, ".saving-status", "Not saved – keep this page open").await?;
    ensure!(value(&client, TEXT).await? == "Typed when the server was gone");
    Ok(())
}
