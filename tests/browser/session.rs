//! The end of a session is told five minutes before, and the person can stay.
//!
//! Nothing waits for minutes: the test moves the time of last use in the database, as if it had passed,
//! and tells the page that it is looked at again, as a browser does when a computer wakes.

use super::driver::{Scripts, until, with_browser};
use super::page::{axe, click_button, screenshot};
use super::product::{AUTHOR, Product};
use anyhow::{Context, Result, ensure};
use fantoccini::{Client, Locator};

const WARNING: &str = "#session-warning";

/// What the warning says; empty while it is not shown.
async fn warning(client: &Client) -> Result<String> {
    Ok(client.find(Locator::Css(WARNING)).await?.text().await?)
}

/// Looks at the page again, and waits until the warning says this.
async fn look_again(client: &Client, says: &str) -> Result<()> {
    let again = "document.dispatchEvent(new Event('visibilitychange'))";
    client.execute(again, vec![]).await?;
    says_at_last(client, says).await
}

async fn says_at_last(client: &Client, says: &str) -> Result<()> {
    let said = until(async || {
        let words = warning(client).await?;
        Ok((if says.is_empty() {
            words.is_empty()
        } else {
            words.contains(says)
        })
        .then_some(()))
    });
    let words = format!("the warning never said {says:?}");
    said.await?.with_context(|| words)
}

/// As if the session had last been used this long ago.
macro_rules! unused_for {
    ($product:expr, $ago:literal) => {
        $product
            .tamper(concat!(
                "update session set seen_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-",
                $ago,
                "')"
            ))
            .await
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn it_warns_before_the_end_and_lets_one_stay() -> Result<()> {
    let product = Product::short()?;
    with_browser(Scripts::On, async |client| {
        product.sign_in(&client, AUTHOR).await?;
        client
            .wait()
            .for_element(Locator::Css("#session-warning[data-ready]"))
            .await?;
        look_again(&client, "").await?;

        unused_for!(product, "26 minutes")?;
        look_again(&client, "unless you do something before").await?;
        ensure!(axe(&client).await?.is_empty(), "{:?}", axe(&client).await?);
        screenshot(&client, "session-warning").await?;
        click_button(&client, "Stay signed in").await?;
        says_at_last(&client, "").await?;

        // The clock of the page itself: it asks when five minutes are left, two seconds from now.
        unused_for!(product, "1498 seconds")?;
        look_again(&client, "").await?;
        says_at_last(&client, "You will be signed out at").await?;
        click_button(&client, "Stay signed in").await?;
        says_at_last(&client, "").await?;

        unused_for!(product, "31 minutes")?;
        look_again(&client, "You have been signed out").await?;
        ensure!(
            client
                .find(Locator::Css("#session-warning button"))
                .await?
                .is_displayed()
                .await?
                == false
        );
        screenshot(&client, "session-over").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_the_page_says_how_long_the_session_is() -> Result<()> {
    let product = Product::short()?;
    with_browser(Scripts::Off, async |client| {
        product.sign_in(&client, AUTHOR).await?;
        let page = client.find(Locator::Css("body")).await?.text().await?;
        ensure!(
            page.contains("You are signed out after 30 minutes without use"),
            "{page}"
        );
        ensure!(warning(&client).await?.is_empty());
        screenshot(&client, "session-without-scripts").await
    })
    .await
}
