//! The organisation's audit: search form and rows.

use crate::components::furniture::{FieldError, date_field, error_summary, text_field};
use crate::components::places::{Places, places};
use leptos::prelude::*;

/// What the page shows: the search as typed, and what it found.
#[derive(Debug, Clone, Default)]
pub struct AuditPage {
    /// Which organisation it is about.
    pub places: Places,
    /// Who, as typed.
    pub person: String,
    /// MHCS reference, as typed.
    pub reference: String,
    /// What, as typed.
    pub action: String,
    /// First day, as typed.
    pub from: [String; 3],
    /// Last day, as typed.
    pub to: [String; 3],
    /// Refusals only.
    pub refused: bool,
    /// Sign-ins and changes of accounts, in the place of what was done.
    pub sign_ins: bool,
    /// Whether this is the answer to a search.
    pub searched: bool,
    /// What is wrong with the search.
    pub errors: Vec<FieldError>,
    /// Rows, newest first.
    pub rows: Vec<AuditRow>,
    /// Where the next page begins, when there is one.
    pub more: Option<String>,
}

/// One row.
#[derive(Debug, Clone, Default)]
pub struct AuditRow {
    /// When.
    pub when: String,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
    /// About whom: MHCS's reference.
    pub reference: String,
    /// Why.
    pub why: String,
    /// From which address.
    pub from: String,
    /// Whether it was refused.
    pub refused: bool,
}

/// The page.
pub fn audit_page(page: &AuditPage) -> impl IntoView + use<> {
    let errors = &page.errors;
    let found = match (page.searched, page.rows.is_empty()) {
        (true, true) => "Nothing matches.",
        (true, false) => "What matches, newest first",
        (false, true) => "Nothing recorded yet.",
        (false, false) => "The latest",
    };
    view! {
        {error_summary(errors)}
        <h1 class="nhsuk-heading-l">"Audit"</h1>
        {places(&page.places)}
        <p>"Who did or looked at what. It holds no clinical text, and nobody can alter it. Reading it is recorded too."</p>
        <form method="post" novalidate>
            <h2 class="nhsuk-heading-m">"Search"</h2>
            {text_field("person", "Who", Some("Part of a name or e-mail address"), page.person.clone(), errors)}
            {text_field("reference", "MHCS reference of the patient", None, page.reference.clone(), errors)}
            {text_field("action", "What", Some("The act’s name, for example view-patient"), page.action.clone(), errors)}
            {date_field("from/", "From".into(), None, page.from.clone(), errors)}
            {date_field("to/", "To".into(), Some("The last day that counts".into()), page.to.clone(), errors)}
            <div class="nhsuk-form-group">
                <div class="nhsuk-checkboxes">
                    <div class="nhsuk-checkboxes__item">
                        <input class="nhsuk-checkboxes__input" id="refused" name="refused" type="checkbox" value="yes" checked=page.refused />
                        <label class="nhsuk-label nhsuk-checkboxes__label" for="refused">"Only what was refused"</label>
                    </div>
                    <div class="nhsuk-checkboxes__item">
                        <input class="nhsuk-checkboxes__input" id="sign-ins" name="sign-ins" type="checkbox" value="yes" checked=page.sign_ins aria-describedby="sign-ins-hint" />
                        <label class="nhsuk-label nhsuk-checkboxes__label" for="sign-ins">"How your people signed in, instead of what was done"</label>
                        <div class="nhsuk-hint nhsuk-checkboxes__hint" id="sign-ins-hint">"Also what was tried with their accounts, and their changes of password and authenticator app"</div>
                    </div>
                </div>
            </div>
            <div class="nhsuk-button-group">
                <button class="nhsuk-button" type="submit">"Search"</button>
                <button class="nhsuk-button nhsuk-button--secondary" type="submit" name="as" value="csv">"Download as CSV"</button>
            </div>
        </form>
        <h2 class="nhsuk-heading-m">{found}</h2>
        {(!page.rows.is_empty()).then(|| table(&page.rows))}
        {page.more.clone().map(|after| more(page, after))}
        <h2 class="nhsuk-heading-m">"Anchor"</h2>
        <p>"The end of your organisation’s chain, as a small file. Keep it, dated and signed, where the people who run this service cannot reach it: a later check against it shows whether rows were removed or rewritten since."</p>
        <p><a href=format!("/audit/head{}", page.places.query) download>"Download the audit’s head"</a></p>
    }
}

/// "Earlier" repeats the search from where this page ended. A post, because it names people.
fn more(page: &AuditPage, after: String) -> impl IntoView + use<> {
    let mut kept = vec![
        ("person".to_owned(), page.person.clone()),
        ("reference".into(), page.reference.clone()),
        ("action".into(), page.action.clone()),
        ("after".into(), after),
    ];
    for (name, day) in [("from", &page.from), ("to", &page.to)] {
        for (part, value) in ["day", "month", "year"].iter().zip(day) {
            kept.push((format!("{name}/{part}"), value.clone()));
        }
    }
    for (name, ticked) in [("refused", page.refused), ("sign-ins", page.sign_ins)] {
        if ticked {
            kept.push((name.into(), "yes".into()));
        }
    }
    let kept = kept
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form method="post">
            {kept}
            <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Earlier"</button>
        </form>
    }
}

fn table(rows: &[AuditRow]) -> impl IntoView + use<> {
    let rows = rows
        .iter()
        .map(|row| {
            let refused = row.refused.then(|| {
                view! { " " <strong class="nhsuk-tag nhsuk-tag--yellow">"Refused"</strong> }
            });
            view! {
                <tr class="nhsuk-table__row">
                    <td class="nhsuk-table__cell">{row.when.clone()}</td>
                    <td class="nhsuk-table__cell">{row.who.clone()}</td>
                    <td class="nhsuk-table__cell">{row.what.clone()}{refused}</td>
                    <td class="nhsuk-table__cell">{row.reference.clone()}</td>
                    <td class="nhsuk-table__cell">{row.why.clone()}</td>
                    <td class="nhsuk-table__cell">{row.from.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = ["When", "Who", "What", "Patient", "Why", "From"]
        .map(|h| view! { <th scope="col">{h}</th> })
        .collect_view();
    view! {
        <div class="table-scroll" role="region" aria-label="Audit" tabindex="0">
            <table class="nhsuk-table">
                <caption class="nhsuk-table__caption nhsuk-u-visually-hidden">"Rows of the audit"</caption>
                <thead class="nhsuk-table__head"><tr>{heads}</tr></thead>
                <tbody class="nhsuk-table__body">{rows}</tbody>
            </table>
        </div>
    }
}
