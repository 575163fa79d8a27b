//! Notices: what happened on records that somebody answers for.

use crate::domain::notice::MOST;
use leptos::prelude::*;

/// A notice in words.
#[derive(Debug, Clone)]
pub struct NoticeLine {
    /// Identifies it.
    pub id: String,
    /// Page behind it.
    pub path: String,
    /// Patient and what it is about.
    pub words: String,
    /// When, in words.
    pub at: String,
    /// Whether it was put aside.
    pub seen: bool,
}

/// The page.
pub fn notices_page(lines: &[NoticeLine]) -> impl IntoView + use<> {
    view! {
        <h1 class="nhsuk-heading-l">"Notices"</h1>
        {if lines.is_empty() {
            view! { <p>"There are no notices for you."</p> }.into_any()
        } else {
            notice_list(lines, "/notices").into_any()
        }}
    }
}

/// A list of notices; `back` is the page that putting one aside returns to.
pub fn notice_list(lines: &[NoticeLine], back: &'static str) -> impl IntoView + use<> {
    let items = lines
        .iter()
        .take(MOST)
        .map(|line| {
            let aside = format!("/notices/{}/aside", line.id);
            let label = format!("Put aside: {}", line.words);
            view! {
                <li class="notice">
                    <p class="nhsuk-u-margin-bottom-0">
                        <a href=line.path.clone()>{line.words.clone()}</a>
                        <span class="nhsuk-body-s reason">{line.at.clone()}</span>
                    </p>
                    {(!line.seen).then(|| view! {
                        <form method="post" action=aside>
                            <input type="hidden" name="back" value=back />
                            <button class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" type="submit" aria-label=label>"Put aside"</button>
                        </form>
                    })}
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="nhsuk-list notices">{items}</ul>
        {(lines.len() > MOST).then(|| view! {
            <p>{format!("These are the newest {MOST}. Older ones follow on the start page when you put some aside.")}</p>
        })}
    }
}
