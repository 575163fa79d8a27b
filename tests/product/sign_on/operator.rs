//! The operator's command: sets, shows and removes a provider, and never shows its secret.

use crate::support::provider::{ACCOUNT, At, Provider, SECRET};
use crate::support::{AUTHOR, World, on_both};
use std::process::{Command, Output};

fn run(world: &World, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_conditional-discharge"))
        .arg("sign-on")
        .args(args)
        .args(["--database", &world.url])
        .env_remove("CD_DATABASE")
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap()
}

fn both(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .concat()
}

#[tokio::test]
async fn a_provider_is_set_shown_and_removed_and_its_secret_is_never_shown() {
    on_both(async |world: World| {
        let provider = Provider::start(&world, super::NOBODY).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, format!("{SECRET}\n")).unwrap();
        let file = file.display().to_string();
        let set = |changed: (&'static str, &str)| {
            let mut args = vec!["set".to_owned()];
            for (name, value) in [
                ("", "Northmere"),
                ("--issuer", &provider.issuer),
                ("--client-id", "conditional-discharge"),
                ("--client-secret-file", &file),
                ("--name", ACCOUNT),
                ("--origin", "https://reports.example.org"),
            ] {
                let value = if name == changed.0 { changed.1 } else { value };
                args.extend([name.to_owned(), value.to_owned()].into_iter().filter(|a| !a.is_empty()));
            }
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            run(&world, &args)
        };
        let missing = folder.path().join("none").display().to_string();
        for (changed, says) in [
            (("--issuer", "http://login.example.org"), "--issuer must begin with https://"),
            (("--issuer", "login.example.org"), "--issuer must be an address"),
            (("--issuer", "https://login.example.org/?a=b"), "--issuer is an address without"),
            (("", "Nowhere"), "no organisation called Nowhere"),
            (("--client-secret-file", missing.as_str()), "cannot read"),
            (("--name", " "), "--name is what people call the account"),
        ] {
            let output = set(changed);
            assert!(!output.status.success(), "{changed:?}");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(said.contains(says) && said.trim().lines().count() == 1, "{changed:?}: {said}");
        }
        let output = set(("--origin", "https://reports.example.org"));
        assert!(output.status.success(), "{}", both(&output));
        let id = world.text("select organisation_id from identity_provider").await;
        let shown = run(&world, &["show", "--origin", "https://reports.example.org"]);
        for said in [both(&output), both(&shown)] {
            for line in [
                ACCOUNT,
                provider.issuer.as_str(),
                "https://reports.example.org/sign-in/return",
                &format!("https://reports.example.org/sign-in/signed-out/{id}"),
                "post-logout redirect URI  https://reports.example.org/sign-in\n",
            ] {
                assert!(said.contains(line), "{line}: {said}");
            }
            assert!(!said.contains(SECRET), "{said}");
        }
        // What was set works, and what it opened ends when it is taken away.
        let mut at = At::default();
        super::connect(&mut world.signed_in(AUTHOR).await, &mut at, "ada").await;
        let mut author = world.visitor();
        let way = format!("/sign-in/with/{id}");
        assert_eq!(author.through(&mut at, &way, "ada").await.location(), "/");
        let output = run(&world, &["remove", "Northmere"]);
        assert!(output.status.success(), "{}", both(&output));
        assert_eq!(author.get("/").await.location(), "/sign-in");
        assert_eq!(author.get(&way).await.status, 404);
        assert!(both(&run(&world, &["show"])).contains("no identity provider is set"));
        assert!(!run(&world, &["remove", "Northmere"]).status.success());
        assert_eq!(world.count("select count(*) from audit where action in ('set-sign-on', 'remove-sign-on') and person_id is null").await, 2);
        let verified = Command::new(env!("CARGO_BIN_EXE_conditional-discharge")).args(["audit", "verify", "--database", &world.url]).output().unwrap();
        assert!(verified.status.success(), "{}", both(&verified));
    })
    .await;
}
