//! The rules of social supervision. Pure: no I/O, no clock, no web framework, no database.
//!
//! Browser and server compile this room alike; today's date is always a parameter.

pub mod assurance;
pub mod calendar;
pub mod case;
pub mod caseload;
pub mod condition;
pub mod csv;
pub mod form;
pub mod guidance;
pub mod identifiers;
pub mod link;
pub mod milestones;
pub mod notice;
pub mod paper;
pub mod patient;
pub mod people;
pub mod prompts;
pub mod protocol;
pub mod report;
pub mod retention;
pub mod schedule;
pub mod self_assessment;
pub mod sign_off;
pub mod subject_access;
pub mod timeline;
