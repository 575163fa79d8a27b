//! Any form: its definition, the answers to it and how far they have got.
//!
//! Knows no particular question: rules elsewhere bind to a question's meaning, never to its id.

pub mod answer;
pub mod definition;
pub mod follow_up;
pub mod load;
pub mod posted;
pub mod progress;

pub use answer::{Answer, AnswerKey, Fields, Version};
pub use definition::{Form, Kind, Part, Question, Respondent, Section};
