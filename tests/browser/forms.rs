//! Every form that somebody comes to by links, without opening the pages in between.

use super::crawl::shape;
use anyhow::{Result, ensure};
use fantoccini::Client;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Fetches pages, and gives of each its links, and of its forms that ask for text where they are sent and
/// the names of their texts.
const LOOK: &str = "
    const [paths, done] = arguments;
    const TEXT = 'textarea, input[type=text], input[type=email], input[type=tel], input[type=search], input[type=url], input[type=password]';
    const look = async path => {
        const answer = await fetch(path);
        if (!answer.ok || !/html/.test(answer.headers.get('content-type'))) return [[], []];
        // A paper has a style inside that its own policy allows; read here, it would be held to ours.
        const text = (await answer.text()).replace(/<style[^]*?<\\/style>/g, '');
        const doc = new DOMParser().parseFromString(text, 'text/html');
        const links = [...doc.querySelectorAll('a[href^=\"/\"]')].map(a => a.getAttribute('href').split('#')[0]);
        const forms = [...doc.querySelectorAll('main form')].map(f =>
            [new URL(f.getAttribute('action') ?? path, location.href).pathname, [...f.querySelectorAll(TEXT)].map(e => e.name)]);
        return [links, forms.filter(([, names]) => names.length)];
    };
    Promise.all(paths.map(look)).then(done, e => done(String(e)));";

/// How many pages of one kind are looked at: forms of one kind differ with what they are about.
const OF_A_KIND: usize = 6;

/// Links of a page, and of its forms the address and the texts.
type Looked = (Vec<String>, Vec<(String, Vec<String>)>);

/// A form of a page.
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// The names of what is typed, parts of days included.
    pub texts: Vec<String>,
}

/// Names of controls and addresses without what counts rows.
pub fn kind_of(name: &str) -> String {
    let mut kind = String::new();
    for c in name.chars() {
        match c {
            '0'..='9' if kind.ends_with('n') => {}
            '0'..='9' => kind.push('n'),
            c => kind.push(c),
        }
    }
    let parts: Vec<&str> = kind.split('/').collect();
    match parts.as_slice() {
        ["answer", question, row, field] if !row.is_empty() && *question != "record" => {
            format!("answer/{question}/ROW/{field}")
        }
        // One of a question, of a finding, of a point of a checklist.
        [
            of @ ("considered" | "comment" | "reason" | "reply" | "view"),
            _,
            ..,
        ] => format!("{of}/ROW"),
        _ => kind,
    }
}

/// The kind of address that a form is sent to, or that a page has.
pub fn place(path: &str) -> String {
    kind_of(&shape(path).unwrap_or_else(|| path.to_owned()))
}

/// Every form with texts that whoever is signed in comes to by links from the start page.
pub async fn forms(client: &Client) -> Result<Vec<Form>> {
    let mut waiting = vec!["/".to_owned()];
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    while !waiting.is_empty() {
        let mut next = Vec::new();
        for path in std::mem::take(&mut waiting) {
            if shape(&path).is_none() || path.starts_with("/sign-out") {
                continue;
            }
            let count = kinds.entry(place(&path)).or_default();
            if *count < OF_A_KIND && seen.insert(path.clone()) {
                *count += 1;
                next.push(path);
            }
        }
        for some in next.chunks(8) {
            let looked = client.execute_async(LOOK, vec![json!(some)]).await?;
            let looked: Vec<Looked> = serde_json::from_value(looked)?;
            for (links, forms) in looked {
                waiting.extend(links);
                let forms = forms.into_iter();
                found.extend(forms.map(|(action, texts)| Form { action, texts }));
            }
        }
    }
    ensure!(seen.len() > 10, "only {} pages", seen.len());
    Ok(found)
}
