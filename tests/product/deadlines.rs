//! What due dates count from, and notices that a report will be late.

use crate::people::administrator;
use crate::support::{AUTHOR, PASSWORD, Visitor, World, on_both, run, to_final_check};
use axum::http::StatusCode;
use conditional_discharge::document::tree::Block;
use conditional_discharge::domain::report::FrozenReport;
use conditional_discharge::server::papers::report as setting;

/// The patient was discharged on 24 January 2026 and today is 20 November: reports fall due on the 21st.
#[tokio::test]
async fn an_organisation_says_what_due_dates_count_from_and_no_date_behind_it_moves() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let plan = format!("/patients/{}/plan", world.patient);
        let before = author.get(&plan).await.body;
        assert!(before.contains("21 November 2026") && before.contains("21 February 2027"), "{before}");
        let (mut admin, place) = administrator(&world, "dates@northmere.example.org", "Northmere").await;
        let path = format!("{place}/settings");
        let wrong = admin.page_with(&path, &[("count-from", "easter"), ("password", PASSWORD)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("Say what due dates count from"), "{}", wrong.body);
        let saved = admin.page_with(&path, &[("count-from", "discharge"), ("password", PASSWORD)]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        let after = author.get(&plan).await.body;
        assert!(after.contains("21 November 2026"), "people were told of this date: {after}");
        assert!(after.contains("24 January 2027") && after.contains("24 April 2027"), "{after}");
        assert!(!after.contains("21 February 2027"), "{after}");
        let first = author.get(&format!("/patients/{}", world.patient)).await.body;
        assert!(first.contains("due 21 February 2026"), "what was owed is owed: {first}");
        assert_eq!(
            world.count("select count(*) from audit where action = 'change-settings' and reason = 'counting'").await,
            1
        );
    })
    .await;
}

/// MHCS is told before a report is begun; the report that answers the due date carries the notice.
#[tokio::test]
async fn a_late_notice_before_the_report_is_begun_goes_with_it() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let path = format!("/patients/{}/late", world.patient);
        let typed = |day: &'static str, how: &'static str| {
            [
                ("told-on/day", day),
                ("told-on/month", "11"),
                ("told-on/year", "2026"),
                ("how", how),
            ]
        };
        for (day, how, message) in [
            ("21", "By telephone", "cannot be after today"),
            ("31", "By telephone", "month"),
            ("20", "  ", "Say how MHCS was told"),
        ] {
            let page = author.page_with(&path, &typed(day, how)).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{day} {how}");
            assert!(page.body.contains(message), "{message}: {}", page.body);
            assert!(
                page.body.contains(&format!("value=\"{day}\"")),
                "what was typed is kept: {}",
                page.body
            );
        }
        assert_eq!(world.count("select count(*) from late_notice").await, 0);
        let told = author
            .page_with(&path, &typed("20", "By telephone to the caseworker"))
            .await;
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.body);
        assert!(
            author
                .get(&path)
                .await
                .body
                .contains("By telephone to the caseworker")
        );
        // The due date was long past when MHCS was told: late, and not told in time.
        let patient = author
            .get(&format!("/patients/{}", world.patient))
            .await
            .body;
        assert!(patient.contains("Late, MHCS not told"), "{patient}");
        let report = author.begin(&world.patient).await;
        let late = author.get(&format!("{report}/late")).await.body;
        assert!(late.contains("By telephone to the caseworker"), "{late}");
    })
    .await;
}

/// Which report it is, and that it was late, stand at the head of every paper: derived, never typed.
#[tokio::test]
async fn a_paper_says_which_report_it_is_and_when_mhcs_was_told() {
    on_both(async |world: World| {
        let (report, mut author) = to_final_check(&world).await;
        let told = [
            ("told-on/day", "18"),
            ("told-on/month", "11"),
            ("told-on/year", "2026"),
            ("how", "By telephone"),
        ];
        let page = author.page_with(&format!("{report}/late"), &told).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let page = author.sign(&format!("{report}/freeze"), "", &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let first = "First report (within 4 weeks of discharge)";
        assert!(author.get(&report).await.body.contains(first));
        let json = author.get(&format!("{report}/paper.json")).await.body;
        let content: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(content["kind"], "first");
        let late = serde_json::json!({"completed-on": "2026-11-20", "told-on": "2026-11-18"});
        assert_eq!(content["lateness"], late);
        let pdf = author.get(&format!("{report}/paper.pdf")).await.bytes;
        let pdf = String::from_utf8(run("pdftotext", &["-layout", "-", "-"], &pdf)).unwrap();
        let html = author.get(&format!("{report}/paper.html")).await.body;
        let docx = author.get(&format!("{report}/paper.docx")).await.bytes;
        let docx = word(&docx);
        for (format, paper) in [("pdf", pdf), ("html", html), ("docx", docx)] {
            for words in [
                "Type of report",
                first,
                "Completed on",
                "20 November 2026, after the due date",
                "MHCS told that it would be late",
                "18 November 2026, after the due date",
            ] {
                assert!(paper.contains(words), "{words}: {format}: {paper}");
            }
        }
        // What was frozen before these were kept is set as it was: no row more, no row fewer.
        let (_, mut content) = FrozenReport::read(&json).unwrap();
        (content.kind, content.lateness) = (None, None);
        let old = FrozenReport::write(&content).unwrap();
        assert!(!old.json().contains("\"kind\"") && !old.json().contains("lateness"));
        let (old, content) = FrozenReport::read(old.json()).unwrap();
        let head = setting::full(&content, old.digest());
        let rows = head.blocks.iter().find_map(|block| match block {
            Block::Facts(facts) => Some(&facts.rows),
            _ => None,
        });
        let labels: Vec<&str> = rows.unwrap().iter().map(|f| f.label.as_str()).collect();
        assert_eq!(
            labels,
            [
                "Patient",
                "Date of birth",
                "MHCS reference",
                "Organisation",
                "Reporting period",
                "Due date"
            ]
        );
    })
    .await;
}

/// The text of a Word file.
fn word(bytes: &[u8]) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let document = zip.by_name("word/document.xml").unwrap();
    std::io::read_to_string(document).unwrap()
}

/// What an entry of the timeline says of the discharge itself is what every list goes by.
#[tokio::test]
async fn a_recall_suspends_what_falls_due_and_an_absolute_discharge_ends_it() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let stop = async |author: &mut Visitor, kind: &str, id: &str, more: &[(&str, &str)]| {
            let typed: Vec<(&str, &str)> = [
                ("id", id),
                ("answer/entry//on.day", "20"),
                ("answer/entry//on.month", "2"),
                ("answer/entry//on.year", "2026"),
            ]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
            let path = format!("/patients/{}/record/{kind}", world.patient);
            let page = author.post(&path, &typed).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        };
        assert!(author.get("/").await.body.contains("Late, MHCS not told"));
        let hospital = [("answer/entry//hospital.text", "Aldersmoor Hospital")];
        stop(&mut author, "recall", "0192-recall-1", &hospital).await;
        // The first report was due a day after the warrant: it is suspended, though it was begun.
        for list in ["/", "/caseload"] {
            let body = author.get(list).await.body;
            assert!(!body.contains("Late, MHCS not told"), "{list}: {body}");
        }
        let caseload = author.get("/caseload?show=stopped").await.body;
        assert!(
            caseload.contains("Recalled on 20 February 2026"),
            "{caseload}"
        );
        assert_eq!(
            author.get(&report).await.status,
            StatusCode::OK,
            "what was begun stays"
        );
        let ended = [
            ("answer/entry//how.choice", "secretary-of-state"),
            (
                "answer/entry//evidence.text",
                "MHCS, letter of 20 February 2026",
            ),
        ];
        stop(&mut author, "absolute-discharge", "0192-end-1", &ended).await;
        let caseload = author.get("/caseload?show=stopped").await.body;
        assert!(caseload.contains("Ended on 20 February 2026"), "{caseload}");
    })
    .await;
}
