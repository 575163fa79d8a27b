//! What a person does with a page, said in the page's own words, and what they may expect of it.

use super::driver::{PATIENCE, until};
use anyhow::{Context, Result, bail, ensure};
use axum::http::Method;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, Locator, elements::Element};
use serde_json::{Value, json};
use std::{
    env, fs,
    path::{Path, PathBuf},
};
use url::{ParseError, Url};

/// What axe-core finds wrong with the page: each rule, and where. Needs scripts.
pub async fn axe(client: &Client) -> Result<Vec<String>> {
    const RUN: &str = "
        const done = arguments[arguments.length - 1];
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        const tell = v => v.id + ' (' + v.help + '): ' + v.nodes.map(n => n.target.join(' ')).join(', ');
        axe.run(document, { runOnly: tags })
            .then(r => done(r.violations.map(tell)), e => done('axe failed: ' + e));";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/axe-core/axe.min.js");
    let source =
        fs::read_to_string(&file).with_context(|| format!("{} (run npm ci)", file.display()))?;
    client
        .execute(&source, vec![])
        .await
        .context("loading axe")?;
    let found = client
        .execute_async(RUN, vec![])
        .await
        .context("running axe")?;
    serde_json::from_value(found.clone()).with_context(|| found.to_string())
}

/// Waits until some element that matches `css` contains `needle`, and gives back its text.
pub async fn wait_for_text(client: &Client, css: &str, needle: &str) -> Result<String> {
    let mut last = Vec::new();
    let found = until(async || {
        last = texts(client, css).await;
        Ok(last.iter().find(|text| text.contains(needle)).cloned())
    })
    .await?;
    match found {
        Some(text) => Ok(text),
        None => bail!(
            "{css} at {} never said {needle:?}, but {last:?}",
            client.current_url().await?
        ),
    }
}

/// A field, found by the text of its label or else by CSS.
pub async fn field(client: &Client, field: &str) -> Result<Element> {
    let labels = format!(
        "//*[@id = //label[normalize-space(.) = {}]/@for]",
        quoted(field)?
    );
    let found = until(async || match client.find(Locator::XPath(&labels)).await {
        Ok(element) => Ok(Some(element)),
        Err(_) => Ok(client.find(Locator::Css(field)).await.ok()),
    });
    found.await?.with_context(|| format!("no field {field:?}"))
}

/// Replaces what stands in a field, found by the text of its label or else by CSS.
pub async fn fill(client: &Client, name: &str, value: &str) -> Result<()> {
    let element = field(client, name).await?;
    element.clear().await?;
    Ok(element.send_keys(value).await?)
}

/// Presses the button, or the link that looks like one, with exactly this text.
pub async fn click_button(client: &Client, text: &str) -> Result<()> {
    click(client, "self::button or @role = 'button'", text).await
}

/// Follows the link with exactly this text.
pub async fn click_link(client: &Client, text: &str) -> Result<()> {
    click(client, "self::a", text).await
}

/// Chooses the radio button or ticks the box whose label has exactly this text.
pub async fn choose(client: &Client, label: &str) -> Result<()> {
    click(client, "self::label", label).await
}

/// Keeps a picture of the page when `SCREENSHOTS` names a folder for them.
pub async fn screenshot(client: &Client, name: &str) -> Result<()> {
    let Some(folder) = env::var_os("SCREENSHOTS").map(PathBuf::from) else {
        return Ok(());
    };
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let path = folder.join(name).with_extension("png");
    fs::write(&path, client.screenshot().await?)
        .with_context(|| format!("writing {}", path.display()))
}

/// Presses what leads to another page, and waits until that page has taken the place of this one: a
/// driver may answer before, and what is asked next would be asked of the page that is about to go.
pub async fn turn_page(client: &Client, pressed: &Element) -> Result<()> {
    let page = client.find(Locator::Css("html")).await?;
    pressed.click().await?;
    let gone = until(async || Ok(page.tag_name().await.err()));
    gone.await?.context("no other page came")?;
    Ok(())
}

/// What WebDriver has no word for, asked of the browser itself through the driver.
#[derive(Debug)]
pub struct Browser {
    command: &'static str,
    params: Value,
}

impl Browser {
    /// A command of the DevTools protocol. Its answer is left where it is.
    pub async fn ask(client: &Client, command: &'static str, params: Value) -> Result<()> {
        client.issue_cmd(Self { command, params }).await?;
        Ok(())
    }
}

impl WebDriverCompatibleCommand for Browser {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.params });
        (Method::POST, Some(body.to_string()))
    }
}

async fn click(client: &Client, kind: &str, text: &str) -> Result<()> {
    let path = format!("//*[({kind}) and normalize-space(.) = {}]", quoted(text)?);
    let find = client
        .wait()
        .at_most(PATIENCE)
        .for_element(Locator::XPath(&path));
    let element: Element = find
        .await
        .with_context(|| format!("nothing to press says {text:?}"))?;
    element
        .click()
        .await
        .with_context(|| format!("pressing {text:?}"))
}

/// An element may vanish between being found and being read: then it says nothing yet.
async fn texts(client: &Client, css: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for element in client.find_all(Locator::Css(css)).await.unwrap_or_default() {
        texts.extend(element.text().await);
    }
    texts
}

/// XPath 1.0 has no escapes inside a string.
pub fn quoted(text: &str) -> Result<String> {
    ensure!(
        !text.contains('"'),
        "cannot look for a text with a double quote: {text}"
    );
    Ok(format!("\"{text}\""))
}
