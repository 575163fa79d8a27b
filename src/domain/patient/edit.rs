//! Editing the record, one part at a time: what is asked, what was typed, and what becomes of it when
//! somebody else changed the record meanwhile.
//!
//! Every edit says why: the fact changed on a day, or it was recorded wrongly, or it was missing.

mod agencies;
mod ask;
pub mod conditions;
mod lists;
mod parts;
mod plans;
mod sheets;
mod why;

pub use parts::{Group, Target};
pub use why::{Change, Why};

use super::{
    Address, ClinicalReview, Contact, ContactPlan, EarlierMappa, IndexOffence, NamedPerson,
    OtherOrder, PatientRecord, Supervisor, VictimLiaison,
};
use crate::domain::condition::Condition;
use crate::domain::form::answer::Problem;
use crate::domain::form::definition::{Choice, Column};
use crate::domain::form::{Fields, Kind};
use ask::{Reader, choice, column};
use chrono::NaiveDate;
use lists::Item;

/// Longest record, in characters of its JSON: about four times the longest that is known.
const LONGEST_RECORD: usize = 400_000;

/// Does something with the type of a list's items; something else where the part is no list.
macro_rules! for_list {
    ($group:expr, $item:ident => $body:expr, else $other:expr) => {
        match $group {
            Group::Offences => {
                type $item = IndexOffence;
                $body
            }
            Group::Addresses => {
                type $item = Address;
                $body
            }
            Group::Supervisors => {
                type $item = Supervisor;
                $body
            }
            Group::CareTeam => {
                type $item = Contact;
                $body
            }
            Group::Conditions => {
                type $item = Condition;
                $body
            }
            Group::VictimLiaison => {
                type $item = VictimLiaison;
                $body
            }
            Group::EarlierMappa => {
                type $item = EarlierMappa;
                $body
            }
            Group::OtherOrders => {
                type $item = OtherOrder;
                $body
            }
            Group::NamedPeople => {
                type $item = NamedPerson;
                $body
            }
            Group::ContactPlans => {
                type $item = ContactPlan;
                $body
            }
            Group::ClinicalReviews => {
                type $item = ClinicalReview;
                $body
            }
            _ => $other,
        }
    };
}

/// What the end of every page asks: why the record is edited.
#[must_use]
pub fn why_columns(target: Target) -> Vec<Column> {
    let note = "If it was recorded wrongly: what was wrong, and how do you know?";
    if matches!(target, Target::Remove(_)) {
        return vec![column(
            "note",
            "Why does it not belong in the record?",
            Some("It stays in the history of the record"),
            Kind::Narrative,
        )];
    }
    if matches!(target, Target::Vary(_) | Target::End(_)) {
        return vec![column(
            "note",
            "Anything to add? For example the date of the decision or letter",
            None,
            Kind::ShortText,
        )];
    }
    let options = Why::ALL.map(|w| (w.name(), w.words()));
    vec![
        choice("why", "Why is the record edited?", None, &options),
        column(
            "changed-on",
            "If it changed: on which day?",
            None,
            Kind::Date,
        ),
        column("note", note, None, Kind::Narrative),
    ]
}

/// What a page asks.
#[must_use]
pub fn columns(group: Group, target: Target) -> Vec<Column> {
    match target {
        Target::Whole => sheets::columns(group),
        Target::Remove(_) => Vec::new(),
        Target::Vary(_) => conditions::vary_columns(),
        Target::End(_) => conditions::end_columns(),
        Target::New | Target::Item(_) => {
            for_list!(group, I => <I as Item>::columns(), else Vec::new())
        }
    }
}

/// What a page begins with. `None`: the record has no such item.
#[must_use]
pub fn typed(group: Group, target: Target, record: &PatientRecord) -> Option<Fields> {
    if let Some(place) = target.place()
        && place >= items(group, record).len()
    {
        return None;
    }
    Some(match target {
        Target::Whole if group.is_list() => return None,
        Target::Whole => sheets::typed(group, record),
        Target::New if group == Group::Conditions => {
            let next = record
                .conditions
                .iter()
                .map(|c| c.number)
                .max()
                .unwrap_or(0)
                + 1;
            Fields::new([("number.text", next.to_string())])
        }
        Target::New | Target::Remove(_) | Target::End(_) => Fields::default(),
        Target::Vary(n) => conditions::vary_typed(&record.conditions[n]),
        Target::Item(n) => for_list!(group, I => I::list(record)[n].typed(), else return None),
    })
}

/// A question that is not of the record but stands on a page like those that are.
#[must_use]
pub fn question(
    id: &str,
    label: &str,
    hint: Option<&str>,
    kind: Kind,
    options: Vec<(String, String)>,
) -> Column {
    let option = |(id, label)| Choice {
        id,
        label,
        detail: None,
    };
    Column {
        options: options.into_iter().map(option).collect(),
        ..column(id, label, hint, kind)
    }
}

/// The parts that a record begins with; the others are filled in afterwards.
const BEGINNING: [Group; 3] = [Group::Names, Group::Order, Group::Discharge];

/// What is asked to begin a record.
#[must_use]
pub fn beginning() -> Vec<Column> {
    BEGINNING.into_iter().flat_map(sheets::columns).collect()
}

/// A new record from what was typed.
///
/// # Errors
/// What is wrong, each beside its field.
pub fn begin(typed: &Fields, today: NaiveDate) -> Result<PatientRecord, Vec<Problem>> {
    let mut r = Reader::new(typed, today);
    let mut record = PatientRecord::blank(today);
    for group in BEGINNING {
        sheets::read(group, &mut r, &mut record);
    }
    if r.problems.is_empty() {
        Ok(record)
    } else {
        Err(r.problems)
    }
}

/// Reads days that are typed under their names, some of them needed; each is `None` where it is empty
/// or wrong.
#[must_use]
pub fn read_days(
    typed: &Fields,
    days: &[(&str, bool)],
    today: NaiveDate,
) -> (Vec<Option<NaiveDate>>, Vec<Problem>) {
    let mut r = Reader::new(typed, today);
    let read = days
        .iter()
        .map(|(id, needed)| {
            if *needed {
                Some(r.needed_day(id, "Give the day"))
            } else {
                r.day(id)
            }
        })
        .collect();
    (read, r.problems)
}

/// An item of a list, for a page that shows the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// In one line.
    pub heading: String,
    /// When it holds.
    pub when: Option<String>,
}

/// The items of a list.
#[must_use]
pub fn items(group: Group, record: &PatientRecord) -> Vec<Shown> {
    for_list!(
        group,
        I => I::list(record)
            .iter()
            .map(|i| Shown { heading: i.heading(), when: i.when() })
            .collect(),
        else Vec::new()
    )
}

/// A part as it stands, to compare with: one set of texts, or one for each item.
fn slice(group: Group, record: &PatientRecord) -> Vec<Fields> {
    for_list!(
        group,
        I => I::list(record).iter().map(Item::typed).collect(),
        else vec![sheets::typed(group, record)]
    )
}

/// What a form is about that is shown again after a conflict: the same place of the list if something
/// else stands there now, a new item if what was to be changed has gone.
#[must_use]
pub fn after_conflict(
    group: Group,
    target: Target,
    seen: &PatientRecord,
    current: &PatientRecord,
) -> Target {
    let Some(place) = target.place() else {
        return target;
    };
    let (was, is) = (slice(group, seen), slice(group, current));
    match is.get(place) {
        Some(item) if !was.contains(item) => target,
        _ => Target::New,
    }
}

/// An edit that somebody posted.
#[derive(Debug)]
pub struct Edit<'a> {
    /// The part.
    pub group: Group,
    /// What of it.
    pub target: Target,
    /// What was typed.
    pub typed: &'a Fields,
    /// Today.
    pub today: NaiveDate,
    /// An identifier that is not used yet, for a new wording.
    pub new_id: &'a str,
}

/// What becomes of an edit.
#[derive(Debug, Clone, PartialEq)]
pub enum Merged {
    /// The record with the edit, to be saved as the next version, and why.
    Save(Box<PatientRecord>, Change),
    /// The record says so already: nothing to save. Posting a page twice ends here.
    Already,
    /// What is wrong, each beside its field.
    Problems(Vec<Problem>),
    /// Somebody else changed the same thing meanwhile; nothing is overwritten.
    Conflict,
}

impl Edit<'_> {
    /// Applies the edit to `current`, when the page was made from `seen`. Changes of other parts, and of
    /// other items of the same list, do not stand in each other's way.
    #[must_use]
    pub fn merge(&self, seen: &PatientRecord, current: &PatientRecord) -> Merged {
        let wanted = match self.apply(self.target, seen) {
            Ok((wanted, _)) => wanted,
            Err(problems) => return Merged::Problems(problems),
        };
        let (was, want, is) = (
            slice(self.group, seen),
            slice(self.group, &wanted),
            slice(self.group, current),
        );
        if want == is {
            return Merged::Already;
        }
        if was == is {
            return match self.apply(self.target, current) {
                Ok((record, change)) => Merged::Save(Box::new(record), change),
                Err(problems) => Merged::Problems(problems),
            };
        }
        let Some(target) = self.follow(&was, &want, &is) else {
            return Merged::Conflict;
        };
        let Some(target) = target else {
            return Merged::Already;
        };
        match self.apply(target, current) {
            Ok((record, change)) => Merged::Save(Box::new(record), change),
            // Sound against the list that was seen but not against the one that stands.
            Err(_) => Merged::Conflict,
        }
    }

    /// Where the target is in a list that changed meanwhile. `None`: it is there no more as it was seen;
    /// `Some(None)`: the list has what was wanted already.
    fn follow(&self, was: &[Fields], want: &[Fields], is: &[Fields]) -> Option<Option<Target>> {
        match self.target {
            Target::Whole => None,
            Target::New => {
                let there = want
                    .iter()
                    .filter(|w| !was.contains(w))
                    .all(|w| is.contains(w));
                Some((!there).then_some(Target::New))
            }
            target => {
                let seen = was.get(target.place()?)?;
                let place = is.iter().position(|i| i == seen)?;
                Some(Some(target.at(place)))
            }
        }
    }

    fn apply(
        &self,
        target: Target,
        record: &PatientRecord,
    ) -> Result<(PatientRecord, Change), Vec<Problem>> {
        let mut next = record.clone();
        let mut r = Reader::new(self.typed, self.today);
        match target {
            Target::Whole => sheets::read(self.group, &mut r, &mut next),
            Target::Vary(n) if n < next.conditions.len() => {
                conditions::vary(&mut r, &mut next.conditions, n, self.new_id);
            }
            Target::End(n) if n < next.conditions.len() => {
                conditions::end(&mut r, &mut next.conditions, n);
            }
            Target::Vary(_) | Target::End(_) => {}
            _ => {
                for_list!(self.group, I => change_list(I::list_mut(&mut next), target, &mut r, self.new_id), else ())
            }
        }
        let change = self.change(target, &mut r);
        if let (Group::Mappa, Some(on)) = (self.group, change.changed_on) {
            next.keep_earlier_mappa(record.mappa.as_ref(), on);
        }
        let length = serde_json::to_string(&next).map_or(0, |json| json.chars().count());
        if r.problems.is_empty() && length > LONGEST_RECORD {
            let first = columns(self.group, target).first().map(|c| c.id.clone());
            r.wrong(
                &format!("{}.text", first.unwrap_or_default()),
                "The whole record would have more than 400,000 characters. Nothing was saved and nothing has been cut",
            );
        }
        if r.problems.is_empty() {
            Ok((next, change))
        } else {
            Err(r.problems)
        }
    }

    /// Reads why the record is edited.
    fn change(&self, target: Target, r: &mut Reader<'_>) -> Change {
        let part = self.group.name().to_owned();
        match target {
            Target::Remove(_) => Change {
                part,
                why: Why::Wrong,
                changed_on: None,
                note: r.needed_prose("note", "Say why it does not belong in the record"),
            },
            Target::Vary(_) => Change {
                part,
                why: Why::Changed,
                changed_on: r.day("from"),
                note: r.line("note"),
            },
            Target::End(_) => Change {
                part,
                why: Why::Changed,
                changed_on: r.day("to").map(|d| crate::domain::calendar::add_days(d, 1)),
                note: r.line("note"),
            },
            _ => {
                let options = Why::ALL.map(|w| (w.name(), w));
                let before = r.problems.len();
                let why = r.chosen("why", &options, "Say why the record is edited");
                let chosen = r.problems.len() == before;
                let mut changed_on = r.day("changed-on");
                let note = r.prose("note");
                if chosen && why == Why::Changed {
                    changed_on =
                        Some(r.needed_day_once("changed-on", "Give the day on which it changed"));
                    if !self.group.may_lie_ahead() {
                        r.not_ahead("changed-on", changed_on, "The day on which it changed");
                    }
                } else if chosen && changed_on.is_some() {
                    r.wrong(
                        "why.choice",
                        "You gave a day on which it changed: say “It changed”, or clear the day",
                    );
                }
                if chosen && why == Why::Wrong && note.is_empty() {
                    r.wrong("note.text", "Say what was wrong, and how you know");
                }
                Change {
                    part,
                    why,
                    changed_on,
                    note,
                }
            }
        }
    }
}

fn change_list<I: Item>(list: &mut Vec<I>, target: Target, r: &mut Reader<'_>, new_id: &str) {
    let (at, new) = match target {
        Target::Remove(n) if n < list.len() => {
            list.remove(n);
            return;
        }
        Target::New => {
            let item = I::read(r, None, new_id);
            list.push(item);
            (list.len() - 1, true)
        }
        Target::Item(n) if n < list.len() => {
            let item = I::read(r, Some(&list[n]), new_id);
            list[n] = item;
            (n, false)
        }
        _ => return,
    };
    let sound = r.problems.is_empty();
    let here = list[at].typed();
    I::settle(list, at, new);
    let at = list.iter().position(|i| i.typed() == here);
    if let Some(at) = at.filter(|_| sound) {
        I::check(list, at, r);
    }
}

#[cfg(test)]
mod tests;
