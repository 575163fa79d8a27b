//! Signing in, and the page that gives typed text back after it.

use crate::components::furniture::{FieldError, boxed, error_summary, password_field, text_field};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct SignInPage {
    /// E-mail as typed.
    pub email: String,
    /// Where to go afterwards.
    pub next: String,
    /// Text that was posted when the session had ended, with where it was going.
    pub held: Option<Held>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A form that waits for its writer to sign in again. It travels in the page and is stored nowhere.
#[derive(Debug, Clone)]
pub struct Held {
    /// Where it was going.
    pub action: String,
    /// Its controls.
    pub pairs: Vec<(String, String)>,
}

fn hidden(held: &Held, prefix: &'static str) -> impl IntoView + use<> {
    held.pairs
        .iter()
        .map(|(name, value)| view! { <textarea hidden aria-hidden="true" name=format!("{prefix}{name}")>{boxed(value)}</textarea> })
        .collect_view()
}

/// The sign-in page.
pub fn sign_in_page(page: &SignInPage) -> impl IntoView + use<> {
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Sign in"</h1>
        {page.held.is_some().then(|| view! {
            <div class="nhsuk-inset-text"><p>"You were signed out because nothing was saved for a while. What you typed is kept on this page: sign in and it can be saved."</p></div>
        })}
        <form method="post" action="/sign-in" novalidate>
            <input type="hidden" name="next" value=page.next.clone() />
            {page.held.as_ref().map(|held| view! {
                <input type="hidden" name="held-action" value=held.action.clone() />
                {hidden(held, "held:")}
            })}
            {text_field("email", "E-mail address", None, page.email.clone(), &page.errors)}
            {password_field("password", "Password", &page.errors)}
            <button class="nhsuk-button" type="submit">"Sign in"</button>
        </form>
    }
}

/// The page after signing in again: saves what was typed, with one press.
pub fn held_page(held: &Held) -> impl IntoView + use<> {
    view! {
        <h1 class="nhsuk-heading-l">"You are signed in again"</h1>
        <p>"What you typed has been kept but is not saved yet."</p>
        <form method="post" action=held.action.clone()>
            {hidden(held, "")}
            <button class="nhsuk-button" type="submit">"Save what I typed"</button>
        </form>
    }
}
