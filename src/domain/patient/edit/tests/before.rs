//! What was reported before this service was used, as it is typed.

use super::*;

#[test]
fn what_was_reported_before_must_fit_the_discharge() {
    let discharge = |due: [&str; 3], up_to: [&str; 3]| {
        let [day, month, year] = due;
        let [to_day, to_month, to_year] = up_to;
        let typed = [
            ("on.day", "30"),
            ("on.month", "11"),
            ("on.year", "2025"),
            ("by.choice", "tribunal"),
            ("hospital.text", "X"),
            ("reported-before.day", day),
            ("reported-before.month", month),
            ("reported-before.year", year),
            ("reported-up-to.day", to_day),
            ("reported-up-to.month", to_month),
            ("reported-up-to.year", to_year),
            ("why.choice", "missing"),
        ];
        merge(
            Group::Discharge,
            Target::Whole,
            &typed,
            &record(),
            &record(),
        )
    };
    let none = [""; 3];
    let told = |due, up_to, field: &str, words: &str| {
        let refused = discharge(due, up_to);
        let (at, message) = problem(&refused);
        assert!(at == field && message.contains(words), "{at}: {message}");
    };
    let due = ["28", "9", "2026"];
    told(
        ["31", "9", "2026"],
        none,
        "reported-before.day",
        "one that the month has",
    );
    told(
        ["29", "11", "2025"],
        none,
        "reported-before.day",
        "discharged again",
    );
    told(
        ["21", "2", "2027"],
        none,
        "reported-before.day",
        "3 months ahead",
    );
    told(
        ["20", "2", "2027"],
        none,
        "reported-up-to.day",
        "before it was due",
    );
    told(none, ["1", "9", "2026"], "reported-before.day", "was due");
    told(
        due,
        ["21", "11", "2026"],
        "reported-up-to.day",
        "after today",
    );
    told(
        due,
        ["29", "11", "2025"],
        "reported-up-to.day",
        "a day before it",
    );
    let before = |due, up_to| saved(discharge(due, up_to)).reported_before.unwrap();
    assert_eq!(before(due, none).up_to(), day(2026, 9, 28));
    assert_eq!(before(due, ["20", "9", "2026"]).up_to(), day(2026, 9, 20));
    let ahead = before(["20", "2", "2027"], ["19", "11", "2026"]);
    assert_eq!(
        (ahead.due, ahead.up_to()),
        (day(2027, 2, 20), day(2026, 11, 19))
    );
    assert_eq!(saved(discharge(none, none)).reported_before, None);
}
