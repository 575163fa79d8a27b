//! Each figure counted again, slowly and otherwise: day by day and case by case over random data.

use super::*;
use crate::domain::assurance::competence::{Training, TrainingKind};
use crate::domain::assurance::facts::{Basis, ConditionFacts, EventFacts, Plan, Span, StaffFacts};
use crate::domain::identifiers::{EntryId, PatientId, PersonId, ReportId};
use proptest::prelude::*;

fn day(n: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::TimeDelta::days(n)
}

type Days = Vec<i64>;

fn days(most: usize) -> impl Strategy<Value = Days> {
    prop::collection::vec(0i64..800, 0..most)
}

fn maybe() -> impl Strategy<Value = Option<NaiveDate>> {
    prop::option::of((0i64..800).prop_map(day))
}

fn report() -> impl Strategy<Value = ReportFacts> {
    let basis = prop_oneof![
        Just(Basis::Nothing),
        Just(Basis::SelfReport),
        Just(Basis::SelfReport),
        Just(Basis::Evidence)
    ];
    let condition = (0usize..3, basis).prop_map(|(n, basis)| ConditionFacts {
        id: format!("c{n}"),
        words: format!("Condition {n}"),
        basis,
    });
    (
        (0i64..800, maybe(), maybe()),
        (days(3), days(3), days(3), any::<bool>()),
        prop::collection::vec(condition, 0..3),
        prop::option::of(any::<bool>()),
    )
        .prop_map(
            |(
                (due, sent_on, told_on),
                (asked, approved, returned, stands),
                mut conditions,
                view,
            )| {
                conditions.sort_by(|a, b| a.id.cmp(&b.id));
                conditions.dedup_by(|a, b| a.id == b.id);
                let all = |list: Days| list.into_iter().map(day).collect();
                ReportFacts {
                    id: ReportId::parse("r").unwrap(),
                    due: day(due),
                    sent_on,
                    told_on,
                    asked: all(asked),
                    approved: all(approved),
                    returned: all(returned),
                    stands_returned: stands,
                    conditions,
                    patient_view: view,
                }
            },
        )
}

fn spans() -> impl Strategy<Value = Vec<Span>> {
    let span = (0i64..800, prop::option::of(0i64..300)).prop_map(|(from, length)| Span {
        from: day(from),
        to: length.map(|l| day(from + l)),
    });
    prop::collection::vec(span, 0..4)
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let every = prop::collection::vec(0u16..60, 4);
    (spans(), every).prop_map(|(spans, every)| {
        let plans = spans.into_iter().zip(every);
        plans.map(|(span, every)| Plan { span, every }).collect()
    })
}

/// Notices of lateness, many about the same few due dates as reports.
fn notices() -> impl Strategy<Value = Vec<(NaiveDate, NaiveDate)>> {
    let notice = (0i64..800, -20i64..20).prop_map(|(due, late)| (day(due), day(due + late)));
    prop::collection::vec(notice, 0..6)
}

fn patient() -> impl Strategy<Value = PatientFacts> {
    let event = (0i64..800, maybe()).prop_map(|(on, told_on)| EventFacts {
        id: EntryId::parse("e").unwrap(),
        on: day(on),
        told_on,
    });
    (
        (0i64..800, 0i64..800, days(8)),
        prop::collection::vec(report(), 0..6),
        (prop::option::of(0u16..60), plans(), days(25)),
        prop::collection::vec(event, 0..4),
        (spans(), spans(), maybe(), notices()),
    )
        .prop_map(
            |(
                (discharged, known, mut scheduled),
                reports,
                (every, plans, contacts),
                events,
                (own, cover, stopped_from, told),
            )| {
                scheduled.sort_unstable();
                scheduled.dedup();
                // Half of the notices are about a due date that there is.
                let mut told = told;
                let real: Vec<NaiveDate> = reports
                    .iter()
                    .map(|r: &ReportFacts| r.due)
                    .chain(scheduled.iter().copied().map(day))
                    .collect();
                for (n, notice) in told.iter_mut().enumerate().step_by(2) {
                    if let Some(due) = real.get(n) {
                        *notice = (*due, *due + (notice.1 - notice.0));
                    }
                }
                let all = |list: Days| list.into_iter().map(day).collect();
                PatientFacts {
                    id: PatientId::parse("p").unwrap(),
                    team: "t".into(),
                    discharged_on: day(discharged),
                    // Some had their first report before this service was used.
                    first_until: day(discharged + if known % 3 == 0 { 0 } else { 28 }),
                    known_from: day(known),
                    scheduled: all(scheduled),
                    reports,
                    stopped_from,
                    told,
                    contact_every: every,
                    plans,
                    contacts: all(contacts),
                    events,
                    own,
                    cover,
                }
            },
        )
}

fn member() -> impl Strategy<Value = StaffFacts> {
    let training = (0usize..6, 0i64..800, maybe()).prop_map(|(kind, on, expires_on)| Training {
        kind: TrainingKind::ALL[kind],
        done_on: day(on),
        expires_on,
    });
    (any::<bool>(), prop::collection::vec(training, 0..5)).prop_map(|(supervises, trainings)| {
        StaffFacts {
            id: PersonId::parse("s").unwrap(),
            team: None,
            supervises,
            trainings,
        }
    })
}

fn world() -> impl Strategy<Value = (Facts, Period)> {
    (
        prop::collection::vec(patient(), 0..4),
        prop::collection::vec(member(), 0..4),
        100i64..800,
        0i64..700,
        0i64..200,
    )
        .prop_map(|(patients, staff, today, from, length)| {
            let facts = Facts {
                today: day(today),
                patients,
                staff,
            };
            (facts, Period::new(day(from), day(from + length)).unwrap())
        })
}

/// The slow way.
struct Slow<'a>(&'a Facts, Period);

impl Slow<'_> {
    /// Days of the period that have come.
    fn each_day(&self) -> Vec<NaiveDate> {
        let all = (0..1200).map(day);
        all.filter(|d| *d >= self.1.from() && *d <= self.1.to() && *d <= self.0.today)
            .collect()
    }

    fn value(&self, id: Id) -> Value {
        let share = |cases: Vec<bool>| Value::Share {
            numerator: u32::try_from(cases.iter().filter(|c| **c).count()).unwrap(),
            denominator: u32::try_from(cases.len()).unwrap(),
        };
        match id {
            Id::OnTimeFirst => share(
                self.dues()
                    .iter()
                    .filter(|d| d.0)
                    .map(|d| d.1 == 'g')
                    .collect(),
            ),
            Id::OnTimeQuarterly => share(
                self.dues()
                    .iter()
                    .filter(|d| !d.0)
                    .map(|d| d.1 == 'g')
                    .collect(),
            ),
            Id::LateTold => share(self.dues().iter().map(|d| d.1 == 'a').collect()),
            Id::LateNotTold => share(self.dues().iter().map(|d| d.1 == 'r').collect()),
            Id::SignOffTurnaround => median(self.turnarounds()),
            Id::ReturnedReports => share(self.returned()),
            Id::ContactGaps => share(self.gaps()),
            Id::Unallocated => share(self.bare(|p, d| p.own.iter().any(|s| s.holds(d)))),
            Id::Uncovered => {
                share(self.bare(|p, d| p.own.iter().chain(&p.cover).any(|s| s.holds(d))))
            }
            Id::ConditionEvidence => share(self.conditions()),
            Id::SelfReportStreaks => share(self.streaks()),
            Id::PatientView => share(self.sent().filter_map(|(_, r)| r.patient_view).collect()),
            Id::EventsTold => share(self.events().iter().map(|e| e.told_on.is_some()).collect()),
            Id::EventsToldDelay => median(
                self.events()
                    .iter()
                    .filter_map(|e| Some((e.told_on? - e.on).num_days().max(0)))
                    .collect(),
            ),
            Id::TrainingCurrent => {
                share(self.staff(&[TrainingKind::NationalELearning, TrainingKind::Equivalent]))
            }
            Id::InductionComplete => share(self.staff(&[TrainingKind::Induction])),
        }
    }

    /// Each due date: whether of a first report, and green, amber or red.
    fn dues(&self) -> Vec<(bool, char)> {
        let mut all = Vec::new();
        for p in &self.0.patients {
            for d in self.each_day().into_iter().filter(|d| *d < self.0.today) {
                if p.stopped_from.is_some_and(|stop| stop <= d) {
                    break;
                }
                let mine: Vec<_> = p.reports.iter().filter(|r| r.due == d).collect();
                let close = (-14..=14).any(|n| {
                    p.reports
                        .iter()
                        .any(|r| r.due == d + chrono::TimeDelta::days(n))
                });
                let missed = p.scheduled.contains(&d) && !close;
                if mine.is_empty() && !missed {
                    continue;
                }
                let by = |f: fn(&ReportFacts) -> Option<NaiveDate>| {
                    mine.iter().any(|r| f(r).is_some_and(|on| on <= d))
                };
                let noticed = p.told.iter().any(|(due, on)| *due == d && *on <= d);
                let colour = match (by(|r| r.sent_on), by(|r| r.told_on) || noticed) {
                    (true, _) => 'g',
                    (false, true) => 'a',
                    (false, false) => 'r',
                };
                all.push(((d - p.first_until).num_days() <= 0, colour));
            }
        }
        all
    }

    fn reports(&self) -> impl Iterator<Item = (&PatientFacts, &ReportFacts)> {
        self.0
            .patients
            .iter()
            .flat_map(|p| p.reports.iter().map(move |r| (p, r)))
    }

    fn turnarounds(&self) -> Vec<i64> {
        let mut all = Vec::new();
        for (_, r) in self.reports() {
            for decided in r.approved.iter().chain(&r.returned) {
                if *decided < self.1.from() || *decided > self.1.to() {
                    continue;
                }
                // Back from the decision, day by day, to the last request.
                let back =
                    (0..1000).find(|n| r.asked.contains(&(*decided - chrono::TimeDelta::days(*n))));
                all.extend(back);
            }
        }
        all
    }

    fn returned(&self) -> Vec<bool> {
        let mut all = Vec::new();
        for (_, r) in self.reports() {
            let mut asked = r.asked.clone();
            asked.sort();
            match asked.first() {
                Some(first) if *first >= self.1.from() && *first <= self.1.to() => {
                    all.push(r.stands_returned || !r.returned.is_empty());
                }
                _ => {}
            }
        }
        all
    }

    fn gaps(&self) -> Vec<bool> {
        let mut all = Vec::new();
        for p in &self.0.patients {
            let start = p.discharged_on.max(p.known_from);
            let lived = self.supervised(p).into_iter().filter(|d| *d >= start);
            // The plan of each day, from the last to the first that says something.
            let most = |d: NaiveDate| {
                let mut most = p.contact_every;
                for plan in &p.plans {
                    if plan.span.from <= d && plan.span.to.is_none_or(|to| d <= to) {
                        most = Some(plan.every);
                    }
                }
                most
            };
            let days: Vec<(NaiveDate, u16)> = lived.filter_map(|d| Some((d, most(d)?))).collect();
            if days.is_empty() {
                continue;
            }
            let unseen = |d: NaiveDate| {
                let mut back = d;
                while back > start && !p.contacts.contains(&back) {
                    back = back.pred_opt().unwrap();
                }
                (d - back).num_days()
            };
            let over = |(d, most): &(NaiveDate, u16)| unseen(*d) > i64::from(*most);
            all.push(days.iter().any(over));
        }
        all
    }

    /// Days of the period on which the patient was supervised.
    fn supervised(&self, p: &PatientFacts) -> Vec<NaiveDate> {
        let mut days = self.each_day();
        days.retain(|d| *d >= p.discharged_on);
        days.retain(|d| p.stopped_from.is_none_or(|stop| *d < stop));
        days
    }

    fn bare(&self, held: impl Fn(&PatientFacts, NaiveDate) -> bool) -> Vec<bool> {
        let mut all = Vec::new();
        for p in &self.0.patients {
            let days = self.supervised(p);
            if !days.is_empty() {
                all.push(days.iter().any(|d| !held(p, *d)));
            }
        }
        all
    }

    fn sent(&self) -> impl Iterator<Item = (&PatientFacts, &ReportFacts)> {
        self.reports().filter(|(_, r)| {
            r.sent_on
                .is_some_and(|on| on >= self.1.from() && on <= self.1.to())
        })
    }

    fn conditions(&self) -> Vec<bool> {
        let all = self.sent().flat_map(|(_, r)| &r.conditions);
        all.map(|c| c.basis == Basis::Evidence).collect()
    }

    fn streaks(&self) -> Vec<bool> {
        let mut all = Vec::new();
        for p in &self.0.patients {
            for id in ["c0", "c1", "c2"] {
                let mut told: Vec<(NaiveDate, NaiveDate, Basis)> = Vec::new();
                for r in &p.reports {
                    let about = r.conditions.iter().find(|c| c.id == id);
                    if let (Some(c), Some(on)) = (about, r.sent_on)
                        && on <= self.1.to()
                    {
                        told.push((on, r.due, c.basis));
                    }
                }
                told.sort_by_key(|t| (t.0, t.1));
                if told.len() < 2 || told[told.len() - 1].0 < self.1.from() {
                    continue;
                }
                let last_two = &told[told.len() - 2..];
                all.push(last_two.iter().all(|t| t.2 == Basis::SelfReport));
            }
        }
        all
    }

    fn events(&self) -> Vec<&EventFacts> {
        let all = self.0.patients.iter().flat_map(|p| &p.events);
        all.filter(|e| self.each_day().contains(&e.on)).collect()
    }

    fn staff(&self, kinds: &[TrainingKind]) -> Vec<bool> {
        let end = self.0.today.min(self.1.to());
        let ready = |s: &StaffFacts| {
            s.trainings.iter().any(|t| {
                kinds.contains(&t.kind) && t.done_on <= end && t.expires_on.is_none_or(|e| e >= end)
            })
        };
        self.0.staff.iter().map(ready).collect()
    }
}

fn median(mut days: Vec<i64>) -> Value {
    days.sort_unstable();
    let n = days.len();
    let half_days = (n > 0).then(|| u32::try_from(days[(n - 1) / 2] + days[n / 2]).unwrap());
    Value::Median {
        half_days,
        of: u32::try_from(n).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Every figure is what a slow and separate count gives, and its numbers are those of its cases.
    #[test]
    fn every_figure_is_what_a_slow_count_gives((facts, period) in world()) {
        let all = figures(&facts, period);
        prop_assert_eq!(all.len(), Id::ALL.len());
        for figure in all {
            let slow = Slow(&facts, period).value(figure.id);
            prop_assert_eq!(figure.value, slow, "{}", figure.id.name());
            prop_assert_eq!(usize::try_from(figure.value.cases()).unwrap(), figure.cases.len());
            if let Value::Share { numerator, .. } = figure.value {
                let counted = figure.cases.iter().filter(|c| c.counted).count();
                prop_assert_eq!(usize::try_from(numerator).unwrap(), counted);
            }
        }
    }

    /// On time, late and told, late and not told: each report due is one of the three.
    #[test]
    fn each_due_date_is_on_time_or_late((facts, period) in world()) {
        let all = figures(&facts, period);
        let value = |id| all.iter().find(|f| f.id == id).map(|f| f.value);
        let numbers = |id| match value(id) {
            Some(Value::Share { numerator, denominator }) => (numerator, denominator),
            _ => (u32::MAX, u32::MAX),
        };
        let (first, later) = (numbers(Id::OnTimeFirst), numbers(Id::OnTimeQuarterly));
        let (told, not_told) = (numbers(Id::LateTold), numbers(Id::LateNotTold));
        prop_assert_eq!(first.0 + later.0 + told.0 + not_told.0, told.1);
        prop_assert_eq!(first.1 + later.1, told.1);
        prop_assert_eq!(told.1, not_told.1);
    }

    /// The months of a period add up to it.
    #[test]
    fn months_add_up((facts, period) in world()) {
        let months = by_month(&facts, period);
        let due: u32 = months.iter().map(|m| m.on_time.cases()).sum();
        let whole = figures(&facts, period);
        let all = whole.iter().find(|f| f.id == Id::LateTold).map(|f| f.value.cases());
        prop_assert_eq!(Some(due), all);
        let decisions: u32 = months.iter().map(|m| m.turnaround.cases()).sum();
        let all = whole.iter().find(|f| f.id == Id::SignOffTurnaround).map(|f| f.value.cases());
        prop_assert_eq!(Some(decisions), all);
    }
}

#[test]
fn nobody_and_nothing_is_no_cases() {
    let facts = Facts {
        today: day(500),
        patients: vec![],
        staff: vec![],
    };
    let period = Period::new(day(0), day(0)).unwrap();
    for figure in figures(&facts, period) {
        assert_eq!(figure.value.in_words(), "No cases", "{}", figure.id.name());
    }
}
