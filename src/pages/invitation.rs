//! The page behind a one-time link.

use crate::components::furniture::{FieldError, error_summary};
use crate::components::inputs::{Purpose, input};
use leptos::prelude::*;

/// What is asked of who opens the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// To choose a password for an account that is made.
    NewAccount,
    /// To choose a new password.
    NewPassword,
    /// To sign in with the account that the invitation is for.
    SignInFirst,
    /// To say yes.
    Join,
    /// Nothing: the invitation is for another account than the one that is signed in.
    SomebodyElse,
}

/// What the page shows.
#[derive(Debug, Clone)]
pub struct InvitationPage {
    /// Path of the link.
    pub path: String,
    /// Which organisation invites.
    pub organisation: String,
    /// For whom it is.
    pub email: String,
    /// Full name.
    pub name: String,
    /// Roles that it gives.
    pub roles: Vec<&'static str>,
    /// What people call an account at the organisation's identity provider, where it has one and the
    /// account here can be opened by it.
    pub provider: Option<String>,
    /// What is asked.
    pub shows: Shows,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Two fields for a password that is being chosen.
pub fn chosen_password(errors: &[FieldError]) -> impl IntoView + use<> {
    view! {
        {input(Purpose::NewPassword, "new-password", "New password", Some("12 to 128 characters. Three or four unusual words do well. Signs and numbers are not needed. You can paste it from a password manager; it does not run out."), "", errors)}
        {input(Purpose::NewPassword, "new-password-again", "New password, again", None, "", errors)}
    }
}

/// The page.
pub fn invitation_page(page: &InvitationPage) -> impl IntoView + use<> {
    let heading = if page.shows == Shows::NewPassword {
        "Choose a new password"
    } else {
        "You have been invited"
    };
    let who = format!("{}, {}", page.name, page.email);
    let invited = (page.shows != Shows::NewPassword).then(|| {
        let roles = page.roles.join(", ").to_lowercase();
        view! { <p>{format!("{} invites {who} as: {roles}.", page.organisation)}</p> }
    });
    let asks = match page.shows {
        Shows::NewAccount | Shows::NewPassword => view! {
            {(page.shows == Shows::NewPassword).then(|| view! { <p>{format!("This is for the account of {who}. Every session of it ends, and you sign in anew.")}</p> })}
            {page.provider.clone().map(|account| view! {
                <p><a class="nhsuk-button" href=format!("{}/with", page.path)>{format!("Use my {account}")}</a></p>
                <p>"Then you need no password here. Or choose one:"</p>
            })}
            <form method="post" action=page.path.clone() novalidate>
                // Lets a password manager keep the two together.
                <input class="nhsuk-u-visually-hidden" type="text" name="username" autocomplete="username" value=page.email.clone() readonly tabindex="-1" aria-hidden="true" />
                {chosen_password(&page.errors)}
                <button class="nhsuk-button" type="submit">"Save password"</button>
            </form>
        }.into_any(),
        Shows::SignInFirst => view! {
            <p>"You have an account already. Sign in with it to accept."</p>
            <p><a class="nhsuk-button" href=format!("/sign-in?next={}", page.path)>"Sign in"</a></p>
        }.into_any(),
        Shows::Join => view! {
            <form method="post" action=page.path.clone()>
                <button class="nhsuk-button" type="submit">{format!("Join {}", page.organisation)}</button>
            </form>
        }.into_any(),
        Shows::SomebodyElse => view! {
            <p>"You are signed in with another account. Sign out, then open the link again."</p>
        }.into_any(),
    };
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">{heading}</h1>
        {invited}
        {asks}
    }
}

/// What a link shows that was used, cancelled or has run out, or whose maker is no administrator any more; or
/// never was one.
pub fn opens_no_more_page() -> impl IntoView {
    view! {
        <h1 class="nhsuk-heading-l">"This link does not open any more"</h1>
        <p>"It has been used, was cancelled or has run out, or who made it is no administrator any more. If you have chosen a password with it already, sign in. Otherwise ask an administrator of your organisation for another."</p>
        <p><a href="/sign-in">"Sign in"</a></p>
    }
}
