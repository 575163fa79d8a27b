//! The urgent route: danger and telephone first, the organisation's protocol, the event, the notification
//! without anybody's approval, what MHCS was told and replied, and the manager afterwards.

use crate::support::{AUTHOR, MANAGER, PASSWORD, PATIENT, STRANGER, Visitor, World, on_both};
use axum::http::StatusCode;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::auth::passwords::Hasher;
use conditional_discharge::server::store::{organisations, people};

const EVENT: [(&str, &str); 8] = [
    ("id", "0192-event-1"),
    ("answer/entry//on.day", "19"),
    ("answer/entry//on.month", "11"),
    ("answer/entry//on.year", "2026"),
    ("answer/entry//kind.choice", "arrest"),
    (
        "answer/entry//what.text",
        "Arrested at home for a common assault <b>",
    ),
    ("answer/entry//where-now.text", "Northmere police station"),
    ("answer/entry//actions.text", "Duty solicitor asked for"),
];

async fn log(world: &World, visitor: &mut Visitor) -> String {
    let path = format!("/patients/{}/record/event", world.patient);
    let page = visitor.post(&path, &EVENT).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    page.location().to_owned()
}

#[tokio::test]
async fn from_any_page_of_the_patient_to_a_made_notification_without_approval() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let patient = format!("/patients/{}", world.patient);
        let happened = format!("{patient}/happened");
        for page in [&patient, &format!("{patient}/record")] {
            let body = author.get(page).await.body;
            assert!(body.contains(&format!("href=\"{happened}\"")), "{page}");
        }
        let page = author.get(&happened).await.body;
        let danger = page.find("call 999.</strong>").unwrap();
        let ring = page.find("Telephone first, in this order").unwrap();
        let choose = page.find("What has happened?").unwrap();
        assert!(danger < ring && ring < choose);
        let nothing = author.post(&happened, &[("kind", "")]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let row = author.post(&happened, &[("kind", "arrest")]).await;
        assert_eq!(row.status, StatusCode::OK);
        assert!(
            row.body
                .contains("Suggested, not confirmed by your organisation")
        );
        assert!(row.body.contains("value=\"arrest\" checked"));

        let event = log(&world, &mut author).await;
        assert!(
            author
                .get(&event)
                .await
                .body
                .contains("MHCS not recorded as told")
        );
        let papers = format!("{patient}/papers");
        let made = author
            .post(
                &papers,
                &[
                    ("form", "event-notification"),
                    ("about", "0192-event-1"),
                    ("then", "make"),
                ],
            )
            .await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let paper = made.location().to_owned();
        let html = author.get(&format!("{paper}/paper.html")).await;
        assert!(html.body.contains(PATIENT) && html.body.contains("Northmere police station"));
        assert!(html.body.contains("assault &lt;b&gt;") && html.body.contains("Not answered"));
        let pdf = author.get(&format!("{paper}/paper.pdf")).await;
        assert!(pdf.bytes.starts_with(b"%PDF-"));
        assert!(
            !pdf.headers["content-disposition"]
                .to_str()
                .unwrap()
                .contains("Zebedee")
        );

        // The manager was told, and looks afterwards.
        let mut manager = world.signed_in(MANAGER).await;
        assert!(
            manager
                .get("/notices")
                .await
                .body
                .contains("a notifiable event was logged")
        );
        let empty = manager
            .post(&format!("{event}/review"), &[("review", " ")])
            .await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let reviewed = manager
            .post(&format!("{event}/review"), &[("review", "Told in time")])
            .await;
        assert_eq!(reviewed.status, StatusCode::SEE_OTHER);
        assert!(author.get(&event).await.body.contains("Told in time"));
        let own = author
            .post(&format!("{event}/review"), &[("review", "mine")])
            .await;
        assert_eq!(own.status, StatusCode::FORBIDDEN);
        let mut stranger = world.signed_in(STRANGER).await;
        for path in [&happened, &event, &papers, &paper] {
            assert_eq!(
                stranger.get(path).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn what_mhcs_was_told_and_replied_is_recorded_and_the_event_cannot_be_withdrawn() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let event = log(&world, &mut author).await;
        let told = [
            ("id", "0192-told-1"),
            ("answer/entry//told-on.day", "19"),
            ("answer/entry//told-on.month", "11"),
            ("answer/entry//told-on.year", "2026"),
            (
                "answer/entry//told-how.text",
                "Telephone 14:20, duty caseworker",
            ),
        ];
        let mut early = told;
        early[1].1 = "18";
        let page = author.post(&format!("{event}/told"), &early).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("before it happened") && page.body.contains("duty caseworker"));
        let page = author.post(&format!("{event}/told"), &told).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let now = page.location().to_owned();
        let shown = author.get(&now).await.body;
        assert!(shown.contains("What it said before") && shown.contains("duty caseworker"));
        let refused = author
            .post(&format!("{now}/withdraw"), &[("reason", "wrong person")])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("has been reported"));
        // The old address leads to what stands, and one event is one line.
        assert!(author.get(&event).await.body.contains("duty caseworker"));
        let timeline = author
            .get(&format!("/patients/{}/record?show=event", world.patient))
            .await;
        assert_eq!(timeline.body.matches("class=\"timeline-entry\"").count(), 1);
        let none = author
            .get(&format!("/patients/{}/record?show=not-told", world.patient))
            .await;
        assert!(none.body.contains("Nothing recorded."));
    })
    .await;
}

#[tokio::test]
async fn an_event_in_a_made_notification_cannot_be_withdrawn_and_a_fresh_one_can() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let event = log(&world, &mut author).await;
        let papers = format!("/patients/{}/papers", world.patient);
        let begin = [("form", "event-notification"), ("about", "0192-event-1")];
        let paper = author.post(&papers, &begin).await.location().to_owned();
        let seen = author.get(&paper).await.value("seen");
        let made = author
            .post(&paper, &[("seen", &seen), ("then", "make")])
            .await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let refused = author
            .post(&format!("{event}/withdraw"), &[("reason", "x")])
            .await;
        assert!(
            refused.body.contains("has been reported"),
            "{}",
            refused.body
        );

        let mut other = EVENT;
        other[0].1 = "0192-event-2";
        let path = format!("/patients/{}/record/event", world.patient);
        let fresh = author.post(&path, &other).await.location().to_owned();
        let bare = author
            .post(&format!("{fresh}/withdraw"), &[("reason", "")])
            .await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        let gone = author
            .post(
                &format!("{fresh}/withdraw"),
                &[("reason", "another person")],
            )
            .await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        let kept = author.get(gone.location()).await.body;
        assert!(kept.contains("another person") && kept.contains("common assault"));
        let removed = world.tamper("delete from entry").await;
        assert!(removed.is_err(), "the database refuses as well");
        assert!(
            world
                .tamper("update other_paper_made set json = ''")
                .await
                .is_err()
        );
    })
    .await;
}

#[tokio::test]
async fn two_writers_of_one_draft_lose_nothing_and_a_made_paper_never_changes() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let mut manager = world.signed_in(MANAGER).await;
        let papers = format!("/patients/{}/papers", world.patient);
        let paper = author
            .post(&papers, &[("form", "handover")])
            .await
            .location()
            .to_owned();
        let text = |t: &'static str| [("seen", "1"), ("then", "save"), ("answer/how//text", t)];
        assert_eq!(
            author.post(&paper, &text("first words")).await.status,
            StatusCode::SEE_OTHER
        );
        let stale = manager.post(&paper, &text("other words <i>")).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(
            stale.body.contains("other words &lt;i>")
                || stale.body.contains("other words &lt;i&gt;")
        );
        assert!(author.get(&paper).await.body.contains("first words"));
        let mut whole = text("first words, made");
        whole[0].1 = "2";
        whole[1].1 = "make";
        assert_eq!(
            author.post(&paper, &whole).await.status,
            StatusCode::SEE_OTHER
        );
        let before = author.get(&format!("{paper}/paper.pdf")).await.bytes;
        let late = manager
            .post(&paper, &[("seen", "3"), ("answer/how//text", "too late")])
            .await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("too late"));
        assert_eq!(
            author.get(&format!("{paper}/paper.pdf")).await.bytes,
            before
        );
        let given = [
            ("on/day", "21"),
            ("on/month", "11"),
            ("on/year", "2026"),
            ("recipient", "The new supervisor"),
            ("how", "In person"),
        ];
        let ahead = author.post(&format!("{paper}/given"), &given).await;
        assert_eq!(ahead.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(ahead.body.contains("cannot be after today") && ahead.body.contains("In person"));
        let mut today = given;
        today[0].1 = "20";
        assert_eq!(
            author.post(&format!("{paper}/given"), &today).await.status,
            StatusCode::SEE_OTHER
        );
        assert!(
            author
                .get(&papers)
                .await
                .body
                .contains("sent or given on 20 November 2026")
        );
        let huge = "x".repeat(50_001);
        let paper = author
            .post(&papers, &[("form", "handover")])
            .await
            .location()
            .to_owned();
        let long = author
            .post(&paper, &[("seen", "1"), ("answer/how//text", &huge)])
            .await;
        assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(long.body.contains(&huge), "what was typed is kept");
    })
    .await;
}

#[tokio::test]
async fn an_administrator_confirms_the_protocol_and_the_numbers_and_sees_no_patient() {
    on_both(async |world: World| {
        let hash = Hasher::default().hash(PASSWORD).await.unwrap();
        let mut tx = world.app.db.begin().await.unwrap();
        let (northmere, _) = organisations::ensure(&mut tx, "Northmere", "nhs-trust", "Tarnbeck")
            .await
            .unwrap();
        let new = people::NewPerson {
            email: "admin@x",
            name: "Al Admin",
            job_title: "x",
            password_hash: &hash,
        };
        let person = people::add(&mut tx, &new).await.unwrap();
        people::join(&mut tx, &person, &northmere, Role::Administrator, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut admin = world.signed_in("admin@x").await;
        let protocol = admin.get("/protocol").await.location().to_owned();
        assert!(
            admin
                .get(&protocol)
                .await
                .body
                .contains("0 of 39 confirmed")
        );
        let day = [("on/day", "20"), ("on/month", "11"), ("on/year", "2026")];
        let mut row = vec![
            ("urgency", "at-once"),
            ("who", "The duty worker"),
            ("words", "Ring the desk <first>"),
        ];
        row.extend(day);
        let path = format!("{protocol}/events/arrest");
        let mut nobody = row.clone();
        nobody[1].1 = "";
        let refused = admin.post(&path, &nobody).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.body.contains("Say who tells MHCS") && refused.body.contains("Ring the desk")
        );
        assert_eq!(admin.post(&path, &row).await.status, StatusCode::SEE_OTHER);
        let mut number = vec![
            ("telephone", "01632 960111"),
            ("email", ""),
            ("hours", "9 to 5"),
        ];
        number.extend(day);
        let place = format!("{protocol}/contacts/mhcs");
        assert_eq!(
            admin.post(&place, &number).await.status,
            StatusCode::SEE_OTHER
        );
        let happened = format!("/patients/{}/happened", world.patient);
        assert_eq!(admin.get(&happened).await.status, StatusCode::FORBIDDEN);

        let mut author = world.signed_in(AUTHOR).await;
        let page = author.get(&happened).await.body;
        assert!(
            page.contains("01632 960111, 9 to 5") && page.contains("checked on 20 November 2026")
        );
        let page = author.post(&happened, &[("kind", "arrest")]).await.body;
        assert!(page.contains("Confirmed by your organisation on 20 November 2026"));
        assert!(page.contains("The duty worker") && page.contains("Ring the desk &lt;first"));
        assert_eq!(author.get(&protocol).await.status, StatusCode::FORBIDDEN);
        let mut stranger = world.signed_in(STRANGER).await;
        assert_eq!(stranger.get(&protocol).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

/// Agreed nights and the like are on record for the supervisors: nobody is chased to tell MHCS.
#[tokio::test]
async fn what_mhcs_need_not_hear_of_is_on_no_list_of_what_it_was_not_told() {
    const UNTOLD: &str = "MHCS not recorded as told";
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let path = format!("/patients/{}/record/event", world.patient);
        let mut planned = EVENT;
        planned[0].1 = "0192-event-2";
        planned[4].1 = "neighbour-dispute";
        let page = author.post(&path, &planned).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let timeline = format!("/patients/{}/record?show=not-told", world.patient);
        let untold = async |author: &mut Visitor| {
            let caseload = author.get("/caseload").await.body;
            let timeline = author.get(&timeline).await.body;
            (
                caseload.contains(&format!("1 event: {UNTOLD}")),
                timeline.contains("common assault"),
            )
        };
        assert_eq!(untold(&mut author).await, (false, false));
        log(&world, &mut author).await;
        assert_eq!(untold(&mut author).await, (true, true));
    })
    .await;
}
