//! Who stands to one record in an unusual way: named or not by a restricted one, let in for joint working,
//! covering, after breaking the glass, allocated away. A world for each, and every route about the record.

use super::writes::Peek;
use super::{Filling, MISSING, ROUTES, compare, entry_and_paper, request, told};
use crate::cover::{self, arrange};
use crate::opening::{self, AUDITOR, OTHER_MANAGER, grant, id, restrict, step};
use crate::register;
use crate::support::{AUTHOR, COLLEAGUE, FACTS, MANAGER, STRANGER, Visitor, World, to_final_check};
use chrono::TimeDelta;
use conditional_discharge::domain::people::Role;
use std::fmt::Write;

const GOLDEN: &str = include_str!("../relations.txt");

/// What happens to the record, by its manager or by who is to try.
#[derive(Clone, Copy, PartialEq)]
enum Act {
    Restrict,
    /// A restricted record names who is to try.
    Name,
    /// Today and tomorrow, whoever is to try works on it with us.
    Grant,
    /// Today and tomorrow, whoever is to try covers for the author.
    Cover,
    /// Whoever is to try opens it in an emergency.
    Open,
    /// From today the colleague supervises.
    HandOver,
}

/// Somebody, how they come to stand to the record, and how long after that they try.
struct Column {
    words: &'static str,
    email: &'static str,
    acts: &'static [Act],
    after: TimeDelta,
}

const fn column(words: &'static str, email: &'static str, acts: &'static [Act]) -> Column {
    Column {
        words,
        email,
        acts,
        after: TimeDelta::zero(),
    }
}

impl Column {
    const fn after(mut self, hours: i64) -> Self {
        self.after = TimeDelta::hours(hours);
        self
    }
}

const COLUMNS: &[Column] = &[
    column("the author, as usual", AUTHOR, &[]),
    column(
        "the author, restricted and not named",
        AUTHOR,
        &[Act::Restrict],
    ),
    column(
        "the author, restricted and named",
        AUTHOR,
        &[Act::Restrict, Act::Name],
    ),
    column("the manager who restricted it", MANAGER, &[Act::Restrict]),
    column(
        "the team's other manager, restricted and not named",
        OTHER_MANAGER,
        &[Act::Restrict],
    ),
    column(
        "a colleague, restricted and named",
        COLLEAGUE,
        &[Act::Restrict, Act::Name],
    ),
    column(
        "the auditor, restricted and not named",
        AUDITOR,
        &[Act::Restrict],
    ),
    column(
        "joint worker of the council, in their days",
        STRANGER,
        &[Act::Grant],
    ),
    column(
        "joint worker of the council, the day after",
        STRANGER,
        &[Act::Grant],
    )
    .after(48),
    column(
        "joint worker, restricted and not named",
        STRANGER,
        &[Act::Grant, Act::Restrict],
    ),
    column(
        "joint worker, restricted and named",
        STRANGER,
        &[Act::Grant, Act::Restrict, Act::Name],
    ),
    column(
        "who covers for the author, in their days",
        COLLEAGUE,
        &[Act::Cover],
    ),
    column(
        "who covered for the author, the day after",
        COLLEAGUE,
        &[Act::Cover],
    )
    .after(48),
    column("who opened it in an emergency", COLLEAGUE, &[Act::Open]),
    column(
        "who opened it in an emergency, four hours later",
        COLLEAGUE,
        &[Act::Open],
    )
    .after(4),
    column(
        "who opened it in an emergency, restricted",
        COLLEAGUE,
        &[Act::Restrict, Act::Open],
    ),
    column(
        "the former author, allocated to a colleague since",
        AUTHOR,
        &[Act::HandOver],
    ),
    column("the colleague who took over", COLLEAGUE, &[Act::HandOver]),
];

/// One report is sent, the next one is being written; an event and a paper stand on the record.
async fn prepare(world: &World) -> [Filling; 2] {
    opening::add(
        world,
        OTHER_MANAGER,
        "Other Manager",
        Role::LineManager,
        "Northmere",
    )
    .await;
    opening::add(world, AUDITOR, "Audrey Tor", Role::Auditor, "Northmere").await;
    let (sent, mut author) = to_final_check(world).await;
    author.sign(&format!("{sent}/freeze"), "", &FACTS).await;
    let sending = [
        ("sent-on/day", "20"),
        ("sent-on/month", "11"),
        ("sent-on/year", "2026"),
        ("recipient", "x@example.org"),
        ("form-of-sending", "pdf"),
    ];
    let page = author.post(&format!("{sent}/sent"), &sending).await;
    assert_eq!(page.status, 303, "{}", page.body);
    let writing = author.begin(&world.patient).await;
    let (entry, paper) = entry_and_paper(world, &mut author).await;
    [writing, sent].map(|report| Filling {
        patient: world.patient.clone(),
        report: report.trim_start_matches("/reports/").to_owned(),
        assessment: MISSING.into(),
        entry: entry.clone(),
        paper: paper.clone(),
        organisation: MISSING.into(),
        person: MISSING.into(),
        object: MISSING.into(),
    })
}

/// Brings it about, and gives who is to try.
async fn bring_about(world: &World, column: &Column) -> Visitor {
    let mut manager = world.signed_in(MANAGER).await;
    for act in column.acts {
        let page = match act {
            Act::Restrict => {
                restrict(world, &mut manager).await;
                continue;
            }
            Act::Name => {
                let person = id(world, column.email).await;
                step(world, &mut manager, "name", &[("person", &person)]).await
            }
            Act::Grant => grant(world, &mut manager, column.email, 20, 21).await,
            Act::Cover => {
                let covers = cover::named(world, column.email, Role::SocialSupervisor).await;
                arrange(world, &mut manager, &covers, 20, 21).await
            }
            Act::Open => {
                let form = [
                    ("reference", "TEST/09001"),
                    ("reason", "Police are at the door"),
                ];
                let mut opener = world.signed_in(column.email).await;
                opener.post("/emergency", &form).await
            }
            Act::HandOver => register::hand_over(world, &mut manager, "Cole League").await,
        };
        assert_eq!(page.status, 303, "{}: {}", column.words, page.body);
    }
    world.app.clock.advance(column.after);
    world.signed_in(column.email).await
}

/// Tries every route about the record: a status for each line of the table.
async fn walk(database: &str, column: &Column) -> Vec<(String, String)> {
    let world = World::new(database).await;
    let [writing, sent] = prepare(&world).await;
    let mut visitor = bring_about(&world, column).await;
    let mut peek = Peek::into(&world).await;
    peek.watch().await;
    let mut lines = Vec::new();
    for (route, methods) in ROUTES {
        let fillings = if route.contains("{report}") {
            vec![("being written", &writing), ("sent", &sent)]
        } else if route.contains("{patient}") {
            vec![("", &writing)]
        } else {
            continue;
        };
        for method in methods.split(' ') {
            for (stands, filling) in &fillings {
                let (written, recorded) = (peek.written().await, peek.on_record().await);
                let page = request(&mut visitor, method, &filling.path(route)).await;
                let wrote = peek.written().await != written;
                let what = format!("{method:<4} {route} {stands}");
                let told = told(&page, wrote, &format!("{}: {what}", column.words));
                let seen = peek.on_record().await > recorded;
                assert!(
                    page.status != 403 || seen,
                    "{}: {what} is not on record",
                    column.words
                );
                lines.push((what.trim_end().to_owned(), told));
            }
        }
    }
    lines
}

async fn everybody_tries(database: &str) {
    let mut table = String::from(
        "# Who gets which status on one patient's record, by how they stand to it. A cross says that something\n\
         # beside the audit was written.\n",
    );
    let mut lines: Vec<String> = Vec::new();
    for (number, column) in COLUMNS.iter().enumerate() {
        writeln!(table, "# {:>2} {}", number + 1, column.words).unwrap();
        for (at, (what, told)) in walk(database, column).await.into_iter().enumerate() {
            if number == 0 {
                lines.push(format!("{what:<64}"));
            }
            write!(lines[at], " {told:<4}").unwrap();
        }
    }
    let numbers = (1..=COLUMNS.len()).map(|number| format!(" {number:<4}"));
    lines.insert(0, format!("{:<64}{}", "", numbers.collect::<String>()));
    for line in &lines {
        write!(table, "\n{}", line.trim_end()).unwrap();
    }
    table.push('\n');
    compare(database, "relations.txt", GOLDEN, &table);
}

#[tokio::test]
async fn whoever_stands_to_a_record_in_an_unusual_way_tries_every_route() {
    everybody_tries("sqlite").await;
}

#[tokio::test]
async fn whoever_stands_to_a_record_in_an_unusual_way_tries_every_route_on_postgres() {
    everybody_tries("postgres").await;
}
