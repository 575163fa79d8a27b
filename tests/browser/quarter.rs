//! A part of a quarter lived with each of the demo's nine people: a visit, something that happened and the
//! notification of it, a drug test; then the report that is at hand, and what the product noticed.

use super::driver::{Scripts, with_browser};
use super::hands::{Hands, With};
use super::page::{screenshot, turn_page, wait_for_text};
use super::product::{PRIYA, Product};
use anyhow::{Context, Result, ensure};
use fantoccini::Locator;

pub const TOM: &str = "tom.eastbrook@northmere.example.org";
pub const SAM: &str = "sam.adeyemi@harrowdene.example.org";

#[tokio::test(flavor = "multi_thread")]
async fn with_each_of_the_nine() -> Result<()> {
    with_the_nine(async |hands, nine| {
        for (number, person) in nine.iter().enumerate() {
            hands.sign_in(person.supervisor).await?;
            quarter(hands, &person.path, number + 1)
                .await
                .with_context(|| person.name.clone())?;
            hands.open("/caseload").await?;
            hands.sound("caseload").await?;
        }
        Ok(())
    })
    .await
}

/// One of the demo's nine people.
pub struct Person {
    /// Address of who supervises them.
    pub supervisor: &'static str,
    /// Path of their page.
    pub path: String,
    /// Their name.
    pub name: String,
}

/// Runs a test in a browser on the demo, with its nine people.
pub async fn with_the_nine<F>(test: F) -> Result<()>
where
    F: AsyncFnOnce(&Hands<'_>, &[Person]) -> Result<()>,
{
    let product = Product::demo()?;
    with_browser(Scripts::On, async |client| {
        let hands = Hands {
            product: &product,
            client: &client,
            scripts: Scripts::On,
            with: With::Pointer,
        };
        let mut nine: Vec<Person> = Vec::new();
        for supervisor in [PRIYA, TOM, SAM] {
            hands.sign_in(supervisor).await?;
            for (path, name) in patients(&hands).await? {
                if nine.iter().all(|known| known.path != path) {
                    nine.push(Person {
                        supervisor,
                        path,
                        name,
                    });
                }
            }
        }
        ensure!(nine.len() == 9, "{} people", nine.len());
        test(&hands, &nine).await
    })
    .await
}

/// The people on the start page: address and name.
async fn patients(hands: &Hands<'_>) -> Result<Vec<(String, String)>> {
    hands.open("/").await?;
    let mut found = Vec::new();
    for link in hands
        .client
        .find_all(Locator::Css("main a[href^='/patients/']"))
        .await?
    {
        let path = link.attr("href").await?.context("a link to nowhere")?;
        let one = (path, link.text().await?);
        if one.0.matches('/').count() == 2 && !found.contains(&one) {
            found.push(one);
        }
    }
    Ok(found)
}

async fn quarter(hands: &Hands<'_>, patient: &str, number: usize) -> Result<()> {
    let client = hands.client;
    hands.open(&format!("{patient}/record/contact")).await?;
    hands.choose("#answer-entry--kind-choice").await?;
    hands.choose("#answer-entry--happened-choice").await?;
    hands
        .fill(
            "#answer-entry--observed-text",
            "Seen at home; tired, and spoke about work.",
        )
        .await?;
    hands.button("Save").await?;
    wait_for_text(client, "main", "tired, and spoke about work").await?;

    hands.open(&format!("{patient}/record/test-result")).await?;
    hands.choose("#answer-entry--what-choice").await?;
    hands.choose("#answer-entry--result-choice").await?;
    hands.button("Save").await?;
    wait_for_text(client, "h1", "Supervision record").await?;
    wait_for_text(client, "main", "Alcohol or drug test").await?;

    hands.open(patient).await?;
    hands.link("Something has happened").await?;
    wait_for_text(client, "h1", "Something has happened").await?;
    hands.sound("something has happened").await?;
    hands.pick("#kind", "Arrest").await?;
    hands.button("Continue").await?;
    hands
        .fill(
            "#answer-entry--what-text",
            "Arrested outside a shop; released without charge.",
        )
        .await?;
    hands.button("Save").await?;
    wait_for_text(client, "main", "released without charge").await?;
    hands.button("Make it now with what is here").await?;
    wait_for_text(client, "main", "PDF").await?;
    hands.sound("the notification").await?;
    screenshot(client, &format!("quarter-{number}-notification")).await?;

    hands.open(&format!("{patient}/record")).await?;
    wait_for_text(client, "main", "released without charge").await?;
    hands.sound("the record").await?;
    screenshot(client, &format!("quarter-{number}-record")).await?;

    hands.open(patient).await?;
    screenshot(client, &format!("quarter-{number}-patient")).await?;
    let report = report_at_hand(hands).await?;
    hands.open(&format!("{report}/check")).await?;
    hands.sound("check answers").await?;
    screenshot(client, &format!("quarter-{number}-check")).await
}

/// From a patient's page: starts the report that is due, or opens the one that is under way.
pub async fn report_at_hand(hands: &Hands<'_>) -> Result<String> {
    let start = Locator::Css("form[action$='/reports'] button");
    let open = Locator::Css("main a[href^='/reports/']");
    let way = match hands.client.find(start).await {
        Ok(start) => start,
        Err(_) => hands.client.find(open).await?,
    };
    turn_page(hands.client, &way).await?;
    Ok(hands.client.current_url().await?.path().to_owned())
}
