//! Late notice, contact plan and reporting interval.

use crate::components::furniture::{FieldError, date_field, error_summary, text_field};
use leptos::prelude::*;

/// What the page of the late notice shows.
#[derive(Debug, Clone)]
pub struct LatePage {
    /// Path of the patient.
    pub path: String,
    /// The due date at hand in words and as data; none when nothing falls due.
    pub due: Option<(String, String)>,
    /// When and how MHCS was told of it so far.
    pub told: Vec<String>,
    /// Day, month, year.
    pub on: [String; 3],
    /// How MHCS was told.
    pub how: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn late_page(page: &LatePage) -> impl IntoView + use<> {
    let told = page
        .told
        .iter()
        .map(|t| view! { <li>{t.clone()}</li> })
        .collect_view();
    let Some((due, data)) = page.due.clone() else {
        return view! {
            <h1 class="nhsuk-heading-l">"Tell MHCS that a report will be late"</h1>
            <p>"No report falls due."</p>
        }
        .into_any();
    };
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Tell MHCS that a report will be late"</h1>
        <p>{format!("The report is due on {due}. MHCS asks to be told before a report is late. Telephone or e-mail first: nobody has to approve it.")}</p>
        <form method="post" action=format!("{}/papers", page.path)>
            <input type="hidden" name="form" value="late-notice" />
            <input type="hidden" name="about" value=data />
            <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Write the late notice as a paper"</button>
        </form>
        {(!page.told.is_empty()).then(|| view! { <h2 class="nhsuk-heading-m">"MHCS was told"</h2> <ul class="nhsuk-list nhsuk-list--bullet">{told}</ul> })}
        <h2 class="nhsuk-heading-m">"Record that MHCS was told"</h2>
        <form method="post" action=format!("{}/late", page.path) novalidate>
            {date_field("told-on/", "When was MHCS told?".into(), None, page.on.clone(), &page.errors)}
            {text_field("how", "How, and what was said?", Some("For example: e-mail to the casework team; report by 4 January, because of leave"), page.how.clone(), &page.errors)}
            <button class="nhsuk-button" type="submit">"Record"</button>
        </form>
    }
    .into_any()
}

/// What the page of the plan shows.
#[derive(Debug, Clone)]
pub struct PlanPage {
    /// Where the form goes.
    pub action: String,
    /// The version of the record that the page was made from.
    pub seen: i64,
    /// Days between contacts in person.
    pub contact: String,
    /// Days between clinical reviews.
    pub review: String,
    /// Months between reports.
    pub months: String,
    /// From which due date.
    pub from: [String; 3],
    /// MHCS's letter.
    pub evidence: String,
    /// The next due dates, in words.
    pub dates: Vec<String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn plan_page(page: &PlanPage) -> impl IntoView + use<> {
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Contact plan and reporting interval"</h1>
        <form method="post" action=page.action.clone() novalidate>
            <input type="hidden" name="seen" value=page.seen.to_string() />
            <h2 class="nhsuk-heading-m">"Contact"</h2>
            {text_field("contact", "Longest planned gap between contacts in person, in days", Some("A longer gap is shown on your list and in the report"), page.contact.clone(), &page.errors)}
            {text_field("review", "Longest planned gap between clinical reviews, in days", None, page.review.clone(), &page.errors)}
            <h2 class="nhsuk-heading-m">"Interval that MHCS agreed in place of 3 months"</h2>
            <p>"Only MHCS agrees another interval. Leave all three empty when there is none. "{format!("Next due dates now: {}.", page.dates.join(", "))}</p>
            {text_field("months", "Months between reports", None, page.months.clone(), &page.errors)}
            {date_field("from/", "Counted from which due date?".into(), None, page.from.clone(), &page.errors)}
            {text_field("evidence", "MHCS’s letter or e-mail: date and reference", None, page.evidence.clone(), &page.errors)}
            <button class="nhsuk-button" type="submit">"Save"</button>
        </form>
    }
}
