//! The whole cycle, from opening to the next year’s.

use super::*;

#[tokio::test]
async fn a_whole_cycle_from_opening_to_next_years() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = open(&world, &mut lead, "Northmere").await;

        // Parts: a contributor for D1, a challenger.
        assert_eq!(give(&mut lead, &path, "Mo Manager", "contributor", &["D1"]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(give(&mut lead, &path, "Ada Author", "challenger", &[]).await.status, StatusCode::SEE_OTHER);
        let mut contributor = world.signed_in(MANAGER).await;
        let page = rate(&world, &mut contributor, &path, "D1", &[("1.1", "1"), ("1.5", "na")]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let page = post(&mut contributor, &format!("{path}/domains/D2"), &[]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);

        // Not ready: what is missing is named.
        let page = step(&mut lead, &path, "ask-for-challenge").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("2.1 has no complete rating") && !page.body.contains(">1.1 has no"));
        for domain in domains(&world).iter().filter(|d| *d != "D1") {
            let page = rate(&world, &mut lead, &path, domain, &[("7.1", "3")]).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        }
        let page = step(&mut lead, &path, "ask-for-challenge").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

        // The second view: one dispute, the rest agreed.
        let mut challenger = world.signed_in(AUTHOR).await;
        let at = format!("{path}/challenge/D7");
        let mut pairs = seen(&world, &mut challenger, &at, "D7").await;
        pairs.push(("view/7.1".into(), "dispute".into()));
        pairs.push(("proposed/7.1".into(), "1".into()));
        pairs.push(("reason/7.1".into(), "Two records have no level".into()));
        assert_eq!(post(&mut challenger, &at, &pairs).await.status, StatusCode::SEE_OTHER);
        agree(&world, &mut challenger, &path).await;
        let page = step(&mut lead, &path, "ask-for-sign-off").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("7.1 is disputed"), "{}", page.body);
        assert!(page.body.contains("1.1 is Type 1 and rated 1: it demands an action"));

        // The lead settles; both views stay.
        let shown = lead.get(&at).await;
        let version = shown.value("seen/7.1");
        let page = lead
            .post(&at, &[("seen/7.1", version.as_str()), ("settle/7.1", "2"), ("reason/7.1", "Agreed between us")])
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let shown = lead.get(&at).await;
        assert!(shown.body.contains("Two records have no level") && shown.body.contains("Agreed between us"));
        assert_eq!(add_action(&mut lead, &path, "1.1", "2027").await.status, StatusCode::SEE_OTHER);
        let page = step(&mut lead, &path, "ask-for-sign-off").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

        // The executive gives it back once, then signs.
        let mut executive = world.signed_in(EXECUTIVE).await;
        let page = sign(&mut executive, &path, "Somebody Else").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("Type your full name, Exa Cutive"));
        let page = sign(&mut executive, &path, "Exa Cutive").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let overview = executive.get(&path).await;
        assert!(overview.body.contains("Six-month review due"), "{}", overview.body);

        // Frozen: papers are the stored bytes, and nothing changes any more.
        let first = executive.get(&format!("{path}/papers/assessment.pdf")).await;
        assert!(first.bytes.starts_with(b"%PDF"));
        world.app.clock.advance(TimeDelta::minutes(20));
        let again = executive.get(&format!("{path}/papers/assessment.pdf")).await;
        assert_eq!(first.bytes, again.bytes);
        let page = rate(&world, &mut lead.clone(), &path, "D1", &[]).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains("signed and frozen"), "{}", page.body);
        let page = challenger.post(&at, &[("view/7.1", "dispute")]).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.body.contains("signed and frozen"));
        for sql in [
            "update assessment_rating set fields = '{}'",
            "delete from assessment_rating",
            "update frozen_assessment set json = '{}'",
            "delete from assessment_paper",
            "update assessment_remark set reason = ''",
            "delete from assessment_signature",
            "update assessment_rating_version set fields = '{}'",
        ] {
            assert!(world.tamper(sql).await.is_err(), "{sql}");
        }

        // The plan goes on; overdue is seen by owner, lead and executive.
        world.app.clock.advance(TimeDelta::days(150));
        let mut owner = world.signed_in(MANAGER).await;
        let mut lead = world.signed_in(LEAD).await;
        let mut executive = world.signed_in(EXECUTIVE).await;
        for visitor in [&mut owner, &mut lead, &mut executive] {
            let page = visitor.get("/actions").await;
            assert!(page.body.contains("Overdue by") && page.body.contains("Write it down"), "{}", page.body);
        }
        assert!(lead.get(&path).await.body.contains("1 action is overdue"));

        // The six-month review, then the next year with this one beside it and the action carried over.
        let page = lead.post(&format!("{path}/review"), &[("note", "")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = lead.post(&format!("{path}/review"), &[("note", "Half of it is done")]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let next = open(&world, &mut lead, "Northmere").await;
        assert_ne!(next, path);
        let shown = lead.get(&format!("{next}/domains/D7")).await;
        assert!(shown.body.contains("In the assessment to 20 November 2026: 2"), "{}", shown.body);
        let plan = lead.get(&format!("{next}/actions")).await;
        assert!(plan.body.contains("Write it down") && plan.body.contains("carried over"));
        rate(&world, &mut lead, &next, "D7", &[("7.1", "3")]).await;
        let compared = lead.get(&format!("{next}/compare")).await;
        assert!(compared.body.contains("Up 1") && compared.body.contains("1 rose, 0 fell, 4 stayed"), "{}", compared.body);
        assert_eq!(world.count("select count(*) from audit where action = 'sign-assessment' and outcome = 'done'").await, 1);
        assert!(world.count("select count(*) from audit where action = 'rate-criteria'").await >= 12);
    })
    .await;
}

#[tokio::test]
async fn a_council_and_a_trust_share_one_by_agreement_of_both() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = open(&world, &mut lead, "Northmere").await;
        let at = format!("{path}/share");
        let page = lead.post(&at, &[("organisation", "Nowhere")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let offer = |password| {
            [
                ("organisation", "Harrowdene"),
                ("form", "share"),
                ("share/password", password),
            ]
        };
        let unsure = lead.post(&at, &offer("not her password at all")).await;
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unsure.body.contains("#share-password") && unsure.body.contains("Harrowdene"));
        assert_eq!(
            lead.post(&at, &offer(PASSWORD)).await.status,
            StatusCode::SEE_OTHER
        );
        // Offered is not agreed.
        let mut other = world.signed_in(OTHER_LEAD).await;
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
        assert!(
            other
                .get("/assessments")
                .await
                .body
                .contains("Northmere offers to share")
        );
        let mut stranger = world.signed_in(STRANGER).await;
        let answer = format!("{at}/answer");
        assert_eq!(
            stranger.post(&answer, &[("answer", "agree")]).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            other.post(&answer, &[("answer", "agree")]).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(other.get(&path).await.status, StatusCode::OK);
        assert_eq!(stranger.get(&path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(
            give(&mut other, &path, "Stan Stranger", "contributor", &["D8"])
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(
            rate(&world, &mut stranger, &path, "D8", &[]).await.status,
            StatusCode::SEE_OTHER
        );
        rate_all(&world, &mut other, &path, &[]).await;
        give(&mut lead, &path, "Ada Author", "challenger", &[]).await;
        assert_eq!(
            step(&mut lead, &path, "ask-for-challenge").await.status,
            StatusCode::SEE_OTHER
        );
        let mut challenger = world.signed_in(AUTHOR).await;
        agree(&world, &mut challenger, &path).await;
        assert_eq!(
            step(&mut lead, &path, "ask-for-sign-off").await.status,
            StatusCode::SEE_OTHER
        );
        // It is frozen when an executive of each has signed.
        let mut executive = world.signed_in(EXECUTIVE).await;
        assert_eq!(
            sign(&mut executive, &path, "Exa Cutive").await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(
            world.count("select count(*) from frozen_assessment").await,
            0
        );
        let page = sign(&mut executive, &path, "Exa Cutive").await;
        assert!(
            page.body.contains("signed it for Northmere already"),
            "{}",
            page.body
        );
        let mut otto = world.signed_in(OTHER_EXECUTIVE).await;
        let page = sign(&mut otto, &path, "Otto Cutive").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert_eq!(
            world.count("select count(*) from frozen_assessment").await,
            1
        );
        assert_eq!(
            otto.get(&format!("{path}/papers/board.pdf")).await.status,
            StatusCode::OK
        );
        assert_eq!(
            otto.get("/assessments/overview").await.status,
            StatusCode::OK
        );
    })
    .await;
}
