//! Every page that people of each role reach by links, wide and narrow, with and without errors. With
//! `SCREENSHOTS=folder` it keeps a picture of each. Rooms of self-assessment have their own walk.

use super::crawl::{look, shape, sound, walk};
use super::driver::{Scripts, with_browser};
use super::page::{axe, click_button, fill, wait_for_text};
use super::product::{HEW, INES, JOAN, PRIYA, Product, RUTH, UNA};
use super::quarter::TOM;
use anyhow::{Result, ensure};
use fantoccini::Client;

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
        "reports-x-exceptional",
        "reports-x-part-c-outside",
        "reports-x-freeze",
    ];
    // Help, which is for anybody, leads to the page that verifies a paper; a report that was sent leads
    // to what comes after, one that waits for Part C to the ways around, one that is whole to its freezing.
    let start = [
        "/",
        "/verify",
        "/reports/test-00001-report-3",
        "/reports/test-00005-report-3",
        "/reports/test-00009-report-3/check",
    ];
    as_role(Some(PRIYA), &start, &expected).await
}

/// Looks at the page that came of pressing a button: it must be one with errors. The walks let axe look at
/// the narrow page only; here it looks at the wide one too.
async fn refused(client: &Client, button: &str, name: &str) -> Result<()> {
    click_button(client, button).await?;
    wait_for_text(client, ".nhsuk-error-summary", "There is a problem").await?;
    sound(client, name, &format!("page-{name}")).await?;
    let found = axe(client).await?;
    ensure!(found.is_empty(), "{name}, wide: {found:#?}");
    Ok(())
}

/// What a walk does not come to: it sends forms as they stand, and follows one report of each shape.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_section_with_errors_and_of_taking_a_report_over() -> Result<()> {
    let product = Product::demo()?;
    with_browser(Scripts::On, async |client| {
        let report = "/reports/test-00001-report-4";
        product.sign_in(&client, PRIYA).await?;
        let section = format!("{report}/sections/contact");
        look(&product, &client, &section, "page-section").await?;
        for (part, typed) in [("day", "31"), ("month", "2"), ("year", "2026")] {
            fill(&client, &format!("#answer-b1-last-seen--{part}"), typed).await?;
        }
        refused(&client, "Save and continue", "section-with-errors").await?;
        wait_for_text(&client, ".nhsuk-error-message", "one that the month has").await?;

        product.sign_in(&client, TOM).await?;
        let path = format!("{report}/take-over");
        look(&product, &client, &path, "page-take-over").await?;
        refused(&client, "Become the author", "take-over-with-errors").await
    })
    .await
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
