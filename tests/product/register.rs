//! Registering a patient, finding one by name, and saying who supervises.

use crate::support::{AUTHOR, COLLEAGUE, DOCTOR, MANAGER, Page, STRANGER, Visitor, World, on_both};
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
    let page = visitor.get("/register").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let (id, team) = (page.value("id"), option(&page, "Tarnbeck, Northmere"));
    let social = option(&page, "Ada Author,");
    let clinical = option(&page, "Dr Dee Doctor,");
    let pairs = [
        ("id", id.as_str()),
        ("answer/record//given-name.text", "Siân"),
        ("answer/record//family-name.text", family),
        ("answer/record//aliases.text", "Tommy Wolf"),
        ("answer/record//date-of-birth.day", "2"),
        ("answer/record//date-of-birth.month", "3"),
        ("answer/record//date-of-birth.year", "1990"),
        ("answer/record//mhcs-reference.text", reference),
        ("answer/record//nhs-number.text", nhs),
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
    let warned = visitor.post("/register", &pairs).await;
    let mut pairs = pairs.to_vec();
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

#[tokio::test]
async fn a_patient_is_found_by_name_within_ones_own_scope() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        register(&mut author, "O’Łukasz", "TEST/07777", "").await;
        for name in ["sian", "o'lukasz", "WOLF", "quill", "TEST/07777"] {
            let page = author.post("/find", &[("name", name)]).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(
                page.body.contains("href=\"/patients/"),
                "{name}: {}",
                page.body
            );
            assert_eq!(page.value("name").replace("&#x27;", "'"), name);
        }
        let none = author
            .post("/find", &[("name", "<script>alert(1)</script>")])
            .await;
        assert!(none.body.contains("Nobody of that name") && !none.body.contains("<script>alert"));
        for bad in ["", " ", "x"] {
            assert_eq!(
                author.post("/find", &[("name", bad)]).await.status,
                StatusCode::UNPROCESSABLE_ENTITY
            );
        }
        for other in [COLLEAGUE, STRANGER] {
            let page = world
                .signed_in(other)
                .await
                .post("/find", &[("name", "quill")])
                .await;
            assert!(page.body.contains("Nobody of that name"), "{other}");
        }
        assert!(
            world
                .signed_in(MANAGER)
                .await
                .post("/find", &[("name", "quill")])
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
        ];
        let early = send(&mut manager, &end).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "ends before it begins");
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
        ];
        let done = manager.post(&path, &pairs).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(world.count("select count(*) from allocation_override").await, 0);
    })
    .await;
}
