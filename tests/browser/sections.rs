//! Every section of the full form with nothing answered, with errors and fully answered: nothing for axe to
//! find.

use super::crawl::{impossible, sound};
use super::driver::{Scripts, with_browser};
use super::page::turn_page;
use super::product::{HEW, PASSWORD, PRIYA, Product};
use super::to_sending::ANSWER;
use anyhow::{Result, bail, ensure};
use fantoccini::{Client, Locator};
use serde_json::json;
use std::collections::BTreeSet;

/// Sections of a report that this person writes.
async fn sections(product: &Product, client: &Client, report: &str) -> Result<Vec<String>> {
    product.open(client, report).await?;
    let mut found = BTreeSet::new();
    for link in client
        .find_all(Locator::Css("main a[href*='/sections/']"))
        .await?
    {
        found.extend(link.attr("href").await?);
    }
    let mut own = Vec::new();
    for section in found {
        product.open(client, &section).await?;
        let form = Locator::Css("#section-form button[type=submit]");
        if client.find(form).await.is_ok() {
            own.push(section);
        }
    }
    Ok(own)
}

async fn save(client: &Client) -> Result<bool> {
    let button = "//main//button[normalize-space(.) = 'Save and continue']";
    let button = client.find(Locator::XPath(button)).await?;
    turn_page(client, &button).await?;
    let summary = Locator::Css(".nhsuk-error-summary");
    Ok(client.find(summary).await.is_ok())
}

/// Each section that a person writes: as it stands before anything is answered, refused, and answered.
async fn each_section(who: &str, report: &str, expected: usize) -> Result<()> {
    let product = Product::demo()?;
    with_browser(Scripts::On, async |client| {
        // Nothing answered: the case brought words along that a fresh report has not.
        product.tamper("delete from answer").await?;
        product.sign_in(&client, who).await?;
        let all = sections(&product, &client, report).await?;
        ensure!(all.len() >= expected, "{all:?}");
        let mut refused = 0;
        for section in &all {
            let name = format!("section{}", section.replace('/', "-"));
            let of = |state: &str| (format!("{section} {state}"), format!("{name}-{state}"));
            let (page, picture) = of("empty");
            product.open(&client, section).await?;
            sound(&client, &page, &picture).await?;
            let form = client.find(Locator::Css("#section-form")).await?;
            if impossible(&client, &form, "").await? != 0 {
                ensure!(save(&client).await?, "{section} takes what cannot be");
                let (page, picture) = of("errors");
                sound(&client, &page, &picture).await?;
                refused += 1;
            }
            // What cannot be is kept as a draft.
            product.tamper("delete from answer").await?;
            product.open(&client, section).await?;
            let words = json!("As seen on the visits and said by the provider.");
            client
                .execute(ANSWER, vec![words, json!(""), json!(PASSWORD)])
                .await?;
            if save(&client).await? {
                let said = client.find(Locator::Css(".nhsuk-error-summary")).await?;
                bail!("{section} refuses an answer: {}", said.text().await?);
            }
            let (page, picture) = of("full");
            product.open(&client, section).await?;
            sound(&client, &page, &picture).await?;
        }
        ensure!(refused > 0, "no section can be refused");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_parts_a_and_b_empty_refused_and_full() -> Result<()> {
    each_section(PRIYA, "/reports/test-00001-report-4", 12).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_part_c_empty_refused_and_full() -> Result<()> {
    each_section(HEW, "/reports/test-00005-report-3", 3).await
}
