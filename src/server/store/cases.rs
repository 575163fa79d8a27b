//! One patient's whole record, out and in. In: all of it or none.

mod carried;
mod export;
mod import;
pub mod tables;

pub use export::export;
pub use import::import;
