//! The action plan: what is to be done, by whom, by when, and what shows that it was done.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Longest text of an action or of an update, in characters.
pub const LONGEST: usize = 5_000;

/// How an action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActionState {
    /// Not begun.
    Open,
    /// Begun.
    UnderWay,
    /// Done, with evidence.
    Done,
    /// Given up, with a reason.
    Dropped,
}

impl ActionState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Open, Self::UnderWay, Self::Done, Self::Dropped];

    /// As stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::UnderWay => "under-way",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Open => "Not begun",
            Self::UnderWay => "Under way",
            Self::Done => "Done",
            Self::Dropped => "Given up",
        }
    }

    /// Whether it still has to be done.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::UnderWay)
    }
}

/// One action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Action {
    /// Identifies it.
    pub id: String,
    /// The criterion it serves.
    pub criterion: String,
    /// What is to be done.
    pub what: String,
    /// Who sees to it: id.
    pub owner: String,
    /// Who sees to it: name.
    pub owner_name: String,
    /// By when.
    pub due: NaiveDate,
    /// How it stands.
    pub state: ActionState,
    /// Whether it was carried over from the assessment before.
    pub carried: bool,
    /// What happened since, in order.
    pub updates: Vec<Update>,
}

#[cfg(test)]
impl Action {
    pub(crate) fn made(criterion: &str) -> Self {
        Self {
            id: format!("a-{criterion}"),
            criterion: criterion.to_owned(),
            what: "x".into(),
            owner: "p".into(),
            owner_name: "P".into(),
            due: NaiveDate::MAX,
            state: ActionState::Open,
            carried: false,
            updates: vec![],
        }
    }
}

/// What happened to an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Update {
    /// State from then on.
    pub state: ActionState,
    /// Due date from then on.
    pub due: NaiveDate,
    /// What was done, or why the date or state changed.
    pub note: String,
    /// What shows that it was done.
    pub evidence: String,
    /// Name of who wrote it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether an action in a state should have been done before `today`.
#[must_use]
pub fn is_overdue(state: ActionState, due: NaiveDate, today: NaiveDate) -> bool {
    state.is_live() && due < today
}

impl Action {
    /// Whether it should have been done before `today`.
    #[must_use]
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        is_overdue(self.state, self.due, today)
    }

    /// How it stands in words: overdue goes before the rest.
    #[must_use]
    pub fn words(&self, today: NaiveDate) -> String {
        if self.is_overdue(today) {
            let days = (today - self.due).num_days();
            let unit = if days == 1 { "day" } else { "days" };
            return format!("Overdue by {days} {unit}");
        }
        self.state.words().to_owned()
    }
}

/// Whether the plan holds an action for a criterion that was not given up. One that is done counts:
/// its evidence says so.
#[must_use]
pub fn covered(criterion: &str, actions: &[Action]) -> bool {
    actions
        .iter()
        .any(|a| a.criterion == criterion && a.state != ActionState::Dropped)
}

/// The actions that go over into the next assessment: those that still have to be done.
pub fn to_carry(actions: &[Action]) -> impl Iterator<Item = &Action> {
    actions.iter().filter(|a| a.state.is_live())
}

/// What is wrong with a new action, by field.
#[must_use]
pub fn new_action_faults(
    what: &str,
    owner_known: bool,
    due: Option<NaiveDate>,
    today: NaiveDate,
) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    if what.trim().is_empty() {
        faults.push(("what", "Say what is to be done".into()));
    } else if what.chars().count() > LONGEST {
        faults.push(("what", "This can have up to 5,000 characters".into()));
    }
    if !owner_known {
        faults.push(("owner", "Choose who sees to it".into()));
    }
    if due.is_some_and(|d| d < today) {
        faults.push(("day", "The due date cannot be in the past".into()));
    }
    faults
}

/// What is wrong with an update, by field.
#[must_use]
pub fn update_faults(
    action: &Action,
    state: Option<ActionState>,
    due: NaiveDate,
    note: &str,
    evidence: &str,
) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    let (note, evidence) = (note.trim(), evidence.trim());
    for (field, text) in [("note", note), ("evidence", evidence)] {
        if text.chars().count() > LONGEST {
            faults.push((field, "This can have up to 5,000 characters".into()));
        }
    }
    match state {
        None => faults.push(("state", "Choose how the action stands".into())),
        Some(ActionState::Done) if evidence.is_empty() => {
            faults.push(("evidence", "Say what shows that it is done".into()));
        }
        Some(ActionState::Dropped) if note.is_empty() => {
            faults.push(("note", "Say why it is given up".into()));
        }
        Some(state) if !action.state.is_live() && state.is_live() && note.is_empty() => {
            faults.push(("note", "Say why it is taken up again".into()));
        }
        Some(_) if due != action.due && note.is_empty() => {
            faults.push(("note", "Say why the due date changes".into()));
        }
        Some(state)
            if state == action.state
                && due == action.due
                && note.is_empty()
                && evidence.is_empty() =>
        {
            faults.push(("note", "Nothing has changed: say what was done".into()));
        }
        Some(_) => {}
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn action(due: &str, state: ActionState) -> Action {
        Action {
            due: day(due),
            state,
            ..Action::made("1.1")
        }
    }

    #[test]
    fn overdue_is_late_and_not_finished() {
        let today = day("2026-11-20");
        assert!(!action("2026-11-20", ActionState::Open).is_overdue(today));
        assert!(action("2026-11-19", ActionState::UnderWay).is_overdue(today));
        assert!(!action("2026-11-19", ActionState::Done).is_overdue(today));
        assert_eq!(
            action("2026-11-19", ActionState::Open).words(today),
            "Overdue by 1 day"
        );
    }

    #[test]
    fn done_needs_evidence_and_changes_need_reasons() {
        let a = action("2026-12-01", ActionState::Open);
        let faults = |state, due: &str, note: &str, evidence: &str| {
            let found = update_faults(&a, state, day(due), note, evidence);
            found.first().map(|(f, _)| *f)
        };
        assert_eq!(
            faults(Some(ActionState::Done), "2026-12-01", "did it", ""),
            Some("evidence")
        );
        assert_eq!(
            faults(Some(ActionState::Done), "2026-12-01", "", "Minutes"),
            None
        );
        assert_eq!(
            faults(Some(ActionState::Dropped), "2026-12-01", "", ""),
            Some("note")
        );
        assert_eq!(
            faults(Some(ActionState::Open), "2027-01-01", "", ""),
            Some("note")
        );
        assert_eq!(
            faults(Some(ActionState::Open), "2026-12-01", "", ""),
            Some("note")
        );
        assert_eq!(
            faults(Some(ActionState::UnderWay), "2026-12-01", "", ""),
            None
        );
        assert_eq!(faults(None, "2026-12-01", "", ""), Some("state"));
        assert_eq!(
            faults(
                Some(ActionState::Open),
                "2026-12-01",
                &"x".repeat(5_001),
                ""
            ),
            Some("note")
        );
    }

    #[test]
    fn a_new_action_is_whole() {
        let today = day("2026-11-20");
        let fields = |what: &str, owner, due: Option<&str>| -> Vec<&str> {
            new_action_faults(what, owner, due.map(day), today)
                .iter()
                .map(|(f, _)| *f)
                .collect()
        };
        assert_eq!(
            fields(" ", false, Some("2026-11-19")),
            ["what", "owner", "day"]
        );
        assert!(fields("Write it", true, Some("2026-11-20")).is_empty());
    }

    proptest! {
        #[test]
        fn what_is_carried_is_exactly_what_is_not_finished(states in proptest::collection::vec(0_usize..4, 0..20)) {
            let actions: Vec<Action> =
                states.iter().map(|n| action("2026-12-01", ActionState::ALL[*n])).collect();
            let carried = to_carry(&actions).count();
            prop_assert_eq!(carried, states.iter().filter(|n| **n < 2).count());
            prop_assert_eq!(covered("1.1", &actions), states.iter().any(|n| *n != 3));
        }
    }
}
