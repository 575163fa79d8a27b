//! The pages of who may open what, and of leavers: at a desk and on a narrow screen, with axe.

use super::crawl::{first_link, look, sound};
use super::driver::{Scripts, with_browser};
use super::page::{click_button, wait_for_text};
use super::product::{ADMIN, AUTHOR, MANAGER, Product};
use anyhow::Result;

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_access() -> Result<()> {
    let product = Product::short()?;
    with_browser(Scripts::On, async |client| {
        let at = |what: &str| format!("access-{what}");
        let patient = first_link(&client, &product, MANAGER, "/", "/patients/").await?;
        look(&product, &client, "/cover", &at("cover")).await?;
        click_button(&client, "Arrange cover").await?;
        wait_for_text(&client, ".nhsuk-error-summary", "There is a problem").await?;
        sound(&client, "cover with errors", &at("cover-errors")).await?;
        look(&product, &client, &format!("{patient}/access"), &at("open")).await?;
        for step in ["grant", "restrict"] {
            let path = format!("{patient}/access/{step}");
            look(&product, &client, &path, &at(step)).await?;
        }
        click_button(&client, "Restrict the record").await?;
        wait_for_text(&client, ".nhsuk-error-summary", "There is a problem").await?;
        sound(&client, "a restriction with errors", &at("restrict-errors")).await?;
        super::page::fill(&client, "Why?", "A relative of a colleague").await?;
        super::page::fill(&client, "Your password, again", super::product::PASSWORD).await?;
        click_button(&client, "Restrict the record").await?;
        wait_for_text(&client, "h1", "Who may open this record").await?;
        sound(&client, "a restricted record", &at("restricted")).await?;
        for step in ["name", "unname", "lift"] {
            let path = format!("{patient}/access/{step}");
            look(&product, &client, &path, &at(step)).await?;
        }
        look(&product, &client, &patient, &at("patient-restricted")).await?;
        product.sign_in(&client, AUTHOR).await?;
        look(&product, &client, "/emergency", &at("emergency")).await?;
        super::page::fill(&client, "MHCS reference", "TEST/09001").await?;
        super::page::fill(
            &client,
            "Why can it not wait?",
            "Police ask whom to ring tonight",
        )
        .await?;
        click_button(&client, "Open the record").await?;
        wait_for_text(&client, "h1", "Zebedee Quillfeather").await?;
        sound(&client, "opened in an emergency", &at("opened")).await?;
        let place = first_link(
            &client,
            &product,
            ADMIN,
            "/administration",
            "/organisations/",
        )
        .await?;
        let place = place
            .trim_end_matches("/people")
            .trim_end_matches("/settings")
            .to_owned();
        let people = format!("{place}/people");
        let start = format!("{people}/");
        product.open(&client, &people).await?;
        let member = client
            .find(fantoccini::Locator::XPath("//td/a[. = 'Ada Author']"))
            .await?
            .attr("href")
            .await?
            .unwrap_or(start);
        look(&product, &client, &format!("{member}/leave"), &at("leave")).await?;
        click_button(&client, "End their account here").await?;
        wait_for_text(&client, ".nhsuk-error-summary", "There is a problem").await?;
        sound(&client, "leaving with errors", &at("leave-errors")).await
    })
    .await
}
