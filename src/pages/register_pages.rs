//! Pages of the registers: a form of questions, and lists with what they ask of people.

use crate::components::fields::{Asked, question};
use crate::components::furniture::{FieldError, error_summary};
use leptos::prelude::*;

/// A page that asks for one row of a register.
#[derive(Debug, Clone)]
pub struct FormPage {
    /// Heading.
    pub heading: String,
    /// What to know before answering.
    pub introduction: Vec<String>,
    /// Where the form goes.
    pub action: String,
    /// Identifier of the row to be: posting the page twice adds one row.
    pub id: String,
    /// What is asked.
    pub controls: Vec<Asked>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn form_page(page: &FormPage) -> impl IntoView + use<> {
    let controls = page.controls.iter().map(question).collect_view();
    let introduction = paragraphs(&page.introduction);
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">{page.heading.clone()}</h1>
        {introduction}
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name="id" value=page.id.clone() />
            {controls}
            <button class="nhsuk-button" type="submit">"Save"</button>
        </form>
    }
}

fn paragraphs(texts: &[String]) -> impl IntoView + use<> {
    texts
        .iter()
        .map(|text| view! { <p>{text.clone()}</p> })
        .collect_view()
}

/// A label with its words; a link where the words lead somewhere.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Label.
    pub label: &'static str,
    /// Words.
    pub words: String,
    /// Where they lead.
    pub link: Option<String>,
}

impl Fact {
    /// Words without a link.
    #[must_use]
    pub fn new(label: &'static str, words: impl Into<String>) -> Self {
        Self {
            label,
            words: words.into(),
            link: None,
        }
    }
}

/// A tag: its words say it, its colour repeats it.
#[derive(Debug, Clone)]
pub struct Tag {
    /// The words.
    pub words: String,
    /// The class of its colour.
    pub class: &'static str,
}

impl Tag {
    /// As it should be.
    #[must_use]
    pub fn good(words: impl Into<String>) -> Self {
        Self::new(words, "nhsuk-tag--green")
    }

    /// Worth a look.
    #[must_use]
    pub fn soon(words: impl Into<String>) -> Self {
        Self::new(words, "nhsuk-tag--yellow")
    }

    /// Falls short.
    #[must_use]
    pub fn bad(words: impl Into<String>) -> Self {
        Self::new(words, "nhsuk-tag--red")
    }

    fn new(words: impl Into<String>, class: &'static str) -> Self {
        Self {
            words: words.into(),
            class,
        }
    }
}

/// A row of a list.
#[derive(Debug, Clone)]
pub struct Item {
    /// Where it leads, if anywhere, and its title.
    pub path: Option<String>,
    /// Title.
    pub title: String,
    /// Tags beside the title.
    pub tags: Vec<Tag>,
    /// Facts beneath it.
    pub facts: Vec<Fact>,
    /// A button beneath it: where it posts, hidden values, words.
    pub button: Option<Button>,
}

/// A form of one button.
#[derive(Debug, Clone)]
pub struct Button {
    /// Where it posts.
    pub action: String,
    /// Hidden values.
    pub hidden: Vec<(&'static str, String)>,
    /// Words.
    pub words: String,
}

/// A list with a heading.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Heading; none for the first list of a page.
    pub heading: Option<String>,
    /// What to know of it.
    pub introduction: Vec<String>,
    /// Rows.
    pub items: Vec<Item>,
    /// What stands there when there is none.
    pub none: &'static str,
}

/// A page of lists.
#[derive(Debug, Clone, Default)]
pub struct ListPage {
    /// Above the heading: whose register.
    pub organisation: String,
    /// Heading.
    pub heading: String,
    /// What to know.
    pub introduction: Vec<String>,
    /// Ways on: path and words.
    pub actions: Vec<(String, String)>,
    /// Lists.
    pub lists: Vec<List>,
    /// Buttons at the end.
    pub buttons: Vec<Button>,
}

/// The page.
pub fn list_page(page: &ListPage) -> impl IntoView + use<> {
    let actions = page
        .actions
        .iter()
        .map(|(path, words)| view! { <li><a href=path.clone()>{words.clone()}</a></li> })
        .collect_view();
    let lists = page.lists.iter().map(list).collect_view();
    let buttons = page.buttons.iter().map(button).collect_view();
    view! {
        <h1 class="nhsuk-heading-l">
            <span class="nhsuk-caption-l">{page.organisation.clone()} </span>
            {page.heading.clone()}
        </h1>
        {paragraphs(&page.introduction)}
        {(!page.actions.is_empty()).then(|| view! { <ul class="nhsuk-list screen-only">{actions}</ul> })}
        {lists}
        {buttons}
    }
}

fn list(list: &List) -> impl IntoView + use<> {
    let items = list.items.iter().map(item).collect_view();
    let empty = list.items.is_empty();
    view! {
        {list.heading.clone().map(|heading| view! { <h2 class="nhsuk-heading-m">{heading}</h2> })}
        {paragraphs(&list.introduction)}
        {if empty {
            view! { <p>{list.none}</p> }.into_any()
        } else {
            view! { <ul class="nhsuk-list register">{items}</ul> }.into_any()
        }}
    }
}

fn item(item: &Item) -> impl IntoView + use<> {
    let title = match item.path.clone() {
        Some(path) => view! { <a href=path>{item.title.clone()}</a> }.into_any(),
        None => item.title.clone().into_any(),
    };
    let tags = item
        .tags
        .iter()
        .map(|tag| {
            view! { " " <strong class=format!("nhsuk-tag {}", tag.class)>{tag.words.clone()}</strong> }
        })
        .collect_view();
    let facts = item
        .facts
        .iter()
        .filter(|f| !f.words.is_empty())
        .map(fact)
        .collect_view();
    let button = item.button.as_ref().map(button);
    view! {
        <li class="register__item">
            <p class="register__title">{title} {tags}</p>
            <dl class="register__facts">{facts}</dl>
            {button}
        </li>
    }
}

fn fact(fact: &Fact) -> impl IntoView + use<> {
    let words = match fact.link.clone() {
        // Where it leads is the organisation's business: nothing is told to that site.
        Some(link) => {
            view! { <a href=link rel="noreferrer noopener">{fact.words.clone()}</a> }.into_any()
        }
        None => view! { <span class="as-typed">{fact.words.clone()}</span> }.into_any(),
    };
    view! { <div><dt>{fact.label}</dt> <dd>{words}</dd></div> }
}

fn button(button: &Button) -> impl IntoView + use<> {
    let hidden = button
        .hidden
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone() /> })
        .collect_view();
    view! {
        <form method="post" action=button.action.clone()>
            {hidden}
            <button class="nhsuk-button nhsuk-button--secondary nhsuk-u-margin-bottom-2" type="submit">{button.words.clone()}</button>
        </form>
    }
}
