//! A domain and its criteria: what good looks like stands where it is chosen.

use super::{evidence, not_saved, proposed};
use crate::components::controls::{Choice, line, radios};
use crate::components::furniture::{FieldError, error_summary, prose};
use crate::components::islands::autosave::AutosaveStatus;
use crate::domain::form::posted::{control, element_id, version_control};
use crate::domain::form::{AnswerKey, Fields};
use crate::domain::self_assessment::rating::Evidence;
use leptos::prelude::*;

/// What `then` begins with when more evidence is to be added to a criterion.
pub const MORE: &str = "more/";

/// A criterion on the page.
#[derive(Debug, Clone)]
pub struct CriterionBlock {
    /// Its id.
    pub id: String,
    /// The standard.
    pub title: String,
    /// Type 1 or 2.
    pub weight: &'static str,
    /// In plain English.
    pub explanation: String,
    /// Ratings with what they look like, and "not applicable".
    pub choices: Vec<Choice>,
    /// What counts as evidence.
    pub evidence: Vec<String>,
    /// Source and confidence.
    pub source: String,
    /// Path and words of the guidance.
    pub guidance: Option<(String, String)>,
    /// Live figures: name and words, and when they were taken.
    pub figures: Vec<(String, String)>,
    /// What it was rated before, with how the standards belong together.
    pub before: Option<String>,
    /// What was typed.
    pub fields: Fields,
    /// The version that the page was made from.
    pub version: u32,
    /// Who saved it last and when.
    pub saved: Option<String>,
    /// Who changed it since, when, and their text.
    pub theirs: Option<(String, Vec<(String, String)>)>,
    /// Remarks of the second view.
    pub remarks: Vec<String>,
    /// Evidence that was given.
    pub evidence_given: Vec<Evidence>,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct DomainPage {
    /// Where the form goes.
    pub action: String,
    /// What the assessment covers.
    pub caption: String,
    /// Id and title.
    pub heading: String,
    /// In a sentence.
    pub introduction: String,
    /// What the standards are and are not.
    pub status: String,
    /// Criteria.
    pub criteria: Vec<CriterionBlock>,
    /// Whether they can be rated here and now.
    pub open: bool,
    /// Why nothing was saved.
    pub not_saved: Option<String>,
    /// Whether somebody else saved meanwhile.
    pub conflict: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The domains before and after: words and path.
    pub around: Vec<(String, String)>,
}

/// The page.
pub fn domain_page(page: &DomainPage) -> impl IntoView + use<> {
    let blocks = page
        .criteria
        .iter()
        .map(|c| {
            if page.open {
                rated(c, &page.errors).into_any()
            } else {
                shown(c).into_any()
            }
        })
        .collect_view();
    let around = page
        .around
        .iter()
        .map(|(words, path)| view! { <li><a href=path.clone()>{words.clone()}</a></li> })
        .collect_view();
    view! {
        {error_summary(&page.errors)}
        {not_saved(page.not_saved.clone())}
        {page.conflict.then(|| view! {
            <div class="nhsuk-error-summary" role="alert" tabindex="-1" autofocus>
                <h2 class="nhsuk-error-summary__title">"A rating was changed elsewhere while you were writing"</h2>
                <p>"Nothing was overwritten. Both are below. Put what you want to keep into your boxes and save: that replaces the other. Ratings that nobody else touched were saved."</p>
            </div>
        })}
        <span class="nhsuk-caption-l">{page.caption.clone()}</span>
        <h1 class="nhsuk-heading-l">{page.heading.clone()}</h1>
        <p class="nhsuk-body-l">{page.introduction.clone()}</p>
        {proposed(&page.status)}
        {if page.open {
            view! {
                <p>"Rate the poorest part of the service. What you save is kept even if it is not finished; others may be writing at the same time."</p>
                <form method="post" action=page.action.clone() id="domain-form" novalidate>
                    {blocks}
                    <AutosaveStatus form="domain-form".into() action=page.action.clone() />
                    <div class="nhsuk-button-group">
                        <button class="nhsuk-button" type="submit" name="then" value="next">"Save and continue"</button>
                        <button class="nhsuk-button nhsuk-button--secondary" type="submit" name="then" value="overview">"Save and return to the overview"</button>
                    </div>
                </form>
            }.into_any()
        } else {
            blocks.into_any()
        }}
        <nav aria-label="Domains"><ul class="nhsuk-list">{around}</ul></nav>
    }
}

fn guidance_link(c: &CriterionBlock) -> Option<impl IntoView + use<>> {
    let (path, words) = c.guidance.clone()?;
    Some(view! { <p><a href=path>{words}</a></p> })
}

fn head(c: &CriterionBlock) -> impl IntoView + use<> {
    let evidence = c
        .evidence
        .iter()
        .map(|e| view! { <li>{e.clone()}</li> })
        .collect_view();
    let figures = c
        .figures
        .iter()
        .map(|(name, words)| view! { <li>{format!("{name}: {words}")}</li> })
        .collect_view();
    let remarks = c
        .remarks
        .iter()
        .map(|r| view! { <div class="comment-pinned">{prose(r)}</div> })
        .collect_view();
    let guidance = guidance_link(c);
    view! {
        <h2 class="nhsuk-heading-m" id=format!("criterion-{}", element_id(&c.id))>{format!("{} {}", c.id, c.title)}</h2>
        <p><strong class="nhsuk-tag nhsuk-tag--white">{c.weight}</strong></p>
        <p>{c.explanation.clone()}</p>
        {c.before.clone().map(|b| view! { <p><strong>{b}</strong></p> })}
        {(!c.figures.is_empty()).then(|| view! { <p>"Live figures that bear on it:"</p><ul class="nhsuk-list nhsuk-list--bullet">{figures}</ul> })}
        <details class="nhsuk-details">
            <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">{format!("Evidence and sources of {}", c.id)}</span></summary>
            <div class="nhsuk-details__text">
                <p>"What counts as evidence:"</p>
                <ul class="nhsuk-list nhsuk-list--bullet">{evidence}</ul>
                <p>"Where this standard comes from: "{c.source.clone()}</p>
                {guidance}
            </div>
        </details>
        {remarks}
    }
}

fn rated(c: &CriterionBlock, errors: &[FieldError]) -> impl IntoView + use<> {
    let key = AnswerKey::of(&c.id);
    let name = |field: &str| control(&key, field);
    let controls = view! {
        {radios(&name("rating"), &format!("Rating of {}", c.id), &c.choices, c.fields.get("rating"), errors)}
        {line(&name("because"), &format!("If {} is not applicable: why", c.id), None, c.fields.get("because"), errors)}
        {line(&name("weakest"), "Which part of the service sets this rating (optional)", None, c.fields.get("weakest"), errors)}
        {evidence::asked(c, errors)}
    };
    view! {
        <section class="criterion">
            <input type="hidden" name=version_control(&key) value=c.version.to_string() />
            {head(c)}
            {match c.theirs.clone() {
                Some((who, texts)) => {
                    let texts = texts.into_iter().map(|(field, text)| view! { <p><strong>{field}</strong></p>{prose(&text)} }).collect_view();
                    view! {
                        <div class="two-texts">
                            <div><h3 class="nhsuk-heading-xs">"Yours, not saved yet"</h3>{controls}</div>
                            <div class="theirs two-texts__text"><h3 class="nhsuk-heading-xs">{who}</h3>{texts}</div>
                        </div>
                    }.into_any()
                }
                None => controls.into_any(),
            }}
            {c.saved.clone().map(|s| view! { <p class="nhsuk-hint">{s}</p> })}
        </section>
    }
}

fn shown(c: &CriterionBlock) -> impl IntoView + use<> {
    let chosen = c
        .choices
        .iter()
        .find(|choice| choice.value == c.fields.get("rating"))
        .map_or_else(|| "Not rated yet".to_owned(), |choice| choice.label.clone());
    let good = c
        .choices
        .iter()
        .filter(|choice| !choice.hint.is_empty())
        .map(|choice| view! { <li><strong>{format!("{}. ", choice.label)}</strong>{choice.hint.clone()}</li> })
        .collect_view();
    let texts = [
        ("because", "Not applicable, because"),
        ("weakest", "Set by"),
    ]
    .into_iter()
    .filter(|(field, _)| !c.fields.get(field).is_empty())
    .map(|(field, label)| view! { <p><strong>{label}</strong></p>{prose(c.fields.get(field))} })
    .collect_view();
    view! {
        <section class="criterion">
            {head(c)}
            <p class="nhsuk-body-l"><strong>"Rating: "{chosen}</strong></p>
            {texts}
            {evidence::given(&c.evidence_given)}
            {c.saved.clone().map(|s| view! { <p class="nhsuk-hint">{s}</p> })}
            <details class="nhsuk-details">
                <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">{format!("What good looks like in {}", c.id)}</span></summary>
                <div class="nhsuk-details__text"><ul class="nhsuk-list">{good}</ul></div>
            </details>
        </section>
    }
}

/// The standards by themselves.
pub fn standards_page(
    title: &str,
    status: &str,
    scale: &str,
    domains: Vec<(String, String, Vec<CriterionBlock>)>,
) -> impl IntoView + use<> {
    let domains = domains
        .into_iter()
        .map(|(heading, introduction, criteria)| {
            let criteria = criteria.iter().map(standard).collect_view();
            view! {
                <h2 class="nhsuk-heading-l">{heading}</h2>
                <p>{introduction}</p>
                {criteria}
            }
        })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-xl">{title.to_owned()}</h1>
        {proposed(status)}
        <p>{scale.to_owned()}</p>
        {domains}
    }
}

fn standard(c: &CriterionBlock) -> impl IntoView + use<> {
    let good = c
        .choices
        .iter()
        .filter(|choice| !choice.hint.is_empty())
        .map(|choice| view! { <li><strong>{format!("{}. ", choice.label)}</strong>{choice.hint.clone()}</li> })
        .collect_view();
    let evidence = c
        .evidence
        .iter()
        .map(|e| view! { <li>{e.clone()}</li> })
        .collect_view();
    let guidance = guidance_link(c);
    view! {
        <section class="criterion">
            <h3 class="nhsuk-heading-m">{format!("{} {}", c.id, c.title)}</h3>
            <p><strong class="nhsuk-tag nhsuk-tag--white">{c.weight}</strong></p>
            <p>{c.explanation.clone()}</p>
            <details class="nhsuk-details">
                <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">{format!("What good looks like in {}", c.id)}</span></summary>
                <div class="nhsuk-details__text">
                    <ul class="nhsuk-list">{good}</ul>
                    <p>"What counts as evidence:"</p>
                    <ul class="nhsuk-list nhsuk-list--bullet">{evidence}</ul>
                    <p>"Where this standard comes from: "{c.source.clone()}</p>
                    {guidance}
                </div>
            </details>
        </section>
    }
}
