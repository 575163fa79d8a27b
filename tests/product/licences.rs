//! The page of licences lists what the lock files say. That it lists nothing less than all that is linked
//! is checked by `cargo xtask check`, which knows the whole tree.

use crate::support::World;

#[tokio::test]
async fn every_direct_dependency_is_listed_in_its_locked_version() {
    let world = World::new("sqlite").await;
    let page = world.visitor().get("/licences").await;
    assert_eq!(page.status, 200);
    let (toml, lock) = (
        include_str!("../../Cargo.toml"),
        include_str!("../../Cargo.lock"),
    );
    let section = toml.split("[dependencies]").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    let names: Vec<&str> = section
        .lines()
        .filter(|line| line.contains(" = ") && !line.starts_with('#'))
        .filter_map(|line| line.split(" = ").next())
        .collect();
    assert!(names.len() > 40, "{names:?}");
    for name in names {
        let versions = lock
            .split("[[package]]\n")
            .filter(|package| package.starts_with(&format!("name = \"{name}\"\n")))
            .filter_map(|package| package.split("version = \"").nth(1)?.split('"').next());
        let row = |version: &str| {
            format!("nhsuk-table__cell\">{name}</td><td class=\"nhsuk-table__cell\">{version}</td>")
        };
        let listed = versions.map(row).any(|row| page.body.contains(&row));
        assert!(listed, "{name} is not listed as it is locked");
    }
    for font in ["nhsuk-frontend", "noto-sans", "OFL-1.1"] {
        assert!(page.body.contains(font), "{font}");
    }
}
