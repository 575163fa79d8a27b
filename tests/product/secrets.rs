//! Secrets of authenticators at rest, and recovery codes made anew.

use crate::second_factor::{PAGE, asked, now, set_up};
use crate::support::{AUTHOR, COLLEAGUE, PASSWORD, World};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Parser;
use conditional_discharge::server::app::App;
use conditional_discharge::server::config::{Command, CommandLine};
use tempfile::NamedTempFile;

fn key_file(byte: u8) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), STANDARD.encode([byte; 32])).unwrap();
    file
}

/// The same product, started again with another key or none.
async fn again(world: &World, key: Option<&NamedTempFile>) -> anyhow::Result<App> {
    let path = key.map(|k| k.path().display().to_string());
    let mut flags = vec!["conditional-discharge", "serve"];
    flags.extend(path.iter().flat_map(|p| ["--secrets-key", p.as_str()]));
    let Command::Serve(settings) = CommandLine::parse_from(flags).command else {
        unreachable!("serve was asked for")
    };
    let app = App::new(
        world.app.db.clone(),
        world.app.clock.clone(),
        crate::support::short_form(),
        settings,
    );
    app.with_secrets_key().await
}

#[tokio::test]
async fn asvs_13_3_1_secrets_are_sealed_and_still_open_the_door() {
    for database in ["sqlite", "postgres"] {
        eprintln!("on {database}");
        let key = key_file(3);
        let path = key.path().display().to_string();
        let world = World::started(database, &["--secrets-key", &path]).await;
        let mut author = world.signed_in(AUTHOR).await;
        let (secret, _) = set_up(&world, &mut author).await;
        let stored = world.dump("second_factor").await;
        assert!(
            !stored.contains(&secret) && stored.contains("sealed:1:"),
            "{stored}"
        );
        let (mut visitor, step) = asked(&world, AUTHOR).await;
        let code = now(&world, &secret);
        let page = visitor
            .post(
                "/sign-in/code",
                &[("step", &step), ("code", &code), ("next", "/")],
            )
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        // Somebody who can write to the database gives their own secret to somebody else: it opens nothing.
        let mut colleague = world.signed_in(COLLEAGUE).await;
        let (theirs, _) = set_up(&world, &mut colleague).await;
        world
            .tamper("update second_factor set secret = (select s.secret from second_factor s join person p on p.id = s.person_id where p.name = 'Cole League')
                     where person_id = (select id from person where name = 'Ada Author')")
            .await
            .unwrap();
        let (mut visitor, step) = asked(&world, AUTHOR).await;
        let code = now(&world, &theirs);
        let page = visitor
            .post(
                "/sign-in/code",
                &[("step", &step), ("code", &code), ("next", "/")],
            )
            .await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(visitor.cookie.is_none(), "no session");
        let error = again(&world, Some(&key))
            .await
            .map(drop)
            .expect_err("it does not start on an altered secret");
        assert!(
            error.to_string().contains("sealed with another key"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_key_that_comes_later_seals_what_is_there_and_must_be_given_ever_after() {
    for database in ["sqlite", "postgres"] {
        eprintln!("on {database}");
        let world = World::new(database).await;
        let mut author = world.signed_in(AUTHOR).await;
        let (secret, _) = set_up(&world, &mut author).await;
        assert!(
            world.dump("second_factor").await.contains(&secret),
            "without a key"
        );
        let (key, other) = (key_file(3), key_file(4));
        again(&world, Some(&key)).await.unwrap();
        let sealed = world.dump("second_factor").await;
        assert!(
            !sealed.contains(&secret) && sealed.contains("sealed:1:"),
            "{sealed}"
        );
        again(&world, Some(&key)).await.unwrap();
        assert_eq!(world.dump("second_factor").await, sealed, "sealed once");
        for wrong in [Some(&other), None] {
            assert!(again(&world, wrong).await.is_err());
        }
    }
}

#[tokio::test]
async fn new_recovery_codes_take_the_place_of_the_old_ones() {
    crate::support::on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let (secret, old) = set_up(&world, &mut author).await;
        let wrong = [("do", "codes"), ("password", "wrong"), ("code", "000000")];
        assert_eq!(
            author.post(PAGE, &wrong).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let right = [
            ("do", "codes"),
            ("password", PASSWORD),
            ("code", &now(&world, &secret)),
        ];
        let page = author.post(PAGE, &right).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let new: Vec<String> = page
            .body
            .split("<li><code>")
            .skip(1)
            .map(|c| c.split('<').next().unwrap().to_owned())
            .collect();
        assert_eq!(new.len(), 10);
        assert!(new.iter().all(|code| !old.contains(code)));
        for (code, status) in [
            (&old[0], StatusCode::UNPROCESSABLE_ENTITY),
            (&new[0], StatusCode::SEE_OTHER),
            (&new[0], StatusCode::UNPROCESSABLE_ENTITY),
        ] {
            let (mut visitor, step) = asked(&world, AUTHOR).await;
            let page = visitor
                .post(
                    "/sign-in/code",
                    &[("step", &step), ("code", code), ("next", "/")],
                )
                .await;
            assert_eq!(page.status, status, "{}", page.body);
        }
        assert_eq!(
            world
                .count("select count(*) from audit where action = 'new-recovery-codes'")
                .await,
            1
        );
    })
    .await;
}
