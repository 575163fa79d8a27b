//! Attacks: each test is named after what it checks, with the requirement of OWASP ASVS 5.0 where
//! there is one. Bounded in count and time; against this machine only.

mod addresses;
mod canary;
mod guesses;
mod headers;
mod large;
mod markup;
mod paper_text;
mod people;
mod requests;
mod served;
mod sign_on;
mod slow;
mod tls;
