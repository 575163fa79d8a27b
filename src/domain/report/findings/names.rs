//! Names that do not belong in the text, and letters that nobody outside can read.
//!
//! Whole words only, and never a first name alone: the full name however it is written, or the family
//! name with its capitals.

use super::{Finding, Reading, Rule, Said, Severity};
use crate::domain::form::Respondent;
use crate::domain::form::definition::Kind;
use std::collections::{BTreeSet, HashMap, HashSet};

pub(super) fn find(reading: &Reading<'_>, respondent: Respondent, found: &mut Vec<Finding>) {
    let wanted = Wanted::of(reading);
    for said in reading
        .said
        .iter()
        .filter(|s| s.item.part.answered_by == respondent)
    {
        let withheld = said.item.question.withholdable && said.fields.get("withhold") == "yes";
        if !withheld && !wanted.is_empty() {
            names(said, &wanted, found);
        }
    }
    abbreviations(reading, respondent, found);
}

/// The texts of an answer that a reader reads, not the ids that it is stored by.
fn texts<'a>(said: &'a Said<'_>) -> impl Iterator<Item = &'a str> {
    let stored = |name: &str| {
        let field = name.rsplit('.').next().unwrap_or(name);
        matches!(
            field,
            "choice"
                | "choices"
                | "basis"
                | "withhold"
                | "confirmed"
                | "not-applicable"
                | "day"
                | "month"
                | "year"
        )
    };
    let skip = said.item.question.kind == Kind::Record;
    said.fields
        .iter()
        .filter(move |(name, _)| !skip && !stored(name))
        .map(|(_, text)| text)
}

/// Words with where each begins: letters and digits, with apostrophes and hyphens inside.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-')))
        .map(|w| w.trim_matches(['\'', '’', '-']))
        .map(|w| {
            w.strip_suffix("'s")
                .or_else(|| w.strip_suffix("’s"))
                .unwrap_or(w)
        })
        .filter(|w| !w.is_empty())
}

fn folded(word: &str) -> String {
    word.replace('’', "'").to_lowercase()
}

struct Name {
    words: Vec<String>,
    /// The family name as written, for when it stands alone.
    family: Option<Vec<String>>,
    /// The rule, and what the message says.
    rule: Rule,
    says: String,
}

/// Names to look for, by the first word of each.
struct Wanted {
    names: Vec<Name>,
    first: HashMap<String, Vec<usize>>,
    initials: HashSet<char>,
}

impl Wanted {
    fn of(reading: &Reading<'_>) -> Self {
        let evidence = reading.evidence;
        let to = evidence.period.to;
        let record = evidence.record;
        // A name that this patient or a professional bears too says nothing when it stands alone.
        let own: HashSet<String> = std::iter::once(record.family_name.as_str())
            .chain(std::iter::once(record.given_name.as_str()))
            .chain(record.aliases.iter().map(String::as_str))
            .chain(record.supervisors.iter().map(|s| s.contact.name.as_str()))
            .chain(record.care_team.iter().map(|c| c.details.name.as_str()))
            .chain(
                record
                    .victim_liaison
                    .iter()
                    .map(|v| v.details.name.as_str()),
            )
            .flat_map(words)
            .map(folded)
            .collect();
        let mut wanted = Self {
            names: Vec::new(),
            first: HashMap::new(),
            initials: HashSet::new(),
        };
        let marked = record
            .named_people
            .iter()
            .filter(|p| p.from <= to && p.to.is_none_or(|end| to <= end));
        for person in marked {
            let all: Vec<&str> = words(&person.name).collect();
            // One word alone may be a first name.
            if let Some((family, given)) = all.split_last()
                && !given.is_empty()
            {
                let says = format!("{}, marked as {}", person.name, person.stands_as.words());
                wanted.add(&all, &[*family], &own, Rule::NamedPerson, says);
            }
        }
        for other in evidence.caseload {
            let family: Vec<&str> = words(&other.family_name).collect();
            let mut all: Vec<&str> = words(&other.given_name).collect();
            all.extend(&family);
            let initial = |name: &str| {
                name.chars()
                    .next()
                    .map(|c| format!("{c}."))
                    .unwrap_or_default()
            };
            let says = format!(
                "{} {}",
                initial(&other.given_name),
                initial(&other.family_name)
            );
            if !family.is_empty() && all.len() > family.len() {
                wanted.add(&all, &family, &own, Rule::OtherPatientNamed, says);
            }
        }
        wanted
    }

    fn add(
        &mut self,
        all: &[&str],
        family: &[&str],
        own: &HashSet<String>,
        rule: Rule,
        says: String,
    ) {
        let full: Vec<String> = all.iter().map(|w| folded(w)).collect();
        if full.iter().all(|w| own.contains(w)) {
            return;
        }
        let telling = !family
            .iter()
            .any(|w| own.contains(&folded(w)) || w.chars().count() < 3);
        let family: Option<Vec<String>> =
            telling.then(|| family.iter().map(|w| (*w).to_owned()).collect());
        let at = self.names.len();
        let starts = [
            full.first().cloned(),
            family.as_ref().and_then(|f| f.first()).map(|w| folded(w)),
        ];
        for start in starts.into_iter().flatten() {
            self.initials.extend(start.chars().next());
            let here = self.first.entry(start).or_default();
            if !here.contains(&at) {
                here.push(at);
            }
        }
        self.names.push(Name {
            words: full,
            family,
            rule,
            says,
        });
    }

    fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

fn names(said: &Said<'_>, wanted: &Wanted, found: &mut Vec<Finding>) {
    let mut here: BTreeSet<(Rule, &str)> = BTreeSet::new();
    for text in texts(said) {
        let all: Vec<&str> = words(text).collect();
        for (at, word) in all.iter().enumerate() {
            let initial = word.chars().next().and_then(|c| c.to_lowercase().next());
            if !initial.is_some_and(|c| wanted.initials.contains(&c)) {
                continue;
            }
            let Some(candidates) = wanted.first.get(&folded(word)) else {
                continue;
            };
            for name in candidates.iter().map(|n| &wanted.names[*n]) {
                let next = |count: usize| all.get(at..at + count);
                let full = next(name.words.len())
                    .is_some_and(|w| w.iter().zip(&name.words).all(|(a, b)| folded(a) == *b));
                let alone = name.family.as_ref().is_some_and(|family| {
                    next(family.len()).is_some_and(|w| {
                        w.iter()
                            .zip(family)
                            .all(|(a, b)| a.replace('’', "'") == b.replace('’', "'"))
                    })
                });
                if full || alone {
                    here.insert((name.rule, &name.says));
                }
            }
        }
    }
    for rule in [Rule::NamedPerson, Rule::OtherPatientNamed] {
        let says: Vec<&str> = here
            .iter()
            .filter(|(r, _)| *r == rule)
            .map(|(_, s)| *s)
            .collect();
        if says.is_empty() {
            continue;
        }
        let (says, about) = (says.join("; "), said.about());
        let message = match rule {
            Rule::NamedPerson => {
                format!("Names {says}, in text that is not marked for withholding: {about}")
            }
            _ => format!("Names another patient of the author's caseload ({says}): {about}"),
        };
        found.push(said.finding(rule, Severity::Consider, message));
    }
}

/// Letters that readers of these reports know.
const KNOWN: [&str; 18] = [
    "MHCS", "MAPPA", "VLO", "GP", "NHS", "MHA", "MOJ", "HMPPS", "AMHP", "UK", "TV", "OK", "ID",
    "AM", "PM", "CCTV", "DVD", "PC",
];

/// Runs of capitals in a text, with where each begins.
fn capitals(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        loop {
            let start = rest + text.get(rest..)?.find(|c: char| c.is_ascii_uppercase())?;
            let end = text[start..]
                .find(|c: char| !c.is_alphanumeric())
                .map_or(text.len(), |n| start + n);
            rest = end;
            let whole = text[..start]
                .chars()
                .next_back()
                .is_none_or(|c| !c.is_alphanumeric());
            let word = &text[start..end];
            if whole
                && (2..=6).contains(&word.len())
                && word.bytes().all(|b| b.is_ascii_uppercase())
            {
                return Some((start, word));
            }
        }
    })
}

fn abbreviations(reading: &Reading<'_>, respondent: Respondent, found: &mut Vec<Finding>) {
    let mut explained: HashSet<&str> = KNOWN.into_iter().collect();
    for (_, section, question) in reading.evidence.form.questions() {
        let asked = [
            Some(&section.title),
            Some(&question.label),
            question.hint.as_ref(),
            question.guidance.as_ref(),
        ];
        explained.extend(
            asked
                .into_iter()
                .flatten()
                .flat_map(|t| capitals(t))
                .map(|(_, w)| w),
        );
    }
    let mut first: Vec<(&Said<'_>, Vec<&str>)> = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    for said in &reading.said {
        let mut here = Vec::new();
        for text in texts(said) {
            for (at, word) in capitals(text) {
                // Written out beside it, "(ABC)" or "ABC (…)": explained for the whole report.
                let (before, after) = (&text[..at], &text[at + word.len()..]);
                if before.ends_with('(') || after.starts_with(')') || after.starts_with(" (") {
                    explained.insert(word);
                } else if said.item.part.answered_by == respondent && seen.insert(word) {
                    here.push(word);
                }
            }
        }
        if !here.is_empty() {
            first.push((said, here));
        }
    }
    for (said, words) in first {
        let roman = |w: &str| w.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'));
        let left: Vec<&str> = words
            .into_iter()
            .filter(|w| !explained.contains(w) && !roman(w))
            .collect();
        if !left.is_empty() {
            let message = format!(
                "Nowhere written out: {}. First used in: {}",
                left.join(", "),
                said.about()
            );
            found.push(said.finding(Rule::Abbreviation, Severity::Note, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_found_whole() {
        let of = |text| capitals(text).map(|(_, w)| w).collect::<Vec<_>>();
        assert_eq!(
            of("The CPN and STRs; s37 MHA, A1B, É AB"),
            ["CPN", "MHA", "AB"]
        );
        assert_eq!(of(""), Vec::<&str>::new());
        assert_eq!(of("ABCDEFGH I"), Vec::<&str>::new());
    }

    #[test]
    fn words_keep_hyphens_and_lose_possession() {
        assert_eq!(
            words("Pwll-Hughes’s ‘dog’, O’Neill.").collect::<Vec<_>>(),
            ["Pwll-Hughes", "dog", "O’Neill"]
        );
    }
}
