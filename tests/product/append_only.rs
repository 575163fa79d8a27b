//! What the registers of assurance hold cannot be changed past the product either.

use crate::support::{World, on_both};

/// One row in each register, and somebody who read the policy.
const ROWS: [&str; 7] = [
    "insert into training (id, organisation_id, person_id, kind, done_on, note, by_id, at)
     select 't', organisation_id, person_id, 'induction', '2026-01-05', '', person_id, '2026-11-20T12:00:00Z' from membership limit 1",
    "insert into practice_supervision (id, organisation_id, person_id, held_on, themes, by_id, at)
     select 's', organisation_id, person_id, '2026-01-05', '[]', person_id, '2026-11-20T12:00:00Z' from membership limit 1",
    "insert into policy (id, organisation_id, title, edition, owner, approved_on, review_on, kept_at, criteria, to_be_read, by_id, at)
     select 'p', organisation_id, 'T', '1', 'O', '2026-01-05', '2027-01-05', 'K', '[]', true, person_id, '2026-11-20T12:00:00Z' from membership limit 1",
    "insert into policy_reading (policy_id, person_id, at) select 'p', person_id, '2026-11-20T12:00:00Z' from membership limit 1",
    "insert into lesson (id, organisation_id, kind, title, source, dated, learnt, changes, owner, link, criteria, actions, by_id, at)
     select 'l', organisation_id, 'audit', 'T', 'S', '2026-01-05', 'L', 'C', 'O', '', '[]', '[]', person_id, '2026-11-20T12:00:00Z' from membership limit 1",
    "insert into guidance_link (id, organisation_id, topic, words, link, by_id, at)
     select 'g', organisation_id, 'role', 'W', '', person_id, '2026-11-20T12:00:00Z' from membership limit 1",
    "insert into allocation_override (id, organisation_id, patient_id, person_id, missing, reason, by_id, at)
     select 'o', p.organisation_id, p.id, m.person_id, '[]', 'R', m.person_id, '2026-11-20T12:00:00Z'
     from patient p join membership m on m.organisation_id = p.organisation_id limit 1",
];

const REFUSED: [&str; 16] = [
    "update training set done_on = '2020-01-01'",
    "delete from training",
    "update practice_supervision set held_on = '2020-01-01'",
    "delete from practice_supervision",
    "update policy set review_on = '2030-01-01'",
    "update policy set title = 'Another'",
    "delete from policy",
    "update policy_reading set at = '2020-01-01T00:00:00Z'",
    "delete from policy_reading",
    "update lesson set learnt = 'Nothing'",
    "delete from lesson",
    "update guidance_link set link = 'https://evil.example'",
    "delete from guidance_link",
    "update allocation_override set reason = 'None'",
    "update allocation_override set missing = '[]'",
    "delete from allocation_override",
];

/// A mark that a row no longer counts: set once, never moved and never taken back.
const ONCE: [[&str; 2]; 5] = [
    ["training", "withdrawn_at"],
    ["practice_supervision", "withdrawn_at"],
    ["policy", "retired_at"],
    ["lesson", "retired_at"],
    ["guidance_link", "removed_at"],
];

#[tokio::test]
async fn registers_are_added_to_and_withdrawn_from_and_never_rewritten() {
    on_both(async |world: World| {
        for sql in ROWS {
            world.tamper(sql).await.unwrap();
        }
        for sql in REFUSED {
            assert!(world.tamper(sql).await.is_err(), "{sql}");
        }
        for [table, mark] in ONCE {
            let set =
                |to: &str| -> &'static str { format!("update {table} set {mark} = {to}").leak() };
            world.tamper(set("'2026-11-20T13:00:00Z'")).await.unwrap();
            assert!(
                world.tamper(set("null")).await.is_err(),
                "{table} came back"
            );
            assert!(
                world.tamper(set("'2026-11-21T13:00:00Z'")).await.is_err(),
                "{table} moved"
            );
        }
    })
    .await;
}
