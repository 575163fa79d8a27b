//! Which of a person's organisations a page is about, and the way to the others.

use leptos::prelude::*;

/// Where a page is, and where else the person may do the same.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Name of the organisation.
    pub here: String,
    /// What stands behind the path of pages in the same organisation: empty, or from the question mark on.
    pub query: String,
    /// The other organisations: where the link leads, and the name.
    pub others: Vec<(String, String)>,
}

/// Nothing for those who belong to one organisation. Others are told where they are: what is done in the
/// wrong one is done to other people's records.
pub fn places(places: &Places) -> Option<impl IntoView + use<>> {
    (!places.others.is_empty()).then(|| {
        let others = places
            .others
            .iter()
            .map(|(to, name)| view! { <li><a href=to.clone()>{name.clone()}</a></li> })
            .collect_view();
        view! {
            <div class="nhsuk-inset-text">
                <p>"This is about "<strong>{places.here.clone()}</strong>". You can do the same for:"</p>
                <ul class="nhsuk-list nhsuk-list--bullet">{others}</ul>
            </div>
        }
    })
}
