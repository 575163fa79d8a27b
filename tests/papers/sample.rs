//! A paper with every kind of block, of the length that reports have.

use conditional_discharge::document::tree::{
    Answer, Bar, Cell, Chart, Check, Checklist, Fact, Facts, List, Marks, Note, Notice,
    QuestionAnswer, Section, Signature, Table, Tone,
};
use conditional_discharge::document::{Block, Document};

const PROSE: [&str; 4] = [
    "She has kept every appointment since the last report and has spoken openly about the weeks \
     after her move. Staff at the accommodation describe her as settled, and she has begun to cook \
     for herself and, on two evenings, for others.",
    "There have been no incidents. On 14 May she telephoned the duty desk to say that she felt \
     “wound up” by noise from the street; she used the plan that she had agreed, and the feeling \
     passed within the hour. She raised it herself at the next visit.",
    "Relationships outside the accommodation remain few. She sees her sister once a fortnight and \
     would like to see her more often; her sister has been asked, and agrees, to tell us of any \
     change that worries her.",
    "Her medication was reviewed on 2 June and was not changed. Blood results have stayed within \
     range, and she can say what the medication is for, what it does not help with and what she \
     would notice first if she became unwell.",
];

fn prose(from: usize, paragraphs: usize) -> Vec<String> {
    (from..from + paragraphs)
        .map(|index| PROSE[index % PROSE.len()].to_owned())
        .collect()
}

fn question(text: &str, from: usize, paragraphs: usize) -> Block {
    let mut pair = QuestionAnswer::new(text, prose(from, paragraphs));
    if from.is_multiple_of(2) {
        pair.hint = Some("Include what has changed since the last report.".to_owned());
        pair.notes.push(Note {
            label: "How do you know?".to_owned(),
            text: "Seen at home visits on 3, 10 and 17 May; confirmed by the key worker."
                .to_owned(),
        });
    }
    Block::QuestionAnswer(pair)
}

fn cells(texts: &[&str]) -> Vec<Cell> {
    texts.iter().map(|&text| text.into()).collect()
}

/// A report of about seven pages.
pub fn report() -> Document {
    let date = "2026-06-15T09:30:00Z".parse().expect("a date");
    let mut document = Document::new(
        "Progress report on a conditionally discharged patient",
        "CD-2026-0147",
        date,
    );
    document.marking = Some("OFFICIAL - SENSITIVE (when complete)".to_owned());
    document.identifier = Some(format!("sha256:{}", "0123456789abcdef".repeat(4)));
    document.notice = Some("Patient’s copy".to_owned());
    document.blocks = vec![
        Block::Facts(particulars()),
        Block::Notice(Notice {
            title: "This report was written before line manager’s review".to_owned(),
            text: "The review is still owed and will be sent separately.".to_owned(),
        }),
        Block::Section(Section::new(
            "Part A: Contact",
            vec![
                Block::Paragraph(PROSE[0].to_owned()),
                Block::Table(contacts()),
                Block::Chart(chart()),
            ],
        )),
        Block::Section(Section::new(
            "Part B: Social supervisor’s report",
            vec![
                Block::Section(Section::new(
                    "Life in the community",
                    vec![
                        question("How has the patient been in themselves?", 0, 5),
                        question(
                            "What has changed in accommodation, work or education?",
                            1,
                            4,
                        ),
                        question(
                            "Who is important to the patient, and how are those relationships?",
                            2,
                            5,
                        ),
                    ],
                )),
                Block::Section(Section::new(
                    "Health and risk",
                    vec![
                question("Has the patient taken medication as prescribed?", 3, 4),
                question("Have there been incidents or near misses?", 4, 5),
                question("What are the first signs that things are going wrong?", 5, 4),
                Block::List(List { marks: Marks::Bullets, items: [
                    "sleeping less than four hours on two nights running",
                    "talking of neighbours as a group with one purpose",
                    "missing a meal that was planned with others, without saying why, and being \
                     short with staff who ask about it afterwards",
                ].map(str::to_owned).to_vec() }),
            ],
                )),
                Block::Section(Section::new(
                    "Conditions of discharge",
                    vec![
                        Block::Checklist(checklist()),
                        question("Is any condition no longer needed, or not enough?", 6, 5),
                    ],
                )),
            ],
        )),
        Block::Section(Section::new(
            "Recommendation",
            vec![
                question("What do you recommend, and why?", 7, 5),
                Block::List(List {
                    marks: Marks::Numbers,
                    items: [
                        "The conditions should stay as they are.",
                        "Visits may be reduced to one in two weeks from August.",
                    ]
                    .map(str::to_owned)
                    .to_vec(),
                }),
                Block::Signature(Signature {
                    role: "Social supervisor".to_owned(),
                    name: "Siân O’Connor-Wójcik".to_owned(),
                    when: "15 June 2026 at 10:30".to_owned(),
                    statement:
                        "I have seen the patient within the last four weeks, and what I have \
                            written is true to the best of my knowledge."
                            .to_owned(),
                }),
                Block::Signature(Signature {
                    role: "Clinical supervisor".to_owned(),
                    name: String::new(),
                    when: String::new(),
                    statement: "I have read Parts A and B.".to_owned(),
                }),
            ],
        )),
        Block::Section(Section::new(
            "For handwriting",
            vec![Block::QuestionAnswer(QuestionAnswer {
                answer: Answer::Ruled(4),
                ..QuestionAnswer::new("Is there anything else?", vec![])
            })],
        )),
    ];
    document
}

fn particulars() -> Facts {
    let rows = [
        ("Name", "Łucja Nguyễn"),
        ("Date of birth", "4 March 1981"),
        ("Section", "37/41 Mental Health Act 1983"),
        ("Address", "Flat 3\n12 Example Street\nLeeds LS1 1AA"),
        ("Period", "16 March 2026 to 15 June 2026"),
        ("Author", "Siân O’Connor-Wójcik, social supervisor"),
    ];
    Facts {
        caption: "Particulars".to_owned(),
        rows: rows.map(|(label, value)| Fact::new(label, value)).to_vec(),
    }
}

fn contacts() -> Table {
    let rows = [
        [
            "3 April 2026",
            "Home visit",
            "Seen alone for 50 minutes. Talked about the move.",
        ],
        ["17 April 2026", "Telephone", "Spoke for 15 minutes."],
        [
            "1 May 2026",
            "Home visit",
            "Key worker present. Went through the crisis plan line by line.",
        ],
        ["14 May 2026", "Telephone", "She rang the duty desk."],
        [
            "29 May 2026",
            "Office",
            "Joint meeting with the clinical supervisor.",
        ],
    ];
    Table::new(
        "Contacts in the period",
        ["Date", "Kind", "What happened"],
        rows.map(|row| cells(&row)).to_vec(),
    )
    .and_then(|table| table.with_widths(&[20.0, 18.0, 62.0]))
    .expect("a square table")
}

pub fn chart() -> Chart {
    let bars = [("March", 2.0), ("April", 4.0), ("May", 5.0), ("June", 1.5)];
    Chart::new(
        "Contacts in each month",
        "A bar chart: contacts rose from 2 in March to 5 in May.",
        ["Month", "Contacts"],
        bars.map(|(label, value)| Bar::new(label, value)).to_vec(),
    )
    .expect("a drawable chart")
}

fn checklist() -> Checklist {
    let check = |statement: &str, rating: &str, tone, comment: &str| Check {
        statement: statement.to_owned(),
        rating: rating.to_owned(),
        tone,
        comment: comment.to_owned(),
    };
    Checklist {
        caption: "Compliance with conditions".to_owned(),
        rows: vec![
            check(
                "To live at the address agreed",
                "Kept",
                Tone::Good,
                "Seen there at four visits.",
            ),
            check(
                "To take medication as prescribed",
                "Partly kept",
                Tone::Caution,
                "One dose was late; she said so herself.",
            ),
            check(
                "Not to enter the area shown on the map",
                "Not kept",
                Tone::Bad,
                "Entered once by bus, by mistake, and got off at the next stop.",
            ),
            check("To attend appointments", "Not tested", Tone::Plain, ""),
        ],
    }
}
