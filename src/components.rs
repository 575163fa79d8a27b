//! Furniture of the pages, after the NHS.UK design system. `islands` holds all that runs in the
//! browser; everything else is HTML made by the server.

#[cfg(feature = "ssr")]
pub mod bars;
#[cfg(feature = "ssr")]
pub mod controls;
#[cfg(feature = "ssr")]
pub mod difference;
#[cfg(feature = "ssr")]
pub mod fields;
#[cfg(feature = "ssr")]
pub mod furniture;
#[cfg(feature = "ssr")]
pub mod inputs;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod layout;
#[cfg(feature = "ssr")]
pub mod lengths;
#[cfg(feature = "ssr")]
pub mod on_paper;
#[cfg(feature = "ssr")]
pub mod places;
