//! What a reader of a report has to know first: what is owed, what it corrects, what corrects it, why it
//! was withdrawn.

use super::dossier::Dossier;
use crate::domain::calendar;
use crate::domain::report::State;
use crate::pages::task_list::Mark;

impl Dossier {
    /// What a reader has to know first.
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        let report = &self.report;
        let owed = report.life.owed.marks();
        let mut marks: Vec<Mark> = owed
            .iter()
            .map(|m| Mark::plain(format!("{m}. It is still owed.")))
            .collect();
        if let Some(reason) = &report.exceptional_reason {
            let words = format!("It went out before it was complete: {reason}");
            marks.push(Mark::plain(words));
        }
        if let Some((corrected, because)) = &report.corrects {
            marks.push(Mark {
                words: format!("It corrects a report sent before: {because}"),
                link: Some((
                    format!("/reports/{corrected}"),
                    "The report that it corrects",
                )),
            });
        }
        marks.extend(self.corrected_by());
        if let Some(outside) = &self.part_c_outside {
            marks.push(Mark::plain(format!(
                "Part C was completed outside this service by {}, {}, on {}. The signed paper: {}",
                outside.name,
                outside.job_title,
                calendar::day_in_words(outside.completed_on),
                outside.kept_at
            )));
        }
        if let Some(reason) = &report.withdrawn_reason {
            marks.push(Mark::plain(format!("Withdrawn: {reason}")));
        }
        marks
    }

    /// Which report takes this one's place or is going to, and why.
    fn corrected_by(&self) -> Option<Mark> {
        let correction = self.correction.as_ref()?;
        let what = match (self.report.life.state, correction.state) {
            (State::Superseded, State::Withdrawn) => {
                "A corrected report took its place and has been withdrawn since"
            }
            (State::Superseded, _) => "A corrected report has taken its place",
            (State::Withdrawn, _) => "A correction of it has been begun",
            _ => "A correction of it has been begun; until that is sent, this one stands",
        };
        Some(Mark {
            words: format!("{what}: {}", correction.because),
            link: Some((
                format!("/reports/{}", correction.report),
                "The corrected report",
            )),
        })
    }
}
