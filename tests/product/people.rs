//! People and places: invitations, roles, new passwords, settings; and what goes wrong with them.

use crate::support::{
    AUTHOR, COLLEAGUE, MANAGER, PASSWORD, Page, STRANGER, Visitor, World, on_both,
};
use axum::http::StatusCode;
use chrono::TimeDelta;
use conditional_discharge::domain::people::Role;
use conditional_discharge::server::auth::passwords::Hasher;
use conditional_discharge::server::store::{organisations, people};

const ADMIN: &str = "admin@northmere.example.org";
const NEW: &str = "new.person@northmere.example.org";
const CHOSEN: &str = "mist kettle forty gulls";

/// An administrator of an organisation, and its path.
pub async fn administrator(world: &World, email: &str, organisation: &str) -> (Visitor, String) {
    let hash = Hasher::default().hash(PASSWORD).await.unwrap();
    let id = organisations::named(&world.app.db, organisation)
        .await
        .unwrap()
        .unwrap();
    let mut tx = world.app.db.begin().await.unwrap();
    let new = people::NewPerson {
        email,
        name: "Addy Ministrator",
        job_title: "Systems",
        password_hash: &hash,
    };
    let person = people::add(&mut tx, &new).await.unwrap();
    people::join(&mut tx, &person, &id, Role::Administrator, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (world.signed_in(email).await, format!("/organisations/{id}"))
}

/// The path of the one-time link that a page shows.
pub fn link(page: &Page) -> String {
    let at = page
        .body
        .find("/invitation/")
        .unwrap_or_else(|| panic!("no link: {}", page.body));
    page.body[at..].split('<').next().unwrap().to_owned()
}

pub async fn invited(admin: &mut Visitor, place: &str, email: &str, role: &str) -> String {
    let page = admin
        .post(
            &format!("{place}/people/invite"),
            &[
                ("email", email),
                ("name", "Nia Newcomer"),
                ("job-title", "Social worker"),
                (&format!("role/{role}"), "*"),
                ("password", PASSWORD),
            ],
        )
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    link(&page)
}

/// The page that shows a link to a new password for somebody of the organisation.
pub async fn password_link(
    world: &World,
    admin: &mut Visitor,
    place: &str,
    email: &str,
    more: &[(&str, &str)],
) -> Page {
    let person = people::by_email(&world.app.db, email).await.unwrap();
    let path = format!("{place}/people/{}", person.unwrap().id);
    let pairs = [&[("do", "link"), ("password", PASSWORD)], more].concat();
    let page = admin.post(&path, &pairs).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    page
}

const PASSWORDS: [(&str, &str); 2] = [("new-password", CHOSEN), ("new-password-again", CHOSEN)];

async fn signs_in(world: &World, email: &str, password: &str) -> bool {
    let page = world
        .visitor()
        .post("/sign-in", &[("email", email), ("password", password)])
        .await;
    page.status == StatusCode::SEE_OTHER
}

#[tokio::test]
async fn an_invitation_makes_an_account_once() {
    on_both(async |world: World| {
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        let link = invited(&mut admin, &place, NEW, "social-supervisor").await;
        let token = link.trim_start_matches("/invitation/");
        assert!(token.len() == 64 && world.dump("invitation").await.contains(NEW));
        assert!(
            !world.dump("invitation").await.contains(token),
            "only the digest is kept"
        );
        assert!(
            !admin
                .get(&format!("{place}/people"))
                .await
                .body
                .contains(token),
            "shown once"
        );
        let mut new = world.visitor();
        assert!(
            new.get(&link)
                .await
                .body
                .contains("Northmere invites Nia Newcomer")
        );
        for (password, again, says) in [
            ("password1234", "password1234", "easy to guess"),
            ("NiaNewcomer2026", "NiaNewcomer2026", "easy to guess"),
            ("short", "short", "at least 12"),
            (CHOSEN, "another one entirely", "not the same"),
        ] {
            let page = new
                .post(
                    &link,
                    &[("new-password", password), ("new-password-again", again)],
                )
                .await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(
                page.body.contains(says) && !page.body.contains(password),
                "{}",
                page.body
            );
        }
        let posts = (0..8).map(|_| {
            let (mut visitor, link) = (world.visitor(), link.clone());
            tokio::spawn(async move { visitor.post(&link, &PASSWORDS).await.status })
        });
        let mut done = 0;
        for post in posts.collect::<Vec<_>>() {
            done += usize::from(post.await.unwrap() == StatusCode::SEE_OTHER);
        }
        // A loser may be sent back to the link, which then is used up: one account in any case.
        assert!(done >= 1);
        assert_eq!(
            world
                .count(
                    "select count(*) from person where email = 'new.person@northmere.example.org'"
                )
                .await,
            1
        );
        assert_eq!(
            world
                .count("select count(*) from audit where action = 'accept-invitation'")
                .await,
            1
        );
        assert_eq!(new.get(&link).await.status, StatusCode::NOT_FOUND, "used");
        assert_eq!(
            new.post(&link, &PASSWORDS).await.status,
            StatusCode::NOT_FOUND,
            "replayed"
        );
        assert!(signs_in(&world, NEW, CHOSEN).await);
    })
    .await;
}

#[tokio::test]
async fn a_link_runs_out_is_cancelled_and_is_replaced() {
    on_both(async |world: World| {
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        let first = invited(&mut admin, &place, NEW, "executive").await;
        let second = invited(&mut admin, &place, NEW, "auditor").await;
        let mut new = world.visitor();
        assert_eq!(
            new.get(&first).await.status,
            StatusCode::NOT_FOUND,
            "replaced"
        );
        assert_eq!(new.get(&second).await.status, StatusCode::OK);
        let list = admin.get(&format!("{place}/people")).await.body;
        let cancel = list
            .split("action=\"")
            .find(|s| s.contains("/cancel\""))
            .unwrap();
        let cancel = cancel.split('"').next().unwrap().to_owned();
        let (mut other, elsewhere) =
            administrator(&world, "admin@harrowdene.example.org", "Harrowdene").await;
        let theirs = cancel.replace(&place, &elsewhere);
        assert_eq!(
            other.post(&cancel, &[]).await.status,
            StatusCode::NOT_FOUND,
            "wrong trust"
        );
        assert_eq!(
            other.post(&theirs, &[]).await.status,
            StatusCode::NOT_FOUND,
            "wrong trust"
        );
        assert_eq!(admin.post(&cancel, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(
            new.post(&second, &PASSWORDS).await.status,
            StatusCode::NOT_FOUND,
            "cancelled"
        );
        let third = invited(&mut admin, &place, NEW, "auditor").await;
        world
            .app
            .clock
            .advance(TimeDelta::days(7) + TimeDelta::seconds(1));
        assert_eq!(
            new.post(&third, &PASSWORDS).await.status,
            StatusCode::NOT_FOUND,
            "expired"
        );
        assert_eq!(
            world
                .count(
                    "select count(*) from person where email = 'new.person@northmere.example.org'"
                )
                .await,
            0
        );
    })
    .await;
}

#[tokio::test]
async fn an_account_joins_another_organisation_only_by_its_owners_hand() {
    on_both(async |world: World| {
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        let link = invited(&mut admin, &place, STRANGER, "social-supervisor").await;
        let mut nobody = world.visitor();
        assert!(nobody.get(&link).await.body.contains("Sign in with it to accept"));
        // The link's bearer cannot choose a password for an account that is there.
        nobody.post(&link, &PASSWORDS).await;
        assert!(!signs_in(&world, STRANGER, CHOSEN).await && signs_in(&world, STRANGER, PASSWORD).await);
        let mut colleague = world.signed_in(COLLEAGUE).await;
        assert!(colleague.post(&link, &PASSWORDS).await.body.contains("signed in with another account"));
        let mut stranger = world.signed_in(STRANGER).await;
        assert!(stranger.get(&link).await.body.contains("Join Northmere"));
        assert_eq!(stranger.post(&link, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(world.count("select count(*) from membership m join person p on p.id = m.person_id where p.name = 'Stan Stranger'").await, 2);
        // Joining does not hand the account over: only its first organisation gives it passwords.
        let id = people::by_email(&world.app.db, STRANGER).await.unwrap().unwrap().id;
        let page = admin
            .post(&format!("{place}/people/{id}"), &[("do", "link"), ("password", PASSWORD)])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(world.count("select count(*) from invitation where kind = 'password'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn roles_change_with_ones_password_and_never_ones_own() {
    on_both(async |world: World| {
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        let own = people::by_email(&world.app.db, ADMIN).await.unwrap().unwrap().id;
        let author = people::by_email(&world.app.db, AUTHOR).await.unwrap().unwrap().id;
        let page = format!("{place}/people/{author}");
        let new = [("name", "Ada Author"), ("job-title", "Senior social worker"), ("role/auditor", "*")];
        let refused = admin.post(&page, &new).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains("not your password"));
        let mut visitor = world.signed_in(AUTHOR).await;
        assert_eq!(visitor.get(&format!("/patients/{}", world.patient)).await.status, StatusCode::OK);
        let mut pairs = new.to_vec();
        pairs.push(("password", PASSWORD));
        assert_eq!(admin.post(&page, &pairs).await.status, StatusCode::SEE_OTHER);
        assert_eq!(
            visitor.get(&format!("/patients/{}", world.patient)).await.status,
            StatusCode::FORBIDDEN,
            "at once, in the session that stands"
        );
        let mut foreign = pairs.clone();
        foreign.push(("role/line-manager", "0192-another-trusts-team"));
        assert_eq!(admin.post(&page, &foreign).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let none = [("name", "Ada Author"), ("job-title", "x"), ("password", PASSWORD)];
        assert!(admin.post(&page, &none).await.body.contains("Choose at least one role"));
        let oneself = [("name", "A"), ("job-title", "x"), ("role/line-manager", "*"), ("role/administrator", "*"), ("password", PASSWORD)];
        let refused = admin.post(&format!("{place}/people/{own}"), &oneself).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let invite = [("email", ADMIN), ("name", "A"), ("job-title", "x"), ("role/executive", "*"), ("password", PASSWORD)];
        assert!(admin.post(&format!("{place}/people/invite"), &invite).await.body.contains("You cannot invite yourself"));
        assert_eq!(world.count("select count(*) from membership m join person p on p.id = m.person_id where p.email = 'admin@northmere.example.org'").await, 1);
        assert_eq!(world.count("select count(*) from audit where action = 'change-roles' and reason = 'auditor'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_new_password_by_link_ends_every_session() {
    on_both(async |world: World| {
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        let manager = people::by_email(&world.app.db, MANAGER)
            .await
            .unwrap()
            .unwrap()
            .id;
        let mut old = world.signed_in(MANAGER).await;
        let path = format!("{place}/people/{manager}");
        assert_eq!(
            admin
                .post(&path, &[("do", "link"), ("password", "wrong")])
                .await
                .status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let link = link(
            &admin
                .post(&path, &[("do", "link"), ("password", PASSWORD)])
                .await,
        );
        assert!(
            signs_in(&world, MANAGER, PASSWORD).await,
            "the old one holds until the link is used"
        );
        let mut anybody = world.visitor();
        assert_eq!(
            anybody.post(&link, &PASSWORDS).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(old.get("/").await.location(), "/sign-in");
        assert!(
            signs_in(&world, MANAGER, CHOSEN).await && !signs_in(&world, MANAGER, PASSWORD).await
        );
        assert_eq!(
            anybody.post(&link, &PASSWORDS).await.status,
            StatusCode::NOT_FOUND
        );
        let mut again = world.visitor();
        again
            .post(
                "/sign-in",
                &[("email", MANAGER), ("password", CHOSEN), ("next", "/")],
            )
            .await;
        assert_eq!(again.get("/").await.status, StatusCode::OK);
        assert_eq!(
            admin
                .post(&format!("{place}/people/{manager}/end-sessions"), &[])
                .await
                .status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(
            again.get("/").await.location(),
            "/sign-in",
            "ended by the administrator"
        );
    })
    .await;
}

#[tokio::test]
async fn settings_are_checked_audited_and_not_overwritten_unseen() {
    on_both(async |world: World| {
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        let path = format!("{place}/settings");
        let shown = admin.get(&path).await;
        let seen = shown.value("seen");
        let form = |seen: &str, mailbox: &str, password: &str| -> Vec<(String, String)> {
            [
                ("seen", seen), ("mailbox", mailbox), ("count-from", "first-report"),
                ("target/draft", "21"), ("target/manager", "10"), ("target/part-c", "5"), ("idle-minutes", "20"),
                ("password", password),
            ]
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .to_vec()
        };
        let post = async |admin: &mut Visitor, form: Vec<(String, String)>| {
            let pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            admin.post(&path, &pairs).await
        };
        let page = post(&mut admin, form(&seen, "not a mailbox", PASSWORD)).await;
        assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.body.contains("not a mailbox"));
        assert!(post(&mut admin, form(&seen, "a@b.uk", "wrong")).await.body.contains("not your password"));
        let done = post(&mut admin, form(&seen, "mhcs@example.org", PASSWORD)).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let page = admin.get(&path).await;
        assert!(page.body.contains("mhcs@example.org"));
        let late = post(&mut admin, form(&seen, "overwrites@example.org", PASSWORD)).await;
        assert!(late.status == StatusCode::UNPROCESSABLE_ENTITY && late.body.contains("Somebody else changed") && late.body.contains("overwrites@example.org"));
        assert!(admin.get(&path).await.body.contains("mhcs@example.org"));
        assert_eq!(world.count("select count(*) from audit where action = 'change-settings' and reason like '%mailbox%' and reason not like '%example.org%'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn links_open_no_more_when_who_made_them_is_no_administrator() {
    on_both(async |world: World| {
        let second = "second@northmere.example.org";
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        let (mut other, _) = administrator(&world, second, "Northmere").await;
        let person = people::by_email(&world.app.db, second).await.unwrap();
        let path = format!("{place}/people/{}", person.unwrap().id);
        let link = invited(&mut other, &place, NEW, "auditor").await;
        let mut new = world.visitor();
        assert_eq!(new.get(&link).await.status, StatusCode::OK);
        for role in ["role/auditor", "role/administrator"] {
            let pairs = [
                ("name", "Addy Ministrator"),
                ("job-title", "Systems"),
                (role, "*"),
                ("password", PASSWORD),
            ];
            let done = admin.post(&path, &pairs).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
            // Nor when they become administrator again.
            let page = new.get(&link).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{role}");
            assert!(page.body.contains("ask an administrator of your organisation for another"));
            assert_eq!(new.post(&link, &PASSWORDS).await.status, StatusCode::NOT_FOUND);
        }
        // Nor when the role went in another way than by this page.
        let link = invited(&mut other, &place, NEW, "auditor").await;
        assert!(admin.get(&format!("{place}/people")).await.body.contains(NEW));
        world
            .tamper("delete from membership where role = 'administrator' and person_id in (select id from person where email like 'second%')")
            .await
            .unwrap();
        assert_eq!(new.post(&link, &PASSWORDS).await.status, StatusCode::NOT_FOUND);
        assert!(!admin.get(&format!("{place}/people")).await.body.contains(NEW));
        assert_eq!(world.count("select count(*) from person where email like 'new.person%'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_password_link_is_on_record_wherever_the_account_works_and_its_owner_reads_of_it() {
    on_both(async |world: World| {
        let (mut admin, place) = administrator(&world, ADMIN, "Northmere").await;
        let (mut other, elsewhere) =
            administrator(&world, "admin@harrowdene.example.org", "Harrowdene").await;
        let joins = invited(&mut other, &elsewhere, AUTHOR, "social-supervisor").await;
        let mut author = world.signed_in(AUTHOR).await;
        assert_eq!(author.post(&joins, &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!author.get("/account").await.body.contains("was set by a link"));

        let made = password_link(&world, &mut admin, &place, AUTHOR, &[("second-factor", "yes")]).await;
        let opened = world.visitor().post(&link(&made), &PASSWORDS).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
        let recorded = "select count(distinct chain) from audit where action = 'set-password-by-link'
            and reason = 'a link of Northmere, with removal of the second factor'";
        assert_eq!(world.count(recorded).await, 2);
        let read = other.post("/audit", &[("action", "set-password-by-link")]).await.body;
        assert!(read.contains("Ada Author") && read.contains("a link of Northmere, with removal"), "{read}");
        let mut author = world.visitor();
        author.post("/sign-in", &[("email", AUTHOR), ("password", CHOSEN), ("next", "/")]).await;
        let told = author.get("/account").await.body;
        assert!(told.contains("Your password was set by a link of Northmere, with removal of the second factor, on 20 November 2026"), "{told}");
        let mut manager = world.signed_in(MANAGER).await;
        assert!(!manager.get("/account").await.body.contains("was set by a link"), "nobody else's");
        for chain in conditional_discharge::server::audit::chains(&world.app.db).await.unwrap() {
            let held = conditional_discharge::server::audit::verify(&world.app.db, &chain).await.unwrap();
            assert!(held.is_ok(), "{chain}: {held:?}");
        }
    })
    .await;
}
