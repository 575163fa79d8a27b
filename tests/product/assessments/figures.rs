//! Live figures as evidence: taken with a rating, and frozen with the signature.

use super::*;
use conditional_discharge::domain::identifiers::OrganisationId;
use conditional_discharge::server::store::Tx;

/// Makes somebody a social supervisor of a team.
async fn supervises(
    world: &World,
    tx: &mut Tx,
    email: &str,
    (trust, team): (&OrganisationId, &str),
) {
    let known = people::by_email(&world.app.db, email).await;
    let person = known.unwrap().unwrap();
    people::join(tx, &person.id, trust, Role::SocialSupervisor, Some(team))
        .await
        .unwrap();
}

/// What the page of D3 says of staff with training in date.
fn trained(page: &Page) -> &str {
    let (_, rest) = page
        .body
        .split_once("Staff with training in date: ")
        .unwrap();
    rest.split_once("</li>").unwrap().0
}

#[tokio::test]
async fn what_changes_after_the_signature_changes_no_figure_of_it() {
    on_both(async |world| {
        add_people(&world).await;
        let mut lead = world.signed_in(LEAD).await;
        let path = to_sign_off(&world, &mut lead).await;
        let mut executive = world.signed_in(EXECUTIVE).await;
        let page = sign(&mut executive, &path, "Exa Cutive").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let domain = format!("{path}/domains/D3");
        let before = lead.get(&domain).await;
        assert!(trained(&before).starts_with("0 of "), "{}", trained(&before));
        let frozen = executive.get(&format!("{path}/papers/frozen.json")).await.bytes;

        // Somebody records training of the year that was assessed.
        let figures = format!("/organisations/{}/figures", organisation(&world, "Northmere").await);
        let live = lead.get(&figures).await;
        let sql = "insert into training (id, organisation_id, person_id, kind, done_on, note, by_id, at)
            select '0192-later', m.organisation_id, p.id, 'equivalent', '2026-01-05', '', p.id, '2026-11-20T12:00:00Z'
            from person p join membership m on m.person_id = p.id where p.email = 'colleague@northmere.example.org'";
        world.tamper(sql).await.unwrap();
        let later = lead.get(&figures).await;
        assert_ne!(live.body, later.body, "the live figure moves");
        let after = lead.get(&domain).await;
        assert_eq!(trained(&before), trained(&after));
        assert_eq!(frozen, executive.get(&format!("{path}/papers/frozen.json")).await.bytes);
        // One that is still open takes the figure as it is now, with the next save.
        let next = open(&world, &mut lead, "Northmere").await;
        rate(&world, &mut lead, &next, "D3", &[]).await;
        let open = lead.get(&format!("{next}/domains/D3")).await;
        assert!(trained(&open).starts_with("1 of "), "{}", trained(&open));
    })
    .await;
}

/// A team that supervises nobody says so; nothing is nought per cent of nothing.
#[tokio::test]
async fn a_team_without_cases_says_no_cases() {
    on_both(async |world| {
        add_people(&world).await;
        let mut tx = world.app.db.begin().await.unwrap();
        let (trust, team) = organisations::ensure(&mut tx, "Northmere", "nhs-trust", "Emptymoor")
            .await
            .unwrap();
        for email in [SECOND_LEAD, SECOND_EXECUTIVE, MANAGER] {
            supervises(&world, &mut tx, email, (&trust, &team)).await;
        }
        tx.commit().await.unwrap();
        let mut lead = world.signed_in(LEAD).await;
        let at = format!("/assessments/open/{trust}");
        let id = lead.get(&at).await.value("id");
        let mut typed = vec![
            ("id", id.as_str()),
            ("kind", "team"),
            ("team", team.as_str()),
        ];
        typed.extend(PERIOD);
        let page = lead.post(&at, &typed).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        let path = page.location().to_owned();
        for domain in domains(&world) {
            let page = lead.get(&format!("{path}/domains/{domain}")).await;
            let shown = page.without_nonces();
            for wrong in ["NaN", "0 of 0"] {
                assert!(!shown.contains(wrong), "{domain}: {wrong}");
            }
        }
        let page = lead.get(&format!("{path}/domains/D5")).await;
        assert!(
            page.body.contains(": No cases, now"),
            "no team without cases"
        );
        assert!(!page.body.contains("(0%)"), "{}", page.body);
    })
    .await;
}

/// A directorate is its teams together; with a team in it that is too small to be shown, it has no figures.
#[tokio::test]
async fn a_directorate_takes_the_figures_of_its_teams() {
    on_both(async |world| {
        add_people(&world).await;
        let mut tx = world.app.db.begin().await.unwrap();
        let mut teams = vec![];
        for name in ["Tarnbeck", "Emptymoor"] {
            let (trust, team) = organisations::ensure(&mut tx, "Northmere", "nhs-trust", name)
                .await
                .unwrap();
            teams.push((trust, team));
        }
        // Three in the one, two in the other.
        for (email, (trust, team)) in [
            (SECOND_LEAD, &teams[0]),
            (SECOND_EXECUTIVE, &teams[1]),
            (MANAGER, &teams[1]),
        ] {
            supervises(&world, &mut tx, email, (trust, team)).await;
        }
        tx.commit().await.unwrap();
        let mut lead = world.signed_in(LEAD).await;
        let at = format!("/assessments/open/{}", teams[0].0);
        let begun = async |lead: &mut Visitor, name: &str| {
            let id = lead.get(&at).await.value("id");
            let mut typed = vec![("id", id.as_str()), ("kind", "directorate"), ("name", name)];
            typed.extend(teams.iter().map(|(_, team)| ("team", team.as_str())));
            typed.extend(PERIOD);
            let page = lead.post(&at, &typed).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
            let path = page.location().to_owned();
            lead.get(&format!("{path}/domains/D5")).await.body
        };
        let body = begun(&mut lead, "With a small team").await;
        assert!(!body.contains("First reports sent on time: "), "{body}");
        let mut tx = world.app.db.begin().await.unwrap();
        supervises(&world, &mut tx, DOCTOR, (&teams[1].0, &teams[1].1)).await;
        tx.commit().await.unwrap();
        let body = begun(&mut lead, "Large enough").await;
        assert!(
            body.contains("First reports sent on time: No cases"),
            "{body}"
        );
    })
    .await;
}
