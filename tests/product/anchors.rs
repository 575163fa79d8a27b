//! The audit's head, kept elsewhere by the operator, from the command line.

use crate::support::{AUTHOR, World, on_both};
use std::process::Command;

/// Rows after the second are gone, and the head says that there never were any.
pub const CUT: &str = "delete from audit where chain <> 'install' and number > 2;
    update audit_head set number = 2, digest = (select digest from audit where audit.chain = audit_head.chain and audit.number = 2) where chain <> 'install'";

/// Runs `audit` on the world's database: whether it succeeded, and all it said.
pub fn audit(world: &World, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_conditional-discharge"))
        .env_remove("RUST_BACKTRACE")
        .arg("audit")
        .args(arguments)
        .args(["--database", &world.url])
        .output()
        .unwrap();
    let words = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&words).into_owned(),
    )
}

#[tokio::test]
async fn a_head_is_exported_and_a_cut_audit_does_not_agree_with_it() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        author.begin(&world.patient).await;
        author.get(&format!("/patients/{}", world.patient)).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("head.json").display().to_string();
        let (sound, words) = audit(&world, &["head", "--export", &file]);
        assert!(sound, "{words}");
        let (sound, printed) = audit(&world, &["head"]);
        assert!(sound && printed.contains("\"heads\""), "{printed}");
        // What happens after is no fault.
        author.get(&format!("/patients/{}", world.patient)).await;
        let (sound, words) = audit(&world, &["verify", "--anchor", &file]);
        assert!(sound && words.contains("agrees with the anchor"), "{words}");

        world.unprotect_audit().await;
        world.tamper(CUT).await.unwrap();
        let (sound, words) = audit(&world, &["verify"]);
        assert!(sound, "the chain alone cannot tell: {words}");
        let (sound, words) = audit(&world, &["verify", "--anchor", &file]);
        assert!(
            !sound && words.contains("that the anchor names are missing"),
            "{words}"
        );
        assert!(words.contains("the audit does not hold"), "{words}");

        std::fs::write(&file, "{").unwrap();
        let (sound, words) = audit(&world, &["verify", "--anchor", &file]);
        assert!(!sound && words.contains("head.json"), "{words}");
        let (sound, words) = audit(&world, &["verify", "--anchor", "/nowhere/head.json"]);
        assert!(!sound && words.contains("/nowhere/head.json"), "{words}");
    })
    .await;
}

#[tokio::test]
async fn a_chain_is_printed_as_csv() {
    on_both(async |world: World| {
        world.signed_in(AUTHOR).await;
        let (sound, words) = audit(&world, &["export", "--chain", "install"]);
        assert!(
            sound && words.contains("\"Ada Author\",\"sign-in\""),
            "{words}"
        );
        let days = [
            "export",
            "--chain",
            "install",
            "--from",
            "2026-11-20",
            "--to",
            "2026-11-20",
        ];
        let (sound, words) = audit(&world, &days);
        assert!(sound && words.contains("\"Ada Author\""), "{words}");
        let (sound, words) = audit(
            &world,
            &["export", "--chain", "install", "--to", "2026-11-19"],
        );
        assert!(sound && !words.contains("\"Ada Author\""), "{words}");
        let (sound, words) = audit(&world, &["export", "--chain", "Nowhere"]);
        assert!(
            !sound && words.contains("there is no chain “Nowhere”"),
            "{words}"
        );
    })
    .await;
}
