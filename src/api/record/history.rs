//! The history of the record: every version, who made it, why, and what it changed.

use super::{Line, in_lines, lines, patient_id};
use crate::api::dossier::about;
use crate::api::failure::Failure;
use crate::api::render::{chrome, page};
use crate::components::layout::Chrome;
use crate::domain::form::Version;
use crate::domain::patient::PatientRecord;
use crate::domain::patient::edit::{Group, Target, columns, typed};
use crate::pages::record::{Changed, HistoryPage, VersionView, history_page};
use crate::server::access::{self, Actor};
use crate::server::app::App;
use crate::server::clock::moment_in_words;
use crate::server::store::patients;
use crate::server::store::patients::versions;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Versions on one page.
const A_PAGE: usize = 25;

/// The page.
///
/// # Errors
/// [`Failure`].
pub async fn show(
    State(app): State<App>,
    Extension(actor): Extension<Actor>,
    Path(patient): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let id = patient_id(&patient)?;
    let proof = access::view(&app, &actor, &id, "view-record-history", id.as_str()).await?;
    let patient = patients::load(&app.db, &proof).await?;
    let before = query
        .as_deref()
        .and_then(|q| q.strip_prefix("before="))
        .and_then(|n| n.parse().ok())
        .map_or(Version(u32::MAX), Version);
    // One more than are shown: the oldest shown is compared with it.
    let most = i64::try_from(A_PAGE).unwrap_or(i64::MAX) + 1;
    let made = versions::some(&app.db, &proof, before, most).await?;
    let path = format!("/patients/{id}");
    let data = HistoryPage {
        versions: made
            .iter()
            .take(A_PAGE)
            .enumerate()
            .map(|(n, version)| VersionView {
                at: moment_in_words(version.at),
                by: version.by.clone(),
                why: version.change.as_ref().map(|c| {
                    let part = Group::named(&c.part).map_or("The record", Group::words);
                    (part.to_owned(), c.in_words())
                }),
                first: version.version == 1,
                changed: made
                    .get(n + 1)
                    .map(|earlier| changed(&earlier.record, &version.record))
                    .unwrap_or_default(),
            })
            .collect(),
        older: made
            .get(A_PAGE)
            .and_then(|_| made.get(A_PAGE - 1))
            .map(|last| format!("{path}/history?before={}", last.version)),
    };
    let chrome = Chrome {
        back: Some((format!("{path}/details"), "Back to the record".into())),
        about: Some(about(&patient)),
        ..chrome(&actor, "History of the record")
    };
    Ok(page(&app, StatusCode::OK, chrome, move || history_page(&data)).await)
}

/// What differs between two versions, part by part: items and answers that only one of them has.
fn changed(before: &PatientRecord, after: &PatientRecord) -> Vec<Changed> {
    let of = |group: Group, record: &PatientRecord| -> Vec<Line> {
        if !group.is_list() {
            return lines(group, record);
        }
        let count = lines(group, record).len();
        let item = |n: usize| {
            let all = in_lines(
                &columns(group, Target::Item(n)),
                &typed(group, Target::Item(n), record).unwrap_or_default(),
            );
            let text: Vec<String> = all
                .iter()
                .map(|l| format!("{}: {}", l.label, l.text))
                .collect();
            Line {
                label: String::new(),
                text: text.join("\n"),
            }
        };
        (0..count).map(item).collect()
    };
    let mut all = Vec::new();
    for group in Group::ALL {
        let (old, new) = (of(*group, before), of(*group, after));
        let only = |a: &[Line], b: &[Line]| -> Vec<Line> {
            a.iter().filter(|l| !b.contains(l)).cloned().collect()
        };
        let (gone, come) = (only(&old, &new), only(&new, &old));
        if !gone.is_empty() || !come.is_empty() {
            all.push(Changed {
                part: group.words(),
                before: gone,
                after: come,
            });
        }
    }
    all
}
