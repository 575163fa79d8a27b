//! Progress reports on conditionally discharged restricted patients.
//!
//! The way a report travels: a form (data) and a case (store) make pages; a page's answers are saved
//! against the version their writer saw; author, line manager and clinical supervisor sign; the
//! report is frozen, set as papers and recorded as sent.
//!
//! Rooms: [`domain`] holds every rule and does no I/O; [`pages`] and [`components`] are what people
//! see; [`api`] is the seam (parse, authorise, act, answer); [`server`] runs it; [`document`] sets
//! papers and knows nothing of patients.
#![recursion_limit = "512"]

pub mod domain;

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod components;

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod api;

#[cfg(feature = "ssr")]
pub mod document;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;

/// Starts the islands of a page in the browser.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
