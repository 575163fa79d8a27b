//! Every page as each role sees it, in a narrow and a wide window: no accessibility violations, no
//! sideways scrolling. With `SCREENSHOTS=folder` it keeps a picture of each.

use super::driver::{DESK, NARROW, Scripts, with_window};
use super::page::{axe, click_button, screenshot};
use super::product::{ALAN, HEW, INES, JOAN, PRIYA, Product, RUTH};
use anyhow::{Context, Result, ensure};
use fantoccini::Client;

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_demo_at_a_desk() -> Result<()> {
    walk(DESK, "desk").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_demo_on_a_narrow_screen() -> Result<()> {
    walk(NARROW, "narrow").await
}

async fn walk(window: (u32, u32), name: &str) -> Result<()> {
    let product = Product::demo()?;
    with_window(Scripts::On, window, async |client| {
        for path in [
            "/sign-in",
            "/help",
            "/help/something-has-happened",
            "/accessibility",
            "/privacy",
            "/sign-in?next=//evil.example",
        ] {
            look(
                &product,
                &client,
                path,
                &format!("{name}-public{}", path.replace(['/', '?', '='], "-")),
            )
            .await?;
        }
        product.open(&client, "/sign-in").await?;
        click_button(&client, "Sign in").await?;
        sound(&client, "sign-in with errors").await?;
        screenshot(&client, &format!("{name}-sign-in-errors")).await?;
        let pages: [(&str, &[&str]); 5] = [
            (
                PRIYA,
                &[
                    "/",
                    "/reports/test-00001-report-4",
                    "/reports/test-00001-report-4/sections/*",
                    "/reports/test-00001-report-4/check",
                    "/reports/test-00003-report-3/check",
                    "/reports/test-00007-report-3/finished",
                    "/reports/test-00007-report-3/sent",
                    "/reports/test-00001-report-3/paper.html",
                    "/reports/test-00002-report-4",
                    "/reports/nothing",
                ],
            ),
            (
                RUTH,
                &[
                    "/",
                    "/reports/test-00002-report-4/review",
                    "/reports/test-00004-report-4",
                ],
            ),
            (ALAN, &["/"]),
            (INES, &["/"]),
            (
                HEW,
                &[
                    "/",
                    "/reports/test-00005-report-3",
                    "/reports/test-00005-report-3/sections/*",
                    "/reports/test-00005-report-3/check",
                ],
            ),
        ];
        for (person, paths) in pages {
            product.sign_in(&client, person).await?;
            for path in paths {
                let shown = path.trim_start_matches('/').replace(['/', '*'], "-");
                let picture = format!(
                    "{name}-{}-{shown}",
                    person.split('.').next().unwrap_or_default()
                );
                match path.strip_suffix("/sections/*") {
                    Some(report) => every_section(&product, &client, report, &picture).await?,
                    None => look(&product, &client, path, &picture).await?,
                }
            }
        }
        let patient = first_link(&client, &product, PRIYA, "/", "/patients/").await?;
        look(&product, &client, &patient, &format!("{name}-patient")).await?;
        for rest in [
            "details",
            "details/names",
            "details/addresses",
            "details/addresses/1",
            "details/conditions",
            "details/conditions/vary-1",
            "details/conditions/end-1",
            "details/conditions/remove-1",
            "details/mappa",
            "details/plan",
            "history",
            "record",
            "record/contact",
            "record/event",
            "record/night-away",
        ] {
            let picture = format!("{name}-patient-{}", rest.replace('/', "-"));
            look(&product, &client, &format!("{patient}/{rest}"), &picture).await?;
        }
        product
            .open(&client, &format!("{patient}/record/contact"))
            .await?;
        click_button(&client, "Save").await?;
        sound(&client, "a contact with errors").await?;
        screenshot(&client, &format!("{name}-contact-errors")).await?;
        for path in ["/register", "/find"] {
            look(
                &product,
                &client,
                path,
                &format!("{name}{}", path.replace('/', "-")),
            )
            .await?;
            click_button(&client, if path == "/find" { "Find" } else { "Register" }).await?;
            sound(&client, path).await?;
            screenshot(&client, &format!("{name}{}-errors", path.replace('/', "-"))).await?;
        }
        for (rest, errors) in [
            ("details/conditions/new", "condition"),
            ("details/communication", "communication"),
        ] {
            product.open(&client, &format!("{patient}/{rest}")).await?;
            click_button(&client, "Save").await?;
            sound(&client, rest).await?;
            screenshot(&client, &format!("{name}-{errors}-errors")).await?;
        }
        let place = first_link(
            &client,
            &product,
            JOAN,
            "/administration",
            "/organisations/",
        )
        .await?;
        let place = place.trim_end_matches("/people").to_owned();
        look(
            &product,
            &client,
            "/administration",
            &format!("{name}-administration"),
        )
        .await?;
        for rest in ["settings", "people", "people/invite"] {
            let picture = format!("{name}-{}", rest.replace('/', "-"));
            look(&product, &client, &format!("{place}/{rest}"), &picture).await?;
        }
        click_button(&client, "Make the link").await?;
        sound(&client, "an invitation with errors").await?;
        screenshot(&client, &format!("{name}-invite-errors")).await?;
        let start = format!("{place}/people/0");
        let member =
            first_link(&client, &product, JOAN, &format!("{place}/people"), &start).await?;
        look(&product, &client, &member, &format!("{name}-member")).await?;
        let patient = first_link(&client, &product, RUTH, "/", "/patients/").await?;
        look(
            &product,
            &client,
            &format!("{patient}/allocation"),
            &format!("{name}-allocation"),
        )
        .await?;
        look(
            &product,
            &client,
            &format!("{patient}/audit"),
            &format!("{name}-audit"),
        )
        .await
    })
    .await
}

/// The first address on a page that begins so.
pub async fn first_link(
    client: &Client,
    product: &Product,
    person: &str,
    page: &str,
    start: &str,
) -> Result<String> {
    product.sign_in(client, person).await?;
    product.open(client, page).await?;
    let css = format!("main a[href^='{start}']");
    let link = client
        .wait()
        .for_element(fantoccini::Locator::Css(&css))
        .await?;
    link.attr("href").await?.context("no such link")
}

async fn every_section(
    product: &Product,
    client: &Client,
    report: &str,
    picture: &str,
) -> Result<()> {
    product.open(client, report).await?;
    let links = client
        .find_all(fantoccini::Locator::Css("a[href*='/sections/']"))
        .await?;
    let mut paths = Vec::new();
    for link in links {
        paths.extend(link.attr("href").await?);
    }
    ensure!(
        !paths.is_empty(),
        "{report} has no section that can be written"
    );
    for path in paths {
        let section = path.rsplit('/').next().unwrap_or_default();
        look(product, client, &path, &format!("{picture}{section}")).await?;
    }
    Ok(())
}

pub async fn look(product: &Product, client: &Client, path: &str, picture: &str) -> Result<()> {
    product.open(client, path).await?;
    sound(client, path).await?;
    screenshot(client, picture).await
}

pub async fn sound(client: &Client, page: &str) -> Result<()> {
    let violations = axe(client).await?;
    ensure!(violations.is_empty(), "{page}: {violations:#?}");
    let sideways = "return document.documentElement.scrollWidth > window.innerWidth";
    let scrolls = client.execute(sideways, vec![]).await?;
    ensure!(scrolls == false, "{page} scrolls sideways");
    Ok(())
}
