//! What an entry should make somebody think of at once. A prompt speaks where a condition in force
//! says so in a structured clause, or where the organisation has confirmed a row of its protocol.

use super::calendar::day_in_words;
use super::condition::{Clause, Condition};
use super::form::Fields;
use super::patient::PatientRecord;
use super::timeline::Matter;
use super::timeline::noted::Effect;
use chrono::NaiveDate;

/// A thing to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What to do.
    pub words: String,
    /// The event of the list that it may be, to log it from here.
    pub event: Option<&'static str>,
}

/// Days of notice that the Secretary of State's standard clause asks for.
const NOTICE_DAYS: i64 = 14;

/// The prompts of an entry. `confirmed` says whether the organisation confirmed the protocol row of an
/// event.
#[must_use]
pub fn prompts(
    record: &PatientRecord,
    matter: &Matter,
    effect: Option<Effect>,
    confirmed: impl Fn(&str) -> bool,
    today: NaiveDate,
) -> Vec<Prompt> {
    let with = |clause: Clause| -> Option<&Condition> {
        let day = matter.day();
        let in_force = record.conditions_between(today.min(day), today.max(day));
        in_force.into_iter().find(|c| c.clauses.contains(&clause))
    };
    let because = |clause: Clause, event: &str| -> Option<String> {
        with(clause)
            .map(|c| format!("Condition {} asks for it", c.number))
            .or_else(|| {
                confirmed(event)
                    .then(|| "Your organisation’s confirmed protocol asks for it".into())
            })
    };
    let mut all = Vec::new();
    match (matter, effect) {
        (Matter::Event(e), _) if e.kind == "address-change" => {
            let reason = because(Clause::FourteenDaysNoticeOfMove, "address-change");
            all.extend(reason.map(|why| Prompt {
                words: format!(
                    "MHCS should have 14 days’ notice of a move. {why}. If the move is nearer than that, telephone now. A change of the residence condition may be needed as well."
                ),
                event: None,
            }));
        }
        (Matter::Event(e), _) if e.kind == "informal-admission" => all.push(Prompt {
            words: "An informal patient can leave, and an informal admission does not suspend the reports: only a recall does. MHCS should know the same day. An independent inquiry of 2006 describes an informal admission while recall was pending.".into(),
            event: None,
        }),
        (Matter::Noted(n), Some(Effect::Move)) if n.on >= today || told(&n.fields).is_none() => {
            let notice = (n.on - told(&n.fields).unwrap_or(today)).num_days();
            if notice < NOTICE_DAYS
                && let Some(why) = because(Clause::FourteenDaysNoticeOfMove, "address-change")
            {
                all.push(Prompt {
                    words: format!(
                        "MHCS should have 14 days’ notice of a move, and this one on {} leaves {}. {why}. Telephone MHCS now, then write. A change of the residence condition may be needed as well.",
                        day_in_words(n.on),
                        days(notice),
                    ),
                    event: Some("address-change"),
                });
            }
        }
        (_, Some(Effect::Nights)) if !agreed(matter) => {
            let reason = because(Clause::NightsAwayAgreed, "night-away-not-agreed");
            all.extend(reason.map(|why| Prompt {
                words: format!(
                    "These nights are not recorded as agreed beforehand by both supervisors. {why}. If they were not agreed, log it as an event and tell MHCS."
                ),
                event: Some("night-away-not-agreed"),
            }));
        }
        _ => {}
    }
    all
}

fn days(n: i64) -> String {
    match n {
        ..=-1 => "none: the day had passed".into(),
        0 => "none".into(),
        1 => "1 day".into(),
        n => format!("{n} days"),
    }
}

fn told(fields: &Fields) -> Option<NaiveDate> {
    let part = |p: &str| fields.get(&format!("told.{p}")).to_owned();
    super::calendar::read_day(&part("day"), &part("month"), &part("year")).ok()
}

fn agreed(matter: &Matter) -> bool {
    match matter {
        Matter::NightAway(n) => n.agreed_social && n.agreed_clinical,
        Matter::Noted(n) => {
            n.choice("agreed-social") == "yes" && n.choice("agreed-clinical") == "yes"
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::condition::Theme;
    use crate::domain::identifiers::ConditionId;
    use crate::domain::patient::Discharger;
    use crate::domain::timeline::NightAway;
    use crate::domain::timeline::noted::Noted;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, d).unwrap()
    }

    fn record(clauses: Vec<Clause>, to: Option<NaiveDate>) -> PatientRecord {
        let mut record = crate::domain::case::tests::record();
        record.conditions = vec![Condition {
            id: ConditionId::parse("c1").unwrap(),
            number: 1,
            wording: "Reside".into(),
            theme: Theme::Residence,
            set_by: Discharger::Tribunal,
            from: NaiveDate::from_ymd_opt(2020, 1, 1).unwrap(),
            to,
            deprivation_of_liberty: None,
            clauses,
        }];
        record
    }

    fn moving(on: NaiveDate, told_on: Option<u32>) -> Matter {
        let told = told_on.map(|d| {
            [
                ("told.day", d.to_string()),
                ("told.month", "11".into()),
                ("told.year", "2026".into()),
            ]
        });
        Matter::Noted(Noted {
            kind: "address-change".into(),
            title: "Change of address".into(),
            on,
            to: None,
            headline: String::new(),
            flag: None,
            fields: Fields::new(told.into_iter().flatten()),
            said: vec![],
        })
    }

    fn speaks(record: &PatientRecord, matter: &Matter, effect: Effect, confirmed: bool) -> bool {
        !prompts(record, matter, Some(effect), |_| confirmed, day(10)).is_empty()
    }

    #[test]
    fn a_move_within_14_days_prompts_only_where_a_condition_or_the_protocol_says_so() {
        let (with, without) = (
            record(vec![Clause::FourteenDaysNoticeOfMove], None),
            record(vec![], None),
        );
        assert!(speaks(&with, &moving(day(22), None), Effect::Move, false));
        assert!(!speaks(&with, &moving(day(24), None), Effect::Move, false));
        assert!(!speaks(
            &with,
            &moving(day(22), Some(8)),
            Effect::Move,
            false
        ));
        assert!(!speaks(
            &without,
            &moving(day(22), None),
            Effect::Move,
            false
        ));
        assert!(speaks(&without, &moving(day(22), None), Effect::Move, true));
        // A condition that has ended asks for nothing.
        let ended = record(vec![Clause::FourteenDaysNoticeOfMove], Some(day(1)));
        assert!(!speaks(&ended, &moving(day(22), None), Effect::Move, false));
    }

    #[test]
    fn nights_not_agreed_by_both_prompt_where_the_condition_binds() {
        let night = |clinical| {
            Matter::NightAway(NightAway {
                from: day(8),
                to: day(9),
                place: "Sister's".into(),
                agreed_social: true,
                agreed_clinical: clinical,
                note: String::new(),
            })
        };
        let with = record(vec![Clause::NightsAwayAgreed], None);
        assert!(speaks(&with, &night(false), Effect::Nights, false));
        assert!(!speaks(&with, &night(true), Effect::Nights, false));
        assert!(!speaks(
            &record(vec![], None),
            &night(false),
            Effect::Nights,
            false
        ));
    }
}
