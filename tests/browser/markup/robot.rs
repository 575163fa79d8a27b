//! Fills forms with markup as one person, and reads pages and papers as others: what was typed must stand
//! there as typed, and do nothing.

use super::step::Step;
use super::{payloads, sound, text};
use crate::crawl::shape;
use crate::driver::{Scripts, with_browser};
use crate::forms::{kind_of, place};
use crate::paper_text::{bare, of_docx, of_pdf};
use crate::product::Product;
use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use fantoccini::Client;
use fantoccini::cookies::Cookie;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const ROBOT: &str = include_str!("robot.js");

/// With what the server answered when the page was opened.
const STATUS: &str = "return performance.getEntriesByType('navigation')[0].responseStatus";

/// A file as its reader would get it, from its address or from the form of a page with some controls set.
const DOWNLOAD: &str = "
    const [path, set, done] = arguments;
    const asked = async () => {
        const page = new DOMParser().parseFromString(await (await fetch(path)).text(), 'text/html');
        const body = new URLSearchParams(new FormData(page.querySelector('main form[method=post]')));
        for (const [name, value] of Object.entries(set)) body.set(name, value);
        return fetch(path, { method: 'POST', body });
    };
    (async () => {
        const answer = set ? await asked() : await fetch(path);
        if (!answer.ok) throw answer.status;
        const bytes = new Uint8Array(await answer.arrayBuffer());
        let text = '';
        for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
        done([btoa(text)]);
    })().catch(e => done(String(e)));";

/// One text that was typed and taken.
pub struct Typed {
    who: String,
    pub field: String,
    text: String,
}

/// What becomes of the texts of a kind of form from one round to the next, whichever form of the kind is
/// filled.
#[derive(Default)]
pub struct Form {
    pub state: Value,
    /// Field and name of each text.
    pub controls: BTreeSet<(String, String)>,
    /// Fields that were set to what the form demands.
    pub given: BTreeSet<String>,
}

/// Somebody who types markup, and everybody who reads it.
pub struct Robot<'a> {
    pub client: &'a Client,
    pub product: &'a Product,
    pub payloads: Vec<&'static str>,
    /// Most characters of a text, where many have to share what a report holds.
    pub room: usize,
    cookies: BTreeMap<String, Cookie<'static>>,
    now: String,
    /// What the page said that came after the last form.
    pub said: String,
    pub forms: BTreeMap<String, Form>,
    pub typed: BTreeMap<usize, Typed>,
    pub shown: BTreeMap<usize, BTreeSet<&'static str>>,
    count: usize,
}

/// Runs a test on the demo.
pub async fn with_robot<F>(test: F) -> Result<()>
where
    F: AsyncFnOnce(&mut Robot<'_>) -> Result<()>,
{
    let product = Product::demo()?;
    with_browser(Scripts::On, async |client| {
        let mut robot = Robot {
            client: &client,
            product: &product,
            payloads: payloads(),
            room: 50_000,
            cookies: BTreeMap::new(),
            now: String::new(),
            said: String::new(),
            forms: BTreeMap::new(),
            typed: BTreeMap::new(),
            shown: BTreeMap::new(),
            count: 0,
        };
        test(&mut robot).await
    })
    .await
}

impl Robot<'_> {
    /// Goes on as somebody; each signs in once. Whoever has no name has not signed in.
    pub async fn become_(&mut self, who: &str) -> Result<()> {
        if self.now == who {
            return Ok(());
        }
        if who.is_empty() {
            self.client.delete_all_cookies().await?;
        } else if let Some(cookie) = self.cookies.get(who) {
            self.client.delete_all_cookies().await?;
            self.client.add_cookie(cookie.clone()).await?;
        } else {
            self.product.sign_in(self.client, who).await?;
            let all = self.client.get_all_cookies().await?;
            let cookie = all.into_iter().next().context("no session")?;
            self.cookies.insert(who.to_owned(), cookie);
        }
        self.now = who.to_owned();
        Ok(())
    }

    /// Fills a form and sends it. Gives the address that it leads to.
    pub async fn fill(&mut self, step: &Step) -> Result<String> {
        self.become_(step.who).await?;
        let key = step.key();
        let form = self.forms.entry(key).or_default();
        let given = json!({
            "path": step.path, "form": step.form, "set": step.set, "tick": step.tick, "pick": step.pick, "days": step.days,
            "payloads": self.payloads, "state": form.state, "count": self.count, "room": self.room,
        });
        let answer = self.client.execute_async(ROBOT, vec![given]).await?;
        let Some(at) = answer["at"].as_str() else {
            bail!("{} {} {}: {answer}", step.who, step.path, step.form);
        };
        form.state = answer["state"].clone();
        let place = place(answer["action"].as_str().unwrap_or_default());
        let field = |name: &str| format!("{place} {}", kind_of(name));
        for name in answer["controls"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            if step.aside {
                continue;
            }
            form.controls.insert((field(name), name.to_owned()));
            if step.set.get(name).is_some() {
                form.given.insert(field(name));
            }
        }
        for (name, text) in answer["sent"].as_object().into_iter().flatten() {
            let text = text.as_str().unwrap_or_default();
            let mark = mark(text).with_context(|| text.to_owned())?;
            let typed = Typed {
                who: step.who.to_owned(),
                field: field(name),
                text: bare(text),
            };
            self.typed.insert(mark, typed);
        }
        self.said = answer["said"].as_str().unwrap_or_default().to_owned();
        self.count = answer["count"].as_u64().context("no count")?.try_into()?;
        Ok(at.to_owned())
    }

    /// Whether each text of a form had every payload, or takes none.
    pub fn whole(&self, step: &Step) -> bool {
        let form = self.forms.get(&step.key());
        form.is_some_and(|f| rounds_left(&f.state) == 0)
    }

    /// Fills the forms again and again until every text had every payload, reading after each round.
    pub async fn rounds(
        &mut self,
        steps: &[Step],
        most: usize,
        readers: &[(&str, String)],
    ) -> Result<()> {
        for round in 0..most {
            // A form has texts that others of its kind have not.
            let left = steps.iter().filter(|s| round == 0 || !self.whole(s));
            let left: Vec<&Step> = left.collect();
            if left.is_empty() {
                break;
            }
            for step in left {
                self.fill(step).await?;
            }
            for (who, path) in readers {
                self.read(who, path).await?;
            }
        }
        Ok(())
    }

    /// Fills forms of a kind until each text had every payload; these people read the page that each leads
    /// to. Gives the last of them.
    pub async fn until_whole(
        &mut self,
        step: &Step,
        most: usize,
        readers: &[&str],
    ) -> Result<String> {
        let mut at = String::new();
        for _ in 0..most {
            if !at.is_empty() && self.whole(step) {
                break;
            }
            at = self.fill(step).await?;
            for who in readers {
                self.read(who, &at).await?;
            }
        }
        Ok(at)
    }

    /// Opens a page as somebody: nothing in it runs, and what of the typed stands in it is remembered.
    pub async fn read(&mut self, who: &str, path: &str) -> Result<()> {
        self.links_read(who, path).await.map(drop)
    }

    /// Reads a page and gives where its links lead.
    async fn links_read(&mut self, who: &str, path: &str) -> Result<Vec<String>> {
        const LINKS: &str = "return [...document.querySelectorAll('main a[href^=\"/\"]')].map(a => a.getAttribute('href').split('#')[0])";
        self.become_(who).await?;
        self.product.open(self.client, path).await?;
        let status = self.client.execute(STATUS, vec![]).await?;
        ensure!(status.as_u64() < Some(400), "{who} {path}: {status}");
        sound(self.client, path).await?;
        let text = bare(&text(self.client).await?);
        ensure!(!text.is_empty(), "{path} is empty");
        self.note(who, "page", &text);
        let links = serde_json::from_value(self.client.execute(LINKS, vec![]).await?)?;
        if path.ends_with(".html") {
            // A paper may fetch nothing, and so may who looks from it.
            self.product.open(self.client, "/").await?;
        }
        Ok(links)
    }

    /// Opens every page that links lead to from some, as somebody, where `wanted` takes the address.
    pub async fn read_all(
        &mut self,
        who: &str,
        start: &[String],
        wanted: impl Fn(&str) -> bool,
    ) -> Result<usize> {
        let mut waiting: Vec<(String, String)> =
            start.iter().map(|p| (p.clone(), String::new())).collect();
        let mut seen = BTreeSet::new();
        while let Some((path, from)) = waiting.pop() {
            if !(wanted(&path) || start.contains(&path))
                || shape(&path).is_none()
                || !seen.insert(path.clone())
            {
                continue;
            }
            let links = self
                .links_read(who, &path)
                .await
                .with_context(|| format!("a link of {from}"))?;
            waiting.extend(links.into_iter().map(|link| (link, path.clone())));
        }
        Ok(seen.len())
    }

    /// Takes a file as somebody and remembers what of the typed stands in it.
    pub async fn paper(&mut self, who: &str, path: &str, kind: &'static str) -> Result<()> {
        self.file(who, path, Value::Null, kind).await
    }

    /// Takes a file that a form gives.
    pub async fn file(
        &mut self,
        who: &str,
        path: &str,
        set: Value,
        kind: &'static str,
    ) -> Result<()> {
        self.become_(who).await?;
        let given = vec![json!(path), set];
        let answer = self.client.execute_async(DOWNLOAD, given).await?;
        let Some(bytes) = answer[0].as_str() else {
            bail!("{who} {path}: {answer}");
        };
        let bytes = base64::engine::general_purpose::STANDARD.decode(bytes)?;
        let text = match kind {
            "pdf" => of_pdf(&bytes),
            "docx" => of_docx(&bytes),
            // What JSON writes otherwise is read back as it was.
            "json" => strings(&serde_json::from_slice(&bytes)?),
            // A quote is doubled, and what a sheet would take for a formula has a sign before it.
            "csv" => String::from_utf8(bytes)?.replace("\"\"", "\""),
            "html" => self.of_html(&String::from_utf8(bytes)?).await?,
            _ => String::from_utf8(bytes)?,
        };
        self.note(who, kind, &bare(&text));
        Ok(())
    }

    /// The text of a page that was given as a file, which has nothing in it that could run.
    async fn of_html(&self, html: &str) -> Result<String> {
        const READ: &str = "
            const doc = new DOMParser().parseFromString(arguments[0].replace(/<style[^]*?<\\/style>/g, ''), 'text/html');
            const runs = [...doc.querySelectorAll('*')].filter(e => /^(script|iframe|object|embed|base|svg|img|link|form)$/i.test(e.tagName)
                || [...e.attributes].some(a => /^on/i.test(a.name) || /^\\s*(javascript|data):/i.test(a.value)));
            return [doc.body.textContent, runs.map(e => e.outerHTML.slice(0, 99))];";
        let read = self.client.execute(READ, vec![json!(html)]).await?;
        ensure!(read[1] == json!([]), "{}", read[1]);
        Ok(read[0].as_str().context("no text")?.to_owned())
    }

    /// Words and addresses of links of the page that is open.
    pub async fn links(&self, css: &str) -> Result<Vec<(String, String)>> {
        const LINKS: &str = "return [...document.querySelectorAll(arguments[0])].map(a => [a.textContent, a.getAttribute('href')])";
        let links = self.client.execute(LINKS, vec![json!(css)]).await?;
        Ok(serde_json::from_value(links)?)
    }

    /// Where links of a page lead.
    pub async fn hrefs(&mut self, who: &str, page: &str, css: &str) -> Result<Vec<String>> {
        self.become_(who).await?;
        self.product.open(self.client, page).await?;
        let links = self.links(css).await?;
        Ok(links.into_iter().map(|(_, path)| path).collect())
    }

    /// What these parts of the page that is open say.
    pub async fn words(&self, css: &str) -> Result<Vec<String>> {
        const WORDS: &str =
            "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.trim())";
        let words = self.client.execute(WORDS, vec![json!(css)]).await?;
        Ok(serde_json::from_value(words)?)
    }

    /// Whether the page that is open has this.
    pub async fn has(&self, css: &str) -> Result<bool> {
        Ok(self
            .client
            .find(fantoccini::Locator::Css(css))
            .await
            .is_ok())
    }

    /// What of the typed stands here as it was typed. A page counts where somebody else reads it; a file is
    /// the same for everybody who may have it.
    fn note(&mut self, who: &str, kind: &'static str, text: &str) {
        for (at, _) in text.match_indices("mk@") {
            let Some(mark) = mark(&text[at..]) else {
                continue;
            };
            let Some(typed) = self.typed.get(&mark) else {
                continue;
            };
            let from = typed.text.find("mk@").unwrap_or(0);
            if (kind != "page" || typed.who != who) && text[at..].starts_with(&typed.text[from..]) {
                self.shown.entry(mark).or_default().insert(kind);
            }
        }
    }

    /// What was typed into fields that begin so and does not stand in a kind of paper as it was typed.
    pub fn missing_in(&self, kind: &str, place: &str) -> BTreeSet<&str> {
        self.typed
            .iter()
            .filter(|(mark, t)| {
                t.field.starts_with(place)
                    && !self.shown.get(mark).is_some_and(|s| s.contains(kind))
            })
            .map(|(_, t)| t.field.as_str())
            .collect()
    }

    /// Fields that begin so and of which nothing that was ever typed stands in a kind of paper.
    pub fn never_in(&self, kind: &str, place: &str) -> BTreeSet<&str> {
        let of_place = |mark: &&usize| self.typed[*mark].field.starts_with(place);
        let all = self.typed.keys().filter(of_place);
        let seen = all
            .clone()
            .filter(|m| self.shown.get(m).is_some_and(|s| s.contains(kind)));
        let field = |mark: &usize| self.typed[mark].field.as_str();
        let seen: BTreeSet<&str> = seen.map(field).collect();
        all.map(field).filter(|f| !seen.contains(f)).collect()
    }
}

fn mark(text: &str) -> Option<usize> {
    let (number, _) = text.split_once("mk@")?.1.split_once('k')?;
    number.parse().ok()
}

fn rounds_left(state: &Value) -> usize {
    let texts = state["texts"].as_object().into_iter().flatten();
    texts
        .filter(|(_, t)| t["refused"] != true && t["left"] != 0)
        .count()
}

/// Every string of a value, one after another.
fn strings(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text}\n"),
        Value::Array(all) => all.iter().map(strings).collect(),
        Value::Object(all) => all.values().map(strings).collect(),
        _ => String::new(),
    }
}
