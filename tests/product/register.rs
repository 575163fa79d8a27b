//! Registering a patient, finding one by name, and saying who supervises.

use crate::support::{
    AUTHOR, COLLEAGUE, DOCTOR, MANAGER, PASSWORD, Page, STRANGER, Visitor, World, on_both,
};
use axum::http::StatusCode;

/// The value of the option whose label has these words.
fn option(page: &Page, words: &str) -> String {
    let at = page
        .body
        .find(words)
        .unwrap_or_else(|| panic!("no option {words}"));
    let item = &page.body[page.body[..at].rfind("<input").unwrap()..at];
    item.split("value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

/// Why somebody takes a patient on although something is missing.
const REASON: &str = "Joint visits with <b>Priya</b> until the course in March.";

async fn register(visitor: &mut Visitor, family: &str, reference: &str, nhs: &str) -> Page {
    let names = [
        ("answer/record//family-name.text", family),
        ("answer/record//mhcs-reference.text", reference),
        ("answer/record//nhs-number.text", nhs),
    ];
    register_with(visitor, &names).await
}

/// Registers somebody of whom some things are told otherwise than usual.
async fn register_with(visitor: &mut Visitor, changed: &[(&str, &str)]) -> Page {
    let page = visitor.get("/register").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let (id, team) = (page.value("id"), option(&page, "Tarnbeck, Northmere"));
    let social = option(&page, "Ada Author,");
    let clinical = option(&page, "Dr Dee Doctor,");
    let mut pairs = vec![
        ("id", id.as_str()),
        ("answer/record//given-name.text", "Siân"),
        ("answer/record//aliases.text", "Tommy Wolf"),
        ("answer/record//date-of-birth.day", "2"),
        ("answer/record//date-of-birth.month", "3"),
        ("answer/record//date-of-birth.year", "1990"),
        ("answer/record//nation.choice", "wales"),
        ("answer/record//section.text", "Sections 37 and 41"),
        ("answer/record//ordered-on.day", "1"),
        ("answer/record//ordered-on.month", "2"),
        ("answer/record//ordered-on.year", "2015"),
        ("answer/record//on.day", "1"),
        ("answer/record//on.month", "11"),
        ("answer/record//on.year", "2026"),
        ("answer/record//by.choice", "tribunal"),
        ("answer/record//hospital.text", "Aldersmoor"),
        ("answer/record//team.choice", team.as_str()),
        ("answer/record//social.choice", social.as_str()),
        ("answer/record//clinical.choice", clinical.as_str()),
    ];
    pairs.retain(|(name, _)| changed.iter().all(|(other, _)| other != name));
    pairs.extend(changed);
    let warned = visitor.post("/register", &pairs).await;
    let seen = if warned
        .body
        .contains("Before Ada Author takes this patient on")
    {
        warned.value("answer/record//gate.seen")
    } else {
        String::new()
    };
    pairs.push(("answer/record//gate.seen", &seen));
    pairs.push(("answer/record//gate.text", REASON));
    let first = if seen.is_empty() {
        warned
    } else {
        visitor.post("/register", &pairs).await
    };
    if first.status == StatusCode::SEE_OTHER {
        let again = visitor.post("/register", &pairs).await;
        assert_eq!(
            again.location(),
            first.location(),
            "posted twice, registered once"
        );
    }
    first
}

#[tokio::test]
async fn a_patient_is_registered_once_and_belongs_to_its_supervisors() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let page = register(&mut author, "O’Łukasz", "TEST/07777", "943 476 5919").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let path = page.location().to_owned();
        let shown = author.get(&path).await;
        assert!(
            shown.body.contains("Social supervisor: Ada Author")
                && shown.body.contains("Clinical supervisor: Dr Dee Doctor"),
            "{}",
            shown.body
        );
        assert_eq!(world.count("select count(*) from patient").await, 2);
        assert_eq!(
            world
                .count("select count(*) from audit where action = 'register-patient'")
                .await,
            1
        );
        assert!(
            world
                .signed_in(DOCTOR)
                .await
                .get(&path)
                .await
                .status
                .is_success()
        );
        assert_eq!(
            world.signed_in(COLLEAGUE).await.get(&path).await.status,
            StatusCode::FORBIDDEN
        );
        // Nobody's training is on record in this world: registering went on for a reason, which is kept.
        let kept = "select count(*) from allocation_override o join audit a on a.subject = o.id
            where a.action = 'override-competence-gate' and a.patient_id = o.patient_id";
        assert_eq!(world.count(kept).await, 1);
        // The same reference in other letters, and the same NHS number, are told.
        let mut manager = world.signed_in(MANAGER).await;
        let same = register(&mut manager, "Another", "test/ 07777", "").await;
        assert_eq!(same.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(same.body.contains("has this MHCS reference") && same.body.contains("Another"));
        let same = register(&mut manager, "Another", "TEST/07778", "9434765919").await;
        assert!(same.body.contains("has this NHS number"), "{}", same.body);
        assert_eq!(world.count("select count(*) from patient").await, 2);
        // A doctor registers nobody; another trust's supervisor cannot choose this team.
        assert_eq!(
            world.signed_in(DOCTOR).await.get("/register").await.status,
            StatusCode::FORBIDDEN
        );
        let mut stranger = world.signed_in(STRANGER).await;
        let theirs = stranger.get("/register").await;
        assert!(!theirs.body.contains("Tarnbeck") && !theirs.body.contains("Ada Author"));
        let empty = stranger.post("/register", &[("id", "0192-new")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            stranger.post("/register", &[("id", "../x")]).await.status,
            StatusCode::BAD_REQUEST
        );
    })
    .await;
}

/// Somebody who was discharged in 2011 and whose reports have been sent ever since owes the next one only.
#[tokio::test]
async fn a_patient_who_was_reported_on_before_owes_the_next_report_only() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let known = [
            ("answer/record//family-name.text", "Oldacre"),
            ("answer/record//mhcs-reference.text", "TEST/02011"),
            ("answer/record//ordered-on.year", "2004"),
            ("answer/record//on.day", "15"),
            ("answer/record//on.month", "3"),
            ("answer/record//on.year", "2011"),
        ];
        let last = |day: &'static str, month: &'static str, year: &'static str, up_to: &'static str| {
            let mut typed = known.to_vec();
            typed.extend([
                ("answer/record//reported-before.day", day),
                ("answer/record//reported-before.month", month),
                ("answer/record//reported-before.year", year),
                ("answer/record//reported-up-to.day", up_to),
                ("answer/record//reported-up-to.month", if up_to.is_empty() { "" } else { "10" }),
                ("answer/record//reported-up-to.year", if up_to.is_empty() { "" } else { "2026" }),
            ]);
            typed
        };
        for (typed, told) in [
            (last("14", "3", "2011", ""), "No report of this discharge was due before it"),
            (last("21", "2", "2027", "2"), "not due more than 3 months ahead"),
            (last("", "", "", "2"), "Give the day on which that report was due"),
        ] {
            let page = register_with(&mut author, &typed).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.body.contains(told), "{told}: {}", page.body);
            assert_eq!(page.value("answer/record//family-name.text"), "Oldacre", "what was typed is kept");
        }
        let page = register_with(&mut author, &last("12", "10", "2026", "2")).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let path = page.location().trim_end_matches("/details").to_owned();
        let shown = author.get(&path).await.body;
        assert!(shown.contains("Three-monthly report, due 12 January 2027") && shown.contains("Not yet due"), "{shown}");
        assert!(shown.contains("Reports up to the one that was due on 12 October 2026 were sent before this service was used."), "{shown}");
        assert!(!shown.contains("MHCS not told"), "{shown}");
        for (page, expected) in [("", "12 January 2027"), ("/plan", "12 April 2027"), ("/late", "12 January 2027"), ("/record", "12 January 2027")] {
            let body = author.get(&format!("{path}{page}")).await.body;
            assert!(body.contains(expected) && !body.contains("12 April 2011"), "{page}: {body}");
        }
        let home = author.get("/").await.body;
        let line = &home[home.find("Oldacre").unwrap()..];
        assert!(line.contains("12 January 2027") && !home.contains("April 2011"), "{home}");
        let patient = path.trim_start_matches("/patients/").to_owned();
        let report = author.begin(&patient).await;
        let tasks = author.get(&report).await.body;
        assert!(tasks.contains("3 October 2026 to") && tasks.contains("12 January 2027"), "{tasks}");
        assert!(tasks.contains("Three-monthly report") && !tasks.contains("First report"), "{tasks}");
    })
    .await;
}

/// What was forgotten at registration is told in the record afterwards; a new discharge makes it void.
#[tokio::test]
async fn what_was_reported_before_can_be_told_later_and_ends_with_the_discharge() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let path = format!("/patients/{}", world.patient);
        let before = author.get(&path).await.body;
        assert!(
            before.contains("due 21 February 2026") && before.contains("Late, MHCS not told"),
            "{before}"
        );
        let discharge = format!("{path}/details/discharge");
        let last = [
            ("answer/record//reported-before.day", "21"),
            ("answer/record//reported-before.month", "8"),
            ("answer/record//reported-before.year", "2026"),
            ("answer/record//why.choice", "missing"),
        ];
        let saved = author.page_with(&discharge, &last).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let after = author.get(&path).await.body;
        assert!(
            after.contains("Three-monthly report, due 21 November 2026")
                && after.contains("Due within 7 days"),
            "{after}"
        );
        let report = author.begin(&world.patient).await;
        let tasks = author.get(&report).await.body;
        assert!(
            tasks.contains("22 August 2026 to"),
            "not known, so from the day after it was due: {tasks}"
        );
        // Discharged again: the page asks for the two days to be cleared, and then counts anew.
        let again = [
            ("answer/record//on.day", "1"),
            ("answer/record//on.month", "11"),
            ("answer/record//on.year", "2026"),
            ("answer/record//why.choice", "changed"),
            ("answer/record//changed-on.day", "1"),
            ("answer/record//changed-on.month", "11"),
            ("answer/record//changed-on.year", "2026"),
        ];
        let refused = author.page_with(&discharge, &again).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused
                .body
                .contains("If the person was discharged again, clear this day"),
            "{}",
            refused.body
        );
        let mut cleared = again.to_vec();
        cleared.extend(["day", "month", "year"].map(|part| match part {
            "day" => ("answer/record//reported-before.day", ""),
            "month" => ("answer/record//reported-before.month", ""),
            _ => ("answer/record//reported-before.year", ""),
        }));
        let saved = author.page_with(&discharge, &cleared).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let plan = author.get(&format!("{path}/plan")).await.body;
        assert!(plan.contains("29 November 2026"), "{plan}");
    })
    .await;
}

#[tokio::test]
async fn a_patient_is_found_by_name_within_ones_own_scope() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        register(&mut author, "O’Łukasz", "TEST/07777", "").await;
        for name in ["sian", "o'lukasz", "WOLF", "quill", "TEST/07777"] {
            let page = author.search(name).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(
                page.body.contains("href=\"/patients/"),
                "{name}: {}",
                page.body
            );
            assert_eq!(page.value("name").replace("&#x27;", "'"), name);
        }
        let none = author.search("<script>alert(1)</script>").await;
        assert!(none.body.contains("Nobody of that name") && !none.body.contains("<script>alert"));
        for bad in ["", " ", "x"] {
            assert_eq!(
                author.post("/find", &[("name", bad)]).await.status,
                StatusCode::UNPROCESSABLE_ENTITY
            );
        }
        for other in [COLLEAGUE, STRANGER] {
            let page = world.signed_in(other).await.search("quill").await;
            assert!(page.body.contains("Nobody of that name"), "{other}");
        }
        assert!(
            world
                .signed_in(MANAGER)
                .await
                .search("quill")
                .await
                .body
                .contains("Zebedee")
        );
        let searches = world
            .count("select count(*) from audit where action = 'find-patients'")
            .await;
        assert_eq!(searches, 9);
        assert_eq!(
            world
                .count("select count(*) from audit where subject like '%uill%'")
                .await,
            0,
            "for whom is not on record"
        );
    })
    .await;
}

/// A manager says that somebody takes the patient over from today, whatever training is on record.
pub async fn hand_over(world: &World, manager: &mut Visitor, to: &str) -> Page {
    let path = format!("/patients/{}/allocation", world.patient);
    let page = manager.get(&path).await;
    let person = option(&page, &format!("Social supervisor: {to}"));
    let form = [
        ("then", "allocate"),
        ("answer/record//person.choice", person.as_str()),
        ("answer/record//how.choice", "takes-over"),
        ("answer/record//from.day", "20"),
        ("answer/record//from.month", "11"),
        ("answer/record//from.year", "2026"),
        ("password", PASSWORD),
    ];
    let warned = manager.post(&path, &form).await;
    let seen = warned.value("answer/record//gate.seen");
    let reason = [
        ("answer/record//gate.seen", seen.as_str()),
        ("answer/record//gate.text", REASON),
    ];
    manager
        .post(&path, &[&form[..], &reason[..]].concat())
        .await
}

#[tokio::test]
async fn a_manager_says_who_takes_over_and_who_covers() {
    on_both(async |world: World| {
        let path = format!("/patients/{}/allocation", world.patient);
        assert_eq!(world.signed_in(AUTHOR).await.get(&path).await.status, StatusCode::FORBIDDEN);
        let mut manager = world.signed_in(MANAGER).await;
        let page = manager.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let cole = option(&page, "Social supervisor: Cole League");
        let with = |how: &'static str, day: &'static str| {
            [
                ("then", "allocate".to_owned()),
                ("answer/record//person.choice", cole.clone()),
                ("answer/record//how.choice", how.to_owned()),
                ("answer/record//from.day", day.to_owned()),
                ("answer/record//from.month", "11".to_owned()),
                ("answer/record//from.year", "2026".to_owned()),
                ("password", PASSWORD.to_owned()),
            ]
        };
        let send = async |visitor: &mut Visitor, pairs: &[(&str, String)]| {
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
            visitor.post(&path, &pairs).await
        };
        let wrong = send(&mut manager, &with("", "31")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("The day must be one that the month has") && wrong.body.contains("Say whether they take over or cover"));
        // Cole has never done this: that is said, and it goes on only for a reason.
        let allocated = "select count(*) from assignment where to_day is null";
        let before = world.count(allocated).await;
        let warned = send(&mut manager, &with("takes-over", "20")).await;
        assert_eq!(warned.status, StatusCode::UNPROCESSABLE_ENTITY);
        for told in ["Before Cole League takes this patient on", "No induction to social supervision is on record.", "Neither the national e-learning nor an equivalent is on record."] {
            assert!(warned.body.contains(told), "{told} in {}", warned.body);
        }
        let seen = warned.value("answer/record//gate.seen");
        let because = |seen: &str, reason: &str| {
            let mut pairs = with("takes-over", "20").to_vec();
            pairs.push(("answer/record//gate.seen", seen.to_owned()));
            pairs.push(("answer/record//gate.text", reason.to_owned()));
            pairs
        };
        let short = send(&mut manager, &because(&seen, "ok")).await;
        assert!(short.status == StatusCode::UNPROCESSABLE_ENTITY && short.body.contains("and what support they have"));
        // A reason given for what was missing of somebody else is none.
        let other = send(&mut manager, &because("somebody: nothing", REASON)).await;
        assert!(other.status == StatusCode::UNPROCESSABLE_ENTITY && other.body.contains("Joint visits with &lt;b"));
        assert_eq!(world.count(allocated).await, before);
        assert_eq!(world.count("select count(*) from allocation_override").await, 0);
        // Who is assigned opens the record: the password is asked for again.
        let mut unsure = because(&seen, REASON);
        unsure.retain(|(control, _)| *control != "password");
        let unsure = send(&mut manager, &unsure).await;
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unsure.body.contains("That is not your password") && unsure.body.contains("Joint visits with &lt;b"));
        assert_eq!(world.count("select count(*) from allocation_override").await, 0);
        let done = send(&mut manager, &because(&seen, REASON)).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let shown = manager.get(&path).await;
        assert!(shown.body.contains("Allocated although something was missing") && shown.body.contains("Joint visits with &lt;b"), "{}", shown.body);
        assert_eq!(world.count("select count(*) from audit where action = 'override-competence-gate' and outcome = 'done'").await, 1);
        let patient = format!("/patients/{}", world.patient);
        assert!(world.signed_in(COLLEAGUE).await.get(&patient).await.status.is_success());
        assert_eq!(world.signed_in(AUTHOR).await.get(&patient).await.status, StatusCode::FORBIDDEN, "her time has ended");
        let record = manager.get(&format!("{patient}/details")).await;
        assert!(record.body.contains("24 January 2026 to 19 November 2026") && record.body.contains("Since 20 November 2026"), "{}", record.body);
        assert_eq!(world.count("select count(*) from patient_version where part = 'supervisors' and why = 'changed'").await, 1);
        let twice = send(&mut manager, &with("takes-over", "20")).await;
        assert!(twice.body.contains("does so already"), "{}", twice.body);
        // And the end of it.
        let page = manager.get(&path).await;
        let whose = option(&page, "Social supervisor: Cole League");
        let end = [
            ("then", "end".to_owned()),
            ("answer/record//whose.choice", whose),
            ("answer/record//last.day", "19".to_owned()),
            ("answer/record//last.month", "11".to_owned()),
            ("answer/record//last.year", "2026".to_owned()),
            ("form", "end".to_owned()),
            ("end/password", PASSWORD.to_owned()),
        ];
        let early = send(&mut manager, &end).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "ends before it begins");
        let mut sound = end.clone();
        sound[2].1 = "25".to_owned();
        let mut unsure = sound.clone();
        unsure[6].1 = "not her password at all".to_owned();
        let unsure = send(&mut manager, &unsure).await;
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unsure.body.contains("#end-password"), "{}", unsure.body);
        assert_eq!(world.count(allocated).await, before);
        assert_eq!(send(&mut manager, &sound).await.status, StatusCode::SEE_OTHER);
        assert_eq!(world.count(allocated).await, before - 1);
    })
    .await;
}

/// With induction, training and experience on record nothing is asked.
#[tokio::test]
async fn whoever_is_trained_takes_a_patient_on_unasked() {
    on_both(async |world: World| {
        let sql = "insert into training (id, organisation_id, person_id, kind, done_on, note, by_id, at)
            select p.id || k.kind, m.organisation_id, p.id, k.kind, '2026-01-05', '', p.id, '2026-01-05T12:00:00Z'
            from person p join membership m on m.person_id = p.id,
                (select 'induction' as kind union select 'equivalent' union select 'mental-health') k
            where p.email = 'colleague@northmere.example.org'";
        world.tamper(sql).await.unwrap();
        let path = format!("/patients/{}/allocation", world.patient);
        let mut manager = world.signed_in(MANAGER).await;
        let page = manager.get(&path).await;
        let cole = option(&page, "Social supervisor: Cole League");
        let pairs = [
            ("then", "allocate"),
            ("answer/record//person.choice", cole.as_str()),
            ("answer/record//how.choice", "covers"),
            ("answer/record//from.day", "20"),
            ("answer/record//from.month", "11"),
            ("answer/record//from.year", "2026"),
            ("password", PASSWORD),
        ];
        let done = manager.post(&path, &pairs).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(world.count("select count(*) from allocation_override").await, 0);
    })
    .await;
}
