//! Figures: counted from what people did in the product.

use crate::support::{AUTHOR, MANAGER, World, on_both, to_final_check};
use conditional_discharge::domain::assurance::{FigureId, Period, Value};
use conditional_discharge::domain::identifiers::OrganisationId;
use conditional_discharge::server::access::{Actor, TimeLeft, ViewFigures, prove_in};
use conditional_discharge::server::store::{assurance, organisations, people};

async fn actor(world: &World, email: &str) -> Actor {
    let person = people::by_email(&world.app.db, email)
        .await
        .unwrap()
        .unwrap();
    Actor {
        memberships: people::memberships(&world.app.db, &person.id)
            .await
            .unwrap(),
        person: person.id,
        name: person.name,
        job_title: person.job_title,
        session: String::new(),
        authenticated_at: world.app.clock.now(),
        second_factor: false,
        lacks_second_factor: false,
        address: String::new(),
        provider: None,
        viewing: None,
        time_left: TimeLeft::default(),
    }
}

async fn northmere(world: &World) -> OrganisationId {
    organisations::named(&world.app.db, "Northmere")
        .await
        .unwrap()
        .unwrap()
}

async fn value(world: &World, id: FigureId) -> Value {
    let manager = actor(world, MANAGER).await;
    let organisation = northmere(world).await;
    let proof = prove_in::<ViewFigures>(&world.app, &manager, &organisation)
        .await
        .unwrap();
    let period = Period::year_to(world.app.clock.today());
    let app = &world.app;
    let figures = assurance::figures(&app.db, &app.forms, &proof, period, &[])
        .await
        .unwrap();
    figures.into_iter().find(|f| f.id == id).unwrap().value
}

fn share(numerator: u32, denominator: u32) -> Value {
    Value::Share {
        numerator,
        denominator,
    }
}

#[tokio::test]
async fn a_report_that_was_sent_counts_in_every_figure_it_bears_on() {
    on_both(async |world: World| {
        assert_eq!(
            value(&world, FigureId::ConditionEvidence).await.in_words(),
            "No cases"
        );
        let (report, mut author) = to_final_check(&world).await;
        author.sign(&format!("{report}/freeze"), "", &[]).await;
        let sent = [
            ("sent-on/day", "20"),
            ("sent-on/month", "11"),
            ("sent-on/year", "2026"),
            ("recipient", "x@example.org"),
            ("form-of-sending", "pdf"),
        ];
        let page = author.post(&format!("{report}/sent"), &sent).await;
        assert_eq!(page.status.as_u16(), 303, "{}", page.body);
        assert_eq!(
            value(&world, FigureId::ConditionEvidence).await,
            share(2, 2)
        );
        assert_eq!(value(&world, FigureId::ReturnedReports).await, share(0, 1));
        assert_eq!(
            value(&world, FigureId::SignOffTurnaround).await,
            Value::Median {
                half_days: Some(0),
                of: 1
            }
        );
        assert_eq!(value(&world, FigureId::Unallocated).await, share(0, 1));
        // The short form does not ask for the patient's view.
        assert_eq!(value(&world, FigureId::PatientView).await, share(0, 0));
        // Author, colleague, manager: nobody's training is on record.
        assert_eq!(value(&world, FigureId::TrainingCurrent).await, share(0, 3));
    })
    .await;
}

#[tokio::test]
async fn a_returned_report_is_counted_from_the_audit() {
    on_both(async |world: World| {
        let mut author = world.signed_in(AUTHOR).await;
        let report = author.begin(&world.patient).await;
        author.write_report(&report).await;
        let page = author
            .sign(
                &format!("{report}/sign"),
                "Ada Author",
                &crate::support::FACTS,
            )
            .await;
        assert_eq!(page.status.as_u16(), 303, "{}", page.body);
        world.app.clock.advance(chrono::TimeDelta::days(3));
        let mut manager = world.signed_in(MANAGER).await;
        let back = [
            ("decision", "return"),
            ("comment/contact-summary", "Say who saw him."),
        ];
        let page = manager.sign(&format!("{report}/review"), "", &back).await;
        assert_eq!(page.status.as_u16(), 303, "{}", page.body);
        assert_eq!(value(&world, FigureId::ReturnedReports).await, share(1, 1));
        assert_eq!(
            value(&world, FigureId::SignOffTurnaround).await,
            Value::Median {
                half_days: Some(6),
                of: 1
            }
        );
    })
    .await;
}
