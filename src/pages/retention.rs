//! Keeping and destroying records, and the facts of processing.

use crate::components::furniture::{
    FieldError, date_field, error_summary, password_field, text_field,
};
use crate::components::places::{Places, places};
use crate::domain::retention::Periods;
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct RetentionPage {
    /// Which organisation it is about.
    pub places: Places,
    /// Which form was posted, to show what was typed in it again.
    pub act: String,
    /// That form of the page: its controls bear its name before their own, so that no two are alike.
    pub form: String,
    /// MHCS reference, as typed.
    pub reference: String,
    /// Reason, as typed.
    pub reason: String,
    /// Day of the end, as typed.
    pub closed_on: [String; 3],
    /// Why it ended, as chosen.
    pub why: String,
    /// How long records are kept.
    pub periods: Periods,
    /// Records that have ended.
    pub closed: Vec<ClosedLine>,
    /// Holds that stand.
    pub holds: Vec<HoldLine>,
    /// Destructions proposed and done.
    pub destructions: Vec<DestructionLine>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// A record that has ended.
#[derive(Debug, Clone)]
pub struct ClosedLine {
    /// MHCS's reference.
    pub reference: String,
    /// Why and when.
    pub ended: String,
    /// The first day on which destruction may be considered.
    pub until: String,
    /// Whether that day has come and nothing stands against it.
    pub due: bool,
    /// Whether a hold stands.
    pub held: bool,
}

/// A hold that stands.
#[derive(Debug, Clone)]
pub struct HoldLine {
    /// Identifies it.
    pub id: String,
    /// Whose, why, by whom.
    pub words: String,
}

/// A destruction.
#[derive(Debug, Clone)]
pub struct DestructionLine {
    /// Identifies it.
    pub id: String,
    /// Whose and on what ground.
    pub words: String,
    /// By whom and when.
    pub proposed: String,
    /// By whom confirmed and when, once done.
    pub done: Option<String>,
    /// Whether this person proposed it.
    pub mine: bool,
}

/// The page.
pub fn retention_page(page: &RetentionPage) -> impl IntoView + use<> {
    let errors = page.errors.as_slice();
    let of = |act: &str| if page.act == act { errors } else { &[] };
    let typed = |act: &str, text: &str| {
        if page.act == act {
            text.to_owned()
        } else {
            String::new()
        }
    };
    let closed = page
        .closed
        .iter()
        .enumerate()
        .map(|(number, line)| closed_line(page, number, line))
        .collect_view();
    let holds = page.holds.iter().map(hold_line).collect_view();
    let destructions = page
        .destructions
        .iter()
        .enumerate()
        .map(|(number, line)| destruction_line(page, number, line))
        .collect_view();
    let Periods {
        after_end,
        after_death,
    } = page.periods;
    view! {
        {error_summary(errors)}
        <h1 class="nhsuk-heading-l">"Keeping and destroying records"</h1>
        {places(&page.places)}
        <p>"Nothing is destroyed because a date has passed. Records whose time is over are listed here; two people decide, each for themselves. Patients are named by MHCS’s reference only."</p>
        <p><a href=format!("/processing{}", page.places.query)>"Facts for your record of processing and impact assessment"</a></p>

        <h2 class="nhsuk-heading-m">"Records that have ended"</h2>
        {if page.closed.is_empty() { view! { <p>"None recorded."</p> }.into_any() } else { view! { <ul class="nhsuk-list">{closed}</ul> }.into_any() }}
        <details class="nhsuk-details" open=page.act == "close">
            <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">"Record that supervision ended"</span></summary>
            <form class="nhsuk-details__text" method="post" novalidate>
                <input type="hidden" name="act" value="close" />
                <input type="hidden" name="form" value="close" />
                {text_field("close/reference", "MHCS reference", None, typed("close", &page.reference), of("close"))}
                {date_field("close/closed/", "When it ended".into(), Some("Not before the last day on which the record was used: the time of keeping counts from there".into()), if page.act == "close" { page.closed_on.clone() } else { Default::default() }, of("close"))}
                <fieldset class="nhsuk-fieldset nhsuk-form-group">
                    <legend class="nhsuk-fieldset__legend">"Why"</legend>
                    <div class="nhsuk-radios" id="close-why">
                        {[("ended", "Supervision ended: absolute discharge or end of the restrictions"), ("died", "The patient died")].map(|(value, words)| view! {
                            <div class="nhsuk-radios__item">
                                <input class="nhsuk-radios__input" id=format!("close-why-{value}") name="close/why" type="radio" value=value checked=page.act == "close" && page.why == value />
                                <label class="nhsuk-label nhsuk-radios__label" for=format!("close-why-{value}")>{words}</label>
                            </div>
                        }).collect_view()}
                    </div>
                </fieldset>
                {password_field("close/password", "Your password", of("close"))}
                <button class="nhsuk-button" type="submit">"Record it"</button>
            </form>
        </details>

        <h2 class="nhsuk-heading-m">"Legal holds"</h2>
        {if page.holds.is_empty() { view! { <p>"None stands."</p> }.into_any() } else { view! { <ul class="nhsuk-list">{holds}</ul> }.into_any() }}
        <details class="nhsuk-details" open=page.act == "hold">
            <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">"Hold a record"</span></summary>
            <form class="nhsuk-details__text" method="post" novalidate>
                <input type="hidden" name="act" value="hold" />
                <input type="hidden" name="form" value="hold" />
                {text_field("hold/reference", "MHCS reference", None, typed("hold", &page.reference), of("hold"))}
                {text_field("hold/reason", "Why it is held", Some("For example an inquest, a claim or an inquiry. Name nobody"), typed("hold", &page.reason), of("hold"))}
                <button class="nhsuk-button" type="submit">"Hold it"</button>
            </form>
        </details>

        <h2 class="nhsuk-heading-m">"Destruction"</h2>
        <p>"Destroying removes the record, the entries, every report and paper, and cannot be undone. The certificate and the audit stay. Copies in backups live until the backups are destroyed."</p>
        {if page.destructions.is_empty() { view! { <p>"None proposed or done."</p> }.into_any() } else { destructions.into_any() }}

        <h2 class="nhsuk-heading-m">"How long records are kept"</h2>
        <p>{format!("{after_end} years after supervision ended, {after_death} years after death.")}</p>
        <p class="nhsuk-body-s">"The defaults, 20 and 10 years, are those given for mental health records in summaries of the NHS Records Management Code (2023). They are not verified against the code’s own appendix, and councils differ: confirm them with your records manager."</p>
        <details class="nhsuk-details" open=page.act == "periods">
            <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">"Change the periods"</span></summary>
            <form class="nhsuk-details__text" method="post" novalidate>
                <input type="hidden" name="act" value="periods" />
                <input type="hidden" name="form" value="periods" />
                {text_field("periods/after-end", "Years after supervision ended", None, after_end.to_string(), of("periods"))}
                {text_field("periods/after-death", "Years after death", None, after_death.to_string(), of("periods"))}
                {password_field("periods/password", "Your password", of("periods"))}
                <button class="nhsuk-button" type="submit">"Change them"</button>
            </form>
        </details>
    }
}

fn closed_line(page: &RetentionPage, number: usize, line: &ClosedLine) -> impl IntoView + use<> {
    let form = format!("propose-{number}");
    let mine = page.form == form;
    let errors = if mine { page.errors.as_slice() } else { &[] };
    let reason = if mine {
        page.reason.clone()
    } else {
        String::new()
    };
    let reference = line.reference.clone();
    let propose = line.due.then(|| {
        view! {
            <form method="post" novalidate>
                <input type="hidden" name="act" value="propose" />
                <input type="hidden" name="form" value=form.clone() />
                <input type="hidden" name="reference" value=reference.clone() />
                {text_field(&format!("{form}/reason"), "On what ground it may be destroyed", Some("Name nobody"), reason, errors)}
                <button class="nhsuk-button nhsuk-button--secondary" type="submit">{format!("Propose to destroy {reference}")}</button>
            </form>
        }
    });
    view! {
        <li>
            <p>
                <strong>{line.reference.clone()}</strong>": "{line.ended.clone()}"; kept at least until "{line.until.clone()}" "
                {line.held.then(|| view! { <strong class="nhsuk-tag nhsuk-tag--blue">"Held"</strong> })}
                {line.due.then(|| view! { <strong class="nhsuk-tag nhsuk-tag--yellow">"Due for review"</strong> })}
            </p>
            {propose}
        </li>
    }
}

fn hold_line(line: &HoldLine) -> impl IntoView + use<> {
    view! {
        <li>
            <form method="post">
                <input type="hidden" name="act" value="lift" />
                <input type="hidden" name="id" value=line.id.clone() />
                <p>{line.words.clone()}</p>
                <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Lift this hold"</button>
            </form>
        </li>
    }
}

fn destruction_line(
    page: &RetentionPage,
    number: usize,
    line: &DestructionLine,
) -> impl IntoView + use<> {
    let form = format!("confirm-{number}");
    let errors = if page.form == form {
        page.errors.as_slice()
    } else {
        &[]
    };
    let id = line.id.clone();
    let below = match (&line.done, line.mine) {
        (Some(done), _) => {
            let to = format!("/retention/{id}{}", page.places.query);
            view! { <p>{done.clone()}" · "<a href=to download>"Certificate"</a></p> }.into_any()
        }
        (None, true) => view! {
            <p>"It waits for a second person."</p>
            <form method="post">
                <input type="hidden" name="act" value="withdraw" />
                <input type="hidden" name="id" value=id />
                <button class="nhsuk-button nhsuk-button--secondary" type="submit">"Withdraw"</button>
            </form>
        }
        .into_any(),
        (None, false) => view! {
            <form method="post" novalidate>
                <input type="hidden" name="act" value="confirm" />
                <input type="hidden" name="form" value=form.clone() />
                <input type="hidden" name="id" value=id />
                {password_field(&format!("{form}/password"), "Your password", errors)}
                <button class="nhsuk-button nhsuk-button--warning" type="submit">"Destroy this record for good"</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <section class="nhsuk-inset-text">
            <p><strong>{line.words.clone()}</strong></p>
            <p>{line.proposed.clone()}</p>
            {below}
        </section>
    }
}

/// Facts for the record of processing (UK GDPR, article 30) and the impact assessment (article 35).
pub fn processing_page(organisation: &str, periods: Periods) -> impl IntoView + use<> {
    let kept = format!(
        "{} years after supervision ended, {} after death (set on the page about keeping records; the defaults are not verified).",
        periods.after_end, periods.after_death
    );
    let rows = [
        ("Controller", organisation.to_owned()),
        ("Purpose", "Supervising conditionally discharged restricted patients and reporting on them to the Mental Health Casework Section (Mental Health Act 1983, sections 41, 42 and 73).".into()),
        ("Whose data", "Patients; the people around them who are mentioned; victims as far as the Victim Contact Scheme concerns a condition; staff.".into()),
        ("What", "Identity, contact, health, offences and orders, conditions, contacts and events, risk, reports with signatures; staff names, job titles and what they did here.".into()),
        ("Special categories", "Health, criminal offences and, where recorded, ethnicity. The lawful basis is for the organisation to state; usually articles 6(1)(e) and 9(2)(h) with schedule 1 of the Data Protection Act 2018.".into()),
        ("Where it goes", "MHCS, sent by the author outside this service; to nobody else by the service itself. No mail, no analytics, no outgoing connection except to an identity provider that the organisation names.".into()),
        ("Where it is", "In the organisation’s own installation: one database, and the backups that its operator makes.".into()),
        ("How long", kept),
        ("Automated decisions", "None. Findings help the writer; people decide, and nobody approves their own report.".into()),
        ("Security", "Access by role and relation to the record, a second person for approval and destruction, an audit that shows alteration, encrypted transport, passwords by argon2id. Encryption of disks and backups is the operator’s.".into()),
        ("Rights", "Everything held about one patient can be exported, whole or with third parties withheld, by the line manager from the patient’s page. Corrections are added and the earlier text is kept.".into()),
        ("Risks to assess", "Text about third parties reaching the patient; a record opened without need; a report approved unread; loss of the installation between backups; staff who leave and keep access.".into()),
    ];
    let rows = rows
        .into_iter()
        .map(|(name, text)| {
            view! {
                <div class="nhsuk-summary-list__row">
                    <dt class="nhsuk-summary-list__key">{name}</dt>
                    <dd class="nhsuk-summary-list__value">{text}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <h1 class="nhsuk-heading-l">"Record of processing"</h1>
        <p>"What this service does with personal data, for your organisation’s record of processing and its data protection impact assessment. Both remain your organisation’s own documents: check every line."</p>
        <dl class="nhsuk-summary-list">{rows}</dl>
    }
}
