//! What a patient's words leave in a browser: nothing in any of its stores, in no address, in nothing that the
//! next page or another site is told; nothing at all once the person has signed out.

use super::crawl::first_link;
use super::driver::{DESK, Driver, Scripts, until, with_browser};
use super::page::{click_button, click_link, fill, wait_for_text};
use super::product::{AUTHOR, Product};
use anyhow::{Context, Result, ensure};
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

/// Typed into a report, an entry, the record, and when the session had ended; and the patient's names.
const CANARIES: [&str; 6] = [
    "Zebedee",
    "Quillfeather",
    "canaryreport",
    "canaryentry",
    "canaryrecord",
    "canaryhalf",
];

/// All that a script of a page can find outside the page itself.
const TRACES: &str = "
    const [done] = arguments;
    const rows = store => new Promise((give, fail) => {
        const asked = store.getAll();
        asked.onsuccess = () => give(asked.result);
        asked.onerror = fail;
    });
    const open = name => new Promise((give, fail) => {
        const asked = indexedDB.open(name);
        asked.onsuccess = () => give(asked.result);
        asked.onerror = fail;
    });
    (async () => {
        const found = {
            local: Object.entries(localStorage), session: Object.entries(sessionStorage), databases: [], caches: [],
            cookies: document.cookie, referrer: document.referrer, address: location.href, state: history.state,
            name: window.name, workers: (await navigator.serviceWorker?.getRegistrations() ?? []).map(r => r.scope),
            asked: performance.getEntries().map(e => e.name),
        };
        for (const { name } of await indexedDB.databases()) {
            const database = await open(name);
            const stores = [...database.objectStoreNames];
            found.databases.push(name, stores, await Promise.all(stores.map(s => rows(database.transaction(s).objectStore(s)))));
            database.close();
        }
        if (window.caches) for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) found.caches.push(name, request.url, await (await cache.match(request)).text());
        }
        done(found);
    })().catch(e => done({ failed: String(e) }));";

fn canaries_in(text: &str) -> Vec<&'static str> {
    CANARIES.into_iter().filter(|c| text.contains(c)).collect()
}

/// No canary in any trace, and no store of the browser used at all.
async fn no_trace(client: &Client, when: &str) -> Result<()> {
    let found = client.execute_async(TRACES, vec![]).await?;
    ensure!(
        found["failed"].is_null() && found["asked"].is_array(),
        "{when}: {found}"
    );
    let told = canaries_in(&found.to_string());
    ensure!(told.is_empty(), "{when}: {told:?} in {found}");
    for store in ["local", "session", "databases", "caches", "workers"] {
        ensure!(
            found[store] == json!([]),
            "{when}: {store} holds {}",
            found[store]
        );
    }
    for none in ["cookies", "name"] {
        ensure!(found[none] == "", "{when}: {none} says {}", found[none]);
    }
    Ok(())
}

/// A page that shows none of it.
async fn says_nothing(client: &Client, when: &str) -> Result<()> {
    let said = client
        .execute("return document.documentElement.outerHTML", vec![])
        .await?;
    let said = canaries_in(said.as_str().unwrap_or_default());
    ensure!(said.is_empty(), "{when}: {said:?}");
    Ok(())
}

/// Types a canary into a report, which saves it by itself, into an entry and into the record.
async fn journey(product: &Product, client: &Client) -> Result<()> {
    let patient = first_link(client, product, AUTHOR, "/", "/patients/").await?;
    product.open(client, &patient).await?;
    click_button(client, "Start this report").await?;
    click_link(client, "Contact").await?;
    let ready = Locator::Css("form[data-autosave='ready']");
    client.wait().for_element(ready).await?;
    fill(client, "textarea", "canaryreport, typed and saved").await?;
    wait_for_text(client, ".saving-status", "Saved at").await?;
    no_trace(client, "after an answer was saved").await?;
    product
        .open(client, &format!("{patient}/record/contact"))
        .await?;
    for radio in ["kind", "happened"] {
        let css = format!("#answer-entry--{radio}-choice");
        client.find(Locator::Css(&css)).await?.click().await?;
    }
    fill(client, "#answer-entry--observed-text", "canaryentry").await?;
    click_button(client, "Save").await?;
    wait_for_text(client, "main", "canaryentry").await?;
    no_trace(client, "after an entry").await?;
    product
        .open(client, &format!("{patient}/details/health"))
        .await?;
    fill(
        client,
        "#answer-record--mental-disorder-text",
        "canaryrecord",
    )
    .await?;
    client
        .find(Locator::Css(
            "[name='answer/record//why.choice'][value=missing]",
        ))
        .await?
        .click()
        .await?;
    click_button(client, "Save").await?;
    product.open(client, &format!("{patient}/details")).await?;
    wait_for_text(client, "main", "canaryrecord").await?;
    no_trace(client, "after an edit of the record").await?;
    // Where nobody is found, what was looked for stands in the page only.
    product.open(client, "/find").await?;
    fill(client, "#name", "Quillfeather").await?;
    click_button(client, "Find").await?;
    wait_for_text(client, "main", "Zebedee").await?;
    no_trace(client, "after a search").await
}

async fn sign_out(client: &Client) -> Result<()> {
    client
        .find(Locator::Css("form[action='/sign-out'] button"))
        .await?
        .click()
        .await?;
    let out = until(async || {
        Ok(client
            .current_url()
            .await?
            .path()
            .starts_with("/sign-")
            .then_some(()))
    });
    out.await?.context("signing out led nowhere")
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_14_3_3_a_journey_leaves_nothing_in_the_browser() -> Result<()> {
    let product = Product::short()?;
    let driver = Driver::start().await?;
    let client = driver.open(Scripts::On, DESK).await?;
    journey(&product, &client).await?;
    sign_out(&client).await?;
    no_trace(&client, "after signing out").await?;
    says_nothing(&client, "after signing out").await?;
    // Nor does going back bring a page again.
    let mut looked = 0;
    loop {
        client.back().await?;
        // Before the product there was an empty page.
        if !client
            .current_url()
            .await?
            .as_str()
            .starts_with(&product.address)
        {
            break;
        }
        looked += 1;
        says_nothing(&client, "after going back").await?;
        // What was posted is not asked for again: the browser shows a page of its own.
        let ours = "return performance.getEntriesByType('navigation')[0]?.responseStatus > 0";
        if client.execute(ours, vec![]).await? == true {
            no_trace(&client, "after going back").await?;
        }
    }
    ensure!(looked > 4, "{looked} pages back");
    client.close().await?;
    // A browser keeps what it needs to open its windows again, the post behind a page that answers one among it.
    ensure!(
        !driver.left_in_profiles(&["profile"])?.is_empty(),
        "nothing is looked at"
    );
    let left = driver.left_in_profiles(&CANARIES)?;
    ensure!(left.is_empty(), "on the disk: {left:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_14_3_3_a_session_that_ends_in_the_middle_of_a_sentence_leaves_nothing() -> Result<()>
{
    let product = Product::short()?;
    with_browser(Scripts::On, async |client| {
        journey(&product, &client).await?;
        product.open(&client, "/").await?;
        click_link(&client, "Zebedee Quillfeather").await?;
        let report = client
            .find(Locator::Css("main a[href^='/reports/']"))
            .await?;
        report.click().await?;
        click_link(&client, "Contact").await?;
        let ready = Locator::Css("form[data-autosave='ready']");
        client.wait().for_element(ready).await?;
        product.tamper("delete from session").await?;
        fill(&client, "textarea", "canaryhalf, in the middle of").await?;
        wait_for_text(&client, ".saving-status", "You have been signed out").await?;
        no_trace(&client, "when the session had ended").await?;
        click_button(&client, "Save and continue").await?;
        wait_for_text(&client, "h1", "Sign in").await?;
        no_trace(&client, "where one signs in again").await?;
        // Somebody else comes to this computer, and opens the product.
        product.open(&client, "/sign-in").await?;
        no_trace(&client, "on the next page").await?;
        says_nothing(&client, "on the next page").await
    })
    .await
}

/// Another site: gives back what it was asked, in whole.
fn other_site() -> Result<(String, std::thread::JoinHandle<String>)> {
    let site = TcpListener::bind("127.0.0.1:0")?;
    // Another name: a browser sends cookies to every port of a host.
    let address = format!("http://localhost:{}/", site.local_addr()?.port());
    let asked = std::thread::spawn(move || {
        let Ok((mut stream, _)) = site.accept() else {
            return String::new();
        };
        let mut asked = Vec::new();
        let mut some = [0; 1024];
        while !asked.ends_with(b"\r\n\r\n") {
            match stream.read(&mut some) {
                Ok(n) if n > 0 => asked.extend_from_slice(&some[..n]),
                _ => break,
            }
        }
        let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 18\r\n\r\n<h1>Elsewhere</h1>";
        stream.write_all(page.as_bytes()).ok();
        String::from_utf8_lossy(&asked).to_lowercase()
    });
    Ok((address, asked))
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_14_3_1_another_site_is_not_told_where_one_comes_from() -> Result<()> {
    let product = Product::short()?;
    with_browser(Scripts::On, async |client| {
        let patient = first_link(&client, &product, AUTHOR, "/", "/patients/").await?;
        product.open(&client, &patient).await?;
        let (address, asked) = other_site()?;
        let link = "
            const link = document.createElement('a');
            link.href = arguments[0];
            link.textContent = 'Elsewhere';
            document.querySelector('main').append(link);
            link.click();";
        client.execute(link, vec![json!(address)]).await?;
        wait_for_text(&client, "h1", "Elsewhere").await?;
        let told = client
            .execute(
                "return [document.referrer, window.opener === null, window.name]",
                vec![],
            )
            .await?;
        ensure!(told == json!(["", true, ""]), "{told}");
        let asked = asked
            .join()
            .map_err(|_| anyhow::anyhow!("the other site failed"))?;
        ensure!(asked.starts_with("get / "), "{asked}");
        ensure!(
            !asked.contains("referer") && !asked.contains("cookie"),
            "{asked}"
        );
        Ok(())
    })
    .await
}

/// Names of the demo's patients: in full, and the family name where it is no common word.
fn demo_names() -> Result<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/forms/cases");
    let mut names = Vec::new();
    for case in std::fs::read_dir(folder)? {
        let case: toml::Value = toml::from_str(&std::fs::read_to_string(case?.path())?)?;
        let name = |part: &str| case["record"][part].as_str().unwrap_or_default().to_owned();
        let family = name("family-name");
        names.push(format!("{} {family}", name("given-name")));
        if family.len() > 5 {
            names.push(family);
        }
    }
    Ok(names)
}

/// Every file that pages of the product load, as text, whatever it holds.
const FILES: &str = "
    const [paths, done] = arguments;
    (async () => {
        const files = {};
        for (const path of paths) {
            const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
            let text = '';
            for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
            files[path] = text;
        }
        done(files);
    })().catch(e => done(String(e)));";

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_in_a_browser_holds_nobodys_name() -> Result<()> {
    let product = Product::demo()?;
    with_browser(Scripts::On, async |client| {
        let report = first_link(&client, &product, super::product::PRIYA, "/", "/reports/").await?;
        product.open(&client, &report).await?;
        let section = client.find(Locator::Css("main a[href*='/sections/']")).await?;
        section.click().await?;
        let ready = Locator::Css("form[data-autosave='ready']");
        client.wait().for_element(ready).await?;
        let loaded = "return [...new Set(performance.getEntriesByType('resource').map(e => new URL(e.name).pathname))].filter(p => !p.startsWith('/api/') && p !== '/session')";
        let loaded = client.execute(loaded, vec![]).await?;
        let files = client.execute_async(FILES, vec![loaded.clone()]).await?;
        for kind in [".wasm", ".js", ".css"] {
            let some = loaded.as_array().into_iter().flatten();
            let some = some.filter_map(Value::as_str).any(|path| path.ends_with(kind));
            ensure!(some, "no {kind} among {loaded}");
        }
        let names = demo_names()?;
        ensure!(names.len() > 9, "{names:?}");
        for (path, text) in files.as_object().context("no files")? {
            let text = text.as_str().unwrap_or_default();
            ensure!(text.len() > 40, "{path} is empty");
            for name in &names {
                // The browser gave each byte as a character.
                let name: String = name.bytes().map(char::from).collect();
                ensure!(!text.contains(&name), "{path} holds {name}");
            }
            ensure!(canaries_in(text).is_empty(), "{path}");
        }
        Ok(())
    })
    .await
}

/// There is no mail to look for canaries in: no setting names a way to send any.
#[test]
fn there_is_no_mail() -> Result<()> {
    for command in ["serve", "demo"] {
        let help = Command::new(env!("CARGO_BIN_EXE_conditional-discharge"))
            .args([command, "--help"])
            .output()?;
        let help = String::from_utf8(help.stdout)?.to_lowercase();
        ensure!(help.contains("--listen"), "{help}");
        for word in ["smtp", "mail-", "mail_", "sendmail", "mailgun", "sender"] {
            ensure!(!help.contains(word), "{command} knows {word}");
        }
    }
    Ok(())
}
