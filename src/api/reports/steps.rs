//! What somebody can do next with a report, and what it waits for.

use crate::api::dossier::Dossier;
use crate::domain::form::Respondent;
use crate::domain::people::Action;
use crate::domain::report::{State as Stage, Step};
use crate::pages::task_list::NextStep;
use crate::server::access::{Actor, Allowed, ViewPatient};

/// Whether the actor may write a part of the report now.
pub(super) fn may_write(
    proof: &Allowed<ViewPatient>,
    dossier: &Dossier,
    actor: &Actor,
    who: Respondent,
) -> bool {
    let (action, step) = match who {
        Respondent::SocialSupervisor => (Action::WriteReport, Step::EditReport),
        Respondent::ClinicalSupervisor => (Action::WritePartC, Step::EditPartC),
    };
    proof.may(action) && dossier.report.life.take(step, &actor.person).is_ok()
}

/// What the actor can do next with the report, the first one mainly.
pub(super) fn next_steps(
    proof: &Allowed<ViewPatient>,
    dossier: &Dossier,
    actor: &Actor,
    on_check: bool,
) -> Vec<NextStep> {
    let life = &dossier.report.life;
    let mut steps = Vec::new();
    let mut offer = |action: Action, step: Step, rest: &str, words: &str| {
        if proof.may(action) && life.take(step, &actor.person).is_ok() {
            steps.push(NextStep {
                path: dossier.path(rest),
                words: words.to_owned(),
                main: true,
            });
        }
    };
    if on_check {
        offer(
            Action::WriteReport,
            Step::AskForSignOff,
            "/sign",
            "Sign and ask for sign-off",
        );
        offer(
            Action::WritePartC,
            Step::SignPartC,
            "/part-c/sign",
            "Sign Part C",
        );
        offer(
            Action::SendReport,
            Step::Freeze,
            "/freeze",
            "Confirm the final check",
        );
    }
    offer(
        Action::ReviewReport,
        Step::Approve,
        "/review",
        "Check and sign off",
    );
    offer(
        Action::ReviewReport,
        Step::NoteDifference,
        "/review",
        "Look at where Part C differs",
    );
    offer(
        Action::ReviewReport,
        Step::ReviewAfterwards,
        "/review",
        "Review what was sent",
    );
    if !on_check {
        let main = !steps.iter().any(|s| s.main);
        steps.push(NextStep {
            path: dossier.path("/check"),
            words: "Check answers".into(),
            main,
        });
    }
    if life.state >= Stage::ReadyToSend {
        let step = NextStep {
            path: dossier.path("/finished"),
            words: "Papers and sending".into(),
            main: true,
        };
        steps.insert(0, step);
        steps.iter_mut().skip(1).for_each(|s| s.main = false);
    }
    steps
}

/// What the report waits for, for those whose turn it is not.
pub(super) fn waiting(dossier: &Dossier, steps: &[NextStep]) -> Option<String> {
    if steps.iter().any(|s| s.main && s.words != "Check answers") {
        return None;
    }
    let words = match dossier.report.life.state {
        Stage::WithManager => "The report is with the line manager.",
        Stage::Returned => {
            "The line manager returned the report with comments. The author changes it and signs again."
        }
        Stage::Approved => {
            "Parts A and B are approved. The report waits for the clinical supervisor’s Part C."
        }
        Stage::WithClinicalSupervisor => "The clinical supervisor is writing Part C.",
        Stage::SecondLook => {
            "Part C differs from Part B. The line manager looks at the report once more; both views go to MHCS."
        }
        Stage::FinalCheck => {
            "Part C is signed. The author checks answers once more and freezes the report."
        }
        _ => return None,
    };
    Some(words.to_owned())
}

/// The ways beside the plain one that this person can take with the report: path and words.
pub(in crate::api) fn other_steps(
    proof: &Allowed<ViewPatient>,
    dossier: &Dossier,
    actor: &Actor,
) -> Vec<(String, &'static str)> {
    let life = &dossier.report.life;
    let can =
        |action: Action, step: Step| proof.may(action) && life.take(step, &actor.person).is_ok();
    let writes = proof.may(Action::WriteReport);
    let before = !life.state.is_sent() && life.state != Stage::Withdrawn;
    let waits = life.owed.review
        || matches!(
            life.state,
            Stage::WithManager | Stage::SecondLook | Stage::Drafting | Stage::Returned
        );
    [
        (
            proof.may(Action::KeepRecord) && before,
            "/late",
            "This report will be late: tell MHCS",
        ),
        (
            writes && waits,
            "/deputy",
            "The line manager is away: ask a deputy",
        ),
        (
            can(Action::SendReport, Step::FreezeExceptionally),
            "/exceptional",
            "It cannot wait: send without the review or Part C",
        ),
        (
            can(Action::WriteReport, Step::RecordPartCOutside),
            "/part-c/outside",
            "Part C was completed outside this service",
        ),
        (
            proof.may(Action::KeepRecord),
            "/disagreement",
            "We see it differently: ask a third person",
        ),
        (
            life.state.is_sent(),
            "/correspondence",
            "What MHCS answered, and replies",
        ),
        (
            writes && life.state.is_sent() && life.state != Stage::Superseded,
            "/correct",
            "Correct this report after sending",
        ),
        (
            can(Action::WriteReport, Step::TakeOver),
            "/take-over",
            "The author is away: take this report over",
        ),
        (
            (writes || proof.may(Action::ReviewReport))
                && life.take(Step::Withdraw, &actor.person).is_ok(),
            "/withdraw",
            "It was made for the wrong patient: withdraw it",
        ),
    ]
    .into_iter()
    .filter(|(shown, ..)| *shown)
    .map(|(_, rest, words)| (dossier.path(rest), words))
    .collect()
}
