//! The product through its real router and store, on SQLite and on PostgreSQL, and its real binary.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "tests: a panic is how they fail"
)]

mod aftermath;
mod anchors;
mod append_only;
mod assessments;
#[path = "../attacks/attacks.rs"]
mod attacks;
mod audits;
mod binary;
mod carry_forward;
mod cases;
mod comments;
mod conflicts;
mod considered;
mod cover;
mod deadlines;
mod entries;
mod figures;
mod findings;
mod form_file;
mod happened;
mod interleavings;
mod journey;
mod kept;
mod leaving;
mod licences;
mod lists;
mod longest;
mod matrix;
mod opening;
mod papers;
mod patients_copy;
mod people;
mod places;
mod privacy;
mod record;
mod refusals;
mod register;
mod registers;
mod schema;
mod second_factor;
mod secrets;
mod session_end;
mod sign_on;
mod signing_in;
mod soak;
mod store;
mod support;
mod tampering;
mod verify;
