//! The life cycle of an authorization: a struct per state, each stored under its own kind; transitions consume their state.
//!
//! ```text
//!  push              present (reads)          conclude                redeem
//! Pushed ─────────▶ OpenInteraction ──────▶ Granted ───────────▶ Redeemed ──▶ Grant (refresh)*
//!    │                 └── denied/expired     └── expires            └── replayed ⇒ grant revoked
//!    └── may be presented again by the same client until one interaction concludes; conclude consumes it
//! ```

mod code;
mod consent;
mod interaction;
mod request;
mod session;

pub(crate) use code::{AuthorizationCode, Granted};
pub(crate) use consent::Consent;
pub(crate) use interaction::{OpenInteraction, Settling};
pub(crate) use request::{Asked, FrontChannel, Pushed, Request};
pub(crate) use session::Session;
