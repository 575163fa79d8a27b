//! What of a report does not reach its paper: everything that is printed is looked through, whoever
//! wrote it and wherever.

use crate::api::dossier::Dossier;
use crate::components::on_paper::Lost;
use crate::document::text::{left_out, undrawable};

/// What is lost of some texts; nothing where all of it is drawn.
pub(super) fn lost_of<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    of: &'static str,
    advice: &'static str,
) -> Option<Lost> {
    let text = texts.into_iter().collect::<Vec<_>>().join("\n");
    // The embedded faces can always be read: a paper says otherwise before this does.
    let undrawable: Vec<String> = names(undrawable(&text).unwrap_or_default());
    let left_out = names(left_out(&text));
    (!undrawable.is_empty() || !left_out.is_empty()).then_some(Lost {
        of,
        undrawable,
        left_out,
        advice,
    })
}

/// Each character with its number.
fn names(found: Vec<char>) -> Vec<String> {
    let name = |c: char| match c {
        // A character without a shape of its own is named by its number alone.
        c if c.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&c) => {
            format!("U+{:04X}", u32::from(c))
        }
        c => format!("{c} (U+{:04X})", u32::from(c)),
    };
    found.into_iter().map(name).collect()
}

/// What is lost of what is printed and is no answer: the head of the paper and its foot.
pub(super) fn lost_elsewhere(dossier: &Dossier) -> Vec<Lost> {
    let (record, report) = (&dossier.patient.record, &dossier.report);
    let name = record.full_name();
    let head = lost_of(
        [name.as_str(), &record.mhcs_reference],
        " of the patient’s name and MHCS reference",
        "Correct them in the record if they matter.",
    );
    let corrects = report.corrects.iter().map(|(_, because)| because.as_str());
    let outside = dossier.part_c_outside.iter();
    let outside = outside.flat_map(|o| [o.name.as_str(), &o.job_title]);
    let notes = lost_of(
        corrects.chain(outside),
        " of the notes at its head",
        "If they matter, tell MHCS when you send it.",
    );
    let signed = dossier.signatures.iter();
    let signed = signed.flat_map(|s| [s.name.as_str(), &s.job_title]);
    let signers = lost_of(
        signed.chain([report.author_name.as_str()]),
        " of the names of those who sign",
        "An administrator corrects the name of an account.",
    );
    [head, notes, signers].into_iter().flatten().collect()
}
