//! A self-assessment in a browser from where the demo left it to its signature: as lead,
//! contributor, challenger and executive, with scripts and without; each page judged by axe.

use super::driver::{DESK, NARROW, Scripts, with_browser, with_window};
use super::page::{axe, choose, click_button, click_link, fill, screenshot, wait_for_text};
use super::product::{ALAN, PASSWORD, PRIYA, Product, RUTH};
use anyhow::{Context, Result, ensure};
use fantoccini::{Client, Locator};

const MOIRA: &str = "moira.sandford-ebele@northmere.example.org";
const BEA: &str = "bea.lindqvist@harrowdene.example.org";

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_with_scripts() -> Result<()> {
    cycle(Scripts::On).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_without_scripts() -> Result<()> {
    cycle(Scripts::Off).await
}

/// The assessment that is under way.
async fn under_way(product: &Product, client: &Client) -> Result<String> {
    product.open(client, "/assessments").await?;
    let row = "//tr[contains(., 'Gathering evidence') or contains(., 'Second view') or contains(., 'With the executive')]//a";
    let link = client.find(Locator::XPath(row)).await?;
    link.attr("href").await?.context("a path")
}

async fn press(client: &Client, css: &str) -> Result<()> {
    let found = client
        .find(Locator::Css(css))
        .await
        .with_context(|| css.to_owned())?;
    Ok(found.click().await?)
}

/// Rates what a domain's page leaves unrated with 2.
async fn rate(
    product: &Product,
    client: &Client,
    path: &str,
    domain: &str,
    count: usize,
) -> Result<()> {
    product
        .open(client, &format!("{path}/domains/{domain}"))
        .await?;
    let number = domain.trim_start_matches('D');
    for n in 1..=count {
        press(client, &format!("#answer-{number}-{n}--rating-2")).await?;
    }
    click_button(client, "Save and return to the overview").await?;
    wait_for_text(client, "h1", "Self-assessment of").await?;
    Ok(())
}

async fn cycle(scripts: Scripts) -> Result<()> {
    let product = Product::demo()?;
    with_browser(scripts, async |client| {
        product.sign_in(&client, RUTH).await?;
        let path = under_way(&product, &client).await?;
        rate(&product, &client, &path, "D6", 6).await?;

        product.sign_in(&client, ALAN).await?;
        for (domain, count) in [("D9", 7), ("D10", 5), ("D11", 4), ("D12", 4)] {
            rate(&product, &client, &path, domain, count).await?;
        }
        click_link(&client, "Ask for the second view").await?;
        click_button(&client, "Ask for the second view").await?;
        wait_for_text(&client, "dd", "Second view").await?;

        product.sign_in(&client, PRIYA).await?;
        product
            .open(&client, &format!("{path}/challenge/D1"))
            .await?;
        press(&client, "#view-1-1-1").await?;
        press(&client, "#proposed-1-1-2").await.ok();
        press(&client, "#proposed-1-1").await?;
        fill(&client, "#reason-1-1", "Nobody could find it").await?;
        for n in 1..=12 {
            wait_for_text(&client, "h1", &format!("D{n} ")).await?;
            if n == 1 {
                screenshot(&client, "assess-challenge").await?;
            }
            click_button(&client, "Save, and agree with the rest of this domain").await?;
        }
        wait_for_text(&client, "h1", "Self-assessment of").await?;

        product.sign_in(&client, ALAN).await?;
        product.open(&client, &path).await?;
        click_link(&client, "Settle disputes in D1").await?;
        press(&client, "#settle-1-1").await?;
        fill(&client, "#reason-1-1", "It is on the intranet").await?;
        click_button(&client, "Save").await?;
        plan(&product, &client, &path).await?;
        product.open(&client, &format!("{path}/step")).await?;
        click_button(&client, "Ask the executive to sign").await?;
        wait_for_text(&client, "dd", "With the executive").await?;

        product.sign_in(&client, MOIRA).await?;
        product.open(&client, &path).await?;
        click_link(&client, "Read and sign it, or give it back").await?;
        fill(&client, "Your full name", "Moira Sandford-Ebele").await?;
        fill(&client, "Your password, again", PASSWORD).await?;
        screenshot(&client, "assess-sign").await?;
        click_button(&client, "Sign and freeze").await?;
        wait_for_text(&client, "dd", "Signed").await?;
        screenshot(&client, "assess-signed").await
    })
    .await
}

/// Adds an action for each Type 1 below 2 that has none.
async fn plan(product: &Product, client: &Client, path: &str) -> Result<()> {
    for _ in 0..20 {
        product.open(client, &format!("{path}/actions")).await?;
        let missing = client
            .find_all(Locator::Css(".nhsuk-inset-text li"))
            .await?;
        let Some(first) = missing.first() else {
            return Ok(());
        };
        let id = first
            .text()
            .await?
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_owned();
        press(client, &format!("#criterion option[value='{id}']")).await?;
        fill(client, "What is to be done", "Write it down").await?;
        press(client, "#owner option:nth-child(2)").await?;
        for (field, value) in [
            ("#due-day", "1"),
            ("#due-month", "6"),
            ("#due-year", "2027"),
        ] {
            fill(client, field, value).await?;
        }
        click_button(client, "Add the action").await?;
        wait_for_text(client, "h1", "Action plan").await?;
    }
    anyhow::bail!("actions are still missing")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_at_a_desk_and_on_a_narrow_screen() -> Result<()> {
    let product = Product::demo()?;
    for (window, name) in [(DESK, "desk"), (NARROW, "narrow")] {
        with_window(Scripts::On, window, async |client| {
            for person in [ALAN, MOIRA, BEA] {
                let who = person.split('.').next().unwrap_or_default();
                product.sign_in(&client, person).await?;
                let path = under_way(&product, &client).await?;
                let mut pages = vec![
                    "/assessments".to_owned(),
                    "/assessments/overview".into(),
                    "/assessments/standards".into(),
                    "/actions".into(),
                    path.clone(),
                ];
                for rest in ["domains/D8", "people", "actions", "compare", "papers/board.html", "papers/assessment.html"] {
                    pages.push(format!("{path}/{rest}"));
                }
                if person == ALAN {
                    pages.push(format!("{path}/step"));
                }
                for (n, page) in pages.iter().enumerate() {
                    product.open(&client, page).await?;
                    let found = axe(&client).await?;
                    ensure!(found.is_empty(), "{page} as {who}: {found:#?}");
                    let wider = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
                    let wide = client.execute(wider, vec![]).await?;
                    ensure!(wide == serde_json::Value::Bool(false), "{page} scrolls sideways ({name})");
                    screenshot(&client, &format!("assess-{name}-{who}-{n}")).await?;
                }
                let action = client.clone();
                product.open(&action, "/actions").await?;
                let first = action.find(Locator::Css("tbody a")).await?.attr("href").await?;
                product.open(&action, &first.context("a path")?).await?;
                let found = axe(&action).await?;
                ensure!(found.is_empty(), "an action: {found:#?}");
                screenshot(&action, &format!("assess-{name}-{who}-action")).await?;
            }
            // Errors are announced and stand beside their fields.
            product.sign_in(&client, ALAN).await?;
            let path = under_way(&product, &client).await?;
            product.open(&client, &format!("{path}/domains/D9")).await?;
            choose(&client, "Not applicable, because …").await?;
            click_button(&client, "Save and continue").await?;
            wait_for_text(&client, ".nhsuk-error-summary", "Say why this does not apply").await?;
            let found = axe(&client).await?;
            ensure!(found.is_empty(), "errors: {found:#?}");
            screenshot(&client, &format!("assess-{name}-errors")).await
        })
        .await?;
    }
    Ok(())
}
