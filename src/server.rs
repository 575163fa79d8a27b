//! The server: configuration, router, sign-in, access, store, audit. Compiled with `ssr` only.

pub mod access;
pub mod app;
pub mod assessment_papers;
pub mod assets;
pub mod audit;
pub mod auth;
mod bodies;
pub mod clock;
pub mod config;
pub mod demo;
pub mod forms;
pub mod frameworks;
pub mod other_papers;
pub mod papers;
pub mod peer;
pub mod router;
mod routes;
pub mod serve;
pub mod store;
mod turns;
