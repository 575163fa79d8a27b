//! Canary words: planted wherever a patient's text can stand, and then looked for wherever it must not:
//! the log, addresses, headers, error pages, the pages of everybody who may not read the record, and the
//! pages and papers of another patient. The same walk looks at every page for elements of one id.

use crate::assessments;
use crate::matrix::ROUTES;
use crate::people::administrator;
use crate::support::{
    AUTHOR, COLLEAGUE, DOCTOR, FACTS, MANAGER, PART_C, Page, STRANGER, Visitor, World, case,
    short_form,
};
use axum::http::StatusCode;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::store::{cases, organisations, people};
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};

/// Planted in the record, an entry, a report, a comment, and Part C; and the patient's names.
const CANARIES: [&str; 7] = [
    "Zebedee",
    "Quillfeather",
    "canaryrecord",
    "canaryentry",
    "canaryreport",
    "canarycomment",
    "canarypartc",
];

/// Looked for where nobody is called so.
const SOUGHT: &str = "nobodyofthatname";

/// What the log would hold, kept to be read.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn canaries_in(text: &str) -> Vec<&'static str> {
    CANARIES.into_iter().filter(|c| text.contains(c)).collect()
}

/// Ids that stand more than once on a page.
fn doubled(body: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    body.split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|id| !seen.insert((*id).to_owned()))
        .map(str::to_owned)
        .collect()
}

struct Walk {
    log: Kept,
    patient: String,
    report: String,
    entry: String,
    paper: String,
    place: String,
    pages: usize,
}

impl Walk {
    /// The addresses of every page there is, about the patient, the report and the organisation.
    fn addresses(&self) -> Vec<String> {
        let gets = ROUTES
            .iter()
            .filter(|(_, methods)| methods.starts_with("GET"));
        let mut all: Vec<String> = gets
            .map(|(route, _)| {
                let paper = if route.contains("checklist") {
                    "checklist.html"
                } else {
                    &self.paper
                };
                route
                    .replace("{patient}", &self.patient)
                    .replace("{report}", &self.report)
                    .replace("{entry}", &self.entry)
                    .replace("{paper}", paper)
                    .replace("{organisation}", &self.place)
                    .replace("{section}", "contact")
                    .replace("{kind}", "contact")
                    .replace("{group}", "addresses")
                    .replace("{item}", "new")
                    .replace("{figure}", "contact-gaps")
                    .replace("{topic}", "role")
                    .replace("{event}", "arrest")
                    .replace("{place}", "mhcs")
                    .replace("{step}", "restrict")
                    .replace("{format}", "html")
            })
            .map(|path| {
                // What is left stands for something that is not there.
                let mut path = path;
                while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
                    path.replace_range(from..=to, "0192-missing");
                }
                path
            })
            .collect();
        all.extend([
            format!("/caseload?show={}", CANARIES[1]),
            format!("/no-such-page/{}", CANARIES[2]),
        ]);
        all
    }

    /// Looks at an answer: nobody finds a canary in its headers; who may not read finds none at all, and
    /// who may read finds none in a page that says what went wrong.
    fn look(&mut self, who: &str, reads: bool, path: &str, page: &Page) {
        self.pages += 1;
        for (name, value) in &page.headers {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            assert_eq!(canaries_in(&value), [""; 0], "{who} {path}: header {name}");
        }
        let failed = page.status.as_u16() >= 400 && page.status != StatusCode::UNPROCESSABLE_ENTITY;
        // A conflict shows what stands to who may read it.
        if !reads || (failed && page.status != StatusCode::CONFLICT) {
            let body = String::from_utf8_lossy(&page.bytes);
            assert_eq!(canaries_in(&body), [""; 0], "{who} {path}: {}", page.status);
        }
        if page.body.starts_with("<!DOCTYPE html>") {
            assert_eq!(
                doubled(&page.body),
                [""; 0],
                "{who} {path}: two elements of one id"
            );
        }
    }

    async fn walk(&mut self, who: &str, visitor: &mut Visitor, reads: bool) {
        for path in self.addresses() {
            if path == "/sign-out" || (path.contains("canary") && reads) {
                continue;
            }
            let page = visitor.get(&path).await;
            self.look(who, reads, &path, &page);
        }
        // Typed into the wrong form, it comes back to who typed it and goes nowhere else.
        for (path, control) in [
            ("/find", "name"),
            ("/emergency", "reference"),
            ("/audit", "who"),
        ] {
            let page = visitor.post(path, &[(control, SOUGHT)]).await;
            for (name, value) in &page.headers {
                let value = String::from_utf8_lossy(value.as_bytes());
                assert!(!value.contains(SOUGHT), "{who} {path}: header {name}");
            }
            self.look(who, reads, path, &page);
        }
        let found = visitor.get("/find/results").await;
        self.look(who, reads, "/find/results", &found);
        let log = String::from_utf8(self.log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(canaries_in(&log), [""; 0], "the log, after {who}: {log}");
        assert!(!log.contains(SOUGHT), "the log, after {who}: {log}");
    }
}

/// Plants the canaries through the product, from the record to the finished paper.
async fn plant(world: &World, log: Kept, place: String) -> Walk {
    let mut author = world.signed_in(AUTHOR).await;
    let patient = format!("/patients/{}", world.patient);
    let health = author.get(&format!("{patient}/details/health")).await;
    let edit = [
        ("version/record/", health.value("version/record/")),
        ("answer/record//mental-disorder.text", "canaryrecord".into()),
        ("answer/record//why.choice", "missing".into()),
    ];
    let edit: Vec<(&str, &str)> = edit.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(
        author
            .post(&format!("{patient}/details/health"), &edit)
            .await
            .status,
        303
    );
    let event = [
        ("id", "0192-event"),
        ("answer/entry//on.day", "18"),
        ("answer/entry//on.month", "11"),
        ("answer/entry//on.year", "2026"),
        ("answer/entry//kind.choice", "arrest"),
        ("answer/entry//what.text", "canaryentry"),
    ];
    assert_eq!(
        author
            .post(&format!("{patient}/record/event"), &event)
            .await
            .status,
        303
    );
    let report = author.begin(&world.patient).await;
    author.write_report(&report).await;
    let contact = format!("{report}/sections/contact");
    author
        .save(
            &contact,
            &[("answer/contact-summary//text", "canaryreport and more")],
        )
        .await;
    let signed = author
        .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
        .await;
    assert_eq!(signed.status, 303, "{}", signed.body);
    let mut manager = world.signed_in(MANAGER).await;
    let comment = [
        ("decision", "return"),
        ("comment/contact-summary", "canarycomment"),
    ];
    let returned = manager
        .sign(&format!("{report}/review"), "Mo Manager", &comment)
        .await;
    assert_eq!(returned.status, 303, "{}", returned.body);
    // A comment is met by a change of what it is about.
    author
        .save(
            &contact,
            &[(
                "answer/contact-summary//text",
                "canaryreport and still more",
            )],
        )
        .await;
    let signed = author
        .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
        .await;
    assert_eq!(signed.status, 303, "{}", signed.body);
    manager
        .sign(
            &format!("{report}/review"),
            "Mo Manager",
            &[("decision", "approve")],
        )
        .await;
    let mut doctor = world.signed_in(DOCTOR).await;
    let mut part_c = PART_C.to_vec();
    part_c[0].1 = "canarypartc";
    doctor
        .save(&format!("{report}/sections/clinical"), &part_c)
        .await;
    doctor
        .sign(&format!("{report}/part-c/sign"), "Dr Dee Doctor", &[])
        .await;
    let frozen = author.sign(&format!("{report}/freeze"), "", &[]).await;
    assert_eq!(frozen.status, 303, "{}", frozen.body);
    let begun = author
        .post(
            &format!("{patient}/papers"),
            &[
                ("form", "event-notification"),
                ("about", "0192-event"),
                ("then", "make"),
            ],
        )
        .await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    Walk {
        log,
        patient: world.patient.clone(),
        report: report.trim_start_matches("/reports/").to_owned(),
        entry: "0192-event".into(),
        paper: begun.location().rsplit('/').next().unwrap().to_owned(),
        place,
        pages: 0,
    }
}

#[tokio::test]
async fn asvs_14_2_1_planted_words_are_where_they_belong_and_nowhere_else() {
    let log = Kept::default();
    let writer = log.clone();
    // What the product logs, one level louder than it does.
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let world = World::new("sqlite").await;
    assessments::add_people(&world).await;
    let (mut admin, place) =
        administrator(&world, "admin@northmere.example.org", "Northmere").await;
    let (mut other_admin, _) =
        administrator(&world, "admin@harrowdene.example.org", "Harrowdene").await;
    let mut walk = plant(
        &world,
        log,
        place.trim_start_matches("/organisations/").to_owned(),
    )
    .await;
    // The canaries are where they belong: a walk that finds none anywhere would prove nothing.
    let mut author = world.signed_in(AUTHOR).await;
    let mut belongs = String::new();
    for path in [
        format!("/patients/{}/details", walk.patient),
        format!("/patients/{}/record", walk.patient),
        format!("/reports/{}/paper.html", walk.report),
        format!("/reports/{}/review", walk.report),
        format!("/reports/{}/internal", walk.report),
        format!("/reports/{}", walk.report),
    ] {
        belongs.push_str(&author.get(&path).await.body);
    }
    belongs.push_str(&world.dump("comment").await);
    for canary in CANARIES {
        assert!(belongs.contains(canary), "{canary} was planted");
    }

    let mut auditor = joined(
        &world,
        "auditor@northmere.example.org",
        Role::Auditor,
        "Northmere",
    )
    .await;
    let mut support = joined(
        &world,
        "support@northmere.example.org",
        Role::Support,
        "Northmere",
    )
    .await;
    let mut theirs = joined(
        &world,
        "manager@harrowdene.example.org",
        Role::LineManager,
        "Harrowdene",
    )
    .await;
    let mut manager = world.signed_in(MANAGER).await;
    let mut doctor = world.signed_in(DOCTOR).await;
    let mut colleague = world.signed_in(COLLEAGUE).await;
    let mut stranger = world.signed_in(STRANGER).await;
    let mut lead = world.signed_in(assessments::LEAD).await;
    for (who, visitor, reads) in [
        ("the author", &mut author, true),
        ("the manager", &mut manager, true),
        ("the clinical supervisor", &mut doctor, true),
        ("a colleague", &mut colleague, false),
        ("the auditor", &mut auditor, false),
        ("support", &mut support, false),
        ("the administrator", &mut admin, false),
        ("an assessment lead", &mut lead, false),
        ("another trust's supervisor", &mut stranger, false),
        ("another trust's manager", &mut theirs, false),
        ("another trust's administrator", &mut other_admin, false),
        ("nobody", &mut world.visitor(), false),
    ] {
        walk.walk(who, visitor, reads).await;
    }
    assert!(walk.pages > 12 * 80, "{} pages", walk.pages);
}

async fn joined(world: &World, email: &str, role: Role, organisation: &str) -> Visitor {
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
        name: email,
        job_title: "x",
        password_hash: &known.password_hash.unwrap(),
    };
    let person = people::add(&mut tx, &new).await.unwrap();
    people::join(&mut tx, &person, &place, role, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.signed_in(email).await
}

/// Another patient of the same author: nothing of the first stands in any page or paper of the second.
#[tokio::test]
async fn nothing_of_one_patient_is_in_another_patients_pages_or_papers() {
    let world = World::new("sqlite").await;
    let (_, place) = administrator(&world, "admin@northmere.example.org", "Northmere").await;
    let id = place.trim_start_matches("/organisations/").to_owned();
    let mut walk = plant(&world, Kept::default(), id).await;
    let mut second = case();
    second.record.given_name = "Second".into();
    second.record.family_name = "Person".into();
    second.record.mhcs_reference = "TEST/09002".into();
    let northmere = organisations::named(&world.app.db, "Northmere")
        .await
        .unwrap()
        .unwrap();
    let now = world.app.clock.now();
    let patient = cases::import(
        &world.app.db,
        &short_form(),
        &northmere,
        "Tarnbeck",
        &second,
        now,
    )
    .await
    .unwrap();
    let mut author = world.signed_in(AUTHOR).await;
    let report = author.begin(patient.as_str()).await;
    author.write_report(&report).await;
    author
        .sign(&format!("{report}/sign"), "Ada Author", &FACTS)
        .await;
    let mut manager = world.signed_in(MANAGER).await;
    manager
        .sign(
            &format!("{report}/review"),
            "Mo Manager",
            &[("decision", "approve")],
        )
        .await;
    let mut doctor = world.signed_in(DOCTOR).await;
    doctor
        .save(&format!("{report}/sections/clinical"), &PART_C)
        .await;
    doctor
        .sign(&format!("{report}/part-c/sign"), "Dr Dee Doctor", &[])
        .await;
    let frozen = author.sign(&format!("{report}/freeze"), "", &[]).await;
    assert_eq!(frozen.status, 303, "{}", frozen.body);
    let (first, first_report) = (walk.patient.clone(), walk.report.clone());
    walk.patient = patient.to_string();
    walk.report = report.trim_start_matches("/reports/").to_owned();
    let about = |path: &String| path.contains(&walk.patient) || path.contains(&walk.report);
    let addresses: Vec<String> = walk.addresses().into_iter().filter(about).collect();
    assert!(addresses.len() > 40, "{}", addresses.len());
    for path in addresses {
        for (who, visitor) in [("the author", &mut author), ("the manager", &mut manager)] {
            let page = visitor.get(&path).await;
            let body = String::from_utf8_lossy(&page.bytes).into_owned();
            assert_eq!(canaries_in(&body), [""; 0], "{who} {path}");
            assert!(
                !body.contains(&first) && !body.contains(&first_report),
                "{who} {path}: no way to the other either"
            );
        }
    }
}
