//! Signing in and staying signed in.

pub mod passwords;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;
