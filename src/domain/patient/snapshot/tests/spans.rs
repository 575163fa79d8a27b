//! What holds from a day to a day: care team, MAPPA, victim liaison, nation.

use super::*;
use crate::domain::patient::{EarlierMappa, Nation};

fn span(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Span {
    Span { from, to }
}

fn carer(name: &str, span: Span) -> Contact {
    Contact {
        role: "GP".into(),
        details: ContactDetails {
            name: name.into(),
            ..ContactDetails::default()
        },
        span,
    }
}

#[test]
fn the_care_team_of_a_day_is_shown_and_who_left_since_the_last_report() {
    let mut record = record();
    record.care_team = vec![
        carer("Dr Before", span(None, Some(day(2, 27)))),
        carer("Dr Left", span(None, Some(day(4, 30)))),
        carer("Dr Now", span(Some(day(5, 1)), None)),
        carer("Dr Always", Span::default()),
        carer("Dr Later", span(Some(day(6, 1)), None)),
    ];
    assert_eq!(
        in_words(F::CareTeam, &record, day(5, 31)),
        ["GP: Dr Now, since 1 May 2026", "GP: Dr Always"]
    );
    assert_eq!(
        in_report(F::CareTeam, &record, PERIOD(), None),
        [
            "GP: Dr Now, since 1 May 2026",
            "GP: Dr Always",
            "GP: Dr Left, until 30 April 2026"
        ]
    );
}

#[test]
fn mappa_is_that_of_the_day_and_the_level_before_is_said() {
    let mut record = record();
    record.mappa = Some(Mappa {
        category: 3,
        level: 2,
        from: Some(day(5, 4)),
        area: "Northmere".into(),
        lead_agency: String::new(),
        coordinator: String::new(),
        last_review: None,
        next_review: None,
    });
    record.earlier_mappa = vec![EarlierMappa {
        category: 3,
        level: 1,
        from: None,
        to: day(5, 3),
    }];
    assert_eq!(
        in_report(F::Mappa, &record, PERIOD(), None),
        [
            "Category 3, level 2, since 4 May 2026",
            "Area: Northmere",
            "Category 3, level 1, until 3 May 2026"
        ]
    );
    assert_eq!(
        in_words(F::Mappa, &record, day(5, 3)),
        [
            "Category 3, level 1",
            "From 4 May 2026: category 3, level 2",
            "Area: Northmere"
        ]
    );
    assert_eq!(record.mappa_on(day(5, 3)), Some((3, 1)));
    assert_eq!(record.mappa_on(day(5, 4)), Some((3, 2)));
    record.earlier_mappa.clear();
    assert_eq!(record.mappa_on(day(5, 3)), None, "nothing is known of then");
}

#[test]
fn an_officer_who_has_gone_stands_in_the_report_after_only() {
    let mut record = record();
    let officer = |name: &str, span| VictimLiaison {
        details: ContactDetails {
            name: name.into(),
            ..ContactDetails::default()
        },
        status: VictimContact::Active,
        span,
        checked_on: Some(day(3, 3)),
        review_by: None,
    };
    record.victim_liaison = vec![
        officer("Jo Gone", span(None, Some(day(4, 1)))),
        officer("Jo New", span(Some(day(4, 2)), None)),
    ];
    let checked = "Details last checked: 3 March 2026";
    let gone = format!("Jo Gone. Victim contact: active, until 1 April 2026. {checked}");
    let new = format!("Jo New. Victim contact: active, since 2 April 2026. {checked}");
    assert_eq!(
        in_words(F::VictimLiaison, &record, day(5, 31)),
        std::slice::from_ref(&new)
    );
    assert_eq!(
        in_report(F::VictimLiaison, &record, PERIOD(), None),
        [new, gone]
    );
    let later = Period {
        from: day(6, 1),
        to: day(8, 31),
    };
    let lines = in_report(F::VictimLiaison, &record, later, None);
    assert_eq!(lines.len(), 1, "{lines:?}");
}

#[test]
fn a_nation_brings_its_law_its_tribunal_and_its_regulator_on_its_days() {
    let mut record = record();
    record.nation = Nation::Wales;
    record.nation_from = Some(day(5, 4));
    assert_eq!(
        in_words(F::Nation, &record, day(5, 31)),
        [
            "Wales, since 4 May 2026; England before",
            "Tribunal: Mental Health Review Tribunal for Wales",
            "Care and support: Social Services and Well-being (Wales) Act 2014",
            "Social workers are registered with Social Care Wales"
        ]
    );
    assert_eq!(
        in_words(F::Nation, &record, day(5, 3)),
        [
            "England",
            "Tribunal: First-tier Tribunal (Mental Health)",
            "Care and support: Care Act 2014",
            "Social workers are registered with Social Work England"
        ]
    );
}
