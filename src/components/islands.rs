//! Everything that runs in the browser. Each island has a twin that works without scripts.

pub mod autosave;
