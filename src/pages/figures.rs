//! Figures of an organisation, and the cases behind one of them.

use crate::components::furniture::{FieldError, date_field, error_summary};
use crate::components::lengths::{Bars, bars};
use leptos::prelude::*;

/// What the page of all figures shows.
#[derive(Debug, Clone)]
pub struct FiguresPage {
    /// Whose figures.
    pub organisation: String,
    /// The period in words; none when what was typed is no period.
    pub period: Option<String>,
    /// The days as typed: day, month, year.
    pub from: [String; 3],
    /// The days as typed.
    pub to: [String; 3],
    /// What is wrong with them.
    pub errors: Vec<FieldError>,
    /// Figures under their headings.
    pub groups: Vec<(&'static str, Vec<FigureLine>)>,
    /// Pictures.
    pub charts: Vec<Bars>,
    /// What is to be said of teams.
    pub teams: String,
}

/// One figure.
#[derive(Debug, Clone)]
pub struct FigureLine {
    /// The page of its cases.
    pub path: String,
    /// What it is called.
    pub title: &'static str,
    /// What it counts.
    pub definition: String,
    /// Its numbers in words.
    pub value: String,
    /// Whether a number in it is small.
    pub small: bool,
}

fn small_tag() -> impl IntoView {
    view! { <strong class="nhsuk-tag nhsuk-tag--grey">"Small number"</strong> }
}

/// The page of all figures.
pub fn figures_page(page: &FiguresPage) -> impl IntoView + use<> {
    let groups = page
        .groups
        .iter()
        .map(|(heading, lines)| {
            let lines = lines.iter().map(line).collect_view();
            view! {
                <h2 class="nhsuk-heading-m">{*heading}</h2>
                <dl class="nhsuk-summary-list figures">{lines}</dl>
            }
        })
        .collect_view();
    let charts = page.charts.iter().map(bars).collect_view();
    let field = |name: &str, legend: &str, values: &[String; 3]| {
        date_field(name, legend.to_owned(), None, values.clone(), &page.errors)
    };
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">
            <span class="nhsuk-caption-l">{page.organisation.clone()} </span>
            "Figures"
        </h1>
        {page.period.clone().map(|period| view! { <p class="nhsuk-lede-text">{period}</p> })}
        <p>"These figures are counted now from what is recorded here. They describe the service, not people: read each with its definition, and look at the cases before you draw a conclusion."</p>
        <form method="get" class="screen-only" novalidate>
            {field("from/", "First day", &page.from)}
            {field("to/", "Last day", &page.to)}
            <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Show this period"</button>
        </form>
        {groups}
        {charts}
        <h2 class="nhsuk-heading-m">"Teams"</h2>
        <p>{page.teams.clone()}</p>
        <p>"“Small number” marks figures that rest on 1 to 4 cases, or leave 1 to 4 over: chance weighs much in them, and they can point at a person. They are masked in papers that leave the organisation."</p>
    }
}

fn line(line: &FigureLine) -> impl IntoView + use<> {
    view! {
        <div class="nhsuk-summary-list__row">
            <dt class="nhsuk-summary-list__key"><a href=line.path.clone()>{line.title}</a></dt>
            <dd class="nhsuk-summary-list__value">
                <strong>{line.value.clone()}</strong>
                {line.small.then(|| view! { " " {small_tag()} })}
                <p class="nhsuk-body-s nhsuk-u-margin-bottom-0">{line.definition.clone()}</p>
            </dd>
        </div>
    }
}

/// What the page of one figure shows.
#[derive(Debug, Clone)]
pub struct FigurePage {
    /// Whose figure.
    pub organisation: String,
    /// What it is called.
    pub title: &'static str,
    /// What it counts.
    pub definition: String,
    /// The period in words.
    pub period: String,
    /// Its numbers in words.
    pub value: String,
    /// Whether a number in it is small.
    pub small: bool,
    /// Cases in the numerator, then the others.
    pub cases: Vec<CaseLine>,
    /// Cases that this person may not open.
    pub closed: usize,
    /// Cases beyond what one page holds.
    pub more: usize,
}

/// One case.
#[derive(Debug, Clone)]
pub struct CaseLine {
    /// Where it is opened, and whose it is.
    pub link: (String, String),
    /// How it stands.
    pub words: String,
    /// Whether it is in the numerator.
    pub counted: bool,
}

/// The page of one figure.
pub fn figure_page(page: &FigurePage) -> impl IntoView + use<> {
    let list = |counted: bool| {
        page.cases
            .iter()
            .filter(|case| case.counted == counted)
            .map(|case| {
                let (path, whose) = case.link.clone();
                view! { <li><a href=path>{whose}</a> {format!(": {}", case.words)}</li> }
            })
            .collect::<Vec<_>>()
    };
    let section = |heading: &'static str, items: Vec<_>| {
        (!items.is_empty()).then(|| {
            view! {
                <h2 class="nhsuk-heading-m">{heading}</h2>
                <ul class="nhsuk-list nhsuk-list--bullet">{items}</ul>
            }
        })
    };
    view! {
        <h1 class="nhsuk-heading-l">
            <span class="nhsuk-caption-l">{page.organisation.clone()} </span>
            {page.title}
        </h1>
        <p class="nhsuk-lede-text">
            {page.value.clone()}
            {page.small.then(|| view! { " " {small_tag()} })}
        </p>
        <p>{page.period.clone()}</p>
        <p>{page.definition.clone()}</p>
        {section("Cases counted", list(true))}
        {section("Other cases", list(false))}
        {(page.closed > 0).then(|| view! {
            <p>{format!("{} not listed here, because you cannot open the records. Those who supervise these patients or manage their team can.", cases(page.closed))}</p>
        })}
        {(page.more > 0).then(|| view! {
            <p>{format!("{} more than one page shows. Choose a shorter period to see them all.", cases(page.more))}</p>
        })}
    }
}

fn cases(count: usize) -> String {
    if count == 1 {
        "1 case is".to_owned()
    } else {
        format!("{count} cases are")
    }
}
