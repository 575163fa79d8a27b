//! The forms of this installation, blank: for reading beforehand and for writing by hand.

use leptos::prelude::*;

/// One version of a form.
#[derive(Debug, Clone)]
pub struct FormLine {
    /// Its title.
    pub title: String,
    /// Its version in words.
    pub version: String,
    /// What it is and is not.
    pub status: String,
    /// What its downloads begin with.
    pub path: String,
}

/// The page.
pub fn forms_page(lines: &[FormLine]) -> impl IntoView + use<> {
    let forms = lines
        .iter()
        .map(|form| {
            let what = format!("{}, version of {}", form.title, form.version);
            let link = |format: &str, words: &str| {
                let path = format!("{}/{format}", form.path);
                view! { <li><a href=path>{words.to_owned()}<span class="nhsuk-u-visually-hidden">{format!(": {what}")}</span></a></li> }
            };
            view! {
                <h2 class="nhsuk-heading-m">{what.clone()}</h2>
                <p>{form.status.clone()}</p>
                <ul class="nhsuk-list">
                    {link("pdf", "Download the blank form as PDF")}
                    {link("html", "Read the blank form as a web page")}
                    {link("docx", "Download the blank form as a Word document")}
                </ul>
            }
        })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Blank forms"</h1>
        <p>"To read beforehand, or to write on by hand when there is no computer. What is written by hand has to be typed in afterwards."</p>
        {forms}
        <h2 class="nhsuk-heading-m">"For programs"</h2>
        <p>"A frozen report can be downloaded as data. " <a href="/schemas/frozen-report-1.json">"The JSON Schema of a frozen report"</a> " says what is in it."</p>
    }
}
