//! Reports of the lengths that are measured, in prose that does not repeat itself: a cache of words
//! or a compressor that met the same sentence again and again would look better than it is.

use conditional_discharge::document::tree::{
    Bar, Chart, Check, Checklist, Fact, Facts, List, Marks, Note, QuestionAnswer, Section,
    Signature, Table, Tone,
};
use conditional_discharge::document::{Block, Document};

const WHO: [&str; 14] = [
    "She",
    "Her sister",
    "The key worker",
    "The care coordinator",
    "Her landlord",
    "The pharmacist",
    "A neighbour",
    "The consultant",
    "Her employer",
    "The community nurse",
    "The housing officer",
    "Her cousin Wójcik",
    "The probation officer",
    "Staff on the night shift",
];
const DID: [&str; 20] = [
    "described",
    "mentioned",
    "recorded",
    "noticed",
    "welcomed",
    "questioned",
    "explained",
    "postponed",
    "completed",
    "reviewed",
    "arranged",
    "remembered",
    "raised",
    "missed",
    "finished",
    "discussed",
    "refused at first",
    "prepared",
    "checked",
    "compared",
];
const WHAT: [&str; 24] = [
    "an appointment at the clinic",
    "the change of medication",
    "two evenings of poor sleep",
    "the plan for crises",
    "a letter from the council",
    "the rota for cooking",
    "a disagreement about noise",
    "the visit to her family",
    "blood results within range",
    "a course in bookkeeping",
    "the cost of travelling",
    "an offer of voluntary work",
    "the condition on alcohol",
    "a night away from home",
    "the signs agreed last spring",
    "the new tenancy agreement",
    "a fall on the stairs",
    "her savings and benefits",
    "the meeting with her advocate",
    "an unplanned telephone call",
    "the gym membership",
    "a birthday in the house",
    "the exclusion zone",
    "her wish to live alone",
];
const WHEN: [&str; 16] = [
    "in the first week of April",
    "on the following Tuesday",
    "shortly before the bank holiday",
    "during the home visit of 14 May",
    "at the review in June",
    "without being asked",
    "after some hesitation",
    "as had been agreed",
    "earlier than in the last period",
    "with the supervisor present",
    "by telephone",
    "in writing",
    "once more in the summer",
    "towards the end of the month",
    "on 23 occasions",
    "at 7.30 in the evening",
];
const SO: [&str; 18] = [
    "and nothing further was needed",
    "which the team regards as progress",
    "so the visits were brought forward",
    "although the cause was not clear",
    "and she asked for support herself",
    "because the bus did not run",
    "but declined to say more about it",
    "and the risk assessment was updated",
    "while her mood stayed steady",
    "which differs from what was said in March",
    "and the manager was told the same day",
    "so that everyone knew what to expect",
    "until the question was settled",
    "and she has kept to it since",
    "though it took three attempts",
    "and it did not happen again",
    "which was confirmed by the records",
    "as the care plan foresees",
];

/// Picks parts of sentences in an order that is always the same and never comes round.
struct Prose(u64);

impl Prose {
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        from[(self.0 >> 33) as usize % from.len()]
    }

    fn sentence(&mut self) -> String {
        let (who, did, what) = (self.pick(&WHO), self.pick(&DID), self.pick(&WHAT));
        let (when, so) = (self.pick(&WHEN), self.pick(&SO));
        format!("{who} {did} {what} {when}, {so}.")
    }

    fn paragraph(&mut self, sentences: usize) -> String {
        (0..sentences)
            .map(|_| self.sentence())
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn question(&mut self, number: usize, paragraphs: usize) -> Block {
        let question = format!(
            "{number}. What has {} {}?",
            self.pick(&DID),
            self.pick(&WHAT)
        );
        let answer = (0..paragraphs).map(|_| self.paragraph(4)).collect();
        let mut pair = QuestionAnswer::new(question, answer);
        pair.hint = Some(format!(
            "Say who {} it and {}.",
            self.pick(&DID),
            self.pick(&WHEN)
        ));
        pair.notes.push(Note {
            label: "How do you know?".to_owned(),
            text: self.sentence(),
        });
        Block::QuestionAnswer(pair)
    }

    fn contacts(&mut self, rows: usize) -> Block {
        let row = |day| {
            let date = format!(
                "{} {} 2026",
                day % 28 + 1,
                ["April", "May", "June"][day % 3]
            );
            let said = format!("{} {}", self.pick(&WHAT), self.pick(&SO));
            vec![date.into(), self.pick(&WHEN).into(), said.into()]
        };
        let table = Table::new(
            "Contacts",
            ["Date", "How", "What happened"],
            (0..rows).map(row).collect(),
        );
        Block::Table(
            table
                .and_then(|table| table.with_widths(&[1.0, 1.5, 3.0]))
                .expect("square"),
        )
    }

    fn conditions(&mut self, rows: usize) -> Block {
        let rating = [
            ("Kept", Tone::Good),
            ("Partly kept", Tone::Caution),
            ("Not kept", Tone::Bad),
        ];
        let row = |index: usize| {
            let (rating, tone) = rating[index % 3];
            Check {
                statement: format!("To have {} {}", self.pick(&DID), self.pick(&WHAT)),
                rating: rating.to_owned(),
                tone,
                comment: self.sentence(),
            }
        };
        let rows = (0..rows).map(row).collect();
        Block::Checklist(Checklist {
            caption: "Conditions".to_owned(),
            rows,
        })
    }
}

/// A report with so many questions of three paragraphs each: eight make seven pages, twenty-four make
/// fifteen.
pub fn report(questions: usize) -> Document {
    let mut prose = Prose(2026);
    let date = "2026-06-15T09:30:00Z".parse().expect("a date");
    let mut document = Document::new(
        "Progress report on a conditionally discharged patient",
        "CD-2026-0148",
        date,
    );
    document.marking = Some("OFFICIAL - SENSITIVE (when complete)".to_owned());
    document.notice = Some("Full copy".to_owned());
    document.identifier = Some(format!("sha256:{}", "0123456789abcdef".repeat(4)));
    let facts = [
        "Name",
        "Date of birth",
        "Section",
        "Address",
        "Period",
        "Author",
        "Clinician",
    ];
    let facts = facts
        .map(|label| Fact::new(label, prose.pick(&WHAT)))
        .to_vec();
    let bars = ["March", "April", "May", "June"]
        .into_iter()
        .zip([3.0, 5.0, 4.0, 1.5]);
    let bars = bars.map(|(month, value)| Bar::new(month, value)).collect();
    let chart = Chart::new(
        "Contacts in each month",
        "Most contacts were in April.",
        ["Month", "Contacts"],
        bars,
    );
    let list = List {
        marks: Marks::Bullets,
        items: (0..5).map(|_| prose.sentence()).collect(),
    };
    document.blocks = vec![
        Block::Facts(Facts {
            caption: "Particulars".to_owned(),
            rows: facts,
        }),
        Block::Section(Section::new(
            "Part A",
            vec![prose.contacts(7), Block::Chart(chart.expect("drawable"))],
        )),
        Block::Section(Section::new(
            "Part B",
            (1..=questions)
                .map(|number| prose.question(number, 3))
                .collect(),
        )),
        Block::Section(Section::new(
            "Conditions",
            vec![prose.conditions(8), Block::List(list)],
        )),
        Block::Signature(Signature {
            role: "Social supervisor".to_owned(),
            name: "Siân O’Connor-Wójcik".to_owned(),
            when: "15 June 2026 at 10:30".to_owned(),
            statement: prose.paragraph(2),
        }),
    ];
    document
}
