//! The front channel: from a pushed request over the user's pages to the authorization response.
//!
//! ```text
//!  push              present (reads)          conclude                redeem
//! Pushed ─────────▶ Interaction ─────────▶ Granted ───────────▶ Redeemed ──▶ Grant (refresh)*
//!    │                 └── denied/expired     └── expires            └── replayed ⇒ grant revoked
//!    └── may be presented again by the same client until one interaction concludes; conclude consumes it
//! ```

mod claims_parameter;
mod conclude;
mod interaction;
mod parameters;
mod present;
mod prompt;
mod push;
mod request;
mod state;
mod still;
mod target;

pub(crate) use claims_parameter::{ClaimRequest, ClaimsParameter};
pub(crate) use conclude::Conclusion;
pub(crate) use interaction::ShowInteraction;
pub(crate) use present::AuthorizationRequest;
pub use prompt::{Authentication, Navigation, Prompt, PromptKind, UserDecision};
pub(crate) use push::PushedAuthorizationRequest;
pub(crate) use request::Request;
pub(crate) use state::{AuthenticatedUser, AuthorizationCode, Granted};
pub(crate) use still::{still_fits, still_logged_in, still_may_have};
