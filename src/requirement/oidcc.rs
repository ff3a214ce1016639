//! OpenID Connect Core 1.0.

mod authentication;
mod claims;
mod messages;

pub use authentication::*;
pub use claims::*;
pub use messages::*;

use super::{Duty, Level, Requirement, document};

const PARTS: [&[&Requirement]; 3] = [authentication::ALL, claims::ALL, messages::ALL];

pub(super) static ALL: &[&Requirement] = &super::joined::<{ super::total(&PARTS) }>(&PARTS);
