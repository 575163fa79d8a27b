//! Markup typed into every kind of field is text wherever it is shown: in pages to every reader, in the
//! form that comes back, in the paper. Real Chromium with our policy: no script of it runs, no dialog
//! opens, and the browser reports no violation, because nothing reached it as markup.
//!
//! The modules fill every form that asks for text, as `robot.rs` says; `fields/` is the table of what each
//! field took, and `whole.rs` finds a field that is in no table.

mod access;
mod organisation;
mod record;
mod reports;
mod robot;
mod self_assessment;
mod step;
mod table;
mod whole;

use super::crawl::first_link;
use super::driver::{Scripts, with_browser};
use super::paper_text::bare;
use super::product::{ADMIN, AUTHOR, DOCTOR, MANAGER, PASSWORD, Product};
use anyhow::{Context, Result, ensure};
use fantoccini::Client;
use serde_json::{Value, json};

/// One a line.
const PAYLOADS: &str = include_str!("../attacks/payloads.txt");

/// Posts the form of a page as it stands, with some controls set: what a person could send who types
/// faster than a driver does. Gives status and address of the page that answers.
const SUBMIT: &str = "
    const [path, set, done] = arguments;
    (async () => {
        const page = await (await fetch(path)).text();
        const doc = new DOMParser().parseFromString(page, 'text/html');
        const ours = [...doc.querySelectorAll('main form')];
        const holds = f => Object.keys(set).some(n => f.elements.namedItem(n));
        const form = ours.find(holds) ?? ours[0];
        const data = new URLSearchParams(form ? new FormData(form) : []);
        for (const [name, value] of Object.entries(set)) {
            data.delete(name);
            for (const one of [value].flat()) data.append(name, one);
        }
        const answer = await fetch(form?.getAttribute('action') ?? path, { method: 'POST', body: data });
        done([answer.status, new URL(answer.url).pathname]);
    })().catch(e => done([0, String(e)]));";

async fn submit(client: &Client, path: &str, set: Value) -> Result<String> {
    let answer = client.execute_async(SUBMIT, vec![json!(path), set]).await?;
    ensure!(answer[0] == 200, "{path}: {answer}");
    Ok(answer[1].as_str().unwrap_or_default().to_owned())
}

/// Adds an entry for each payload, each on its own.
const EACH_AN_ENTRY: &str = "
    const [path, payloads, done] = arguments;
    (async () => {
        let added = 0;
        for (const payload of payloads) {
            const page = await (await fetch(path)).text();
            const doc = new DOMParser().parseFromString(page, 'text/html');
            const form = [...doc.querySelectorAll('main form')].find(f => f.elements.namedItem('id'));
            const data = new URLSearchParams(new FormData(form));
            const put = (name, value) => data.set('answer/entry//' + name, value);
            put('on.day', '18'); put('on.month', '11'); put('on.year', '2025');
            for (const control of form.querySelectorAll('textarea, input[type=text]'))
                if (!/day|month|year/.test(control.name)) data.set(control.name, payload);
            for (const radio of form.querySelectorAll('input[type=radio]'))
                if (!data.has(radio.name)) data.set(radio.name, radio.value);
            const answer = await fetch(path, { method: 'POST', body: data });
            if (answer.ok) added++; else throw payload + ' ' + answer.status + (await answer.text()).slice(-6000);
        }
        done(added);
    })().catch(e => done(String(e)));";

/// What a page must not have: a script of ours that was not ours, a handler, a frame; and whether the
/// payload ran.
const STRANGE: &str = "
    const strange = [];
    if (window.pwned) strange.push('a script ran');
    for (const e of document.querySelectorAll('*')) {
        for (const a of e.attributes)
            if (/^on/i.test(a.name) || /^\\s*(javascript|data):/i.test(a.value) && a.name !== 'value') strange.push(e.tagName + ' ' + a.name);
        if (/^(IFRAME|FRAME|OBJECT|EMBED|APPLET|BASE|MARQUEE|MATH|VIDEO|AUDIO|XSS|X|CUSTOM-TAG|FRAMESET|TEMPLATE)$/.test(e.tagName)) strange.push(e.tagName);
        if (e.tagName === 'SCRIPT' && !e.nonce && !/^\\/(pkg|session)/.test(e.getAttribute('src') ?? '')) strange.push('a script');
    }
    return strange;";

async fn sound(client: &Client, page: &str) -> Result<()> {
    let strange = client.execute(STRANGE, vec![]).await?;
    ensure!(strange == json!([]), "{page}: {strange}");
    ensure!(client.get_alert_text().await.is_err(), "{page}: a dialog");
    Ok(())
}

/// The text of the page and of its fields, and where its links lead.
async fn text(client: &Client) -> Result<String> {
    let all = "const all = (css, of) => [...document.querySelectorAll(css)].map(of).join(' ');
        return [document.body.textContent, all('textarea, input', e => e.value), all('a[href]', e => e.getAttribute('href'))].join(' ')";
    let all = client.execute(all, vec![]).await?;
    Ok(all.as_str().unwrap_or_default().to_owned())
}

fn payloads() -> Vec<&'static str> {
    PAYLOADS.lines().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_each_payload_in_an_entry_of_its_own_is_text() -> Result<()> {
    ensure!(payloads().len() >= 120, "{}", payloads().len());
    let product = Product::short()?;
    with_browser(Scripts::On, async |client| {
        let patient = first_link(&client, &product, AUTHOR, "/", "/patients/").await?;
        let form = format!("{patient}/record/contact");
        for some in payloads().chunks(40) {
            let added = client
                .execute_async(EACH_AN_ENTRY, vec![json!(form), json!(some)])
                .await?;
            ensure!(added == some.len(), "{added}");
        }
        let mut seen = String::new();
        for who in [AUTHOR, MANAGER] {
            product.sign_in(&client, who).await?;
            for from in [0, 50, 100] {
                let page = format!("{patient}/record?from={from}");
                product.open(&client, &page).await?;
                sound(&client, &page).await?;
                seen.push_str(&text(&client).await?);
            }
        }
        for payload in payloads() {
            ensure!(seen.contains(payload), "not shown as typed: {payload}");
        }
        Ok(())
    })
    .await
}

/// Types the payloads into every text field of the page that is shown, and sends it.
const FILL_AND_SEND: &str = "
    const [text] = arguments;
    const form = [...document.querySelectorAll('main form')].find(f => f.querySelector('textarea, input[type=text], input[type=email]'));
    if (!form) return false;
    for (const c of form.querySelectorAll('textarea, input[type=text], input[type=email], input[type=tel]')) c.value = text;
    const button = form.querySelector('button[type=submit]');
    form.noValidate = true;
    form.requestSubmit(button);
    return true;";

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_what_comes_back_from_every_form_is_text() -> Result<()> {
    let product = Product::short()?;
    with_browser(Scripts::On, async |client| {
        // Breaks out of an attribute, of a text box, of an element; short enough for every field.
        let typed = "\"'></textarea></title></script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>";
        let patient = first_link(&client, &product, AUTHOR, "/", "/patients/").await?;
        let place = first_link(&client, &product, ADMIN, "/administration", "/organisations/").await?;
        let place = place.trim_end_matches("/people").trim_end_matches("/settings").to_owned();
        let forms: [(&str, Vec<String>); 4] = [
            ("", vec!["/sign-in".into()]),
            (AUTHOR, {
                let details = ["names", "health", "addresses/new", "conditions/new", "care-team/new", "communication", "mappa", "discharge"];
                let record = ["contact", "event", "night-away", "leave-cover", "test-result"];
                let mut all: Vec<String> = details.map(|d| format!("{patient}/details/{d}")).to_vec();
                all.extend(record.map(|r| format!("{patient}/record/{r}")));
                all.extend(["/find", "/register", "/emergency"].map(str::to_owned));
                all.push(format!("{patient}/late"));
                all.push(format!("{patient}/plan"));
                all
            }),
            (MANAGER, vec![format!("{patient}/access/grant"), format!("{patient}/access/restrict"), format!("{patient}/subject-access"), format!("{patient}/allocation")]),
            (ADMIN, ["people", "people/invite", "settings", "policies/new", "lessons/new", "protocol/contacts/mhcs", "protocol/events/arrest"].map(|p| format!("{place}/{p}")).into_iter().chain(["/audit".to_owned(), "/retention".to_owned()]).collect()),
        ];
        let mut sent = 0;
        for (who, paths) in forms {
            if !who.is_empty() {
                product.sign_in(&client, who).await?;
            } else {
                client.delete_all_cookies().await?;
            }
            for path in paths {
                product.open(&client, &path).await?;
                let mark = "window.before = true; return 1";
                client.execute(mark, vec![]).await?;
                let had = client.execute(FILL_AND_SEND, vec![json!(typed)]).await?;
                if had != true {
                    continue;
                }
                // The page that answers is another one.
                super::driver::until(async || {
                    let old = client.execute("return window.before === true || document.readyState !== 'complete'", vec![]).await;
                    Ok(matches!(old, Ok(Value::Bool(false))).then_some(()))
                })
                .await?
                .with_context(|| format!("{path}: no answer"))?;
                sound(&client, &path).await?;
                sent += 1;
            }
        }
        ensure!(sent > 24, "only {sent} forms had a text field");
        // What was taken is shown to others.
        product.sign_in(&client, MANAGER).await?;
        for path in ["", "/details", "/history", "/record", "/audit"] {
            let path = format!("{patient}{path}");
            product.open(&client, &path).await?;
            sound(&client, &path).await?;
        }
        product.sign_in(&client, ADMIN).await?;
        for path in ["people", "policies", "lessons", "protocol", "settings"] {
            let path = format!("{place}/{path}");
            product.open(&client, &path).await?;
            sound(&client, &path).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_1_2_1_all_payloads_in_a_report_are_text_to_all_its_readers_and_in_its_paper()
-> Result<()> {
    let product = Product::short()?;
    with_browser(Scripts::On, async |client| {
        let all = payloads().join("\n");
        let patient = first_link(&client, &product, AUTHOR, "/", "/patients/").await?;
        let report = submit(&client, &patient, json!({})).await?;
        ensure!(report.starts_with("/reports/"), "{report}");
        let contact = format!("{report}/sections/contact");
        submit(&client, &contact, json!({ "answer/contact-summary//text": all, "answer/section:contact//choice": "yes" })).await?;
        submit(&client, &format!("{report}/sections/conditions"), json!({
            "answer/compliance/c1/status.choice": "met", "answer/compliance/c1/evidence.text": all, "answer/compliance/c1/evidence.basis": "provider",
            "answer/compliance/c2/status.choice": "met", "answer/compliance/c2/evidence.text": all, "answer/compliance/c2/evidence.basis": "test",
            "answer/section:conditions//choice": "yes",
        })).await?;
        submit(&client, &format!("{report}/sections/relationships"), json!({
            "answer/relationship-asked//choice": "yes", "answer/relationship-asked//detail": all,
            "answer/relationship-asked//basis": ["provider", "self-report"], "answer/section:relationships//choice": "yes",
        })).await?;
        let today = client.execute("const d = new Date(); return [d.getDate(), d.getMonth() + 1, d.getFullYear()].map(String)", vec![]).await?;
        let sign = json!({ "name": "Ada Author", "password": PASSWORD, "facts-as-at/day": today[0], "facts-as-at/month": today[1], "facts-as-at/year": today[2] });
        submit(&client, &format!("{report}/sign"), sign.clone()).await?;
        let mut readers = vec![(AUTHOR, contact.clone()), (AUTHOR, format!("{report}/check"))];
        product.sign_in(&client, MANAGER).await?;
        product.open(&client, &format!("{report}/review")).await?;
        sound(&client, "review").await?;
        let shown = text(&client).await?;
        for payload in payloads() {
            ensure!(shown.contains(payload), "the manager does not see as typed: {payload}");
        }
        let ticked = client.execute("return Object.fromEntries([...document.querySelectorAll('input[name^=\"checklist/\"]')].map(c => [c.name, 'yes']))", vec![]).await?;
        let mut approve = ticked.as_object().cloned().unwrap_or_default();
        approve.extend(json!({ "decision": "approve", "name": "Mo Manager", "password": PASSWORD }).as_object().cloned().unwrap_or_default());
        submit(&client, &format!("{report}/review"), Value::Object(approve)).await?;
        product.sign_in(&client, DOCTOR).await?;
        submit(&client, &format!("{report}/sections/clinical"), json!({
            "answer/mental-state//text": all, "answer/medication//text": all, "answer/clinical-opinion//choice": "continue",
            "answer/clinical-opinion//detail": all, "answer/section:clinical//choice": "yes",
        })).await?;
        submit(&client, &format!("{report}/part-c/sign"), json!({ "name": "Dr Dee Doctor", "password": PASSWORD })).await?;
        product.sign_in(&client, AUTHOR).await?;
        submit(&client, &format!("{report}/freeze"), json!({ "password": PASSWORD })).await?;
        for rest in ["", "/finished", "/text", "/internal", "/paper.html"] {
            readers.push((MANAGER, format!("{report}{rest}")));
        }
        readers.push((DOCTOR, report.clone()));
        let mut signed_in = "";
        for (who, path) in readers {
            if who != signed_in {
                product.sign_in(&client, who).await?;
                signed_in = who;
            }
            product.open(&client, &path).await?;
            sound(&client, &path).await?;
            if path.ends_with("/paper.html") {
                // A paper breaks lines and spaces as it must.
                let shown = bare(&text(&client).await?);
                for payload in payloads() {
                    ensure!(shown.contains(&bare(payload)), "not in the paper as typed: {payload}");
                }
            }
        }
        Ok(())
    })
    .await
}
