//! Who supervises and who covers, from when to when, as the record names them.

use super::{ContactDetails, PatientRecord, Supervisor, SupervisorRole};
use crate::domain::calendar::{day_in_words, less_days};
use crate::domain::form::answer::Problem;
use crate::domain::people::Role;
use chrono::NaiveDate;

/// As what somebody with a role stands in the record of a patient; none for roles that supervise nobody.
#[must_use]
pub fn supervises(role: Role) -> Option<SupervisorRole> {
    match role {
        Role::SocialSupervisor => Some(SupervisorRole::Social),
        Role::ClinicalSupervisor => Some(SupervisorRole::Clinical),
        _ => None,
    }
}

/// Who covers on a day and until when, a line each.
pub fn covers(record: &PatientRecord, day: NaiveDate) -> impl Iterator<Item = String> {
    let all = [
        (SupervisorRole::Social, "social supervisor"),
        (SupervisorRole::Clinical, "clinical supervisor"),
    ];
    all.into_iter().flat_map(move |(role, words)| {
        let covering = record.supervisors_on(role, day).filter(|s| s.cover);
        covering.map(move |s| {
            let until = s.to.map_or_else(
                || "until it is ended".to_owned(),
                |to| format!("until {}", day_in_words(to)),
            );
            format!("{} covers as {words} {until}.", s.contact.name)
        })
    })
}

/// Somebody who is to supervise or cover.
#[derive(Debug, Clone)]
pub struct Allocation {
    /// Social or clinical.
    pub role: SupervisorRole,
    /// Name and how to reach them; the e-mail is their account's.
    pub contact: ContactDetails,
    /// Whether they cover beside the supervisor, who stays.
    pub cover: bool,
    /// First day.
    pub from: NaiveDate,
    /// Last day, where it is known.
    pub to: Option<NaiveDate>,
}

fn problem(field: &str, message: String) -> Problem {
    Problem {
        field: field.to_owned(),
        message,
    }
}

/// Whether they are the same account.
fn same(a: &str, b: &str) -> bool {
    !a.is_empty() && a.eq_ignore_ascii_case(b)
}

/// The record with the allocation, and the e-mails of those whose time ends the day before. Who takes
/// over ends the time of the supervisor before; who covers ends nobody's.
///
/// # Errors
/// What stands in the way, beside its field.
pub fn allocate(
    record: &PatientRecord,
    new: &Allocation,
) -> Result<(PatientRecord, Vec<String>), Vec<Problem>> {
    if new.to.is_some_and(|to| to < new.from) {
        let message = "The last day cannot be before the first day".to_owned();
        return Err(vec![problem("to.day", message)]);
    }
    let mut next = record.clone();
    let mut ended = Vec::new();
    let overlaps = |s: &Supervisor| {
        s.to.is_none_or(|to| new.from <= to) && new.to.is_none_or(|to| s.from <= to)
    };
    let theirs = |s: &&Supervisor| {
        s.role == new.role && overlaps(s) && same(&s.contact.email, &new.contact.email)
    };
    if let Some(already) = record
        .supervisors
        .iter()
        .find(theirs)
        .filter(|s| s.cover == new.cover)
    {
        let message = format!(
            "{} does so already, since {}",
            already.contact.name,
            day_in_words(already.from)
        );
        return Err(vec![problem("person.choice", message)]);
    }
    if !new.cover {
        for s in next
            .supervisors
            .iter_mut()
            .filter(|s| s.role == new.role && !s.cover && overlaps(s))
        {
            if s.from >= new.from {
                let message = format!(
                    "{} supervises from {}: choose a later day",
                    s.contact.name,
                    day_in_words(s.from)
                );
                return Err(vec![problem("from.day", message)]);
            }
            s.to = Some(less_days(new.from, 1));
            ended.push(s.contact.email.clone());
        }
    }
    next.supervisors.push(Supervisor {
        role: new.role,
        cover: new.cover,
        contact: new.contact.clone(),
        from: new.from,
        to: new.to,
        inducted_on: None,
    });
    next.supervisors.sort_by_key(|s| s.from);
    Ok((next, ended))
}

/// The record with the time of a supervisor or cover ended, by e-mail and role.
#[must_use]
pub fn end(
    record: &PatientRecord,
    role: SupervisorRole,
    email: &str,
    on: NaiveDate,
) -> PatientRecord {
    let mut next = record.clone();
    let open = |s: &&mut Supervisor| {
        s.role == role
            && same(&s.contact.email, email)
            && s.from <= on
            && s.to.is_none_or(|to| to > on)
    };
    for s in next.supervisors.iter_mut().filter(open) {
        s.to = Some(on);
    }
    next
}

/// The last day that somebody who leaves today had: yesterday, or today where they began today.
#[must_use]
pub fn last_day_of_leaver(from: NaiveDate, today: NaiveDate) -> NaiveDate {
    less_days(today, 1).max(from)
}

/// The record without somebody who leaves: their time ends before today, and what was to come does not
/// come.
#[must_use]
pub fn leave(record: &PatientRecord, email: &str, today: NaiveDate) -> PatientRecord {
    let mut next = record.clone();
    let theirs = |s: &Supervisor| same(&s.contact.email, email);
    next.supervisors.retain(|s| !theirs(s) || s.from <= today);
    let open = |s: &&mut Supervisor| theirs(s) && s.to.is_none_or(|to| to >= today);
    for s in next.supervisors.iter_mut().filter(open) {
        s.to = Some(last_day_of_leaver(s.from, today));
    }
    next
}

/// The record without a cover that ends before its time: what was to come does not come, what began ends
/// yesterday, or today where it began today.
#[must_use]
pub fn end_cover(
    record: &PatientRecord,
    role: SupervisorRole,
    email: &str,
    from: NaiveDate,
    today: NaiveDate,
) -> PatientRecord {
    let mut next = record.clone();
    let it = |s: &Supervisor| {
        s.cover && s.role == role && s.from == from && same(&s.contact.email, email)
    };
    next.supervisors.retain(|s| !it(s) || s.from <= today);
    for s in next.supervisors.iter_mut().filter(|s| it(s)) {
        s.to = Some(last_day_of_leaver(s.from, today));
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::tests::record;

    fn day(m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, m, d).unwrap()
    }

    fn somebody(name: &str, from: NaiveDate, cover: bool) -> Allocation {
        Allocation {
            role: SupervisorRole::Social,
            contact: ContactDetails {
                name: name.into(),
                email: format!("{name}@x"),
                ..ContactDetails::default()
            },
            cover,
            from,
            to: None,
        }
    }

    #[test]
    fn who_takes_over_ends_the_one_before_and_who_covers_does_not() {
        let (one, ended) = allocate(&record(), &somebody("a", day(1, 1), false)).unwrap();
        assert!(ended.is_empty());
        let (covered, ended) = allocate(&one, &somebody("b", day(2, 1), true)).unwrap();
        assert!(ended.is_empty() && covered.supervisors.len() == 2);
        let (two, ended) = allocate(&covered, &somebody("c", day(3, 1), false)).unwrap();
        assert_eq!(ended, ["a@x"]);
        assert_eq!(two.supervisors[0].to, Some(day(2, 28)));
        let on: Vec<_> = two
            .supervisors_on(SupervisorRole::Social, day(3, 1))
            .map(|s| s.contact.name.as_str())
            .collect();
        assert_eq!(on, ["c", "b"]);
        assert!(
            allocate(&two, &somebody("c", day(4, 1), false)).is_err(),
            "twice"
        );
        assert_eq!(
            allocate(&two, &somebody("d", day(3, 1), false)).unwrap_err()[0].field,
            "from.day"
        );
        let after = end(&two, SupervisorRole::Social, "B@X", day(5, 1));
        assert_eq!(
            after.supervisors.iter().find(|s| s.cover).unwrap().to,
            Some(day(5, 1))
        );
    }

    #[test]
    fn a_leavers_time_ends_and_what_was_to_come_does_not_come() {
        let today = day(11, 20);
        let mut before = record();
        before.supervisors.clear();
        let (before, _) = allocate(&before, &somebody("ada", day(3, 1), false)).unwrap();
        let (before, _) = allocate(&before, &somebody("cole", day(4, 1), true)).unwrap();
        let later = Allocation {
            to: Some(day(12, 24)),
            ..somebody("bea", day(12, 1), true)
        };
        let (before, _) = allocate(&before, &later).unwrap();
        let after = leave(&before, "ADA@x", today);
        let ends = |name: &str| {
            let email = format!("{name}@x");
            after
                .supervisors
                .iter()
                .find(|s| s.contact.email == email)
                .map(|s| s.to)
        };
        assert_eq!(ends("ada"), Some(Some(day(11, 19))), "yesterday");
        assert_eq!(ends("cole"), Some(None), "nobody else's");
        assert!(ends("bea").is_some());
        let gone = leave(&before, "bea@x", today);
        assert!(gone.supervisors.iter().all(|s| s.contact.email != "bea@x"));
        let same_day = leave(&before, "ada@x", day(3, 1));
        let ada = same_day
            .supervisors
            .iter()
            .find(|s| s.contact.email == "ada@x");
        assert_eq!(
            ada.unwrap().to,
            Some(day(3, 1)),
            "never before its first day"
        );
    }

    #[test]
    fn a_cover_that_ends_early_leaves_the_supervisor_alone() {
        let mut before = record();
        before.supervisors.clear();
        let (before, _) = allocate(&before, &somebody("ada", day(3, 1), false)).unwrap();
        let cover = Allocation {
            to: Some(day(11, 28)),
            ..somebody("cole", day(11, 18), true)
        };
        let (before, _) = allocate(&before, &cover).unwrap();
        let line = "cole covers as social supervisor until 28 November 2026.";
        assert_eq!(covers(&before, day(11, 20)).collect::<Vec<_>>(), [line]);
        assert_eq!(covers(&before, day(11, 17)).count(), 0);
        let role = SupervisorRole::Social;
        let after = end_cover(&before, role, "cole@x", day(11, 18), day(11, 20));
        assert_eq!(covers(&after, day(11, 20)).count(), 0);
        assert_eq!(covers(&after, day(11, 19)).count(), 1, "what was, was");
        assert_eq!(after.supervisors_on(role, day(11, 20)).count(), 1);
        let never = end_cover(&before, role, "cole@x", day(11, 18), day(11, 10));
        assert_eq!(never.supervisors.len(), 1);
        let another = end_cover(&before, role, "cole@x", day(11, 1), day(11, 20));
        assert_eq!(another, before, "another cover of theirs");
    }
}
