//! A progress report: its life, what is frozen of it, what catches the eye.

pub mod aftermath;
pub mod carry_forward;
pub mod circumstances;
pub mod difference;
pub mod findings;
pub mod frozen;
pub mod kind;
pub mod lifecycle;

pub use frozen::{Frozen, FrozenReport};
pub use kind::{Lateness, ReportKind};
pub use lifecycle::{Lifecycle, Refusal, State, Step};
