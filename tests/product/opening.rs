//! Who opens a record besides its team: restricted records, joint working, emergencies; each with who
//! may not, from where not, and when not any more.

use crate::people::administrator;
use crate::support::{
    AUTHOR, COLLEAGUE, DOCTOR, MANAGER, PASSWORD, PATIENT, Page, STRANGER, Visitor, World, on_both,
};
use axum::http::StatusCode;
use chrono::TimeDelta;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::store::{organisations, people};

pub const OTHER_MANAGER: &str = "other.manager@northmere.example.org";
pub const AUDITOR: &str = "auditor@northmere.example.org";

/// Somebody more at an organisation.
pub async fn add(world: &World, email: &str, name: &str, role: Role, organisation: &str) {
    let place = organisations::named(&world.app.db, organisation)
        .await
        .unwrap()
        .unwrap();
    let known = people::by_email(&world.app.db, AUTHOR)
        .await
        .unwrap()
        .unwrap();
    let mut tx = world.app.db.begin().await.unwrap();
    let new = people::NewPerson {
        email,
        name,
        job_title: role.words(),
        password_hash: &known.password_hash.unwrap(),
    };
    let person = people::add(&mut tx, &new).await.unwrap();
    people::join(&mut tx, &person, &place, role, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

pub async fn id(world: &World, email: &str) -> String {
    let person = people::by_email(&world.app.db, email).await.unwrap();
    person.unwrap().id.to_string()
}

pub async fn step(world: &World, who: &mut Visitor, step: &str, form: &[(&str, &str)]) -> Page {
    let mut pairs = form.to_vec();
    pairs.push(("password", PASSWORD));
    who.post(
        &format!("/patients/{}/access/{step}", world.patient),
        &pairs,
    )
    .await
}

pub async fn restrict(world: &World, who: &mut Visitor) {
    let page = step(
        world,
        who,
        "restrict",
        &[("reason", "A relative of a colleague")],
    )
    .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

/// Status and body, without what differs between any two answers.
fn told(page: &Page) -> (StatusCode, String) {
    (page.status, page.without_nonces())
}

#[tokio::test]
async fn a_restricted_record_is_like_a_missing_one_to_all_but_the_people_it_names() {
    on_both(async |world: World| {
        add(&world, OTHER_MANAGER, "Other Manager", Role::LineManager, "Northmere").await;
        let patient = format!("/patients/{}", world.patient);
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let mut manager = world.signed_in(MANAGER).await;
        restrict(&world, &mut manager).await;
        assert_eq!(manager.get(&patient).await.status, StatusCode::OK, "whoever restricts it is named");

        for who in [AUTHOR, DOCTOR, OTHER_MANAGER, COLLEAGUE] {
            let mut visitor = world.signed_in(who).await;
            for path in ["", "/record", "/details", "/audit", "/access", "/allocation"] {
                let ours = told(&visitor.get(&format!("{patient}{path}")).await);
                let missing = told(&visitor.get(&format!("/patients/0192-missing{path}")).await);
                assert_eq!(ours.0, StatusCode::NOT_FOUND, "{who} {path}");
                assert_eq!(ours, missing, "{who} {path}: one answer for both");
            }
            let ours = told(&visitor.get(&report).await);
            assert_eq!(ours, told(&visitor.get("/reports/0192-missing").await), "{who}: the report too");
            assert_eq!(ours.0, StatusCode::NOT_FOUND);
            let save = visitor.post(&format!("{report}/sections/contact"), &[("answer/contact-summary//text", "x")]).await;
            assert_eq!(save.status, StatusCode::NOT_FOUND, "{who}: nor written");
            for list in ["/", "/caseload", "/notices"] {
                assert!(!visitor.get(list).await.body.contains(PATIENT), "{who} {list}");
            }
            let found = visitor.search("Quillfeather").await;
            assert!(!found.body.contains("Zebedee"), "{who}");
        }
        assert!(world.count("select count(*) from audit where outcome = 'refused' and reason = 'the record is restricted to named people'").await >= 24, "each refusal is on record");

        // Named, each can do what their role lets them: the author writes, the other manager reads.
        let page = step(&world, &mut manager, "name", &[("person", &id(&world, AUTHOR).await)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert_eq!(author.get(&report).await.status, StatusCode::OK, "in the session that stands");
        assert!(author.get("/caseload").await.body.contains(PATIENT));
        let shown = author.get(&patient).await.body;
        assert!(shown.contains("This record is restricted"));
        assert_eq!(author.get(&format!("{patient}/access")).await.status, StatusCode::FORBIDDEN, "a name gives no role");
        step(&world, &mut manager, "name", &[("person", &id(&world, COLLEAGUE).await)]).await;
        let mut colleague = world.signed_in(COLLEAGUE).await;
        assert_eq!(colleague.get(&patient).await.status, StatusCode::FORBIDDEN, "nor an allocation; but it is there");

        let page = step(&world, &mut manager, "unname", &[("person", &id(&world, AUTHOR).await)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert_eq!(author.get(&report).await.status, StatusCode::NOT_FOUND, "at once");
        let own = step(&world, &mut manager, "unname", &[("person", &id(&world, MANAGER).await)]).await;
        assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody takes their own name off");
        let wrong = manager.post(&format!("{patient}/access/lift"), &[("reason", "x"), ("password", "wrong")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("not your password"));
        step(&world, &mut manager, "lift", &[("reason", "No longer needed")]).await;
        assert_eq!(author.get(&report).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_restricted_record_keeps_somebody_who_answers_for_it() {
    on_both(async |world: World| {
        add(
            &world,
            OTHER_MANAGER,
            "Other Manager",
            Role::LineManager,
            "Northmere",
        )
        .await;
        add(&world, AUDITOR, "Audrey Tor", Role::Auditor, "Northmere").await;
        let patient = format!("/patients/{}", world.patient);
        let mut manager = world.signed_in(MANAGER).await;
        restrict(&world, &mut manager).await;
        let mut auditor = world.signed_in(AUDITOR).await;
        let rows = auditor.get(&format!("{patient}/audit")).await;
        assert_eq!(rows.status, StatusCode::OK, "who looked stays readable");
        assert!(rows.body.contains("A relative of a colleague") && !rows.body.contains(PATIENT));
        let (mut admin, place) =
            administrator(&world, "admin@northmere.example.org", "Northmere").await;
        let path = format!("{place}/people/{}/leave", id(&world, MANAGER).await);
        let left = admin.post(&path, &[("password", PASSWORD)]).await;
        assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.body);
        let mut other = world.signed_in(OTHER_MANAGER).await;
        assert_eq!(
            other.get(&patient).await.status,
            StatusCode::OK,
            "the team’s managers inherit it"
        );
        let mut author = world.signed_in(AUTHOR).await;
        assert_eq!(
            author.get(&patient).await.status,
            StatusCode::NOT_FOUND,
            "nobody else does"
        );
    })
    .await;
}

/// Lets the stranger in from one day of November to another.
pub async fn grant(world: &World, who: &mut Visitor, email: &str, from: u32, to: u32) -> Page {
    let (from, to) = (from.to_string(), to.to_string());
    let form = [
        ("email", email),
        ("role", "social-supervisor"),
        ("reason", "Joint working with the council"),
        ("from/day", &from),
        ("from/month", "11"),
        ("from/year", "2026"),
        ("to/day", &to),
        ("to/month", "11"),
        ("to/year", "2026"),
    ];
    step(world, who, "grant", &form).await
}

#[tokio::test]
async fn joint_working_opens_one_patient_to_one_person_for_its_days() {
    on_both(async |world: World| {
        add(
            &world,
            "second@harrowdene.example.org",
            "Second Stranger",
            Role::SocialSupervisor,
            "Harrowdene",
        )
        .await;
        let patient = format!("/patients/{}", world.patient);
        let mut manager = world.signed_in(MANAGER).await;
        for (email, from, to, says) in [
            (
                COLLEAGUE,
                20,
                24,
                "People of your own are allocated instead",
            ),
            ("nobody@example.org", 20, 24, "Give the e-mail address"),
            ("not an address", 20, 24, "Give the e-mail address"),
            (STRANGER, 19, 24, "They can be let in from today on"),
            (STRANGER, 24, 22, "The last day cannot be before the first"),
        ] {
            let page = grant(&world, &mut manager, email, from, to).await;
            assert!(
                page.status == StatusCode::UNPROCESSABLE_ENTITY && page.body.contains(says),
                "{says}: {}",
                page.body
            );
        }
        let mut author = world.signed_in(AUTHOR).await;
        assert_eq!(
            grant(&world, &mut author, STRANGER, 20, 24).await.status,
            StatusCode::FORBIDDEN
        );
        let mut stranger = world.signed_in(STRANGER).await;
        assert_eq!(
            grant(&world, &mut stranger, STRANGER, 20, 24).await.status,
            StatusCode::NOT_FOUND,
            "nobody lets themselves in"
        );

        let done = grant(&world, &mut manager, STRANGER, 21, 23).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let start = world.app.clock.now();
        for (day, expected) in [
            (20, StatusCode::NOT_FOUND),
            (21, StatusCode::OK),
            (23, StatusCode::OK),
            (24, StatusCode::NOT_FOUND),
        ] {
            world
                .app
                .clock
                .advance(start + TimeDelta::days(day - 20) - world.app.clock.now());
            let mut stranger = world.signed_in(STRANGER).await;
            assert_eq!(
                stranger.get(&patient).await.status,
                expected,
                "on the {day}th"
            );
            assert_eq!(
                stranger.get("/caseload").await.body.contains(PATIENT),
                expected == StatusCode::OK,
                "on the {day}th"
            );
            if day == 21 {
                let report = stranger.begin(&world.patient).await;
                assert_eq!(
                    stranger
                        .get(&format!("{report}/sections/contact"))
                        .await
                        .status,
                    StatusCode::OK
                );
                for (path, status) in [
                    ("/allocation", StatusCode::FORBIDDEN),
                    ("/access", StatusCode::FORBIDDEN),
                    ("/audit", StatusCode::FORBIDDEN),
                    ("/subject-access", StatusCode::FORBIDDEN),
                ] {
                    assert_eq!(
                        stranger.get(&format!("{patient}{path}")).await.status,
                        status,
                        "{path} stays with the organisation"
                    );
                }
                assert_eq!(
                    stranger.get(&format!("{report}/review")).await.status,
                    StatusCode::FORBIDDEN
                );
            }
            let mut second = world.signed_in("second@harrowdene.example.org").await;
            assert_eq!(
                second.get(&patient).await.status,
                StatusCode::NOT_FOUND,
                "only the person who was let in"
            );
        }
        let mut stranger = world.signed_in(STRANGER).await;
        assert_eq!(
            stranger.get("/reports/0192-missing").await.status,
            StatusCode::NOT_FOUND
        );

        // Ended before its time; and a restricted record names whom it lets in.
        let mut manager = world.signed_in(MANAGER).await;
        grant(&world, &mut manager, STRANGER, 24, 28).await;
        assert_eq!(stranger.get(&patient).await.status, StatusCode::OK);
        restrict(&world, &mut manager).await;
        assert_eq!(
            stranger.get(&patient).await.status,
            StatusCode::NOT_FOUND,
            "not named"
        );
        step(
            &world,
            &mut manager,
            "name",
            &[("person", &id(&world, STRANGER).await)],
        )
        .await;
        assert_eq!(stranger.get(&patient).await.status, StatusCode::OK, "named");
        let page = manager
            .get(&format!("{patient}/access/end-grant"))
            .await
            .body;
        let grant = page
            .split("type=\"radio\"")
            .nth(1)
            .unwrap()
            .split("value=\"")
            .nth(1)
            .unwrap();
        let grant = grant.split('"').next().unwrap().to_owned();
        let ended = step(&world, &mut manager, "end-grant", &[("person", &grant)]).await;
        assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.body);
        assert_eq!(
            stranger.get(&patient).await.status,
            StatusCode::NOT_FOUND,
            "at once"
        );
    })
    .await;
}

async fn reference(world: &World) -> String {
    world.text("select mhcs_reference from patient").await
}

#[tokio::test]
async fn an_emergency_opens_a_record_for_hours_and_everybody_who_answers_is_told() {
    on_both(async |world: World| {
        add(&world, AUDITOR, "Audrey Tor", Role::Auditor, "Northmere").await;
        let patient = format!("/patients/{}", world.patient);
        let reference = reference(&world).await;
        let mut colleague = world.signed_in(COLLEAGUE).await;
        assert_eq!(colleague.get(&patient).await.status, StatusCode::FORBIDDEN);
        for (form, says) in [
            (vec![("reference", reference.as_str())], "Say why it cannot wait"),
            (vec![("reason", "Police are at the door")], "Give the MHCS reference"),
            (vec![("reference", "no such one"), ("reason", "Police are at the door")], "no record with this reference"),
        ] {
            let page = colleague.post("/emergency", &form).await;
            assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.body.contains(says), "{says}: {}", page.body);
        }
        // Another organisation's reference is like none.
        let mut stranger = world.signed_in(STRANGER).await;
        let form = [("reference", reference.as_str()), ("reason", "Police are at the door")];
        let theirs = stranger.post("/emergency", &form).await;
        assert!(theirs.body.contains("no record with this reference"));
        assert_eq!(stranger.get(&patient).await.status, StatusCode::NOT_FOUND);

        let opened = colleague.post("/emergency", &form).await;
        assert_eq!((opened.status, opened.location()), (StatusCode::SEE_OTHER, patient.as_str()));
        let page = colleague.get(&patient).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("You opened this record in an emergency. It closes for you at 20 November 2026 at 14:00"), "{}", page.body);
        assert_eq!(colleague.get(&format!("{patient}/record/contact")).await.status, StatusCode::OK, "what happened can be recorded");
        for closed in ["/details/health", "/allocation", "/access", "/subject-access"] {
            assert_eq!(colleague.get(&format!("{patient}{closed}")).await.status, StatusCode::FORBIDDEN, "{closed}");
        }
        let begun = colleague.post(&format!("{patient}/reports"), &[]).await;
        assert_eq!(begun.status, StatusCode::FORBIDDEN, "a report is not urgent");
        for who in [MANAGER, AUDITOR] {
            let mut visitor = world.signed_in(who).await;
            let notices = visitor.get("/notices").await.body;
            assert!(notices.contains("opened this record in an emergency"), "{who}: {notices}");
            let rows = visitor.get(&format!("{patient}/audit")).await.body;
            assert!(rows.contains("Police are at the door") && rows.contains("Cole League"), "{who}");
        }
        // An auditor reads of nobody by name, in what they are told as in the audit.
        let mut auditor = world.signed_in(AUDITOR).await;
        for page in ["/", "/notices", "/audit", &format!("{patient}/audit")] {
            let shown = auditor.get(page).await.body;
            assert!(!shown.contains("Zebedee") && !shown.contains("Quillfeather"), "{page}: {shown}");
            assert!(page.starts_with("/patients") || shown.contains(&reference), "{page}: {shown}");
        }
        let mut author = world.signed_in(AUTHOR).await;
        assert!(!author.get("/notices").await.body.contains("in an emergency"));
        world.app.clock.advance(TimeDelta::hours(4));
        let mut colleague = world.signed_in(COLLEAGUE).await;
        assert_eq!(colleague.get(&patient).await.status, StatusCode::FORBIDDEN, "over");
        assert_eq!(world.count("select count(*) from audit where action = 'break-glass' and outcome = 'done'").await, 1);
        assert_eq!(world.count("select count(*) from audit where action = 'break-glass' and outcome = 'refused'").await, 2);
    })
    .await;
}

#[tokio::test]
async fn an_emergency_opens_a_restricted_record_and_the_organisation_says_who_may() {
    on_both(async |world: World| {
        let patient = format!("/patients/{}", world.patient);
        let reference = reference(&world).await;
        let mut manager = world.signed_in(MANAGER).await;
        restrict(&world, &mut manager).await;
        let mut colleague = world.signed_in(COLLEAGUE).await;
        let form = [
            ("reference", reference.as_str()),
            ("reason", "Police are at the door"),
        ];
        assert_eq!(colleague.get(&patient).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            colleague.post("/emergency", &form).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(colleague.get(&patient).await.status, StatusCode::OK);
        world.app.clock.advance(TimeDelta::hours(4));
        let mut colleague = world.signed_in(COLLEAGUE).await;
        assert_eq!(
            colleague.get(&patient).await.status,
            StatusCode::NOT_FOUND,
            "hidden again"
        );

        let northmere = organisations::named(&world.app.db, "Northmere")
            .await
            .unwrap()
            .unwrap();
        let mut tx = world.app.db.begin().await.unwrap();
        organisations::adjust(&mut tx, &northmere, |s| {
            s.emergency_roles = vec![Role::LineManager]
        })
        .await
        .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(
            colleague.get("/emergency").await.status,
            StatusCode::FORBIDDEN
        );
        assert_eq!(
            colleague.post("/emergency", &form).await.status,
            StatusCode::FORBIDDEN
        );
        let mut manager = world.signed_in(MANAGER).await;
        assert_eq!(manager.get("/emergency").await.status, StatusCode::OK);
    })
    .await;
}
