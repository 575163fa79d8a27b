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

/// What the service is made of, with licences.
pub fn licences_page() -> impl IntoView {
    let rows = include_str!("licences.tsv")
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.split_once('\t')?;
            let (version, licence) = rest.split_once('\t')?;
            Some(view! {
                <tr class="nhsuk-table__row">
                    <td class="nhsuk-table__cell">{name}</td>
                    <td class="nhsuk-table__cell">{version}</td>
                    <td class="nhsuk-table__cell">{licence}</td>
                </tr>
            })
        })
        .collect_view();
    let heads = ["Component", "Version", "Licence"]
        .map(|h| view! { <th scope="col">{h}</th> })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Licences"</h1>
        <p>"The service itself is under the MIT licence. It is made of these components, each under the licence that its makers state."</p>
        <div class="table-scroll" role="region" aria-label="Components" tabindex="0">
            <table class="nhsuk-table">
                <caption class="nhsuk-table__caption nhsuk-u-visually-hidden">"Components with their licences"</caption>
                <thead class="nhsuk-table__head"><tr>{heads}</tr></thead>
                <tbody class="nhsuk-table__body">{rows}</tbody>
            </table>
        </div>
    }
}

/// What is kept about whom, and why.
pub fn privacy_page() -> impl IntoView {
    view! {
        <h1 class="nhsuk-heading-l">"Privacy"</h1>
        <p>"Your organisation is the controller of the records here: it decides what is kept, answers requests and publishes its own privacy notice. What follows is what this service does for it."</p>
        <h2 class="nhsuk-heading-m">"Patients"</h2>
        <p>"The record holds what supervision of a conditionally discharged patient needs: identity, order, conditions, contacts, events, reports. It is special-category data and data about offences. Reports go to the Ministry of Justice because the law asks supervisors to report; nobody is asked for consent to that, and patients are told."</p>
        <p>"A patient may ask their organisation for a copy. What is about victims or third parties is left out of it, and of the patient’s copy of a report."</p>
        <h2 class="nhsuk-heading-m">"Victims and others who are named"</h2>
        <p>"Their details are seen by the people who supervise this patient and by nobody else here."</p>
        <h2 class="nhsuk-heading-m">"People who work here"</h2>
        <p>"Who opened or changed which record, when and from which network address is recorded and cannot be altered. Patients’ supervisors and their managers can see who looked at a record; auditors can search all of it."</p>
        <h2 class="nhsuk-heading-m">"How long it is kept"</h2>
        <p>"As long as the organisation’s retention schedule says. Two people decide together that a record is destroyed, and a certificate of it remains."</p>
        <h2 class="nhsuk-heading-m">"Where it goes"</h2>
        <p>"Nothing leaves this service by itself: papers are downloaded and sent by people. There is no analytics, and nothing is loaded from other sites. Where an organisation’s people sign in with its own account, its sign-in service learns when they do, and nothing else."</p>
        <p>"Questions, corrections and complaints go to the organisation’s data protection officer. The Information Commissioner’s Office hears complaints that are not settled there."</p>
    }
}

/// Cookies, all of them. `names`: what the session's cookie is called here, and that of who is at their
/// organisation's sign-in service.
pub fn cookies_page(names: [&str; 2]) -> impl IntoView + use<> {
    let [session, away] = names.map(str::to_owned);
    view! {
        <h1 class="nhsuk-heading-l">"Cookies"</h1>
        <p>"Two cookies are used. They are strictly necessary, so you are not asked about them."</p>
        <table class="nhsuk-table">
            <caption class="nhsuk-table__caption">"Cookies of this service"</caption>
            <thead class="nhsuk-table__head">
                <tr><th scope="col">"Name"</th><th scope="col">"What it is for"</th><th scope="col">"When it goes"</th></tr>
            </thead>
            <tbody class="nhsuk-table__body">
                <tr>
                    <td><code>{session}</code></td>
                    <td>"Keeps you signed in. It holds a random number and nothing about you or a patient."</td>
                    <td>"When you sign out or close the browser. It opens nothing once your session has ended here."</td>
                </tr>
                <tr>
                    <td><code>{away}</code></td>
                    <td>"Knows you again when you come back from your organisation’s own sign-in service. It holds a random number, and is only set when you go there."</td>
                    <td>"After 10 minutes."</td>
                </tr>
            </tbody>
        </table>
        <p>"Nothing you type is stored in the browser, and there are no cookies of other companies."</p>
    }
}
