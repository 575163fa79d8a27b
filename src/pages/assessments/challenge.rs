//! The second view: the challenger agrees or disputes, the lead settles.

use super::domain::CriterionBlock;
use super::{evidence, not_saved, proposed};
use crate::components::controls::{Choice, radios, text_box};
use crate::components::furniture::{FieldError, error_summary, prose};
use leptos::prelude::*;

/// What somebody may say about one rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Nothing: it is only shown.
    Nothing,
    /// The challenger's view.
    View,
    /// The lead's settlement.
    Settlement,
}

/// A criterion with its rating.
#[derive(Debug, Clone)]
pub struct Item {
    /// The criterion with what was typed for its rating.
    pub criterion: CriterionBlock,
    /// How the second view stands.
    pub stands: &'static str,
    /// What is asked.
    pub asked: Asked,
    /// The rating in words.
    pub rating: String,
    /// What was typed: view, proposed, reason.
    pub typed: [String; 3],
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct ChallengePage {
    /// Where the form goes.
    pub action: String,
    /// What the assessment covers.
    pub caption: String,
    /// Id and title of the domain.
    pub heading: String,
    /// What the standards are and are not.
    pub status: String,
    /// Criteria.
    pub items: Vec<Item>,
    /// Ratings that may be proposed.
    pub scale: Vec<Choice>,
    /// Whether the person is the challenger.
    pub challenger: bool,
    /// Why nothing was saved.
    pub not_saved: Option<String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn challenge_page(page: &ChallengePage) -> impl IntoView + use<> {
    let asks = page.items.iter().any(|i| i.asked != Asked::Nothing);
    let items = page.items.iter().map(|i| item(i, page)).collect_view();
    view! {
        {error_summary(&page.errors)}
        {not_saved(page.not_saved.clone())}
        <span class="nhsuk-caption-l">{page.caption.clone()}</span>
        <h1 class="nhsuk-heading-l">{format!("Second view: {}", page.heading)}</h1>
        {proposed(&page.status)}
        {if asks {
            view! {
                <form method="post" action=page.action.clone() novalidate>
                    {items}
                    <div class="nhsuk-button-group">
                        <button class="nhsuk-button" type="submit" name="then" value="save">"Save"</button>
                        {page.challenger.then(|| view! {
                            <button class="nhsuk-button nhsuk-button--secondary" type="submit" name="then" value="agree-rest">"Save, and agree with the rest of this domain"</button>
                        })}
                    </div>
                </form>
            }.into_any()
        } else {
            items.into_any()
        }}
    }
}

fn item(item: &Item, page: &ChallengePage) -> impl IntoView + use<> {
    let c = &item.criterion;
    let remarks = c
        .remarks
        .iter()
        .map(|r| view! { <div class="comment-pinned">{prose(r)}</div> })
        .collect_view();
    let figures = c
        .figures
        .iter()
        .map(|(name, words)| view! { <li>{format!("{name}: {words}")}</li> })
        .collect_view();
    let [view_typed, proposed_typed, reason] = &item.typed;
    let errors = &page.errors;
    let name = |field: &str| format!("{field}/{}", c.id);
    let asked = match item.asked {
        Asked::Nothing => ().into_any(),
        Asked::View => {
            let views = [
                Choice::new("agree", "I agree with the rating"),
                Choice::new("dispute", "I would rate it differently"),
            ];
            view! {
                {radios(&name("view"), &format!("Your view of {}", c.id), &views, view_typed, errors)}
                {radios(&name("proposed"), &format!("If you would rate {} differently: what you would give", c.id), &page.scale, proposed_typed, errors)}
                {text_box(&name("reason"), &format!("Why you would rate {} differently", c.id), None, reason, 3, errors)}
            }.into_any()
        }
        Asked::Settlement => {
            let mut choices = vec![Choice::new("keep", "Keep the rating as it is")];
            choices.extend(
                page.scale
                    .iter()
                    .map(|s| Choice::new(s.value.clone(), format!("Change it to {}", s.label))),
            );
            view! {
                {radios(&name("settle"), &format!("How you settle {}", c.id), &choices, view_typed, errors)}
                {text_box(&name("reason"), &format!("Why, for {}", c.id), Some("Both views stay on record"), reason, 3, errors)}
            }.into_any()
        }
    };
    view! {
        <section class="criterion">
            <input type="hidden" name=name("seen") value=c.version.to_string() />
            <h2 class="nhsuk-heading-m">{format!("{} {}", c.id, c.title)}</h2>
            <p><strong class="nhsuk-tag nhsuk-tag--white">{c.weight}</strong>" "<strong class="nhsuk-tag nhsuk-tag--grey">{item.stands}</strong></p>
            <p>{c.explanation.clone()}</p>
            <p class="nhsuk-body-l"><strong>{item.rating.clone()}</strong></p>
            {evidence::given(&c.evidence_given)}
            {(!c.figures.is_empty()).then(|| view! { <ul class="nhsuk-list nhsuk-list--bullet">{figures}</ul> })}
            {c.saved.clone().map(|s| view! { <p class="nhsuk-hint">{s}</p> })}
            {remarks}
            {asked}
        </section>
    }
}
