//! Papers: every kind conforms to PDF/UA-1 and PDF/A-2a, says all that was typed, and is the same
//! in every format and on every run.

mod assessment;
mod attachment;
mod conformance;
mod formats;
mod judge;
mod kinds;
mod layout;
mod properties;
mod rated;
mod sample;
mod text;
mod varied;
mod word;
