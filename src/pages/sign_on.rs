//! Signing in with an organisation's own account: what came of it, and connecting one.

use crate::components::furniture::{FieldError, error_summary, password_field};
use crate::components::inputs::select;
use leptos::prelude::*;

/// A page of one heading, some paragraphs and some links: address and words of each.
#[derive(Debug, Clone, Default)]
pub struct Plain {
    /// Heading.
    pub heading: String,
    /// Paragraphs.
    pub text: Vec<String>,
    /// Links, the likeliest first.
    pub links: Vec<(String, String)>,
}

/// The page.
pub fn plain_page(page: &Plain) -> impl IntoView + use<> {
    let text = page
        .text
        .iter()
        .map(|t| view! { <p>{t.clone()}</p> })
        .collect_view();
    let links = page
        .links
        .iter()
        .map(|(path, words)| view! { <p><a href=path.clone()>{words.clone()}</a></p> })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">{page.heading.clone()}</h1>
        {text}
        {links}
    }
}

/// A way to sign in beside the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayIn {
    /// Where it leads.
    pub path: String,
    /// What people call the account.
    pub account: String,
}

/// The ways to sign in beside the password. In a page that holds typed text they open beside it.
pub fn ways_in(ways: &[WayIn], beside: bool) -> impl IntoView + use<> {
    let links = ways
        .iter()
        .map(|way| {
            let words = format!("Sign in with your {}", way.account);
            if beside {
                view! { <li><a href=way.path.clone() target="_blank" rel="noopener">{words}" (opens in a new tab)"</a></li> }.into_any()
            } else {
                view! { <li><a href=way.path.clone()>{words}</a></li> }.into_any()
            }
        })
        .collect_view();
    (!ways.is_empty()).then(|| {
        view! {
            <h2 class="nhsuk-heading-m">"With your organisation’s account"</h2>
            <ul class="nhsuk-list">{links}</ul>
        }
    })
}

/// An organisation's account in the list of one's own.
#[derive(Debug, Clone)]
pub struct WayLine {
    /// The organisation's id.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// What people call the account.
    pub account: String,
    /// Since when it is connected, in words, if it is.
    pub since: Option<String>,
    /// Whether the session may change it.
    pub can: bool,
}

/// What the page of one's connected accounts shows.
#[derive(Debug, Clone)]
pub struct WaysPage {
    /// Each organisation that has an identity provider.
    pub ways: Vec<WayLine>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page of one's connected accounts: one form, so that the password is asked for once.
pub fn ways_page(page: &WaysPage) -> impl IntoView + use<> {
    let lines = page
        .ways
        .iter()
        .map(|way| {
            let words = match &way.since {
                Some(since) => format!("{}: connected since {since}", way.account),
                None => format!("{}: not connected", way.account),
            };
            let closed = if way.can {
                ""
            } else {
                " To change this, sign in with your password."
            };
            view! { <li>{words}". It opens what is yours in "{way.organisation_name.clone()}"."{closed}</li> }
        })
        .collect_view();
    let options: Vec<(String, String)> = page
        .ways
        .iter()
        .filter(|way| way.can)
        .map(|way| {
            let verb = if way.since.is_some() {
                "disconnect"
            } else {
                "connect"
            };
            let words = if way.since.is_some() {
                "Disconnect"
            } else {
                "Connect"
            };
            (
                format!("{verb}:{}", way.organisation),
                format!("{words} my {}", way.account),
            )
        })
        .collect();
    let first = options
        .first()
        .map_or("", |(value, _)| value.as_str())
        .to_owned();
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Your organisation’s account"</h1>
        {page.ways.is_empty().then(|| view! { <p>"None of your organisations has set up signing in with its own accounts."</p> })}
        <ul class="nhsuk-list nhsuk-list--bullet">{lines}</ul>
        {(!options.is_empty()).then(|| view! {
            <form method="post" action="/account/sign-on" novalidate>
                {select("way", "What to do", None, &options, &first, &page.errors)}
                {password_field("password", "Your password, again", &page.errors)}
                <button class="nhsuk-button" type="submit">"Go on"</button>
            </form>
        })}
    }
}

/// The page after the password was given: the way to the provider is a link, because a form of ours leads
/// to pages of ours only.
pub fn go_on_page(account: &str, url: &str) -> impl IntoView + use<> {
    let account = account.to_owned();
    view! {
        <h1 class="nhsuk-heading-l">{format!("Connect your {account}")}</h1>
        <p>"Go on within 10 minutes, and sign in there with the account that is yours and nobody else’s. You come back here."</p>
        <p><a class="nhsuk-button" href=url.to_owned()>{format!("Go on to your {account}")}</a></p>
        <p><a href="/account/sign-on">"Do not connect it"</a></p>
    }
}
