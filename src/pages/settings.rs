//! An organisation's settings.

use crate::components::controls::{Choice, radios};
use crate::components::furniture::{FieldError, date_field, error_summary, password_field};
use crate::components::inputs::{Purpose, input, tick_box};
use crate::domain::people::{OrganisationAction, Role, may_in};
use crate::domain::schedule::Anchor;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// What the page shows.
#[derive(Debug, Clone)]
pub struct SettingsPage {
    /// Name of the organisation.
    pub organisation: String,
    /// Where the form goes.
    pub action: String,
    /// Mark of the settings that the page was made from.
    pub seen: String,
    /// The installation's own minutes without use and hours of a session.
    pub installation: [i64; 2],
    /// What stands in the form, by control.
    pub typed: BTreeMap<String, String>,
    /// The organisation's identity provider, where the operator set one: its address, and what people
    /// call an account there.
    pub provider: Option<(String, String)>,
    /// Whether the page answers a save.
    pub saved: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

impl SettingsPage {
    fn value(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn input(&self, purpose: Purpose, name: &str, label: &str, hint: Option<&str>) -> AnyView {
        input(purpose, name, label, hint, self.value(name), &self.errors).into_any()
    }

    fn day(&self, name: &str, legend: String) -> AnyView {
        let values =
            ["day", "month", "year"].map(|p| self.value(&format!("{name}/{p}")).to_owned());
        date_field(&format!("{name}/"), legend, None, values, &self.errors).into_any()
    }
}

/// The page.
pub fn settings_page(page: &SettingsPage) -> impl IntoView + use<> {
    let [idle, hours] = page.installation;
    let idle_hint = format!("From 5 to 480. Empty: {idle}, as this installation has it.");
    let hours_hint = format!("From 1 to 24. Empty: {hours}, as this installation has it.");
    let emergency = Role::ALL
        .into_iter()
        .filter(|role| may_in(*role, OrganisationAction::OpenInEmergency))
        .map(|role| {
            let name = format!("emergency/{}", role.name());
            tick_box(&name, role.words(), None, page.value(&name) == "yes").into_any()
        })
        .collect_view();
    let provider = match &page.provider {
        Some((issuer, name)) => format!("People also sign in with their {name}, by the identity provider {issuer}; it asks for the second factor. Whoever runs this installation changes that, on its command line (sign-on set)."),
        None => "People do not sign in with an account of your organisation. Whoever runs this installation can set that up, on its command line (sign-on set), with an OpenID Connect provider.".to_owned(),
    };
    let provider = view! { <p>{provider}</p> };
    let anchors = Anchor::ALL.map(|anchor| Choice::new(anchor.name(), anchor.words()));
    view! {
        {error_summary(&page.errors)}
        {page.saved.then(|| view! {
            <div class="nhsuk-inset-text" role="status"><p>"The settings are saved."</p></div>
        })}
        <span class="nhsuk-caption-l">{page.organisation.clone()}</span>
        <h1 class="nhsuk-heading-l">"Settings"</h1>
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name="seen" value=page.seen.clone() />
            <h2 class="nhsuk-heading-m">"Where reports go"</h2>
            {page.input(Purpose::Email, "mailbox", "Mailbox of the Mental Health Casework Section", Some("Suggested until your organisation has checked it. Each report can still name another."))}
            {page.day("mailbox-checked", "Mailbox last checked against gov.uk".into())}
            <h2 class="nhsuk-heading-m">"Due dates"</h2>
            <p>"The first report is due 28 days after discharge, later ones every 3 months. What the 3 months count from is not published: ask the Mental Health Casework Section. A change moves no date that is past, nor the next one of each patient: it counts after that."</p>
            {radios("count-from", "Every 3 months, counted from", &anchors, page.value("count-from"), &page.errors)}
            <h2 class="nhsuk-heading-m">"Internal targets"</h2>
            <p>"Days before the due date by which you want each to be done. They are yours, not MHCS’s."</p>
            {page.input(Purpose::Number, "target/draft", "Parts A and B written", None)}
            {page.input(Purpose::Number, "target/manager", "Checked by the line manager", None)}
            {page.input(Purpose::Number, "target/part-c", "Part C complete", None)}
            <h2 class="nhsuk-heading-m">"Papers"</h2>
            {tick_box("attach-data", "Put the report’s data inside its PDF as well (PDF/A-3)", Some("Ask the recipient first: what is sensitive then travels twice."), page.value("attach-data") == "yes")}
            <h2 class="nhsuk-heading-m">"Signing in"</h2>
            {tick_box("second-factor", "People who sign in with a password also give a code from an authenticator app", Some("Holds from each person’s next sign-in."), page.value("second-factor") == "yes")}
            {provider}
            {page.input(Purpose::Number, "idle-minutes", "Minutes without use after which people are signed out", Some(&idle_hint))}
            {page.input(Purpose::Number, "session-hours", "Hours after which they are signed out in any case", Some(&hours_hint))}
            <h2 class="nhsuk-heading-m">"Opening a record in an emergency"</h2>
            <p>"Who may open the record of a patient who is not theirs, for a few hours, with a reason that is told to the line managers and the auditors at once."</p>
            {emergency}
            <h2 class="nhsuk-heading-m">"Save"</h2>
            {password_field("password", "Your password, again", &page.errors)}
            <button class="nhsuk-button" type="submit">"Save settings"</button>
        </form>
    }
}
