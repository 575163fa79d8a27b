//! The frame of every page: skip link, header, status lines, main, footer.

use leptos::prelude::*;

/// What the frame needs to know of a page.
#[derive(Debug, Clone, Default)]
pub struct Chrome {
    /// Title, without the service's name.
    pub title: String,
    /// Name of who is signed in.
    pub person: Option<String>,
    /// Whether they give a code too where a page asks for the password again.
    pub asks_code: bool,
    /// The account with which they show who they are there instead, where it opened the session.
    pub confirms_with: Option<String>,
    /// The rooms this person may enter: path and words.
    pub rooms: Vec<(&'static str, &'static str)>,
    /// Where "Back" leads.
    pub back: Option<(String, String)>,
    /// Who the page is about, shown above everything else so that no page is taken for another's.
    pub about: Option<About>,
    /// Whether the page has islands, which need scripts.
    pub islands: bool,
    /// How long the session lasts yet, and the script that warns before its end.
    pub session: Option<SessionEnd>,
    /// Version of the style sheet, so that browsers keep it until it changes.
    pub style_version: String,
}

/// How long the reader's session lasts yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEnd {
    /// Seconds.
    pub seconds: i64,
    /// Whether it ends then in any case.
    pub in_any_case: bool,
    /// Minutes without use after which it ends.
    pub idle_minutes: i64,
    /// Address of the script.
    pub script: String,
}

/// The patient a page is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Path of the patient's page.
    pub path: String,
    /// Full name.
    pub name: String,
    /// Date of birth in words.
    pub born: String,
    /// MHCS reference.
    pub reference: String,
    /// Where the report stands, when the page is about one.
    pub report: Option<ReportLine>,
}

/// Where a report stands, for the line under the patient's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// For example "Being written".
    pub state: String,
    /// Until it is recorded as sent, every page of it says so.
    pub not_sent: bool,
    /// Facts of the record that changed after the author signed: heading, before, now.
    pub changed: Vec<Changed>,
}

/// A fact of the record that changed after the author signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Heading.
    pub label: &'static str,
    /// In words when the author signed; empty: not recorded.
    pub before: Vec<String>,
    /// In words now.
    pub after: Vec<String>,
}

/// Name of the service.
pub const SERVICE: &str = "Social supervision reports";

/// `text` as HTML shows it, for what is written without Leptos.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The whole document around a page.
pub fn document(options: LeptosOptions, chrome: Chrome, content: AnyView) -> impl IntoView {
    set_policy();
    let style = format!("/pkg/conditional-discharge.css?v={}", chrome.style_version);
    view! {
        <!DOCTYPE html>
        <html lang="en-GB">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title>{format!("{} – {SERVICE}", chrome.title)}</title>
                <link rel="stylesheet" href=style />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                {chrome.session.clone().map(|s| view! { <script src=s.script defer></script> })}
                {chrome.islands.then(|| view! { <HydrationScripts options islands=true /> })}
            </head>
            <body>
                <a class="nhsuk-skip-link" href="#main">"Skip to main content"</a>
                {chrome.session.map(session_warning)}
                {header(chrome.person.clone(), chrome.rooms.clone())}
                <div class="nhsuk-width-container">
                    {chrome.back.map(|(path, words)| view! {
                        <nav aria-label="Back"><a class="nhsuk-back-link" href=path>{words}</a></nav>
                    })}
                    {chrome.about.map(about)}
                    <main class="nhsuk-main-wrapper" id="main">{content}</main>
                </div>
                {footer()}
            </body>
        </html>
    }
}

/// Where the script says that the session ends soon; in words for who has no scripts.
fn session_warning(end: SessionEnd) -> impl IntoView {
    let words = format!(
        "You are signed out after {} minutes without use. What you type is kept while you sign in again.",
        end.idle_minutes
    );
    view! {
        <div class="session-warning" id="session-warning" role="alert" hidden data-left=end.seconds.to_string() data-absolute=end.in_any_case.to_string()>
            <p></p>
            <button class="nhsuk-button nhsuk-button--small" type="button" hidden>"Stay signed in"</button>
        </div>
        <noscript><p class="session-length nhsuk-body-s">{words}</p></noscript>
    }
}

/// Lets only our own files and this page's own scripts run.
fn set_policy() {
    use axum::http::{HeaderValue, header};
    let (Some(nonce), Some(response)) = (
        leptos::nonce::use_nonce(),
        use_context::<leptos_axum::ResponseOptions>(),
    ) else {
        return;
    };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

fn header(person: Option<String>, rooms: Vec<(&'static str, &'static str)>) -> impl IntoView {
    view! {
        <header class="nhsuk-header" role="banner">
            <div class="nhsuk-header__container nhsuk-width-container">
                <div class="nhsuk-header__service">
                    <a class="nhsuk-header__service-name" href="/">{SERVICE}</a>
                </div>
                {person.map(|name| view! {
                    <nav class="nhsuk-header__account" aria-label="Account">
                        <ul class="nhsuk-header__account-list">
                            <li class="nhsuk-header__account-item"><a class="nhsuk-header__account-link" href="/account">{name}<span class="nhsuk-u-visually-hidden">": your account"</span></a></li>
                            <li class="nhsuk-header__account-item">
                                <form class="nhsuk-header__account-form" method="post" action="/sign-out">
                                    <button class="nhsuk-header__account-button" type="submit">"Sign out"</button>
                                </form>
                            </li>
                        </ul>
                    </nav>
                })}
            </div>
            {(!rooms.is_empty()).then(|| view! {
                <nav class="nhsuk-header__navigation" aria-label="Menu">
                    <div class="nhsuk-header__navigation-container nhsuk-width-container">
                        <ul class="nhsuk-header__navigation-list rooms">
                            {rooms.into_iter().map(|(path, words)| view! {
                                <li class="nhsuk-header__navigation-item">
                                    <a class="nhsuk-header__navigation-link" href=path>{words}</a>
                                </li>
                            }).collect_view()}
                        </ul>
                    </div>
                </nav>
            })}
        </header>
    }
}

fn about(about: About) -> impl IntoView {
    view! {
        <section class="about-patient" aria-label="Patient">
            <div class="urgent">
                <a class="urgent__action" href=format!("{}/happened", about.path)>"Something has happened"</a>
                <p>"Immediate danger: call 999. Telephone first, write afterwards."</p>
            </div>
            <p>
                <a href=about.path>{about.name}</a>
                " · born " {about.born} " · MHCS reference " {about.reference}
            </p>
            {about.report.map(|line| view! {
                <p>
                    <strong class="nhsuk-tag nhsuk-tag--white">{line.state}</strong>
                    {line.not_sent.then(|| view! {
                        " " <strong class="nhsuk-tag nhsuk-tag--yellow not-sent">"Not yet sent to MHCS"</strong>
                    })}
                </p>
                {(!line.changed.is_empty()).then(|| changed(line.changed))}
            })}
        </section>
    }
}

/// What differs in the record from what the author signed.
fn changed(changed: Vec<Changed>) -> impl IntoView {
    let words = |lines: Vec<String>| {
        if lines.is_empty() {
            "Not recorded".to_owned()
        } else {
            lines.join("; ")
        }
    };
    let count = changed.len();
    let rows = changed
        .into_iter()
        .map(|c| {
            view! {
                <div>
                    <dt>{c.label}</dt>
                    <dd>"When signed: " <del>{words(c.before)}</del></dd>
                    <dd>"Now: " <ins>{words(c.after)}</ins></dd>
                </div>
            }
        })
        .collect_view();
    let facts = if count == 1 {
        "1 fact has".to_owned()
    } else {
        format!("{count} facts have")
    };
    view! {
        <details class="nhsuk-details" open>
            <summary class="nhsuk-details__summary">
                <span class="nhsuk-details__summary-text">{format!("{facts} changed in the record since the author signed")}</span>
            </summary>
            <div class="nhsuk-details__text"><dl class="record-changed">{rows}</dl></div>
        </details>
    }
}

fn footer() -> impl IntoView {
    view! {
        <footer class="nhsuk-footer" role="contentinfo">
            <div class="nhsuk-width-container">
                <ul class="nhsuk-footer__list">
                    <li class="nhsuk-footer__list-item"><a class="nhsuk-footer__list-item-link" href="/help">"Help"</a></li>
                    <li class="nhsuk-footer__list-item"><a class="nhsuk-footer__list-item-link" href="/accessibility">"Accessibility statement"</a></li>
                    <li class="nhsuk-footer__list-item"><a class="nhsuk-footer__list-item-link" href="/privacy">"Privacy"</a></li>
                    <li class="nhsuk-footer__list-item"><a class="nhsuk-footer__list-item-link" href="/cookies">"Cookies"</a></li>
                    <li class="nhsuk-footer__list-item"><a class="nhsuk-footer__list-item-link" href="/licences">"Licences"</a></li>
                </ul>
                <p class="nhsuk-body-s">"Not an official service of HM Prison and Probation Service or the Ministry of Justice."</p>
            </div>
        </footer>
    }
}
