//! Single sign-on in a browser, with scripts and without: connecting, coming in, showing again who one is
//! beside a form, and signing out in both places.

#[path = "../provider/process.rs"]
mod process;

use super::crawl::sound;
use super::driver::{Scripts, until, with_browser};
use super::page::{click_button, click_link, fill, wait_for_text};
use super::product::{ADMIN, PASSWORD, Product};
use anyhow::{Context, Result, ensure};
use fantoccini::{Client, Locator};
use process::Process;
use serde_json::json;
use std::net::TcpListener;
use std::process::Command;

const ACCOUNT: &str = "Northmere staff account";

/// The product at an address that its provider knows, and the provider.
fn both() -> Result<(Product, Process)> {
    let product = Product::short_with(|serve| {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let origin = format!("http://{address}");
        serve.args(["--listen", &address, "--origin", &origin]);
        Ok(())
    })?;
    let origin = &product.address;
    let provider = Process::start(&json!({
        "ahead": 0,
        "host": "localhost",
        "clients": [{
            "client_id": "conditional-discharge",
            "client_secret": "a-secret-of-the-tests",
            "redirect_uris": [format!("{origin}/sign-in/return")],
            "post_logout_redirect_uris": [format!("{origin}/sign-in")],
        }],
    }));
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("secret");
    std::fs::write(&file, "a-secret-of-the-tests")?;
    let set = Command::new(env!("CARGO_BIN_EXE_conditional-discharge"))
        .args(["sign-on", "set", "Northmere", "--issuer", &provider.issuer])
        .args(["--client-id", "conditional-discharge", "--name", ACCOUNT])
        .args(["--database", &product.database, "--client-secret-file"])
        .arg(&file)
        .output()?;
    ensure!(
        set.status.success(),
        "{}",
        String::from_utf8_lossy(&set.stderr)
    );
    Ok((product, provider))
}

/// Gives name and password at the provider's page.
async fn at_the_provider(client: &Client) -> Result<()> {
    wait_for_text(client, "h1", "Sign in at the provider").await?;
    fill(client, "Name", "addy").await?;
    fill(client, "Password", "password").await?;
    click_button(client, "Sign in").await
}

async fn journey(scripts: Scripts) -> Result<()> {
    let (product, _provider) = both()?;
    with_browser(scripts, async |client| {
        let look = async |page: &str| {
            if scripts == Scripts::On {
                sound(&client, page, &format!("sign-on-{page}")).await?;
            }
            anyhow::Ok(())
        };
        // Connecting, with the password.
        product.sign_in(&client, ADMIN).await?;
        product.open(&client, "/account").await?;
        look("account").await?;
        product.open(&client, "/account/sign-on").await?;
        look("ways").await?;
        click_button(&client, "Go on").await?;
        wait_for_text(&client, ".nhsuk-error-summary", "not your password").await?;
        fill(&client, "Your password, again", PASSWORD).await?;
        click_button(&client, "Go on").await?;
        wait_for_text(&client, "h1", "Connect your").await?;
        look("go-on").await?;
        click_link(&client, &format!("Go on to your {ACCOUNT}")).await?;
        at_the_provider(&client).await?;
        wait_for_text(&client, "li", "connected since").await?;
        click_button(&client, "Sign out").await?;
        // In by it: the provider still knows who this is.
        wait_for_text(&client, "h1", "Sign in").await?;
        look("sign-in").await?;
        click_link(&client, &format!("Sign in with your {ACCOUNT}")).await?;
        wait_for_text(&client, "a", "Administration").await?;
        // A form that asks who one is: what was typed stays while that is shown beside it.
        product.open(&client, "/administration").await?;
        client
            .find(Locator::Css("a[href$='/settings']"))
            .await?
            .click()
            .await?;
        fill(
            &client,
            "Minutes without use after which people are signed out",
            "45",
        )
        .await?;
        click_button(&client, "Save settings").await?;
        wait_for_text(&client, ".nhsuk-error-summary", "Show who you are first").await?;
        look("confirm-first").await?;
        let form = client.window().await?;
        click_link(
            &client,
            &format!("Confirm with your {ACCOUNT} (opens in a new tab)"),
        )
        .await?;
        let beside = until(async || {
            let all = client.windows().await?;
            Ok(all.into_iter().find(|window| *window != form))
        });
        let beside = beside.await?.context("no tab opened")?;
        client.switch_to_window(beside).await?;
        at_the_provider(&client).await?;
        wait_for_text(&client, "h1", "You are confirmed").await?;
        look("confirmed").await?;
        client.close_window().await?;
        client.switch_to_window(form).await?;
        let typed = client
            .find(Locator::Css("#idle-minutes"))
            .await?
            .prop("value")
            .await?;
        ensure!(typed.as_deref() == Some("45"), "{typed:?}");
        click_button(&client, "Save settings").await?;
        wait_for_text(&client, "[role=status]", "The settings are saved").await?;
        // Out, here and there.
        click_button(&client, "Sign out").await?;
        wait_for_text(&client, "h1", "You are signed out").await?;
        look("signed-out").await?;
        click_link(&client, &format!("Sign out of your {ACCOUNT} as well")).await?;
        click_button(&client, "Sign out").await?;
        wait_for_text(&client, "h1", "Sign in").await?;
        click_link(&client, &format!("Sign in with your {ACCOUNT}")).await?;
        fill(&client, "Name", "addy").await?;
        click_button(&client, "Cancel").await?;
        wait_for_text(&client, "h1", "You did not sign in").await?;
        look("cancelled").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_scripts() -> Result<()> {
    journey(Scripts::On).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts() -> Result<()> {
    journey(Scripts::Off).await
}
