//! Signing in and staying signed in.

pub mod passwords;
pub mod sealing;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
pub mod sign_on;
