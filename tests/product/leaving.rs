//! Somebody leaves: their sessions end at once, nothing they held is left hanging, and no organisation
//! loses its last administrator.

use crate::people::{administrator, invited, link, password_link};
use crate::support::{
    AUTHOR, COLLEAGUE, DOCTOR, MANAGER, PASSWORD, PATIENT, Page, STRANGER, Visitor, World, on_both,
};
use axum::http::StatusCode;
use conditional_discharge::server::store::people;

const ADMIN: &str = "admin@northmere.example.org";

async fn id(world: &World, email: &str) -> String {
    let person = people::by_email(&world.app.db, email).await.unwrap();
    person.unwrap().id.to_string()
}

/// The control that asks who takes over, as the page names it.
fn asks(page: &Page) -> String {
    let at = page
        .body
        .find("name=\"successor/")
        .expect("asks who takes over");
    page.body[at + 6..].split('"').next().unwrap().to_owned()
}

async fn leave(admin: &mut Visitor, path: &str, to: &str) -> Page {
    let shown = admin.get(path).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let control = asks(&shown);
    admin
        .post(path, &[(&control, to), ("password", PASSWORD)])
        .await
}

#[tokio::test]
async fn a_leavers_sessions_end_at_once_and_their_patients_pass_on() {
    on_both(async |world: World| {
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        let (author_id, colleague_id) = (id(&world, AUTHOR).await, id(&world, COLLEAGUE).await);
        let mut author = world.signed_in(AUTHOR).await;
        let mut elsewhere = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        let mut colleague = world.signed_in(COLLEAGUE).await;
        let patient = format!("/patients/{}", world.patient);
        assert_eq!(colleague.get(&patient).await.status, StatusCode::FORBIDDEN);

        let path = format!("{place}/people/{author_id}/leave");
        let shown = admin.get(&path).await;
        for words in ["1 patient in Tarnbeck as social supervisor", "1 report begun and not sent"] {
            assert!(shown.body.contains(words), "{words}: {}", shown.body);
        }
        let [given, family] = [PATIENT.split(' ').next(), PATIENT.split(' ').next_back()];
        assert!(
            !shown.body.contains(given.unwrap()) && !shown.body.contains(family.unwrap()),
            "whoever looks after accounts sees no patient"
        );
        let control = asks(&shown);
        let wrong = admin.post(&path, &[(&control, &colleague_id), ("password", "wrong")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("not your password"));
        let stranger_id = id(&world, STRANGER).await;
        for nobody_who_can in ["", stranger_id.as_str(), author_id.as_str()] {
            let page = admin.post(&path, &[(&control, nobody_who_can), ("password", PASSWORD)]).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{nobody_who_can}");
        }
        assert_eq!(author.get(&patient).await.status, StatusCode::OK, "nothing has happened yet");

        let done = leave(&mut admin, &path, &colleague_id).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        for session in [&mut author, &mut elsewhere] {
            assert_eq!(session.get(&patient).await.location().split('?').next(), Some("/sign-in"));
        }
        let refused = world
            .visitor()
            .post("/sign-in", &[("email", AUTHOR), ("password", PASSWORD)])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = colleague.get(&patient).await;
        assert_eq!(page.status, StatusCode::OK, "the successor supervises at once");
        let told = colleague.get("/notices").await.body;
        assert!(told.contains("this person is now on your list"), "{told}");
        assert!(told.contains("a report was left unfinished"), "{told}");
        assert_eq!(colleague.get(&format!("{report}/take-over")).await.status, StatusCode::OK);
        let record = colleague.get(&format!("{patient}/details")).await.body;
        assert!(record.contains("Cole League"), "the record names the successor");
        assert_eq!(admin.get(&path).await.status, StatusCode::NOT_FOUND, "they are no member any more");
        assert_eq!(world.count("select count(*) from audit where action = 'leave' and outcome = 'done'").await, 1);
        assert_eq!(world.count("select count(*) from person where email = 'author@northmere.example.org' and disabled_at is not null").await, 1);
    })
    .await;
}

#[tokio::test]
async fn with_nobody_to_take_over_the_manager_is_told_and_the_caseload_says_so() {
    on_both(async |world: World| {
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        for who in [AUTHOR, DOCTOR] {
            let path = format!("{place}/people/{}/leave", id(&world, who).await);
            let done = leave(&mut admin, &path, "nobody").await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        }
        let mut manager = world.signed_in(MANAGER).await;
        let told = manager.get("/notices").await.body;
        assert_eq!(
            told.matches("/allocation\">").count(),
            2,
            "once for each: {told}"
        );
        let list = manager.get("/caseload?show=uncovered").await.body;
        assert!(list.contains("No social supervisor allocated"), "{list}");
        assert_eq!(
            world
                .count(
                    "select count(*) from assignment where to_day is null or to_day >= '2026-11-20'"
                )
                .await,
            0
        );
    })
    .await;
}

#[tokio::test]
async fn an_organisation_keeps_an_administrator_and_only_its_own_may_end_accounts() {
    on_both(async |world: World| {
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        let own = format!("{place}/people/{}/leave", id(&world, ADMIN).await);
        let page = admin.post(&own, &[("password", PASSWORD)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Another administrator ends"), "{}", page.body);
        let (mut other, elsewhere) =
            administrator(&world, "admin@harrowdene.example.org", "Harrowdene").await;
        let author = id(&world, AUTHOR).await;
        for path in [
            format!("{place}/people/{author}/leave"),
            format!("{elsewhere}/people/{author}/leave"),
        ] {
            assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "wrong trust");
            assert_eq!(
                other.post(&path, &[("password", PASSWORD)]).await.status,
                StatusCode::NOT_FOUND,
                "wrong trust"
            );
        }
        let mut manager = world.signed_in(MANAGER).await;
        let path = format!("{place}/people/{author}/leave");
        assert_eq!(manager.post(&path, &[("password", PASSWORD)]).await.status, StatusCode::FORBIDDEN);
        // Two administrators who end one another's accounts at the same moment: one of them stays.
        let (second, _) = administrator(&world, "second@northmere.example.org", "Northmere").await;
        let ends = [
            (admin.clone(), format!("{place}/people/{}/leave", id(&world, "second@northmere.example.org").await)),
            (second, own),
        ];
        let posts = ends.map(|(mut who, path)| {
            tokio::spawn(async move { who.post(&path, &[("password", PASSWORD)]).await.status })
        });
        for post in posts {
            post.await.unwrap();
        }
        assert_eq!(
            world
                .count("select count(*) from membership m join person w on w.id = m.person_id join organisation o on o.id = m.organisation_id
                        where o.name = 'Northmere' and m.role = 'administrator' and w.disabled_at is null")
                .await,
            1
        );
        assert_eq!(world.count("select count(*) from audit where action = 'leave'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_leavers_links_open_no_more_nor_do_those_that_they_made() {
    on_both(async |world: World| {
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        let second = "second@northmere.example.org";
        let (mut other, _) = administrator(&world, second, "Northmere").await;
        let (mut theirs, elsewhere) =
            administrator(&world, "admin@harrowdene.example.org", "Harrowdene").await;
        let new = "new.person@northmere.example.org";
        let by_leaver = invited(&mut other, &place, new, "auditor").await;
        let back = invited(&mut admin, &place, AUTHOR, "auditor").await;
        let password = link(&password_link(&world, &mut admin, &place, AUTHOR, &[]).await);
        let stands = invited(&mut admin, &place, "another@northmere.example.org", "auditor").await;
        let joins = invited(&mut theirs, &elsewhere, AUTHOR, "auditor").await;
        let path = format!("{place}/people/{}/leave", id(&world, AUTHOR).await);
        let done = leave(&mut admin, &path, "nobody").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let path = format!("{place}/people/{}/leave", id(&world, second).await);
        let done = admin.post(&path, &[("password", PASSWORD)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);

        let chosen = [("new-password", "mist kettle forty gulls"), ("new-password-again", "mist kettle forty gulls")];
        for closed in [&by_leaver, &back, &password] {
            let mut visitor = world.visitor();
            let page = visitor.get(closed).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND);
            assert!(page.body.contains("ask an administrator of your organisation for another"), "{}", page.body);
            assert_eq!(visitor.post(closed, &chosen).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(world.count("select count(*) from person where email = 'author@northmere.example.org' and disabled_at is not null").await, 1);
        assert_eq!(world.count("select count(*) from person where email = 'new.person@northmere.example.org'").await, 0);
        assert_eq!(world.count("select count(*) from audit where action = 'leave' and reason like '%; 2 unused links closed; account disabled'").await, 1);
        assert_eq!(world.count("select count(*) from audit where action = 'leave' and reason like '%; 1 unused links closed; account disabled'").await, 1);
        // What others offer, and who stays, is no matter of theirs.
        for open in [&stands, &joins] {
            assert_eq!(world.visitor().get(open).await.status, StatusCode::OK);
        }
    })
    .await;
}
