//! Signing in, and the page that gives typed text back after it.

use crate::components::furniture::{FieldError, boxed, error_summary, password_field, text_field};
use crate::components::inputs::{Purpose, input};
use crate::pages::sign_on::{WayIn, ways_in};
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
    /// The ways to sign in beside the password.
    pub ways: Vec<WayIn>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A form that waits for its writer to sign in again. It travels in the page and is stored nowhere.
#[derive(Debug, Clone)]
pub struct Held {
    /// Where it was going.
    pub action: String,
    /// Whose it is, as a digest; empty when that is not known.
    pub by: String,
    /// Its controls.
    pub pairs: Vec<(String, String)>,
}

fn hidden(held: &Held, prefix: &'static str) -> impl IntoView + use<> {
    held.pairs
        .iter()
        .map(|(name, value)| view! { <textarea hidden aria-hidden="true" name=format!("{prefix}{name}")>{boxed(value)}</textarea> })
        .collect_view()
}

/// The controls that carry a waiting form through signing in. Text of nobody known is not carried.
fn waiting(held: Option<&Held>) -> impl IntoView + use<> {
    held.filter(|held| !held.by.is_empty()).map(|held| {
        view! {
            <input type="hidden" name="held-action" value=held.action.clone() />
            <input type="hidden" name="held-by" value=held.by.clone() />
            {hidden(held, "held:")}
        }
    })
}

/// Text to be copied by hand.
fn to_copy(held: &Held) -> impl IntoView + use<> {
    held.pairs
        .iter()
        .filter(|(name, value)| name.starts_with("answer/") && value.chars().count() > 20)
        .enumerate()
        .map(|(n, (_, value))| {
            let id = format!("typed-{n}");
            view! {
                <div class="nhsuk-form-group">
                    <label class="nhsuk-label" for=id.clone()>{format!("Text {}", n + 1)}</label>
                    <textarea class="nhsuk-textarea" id=id.clone() rows="5" readonly>{boxed(value)}</textarea>
                </div>
            }
        })
        .collect_view()
}

/// What the page that asks for a code shows.
#[derive(Debug, Clone)]
pub struct CodePage {
    /// Stands for the password that was right.
    pub step: String,
    /// Where to go afterwards.
    pub next: String,
    /// Text that was posted when the session had ended.
    pub held: Option<Held>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page that asks for a code.
pub fn code_page(page: &CodePage) -> impl IntoView + use<> {
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Give the code"</h1>
        <form method="post" action="/sign-in/code" novalidate>
            <input type="hidden" name="next" value=page.next.clone() />
            <input type="hidden" name="step" value=page.step.clone() />
            {waiting(page.held.as_ref())}
            {input(Purpose::Code, "code", "Code from your authenticator app", Some("6 digits. If you have lost the app, use one of your recovery codes; each works once."), "", &page.errors)}
            <button class="nhsuk-button" type="submit">"Sign in"</button>
        </form>
        <p>"No app and no recovery code? Ask an administrator of your organisation for a link to a new password, and to remove your app."</p>
    }
}

/// The page after signing in where somebody else's text was waiting.
pub fn not_yours_page() -> impl IntoView {
    view! {
        <h1 class="nhsuk-heading-l">"You are signed in"</h1>
        <p>"What was typed on that page was somebody else’s. It was not saved, and it is not shown to you."</p>
        <p><a href="/">"Go on"</a></p>
    }
}

/// The sign-in page.
pub fn sign_in_page(page: &SignInPage) -> impl IntoView + use<> {
    let waits = page.held.as_ref().is_some_and(|held| !held.by.is_empty());
    let returns = waits && !page.ways.is_empty();
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Sign in"</h1>
        {page.held.as_ref().map(|held| if held.by.is_empty() {
            view! {
                <div class="nhsuk-inset-text"><p>"You were signed out. What was typed is on this page and not saved, and it is no longer known whose it is: copy it from here before you sign in."</p></div>
                {to_copy(held)}
            }.into_any()
        } else {
            view! {
                <div class="nhsuk-inset-text"><p>"You were signed out because nothing was saved for a while. What you typed is kept on this page: sign in and it can be saved."</p></div>
            }.into_any()
        })}
        <form method="post" action="/sign-in" novalidate>
            <input type="hidden" name="next" value=page.next.clone() />
            {waiting(page.held.as_ref())}
            {text_field("email", "E-mail address", None, page.email.clone(), &page.errors)}
            {password_field("password", "Password", &page.errors)}
            <button class="nhsuk-button" type="submit">"Sign in"</button>
            {ways_in(&page.ways, page.held.is_some())}
            // The same form, so that what waits in the page stands in it once.
            {returns.then(|| view! {
                <p>"When you have signed in in the other tab, come back to this one."</p>
                <button class="nhsuk-button nhsuk-button--secondary" type="submit" formaction="/sign-in/resume">"I have signed in in the other tab"</button>
            })}
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
