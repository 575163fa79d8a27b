//! One patient's whole record, out and in. In: all of it or none.

mod export;
mod import;

pub use export::export;
pub use import::import;
