use super::*;
use proptest::prelude::*;

fn person(name: &str) -> PersonId {
    PersonId::parse(name).unwrap()
}

fn walk(steps: &[(Step, &str)]) -> Result<Lifecycle, Refusal> {
    steps
        .iter()
        .try_fold(Lifecycle::begin(person("author")), |l, (s, p)| {
            l.take(*s, &person(p))
        })
}

const WHOLE: [(Step, &str); 8] = [
    (Step::EditReport, "author"),
    (Step::AskForSignOff, "author"),
    (Step::Return, "manager"),
    (Step::AskForSignOff, "author"),
    (Step::Approve, "manager"),
    (Step::EditPartC, "doctor"),
    (Step::SignPartC, "doctor"),
    (Step::Freeze, "author"),
];

#[test]
fn the_whole_way() {
    let ready = walk(&WHOLE).unwrap();
    assert_eq!(ready.state, State::ReadyToSend);
    assert_eq!(
        ready
            .take(Step::RecordSent, &person("author"))
            .unwrap()
            .state,
        State::Sent
    );
}

#[test]
fn what_is_settled_is_written_by_nobody() {
    for state in State::ALL {
        let life = Lifecycle {
            state,
            ..walk(&WHOLE).unwrap()
        };
        let open = [Step::EditReport, Step::EditPartC].into_iter().any(|step| {
            ["author", "doctor"]
                .map(person)
                .iter()
                .any(|p| life.take(step, p).is_ok())
        });
        assert!(!(life.is_settled() && open), "{state:?}");
        assert!(!life.is_settled() || state.is_sent());
    }
    assert!(!walk(&WHOLE).unwrap().is_settled(), "frozen is not sent");
}

#[test]
fn nobody_approves_their_own_report() {
    let signed = walk(&WHOLE[..2]).unwrap();
    assert_eq!(
        signed.take(Step::Approve, &person("author")),
        Err(Refusal::OwnReport)
    );
    assert_eq!(
        signed.take(Step::Return, &person("author")),
        Err(Refusal::OwnReport)
    );
}

#[test]
fn an_edit_after_approval_voids_it_and_part_c_is_confirmed_again() {
    let with_doctor = walk(&WHOLE[..6]).unwrap();
    let edited = with_doctor
        .take(Step::EditReport, &person("author"))
        .unwrap();
    assert_eq!(
        (edited.state, edited.approved_by.clone()),
        (State::Drafting, None)
    );
    assert!(edited.reconfirm_part_c);
    let again = edited
        .take(Step::AskForSignOff, &person("author"))
        .and_then(|l| l.take(Step::Approve, &person("manager")))
        .unwrap();
    assert_eq!(again.state, State::WithClinicalSupervisor);
    assert!(
        !again
            .take(Step::SignPartC, &person("doctor"))
            .unwrap()
            .reconfirm_part_c
    );
}

#[test]
fn what_was_sent_is_neither_written_nor_signed_again() {
    let sent = walk(&WHOLE)
        .unwrap()
        .take(Step::RecordSent, &person("author"))
        .unwrap();
    let after = [
        Step::RecordAcknowledged,
        Step::RecordQuery,
        Step::Close,
        Step::Withdraw,
    ];
    for step in Step::ALL.into_iter().filter(|s| !after.contains(s)) {
        for by in ["author", "manager", "doctor"] {
            assert!(sent.take(step, &person(by)).is_err(), "{step:?} by {by}");
        }
    }
}

#[test]
fn a_part_c_that_differs_is_seen_by_the_manager_again() {
    let second = walk(&WHOLE[..6])
        .unwrap()
        .take(Step::SignDifferingPartC, &person("doctor"))
        .unwrap();
    assert_eq!(second.state, State::SecondLook);
    assert!(second.take(Step::Freeze, &person("author")).is_err());
    assert_eq!(
        second.take(Step::NoteDifference, &person("author")),
        Err(Refusal::OwnReport)
    );
    let noted = second
        .take(Step::NoteDifference, &person("manager"))
        .unwrap();
    assert_eq!(noted.state, State::FinalCheck);
    let returned = second.take(Step::Return, &person("manager")).unwrap();
    assert!(returned.reconfirm_part_c && returned.approved_by.is_none());
}

#[test]
fn what_goes_out_exceptionally_owes_what_was_missing() {
    let life = walk(&WHOLE[..2]).unwrap();
    let out = life
        .take(Step::FreezeExceptionally, &person("author"))
        .unwrap();
    assert_eq!(
        out.owed.marks(),
        ["Sent before line manager’s review", "Part C to follow"]
    );
    assert_eq!(
        out.take(Step::ReviewAfterwards, &person("author")),
        Err(Refusal::OwnReport)
    );
    let reviewed = out
        .take(Step::RecordSent, &person("author"))
        .and_then(|l| l.take(Step::ReviewAfterwards, &person("manager")))
        .unwrap();
    assert_eq!(
        (reviewed.state, reviewed.owed.marks()),
        (State::Sent, vec!["Part C to follow"])
    );
    assert_eq!(
        reviewed.take(Step::ReviewAfterwards, &person("manager")),
        Err(Refusal::NothingOwed)
    );
    let approved = walk(&WHOLE[..5]).unwrap();
    let out = approved
        .take(Step::FreezeExceptionally, &person("author"))
        .unwrap();
    assert_eq!(out.owed.marks(), ["Part C to follow"]);
}

#[test]
fn who_takes_a_report_over_signs_for_themselves() {
    let approved = walk(&WHOLE[..5]).unwrap();
    let taken = approved.take(Step::TakeOver, &person("cover")).unwrap();
    assert_eq!(
        (taken.state, taken.approved_by.clone()),
        (State::Drafting, None)
    );
    assert_eq!(
        taken.take(Step::AskForSignOff, &person("author")),
        Err(Refusal::NotTheAuthor)
    );
}

#[test]
fn a_query_is_replied_to_on_the_same_thread() {
    let sent = walk(&WHOLE)
        .and_then(|l| l.take(Step::RecordSent, &person("author")))
        .unwrap();
    let queried = sent.take(Step::RecordQuery, &person("cover")).unwrap();
    assert!(queried.take(Step::Close, &person("author")).is_err());
    let replied = queried.take(Step::RecordReply, &person("author")).unwrap();
    assert_eq!(replied.state, State::Sent);
}

proptest! {
    /// No walk of steps by anybody reaches Sent without the author's signature, somebody else's
    /// approval and Part C, in that order and all still standing; or else exceptionally, and then
    /// what was missing is owed.
    #[test]
    fn no_other_path_to_sent(walk in prop::collection::vec((0usize..20, 0usize..4), 0..80)) {
        let people = [person("author"), person("manager"), person("doctor"), person("cover")];
        let mut life = Lifecycle::begin(people[0].clone());
        let (mut approved, mut part_c, mut frozen, mut signed) = (false, false, false, false);
        for (step, who) in walk {
            let (step, who) = (Step::ALL[step], &people[who]);
            let Ok(next) = life.take(step, who) else { continue };
            match step {
                Step::EditReport if next.state != life.state => {
                        approved = false; part_c = false; signed = false;
                    }
                Step::AskForSignOff => { approved = false; signed = true; }
                Step::Return => { approved = false; part_c = false; signed = false; }
                Step::Approve => { prop_assert_ne!(who, &next.author); prop_assert!(signed); approved = true; }
                Step::SignPartC | Step::RecordPartCOutside => { prop_assert!(approved); part_c = true; }
                Step::SignDifferingPartC | Step::RecordDifferingPartCOutside => prop_assert!(approved),
                Step::NoteDifference => { prop_assert_ne!(who, &next.author); part_c = true; }
                Step::Freeze => { prop_assert!(approved && part_c && next.owed.is_nothing()); frozen = true; }
                Step::FreezeExceptionally => {
                    prop_assert!(signed && !next.owed.is_nothing());
                    prop_assert!(approved || next.owed.review);
                    frozen = true;
                }
                Step::ReviewAfterwards => prop_assert_ne!(who, &next.author),
                Step::TakeOver if !frozen => { approved = false; part_c = false; signed = false; }
                _ => {}
            }
            if next.state.is_sent() { prop_assert!(frozen); }
            life = next;
        }
    }
}
