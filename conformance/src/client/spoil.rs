//! Changes to what a client sends.

use std::sync::Arc;

use crate::jwt::Jwt;

/// A change to a JWT before it is signed.
pub type Spoil = Arc<dyn Fn(Jwt) -> Jwt + Send + Sync>;
