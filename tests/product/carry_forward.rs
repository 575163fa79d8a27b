//! The last report's words: offered, copied by a press, compared word by word; and what a second report
//! costs in keystrokes.

use crate::findings::demo_case;
use crate::support::{
    AUTHOR, FACTS, MANAGER, Visitor, World, case, controls, on_both, to_final_check,
};
use axum::http::StatusCode;
use chrono::TimeDelta;
use conditional_discharge::domain::case::AnswerInCase;
use conditional_discharge::domain::form::definition::{CarryForward, Kind};
use conditional_discharge::domain::form::posted::control;
use conditional_discharge::domain::form::{AnswerKey, Fields, Respondent};
use conditional_discharge::server::forms::{Forms, PROGRESS_REPORT};
use std::collections::BTreeMap;

const SENT: [(&str, &str); 5] = [
    ("sent-on/day", "20"),
    ("sent-on/month", "11"),
    ("sent-on/year", "2026"),
    ("recipient", "MHCSMailbox@justice.gov.uk"),
    ("form-of-sending", "pdf"),
];

/// Posts a page as a browser would, with some controls changed and a button pressed.
async fn press(
    visitor: &mut Visitor,
    path: &str,
    typed: &[(String, String)],
    then: &str,
) -> StatusCode {
    let shown = visitor.get(path).await;
    assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.body);
    let mut pairs = controls(&shown.body);
    pairs.retain(|(name, _)| !typed.iter().any(|(n, _)| n == name));
    pairs.extend(typed.iter().cloned());
    pairs.push(("then".into(), then.into()));
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    visitor.post(path, &pairs).await.status
}

fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

#[tokio::test]
async fn words_are_copied_by_a_press_marked_until_edited_and_compared() {
    on_both(async |world: World| {
        let (report, mut author) = to_final_check(&world).await;
        author.sign(&format!("{report}/freeze"), "", &[]).await;
        author.post(&format!("{report}/sent"), &SENT).await;
        world.app.clock.advance(TimeDelta::days(80));
        let mut author = world.signed_in(AUTHOR).await;
        let second = author.begin(&world.patient).await;
        assert_ne!(second, report);
        let contact = format!("{second}/sections/contact");
        let page = author.get(&contact).await;
        assert!(page.body.contains("Copy last report’s words into the box") && !page.body.contains("Unchanged since"));
        // What must be written afresh is shown and not offered.
        let conditions = format!("{second}/sections/conditions");
        let afresh = author.get(&conditions).await;
        assert_eq!(afresh.body.matches("What the last report said: How was each condition kept?").count(), 2);
        assert!(afresh.body.contains("weekly sheet") && afresh.body.contains("Nothing is copied from here"));
        assert!(!afresh.body.contains("Copy last report"));
        let chosen = author.get(&format!("{second}/sections/relationships")).await.body;
        assert!(chosen.contains("Says there is nobody new. Staff agree."), "{chosen}");
        assert!(!chosen.contains("What the last report said: If so, who was told of it?"), "it had no answer");
        let refused = press(&mut author, &conditions, &[], "copy/compliance/c1").await;
        assert_eq!(refused, StatusCode::SEE_OTHER);
        let typed_there = controls(&author.get(&conditions).await.body);
        let evidence = typed_there.iter().find(|(name, _)| name == "answer/compliance/c1/evidence.text");
        assert_eq!(evidence.unwrap().1, "");

        assert_eq!(press(&mut author, &contact, &[], "copy/contact-summary").await, StatusCode::SEE_OTHER);
        let page = author.get(&contact).await;
        assert!(page.body.contains("Unchanged since the last report"), "{}", page.body);
        let words = "Seen weekly at home, once jointly with the community nurse.\n\nCalm; the flat is warm.";
        let changed = typed(&[("answer/contact-summary//text", words)]);
        press(&mut author, &contact, &changed, "list").await;
        let page = author.get(&format!("{second}/check")).await;
        assert!(!page.body.contains("Unchanged since"));
        let text = page.body.replace("<!>", "");
        assert!(text.contains("[removed: </span>twice") && text.contains("[added: </span>once"), "{text}");

        // A press loses nothing that was typed: neither in the box nor elsewhere on the page.
        let more = typed(&[("answer/contact-summary//text", "My own words first.")]);
        press(&mut author, &contact, &more, "copy/contact-summary").await;
        let both = author.get(&contact).await.body;
        assert!(both.contains("My own words first.") && both.contains("twice jointly"));

        // The manager sees the same difference.
        for (section, answers) in &crate::support::REPORT[1..] {
            author.save(&format!("{second}/sections/{section}"), answers).await;
        }
        let facts = [("facts-as-at/day", "8"), ("facts-as-at/month", "2"), ("facts-as-at/year", "2027")];
        let signed = author.sign(&format!("{second}/sign"), "Ada Author", &facts).await;
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
        let review = world.signed_in(MANAGER).await.get(&format!("{second}/review")).await;
        let text = review.body.replace("<!>", "");
        assert!(text.contains("[added: </span>My own words first."), "{text}");
    })
    .await;
}

/// Whether a field is one tick or press, several, or typed.
fn keystrokes(fields: &Fields) -> usize {
    let count = |(name, text): (&str, &str)| match name.rsplit('.').next().unwrap_or(name) {
        "choice" | "confirmed" | "not-applicable" | "withhold" => 1,
        "choices" | "basis" => text.lines().count(),
        _ => text.chars().count(),
    };
    fields.iter().map(count).sum()
}

/// The controls that an answer fills in.
fn filled(key: &AnswerKey, fields: &Fields) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, text) in fields.iter() {
        let several = matches!(name.rsplit('.').next().unwrap_or(name), "choices" | "basis");
        let values: Vec<&str> = if several {
            text.lines().collect()
        } else {
            vec![text]
        };
        all.extend(
            values
                .into_iter()
                .map(|value| (control(key, name), value.to_owned())),
        );
    }
    all
}

/// An answer: its key, what is given, whether it counts, whether its words can be copied.
type Given<'a> = (AnswerKey, &'a Fields, bool, bool);

/// A settled patient's first report here is written with the words of the demo's first case; the second
/// keeps what the form lets be kept. What must be written afresh is written too, and not counted.
#[tokio::test]
async fn a_second_report_costs_a_fifth_of_the_first_ones_keystrokes() {
    let demo = demo_case("1-marcus-delaney-oyelaran");
    let written: BTreeMap<String, Fields> = demo.reports[2]
        .answers
        .iter()
        .map(|AnswerInCase { on, fields, .. }| (on.clone(), fields.clone()))
        .filter(|(on, _)| !on.starts_with("b12-events") && !on.starts_with("b1-contacts"))
        .collect();
    let mut record = case();
    record.record.conditions = demo.record.conditions.clone();
    let world = World::with("sqlite", Forms::embedded().unwrap(), &record).await;
    let form = Forms::embedded().unwrap().newest(PROGRESS_REPORT).unwrap();
    let sections: Vec<(&str, Vec<Given<'_>>)> = form
        .sections()
        .filter(|(part, _)| part.answered_by == Respondent::SocialSupervisor)
        .map(|(_, section)| {
            let mut here = Vec::new();
            for question in &section.questions {
                let kept = question.carry_forward == CarryForward::Suggest;
                let counted = kept || question.kind == Kind::Record;
                let words = kept
                    && matches!(
                        question.kind,
                        Kind::Narrative | Kind::ShortText | Kind::Rows
                    );
                for (on, fields) in &written {
                    let (id, row) = on.split_once('/').unwrap_or((on, ""));
                    if id == question.id {
                        here.push((AnswerKey::row(id, row), fields, counted, words));
                    }
                }
            }
            (section.id.as_str(), here)
        })
        .collect();

    let mut author = world.signed_in(AUTHOR).await;
    let first = author.begin(&world.patient).await;
    let mut first_cost = 0;
    for (section, answers) in sections.iter().filter(|(_, a)| !a.is_empty()) {
        let typed: Vec<(String, String)> = answers
            .iter()
            .flat_map(|(key, fields, ..)| filled(key, fields))
            .collect();
        first_cost += answers
            .iter()
            .filter(|a| a.2)
            .map(|a| keystrokes(a.1))
            .sum::<usize>();
        let saved = press(
            &mut author,
            &format!("{first}/sections/{section}"),
            &typed,
            "list",
        )
        .await;
        assert!(
            matches!(
                saved,
                StatusCode::SEE_OTHER | StatusCode::UNPROCESSABLE_ENTITY
            ),
            "{section}: {saved}"
        );
    }
    let sign = author
        .sign(&format!("{first}/sign"), "Ada Author", &FACTS)
        .await;
    assert_eq!(
        sign.status,
        StatusCode::SEE_OTHER,
        "the first report is whole: {}",
        author.get(&format!("{first}/check")).await.body
    );
    send_past_the_pages(&world, &first).await;

    world.app.clock.advance(TimeDelta::days(80));
    let mut author = world.signed_in(AUTHOR).await;
    let second = author.begin(&world.patient).await;
    assert_ne!(first, second);
    let mut second_cost = 0;
    for (section, answers) in sections.iter().filter(|(_, a)| !a.is_empty()) {
        let path = format!("{second}/sections/{section}");
        let mut ticks = Vec::new();
        for (key, fields, counted, words) in answers {
            let mut left = (*fields).clone();
            if *words {
                // One press brings the words; how it is known and what was chosen is said afresh.
                let pressed = press(&mut author, &path, &[], &format!("copy/{key}")).await;
                assert_eq!(pressed, StatusCode::SEE_OTHER, "{key}");
                second_cost += 1;
                left = left.only(|name| !name.ends_with("text"));
            }
            if *counted {
                second_cost += keystrokes(&left);
            }
            ticks.extend(filled(key, &left));
        }
        let saved = press(&mut author, &path, &ticks, "list").await;
        assert!(
            matches!(
                saved,
                StatusCode::SEE_OTHER | StatusCode::UNPROCESSABLE_ENTITY
            ),
            "{section}: {saved}"
        );
    }
    let page = author.get(&format!("{second}/check")).await;
    assert!(page.body.contains("Unchanged since the last report"));
    assert!(
        !page.body.contains("Before this can be signed"),
        "the second report is whole: {}",
        page.body
    );
    eprintln!(
        "first {first_cost} keystrokes, second {second_cost}: {} per cent",
        second_cost * 100 / first_cost
    );
    assert!(
        second_cost * 5 <= first_cost,
        "{second_cost} of {first_cost}"
    );
}

/// Review, Part C, freezing and sending are other tests' business.
async fn send_past_the_pages(world: &World, report: &str) {
    let id = report.rsplit('/').next().unwrap();
    assert!(id.chars().all(|c| c.is_ascii_hexdigit() || c == '-'));
    world
        .tamper("update report set state = 'sent'")
        .await
        .unwrap();
}
