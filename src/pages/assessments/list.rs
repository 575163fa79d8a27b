//! The assessments that somebody has a part in, and the overview across an organisation's teams.

use super::{link, proposed, table, words};
use leptos::prelude::*;

/// An assessment on a list.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its page.
    pub path: String,
    /// Whose it is and what it covers.
    pub name: String,
    /// The period in words.
    pub period: String,
    /// Where it stands.
    pub stage: &'static str,
    /// What the person is to it.
    pub part: String,
}

/// An offer to share one.
#[derive(Debug, Clone)]
pub struct OfferLine {
    /// Where the answer goes.
    pub action: String,
    /// Who offers and for which period.
    pub words: String,
}

/// What the list shows.
#[derive(Debug, Clone, Default)]
pub struct ListPage {
    /// What the standards are and are not.
    pub status: String,
    /// Assessments.
    pub lines: Vec<Line>,
    /// Offers that wait for an answer.
    pub offers: Vec<OfferLine>,
    /// Organisations in which the person may open one: path and name.
    pub open: Vec<(String, String)>,
    /// Whether there is an overview for them.
    pub overview: bool,
    /// Actions of theirs that are overdue.
    pub overdue: usize,
}

/// The list.
pub fn list_page(page: &ListPage) -> impl IntoView + use<> {
    let rows = page
        .lines
        .iter()
        .map(|l| {
            vec![
                link(&l.path, &l.name),
                words(&l.period),
                words(l.stage),
                words(&l.part),
            ]
        })
        .collect::<Vec<_>>();
    let offers = page
        .offers
        .iter()
        .map(|o| {
            view! {
                <li>
                    <p>{o.words.clone()}</p>
                    <form method="post" action=o.action.clone() class="nhsuk-button-group">
                        <button class="nhsuk-button nhsuk-button--small" type="submit" name="answer" value="agree">"Share it"</button>
                        <button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit" name="answer" value="decline">"Decline"</button>
                    </form>
                </li>
            }
        })
        .collect_view();
    let open = page
        .open
        .iter()
        .map(|(path, name)| view! { <p><a class="nhsuk-button" href=path.clone()>{format!("Open a self-assessment for {name}")}</a></p> })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Self-assessment"</h1>
        {proposed(&page.status)}
        {(page.overdue > 0).then(|| view! {
            <div class="nhsuk-inset-text"><p><a href="/actions">{overdue(page.overdue)}</a></p></div>
        })}
        {(!page.offers.is_empty()).then(|| view! {
            <section aria-labelledby="offers">
                <h2 class="nhsuk-heading-m" id="offers">"Offers to share"</h2>
                <ul class="nhsuk-list">{offers}</ul>
            </section>
        })}
        {if rows.is_empty() {
            view! { <p>"There is no self-assessment that you have a part in. A lead gives parts to people."</p> }.into_any()
        } else {
            table("Self-assessments", &["What it covers", "Period", "Where it stands", "Your part"], rows).into_any()
        }}
        {open}
        <h2 class="nhsuk-heading-m">"More"</h2>
        <ul class="nhsuk-list nhsuk-list--bullet">
            <li><a href="/actions">"Actions of the action plans"</a></li>
            {page.overview.then(|| view! { <li><a href="/assessments/overview">"Overview across teams"</a></li> })}
            <li><a href="/assessments/standards">"The standards, with what good looks like"</a></li>
            <li>"Blank checklist to print: "
                <a href="/assessments/checklist/checklist.pdf">"PDF"</a>", "
                <a href="/assessments/checklist/checklist.html">"web page"</a>", "
                <a href="/assessments/checklist/checklist.docx">"Word"</a>
            </li>
        </ul>
    }
}

/// How many actions are overdue, in words.
#[must_use]
pub fn overdue(count: usize) -> String {
    if count == 1 {
        "1 action is overdue".into()
    } else {
        format!("{count} actions are overdue")
    }
}

/// A part of an organisation on the overview.
#[derive(Debug, Clone)]
pub struct ScopeLine {
    /// The latest assessment's page.
    pub path: String,
    /// What it covers.
    pub name: String,
    /// Last day of its period, and where it stands.
    pub stands: String,
    /// Mean over all rated criteria.
    pub mean: String,
    /// The same in the assessment before.
    pub before: String,
    /// Type 1 below 2.
    pub must_act: usize,
    /// Actions overdue.
    pub overdue: usize,
    /// Means by domain, in the order of the standards.
    pub domains: Vec<String>,
}

/// What the overview shows of one organisation.
#[derive(Debug, Clone)]
pub struct OrganisationLines {
    /// Its name.
    pub name: String,
    /// Names of the domains, as headings of the columns.
    pub heads: Vec<String>,
    /// Its parts.
    pub scopes: Vec<ScopeLine>,
}

/// The overview across teams.
pub fn overview_page(status: &str, organisations: &[OrganisationLines]) -> impl IntoView + use<> {
    let sections = organisations
        .iter()
        .map(|o| {
            let rows = o
                .scopes
                .iter()
                .map(|s| {
                    vec![
                        link(&s.path, &s.name),
                        words(&s.stands),
                        words(&s.mean),
                        words(&s.before),
                        words(s.must_act.to_string()),
                        words(s.overdue.to_string()),
                    ]
                })
                .collect();
            let mut heads = vec!["Part"];
            heads.extend(o.heads.iter().map(String::as_str));
            let by_domain = o
                .scopes
                .iter()
                .map(|s| {
                    let mut cells = vec![link(&s.path, &s.name)];
                    cells.extend(s.domains.iter().map(words));
                    cells
                })
                .collect();
            let name = o.name.clone();
            let none = o.scopes.is_empty();
            view! {
                <section>
                    <h2 class="nhsuk-heading-m">{name}</h2>
                    {if none {
                        view! { <p>"No self-assessment yet."</p> }.into_any()
                    } else {
                        view! {
                            {table("How each part stands", &["Part", "Latest", "Mean now", "Mean before", "Type 1 below 2", "Actions overdue"], rows)}
                            {table("Mean by domain (0 to 3)", &heads, by_domain)}
                        }.into_any()
                    }}
                </section>
            }
        })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Overview across teams"</h1>
        {proposed(status)}
        <p>"Each rating is that of the poorest part of the service that an assessment covers. Figures describe services, never people."</p>
        {sections}
        <p><a href="/actions">"All actions"</a></p>
    }
}
