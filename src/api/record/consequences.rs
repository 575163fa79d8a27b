//! What a change of the record means for reports that are not sent yet: a fact that the author had
//! confirmed is confirmed no more, and an approval of other facts is void.

use crate::api::failure::Failure;
use crate::domain::form::Form;
use crate::domain::notice::Kind;
use crate::domain::patient::PatientRecord;
use crate::domain::patient::facts::{Difference, differences};
use crate::domain::report::State;
use crate::domain::report::circumstances::Period;
use crate::domain::sign_off::Capacity;
use crate::server::access::Allowed;
use crate::server::app::App;
use crate::server::audit;
use crate::server::store::{Tx, answers, notices, reports};

/// Voids approvals of facts that have changed, and confirmations of them. The patient is locked.
///
/// # Errors
/// [`Failure`] when the database cannot do it; then the change itself must not be saved.
pub async fn for_reports<P>(
    app: &App,
    tx: &mut Tx,
    proof: &Allowed<P>,
    before: &PatientRecord,
    after: &PatientRecord,
) -> Result<(), Failure> {
    let today = app.clock.today();
    let open = reports::all(&app.db, proof).await?;
    for id in open
        .iter()
        .filter(|r| !r.life.state.is_sent())
        .map(|r| &r.id)
    {
        let Some(report) = reports::lock(tx, proof, id).await? else {
            continue;
        };
        let period = Period {
            from: report.period_from,
            to: report.facts_as_at.unwrap_or(today),
        };
        let changed = differences(before, after, period);
        if changed.is_empty() {
            continue;
        }
        let approved = report.life.after_record_change();
        if let Some(life) = &approved {
            reports::set_life(tx, proof, id, life).await?;
            let all = [
                Capacity::SocialSupervisor,
                Capacity::LineManager,
                Capacity::ClinicalSupervisor,
            ];
            reports::void_signatures(tx, id, &all, proof.at()).await?;
            let event = proof.event("record-change-voids-approval", id.as_str());
            audit::record(tx, &event).await?;
            let author = [report.life.author.clone()];
            notices::tell(tx, proof, Kind::ApprovalVoided, id.as_str(), &author).await?;
            notices::tell_managers(tx, proof, Kind::ApprovalVoided, id.as_str(), today).await?;
        }
        let writing = matches!(report.life.state, State::Drafting | State::Returned);
        if (writing || approved.is_some())
            && let Some(form) = app.forms.version(&report.form_id, report.form_version)
        {
            lapse(app, tx, proof, &report, &form, &changed).await?;
        }
    }
    Ok(())
}

/// Takes back "This is right" of each question that shows a fact that has changed.
async fn lapse<P>(
    app: &App,
    tx: &mut Tx,
    proof: &Allowed<P>,
    report: &reports::Report,
    form: &Form,
    changed: &[Difference],
) -> Result<(), Failure> {
    let answered = answers::all(&app.db, proof, &report.id).await?;
    for (key, answer) in &answered {
        let shows = form.question(&key.question).and_then(|(_, _, q)| q.shows);
        if changed.iter().any(|d| Some(d.fact) == shows) && answer.fields.get("confirmed") == "yes"
        {
            let fields = answer.fields.only(|name| name != "confirmed");
            answers::save(tx, proof, &report.id, key, answer.version, &fields).await?;
        }
    }
    Ok(())
}
