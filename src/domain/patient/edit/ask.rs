//! How the record is asked for and read back: columns for the page, a reader for what was typed.

use crate::domain::calendar::read_day;
use crate::domain::form::answer::{LONGEST_ANSWER, Problem};
use crate::domain::form::definition::{Choice, Column};
use crate::domain::form::{Fields, Kind};
use crate::domain::patient::ContactDetails;
use chrono::{Datelike, NaiveDate};

/// Longest text of one line, in characters.
pub(super) const LONGEST_LINE: usize = 500;

/// A question about the record.
pub(super) fn column(id: &str, label: &str, hint: Option<&str>, kind: Kind) -> Column {
    Column {
        id: id.to_owned(),
        label: label.to_owned(),
        hint: hint.map(str::to_owned),
        kind,
        options: Vec::new(),
        required: false,
        how_known: false,
        only_if: None,
        may_stay_blank: false,
    }
}

/// A question with a few answers.
pub(super) fn choice(
    id: &str,
    label: &str,
    hint: Option<&str>,
    options: &[(&str, &str)],
) -> Column {
    let option = |(id, label): &(&str, &str)| Choice {
        id: (*id).into(),
        label: (*label).into(),
        detail: None,
    };
    Column {
        options: options.iter().map(option).collect(),
        ..column(id, label, hint, Kind::Choice)
    }
}

/// Any of a few answers.
pub(super) fn choices(
    id: &str,
    label: &str,
    hint: Option<&str>,
    options: &[(&str, &str)],
) -> Column {
    Column {
        kind: Kind::Choices,
        ..choice(id, label, hint, options)
    }
}

/// Yes or no.
pub(super) fn yes_no(id: &str, label: &str, hint: Option<&str>) -> Column {
    choice(id, label, hint, &[("yes", "Yes"), ("no", "No")])
}

/// What stands in the record, as a person would have typed it.
#[derive(Default)]
pub(super) struct Typed(Vec<(String, String)>);

impl Typed {
    pub(super) fn text(self, id: &str, text: &str) -> Self {
        self.field(&format!("{id}.text"), text)
    }

    pub(super) fn lines(self, id: &str, lines: &[String]) -> Self {
        self.field(&format!("{id}.lines"), &lines.join("\n"))
    }

    pub(super) fn day(self, id: &str, day: Option<NaiveDate>) -> Self {
        let Some(day) = day else { return self };
        self.field(&format!("{id}.day"), &day.day().to_string())
            .field(&format!("{id}.month"), &day.month().to_string())
            .field(&format!("{id}.year"), &day.year().to_string())
    }

    pub(super) fn chosen(self, id: &str, option: &str) -> Self {
        self.field(&format!("{id}.choice"), option)
    }

    pub(super) fn ticked(self, id: &str, options: &[&str]) -> Self {
        self.field(&format!("{id}.choices"), &options.join("\n"))
    }

    pub(super) fn contact(self, id: &str, contact: &ContactDetails) -> Self {
        self.field(&format!("{id}.name"), &contact.name)
            .field(&format!("{id}.job-title"), &contact.job_title)
            .field(&format!("{id}.organisation"), &contact.organisation)
            .field(&format!("{id}.postal-address"), &contact.postal_address)
            .field(&format!("{id}.telephone"), &contact.telephone)
            .field(&format!("{id}.email"), &contact.email)
    }

    fn field(mut self, name: &str, text: &str) -> Self {
        self.0.push((name.to_owned(), text.to_owned()));
        self
    }

    pub(super) fn fields(self) -> Fields {
        Fields::new(self.0)
    }
}

/// Reads what was typed and collects what is wrong with it.
pub(super) struct Reader<'a> {
    typed: &'a Fields,
    pub(super) today: NaiveDate,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(typed: &'a Fields, today: NaiveDate) -> Self {
        Self {
            typed,
            today,
            problems: Vec::new(),
        }
    }

    pub(super) fn wrong(&mut self, field: &str, message: impl Into<String>) {
        self.problems.push(Problem {
            field: field.to_owned(),
            message: message.into(),
        });
    }

    fn within(&mut self, field: &str, longest: usize) -> String {
        let text = self.typed.get(field).to_owned();
        let length = text.chars().count();
        if length > longest {
            let over = length - longest;
            self.wrong(
                field,
                format!("This can have up to {longest} characters. Yours has {over} too many. Nothing has been cut"),
            );
        }
        text
    }

    /// One line.
    pub(super) fn line(&mut self, id: &str) -> String {
        self.within(&format!("{id}.text"), LONGEST_LINE)
    }

    /// One line that must not be empty.
    pub(super) fn needed_line(&mut self, id: &str, message: &str) -> String {
        let text = self.line(id);
        if text.is_empty() {
            self.wrong(&format!("{id}.text"), message);
        }
        text
    }

    /// Prose.
    pub(super) fn prose(&mut self, id: &str) -> String {
        self.within(&format!("{id}.text"), LONGEST_ANSWER)
    }

    /// Prose that must not be empty.
    pub(super) fn needed_prose(&mut self, id: &str, message: &str) -> String {
        let text = self.prose(id);
        if text.is_empty() {
            self.wrong(&format!("{id}.text"), message);
        }
        text
    }

    /// Lines of a box, without the blank ones.
    pub(super) fn box_lines(&mut self, field: &str) -> Vec<String> {
        let text = self.within(field, LONGEST_ANSWER);
        text.lines()
            .map(|l| l.trim().to_owned())
            .filter(|l| !l.is_empty())
            .collect()
    }

    /// A day, where one was typed.
    pub(super) fn day(&mut self, id: &str) -> Option<NaiveDate> {
        let part = |p: &str| self.typed.get(&format!("{id}.{p}")).to_owned();
        let parts = ["day", "month", "year"].map(part);
        if parts.iter().all(String::is_empty) {
            return None;
        }
        match read_day(&parts[0], &parts[1], &parts[2]) {
            Ok(day) => Some(day),
            Err(e) => {
                self.wrong(&format!("{id}.{}", e.field()), e.to_string());
                None
            }
        }
    }

    /// A day that must be there. On a problem the day is today's, for the checks that follow.
    pub(super) fn needed_day(&mut self, id: &str, message: &str) -> NaiveDate {
        let before = self.problems.len();
        self.day(id).unwrap_or_else(|| {
            if self.problems.len() == before {
                self.wrong(&format!("{id}.day"), message);
            }
            self.today
        })
    }

    /// The same for a day that was read before: its own problem is not told twice.
    pub(super) fn needed_day_once(&mut self, id: &str, message: &str) -> NaiveDate {
        let known = format!("{id}.");
        if self.problems.iter().any(|p| p.field.starts_with(&known)) {
            return self.today;
        }
        self.needed_day(id, message)
    }

    /// Refuses a day after today.
    pub(super) fn not_ahead(&mut self, id: &str, day: Option<NaiveDate>, what: &str) {
        if day.is_some_and(|d| d > self.today) {
            self.wrong(
                &format!("{id}.day"),
                format!("{what} cannot be after today"),
            );
        }
    }

    /// Refuses a last day before the first.
    pub(super) fn in_order(&mut self, from: NaiveDate, to: Option<NaiveDate>) {
        if to.is_some_and(|to| to < from) {
            self.wrong("to.day", "The last day cannot be before the first day");
        }
    }

    /// The option chosen; the first one, with a problem, when none of them was.
    pub(super) fn chosen<T: Copy>(&mut self, id: &str, options: &[(&str, T)], message: &str) -> T {
        let field = format!("{id}.choice");
        let typed = self.typed.get(&field).to_owned();
        if let Some((_, value)) = options.iter().find(|(name, _)| *name == typed) {
            return *value;
        }
        self.wrong(&field, message);
        options[0].1
    }

    /// The options ticked.
    pub(super) fn ticked<T: Copy>(&mut self, id: &str, options: &[(&str, T)]) -> Vec<T> {
        let field = format!("{id}.choices");
        let names: Vec<String> = self.typed.ticked(&field).map(str::to_owned).collect();
        if names.iter().any(|n| options.iter().all(|(o, _)| o != n)) {
            self.wrong(&field, "Choose from the list");
        }
        options
            .iter()
            .filter(|(o, _)| names.iter().any(|n| n == o))
            .map(|(_, value)| *value)
            .collect()
    }

    /// A whole number within bounds, where one was typed.
    pub(super) fn number(&mut self, id: &str, least: u16, most: u16) -> Option<u16> {
        let text = self.line(id);
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|n| (least..=most).contains(n));
        if number.is_none() {
            self.wrong(
                &format!("{id}.text"),
                format!("Type a whole number from {least} to {most}"),
            );
        }
        number
    }

    /// Name and how to reach somebody.
    pub(super) fn contact(&mut self, id: &str) -> ContactDetails {
        let mut line = |field: &str| self.within(&format!("{id}.{field}"), LONGEST_LINE);
        let contact = ContactDetails {
            name: line("name"),
            job_title: line("job-title"),
            organisation: line("organisation"),
            postal_address: line("postal-address"),
            telephone: line("telephone"),
            email: line("email"),
        };
        if !contact.email.is_empty() && !contact.email.contains('@') {
            self.wrong(&format!("{id}.email"), "An e-mail address has an @ in it");
        }
        contact
    }

    /// Somebody who must be named.
    pub(super) fn named_contact(&mut self, id: &str) -> ContactDetails {
        let contact = self.contact(id);
        if contact.name.is_empty() {
            self.wrong(&format!("{id}.name"), "Give a name");
        }
        contact
    }

    /// Whether anything was typed under a column.
    pub(super) fn has(&self, id: &str) -> bool {
        !self.typed.column(id).is_empty()
    }
}
