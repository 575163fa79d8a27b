//! Reading the fields of a register's form, noting what is wrong beside each.

use super::LONGEST_LINE;
use crate::domain::calendar::read_day;
use crate::domain::form::Fields;
use crate::domain::form::answer::Problem;
use crate::domain::link;
use chrono::NaiveDate;

/// Reads field by field; everything that is wrong is told together.
pub(super) struct Reader<'a> {
    typed: &'a Fields,
    today: NaiveDate,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub fn new(typed: &'a Fields, today: NaiveDate) -> Self {
        Self {
            typed,
            today,
            problems: Vec::new(),
        }
    }

    pub fn wrong(&mut self, field: &str, message: &str) {
        self.problems.push(Problem {
            field: field.to_owned(),
            message: message.to_owned(),
        });
    }

    pub fn done<T>(self, row: T) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(row)
        } else {
            Err(self.problems)
        }
    }

    pub fn optional(&mut self, id: &str, most: usize) -> String {
        let field = format!("{id}.text");
        let text = self.typed.get(&field).to_owned();
        if text.chars().count() > most {
            let message = format!("This can have up to {most} characters. Nothing has been cut");
            self.wrong(&field, &message);
        }
        text
    }

    pub fn text(&mut self, id: &str, most: usize, missing: &str) -> String {
        let text = self.optional(id, most);
        if text.is_empty() {
            self.wrong(&format!("{id}.text"), missing);
        }
        text
    }

    pub fn day(&mut self, id: &str) -> NaiveDate {
        let part = |p: &str| self.typed.get(&format!("{id}.{p}")).to_owned();
        match read_day(&part("day"), &part("month"), &part("year")) {
            Ok(day) => day,
            Err(e) => {
                self.wrong(&format!("{id}.{}", e.field()), &e.to_string());
                self.today
            }
        }
    }

    pub fn past_day(&mut self, id: &str) -> NaiveDate {
        let day = self.day(id);
        if day > self.today {
            self.wrong(&format!("{id}.day"), "The day cannot be after today");
        }
        day
    }

    pub fn optional_day(&mut self, id: &str) -> Option<NaiveDate> {
        let any = ["day", "month", "year"]
            .iter()
            .any(|p| !self.typed.get(&format!("{id}.{p}")).is_empty());
        any.then(|| self.day(id))
    }

    pub fn not_before(&mut self, id: &str, last: NaiveDate, first: NaiveDate, message: &str) {
        if last < first && self.problems.is_empty() {
            self.wrong(&format!("{id}.day"), message);
        }
    }

    pub fn optional_link(&mut self, id: &str) -> String {
        let text = self.optional(id, link::LONGEST);
        if !text.is_empty()
            && let Err(message) = link::check(&text)
        {
            self.wrong(&format!("{id}.text"), message);
        }
        text
    }

    pub fn criteria(&mut self) -> Vec<String> {
        let text = self.optional("criteria", LONGEST_LINE);
        let listed: Vec<String> = listed(&text);
        let is_number =
            |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        let known = |id: &String| {
            id.split_once('.')
                .is_some_and(|(a, b)| is_number(a) && is_number(b))
        };
        if !listed.iter().all(known) {
            self.wrong(
                "criteria.text",
                "Give criteria by their numbers, with commas between, for example 1.1, 6.3",
            );
        }
        listed
    }
}

/// What stands between commas, semicolons, spaces and line ends, each once.
pub(super) fn listed(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for part in text.split([',', ';', ' ', '\n']).map(str::trim) {
        if !part.is_empty() && !all.iter().any(|known| known == part) {
            all.push(part.to_owned());
        }
    }
    all
}
