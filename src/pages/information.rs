//! Help, accessibility statement, privacy.

use leptos::prelude::*;

/// Help.
pub fn help_page() -> impl IntoView {
    view! {
        <h1 class="nhsuk-heading-l">"Help"</h1>
        <h2 class="nhsuk-heading-m">"If something has happened"</h2>
        <p>"If anybody is in immediate danger, call 999. Telephone MHCS and the clinical team first and write afterwards. Do not wait for a report."</p>
        <h2 class="nhsuk-heading-m">"How a report travels"</h2>
        <ol class="nhsuk-list nhsuk-list--number">
            <li>"The social supervisor writes Parts A and B and signs them."</li>
            <li>"The line manager returns them with comments, or attests and approves. Nobody approves their own report."</li>
            <li>"The clinical supervisor completes and signs Part C."</li>
            <li>"The author looks once more and freezes the report. The papers are made."</li>
            <li>"The author sends it from a secure account and records that it was sent."</li>
        </ol>
        <h2 class="nhsuk-heading-m">"Papers"</h2>
        <p><a href="/forms">"Blank forms"</a>" can be read beforehand or written on by hand. Whoever holds a paper can "<a href="/verify">"check whether it is one of ours, unaltered"</a>", after signing in."</p>
        <h2 class="nhsuk-heading-m">"What this service is not"</h2>
        <p>"It is not the official form of the Mental Health Casework Section. Its questions are aligned to published guidance and mark what could not be verified. Check the current form on gov.uk."</p>
    }
}

/// What to do when something has happened: shown before anything is asked.
pub fn something_has_happened_page() -> impl IntoView {
    view! {
        <h1 class="nhsuk-heading-l">"Something has happened"</h1>
        <ol class="nhsuk-list nhsuk-list--number">
            <li><strong>"If anybody is in immediate danger, call 999."</strong></li>
            <li>"Telephone the clinical supervisor or the clinical team on call."</li>
            <li>"Telephone MHCS’s casework team, or the duty officer out of hours. Your organisation holds the numbers; the current ones are on gov.uk."</li>
            <li>"Tell your line manager. You need nobody’s approval to tell MHCS."</li>
            <li>"Write afterwards: what happened, when and where, who was harmed or is at risk, where the person is now, what has been done."</li>
        </ol>
        <p>"Do not wait for the quarterly report. Only the Secretary of State recalls a patient; a breach of a condition alone is not the test."</p>
        <p class="nhsuk-body-s">"Whom to tell and how fast is suggested from published accounts of MHCS’s guidance and is not confirmed by your organisation. Where your organisation’s own procedure differs, follow that."</p>
    }
}

/// Accessibility statement.
pub fn accessibility_page() -> impl IntoView {
    view! {
        <h1 class="nhsuk-heading-l">"Accessibility statement"</h1>
        <p>"This service aims to meet WCAG 2.2 at level AA. Every page works by keyboard, without scripts, at 400% zoom and in forced colours. Its pages are checked with automated tools at every change; an audit by people who use assistive technology has not been made yet."</p>
        <p>"Time limits: you are signed out after a time without use, to protect records of patients and victims (the essential exception of success criterion 2.2.1). Text typed before is kept and can be saved after signing in again."</p>
    }
}

/// Privacy and cookies.
pub fn privacy_page() -> impl IntoView {
    view! {
        <h1 class="nhsuk-heading-l">"Privacy and cookies"</h1>
        <p>"Your organisation is the controller of the records here. Who opened or changed which record, when and from which network address is recorded and cannot be altered."</p>
        <p>"One cookie keeps you signed in. It is strictly necessary, holds no personal data and is removed when you sign out. Nothing you type is stored in the browser."</p>
    }
}
