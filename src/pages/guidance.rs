//! Guidance: the list of topics, and one topic with the organisation's own links beside it.

use crate::components::fields::{Asked, question};
use crate::components::furniture::{FieldError, error_summary};
use crate::domain::calendar::day_in_words;
use crate::domain::guidance::{Section, Topic};
use leptos::prelude::*;

/// What every page of guidance says of itself.
const STATUS: &str = "Written by this project in its own words. Not official guidance, and no legal advice: check GOV.UK and your organisation’s policy before you rely on it.";

/// The list of topics.
pub fn topics_page(topics: &[Topic]) -> impl IntoView + use<> {
    let items = topics
        .iter()
        .map(|topic| {
            let path = format!("/guidance/{}", topic.id);
            view! {
                <li class="register__item">
                    <p class="register__title"><a href=path>{topic.title.clone()}</a></p>
                    <p>{topic.summary.clone()}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Guidance and learning"</h1>
        <div class="nhsuk-inset-text"><p>{STATUS}</p></div>
        <ul class="nhsuk-list register">{items}</ul>
    }
}

/// What the page of a topic shows.
#[derive(Debug, Clone)]
pub struct TopicPage {
    /// The topic.
    pub topic: Topic,
    /// The reader's organisations with their own links.
    pub own: Vec<OwnLinks>,
}

/// One organisation's own links.
#[derive(Debug, Clone)]
pub struct OwnLinks {
    /// Its name.
    pub organisation: String,
    /// Words and where they lead; with the button's value to take each away, for those who may.
    pub links: Vec<OwnLink>,
    /// The form to add one, for those who may.
    pub add: Option<AddLink>,
}

/// A link or contact.
#[derive(Debug, Clone)]
pub struct OwnLink {
    /// What it is.
    pub words: String,
    /// Where it leads; empty for a contact.
    pub link: String,
    /// Where the button that takes it away posts.
    pub remove: Option<String>,
}

/// The form to add a link.
#[derive(Debug, Clone)]
pub struct AddLink {
    /// Where it posts.
    pub action: String,
    /// Identifier of the row to be.
    pub id: String,
    /// Questions.
    pub controls: Vec<Asked>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page of a topic.
pub fn topic_page(page: &TopicPage) -> impl IntoView + use<> {
    let errors: Vec<FieldError> = page
        .own
        .iter()
        .filter_map(|o| o.add.as_ref())
        .flat_map(|add| add.errors.clone())
        .collect();
    let sections = page.topic.sections.iter().map(section).collect_view();
    let own = page.own.iter().map(own_links).collect_view();
    view! {
        {error_summary(&errors)}
        <article class="guidance">
            <h1 class="nhsuk-heading-l">{page.topic.title.clone()}</h1>
            <p class="nhsuk-lede-text">{page.topic.summary.clone()}</p>
            <div class="nhsuk-inset-text">
                <p>{STATUS}</p>
                <p>{format!("Last gone over on {}.", day_in_words(page.topic.version))}</p>
            </div>
            {sections}
        </article>
        {own}
        <p class="screen-only"><a href="/guidance">"All topics"</a></p>
    }
}

fn section(section: &Section) -> impl IntoView + use<> {
    let paragraphs = |texts: &[String]| {
        texts
            .iter()
            .map(|t| view! { <p>{t.clone()}</p> })
            .collect_view()
    };
    let list = section
        .list
        .iter()
        .map(|t| view! { <li>{t.clone()}</li> })
        .collect_view();
    let source = format!(
        "Source: {} ({}).",
        section.source,
        section.confidence.words()
    );
    view! {
        <section>
            <h2 class="nhsuk-heading-m">{section.heading.clone()}</h2>
            {paragraphs(&section.paragraphs)}
            {(!section.list.is_empty()).then(|| view! { <ul class="nhsuk-list nhsuk-list--bullet">{list}</ul> })}
            {paragraphs(&section.then)}
            <p class="nhsuk-body-s guidance__source">{source}</p>
        </section>
    }
}

fn own_links(own: &OwnLinks) -> impl IntoView + use<> {
    let links = own
        .links
        .iter()
        .map(|link| {
            let words = if link.link.is_empty() {
                link.words.clone().into_any()
            } else {
                view! { <a href=link.link.clone() rel="noreferrer noopener">{link.words.clone()}</a> }.into_any()
            };
            let remove = link.remove.clone().map(|action| {
                let what = format!(" “{}”", link.words);
                view! {
                    <form method="post" action=action class="screen-only">
                        <button class="nhsuk-button nhsuk-button--secondary nhsuk-u-margin-bottom-2" type="submit">
                            "Take away" <span class="nhsuk-u-visually-hidden">{what}</span>
                        </button>
                    </form>
                }
            });
            view! { <li>{words} {remove}</li> }
        })
        .collect_view();
    let add = own.add.as_ref().map(|add| {
        let controls = add.controls.iter().map(question).collect_view();
        view! {
            <form method="post" action=add.action.clone() class="screen-only" novalidate>
                <h3 class="nhsuk-heading-s">"Add a link or a contact"</h3>
                <input type="hidden" name="id" value=add.id.clone() />
                {controls}
                <button class="nhsuk-button" type="submit">"Add"</button>
            </form>
        }
    });
    view! {
        <section>
            <h2 class="nhsuk-heading-m">{format!("Links and contacts of {}", own.organisation)}</h2>
            {if own.links.is_empty() {
                view! { <p>"None yet."</p> }.into_any()
            } else {
                view! { <ul class="nhsuk-list">{links}</ul> }.into_any()
            }}
            {add}
        </section>
    }
}
