//! From a self-assessment to document trees: the whole of it, the board's summary, the action plan,
//! the blank checklist; and the ratings and actions as CSV.

mod board;
mod csv;

use super::clock::{in_britain, moment_in_words};
use crate::components::bars::figure;
use crate::document::html::fragment;
use crate::document::tree::{
    Answer, Bar, Block, Cell, Chart, Document, Fact, Facts, List, Note, Notice, QuestionAnswer,
    Section, Signature, Table, Tone,
};
use crate::document::{PaperError, docx, pdf};
use crate::domain::assurance::masking::MASKING_NOTE;
use crate::domain::calendar::day_in_words;
use crate::domain::self_assessment::action_plan::Action;
use crate::domain::self_assessment::assessment::ScopeKind;
use crate::domain::self_assessment::challenge::{Remark, View};
use crate::domain::self_assessment::comparison::{by_domain, compare};
use crate::domain::self_assessment::content::{Content, RatedCriterion};
use crate::domain::self_assessment::framework::{Criterion, Framework, Weight};
use crate::domain::self_assessment::rating::{Rating, must_act, scores};
use chrono::{DateTime, NaiveDate, Utc};

/// What stands at the head and foot of every page of an unsigned paper.
const DRAFT: &str = "Draft: not signed";

/// A paper and its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    name: &'static str,
    format: &'static str,
}

const KINDS: [(&str, &[&str]); 4] = [
    ("assessment", &["pdf", "html", "docx"]),
    ("board", &["pdf", "html", "docx"]),
    ("actions", &["pdf", "html", "docx", "csv"]),
    ("ratings", &["csv"]),
];

impl Kind {
    /// Every paper in every format.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS
            .iter()
            .flat_map(|(name, formats)| formats.iter().map(move |format| Self { name, format }))
    }

    /// The paper of that file name.
    #[must_use]
    pub fn named(file: &str) -> Option<Self> {
        Self::all().find(|k| k.file() == file)
    }

    /// Its file name.
    #[must_use]
    pub fn file(self) -> String {
        format!("{}.{}", self.name, self.format)
    }
}

/// Makes a paper, as at a moment.
///
/// # Errors
/// [`PaperError`].
pub fn make(content: &Content, kind: Kind, at: DateTime<Utc>) -> Result<Vec<u8>, PaperError> {
    let (today, _) = in_britain(at);
    match (kind.name, kind.format) {
        ("ratings", _) => Ok(csv::ratings(content).into_bytes()),
        ("actions", "csv") => Ok(csv::actions(content, today).into_bytes()),
        ("actions", format) => set(&plan(content, at), format),
        ("board", format) => set(&board::board(content, at)?, format),
        (_, format) => set(&whole(content, at), format),
    }
}

/// The blank checklist in a format; nothing when there is no such format.
///
/// # Errors
/// [`PaperError`].
pub fn checklist(
    framework: &Framework,
    format: &str,
    at: DateTime<Utc>,
) -> Result<Option<Vec<u8>>, PaperError> {
    if !["pdf", "html", "docx"].contains(&format) {
        return Ok(None);
    }
    set(&blank(framework, at), format).map(Some)
}

fn set(document: &Document, format: &str) -> Result<Vec<u8>, PaperError> {
    match format {
        "pdf" => pdf(document),
        "docx" => docx(document),
        _ => Ok(html(document).into_bytes()),
    }
}

fn html(document: &Document) -> String {
    let article = fragment(document);
    let title = document.title.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"/pkg/conditional-discharge.css\">\n\
         </head>\n<body>\n<div class=\"nhsuk-width-container\">\n<main class=\"nhsuk-main-wrapper\" id=\"main\">\n{article}</main>\n</div>\n</body>\n</html>\n"
    )
}

fn covers(content: &Content) -> String {
    match content.scope.kind {
        ScopeKind::Organisation => content.organisations.join(" and "),
        _ => format!(
            "{}: {}",
            content.organisations.join(" and "),
            content.scope.name
        ),
    }
}

fn period(content: &Content) -> String {
    format!(
        "{} to {}",
        day_in_words(content.from),
        day_in_words(content.to)
    )
}

/// An empty paper about an assessment, with the label that stands on all of them.
fn paper(title: &str, content: &Content, at: DateTime<Utc>) -> Document {
    let reference = format!("{}, {}", covers(content), period(content));
    let mut document = Document::new(title, reference, at);
    if content.signatures.is_empty() {
        document.notice = Some(DRAFT.into());
    }
    if let Ok(json) = content.json() {
        let digest = crate::domain::self_assessment::content::digest(json.as_bytes());
        document.identifier = Some(format!("sha256:{digest}"));
    }
    document.blocks.push(proposed(&content.framework));
    document
}

fn proposed(framework: &Framework) -> Block {
    Block::Notice(Notice {
        title: "Proposed standards".into(),
        text: framework.status.clone(),
    })
}

fn facts(content: &Content) -> Block {
    let names = |part: &str| {
        let mut names: Vec<&str> = content
            .parts
            .iter()
            .filter(|p| p.part == part)
            .map(|p| p.name.as_str())
            .collect();
        names.dedup();
        if names.is_empty() {
            "None".to_owned()
        } else {
            names.join(", ")
        }
    };
    let mut rows = vec![
        Fact::new("Covers", covers(content)),
        Fact::new("Period", period(content)),
        Fact::new(
            "Standards",
            format!(
                "{}, version of {}",
                content.framework.title,
                day_in_words(content.framework.version)
            ),
        ),
        Fact::new("Contributors", names("contributor")),
        Fact::new("Second view by", names("challenger")),
    ];
    if let Some(before) = &content.before {
        rows.push(Fact::new(
            "Year before",
            format!("to {}", day_in_words(before.to)),
        ));
    }
    Block::Facts(Facts {
        caption: "About this self-assessment".into(),
        rows,
    })
}

/// Mean ratings by domain: a chart of now, and a table of now and before.
fn by_domains(content: &Content) -> Vec<Block> {
    let now = scores(&content.framework, &content.ratings());
    let bars: Vec<Bar> = content
        .framework
        .domains
        .iter()
        .zip(&now)
        .filter_map(|(d, s)| {
            Some(Bar::new(
                format!("{} {}", d.id, d.title),
                (s.mean? * 10.0).round() / 10.0,
            ))
        })
        .collect();
    let told: Vec<String> = now
        .iter()
        .map(|s| format!("{} {}", s.id, figure(s.mean)))
        .collect();
    let alternative = format!(
        "Mean rating of each domain from 0 to 3: {}.",
        told.join("; ")
    );
    let chart = Chart::new(
        "Mean rating by domain, from 0 to 3",
        alternative,
        ["Domain", "Mean"],
        bars,
    );
    let mut blocks: Vec<Block> = chart.ok().map(Block::Chart).into_iter().collect();
    if let Some(table) = beside(content) {
        blocks.push(table);
    }
    blocks
}

/// Now beside the year before, over what may be compared.
fn beside(content: &Content) -> Option<Block> {
    let before = content.before.as_ref()?;
    let lines = compare(&content.chain(), &before.ratings, &content.ratings());
    let rows = by_domain(&content.framework, &lines)
        .into_iter()
        .map(|c| {
            let title = content
                .framework
                .domain(&c.id)
                .map_or("", |d| d.title.as_str());
            vec![
                Cell::from(format!("{} {title}", c.id)),
                figure(c.now).into(),
                figure(c.before).into(),
                c.over.to_string().into(),
            ]
        })
        .collect();
    let caption = "Year on year, over criteria that both years rated and that mean the same";
    let table = Table::new(
        caption,
        ["Domain", "Now", "Before", "Criteria compared"],
        rows,
    );
    table
        .and_then(|t| t.with_widths(&[52.0, 14.0, 14.0, 20.0]))
        .ok()
        .map(Block::Table)
}

fn rating_words(framework: &Framework, rating: Rating) -> String {
    match rating {
        Rating::Rated(n) => framework.scale_words(n),
        Rating::NotApplicable => "Not applicable".into(),
    }
}

/// What a rating says beside its words: Type 1 below 2 falls short.
fn tone(weight: Weight, rating: Option<Rating>) -> Tone {
    match (weight, rating.and_then(Rating::number)) {
        (Weight::Must, Some(0 | 1)) => Tone::Bad,
        (_, Some(0 | 1)) => Tone::Caution,
        (_, Some(3)) => Tone::Good,
        _ => Tone::Plain,
    }
}

/// Type 1 criteria below 2 with their actions, as items.
fn must_act_items(content: &Content, today: NaiveDate) -> Vec<String> {
    let ratings = content.ratings();
    must_act(&content.framework, &ratings)
        .into_iter()
        .filter_map(|id| {
            let (_, c) = content.framework.criterion(&id)?;
            let rated = ratings.get(&id).copied().map_or("", Rating::short);
            let actions: Vec<String> = content
                .actions
                .iter()
                .filter(|a| a.criterion == id)
                .map(|a| {
                    format!(
                        "{} ({}, due {}: {})",
                        a.what,
                        a.owner_name,
                        day_in_words(a.due),
                        a.words(today)
                    )
                })
                .collect();
            let actions = if actions.is_empty() {
                "No action yet.".into()
            } else {
                actions.join("; ")
            };
            Some(format!("{id} {}. Rated {rated}. {actions}", c.title))
        })
        .collect()
}

fn list(items: Vec<String>, none: &str) -> Block {
    if items.is_empty() {
        return Block::Paragraph(none.to_owned());
    }
    Block::List(List {
        ordered: false,
        items,
    })
}

fn section(heading: impl Into<String>, blocks: Vec<Block>) -> Block {
    Block::Section(Section::new(heading, blocks))
}

/// The whole self-assessment.
fn whole(content: &Content, at: DateTime<Utc>) -> Document {
    let (today, _) = in_britain(at);
    let mut document = paper("Self-assessment of social supervision", content, at);
    document.blocks.push(facts(content));
    document
        .blocks
        .push(section("Ratings by domain", by_domains(content)));
    let none = "No Type 1 criterion is rated below 2.";
    document.blocks.push(section(
        "Must act: Type 1 below 2",
        vec![list(must_act_items(content, today), none)],
    ));
    for domain in &content.framework.domains {
        let mut blocks = vec![Block::Paragraph(domain.introduction.clone())];
        blocks.extend(domain.criteria.iter().map(|c| criterion(content, c)));
        document
            .blocks
            .push(section(format!("{} {}", domain.id, domain.title), blocks));
    }
    document
        .blocks
        .push(section("Action plan", plan_blocks(content, today)));
    document
        .blocks
        .push(section("Signatures", signatures(content)));
    document.blocks.push(section(
        "About this paper",
        vec![Block::Facts(about(content, at))],
    ));
    document
}

fn criterion(content: &Content, c: &Criterion) -> Block {
    let rated = content.rated(&c.id);
    let judgement = rated.and_then(|r| r.judgement.as_ref());
    let mut answer = Vec::new();
    match judgement {
        None => answer.push("Not rated".to_owned()),
        Some(j) => {
            answer.push(format!(
                "Rated {}",
                rating_words(&content.framework, j.rating)
            ));
            if !j.because.is_empty() && j.rating == Rating::NotApplicable {
                answer.push(format!("Because: {}", j.because));
            }
            answer.extend(crate::document::tree::paragraphs(&j.evidence).map(str::to_owned));
        }
    }
    let mut set = QuestionAnswer::new(
        format!("{} {} ({})", c.id, c.title, c.weight.short()),
        vec![],
    );
    set.answer = Answer::Given(answer);
    set.notes = rated.map(|r| notes(content, r)).unwrap_or_default();
    Block::QuestionAnswer(set)
}

fn notes(content: &Content, rated: &RatedCriterion) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut add = |label: &str, text: String| {
        if !text.is_empty() {
            notes.push(Note {
                label: label.to_owned(),
                text,
            });
        }
    };
    if let Some(j) = &rated.judgement {
        add(
            "Part of the service that sets the rating",
            j.weakest.clone(),
        );
        add("Links", j.links.join("\n"));
        add(
            "Date of the evidence",
            j.on.map(day_in_words).unwrap_or_default(),
        );
    }
    let figures: Vec<String> = rated
        .figures
        .iter()
        .map(|f| {
            format!(
                "{}: {} (taken {}). {}",
                f.name,
                f.paper,
                moment_in_words(f.at),
                f.definition
            )
        })
        .collect();
    let masked = rated.figures.iter().any(|f| f.paper != f.words);
    let note = if masked {
        format!("\n{MASKING_NOTE}")
    } else {
        String::new()
    };
    add(
        "Live figures when it was rated",
        format!("{}{note}", figures.join("\n")),
    );
    let remarks: Vec<String> = content
        .remarks
        .iter()
        .filter(|r| r.criterion == rated.criterion)
        .map(remark)
        .collect();
    add("Second view", remarks.join("\n"));
    if let Some(at) = rated.at {
        add("Rated by", format!("{}, {}", rated.by, moment_in_words(at)));
    }
    notes
}

fn remark(r: &Remark) -> String {
    let proposed = match (r.view, r.proposed) {
        (View::Dispute, Some(p)) => format!(", would rate it {}", p.short()),
        (View::Change, Some(p)) => format!(" to {}", p.short()),
        _ => String::new(),
    };
    let reason = if r.reason.is_empty() {
        String::new()
    } else {
        format!(": {}", r.reason)
    };
    format!(
        "{}{proposed} ({}, {}){reason}",
        r.view.words(),
        r.by,
        moment_in_words(r.at)
    )
}

fn action_tone(a: &Action, today: NaiveDate) -> Tone {
    use crate::domain::self_assessment::action_plan::ActionState;
    if a.is_overdue(today) {
        Tone::Bad
    } else if a.state == ActionState::Done {
        Tone::Good
    } else {
        Tone::Plain
    }
}

fn plan_table(actions: &[&Action], today: NaiveDate, caption: &str) -> Option<Block> {
    let rows = actions
        .iter()
        .map(|a| {
            let carried = if a.carried { " (carried over)" } else { "" };
            vec![
                Cell::from(format!("{}{carried}", a.criterion)),
                a.what.as_str().into(),
                a.owner_name.as_str().into(),
                day_in_words(a.due).into(),
                Cell::rated(a.words(today), action_tone(a, today)),
            ]
        })
        .collect();
    let table = Table::new(
        caption,
        ["Criterion", "Action", "Owner", "Due", "How it stands"],
        rows,
    );
    table
        .and_then(|t| t.with_widths(&[14.0, 38.0, 18.0, 15.0, 15.0]))
        .ok()
        .map(Block::Table)
}

fn plan_blocks(content: &Content, today: NaiveDate) -> Vec<Block> {
    if content.actions.is_empty() {
        return vec![Block::Paragraph("The plan has no actions.".into())];
    }
    let all: Vec<&Action> = content.actions.iter().collect();
    let caption = format!("Actions as they stand on {}", day_in_words(today));
    plan_table(&all, today, &caption).into_iter().collect()
}

/// The action plan.
fn plan(content: &Content, at: DateTime<Utc>) -> Document {
    let (today, _) = in_britain(at);
    let mut document = paper("Action plan for social supervision", content, at);
    document.blocks.extend(plan_blocks(content, today));
    let updates: Vec<Block> = content
        .actions
        .iter()
        .filter(|a| !a.updates.is_empty())
        .map(|a| {
            let items = a
                .updates
                .iter()
                .map(|u| {
                    let evidence = if u.evidence.is_empty() {
                        String::new()
                    } else {
                        format!(" Evidence: {}", u.evidence)
                    };
                    format!(
                        "{}, {}, {}: {}{evidence}",
                        moment_in_words(u.at),
                        u.by,
                        u.state.words(),
                        u.note
                    )
                })
                .collect();
            section(
                format!("{}: {}", a.criterion, a.what),
                vec![list(items, "")],
            )
        })
        .collect();
    if !updates.is_empty() {
        document.blocks.push(section("What was done", updates));
    }
    document
}

fn signatures(content: &Content) -> Vec<Block> {
    let signature = |organisation: &str, name: &str, job: &str, when: String, statement: String| {
        let role = if job.is_empty() {
            format!("Executive of {organisation}")
        } else {
            format!("Executive of {organisation} ({job})")
        };
        Block::Signature(Signature {
            role,
            name: name.to_owned(),
            when,
            statement,
        })
    };
    if content.signatures.is_empty() {
        return content
            .organisations
            .iter()
            .map(|o| signature(o, "", "", String::new(), String::new()))
            .collect();
    }
    content
        .signatures
        .iter()
        .map(|s| {
            signature(
                &s.organisation,
                &s.name,
                &s.job_title,
                moment_in_words(s.at),
                s.statements.join(" "),
            )
        })
        .collect()
}

fn about(content: &Content, at: DateTime<Utc>) -> Facts {
    let made = if content.signatures.is_empty() {
        "Draft made"
    } else {
        "Signed and frozen"
    };
    Facts {
        caption: "About this paper".into(),
        rows: vec![
            Fact::new(made, moment_in_words(at)),
            Fact::new("Self-assessment", content.assessment.clone()),
            Fact::new("Scale", content.framework.scale_source.clone()),
            Fact::new(
                "Rating rule",
                "Each criterion is rated by the poorest part of the service that is covered.",
            ),
        ],
    }
}

/// The checklist to print and fill in by hand.
fn blank(framework: &Framework, at: DateTime<Utc>) -> Document {
    let reference = format!(
        "{}, version of {}",
        framework.title,
        day_in_words(framework.version)
    );
    let mut document = Document::new(
        "Checklist: self-assessment of social supervision",
        reference,
        at,
    );
    document.blocks.push(proposed(framework));
    let scale = (0_u8..4).map(|n| framework.scale_words(n)).collect();
    document.blocks.push(Block::Paragraph(
        "Rate the poorest part of the service. Type 1 (proposed must) below 2 demands an action with an owner and a date.".into(),
    ));
    document.blocks.push(Block::List(List {
        ordered: false,
        items: scale,
    }));
    for domain in &framework.domains {
        let blocks = domain
            .criteria
            .iter()
            .map(|c| {
                let mut q = QuestionAnswer::new(
                    format!("{} {} ({})", c.id, c.title, c.weight.short()),
                    vec![],
                );
                let levels: Vec<String> = (0..)
                    .zip(&c.levels)
                    .map(|(n, l)| format!("{n}: {l}"))
                    .collect();
                q.hint = Some(levels.join("\n"));
                q.answer = Answer::Ruled(2);
                q.notes = vec![Note {
                    label: "Circle one".into(),
                    text: "0     1     2     3     Not applicable, because:".into(),
                }];
                Block::QuestionAnswer(q)
            })
            .collect();
        document
            .blocks
            .push(section(format!("{} {}", domain.id, domain.title), blocks));
    }
    document
}
