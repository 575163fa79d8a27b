//! Cover for an absence: between its days whoever covers acts as the supervisor, and not outside them.

use crate::support::{
    AUTHOR, COLLEAGUE, DOCTOR, MANAGER, PASSWORD, PATIENT, Page, STRANGER, Visitor, World, on_both,
};
use axum::http::StatusCode;
use chrono::TimeDelta;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::store::people;

pub async fn named(world: &World, email: &str, role: Role) -> String {
    let person = people::by_email(&world.app.db, email)
        .await
        .unwrap()
        .unwrap();
    format!("{}:{}", role.name(), person.id)
}

pub async fn arrange(world: &World, who: &mut Visitor, covers: &str, from: u32, to: u32) -> Page {
    let social = Role::SocialSupervisor;
    let (away, covers) = (named(world, AUTHOR, social).await, covers.to_owned());
    let (from, to) = (from.to_string(), to.to_string());
    let form = [
        ("away", away.as_str()),
        ("covers", covers.as_str()),
        ("from/day", from.as_str()),
        ("from/month", "11"),
        ("from/year", "2026"),
        ("to/day", to.as_str()),
        ("to/month", "11"),
        ("to/year", "2026"),
        ("password", PASSWORD),
    ];
    let first = who.post("/cover", &form).await;
    if !first.body.contains(WARNS) {
        return first;
    }
    let seen = first.value("answer/record//gate.seen");
    let reason = [
        ("answer/record//gate.seen", seen.as_str()),
        ("answer/record//gate.text", "Joint visits with the manager"),
    ];
    who.post("/cover", &[&form[..], &reason[..]].concat()).await
}

/// What the gate says of somebody whose training is not on record.
const WARNS: &str = "This is a warning and stops nobody";

#[tokio::test]
async fn who_covers_untrained_is_warned_of_and_the_reason_is_kept() {
    on_both(async |world: World| {
        let mut manager = world.signed_in(MANAGER).await;
        let away = named(&world, AUTHOR, Role::SocialSupervisor).await;
        let covers = named(&world, COLLEAGUE, Role::SocialSupervisor).await;
        let form = [
            ("away", away.as_str()),
            ("covers", covers.as_str()),
            ("from/day", "22"),
            ("from/month", "11"),
            ("from/year", "2026"),
            ("to/day", "24"),
            ("to/month", "11"),
            ("to/year", "2026"),
            ("password", PASSWORD),
        ];
        let warned = manager.post("/cover", &form).await;
        assert_eq!(warned.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(warned.body.contains(WARNS), "{}", warned.body);
        let seen = warned.value("answer/record//gate.seen");
        // Without a reason, or with one given before anything was shown, it does not go on.
        for (seen, reason) in [(seen.as_str(), " "), ("", "Joint visits")] {
            let more = [
                ("answer/record//gate.seen", seen),
                ("answer/record//gate.text", reason),
            ];
            let page = manager
                .post("/cover", &[&form[..], &more[..]].concat())
                .await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{seen} {reason}");
            assert!(page.body.contains(reason.trim()), "{}", page.body);
        }
        // Nor without the password, and then the reason is kept.
        let unsure = [
            ("answer/record//gate.seen", seen.as_str()),
            ("answer/record//gate.text", "Joint visits with the manager"),
        ];
        let unsure = manager
            .post("/cover", &[&form[..8], &unsure[..]].concat())
            .await;
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unsure.body.contains("Joint visits with the manager"));
        assert_eq!(world.count("select count(*) from cover").await, 0);
        let done = arrange(&world, &mut manager, &covers, 22, 24).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let kept = "select count(*) from allocation_override where reason = 'Joint visits with the manager'";
        assert_eq!(world.count(kept).await, 1);
        assert_eq!(
            world.count("select count(*) from audit where action = 'override-competence-gate'").await,
            1
        );
    })
    .await;
}

async fn status(who: &mut Visitor, path: &str) -> StatusCode {
    who.get(path).await.status
}

#[tokio::test]
async fn who_covers_acts_between_the_days_and_not_outside_them() {
    on_both(async |world: World| {
        let patient = format!("/patients/{}", world.patient);
        let covers = named(&world, COLLEAGUE, Role::SocialSupervisor).await;
        let mut manager = world.signed_in(MANAGER).await;
        let done = arrange(&world, &mut manager, &covers, 22, 24).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let list = manager.get("/cover").await.body;
        assert!(
            list.contains(
                "Cole League covers for Ada Author, 22 November 2026 to 24 November 2026, 1 patient"
            ),
            "{list}"
        );
        for (day, expected) in [
            (20, StatusCode::FORBIDDEN),
            (21, StatusCode::FORBIDDEN),
            (22, StatusCode::OK),
            (24, StatusCode::OK),
            (25, StatusCode::FORBIDDEN),
        ] {
            let start = "2026-11-20T10:00:00Z"
                .parse::<chrono::DateTime<chrono::Utc>>()
                .unwrap();
            world
                .app
                .clock
                .advance(start + TimeDelta::days(day - 20) - world.app.clock.now());
            let mut colleague = world.signed_in(COLLEAGUE).await;
            assert_eq!(
                status(&mut colleague, &patient).await,
                expected,
                "on the {day}th"
            );
            let on_list = colleague.get("/caseload").await.body.contains(PATIENT);
            assert_eq!(on_list, expected == StatusCode::OK, "on the {day}th");
            if day == 22 {
                let page = colleague.get(&patient).await.body;
                assert!(
                    page.contains("Cole League covers as social supervisor until 24 November 2026"),
                    "{page}"
                );
                assert!(
                    colleague
                        .get("/caseload")
                        .await
                        .body
                        .contains("until 24 November 2026")
                );
                let report = colleague.begin(&world.patient).await;
                assert_eq!(
                    status(&mut colleague, &format!("{report}/sections/contact")).await,
                    StatusCode::OK
                );
                assert!(
                    colleague
                        .get("/notices")
                        .await
                        .body
                        .contains("is now on your list")
                );
            }
        }
        let mut author = world.signed_in(AUTHOR).await;
        assert_eq!(
            status(&mut author, &patient).await,
            StatusCode::OK,
            "the supervisor stays the supervisor"
        );
        let timeline = author.get(&format!("{patient}/record")).await.body;
        assert!(
            timeline.contains("covering: Cole League"),
            "the timeline tells the same: {timeline}"
        );
    })
    .await;
}

#[tokio::test]
async fn cover_that_ends_early_opens_nothing_any_more() {
    on_both(async |world: World| {
        let patient = format!("/patients/{}", world.patient);
        let covers = named(&world, COLLEAGUE, Role::SocialSupervisor).await;
        let mut manager = world.signed_in(MANAGER).await;
        arrange(&world, &mut manager, &covers, 20, 28).await;
        let mut colleague = world.signed_in(COLLEAGUE).await;
        assert_eq!(status(&mut colleague, &patient).await, StatusCode::OK);
        let list = manager.get("/cover").await.body;
        let end = list
            .split("action=\"")
            .find(|s| s.starts_with("/cover/"))
            .unwrap();
        let end = end.split('"').next().unwrap().to_owned();
        for (who, expected) in [
            (COLLEAGUE, StatusCode::FORBIDDEN),
            (DOCTOR, StatusCode::FORBIDDEN),
            (STRANGER, StatusCode::FORBIDDEN),
        ] {
            let mut visitor = world.signed_in(who).await;
            let refused = visitor.post(&end, &[("password", PASSWORD)]).await;
            assert_eq!(refused.status, expected, "{who}");
        }
        let cover = end.split('/').nth(2).unwrap();
        let control = format!("{cover}/password");
        let sure = [("form", cover), (control.as_str(), PASSWORD)];
        for wrong in ["", "not her password at all"] {
            let refused = manager.post(&end, &[sure[0], (sure[1].0, wrong)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.body.contains(&format!("name=\"{control}\"")), "beside its field");
            assert_eq!(status(&mut colleague, &patient).await, StatusCode::OK, "still there");
        }
        assert_eq!(manager.post(&end, &sure).await.status, StatusCode::SEE_OTHER);
        assert_eq!(
            manager.post(&end, &sure).await.status,
            StatusCode::NOT_FOUND,
            "ended once"
        );
        assert_eq!(
            status(&mut colleague, &patient).await,
            StatusCode::FORBIDDEN,
            "at once"
        );
        assert_eq!(
            world
                .count("select count(*) from audit where action in ('arrange-cover', 'end-cover') and outcome = 'done'")
                .await,
            2
        );
    })
    .await;
}

#[tokio::test]
async fn cover_is_arranged_by_the_manager_for_people_and_days_that_can_be() {
    on_both(async |world: World| {
        let covers = named(&world, COLLEAGUE, Role::SocialSupervisor).await;
        let mut colleague = world.signed_in(COLLEAGUE).await;
        assert_eq!(
            arrange(&world, &mut colleague, &covers, 20, 24)
                .await
                .status,
            StatusCode::FORBIDDEN
        );
        let mut manager = world.signed_in(MANAGER).await;
        let itself = named(&world, AUTHOR, Role::SocialSupervisor).await;
        let stranger = named(&world, STRANGER, Role::SocialSupervisor).await;
        let doctor = named(&world, DOCTOR, Role::ClinicalSupervisor).await;
        for (covers, from, to, says) in [
            (covers.as_str(), 19, 24, "Cover begins today or later"),
            (&covers, 24, 22, "The last day cannot be before the first"),
            (&covers, 31, 24, "The day must be one that the month has"),
            (&itself, 20, 24, "nobody covers for themselves"),
            (&doctor, 20, 24, "somebody with the same role"),
            (&stranger, 20, 24, "Choose who covers"),
        ] {
            let page = arrange(&world, &mut manager, covers, from, to).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
            assert!(page.body.contains(says), "{says}: {}", page.body);
        }
        assert_eq!(world.count("select count(*) from cover").await, 0);
        // Leave that an entry records is covered when the record says who covers, not when a name is typed.
        let mut author = world.signed_in(AUTHOR).await;
        let leave = [
            ("id", "0192-leave"),
            ("answer/entry//on.day", "20"),
            ("answer/entry//on.month", "11"),
            ("answer/entry//on.year", "2026"),
            ("answer/entry//to.day", "24"),
            ("answer/entry//to.month", "11"),
            ("answer/entry//to.year", "2026"),
            ("answer/entry//which.choice", "social"),
            ("answer/entry//cover.text", "Somebody or other"),
        ];
        let added = author
            .post(
                &format!("/patients/{}/record/leave-cover", world.patient),
                &leave,
            )
            .await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        let uncovered = "A supervisor is away and nobody covers";
        assert!(manager.get("/caseload").await.body.contains(uncovered));
        let done = arrange(&world, &mut manager, &covers, 20, 24).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(!manager.get("/caseload").await.body.contains(uncovered));
    })
    .await;
}
