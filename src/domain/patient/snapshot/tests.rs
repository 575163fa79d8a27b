mod spans;

use super::*;
use crate::domain::calendar::add_days;
use crate::domain::case::tests::record;
use crate::domain::condition::Theme;
use crate::domain::form::definition::RecordFact as F;
use crate::domain::identifiers::ConditionId;
use crate::domain::patient::{
    Discharger, Mappa, NotUnderMappa, OtherOrder, VictimContact, VictimLiaison,
};
use proptest::prelude::*;

fn day(m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, m, d).unwrap()
}

const PERIOD: fn() -> Period = || Period {
    from: day(3, 1),
    to: day(5, 31),
};

fn wording(number: u16, from: NaiveDate, to: Option<NaiveDate>) -> Condition {
    Condition {
        id: ConditionId::parse(&format!("c{number}-{from}")).unwrap(),
        number,
        wording: "To reside as directed.".into(),
        theme: Theme::Residence,
        set_by: Discharger::Tribunal,
        from,
        to,
        deprivation_of_liberty: None,
        clauses: vec![],
    }
}

fn somebody(
    name: &str,
    role: SupervisorRole,
    from: NaiveDate,
    to: Option<NaiveDate>,
) -> Supervisor {
    Supervisor {
        role,
        cover: false,
        contact: ContactDetails {
            name: name.into(),
            ..ContactDetails::default()
        },
        from,
        to,
        inducted_on: None,
    }
}

fn since_last(record: &PatientRecord, period: Period) -> Vec<String> {
    let previous = Some((day(3, 2), Some(day(2, 28))));
    in_report(F::PreviousReport, record, period, previous)
}

#[test]
fn a_condition_says_who_set_it_since_when_and_on_which_basis() {
    let mut record = record();
    record.conditions = vec![
        wording(1, day(1, 2), None),
        wording(2, day(3, 4), Some(day(6, 5))),
    ];
    record.conditions[1].set_by = Discharger::SecretaryOfState;
    record.conditions[1].deprivation_of_liberty = Some("section 42(2A)".into());
    assert_eq!(
        in_words(F::Conditions, &record, day(5, 31)),
        [
            "1. To reside as directed. [Set by the tribunal; in force since 2 January 2026]",
            "2. To reside as directed. [Set by the Secretary of State for Justice; in force from 4 March 2026 until 5 June 2026. Deprivation of liberty; legal basis: section 42(2A)]",
        ]
    );
}

#[test]
fn not_known_is_not_the_same_as_not_under_mappa() {
    let mut record = record();
    let lines = |record: &PatientRecord| in_words(F::Mappa, record, day(5, 31));
    assert_eq!(lines(&record), Vec::<String>::new(), "not recorded");
    record.not_under_mappa = Some(NotUnderMappa {
        decided_by: "Northmere MAPPA Unit".into(),
        decided_on: Some(day(2, 3)),
    });
    assert_eq!(
        lines(&record),
        [
            "Not managed under MAPPA",
            "Decided by: Northmere MAPPA Unit",
            "Decided on: 3 February 2026"
        ]
    );
    record.not_under_mappa = Some(NotUnderMappa {
        decided_by: String::new(),
        decided_on: None,
    });
    assert_eq!(
        lines(&record),
        [
            "Not managed under MAPPA",
            "Decided by: not recorded",
            "Decided on: not recorded"
        ]
    );
    record.not_under_mappa = None;
    record.mappa = Some(Mappa {
        category: 2,
        level: 1,
        from: None,
        area: String::new(),
        lead_agency: String::new(),
        coordinator: String::new(),
        last_review: None,
        next_review: None,
    });
    assert_eq!(lines(&record), ["Category 2, level 1"]);
}

#[test]
fn victim_liaison_says_when_it_was_checked_and_which_conditions_matter() {
    let mut record = record();
    let lines = |record: &PatientRecord| in_words(F::VictimLiaison, record, day(5, 31));
    assert_eq!(lines(&record), Vec::<String>::new(), "not recorded");
    record.conditions = vec![
        wording(1, day(1, 2), None),
        wording(5, day(1, 2), None),
        wording(6, day(1, 2), Some(day(3, 3))),
        wording(7, day(1, 2), None),
    ];
    for (n, theme) in [
        (1, Theme::NonContact),
        (2, Theme::ExclusionZone),
        (3, Theme::ExclusionZone),
    ] {
        record.conditions[n].theme = theme;
    }
    let conditions =
        "Conditions in force on no contact with somebody or not entering an area: 5, 7";
    assert_eq!(
        lines(&record),
        ["Victim Liaison Officer: not recorded", conditions]
    );
    let officer = |name: &str, status, checked_on| VictimLiaison {
        details: ContactDetails {
            name: name.into(),
            ..ContactDetails::default()
        },
        status,
        span: Span::default(),
        checked_on,
        review_by: None,
    };
    record.victim_liaison = vec![
        officer("Jo Lathbury", VictimContact::Active, Some(day(4, 5))),
        officer("", VictimContact::None, None),
    ];
    assert_eq!(
        lines(&record),
        [
            "Jo Lathbury. Victim contact: active. Details last checked: 5 April 2026",
            "Victim contact: none, nobody takes part. Details last checked: not recorded",
            conditions
        ]
    );
}

#[test]
fn a_report_shows_orders_that_ended_since_the_last_one() {
    let mut record = record();
    let order = |kind: &str, detail: &str, to| OtherOrder {
        kind: kind.into(),
        detail: detail.into(),
        from: day(1, 2),
        to,
    };
    record.other_orders = vec![
        order(
            "Restraining order",
            "Not to enter Weir Lane.",
            Some(day(4, 5)),
        ),
        order("Notification", "", None),
        order("Curfew", "", Some(day(2, 27))),
        order("Travel order", "", Some(day(12, 31))),
    ];
    let in_force = [
        "Notification from 2 January 2026",
        "Travel order from 2 January 2026 until 31 December 2026",
    ];
    assert_eq!(in_words(F::OtherOrders, &record, day(5, 31)), in_force);
    let shown = in_report(F::OtherOrders, &record, PERIOD(), None);
    assert_eq!(shown[..2], in_force);
    assert_eq!(
        shown[2..],
        ["Restraining order from 2 January 2026, ended on 5 April 2026. Not to enter Weir Lane."]
    );
}

#[test]
fn the_previous_report_is_followed_by_what_changed_since() {
    let mut record = record();
    let first = [
        "Last report was due on 2 March 2026",
        "Facts as at 28 February 2026",
    ];
    let said = since_last(&record, PERIOD());
    assert_eq!(said[..2], first);
    assert_eq!(said[2..], ["No change of supervisor or condition since"]);
    record.supervisors = vec![
        somebody("Cy", SupervisorRole::Clinical, day(1, 2), Some(day(2, 28))),
        somebody("Ada", SupervisorRole::Social, day(1, 2), Some(day(4, 30))),
        somebody("Dee", SupervisorRole::Clinical, day(3, 1), None),
        somebody("Bo", SupervisorRole::Social, day(5, 1), None),
        Supervisor {
            cover: true,
            ..somebody("Kit", SupervisorRole::Social, day(4, 1), Some(day(4, 9)))
        },
    ];
    record.conditions = vec![
        wording(1, day(1, 2), None),
        wording(2, day(1, 2), Some(day(5, 14))),
        wording(2, day(5, 15), None),
        wording(3, day(1, 2), Some(day(4, 1))),
        wording(4, day(4, 2), None),
        wording(5, day(1, 2), Some(day(2, 27))),
    ];
    record.conditions[2].set_by = Discharger::SecretaryOfState;
    let said = since_last(&record, PERIOD());
    assert_eq!(said[..2], first);
    assert_eq!(
        said[2..],
        [
            "Social supervisor until 30 April 2026: Ada",
            "Social supervisor from 1 May 2026: Bo",
            "Social supervisor (cover) from 1 April 2026 until 9 April 2026: Kit",
            "Clinical supervisor until 28 February 2026: Cy",
            "Clinical supervisor from 1 March 2026: Dee",
            "Condition 2 in a new wording from 15 May 2026, set by the Secretary of State for Justice",
            "Condition 3 ended: its last day was 1 April 2026",
            "Condition 4 began on 2 April 2026, set by the tribunal",
        ]
    );
    assert_eq!(
        in_report(F::PreviousReport, &record, PERIOD(), None),
        ["No earlier report is kept here."]
    );
}

#[test]
fn that_no_advocate_is_wanted_is_a_fact() {
    let mut record = record();
    assert_eq!(
        in_words(F::Advocate, &record, day(5, 31)),
        Vec::<String>::new()
    );
    record.no_advocate_wanted = true;
    assert_eq!(
        in_words(F::Advocate, &record, day(5, 31)),
        ["No advocate is wanted"]
    );
}

#[test]
fn supervisors_are_shown_with_their_address() {
    let mut record = record();
    let mut ada = somebody("Ada", SupervisorRole::Social, day(1, 2), None);
    ada.contact.organisation = "Northmere Trust".into();
    ada.contact.postal_address = "2 Weir Lane, Northmere".into();
    ada.contact.telephone = "01632 960121".into();
    record.supervisors = vec![ada];
    assert_eq!(
        in_words(F::Supervisors, &record, day(5, 31)),
        [
            "Social supervisor: Ada, Northmere Trust, 2 Weir Lane, Northmere, 01632 960121, since 2 January 2026"
        ]
    );
}

proptest! {
    /// Reports that follow each other tell each beginning and each end once, whatever the days.
    #[test]
    fn every_change_is_told_once(from in 0u64..200, length in 0u64..200, lengths in prop::collection::vec(1u64..60, 1..8)) {
        let start = day(1, 1);
        let (first, last) = (add_days(start, from), add_days(start, from + length));
        let mut record = record();
        record.conditions = vec![wording(1, first, Some(last))];
        let (mut begun, mut ended, mut next) = (0, 0, start);
        for days in lengths {
            let period = Period { from: next, to: add_days(next, days - 1) };
            next = add_days(next, days);
            for line in changes(&record, period) {
                begun += usize::from(line.contains("began on"));
                ended += usize::from(line.contains("ended:"));
            }
        }
        prop_assert_eq!(begun, usize::from(first < next));
        // A report tells of an end once a day without it has come.
        prop_assert_eq!(ended, usize::from(add_days(last, 1) < next));
    }
}
