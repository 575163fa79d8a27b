//! One's own account: password, second factor, sessions.

use crate::components::furniture::{FieldError, error_summary, password_field};
use crate::components::inputs::{Purpose, input};
use crate::pages::invitation::chosen_password;
use leptos::prelude::*;

/// A session in the list.
#[derive(Debug, Clone)]
pub struct SessionLine {
    /// What names it in the form that ends it.
    pub id: String,
    /// What the browser calls itself, from where, since when, last used.
    pub words: String,
    /// Whether it is the reader's own.
    pub this: bool,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct AccountPage {
    /// Full name.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// Roles with where they hold.
    pub roles: Vec<String>,
    /// That the password was set by a one-time link, which an administrator makes, and when.
    pub link: Option<String>,
    /// Recovery codes left, for who has a second factor.
    pub recovery_left: Option<i64>,
    /// Accounts at organisations' identity providers, and whether each is connected.
    pub accounts: Vec<(String, bool)>,
    /// Sessions, the last used first.
    pub sessions: Vec<SessionLine>,
}

/// The page.
pub fn account_page(page: &AccountPage) -> impl IntoView + use<> {
    let roles = page
        .roles
        .iter()
        .map(|r| view! { <li>{r.clone()}</li> })
        .collect_view();
    let sessions = page
        .sessions
        .iter()
        .map(|s| {
            let words = s.words.clone();
            view! {
                <li>
                    {s.words.clone()}
                    {if s.this {
                        view! { " "<strong class="nhsuk-tag nhsuk-tag--green">"This one"</strong> }.into_any()
                    } else {
                        view! {
                            <form class="inline-form" method="post" action="/account/sessions">
                                <input type="hidden" name="session" value=s.id.clone() />
                                <button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit">"End"<span class="nhsuk-u-visually-hidden">{format!(": {words}")}</span></button>
                            </form>
                        }.into_any()
                    }}
                </li>
            }
        })
        .collect_view();
    let factor = match page.recovery_left {
        Some(left) => format!("On. You have {left} recovery codes left."),
        None => "Not set up.".into(),
    };
    let accounts = page
        .accounts
        .iter()
        .map(|(account, connected)| {
            let stands = if *connected { "connected" } else { "not connected" };
            view! { <p>{format!("Your {account}: {stands}. ")}<a href="/account/sign-on">"Connect or disconnect"<span class="nhsuk-u-visually-hidden">{format!(" your {account}")}</span></a></p> }
        })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Your account"</h1>
        <p>{format!("{}, {}", page.name, page.email)}</p>
        <h2 class="nhsuk-heading-m">"Your roles"</h2>
        <ul class="nhsuk-list nhsuk-list--bullet">{roles}</ul>
        <h2 class="nhsuk-heading-m">"Signing in"</h2>
        {page.link.clone().map(|words| view! { <div class="nhsuk-inset-text"><p>{words}</p></div> })}
        <p><a href="/account/password">"Change your password"</a></p>
        <p>"Authenticator app: "{factor}" "<a href="/account/second-factor">"Set up or change"<span class="nhsuk-u-visually-hidden">" your authenticator app"</span></a></p>
        {accounts}
        <h2 class="nhsuk-heading-m">"Where you are signed in"</h2>
        <ul class="nhsuk-list">{sessions}</ul>
        {(page.sessions.len() > 1).then(|| view! {
            <form method="post" action="/account/sessions">
                <input type="hidden" name="session" value="others" />
                <button class="nhsuk-button nhsuk-button--secondary" type="submit">"End all but this one"</button>
            </form>
        })}
    }
}

/// The page that changes one's password.
pub fn password_page(errors: &[FieldError]) -> impl IntoView + use<> {
    view! {
        {error_summary(errors)}
        <h1 class="nhsuk-heading-l">"Change your password"</h1>
        <p>"Your other sessions end with it."</p>
        <form method="post" action="/account/password" novalidate>
            {password_field("password", "Password as it is now", errors)}
            {chosen_password(errors)}
            <button class="nhsuk-button" type="submit">"Change password"</button>
        </form>
    }
}

/// Where setting a second factor up stands.
#[derive(Debug, Clone)]
pub enum Setting {
    /// None yet. `required`: the organisation asks for one before anything else.
    None {
        /// Whether it must be set up now.
        required: bool,
    },
    /// A secret waits for its first code.
    Begun {
        /// The picture to read, as SVG.
        picture: String,
        /// The key in groups of four.
        key: String,
    },
    /// It is on; recovery codes that were just made are shown, once.
    On {
        /// Recovery codes, in the answer that makes them and never again.
        codes: Vec<String>,
    },
}

/// The page of one's second factor.
pub fn second_factor_page(setting: &Setting, errors: &[FieldError]) -> impl IntoView + use<> {
    let body = match setting {
        Setting::None { required } => view! {
            {required.then(|| view! { <div class="nhsuk-inset-text"><p>"Your organisation asks for a code beside the password. Set it up now: it takes two minutes and an authenticator app on a telephone or computer."</p></div> })}
            <p>"An authenticator app shows a new code of 6 digits every 30 seconds. With it, your password alone opens nothing."</p>
            <form method="post" action="/account/second-factor" novalidate>
                <input type="hidden" name="do" value="begin" />
                {(!required).then(|| password_field("password", "Your password, again", errors))}
                <button class="nhsuk-button" type="submit">"Set up"</button>
            </form>
        }.into_any(),
        Setting::Begun { picture, key } => view! {
            <p>"Read this picture with your app, or type the key into it. Then give the code that it shows."</p>
            <div class="qr" role="img" aria-label="Picture for your authenticator app. The key below says the same." inner_html=picture.clone()></div>
            <p>"Key: "<code class="one-time-link">{key.clone()}</code></p>
            <form method="post" action="/account/second-factor" novalidate>
                <input type="hidden" name="do" value="confirm" />
                {input(Purpose::Code, "code", "Code that the app shows", None, "", errors)}
                <button class="nhsuk-button" type="submit">"Turn on"</button>
            </form>
        }.into_any(),
        Setting::On { codes } if codes.is_empty() => view! {
            <p>"Your authenticator app is set up. To use another one, remove it first and set the other one up."</p>
            <form method="post" action="/account/second-factor" novalidate>
                {password_field("password", "Your password, again", errors)}
                <button class="nhsuk-button" type="submit" name="do" value="codes">"Make new recovery codes"</button>
                <p class="nhsuk-body-s">"The old ones open nothing any more, used or not."</p>
                <button class="nhsuk-button nhsuk-button--secondary" type="submit" name="do" value="remove">"Remove"</button>
            </form>
        }.into_any(),
        Setting::On { codes } => view! {
            <p>"Your authenticator app is set up. Keep these recovery codes where you keep things safe: each signs you in once without the app. They are not shown again."</p>
            <ul class="nhsuk-list nhsuk-list--bullet" id="recovery-codes">{codes.iter().map(|c| view! { <li><code>{c.clone()}</code></li> }).collect_view()}</ul>
            <p><a class="nhsuk-button" href="/">"Go on"</a></p>
        }.into_any(),
    };
    view! {
        {error_summary(errors)}
        <h1 class="nhsuk-heading-l">"Authenticator app"</h1>
        {body}
    }
}
