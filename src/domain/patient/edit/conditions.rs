//! Conditions of discharge: added, corrected, varied (the old wording keeps its dates) or ended.

use super::ask::{Reader, Typed, choice, choices, column, yes_no};
use super::lists::{Item, from_to, of_record};
use super::sheets::{DISCHARGERS, name_of};
use crate::domain::calendar::day_in_words;
use crate::domain::condition::{Clause, Condition, Theme};
use crate::domain::form::definition::Column;
use crate::domain::form::{Fields, Kind};
use crate::domain::identifiers::ConditionId;
use crate::domain::patient::PatientRecord;
use chrono::NaiveDate;

/// The first day on which a condition may amount to deprivation of liberty (Mental Health Act 2025
/// s35, in force 18 February 2026).
pub const DEPRIVATION_OF_LIBERTY_FROM: NaiveDate =
    NaiveDate::from_ymd_opt(2026, 2, 18).expect("18 February 2026 is a day");

const THEMES: [(&str, Theme); 11] = [
    ("residence", Theme::Residence),
    ("access", Theme::Access),
    ("treatment", Theme::Treatment),
    ("supervision", Theme::Supervision),
    ("alcohol", Theme::Alcohol),
    ("drugs", Theme::Drugs),
    ("testing", Theme::Testing),
    ("relationships", Theme::Relationships),
    ("non-contact", Theme::NonContact),
    ("exclusion-zone", Theme::ExclusionZone),
    ("other", Theme::Other),
];

const CLAUSES: [(&str, Clause); 4] = [
    (
        "fourteen-days-notice-of-move",
        Clause::FourteenDaysNoticeOfMove,
    ),
    ("nights-away-agreed", Clause::NightsAwayAgreed),
    ("disclose-relationships", Clause::DiscloseRelationships),
    ("accompanied", Clause::Accompanied),
];

/// The questions about a wording: all but its number and its dates.
fn about_the_wording() -> Vec<Column> {
    let themes = THEMES.map(|(id, theme)| (id, theme.words()));
    let clauses = CLAUSES.map(|(id, clause)| (id, clause.words()));
    vec![
        column(
            "wording",
            "Exact wording",
            Some("Copy it from the tribunal’s decision or the warrant, word for word"),
            Kind::Narrative,
        ),
        choice("theme", "What is it about?", None, &themes),
        choice(
            "set-by",
            "Who set it?",
            Some("Only the tribunal or the Secretary of State can set or vary a condition"),
            &[
                ("tribunal", "The tribunal"),
                ("secretary-of-state", "The Secretary of State for Justice"),
            ],
        ),
        choices(
            "clauses",
            "What does the wording itself demand?",
            Some("Tick only what it says in so many words. The product reminds of nothing else"),
            &clauses,
        ),
        yes_no(
            "dol",
            "Does it amount to deprivation of liberty (“supervised discharge”)?",
            Some("Possible from 18 February 2026 only"),
        ),
        column(
            "dol-basis",
            "If yes: on which legal basis?",
            Some(
                "For example: section 42(2A) (Secretary of State) or section 73(5A) (tribunal), Mental Health Act 1983",
            ),
            Kind::ShortText,
        ),
    ]
}

fn typed_wording(c: &Condition) -> Typed {
    let clauses: Vec<&str> = c
        .clauses
        .iter()
        .map(|clause| name_of(&CLAUSES, *clause))
        .collect();
    Typed::default()
        .text("wording", &c.wording)
        .chosen("theme", name_of(&THEMES, c.theme))
        .chosen("set-by", name_of(&DISCHARGERS, c.set_by))
        .ticked("clauses", &clauses)
        .chosen(
            "dol",
            if c.deprivation_of_liberty.is_some() {
                "yes"
            } else {
                "no"
            },
        )
        .text(
            "dol-basis",
            c.deprivation_of_liberty.as_deref().unwrap_or_default(),
        )
}

/// Reads a wording that begins on a day.
fn read_wording(
    r: &mut Reader<'_>,
    id: ConditionId,
    number: u16,
    from: NaiveDate,
    to: Option<NaiveDate>,
) -> Condition {
    let wording = r.needed_prose("wording", "Give the exact wording");
    let theme = r.chosen("theme", &THEMES, "Say what it is about");
    let set_by = r.chosen("set-by", &DISCHARGERS, "Say who set it");
    let clauses = r.ticked("clauses", &CLAUSES);
    let amounts = r.chosen(
        "dol",
        &[("no", false), ("yes", true)],
        "Say whether it amounts to deprivation of liberty",
    );
    let basis = r.line("dol-basis");
    let deprivation_of_liberty = if amounts {
        if basis.is_empty() {
            r.wrong("dol-basis.text", "Give the legal basis");
        }
        if to.unwrap_or(NaiveDate::MAX) < DEPRIVATION_OF_LIBERTY_FROM
            || from < DEPRIVATION_OF_LIBERTY_FROM
        {
            r.wrong("dol.choice", "A condition could not amount to deprivation of liberty before 18 February 2026. Check the first day and this answer");
        }
        Some(basis)
    } else {
        if !basis.is_empty() {
            r.wrong(
                "dol.choice",
                "You gave a legal basis: say “Yes”, or clear it",
            );
        }
        None
    };
    Condition {
        id,
        number,
        wording,
        theme,
        set_by,
        from,
        to,
        deprivation_of_liberty,
        clauses,
    }
}

/// An identifier for a new wording. The server makes well-formed ones.
fn identifier(new_id: &str) -> ConditionId {
    ConditionId::parse(new_id)
        .unwrap_or_else(|_| ConditionId::parse("condition").expect("a well-formed id"))
}

impl Item for Condition {
    of_record!(conditions);

    fn columns() -> Vec<Column> {
        let mut all = vec![column(
            "number",
            "Number in the order or warrant",
            None,
            Kind::ShortText,
        )];
        all.extend(about_the_wording());
        all.push(column("from", "First day in force", None, Kind::Date));
        all.push(column(
            "to",
            "Last day in force",
            Some("Leave empty while it is in force"),
            Kind::Date,
        ));
        all
    }

    fn typed(&self) -> Fields {
        typed_wording(self)
            .text("number", &self.number.to_string())
            .day("from", Some(self.from))
            .day("to", self.to)
            .fields()
    }

    fn read(r: &mut Reader<'_>, earlier: Option<&Self>, new_id: &str) -> Self {
        let number = r.number("number", 1, 999);
        if number.is_none() && !r.problems.iter().any(|p| p.field == "number.text") {
            r.wrong("number.text", "Give the condition’s number");
        }
        let from = r.needed_day("from", "Give the first day in force");
        let to = r.day("to");
        r.in_order(from, to);
        let id = earlier.map_or_else(|| identifier(new_id), |e| e.id.clone());
        read_wording(r, id, number.unwrap_or(1), from, to)
    }

    fn heading(&self) -> String {
        format!("{}. {}", self.number, self.wording)
    }

    fn when(&self) -> Option<String> {
        Some(from_to(self.from, self.to))
    }

    fn settle(list: &mut Vec<Self>, _: usize, _: bool) {
        list.sort_by_key(|c| (c.number, c.from));
    }

    fn check(list: &[Self], at: usize, r: &mut Reader<'_>) {
        let here = &list[at];
        let other = list.iter().enumerate().find(|(n, c)| {
            *n != at
                && c.number == here.number
                && c.in_force_between(here.from, here.to.unwrap_or(NaiveDate::MAX))
        });
        if let Some((_, other)) = other {
            let message = format!(
                "Condition {} already has a wording in force on some of these days ({}). End or vary that one first",
                here.number,
                from_to(other.from, other.to).to_lowercase()
            );
            // The page that varies or ends has no such field: the message then stands in the summary.
            r.wrong("from.day", message);
        }
    }
}

/// What the page asks that varies a condition.
pub(super) fn vary_columns() -> Vec<Column> {
    let mut all = vec![column(
        "from",
        "First day of the new wording",
        Some("The old wording’s last day is the day before"),
        Kind::Date,
    )];
    all.extend(about_the_wording());
    all
}

/// What stands, for the page that varies it.
pub(super) fn vary_typed(c: &Condition) -> Fields {
    typed_wording(c).fields()
}

/// Varies the condition at a place of the list: ends its wording and adds the new one.
pub(super) fn vary(r: &mut Reader<'_>, list: &mut Vec<Condition>, at: usize, new_id: &str) {
    let from = r.needed_day("from", "Give the first day of the new wording");
    let earlier = list[at].clone();
    if from <= earlier.from {
        r.wrong(
            "from.day",
            format!(
                "The new wording must begin after the old one did, on {}",
                day_in_words(earlier.from)
            ),
        );
    }
    if earlier.to.is_some_and(|to| to < from) {
        r.wrong(
            "from.day",
            "This wording has ended already: correct its last day, or add a new condition",
        );
    }
    let varied = read_wording(r, identifier(new_id), earlier.number, from, earlier.to);
    if varied.wording == earlier.wording
        && varied.deprivation_of_liberty == earlier.deprivation_of_liberty
        && varied.clauses == earlier.clauses
    {
        r.wrong("wording.text", "The new wording is the same as the old one");
    }
    list[at].to = from.pred_opt();
    list.push(varied);
    Condition::settle(list, 0, false);
}

/// What the page asks that ends a condition.
pub(super) fn end_columns() -> Vec<Column> {
    vec![column(
        "to",
        "Last day in force",
        Some("The tribunal or the Secretary of State ended it; nobody else can"),
        Kind::Date,
    )]
}

/// Ends the condition at a place of the list.
pub(super) fn end(r: &mut Reader<'_>, list: &mut [Condition], at: usize) {
    let to = r.needed_day("to", "Give the last day in force");
    r.in_order(list[at].from, Some(to));
    if let Some(ended) = list[at].to {
        r.wrong(
            "to.day",
            format!(
                "This wording ended on {} already. If that is wrong, correct the condition",
                day_in_words(ended)
            ),
        );
    }
    list[at].to = Some(to);
}

/// What a reader of the conditions should look at again: days on which a number had no wording, and
/// none in force at all. Not mistakes by themselves, so nothing is refused.
#[must_use]
pub fn notes(record: &PatientRecord, today: NaiveDate) -> Vec<String> {
    let mut notes = Vec::new();
    let mut all: Vec<&Condition> = record.conditions.iter().collect();
    all.sort_by_key(|c| (c.number, c.from));
    for pair in all.windows(2) {
        let [a, b] = pair else { continue };
        let Some(end) = a.to.filter(|_| a.number == b.number) else {
            continue;
        };
        let gap_from = crate::domain::calendar::add_days(end, 1);
        if gap_from < b.from {
            let gap_to = crate::domain::calendar::less_days(b.from, 1);
            notes.push(format!(
                "Condition {} was not in force from {} to {}. If that is a mistake, correct the dates.",
                a.number,
                day_in_words(gap_from),
                day_in_words(gap_to)
            ));
        }
    }
    if record.conditions_between(today, today).is_empty() {
        notes.push("No condition is in force today. A conditional discharge almost always has conditions: check the decision or the warrant.".into());
    }
    if let Some(c) = all.iter().find(|c| c.from < record.discharge.on) {
        notes.push(format!(
            "Condition {} begins before the discharge on {}.",
            c.number,
            day_in_words(record.discharge.on)
        ));
    }
    notes
}
