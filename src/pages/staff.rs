//! People and teams, as an administrator sees them.

use crate::components::furniture::{FieldError, error_summary, password_field};
use crate::components::inputs::{Purpose, input, select, tick_box};
use crate::domain::people::Role;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Somebody in the list.
#[derive(Debug, Clone)]
pub struct PersonLine {
    /// Path of their page.
    pub path: String,
    /// Full name.
    pub name: String,
    /// Job title.
    pub job_title: String,
    /// What they sign in with.
    pub email: String,
    /// Roles with their teams, in words.
    pub roles: Vec<String>,
}

/// What the list shows.
#[derive(Debug, Clone)]
pub struct PeoplePage {
    /// Path of the organisation.
    pub path: String,
    /// Name of the organisation.
    pub organisation: String,
    /// Everybody.
    pub people: Vec<PersonLine>,
    /// Names of the teams.
    pub teams: Vec<String>,
    /// Links that still open: id and words.
    pub links: Vec<(String, String)>,
    /// A team's name as typed.
    pub team: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

fn people_table(page: &PeoplePage) -> impl IntoView + use<> {
    let rows = page
        .people
        .iter()
        .map(|p| {
            view! {
                <tr class="nhsuk-table__row">
                    <td class="nhsuk-table__cell"><a href=p.path.clone()>{p.name.clone()}</a></td>
                    <td class="nhsuk-table__cell">{p.job_title.clone()}</td>
                    <td class="nhsuk-table__cell">{p.email.clone()}</td>
                    <td class="nhsuk-table__cell">{p.roles.join("; ")}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = ["Name", "Job title", "E-mail address", "Roles"]
        .map(|h| view! { <th scope="col">{h}</th> })
        .collect_view();
    view! {
        <div class="table-scroll" role="region" aria-label="People" tabindex="0">
            <table class="nhsuk-table">
                <caption class="nhsuk-table__caption nhsuk-u-visually-hidden">"People of the organisation"</caption>
                <thead class="nhsuk-table__head"><tr>{heads}</tr></thead>
                <tbody class="nhsuk-table__body">{rows}</tbody>
            </table>
        </div>
    }
}

/// Everybody of an organisation.
pub fn people_page(page: &PeoplePage) -> impl IntoView + use<> {
    let path = page.path.clone();
    let links = page
        .links
        .iter()
        .map(|(id, words)| {
            view! {
                <li>
                    {words.clone()}
                    <form class="inline-form" method="post" action=format!("{path}/invitations/{id}/cancel")>
                        <button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit">"Cancel"<span class="nhsuk-u-visually-hidden">{format!(": {words}")}</span></button>
                    </form>
                </li>
            }
        })
        .collect_view();
    let teams = page
        .teams
        .iter()
        .map(|t| view! { <li>{t.clone()}</li> })
        .collect_view();
    view! {
        {error_summary(&page.errors)}
        <span class="nhsuk-caption-l">{page.organisation.clone()}</span>
        <h1 class="nhsuk-heading-l">"People and teams"</h1>
        <p><a class="nhsuk-button" href=format!("{path}/people/invite")>"Invite somebody"</a></p>
        {people_table(page)}
        <h2 class="nhsuk-heading-m">"Links that have not been used"</h2>
        {if page.links.is_empty() { view! { <p>"None."</p> }.into_any() } else { view! { <ul class="nhsuk-list">{links}</ul> }.into_any() }}
        <h2 class="nhsuk-heading-m">"Teams"</h2>
        <ul class="nhsuk-list nhsuk-list--bullet">{teams}</ul>
        <form method="post" action=format!("{path}/teams") novalidate>
            {input(Purpose::Text, "team", "Add a team", None, &page.team, &page.errors)}
            <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Add team"</button>
        </form>
    }
}

/// A select for each role: not, in a team, in the whole organisation.
fn roles(
    teams: &[(String, String)],
    typed: &BTreeMap<String, String>,
    errors: &[FieldError],
) -> impl IntoView + use<> {
    let selects = Role::ALL
        .into_iter()
        .map(|role| {
            let name = format!("role/{}", role.name());
            let mut options = vec![(String::new(), "No".to_owned())];
            if !role.needs_team() {
                options.push(("*".into(), "Yes, in the whole organisation".into()));
            }
            options.extend(
                teams
                    .iter()
                    .map(|(id, team)| (id.clone(), format!("Yes, in {team}"))),
            );
            let chosen = typed.get(&name).map_or("", String::as_str);
            select(&name, role.words(), None, &options, chosen, errors).into_any()
        })
        .collect_view();
    view! {
        <fieldset class="nhsuk-fieldset">
            <legend class="nhsuk-fieldset__legend nhsuk-fieldset__legend--m">"Roles"</legend>
            {selects}
        </fieldset>
    }
}

/// What the invitation form shows.
#[derive(Debug, Clone)]
pub struct InvitePage {
    /// Where the form goes.
    pub action: String,
    /// Name of the organisation.
    pub organisation: String,
    /// Its teams: id and name.
    pub teams: Vec<(String, String)>,
    /// What stands in the form, by control.
    pub typed: BTreeMap<String, String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The form that invites.
pub fn invite_page(page: &InvitePage) -> impl IntoView + use<> {
    let value = |name: &str| page.typed.get(name).cloned().unwrap_or_default();
    view! {
        {error_summary(&page.errors)}
        <span class="nhsuk-caption-l">{page.organisation.clone()}</span>
        <h1 class="nhsuk-heading-l">"Invite somebody"</h1>
        <p>"You get a link to give to them yourself, for example by your own e-mail. It works once, within 7 days. Nothing is sent from here."</p>
        <form method="post" action=page.action.clone() novalidate>
            {input(Purpose::Email, "email", "E-mail address", Some("They sign in with it. If they have an account with another organisation already, they join with that."), &value("email"), &page.errors)}
            {input(Purpose::Text, "name", "Full name", None, &value("name"), &page.errors)}
            {input(Purpose::Text, "job-title", "Job title", Some("As papers show it beside their signature."), &value("job-title"), &page.errors)}
            {roles(&page.teams, &page.typed, &page.errors)}
            {password_field("password", "Your password, again", &page.errors)}
            <button class="nhsuk-button" type="submit">"Make the link"</button>
        </form>
    }
}

/// What the page of a new link shows.
#[derive(Debug, Clone)]
pub struct LinkPage {
    /// For whom.
    pub name: String,
    /// The link.
    pub link: String,
    /// Until when it opens.
    pub until: String,
}

/// A link, shown once.
pub fn link_page(page: &LinkPage) -> impl IntoView + use<> {
    view! {
        <h1 class="nhsuk-heading-l">{format!("A link for {}", page.name)}</h1>
        <p>"Copy it now: it is not shown again, and only its digest is kept here. Give it to nobody else, since who opens it first chooses the password."</p>
        <div class="nhsuk-inset-text"><p class="one-time-link" id="link">{page.link.clone()}</p></div>
        <p>{format!("It opens once, until {}.", page.until)}</p>
    }
}

/// What the page of one person shows.
#[derive(Debug, Clone)]
pub struct MemberPage {
    /// Path of the page.
    pub path: String,
    /// Name of the organisation.
    pub organisation: String,
    /// Full name.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// Whether their account is looked after here.
    pub home: bool,
    /// Whether it is the reader.
    pub oneself: bool,
    /// What they are here, in words.
    pub roles: Vec<String>,
    /// Teams: id and name.
    pub teams: Vec<(String, String)>,
    /// What stands in the form, by control.
    pub typed: BTreeMap<String, String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// One person of an organisation.
pub fn member_page(page: &MemberPage) -> impl IntoView + use<> {
    let value = |name: &str| page.typed.get(name).cloned().unwrap_or_default();
    let identity = page.home.then(|| view! {
        {input(Purpose::Text, "name", "Full name", None, &value("name"), &page.errors)}
        {input(Purpose::Text, "job-title", "Job title", Some("As papers show it beside their signature. Papers that are made keep the old one."), &value("job-title"), &page.errors)}
    });
    let link = page.home.then(|| view! {
        <h2 class="nhsuk-heading-m">"A new password"</h2>
        <p>"For somebody who has forgotten theirs or lost the device with their codes. Speak to them first: be sure who asks."</p>
        {tick_box("second-factor", "Also remove their authenticator app", Some("They set up another one when they next sign in."), false)}
        <button class="nhsuk-button nhsuk-button--secondary" type="submit" name="do" value="link">"Make a link to a new password"</button>
    });
    let change = if page.oneself {
        view! {
            <p>{format!("Your roles: {}. Another administrator changes them: nobody gives themselves permission.", page.roles.join("; "))}</p>
        }
        .into_any()
    } else {
        view! {
            <form method="post" action=page.path.clone() novalidate>
                {identity}
                {roles(&page.teams, &page.typed, &page.errors)}
                {password_field("password", "Your password, again", &page.errors)}
                <button class="nhsuk-button" type="submit" name="do" value="change">"Save changes"</button>
                {link}
            </form>
        }
        .into_any()
    };
    view! {
        {error_summary(&page.errors)}
        <span class="nhsuk-caption-l">{page.organisation.clone()}</span>
        <h1 class="nhsuk-heading-l">{page.name.clone()}</h1>
        <p>{page.email.clone()}</p>
        {(!page.home).then(|| view! { <div class="nhsuk-inset-text"><p>"Another organisation looks after this account: its name, job title and password."</p></div> })}
        {change}
        <h2 class="nhsuk-heading-m">"Sessions"</h2>
        <form method="post" action=format!("{}/end-sessions", page.path)>
            <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Sign them out everywhere"</button>
        </form>
        {(!page.oneself).then(|| view! {
            <h2 class="nhsuk-heading-m">"When they leave"</h2>
            <p><a href=format!("{}/leave", page.path)>"End their account here and pass on their patients"</a></p>
        })}
    }
}
