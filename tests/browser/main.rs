//! The product in a real browser, with scripts on and off.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "tests: a panic is how they fail"
)]

mod access;
mod assessments;
mod console;
mod crawl;
mod driver;
mod forms;
mod hands;
mod journey;
mod keyboard;
mod markup;
mod page;
mod pages;
#[path = "../attacks/paper_text.rs"]
mod paper_text;
mod product;
mod quarter;
mod quick_entry;
mod saving;
mod sections;
mod session;
mod sign_on;
mod to_sending;
mod traces;
