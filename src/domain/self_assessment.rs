//! How an organisation assesses its own social supervision: standards as data, ratings, a second
//! view, sign-off, the action plan, and the comparison of one year with another.
//!
//! Everything here is proposed by this project: the national framework's text could not be obtained.

pub mod action_plan;
pub mod assessment;
pub mod challenge;
pub mod comparison;
pub mod content;
pub mod framework;
pub mod load;
pub mod rating;
