//! Every page that links lead to, each kind of address once: judged by axe, in a wide and in a narrow
//! window, as it stands and after its form was sent empty.

use super::driver::{DESK, NARROW};
use super::page::{Browser, axe, screenshot, turn_page};
use super::product::Product;
use anyhow::{Context, Result, bail, ensure};
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What makes a page wider than its window; nothing where it is not.
const TOO_WIDE: &str = "
    const page = document.documentElement, room = page.clientWidth;
    if (page.scrollWidth <= room) return [];
    return [...document.querySelectorAll('body *')]
        .filter(e => e.getBoundingClientRect().right > room)
        .map(e => `${e.tagName} ${e.className} ${e.textContent.slice(0, 60)}`)
        .concat('the page')
        .slice(0, 12)";

/// Days that no month has, numbers that are none, an address that is none; what was chosen is not applicable
/// without a reason; two lines far too long, where one is given. Gives how many controls are wrong so.
const IMPOSSIBLE: &str = "
    const [form, long] = arguments;
    const wrong = { day: '31', month: '2', year: '2026' };
    let count = 0, lines = 0;
    for (const folded of document.querySelectorAll('details')) folded.open = true;
    for (const e of form.elements) {
        const part = wrong[e.name.split(/[\\/.-]/).pop()];
        if (e.type === 'text' && part) { e.value = part; count++; }
        else if (e.type === 'email' || e.inputMode === 'numeric') { e.value = 'x'; count++; }
        else if (e.type === 'checkbox' && /not-applicable$/.test(e.name) && !e.checked) { e.click(); count++; }
        else if (/not-applicable-because$/.test(e.name)) e.value = '';
        else if (long && lines < 2 && e.type === 'text' && !e.readOnly) { lines++; e.value = long; count++; }
    }
    return count;";

/// Types into a form what cannot be; gives into how many controls.
pub async fn impossible(client: &Client, form: &Element, line: &str) -> Result<u64> {
    let given = vec![serde_json::to_value(form)?, json!(line)];
    let count = client.execute(IMPOSSIBLE, given).await?;
    count.as_u64().context("no form")
}

/// Sets the window of a browser that runs.
async fn window(client: &Client, (width, height): (u32, u32)) -> Result<()> {
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    Browser::ask(client, "Emulation.setDeviceMetricsOverride", size).await
}

/// The shape of an address: what identifies a row is left out. None for files and what is no page.
pub fn shape(path: &str) -> Option<String> {
    let path = path.split(['?', '#']).next()?;
    let files = [".pdf", ".docx", ".csv", ".json"];
    let leaves = ["pdf", "docx", "json", "head"];
    if files.iter().any(|end| path.ends_with(end)) {
        return None;
    }
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    if leaves.contains(parts.last()?) {
        return None;
    }
    let row = |n: usize, part: &str| {
        let one_of_many = n > 0 && ["figures", "guidance", "events"].contains(&parts[n - 1]);
        one_of_many || part.len() > 12 && part.contains(|c: char| c.is_ascii_digit())
    };
    let shape = parts
        .iter()
        .enumerate()
        .map(|(n, part)| if row(n, part) { "x" } else { part });
    Some(shape.collect::<Vec<_>>().join("-"))
}

async fn links(client: &Client) -> Result<Vec<String>> {
    let all =
        "return [...document.querySelectorAll('a[href^=\"/\"]')].map(a => a.getAttribute('href'))";
    Ok(serde_json::from_value(client.execute(all, vec![]).await?)?)
}

/// Nothing for axe to find where the page is narrow, and no sideways scrolling in either window; a
/// picture of each. One look of axe a page: the walks are long, and its rules hardly depend on width.
pub async fn sound(client: &Client, page: &str, picture: &str) -> Result<()> {
    window(client, NARROW).await?;
    let found = axe(client).await.with_context(|| page.to_owned())?;
    ensure!(found.is_empty(), "{page}: {found:#?}");
    for (size, name) in [(NARROW, "narrow"), (DESK, "desk")] {
        window(client, size).await?;
        let wide = client.execute(TOO_WIDE, vec![]).await?;
        ensure!(
            wide == json!([]),
            "{page} scrolls sideways ({name}) because of {wide}"
        );
        screenshot(client, &format!("{picture}-{name}")).await?;
    }
    Ok(())
}

/// Opens a page and judges it.
pub async fn look(product: &Product, client: &Client, path: &str, picture: &str) -> Result<()> {
    product.open(client, path).await?;
    sound(client, path, picture).await
}

/// The first address on a page of somebody's that begins so.
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
    let link = client.wait().for_element(Locator::Css(&css)).await?;
    link.attr("href").await?.context("no such link")
}

/// Walks from `start` along every link whose address `wanted` takes, then sends each page's form with what
/// cannot be, and empty where it has nothing of the kind: the page with its errors is judged too. Gives the shapes seen.
pub async fn walk(
    product: &Product,
    client: &Client,
    start: &[&str],
    picture: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<BTreeSet<String>> {
    let mut waiting: Vec<String> = start.iter().rev().map(|s| (*s).to_owned()).collect();
    let mut seen = BTreeMap::new();
    while let Some(path) = waiting.pop() {
        let Some(shape) = shape(&path) else { continue };
        // Where a walk starts is looked at even when another page of its kind was.
        let shape = if start.contains(&path.as_str()) {
            path.trim_matches('/').replace(['/', '?', '=', ':'], "-")
        } else {
            shape
        };
        if !wanted(&path) || seen.contains_key(&shape) {
            continue;
        }
        seen.insert(shape.clone(), path.clone());
        look(product, client, &path, &format!("{picture}-{shape}")).await?;
        waiting.extend(links(client).await?);
    }
    for (shape, path) in &seen {
        refused(product, client, shape, path, picture).await?;
    }
    Ok(seen.into_keys().collect())
}

/// In characters; no field takes so long a line.
const LINE: usize = 50_005;

/// Sends the page's form with what cannot be, and judges the page that refuses it.
async fn refused(
    product: &Product,
    client: &Client,
    shape: &str,
    path: &str,
    picture: &str,
) -> Result<()> {
    product.open(client, path).await?;
    // Forms that take words are those that leave checking to the server; and not the button that keeps a
    // draft on the way, such as copying last time's words, where there is another.
    const FORM: &str = "main form[method=post][novalidate]";
    const SEND: &str = "button[type=submit]";
    let main = format!("{SEND}:not(.nhsuk-button--secondary)");
    let mut of_form = None;
    for send in [main.as_str(), SEND] {
        if let Ok(form) = client
            .find(Locator::Css(&format!("{FORM}:has({send})")))
            .await
        {
            let button = form.find(Locator::Css(send)).await?;
            of_form = Some((form, button));
            break;
        }
    }
    let Some((form, button)) = of_form else {
        return Ok(());
    };
    let wrong = impossible(client, &form, &"long ".repeat(LINE / 5)).await?;
    // One that is folded away is not pressed: nothing that people see was sent.
    if turn_page(client, &button).await.is_err() {
        return Ok(());
    }
    let summary = Locator::Css(".nhsuk-error-summary");
    let told = client.find(summary).await.is_ok();
    if !told && wrong > 0 {
        let main = client.find(Locator::Css("main")).await?.text().await?;
        bail!("{path} takes {wrong} controls that cannot be: {main}");
    }
    if told {
        sound(client, path, &format!("{picture}-{shape}-errors")).await?;
    }
    Ok(())
}
