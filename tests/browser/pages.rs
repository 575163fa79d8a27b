//! Every page that people of each role reach by links, wide and narrow, with and without errors. With
//! `SCREENSHOTS=folder` it keeps a picture of each. Rooms of self-assessment have their own walk.

use super::crawl::{shape, walk};
use super::driver::{Scripts, with_browser};
use super::product::{HEW, INES, JOAN, PRIYA, Product, RUTH, UNA};
use anyhow::{Result, ensure};

/// Whether the walk of self-assessment looks at it.
fn elsewhere(path: &str) -> bool {
    let rooms = ["assessments", "actions", "assurance", "guidance"];
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let own = ["figures", "policies", "lessons", "competence", "guidance"];
    rooms.contains(&parts[0]) || parts.get(2).is_some_and(|room| own.contains(room))
}

/// What a person of a role reaches from some pages, which must include these shapes.
async fn as_role(person: Option<&str>, start: &[&str], expected: &[&str]) -> Result<()> {
    let product = Product::demo()?;
    with_browser(Scripts::On, async |client| {
        if let Some(person) = person {
            product.sign_in(&client, person).await?;
        }
        let public = [
            "/help",
            "/privacy",
            "/cookies",
            "/accessibility",
            "/forms",
            "/licences",
        ];
        let wanted = |path: &str| {
            let open = public.iter().any(|p| path.starts_with(p));
            !elsewhere(path) && (person.is_none() || !open) && path != "/sign-out"
        };
        let who = person.map_or("anybody", |p| p.split('.').next().unwrap_or_default());
        let seen = walk(&product, &client, start, &format!("page-{who}"), wanted).await?;
        for shape in expected {
            ensure!(
                seen.contains(*shape),
                "{shape} is reached by no link: {seen:#?}"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn for_anybody() -> Result<()> {
    let start = [
        "/sign-in",
        "/help/something-has-happened",
        "/sign-in?next=//evil.example",
        "/no-such-page",
    ];
    let expected = ["help", "privacy", "cookies", "accessibility", "forms"];
    as_role(None, &start, &expected).await
}

#[tokio::test(flavor = "multi_thread")]
async fn for_a_social_supervisor() -> Result<()> {
    let expected = [
        "caseload",
        "notices",
        "find",
        "register",
        "account",
        "reports-x",
        "reports-x-check",
        "patients-x",
        "patients-x-details",
        "patients-x-record",
        "patients-x-record-contact",
        "patients-x-happened",
        "patients-x-papers",
        "patients-x-late",
        "patients-x-plan",
        "patients-x-history",
        "reports-x-correspondence",
    ];
    // Help, which is for anybody, leads to the page that verifies a paper; a report that was sent leads
    // to what comes after.
    let start = ["/", "/verify", "/reports/test-00001-report-3"];
    as_role(Some(PRIYA), &start, &expected).await
}

#[tokio::test(flavor = "multi_thread")]
async fn for_a_line_manager() -> Result<()> {
    let expected = [
        "reports-x-review",
        "patients-x-allocation",
        "patients-x-audit",
    ];
    as_role(Some(RUTH), &["/"], &expected).await
}

#[tokio::test(flavor = "multi_thread")]
async fn for_a_clinical_supervisor() -> Result<()> {
    let expected = [
        "reports-x",
        "reports-x-check",
        "reports-x-sections-agreement",
    ];
    as_role(Some(HEW), &["/"], &expected).await
}

#[tokio::test(flavor = "multi_thread")]
async fn for_a_clinical_supervisor_of_two_organisations() -> Result<()> {
    as_role(Some(INES), &["/"], &["reports-x"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn for_an_administrator() -> Result<()> {
    let expected = [
        "administration",
        "organisations-x-settings",
        "organisations-x-people",
        "organisations-x-people-invite",
        "organisations-x-people-x",
        "organisations-x-protocol",
        "retention",
    ];
    as_role(Some(JOAN), &["/"], &expected).await
}

#[tokio::test(flavor = "multi_thread")]
async fn for_an_auditor() -> Result<()> {
    as_role(Some(UNA), &["/"], &["audit"]).await
}

#[test]
fn addresses_of_one_kind_have_one_shape() {
    assert_eq!(
        shape("/reports/test-00001-report-4/check?x#y").as_deref(),
        Some("reports-x-check")
    );
    assert_eq!(shape("/reports/test-00001-report-4/paper.pdf"), None);
    assert_eq!(shape("/guidance/recall").as_deref(), Some("guidance-x"));
}
