//! People who belong to two organisations work in each of them, and in none besides.

use crate::audits::add;
use crate::support::{AUTHOR, Visitor, World, on_both};
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::store::{organisations, people};

/// Somebody with a role in both organisations, signed in.
async fn in_both(world: &World, role: Role) -> Visitor {
    let email = format!("{}@x", role.name());
    add(world, &email, "Bo Both", role, "Northmere").await;
    let person = people::by_email(&world.app.db, &email).await.unwrap();
    let harrowdene = organisations::named(&world.app.db, "Harrowdene")
        .await
        .unwrap()
        .unwrap();
    let mut tx = world.app.db.begin().await.unwrap();
    people::join(&mut tx, &person.unwrap().id, &harrowdene, role, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.signed_in(&email).await
}

/// The page of each organisation: only Northmere's shows what is Northmere's.
async fn each_has_its_own(world: &World, both: &mut Visitor, path: &str, northmeres: &str) {
    for (name, shows) in [("Northmere", true), ("Harrowdene", false)] {
        let id = organisations::named(&world.app.db, name)
            .await
            .unwrap()
            .unwrap();
        let page = both.get(&format!("{path}?organisation={id}")).await;
        assert_eq!(page.status, 200, "{path} of {name}");
        let about = format!("This is about <strong>{name}");
        assert!(page.body.contains(&about), "{path} of {name}");
        assert_eq!(page.body.contains(northmeres), shows, "{path} of {name}");
    }
    let elsewhere = organisations::named(&world.app.db, "Elsewhere")
        .await
        .unwrap()
        .unwrap();
    for wrong in [elsewhere.as_str(), "no-such", "%00", ""] {
        let page = both.get(&format!("{path}?organisation={wrong}")).await;
        assert_eq!(page.status, 404, "{path} of {wrong:?}");
    }
    assert_eq!(
        both.get(path).await.status,
        200,
        "without a choice, the first"
    );
}

#[tokio::test]
async fn each_organisation_of_a_person_has_its_own_pages() {
    on_both(async |world: World| {
        add(&world, "stray@x", "Stray", Role::Auditor, "Elsewhere").await;
        let mut author = world.signed_in(AUTHOR).await;
        author.begin(&world.patient).await;

        let mut auditor = in_both(&world, Role::Auditor).await;
        each_has_its_own(&world, &mut auditor, "/audit", "TEST/09001").await;
        let mut manager = in_both(&world, Role::LineManager).await;
        each_has_its_own(&world, &mut manager, "/cover", "Ada Author").await;

        let mut keeper = in_both(&world, Role::Administrator).await;
        let of = async |name: &str| {
            let id = organisations::named(&world.app.db, name).await.unwrap();
            format!("/retention?organisation={}", id.unwrap())
        };
        let hold = [
            ("act", "hold"),
            ("form", "hold"),
            ("hold/reference", "TEST/09001"),
            ("hold/reason", "An inquest"),
        ];
        let wrong = keeper.post(&of("Harrowdene").await, &hold).await;
        assert_eq!(wrong.status, 422, "it is not Harrowdene's patient");
        let right = keeper.post(&of("Northmere").await, &hold).await;
        assert_eq!(right.status, 303);
        assert_eq!(right.headers["location"], of("Northmere").await.as_str());
        each_has_its_own(&world, &mut keeper, "/retention", "An inquest").await;
    })
    .await;
}
