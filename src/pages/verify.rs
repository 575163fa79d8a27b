//! Whether a file is one of our papers, byte for byte.

use crate::components::furniture::{FieldError, error_message, error_of, error_summary, group};
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct VerifyPage {
    /// What became of the last file: heading, words, whether it is ours unaltered.
    pub verdict: Option<(String, String, bool)>,
    /// The report that the last file is of, where something else has taken its place since.
    pub superseded: Option<String>,
    /// SHA-256 of the last file.
    pub digest: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn verify_page(page: &VerifyPage) -> impl IntoView + use<> {
    let error = error_of(&page.errors, "file");
    let group = group(error.is_some());
    let digest = page.digest.clone();
    view! {
        {error_summary(&page.errors)}
        <h1 class="nhsuk-heading-l">"Check a paper"</h1>
        {page.verdict.clone().map(|(heading, words, ours)| view! {
            <section class=if ours { "nhsuk-inset-text" } else { "nhsuk-inset-text verdict--not-ours" } aria-labelledby="verdict">
                <h2 class="nhsuk-heading-m" id="verdict">{heading}</h2>
                <p>{words}</p>
                {page.superseded.clone().map(|path| view! {
                    <p><a href=path>"This report’s page: why it was corrected, and the correction"</a></p>
                })}
                <p class="nhsuk-body-s digest">"SHA-256 of this file: " <code>{digest}</code></p>
            </section>
        })}
        <p>"Choose a file: a PDF, a web page, a Word document or the data (JSON) of a report, of another paper or of a self-assessment. It is compared with what your organisations keep here, and is not kept itself."</p>
        <form method="post" action="/verify" enctype="multipart/form-data" novalidate>
            <div class=group>
                <label class="nhsuk-label nhsuk-label--s" for="file">"File"</label>
                <div class="nhsuk-hint" id="file-hint">"Up to 16 MB"</div>
                {error_message("file", error)}
                <input class="nhsuk-file-upload" id="file" name="file" type="file" aria-describedby="file-hint" accept=".pdf,.html,.htm,.docx,.json" />
            </div>
            <button class="nhsuk-button" type="submit">"Check this file"</button>
        </form>
        <p>"The check shows that bytes are the same. It does not show who sent you the file."</p>
    }
}
