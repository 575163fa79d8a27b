//! Papers and pages say what the standards are and are not.

use super::*;

#[tokio::test]
async fn papers_and_pages_say_that_the_standards_are_proposed() {
    let world = World::new("sqlite").await;
    add_people(&world).await;
    let mut lead = world.signed_in(LEAD).await;
    let path = open(&world, &mut lead, "Northmere").await;
    for page in [
        "/assessments".to_owned(),
        "/assessments/standards".into(),
        "/assessments/overview".into(),
        "/assessments/checklist/checklist.html".into(),
        path.clone(),
        format!("{path}/domains/D12"),
        format!("{path}/people"),
        format!("{path}/step"),
        format!("{path}/papers/assessment.html"),
        format!("{path}/papers/board.html"),
        format!("{path}/papers/actions.html"),
        format!("{path}/papers/ratings.csv"),
    ] {
        let shown = lead.get(&page).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}: {}", shown.body);
        assert!(shown.body.contains("not the official framework"), "{page}");
    }
    for paper in ["assessment", "board", "actions"] {
        let pdf = lead.get(&format!("{path}/papers/{paper}.pdf")).await;
        assert!(pdf.bytes.starts_with(b"%PDF"), "{paper}");
        let docx = lead.get(&format!("{path}/papers/{paper}.docx")).await;
        assert!(docx.bytes.starts_with(b"PK"), "{paper}");
        assert!(
            lead.get(&format!("{path}/papers/{paper}.html"))
                .await
                .body
                .contains("Draft: not signed")
        );
    }
    assert_eq!(
        lead.get(&format!("{path}/papers/other.pdf")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        lead.get(&format!("{path}/papers/frozen.json")).await.status,
        StatusCode::NOT_FOUND
    );
}
