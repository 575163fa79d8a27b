//! The internal record of a report: findings as they stood at each signature, and the answers to them.

use crate::components::furniture::prose;
use crate::domain::report::findings::Severity;
use crate::domain::report::findings::considered::{AnswerKept, FindingKept, InternalRecord};
use leptos::prelude::*;

/// One step's record.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The step, who took it and when.
    pub heading: String,
    /// What was kept.
    pub record: InternalRecord,
}

/// The page.
pub fn internal_page(sheets: &[Sheet]) -> impl IntoView + use<> {
    let views = sheets.iter().map(sheet).collect::<Vec<_>>();
    view! {
        <h1 class="nhsuk-heading-l">"Internal record"</h1>
        <p>"What the rules noticed each time somebody signed, and what the author said to it. It is kept with the report and is not part of what is sent to MHCS."</p>
        {sheets.is_empty().then(|| view! { <p>"Nobody has signed yet."</p> })}
        {views}
    }
}

fn sheet(sheet: &Sheet) -> impl IntoView + use<> {
    let lines = sheet.record.findings.iter().map(line).collect::<Vec<_>>();
    let gone = sheet
        .record
        .no_longer_found
        .iter()
        .map(answer)
        .collect::<Vec<_>>();
    view! {
        <h2 class="nhsuk-heading-m">{sheet.heading.clone()}</h2>
        {lines.is_empty().then(|| view! { <p>"The rules noticed nothing."</p> })}
        {(!lines.is_empty()).then(|| view! { <ul class="nhsuk-list findings__list">{lines}</ul> })}
        {(!gone.is_empty()).then(|| view! { <h3 class="nhsuk-heading-s">"Answered earlier, and no longer noticed then"</h3> {gone} })}
    }
}

fn line(kept: &FindingKept) -> impl IntoView + use<> {
    let weight = match kept.finding.severity {
        Severity::Blocks => "Had to be put right",
        Severity::Consider => "Worth a thought",
        Severity::Note => "Good to know",
    };
    let said = match &kept.answer {
        Some(said) => answer(said).into_any(),
        None if kept.finding.severity == Severity::Consider => {
            view! { <p class="nhsuk-hint">"Not answered."</p> }.into_any()
        }
        None => ().into_any(),
    };
    view! { <li><strong>{format!("{weight}: ")}</strong>{kept.finding.message.clone()}{said}</li> }
}

fn answer(said: &AnswerKept) -> impl IntoView + use<> {
    view! {
        <div class="considered">
            <p><strong>{format!("{} has considered this:", said.by)}</strong></p>
            {prose(&said.words)}
            <p class="nhsuk-hint">{format!("The finding said: {}", said.about)}</p>
        </div>
    }
}
