//! From what people type into the registers' forms to rows, and the questions that ask for them.

use super::competence::TrainingKind;
use super::registers::{Lesson, LessonKind, Policy};
use crate::domain::calendar::read_day;
use crate::domain::form::answer::Problem;
use crate::domain::form::definition::{Choice, Column};
use crate::domain::form::{Fields, Kind};
use chrono::NaiveDate;

/// Longest line, in characters.
pub const LONGEST_LINE: usize = 200;
/// Longest text, in characters.
pub const LONGEST_TEXT: usize = 10_000;
/// Longest link, in characters.
pub const LONGEST_LINK: usize = 2_000;

/// Themes of practice supervision. A list to tick, so that no case detail can be written down here.
pub const THEMES: [(&str, &str); 11] = [
    ("workload", "Workload and caseload"),
    ("risk", "Judging and managing risk"),
    ("conditions", "Conditions, events and recall"),
    ("reports", "Writing and checking reports"),
    (
        "relationships",
        "Asking about relationships, and how we know",
    ),
    ("victims-mappa", "Victims and MAPPA"),
    ("differences", "Differences with other professionals"),
    (
        "person-centred",
        "Person-centred and trauma-informed practice",
    ),
    ("anti-discriminatory", "Anti-discriminatory practice"),
    ("wellbeing", "Wellbeing, isolation and lone working"),
    ("learning", "Learning and development"),
];

fn column(id: &str, label: &str, hint: Option<&str>, kind: Kind) -> Column {
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

fn choice(id: &str, label: &str, kind: Kind, options: &[(&str, &str)]) -> Column {
    let option = |(id, label): &(&str, &str)| Choice {
        id: (*id).to_owned(),
        label: (*label).to_owned(),
        detail: None,
    };
    Column {
        options: options.iter().map(option).collect(),
        ..column(id, label, None, kind)
    }
}

const CRITERIA_HINT: &str =
    "Numbers from the quality standards, for example 1.1, 6.3. Leave empty if none";

/// The questions about a policy.
#[must_use]
pub fn policy_columns() -> Vec<Column> {
    vec![
        column("title", "Title", None, Kind::ShortText),
        column("edition", "Edition or version", None, Kind::ShortText),
        column(
            "owner",
            "Who owns it?",
            Some("The post, for example principal social worker"),
            Kind::ShortText,
        ),
        column("approved", "When was it approved?", None, Kind::Date),
        column("review", "When is it due for review?", None, Kind::Date),
        column(
            "kept",
            "Where is it kept?",
            Some("A link that begins with https://, or the place"),
            Kind::ShortText,
        ),
        column(
            "criteria",
            "Which criteria does it support?",
            Some(CRITERIA_HINT),
            Kind::ShortText,
        ),
        choice(
            "read",
            "Should staff say that they have read it?",
            Kind::Choice,
            &[("yes", "Yes"), ("no", "No")],
        ),
    ]
}

/// The questions about a lesson. `policies`: id and title of each policy.
#[must_use]
pub fn lesson_columns(policies: &[(String, String)]) -> Vec<Column> {
    let kinds: Vec<(&str, &str)> = LessonKind::ALL
        .iter()
        .map(|k| (k.name(), k.words()))
        .collect();
    let mut columns = vec![
        choice("kind", "What does it come from?", Kind::Choice, &kinds),
        column("title", "Title", None, Kind::ShortText),
        column(
            "source",
            "Source",
            Some(
                "For example the report and its year. Never the name of a victim, a patient or a relative",
            ),
            Kind::ShortText,
        ),
        column("dated", "Date of the source", None, Kind::Date),
        column("learnt", "What was learnt?", None, Kind::Narrative),
        column("changes", "What changes here?", None, Kind::Narrative),
        column("owner", "Who sees to it?", None, Kind::ShortText),
        column(
            "link",
            "Link to the source",
            Some("Begins with https:// or http://. Leave empty if there is none"),
            Kind::ShortText,
        ),
        column(
            "criteria",
            "Which criteria does it bear on?",
            Some(CRITERIA_HINT),
            Kind::ShortText,
        ),
        column(
            "actions",
            "Which actions of the action plan follow from it?",
            Some("Their references, with commas between. Leave empty if none"),
            Kind::ShortText,
        ),
    ];
    if !policies.is_empty() {
        let mut options = vec![("", "None")];
        options.extend(
            policies
                .iter()
                .map(|(id, title)| (id.as_str(), title.as_str())),
        );
        columns.push(choice(
            "policy",
            "Which local document did patients or carers help to write?",
            Kind::Choice,
            &options,
        ));
    }
    columns
}

/// The questions about something completed.
#[must_use]
pub fn training_columns() -> Vec<Column> {
    let kinds: Vec<(&str, &str)> = TrainingKind::ALL
        .iter()
        .map(|k| (k.name(), k.words()))
        .collect();
    vec![
        choice("kind", "What was completed?", Kind::Choice, &kinds),
        column("done", "When?", None, Kind::Date),
        column(
            "expires",
            "The last day on which it counts",
            Some("Leave empty if it does not run out"),
            Kind::Date,
        ),
        column(
            "note",
            "Anything to add?",
            Some("For example the course, or why it is an equivalent"),
            Kind::ShortText,
        ),
    ]
}

/// The questions about practice supervision.
#[must_use]
pub fn supervision_columns() -> Vec<Column> {
    vec![
        column("held", "When was it?", None, Kind::Date),
        choice("themes", "What was it about?", Kind::Choices, &THEMES),
        column(
            "next",
            "When is the next?",
            Some("Leave empty if it is not arranged"),
            Kind::Date,
        ),
    ]
}

/// The questions about a link or contact of the organisation's own.
#[must_use]
pub fn link_columns() -> Vec<Column> {
    vec![
        column(
            "words",
            "What is it?",
            Some("For example: Out-of-hours duty manager, 01632 960000"),
            Kind::ShortText,
        ),
        column(
            "link",
            "Link",
            Some("Begins with https:// or http://. Leave empty for a contact"),
            Kind::ShortText,
        ),
    ]
}

/// Whether a text is a link that may be followed.
///
/// # Errors
/// What is wrong with it, for the field.
pub fn check_link(text: &str) -> Result<(), &'static str> {
    if text.chars().count() > LONGEST_LINK {
        return Err("A link can have up to 2,000 characters");
    }
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .ok_or("The link must begin with https:// or http://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let sound = !host.is_empty()
        && !host.contains('@')
        && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    if sound {
        Ok(())
    } else {
        Err("Give the whole link, without spaces, for example https://example.org/policy")
    }
}

struct Reader<'a> {
    typed: &'a Fields,
    today: NaiveDate,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn new(typed: &'a Fields, today: NaiveDate) -> Self {
        Self {
            typed,
            today,
            problems: Vec::new(),
        }
    }

    fn wrong(&mut self, field: &str, message: &str) {
        self.problems.push(Problem {
            field: field.to_owned(),
            message: message.to_owned(),
        });
    }

    fn done<T>(self, row: T) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(row)
        } else {
            Err(self.problems)
        }
    }

    fn optional(&mut self, id: &str, most: usize) -> String {
        let field = format!("{id}.text");
        let text = self.typed.get(&field).to_owned();
        if text.chars().count() > most {
            let message = format!("This can have up to {most} characters. Nothing has been cut");
            self.wrong(&field, &message);
        }
        text
    }

    fn text(&mut self, id: &str, most: usize, missing: &str) -> String {
        let text = self.optional(id, most);
        if text.is_empty() {
            self.wrong(&format!("{id}.text"), missing);
        }
        text
    }

    fn day(&mut self, id: &str) -> NaiveDate {
        let part = |p: &str| self.typed.get(&format!("{id}.{p}")).to_owned();
        match read_day(&part("day"), &part("month"), &part("year")) {
            Ok(day) => day,
            Err(e) => {
                self.wrong(&format!("{id}.{}", e.field()), &e.to_string());
                self.today
            }
        }
    }

    fn past_day(&mut self, id: &str) -> NaiveDate {
        let day = self.day(id);
        if day > self.today {
            self.wrong(&format!("{id}.day"), "The day cannot be after today");
        }
        day
    }

    fn optional_day(&mut self, id: &str) -> Option<NaiveDate> {
        let any = ["day", "month", "year"]
            .iter()
            .any(|p| !self.typed.get(&format!("{id}.{p}")).is_empty());
        any.then(|| self.day(id))
    }

    fn not_before(&mut self, id: &str, last: NaiveDate, first: NaiveDate, message: &str) {
        if last < first && self.problems.is_empty() {
            self.wrong(&format!("{id}.day"), message);
        }
    }

    fn optional_link(&mut self, id: &str) -> String {
        let text = self.optional(id, LONGEST_LINK);
        if !text.is_empty()
            && let Err(message) = check_link(&text)
        {
            self.wrong(&format!("{id}.text"), message);
        }
        text
    }

    fn criteria(&mut self) -> Vec<String> {
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
fn listed(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for part in text.split([',', ';', ' ', '\n']).map(str::trim) {
        if !part.is_empty() && !all.iter().any(|known| known == part) {
            all.push(part.to_owned());
        }
    }
    all
}

/// Reads a policy.
///
/// # Errors
/// What is wrong, each beside its field (`column.field`).
pub fn read_policy(typed: &Fields, today: NaiveDate) -> Result<Policy, Vec<Problem>> {
    let mut r = Reader::new(typed, today);
    let policy = Policy {
        title: r.text("title", LONGEST_LINE, "Give the title"),
        edition: r.text("edition", LONGEST_LINE, "Say which edition it is"),
        owner: r.text("owner", LONGEST_LINE, "Say who owns it"),
        approved_on: r.past_day("approved"),
        review_on: r.day("review"),
        kept_at: r.text("kept", LONGEST_LINK, "Say where it is kept"),
        criteria: r.criteria(),
        to_be_read: typed.get("read.choice") == "yes",
    };
    // A place may be anything; what looks like an address of another kind is no link to follow.
    if policy.kept_at.contains("://")
        && let Err(message) = check_link(&policy.kept_at)
    {
        r.wrong("kept.text", message);
    }
    if !matches!(typed.get("read.choice"), "yes" | "no") {
        r.wrong(
            "read.choice",
            "Say whether staff should confirm that they have read it",
        );
    }
    r.not_before(
        "review",
        policy.review_on,
        policy.approved_on,
        "The review date cannot be before the day of approval",
    );
    r.done(policy)
}

/// What a policy reads as in its form again, to begin a new edition from.
#[must_use]
pub fn policy_fields(policy: &Policy) -> Fields {
    let read = if policy.to_be_read { "yes" } else { "no" };
    let criteria = policy.criteria.join(", ");
    Fields::new([
        ("title.text", policy.title.as_str()),
        ("owner.text", &policy.owner),
        ("kept.text", &policy.kept_at),
        ("criteria.text", &criteria),
        ("read.choice", read),
    ])
}

/// Reads a lesson. `policies`: ids that may be named.
///
/// # Errors
/// What is wrong, each beside its field.
pub fn read_lesson(
    typed: &Fields,
    policies: &[(String, String)],
    today: NaiveDate,
) -> Result<Lesson, Vec<Problem>> {
    let mut r = Reader::new(typed, today);
    let kind = LessonKind::named(typed.get("kind.choice"));
    if kind.is_none() {
        r.wrong("kind.choice", "Say what it comes from");
    }
    let policy = typed.get("policy.choice");
    if !policy.is_empty() && !policies.iter().any(|(id, _)| id == policy) {
        r.wrong("policy.choice", "Choose one of the documents");
    }
    let actions = r.optional("actions", LONGEST_LINE);
    let lesson = Lesson {
        kind: kind.unwrap_or(LessonKind::Audit),
        title: r.text("title", LONGEST_LINE, "Give a title"),
        source: r.text("source", LONGEST_LINE, "Say where it comes from"),
        dated: r.past_day("dated"),
        learnt: r.text("learnt", LONGEST_TEXT, "Say what was learnt"),
        changes: r.text(
            "changes",
            LONGEST_TEXT,
            "Say what changes here, or that nothing does and why",
        ),
        owner: r.text("owner", LONGEST_LINE, "Say who sees to it"),
        link: r.optional_link("link"),
        criteria: r.criteria(),
        actions: listed(&actions),
        policy: (!policy.is_empty()).then(|| policy.to_owned()),
    };
    r.done(lesson)
}

/// What a lesson reads as in its form again.
#[must_use]
pub fn lesson_fields(lesson: &Lesson) -> Fields {
    let (criteria, actions) = (lesson.criteria.join(", "), lesson.actions.join(", "));
    let [day, month, year] = ["%-d", "%-m", "%Y"].map(|part| lesson.dated.format(part).to_string());
    Fields::new([
        ("kind.choice", lesson.kind.name()),
        ("title.text", &lesson.title),
        ("source.text", &lesson.source),
        ("dated.day", &day),
        ("dated.month", &month),
        ("dated.year", &year),
        ("learnt.text", &lesson.learnt),
        ("changes.text", &lesson.changes),
        ("owner.text", &lesson.owner),
        ("link.text", &lesson.link),
        ("criteria.text", &criteria),
        ("actions.text", &actions),
        (
            "policy.choice",
            lesson.policy.as_deref().unwrap_or_default(),
        ),
    ])
}

/// Something completed, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completed {
    /// What and when.
    pub training: super::competence::Training,
    /// Anything to add.
    pub note: String,
}

/// Reads something completed.
///
/// # Errors
/// What is wrong, each beside its field.
pub fn read_training(typed: &Fields, today: NaiveDate) -> Result<Completed, Vec<Problem>> {
    let mut r = Reader::new(typed, today);
    let kind = TrainingKind::named(typed.get("kind.choice"));
    if kind.is_none() {
        r.wrong("kind.choice", "Say what was completed");
    }
    let done_on = r.past_day("done");
    let expires_on = r.optional_day("expires");
    let note = r.optional("note", LONGEST_LINE);
    if kind == Some(TrainingKind::Equivalent) && note.is_empty() {
        r.wrong("note.text", "Say what it was, and why it is an equivalent");
    }
    if let Some(last) = expires_on {
        r.not_before(
            "expires",
            last,
            done_on,
            "It cannot run out before it was completed",
        );
    }
    r.done(Completed {
        training: super::competence::Training {
            kind: kind.unwrap_or(TrainingKind::Other),
            done_on,
            expires_on,
        },
        note,
    })
}

/// Practice supervision that took place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supervision {
    /// The day.
    pub held_on: NaiveDate,
    /// Ids of [`THEMES`].
    pub themes: Vec<String>,
    /// The day of the next one, where arranged.
    pub next_on: Option<NaiveDate>,
}

/// Reads practice supervision.
///
/// # Errors
/// What is wrong, each beside its field.
pub fn read_supervision(typed: &Fields, today: NaiveDate) -> Result<Supervision, Vec<Problem>> {
    let mut r = Reader::new(typed, today);
    let held_on = r.past_day("held");
    let next_on = r.optional_day("next");
    let ticked: Vec<String> = typed.ticked("themes.choices").map(str::to_owned).collect();
    let known = |theme: &String| THEMES.iter().any(|(id, _)| id == theme);
    if ticked.is_empty() || !ticked.iter().all(known) {
        r.wrong("themes.choices", "Tick what it was about");
    }
    if let Some(next) = next_on {
        r.not_before(
            "next",
            next,
            held_on,
            "The next one cannot be before this one",
        );
    }
    r.done(Supervision {
        held_on,
        themes: ticked,
        next_on,
    })
}

/// A link or contact, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLink {
    /// What it is.
    pub words: String,
    /// Where it leads; empty for a contact.
    pub link: String,
}

/// Reads a link or contact.
///
/// # Errors
/// What is wrong, each beside its field.
pub fn read_link(typed: &Fields, today: NaiveDate) -> Result<OwnLink, Vec<Problem>> {
    let mut r = Reader::new(typed, today);
    let link = OwnLink {
        words: r.text("words", LONGEST_LINE, "Say what it is"),
        link: r.optional_link("link"),
    };
    r.done(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn policy(change: &[(&str, &str)]) -> Result<Policy, Vec<Problem>> {
        let mut typed = vec![
            ("title.text", "Social supervision policy"),
            ("edition.text", "3"),
            ("owner.text", "Principal social worker"),
            ("approved.day", "1"),
            ("approved.month", "3"),
            ("approved.year", "2026"),
            ("review.day", "1"),
            ("review.month", "3"),
            ("review.year", "2028"),
            ("kept.text", "https://example.org/policy"),
            ("criteria.text", "1.1, 6.3 1.1"),
            ("read.choice", "yes"),
        ];
        typed.retain(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
        typed.extend(change);
        read_policy(&Fields::new(typed), today())
    }

    fn wrong(result: Result<Policy, Vec<Problem>>) -> String {
        result.unwrap_err()[0].field.clone()
    }

    #[test]
    fn a_policy_is_read_and_its_faults_stand_beside_their_fields() {
        let good = policy(&[]).unwrap();
        assert_eq!(good.criteria, ["1.1", "6.3"]);
        assert_eq!(wrong(policy(&[("review.year", "2025")])), "review.day");
        assert_eq!(wrong(policy(&[("approved.year", "2027")])), "approved.day");
        assert_eq!(
            wrong(policy(&[("kept.text", "javascript://x")])),
            "kept.text"
        );
        assert!(policy(&[("kept.text", "Red folder, team office")]).is_ok());
        assert_eq!(
            wrong(policy(&[("criteria.text", "1.1; policy")])),
            "criteria.text"
        );
        assert_eq!(wrong(policy(&[("read.choice", "perhaps")])), "read.choice");
        assert_eq!(wrong(policy(&[("title.text", "")])), "title.text");
        let long = "x".repeat(201);
        assert_eq!(wrong(policy(&[("title.text", &long)])), "title.text");
        assert_eq!(
            read_policy(&Fields::default(), today()).unwrap_err().len(),
            7
        );
    }

    #[test]
    fn only_web_links_are_links() {
        for good in ["https://example.org", "http://example.org/a?b=c#d"] {
            assert_eq!(check_link(good), Ok(()), "{good}");
        }
        let long = format!("https://example.org/{}", "x".repeat(2_000));
        for bad in [
            "javascript:alert(1)",
            "ftp://example.org",
            "https://",
            "https:///x",
            "https://a b.org",
            "https://you@example.org",
            "//example.org",
            "https://example.org/\u{7}",
            &long,
        ] {
            assert!(check_link(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn training_cannot_run_out_before_it_was_done() {
        let read = |kind: &str, expires: &str, note: &str| {
            let typed = [
                ("kind.choice", kind),
                ("done.day", "1"),
                ("done.month", "6"),
                ("done.year", "2026"),
                ("expires.day", if expires.is_empty() { "" } else { "1" }),
                ("expires.month", if expires.is_empty() { "" } else { "6" }),
                ("expires.year", expires),
                ("note.text", note),
            ];
            read_training(&Fields::new(typed), today())
        };
        assert!(read("induction", "", "").is_ok());
        assert_eq!(
            read("induction", "2025", "").unwrap_err()[0].field,
            "expires.day"
        );
        assert_eq!(
            read("equivalent", "2028", "").unwrap_err()[0].field,
            "note.text"
        );
        assert_eq!(
            read("nonsense", "", "").unwrap_err()[0].field,
            "kind.choice"
        );
    }

    #[test]
    fn supervision_has_themes_from_the_list_and_nothing_else() {
        let read = |themes: &str| {
            let typed = [
                ("held.day", "1"),
                ("held.month", "11"),
                ("held.year", "2026"),
                ("themes.choices", themes),
            ];
            read_supervision(&Fields::new(typed), today())
        };
        assert_eq!(read("risk\nreports").unwrap().themes, ["risk", "reports"]);
        assert!(read("").is_err() && read("risk\nMr X").is_err());
    }

    #[test]
    fn a_lesson_reads_back_as_it_was_typed() {
        let lesson = Lesson {
            kind: LessonKind::Report,
            title: "Self-report is not evidence".into(),
            source: "Prevention of future deaths report, 2021".into(),
            dated: NaiveDate::from_ymd_opt(2021, 6, 1).unwrap(),
            learnt: "One.\n\nTwo.".into(),
            changes: "A second source each quarter.".into(),
            owner: "Principal social worker".into(),
            link: "https://example.org/pfd".into(),
            criteria: vec!["8.2".into()],
            actions: vec!["A-12".into()],
            policy: Some("p1".into()),
        };
        let policies = [("p1".to_owned(), "Policy".to_owned())];
        let fields = lesson_fields(&lesson);
        assert_eq!(read_lesson(&fields, &policies, today()), Ok(lesson));
        assert_eq!(
            read_lesson(&fields, &[], today()).unwrap_err()[0].field,
            "policy.choice"
        );
    }
}
