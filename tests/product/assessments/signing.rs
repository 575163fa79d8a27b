//! Signing: once, what was read, and actions that live on.

use super::*;

#[tokio::test]
async fn two_who_sign_at_once_sign_once() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = to_sign_off(&world, &mut lead).await;
        // Two leads who ask at once: the second is told where it stands.
        let mut second_lead = world.signed_in(SECOND_LEAD).await;
        let page = step(&mut second_lead, &path, "ask-for-sign-off").await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains("With the executive"), "{}", page.body);
        let mut one = world.signed_in(EXECUTIVE).await;
        let mut two = world.signed_in(SECOND_EXECUTIVE).await;
        let (first, second) = tokio::join!(
            sign(&mut one, &path, "Exa Cutive"),
            sign(&mut two, &path, "Exo Cutive")
        );
        let mut statuses = [first.status, second.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
        assert_eq!(
            world
                .count("select count(*) from assessment_signature")
                .await,
            1
        );
        assert_eq!(
            world.count("select count(*) from frozen_assessment").await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_page_of_an_earlier_text_signs_nothing() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = to_sign_off(&world, &mut lead).await;
        let mut executive = world.signed_in(EXECUTIVE).await;
        let seen = executive.get(&format!("{path}/sign")).await.value("seen");
        assert_eq!(
            add_action(&mut lead, &path, "3.3", "2027").await.status,
            StatusCode::SEE_OTHER
        );
        let pairs = [
            ("decision", "sign"),
            ("seen", seen.as_str()),
            ("name", "Exa Cutive"),
            ("password", PASSWORD),
        ];
        let page = executive.post(&format!("{path}/sign"), &pairs).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(
            page.body.contains("Something in it changed"),
            "{}",
            page.body
        );
        // Given back with a reason: ratings open again, and the reason is seen.
        let at = format!("{path}/sign");
        let page = executive
            .post(&at, &[("decision", "return"), ("reason", " ")])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = executive
            .post(
                &at,
                &[("decision", "return"), ("reason", "D2 needs figures")],
            )
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert!(lead.get(&path).await.body.contains("D2 needs figures"));
        assert_eq!(
            rate(&world, &mut lead, &path, "D2", &[("2.1", "1")])
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        // What was agreed stays agreed; what changed needs a second view again.
        assert_eq!(
            step(&mut lead, &path, "ask-for-challenge").await.status,
            StatusCode::SEE_OTHER
        );
        let page = step(&mut lead, &path, "ask-for-sign-off").await;
        assert!(
            page.body.contains("2.1 has no second view yet") && !page.body.contains("2.2 has no"),
            "{}",
            page.body
        );
    })
    .await;
}

#[tokio::test]
async fn an_action_is_updated_by_its_owner_and_never_overwritten() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = open(&world, &mut lead, "Northmere").await;
        assert_eq!(
            add_action(&mut lead, &path, "1.1", "2027").await.status,
            StatusCode::SEE_OTHER
        );
        let plan = lead.get(&format!("{path}/actions")).await;
        let at = plan
            .body
            .split("href=\"/actions/")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let at = format!("/actions/{at}");
        let mut owner = world.signed_in(MANAGER).await;
        let due = [("due/day", "1"), ("due/month", "3"), ("due/year", "2027")];
        let send = |seen: &'static str,
                    state: &'static str,
                    note: &'static str,
                    evidence: &'static str| {
            let mut pairs = vec![
                ("seen", seen),
                ("state", state),
                ("note", note),
                ("evidence", evidence),
            ];
            pairs.extend(due);
            pairs
        };
        let page = owner.post(&at, &send("0", "done", "did it", "")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.body.contains("Say what shows that it is done") && page.body.contains("did it")
        );
        assert_eq!(
            owner
                .post(&at, &send("0", "under-way", "Draft is out", ""))
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        let page = lead.post(&at, &send("0", "dropped", "No money", "")).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(
            page.body.contains("Draft is out") && page.body.contains("No money"),
            "{}",
            page.body
        );
        assert_eq!(
            owner
                .post(&at, &send("1", "done", "", "Minutes of May"))
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        // A colleague and another organisation do not get in; an executive sees and does not write.
        let mut colleague = world.signed_in(AUTHOR).await;
        assert_eq!(colleague.get(&at).await.status, StatusCode::FORBIDDEN);
        let mut other = world.signed_in(OTHER_LEAD).await;
        assert_eq!(other.get(&at).await.status, StatusCode::NOT_FOUND);
        let mut executive = world.signed_in(EXECUTIVE).await;
        assert_eq!(executive.get(&at).await.status, StatusCode::OK);
        assert_eq!(
            executive
                .post(&at, &send("2", "open", "again", ""))
                .await
                .status,
            StatusCode::FORBIDDEN
        );
        // CSV: what looks like a formula stays text.
        let csv = lead.get(&format!("{path}/papers/actions.csv")).await;
        assert!(
            csv.body
                .contains("\"Write it down\",\"Mo Manager\",\"2027-03-01\",\"Done\""),
            "{}",
            csv.body
        );
    })
    .await;
}
