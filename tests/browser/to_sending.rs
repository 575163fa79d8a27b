//! The report at hand of each of the demo's nine people, from wherever it stands to sent: every section of
//! the full form, every role whose turn it is, in a browser.

use super::driver::until;
use super::hands::Hands;
use super::page::{click_button, screenshot};
use super::product::{PASSWORD, PRIYA};
use super::quarter::{SAM, TOM, report_at_hand, with_the_nine};
use anyhow::{Context, Result, bail};
use fantoccini::Locator;
use serde_json::json;

/// Whose turn it may be: name and address.
type Colleague = (&'static str, &'static str);
const AUTHORS: [Colleague; 3] = [
    ("Priya Nandakumar", PRIYA),
    ("Tom Eastbrook", TOM),
    ("Sam Adeyemi", SAM),
];
const MANAGERS: [Colleague; 2] = [
    (
        "Ruth Okonedo-Lyle",
        "ruth.okonedo-lyle@northmere.example.org",
    ),
    ("Nell Brook", "nell.brook@harrowdene.example.org"),
];
const DOCTORS: [Colleague; 2] = [
    ("Dr Ines Carvalho", "ines.carvalho@northmere.example.org"),
    ("Dr Hew Mostyn", "hew.mostyn@northmere.example.org"),
];

/// More steps than any report takes.
const STEPS: usize = 12;

/// Answers what the page asks and nobody has answered, as somebody in a hurry would: the first of every
/// choice, a sentence in every box, a day of the period.
pub const ANSWER: &str = "
    const [words, who, password] = arguments;
    window.answered = true;
    const tell = e => ['input', 'change'].forEach(kind => e.dispatchEvent(new Event(kind, { bubbles: true })));
    const all = [...document.querySelectorAll('main form textarea, main form input, main form select')];
    const date = { day: '20', month: '11', year: '2026' };
    for (const e of all) {
        const last = e.name.split(/[\\/.]/).pop();
        const same = kind => all.filter(o => o.type === kind && o.name === e.name);
        if (e.type === 'radio' && !same('radio').some(o => o.checked)) e.click();
        else if (e.type === 'checkbox') {
            const group = [...(e.closest('fieldset') ?? e.closest('form')).querySelectorAll('input[type=checkbox]')];
            if (!/withhold|expand/.test(e.name) && !group.some(o => o.checked)) e.click();
        }
        else if (e.type === 'hidden' || e.value) continue;
        else if (e.type === 'password') { e.value = password; tell(e); }
        else if (e.tagName === 'SELECT') { e.selectedIndex = Math.min(1, e.options.length - 1); tell(e); }
        else if (e.type === 'text' || e.tagName === 'TEXTAREA') {
            e.value = date[last] ?? (/name/.test(e.name) && who ? who : e.inputMode === 'numeric' ? '2' : words);
            tell(e);
        }
    }";

#[tokio::test(flavor = "multi_thread")]
async fn of_the_first_half_of_nine() -> Result<()> {
    of_each(|number| number % 2 == 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_other_half_of_nine() -> Result<()> {
    of_each(|number| number % 2 == 1).await
}

/// Takes the report at hand of these of the nine to where MHCS has it.
async fn of_each(these: fn(usize) -> bool) -> Result<()> {
    with_the_nine(async |hands, nine| {
        let mine = nine.iter().enumerate().filter(|(number, _)| these(*number));
        for (_, person) in mine {
            hands.sign_in(person.supervisor).await?;
            hands.open(&person.path).await?;
            let report = report_at_hand(hands).await?;
            to_sending(hands, &report)
                .await
                .with_context(|| person.name.clone())?;
        }
        Ok(())
    })
    .await
}

async fn to_sending(hands: &Hands<'_>, report: &str) -> Result<()> {
    for _ in 0..STEPS {
        hands.open(report).await?;
        let state = state(hands).await?;
        let (people, page, button): (&[Colleague], _, _) = match state.as_str() {
            "Being written" | "Returned by line manager" => {
                (&AUTHORS, "/sign", "Sign and ask for sign-off")
            }
            "With line manager" => (&MANAGERS, "/review", "Attest and approve"),
            "Part C differs: with line manager" => {
                (&MANAGERS, "/review", "I have seen it; it can go on")
            }
            "Approved, waiting for Part C" | "With clinical supervisor" => {
                (&DOCTORS, "/part-c/sign", "Sign Part C")
            }
            "Final check by author" => {
                (&AUTHORS, "/freeze", "Freeze the report and make the papers")
            }
            "Ready to send" => (&AUTHORS, "/sent", "Record as sent"),
            "Sent to MHCS" => {
                hands.sound("the report that was sent").await?;
                let name = report.replace('/', "-");
                return screenshot(hands.client, &format!("to-sending{name}")).await;
            }
            other => bail!("nobody goes on from {other:?}"),
        };
        let writes = page.ends_with("/sign");
        let who = if writes {
            let who = whose_turn(hands, people, report, "main a[href*='/sections/']").await?;
            write(hands, report).await?;
            who
        } else {
            let form = "main form[method=post] button";
            whose_turn(hands, people, &format!("{report}{page}"), form).await?
        };
        hands.open(&format!("{report}{page}")).await?;
        step(hands, who, button).await.with_context(|| state)?;
    }
    bail!("still {:?} after {STEPS} steps", state(hands).await?)
}

/// Where the report stands, in the page's words.
async fn state(hands: &Hands<'_>) -> Result<String> {
    let tag = Locator::Css(".nhsuk-tag");
    Ok(hands.client.find(tag).await?.text().await?)
}

/// Signs in as the first of all to whom the page offers this, and stays on it.
async fn whose_turn(
    hands: &Hands<'_>,
    people: &[Colleague],
    page: &str,
    offered: &str,
) -> Result<&'static str> {
    for (name, email) in people {
        hands.sign_in(email).await?;
        hands.open(page).await?;
        if !hands
            .client
            .find_all(Locator::Css(offered))
            .await?
            .is_empty()
        {
            return Ok(name);
        }
    }
    bail!("nobody may go on at {page}")
}

/// Answers every section that this person writes.
async fn write(hands: &Hands<'_>, report: &str) -> Result<()> {
    hands.open(report).await?;
    let mut sections = Vec::new();
    let links = Locator::Css("main a[href*='/sections/']");
    for link in hands.client.find_all(links).await? {
        let path = link.attr("href").await?.context("a link to nowhere")?;
        if !sections.contains(&path) {
            sections.push(path);
        }
    }
    for section in sections {
        hands.open(&section).await?;
        let save = Locator::XPath("//main//button[normalize-space(.) = 'Save and continue']");
        if !hands.client.find_all(save).await?.is_empty() {
            step(hands, "", "Save and continue")
                .await
                .with_context(|| section)?;
        }
    }
    Ok(())
}

/// Answers what the page asks, presses the button, and expects to be taken on.
async fn step(hands: &Hands<'_>, who: &str, button: &str) -> Result<()> {
    let words = json!("As seen on the visits and said by the provider; nothing else to report.");
    hands
        .client
        .execute(ANSWER, vec![words, json!(who), json!(PASSWORD)])
        .await?;
    click_button(hands.client, button).await?;
    let loaded = "return document.readyState === 'complete' && !window.answered";
    let gone = until(async || {
        let new = hands.client.execute(loaded, vec![]).await;
        Ok(matches!(new, Ok(value) if value == json!(true)).then_some(()))
    });
    gone.await?.context("no new page")?;
    let wrong = Locator::Css(".nhsuk-error-summary");
    if let Ok(summary) = hands.client.find(wrong).await {
        bail!("{}", summary.text().await?);
    }
    Ok(())
}
