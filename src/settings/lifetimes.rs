//! Lifetimes.

use serde::{Deserialize, Serialize};

/// Lifetimes in seconds. A policy may shorten those of codes and request URIs further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Lifetimes {
    /// A `request_uri`, until it is presented.
    pub request_uri: u32,
    /// The pages that a user sees, from the authorization request to its response.
    pub interaction: u32,
    /// A code.
    pub code: u32,
    /// The time for which a redeemed code is still recognized as redeemed.
    pub replay_memory: u32,
    /// An access token.
    pub access_token: u32,
    /// An ID token.
    pub id_token: u32,
    /// A grant and its refresh token; use prolongs both once half of that is over.
    pub grant: u32,
    /// A login session.
    pub session: u32,
    /// A DPoP proof, after its `iat` (RFC 9449 §11.1).
    pub proof: u32,
    /// The maximum time by which the `exp` of a client assertion may lie in the future.
    pub assertion: u32,
    /// The maximum time by which `iat` and `nbf` may lie in the future.
    pub future_tolerance: u32,
    /// The time for which clients may cache the key set: the host publishes a key that long before it signs with it.
    pub jwks: u32,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            request_uri: 60,
            interaction: 600,
            code: 60,
            replay_memory: 86_400,
            access_token: 300,
            id_token: 300,
            grant: 30 * 86_400,
            session: 8 * 3_600,
            proof: 60,
            assertion: 86_400,
            future_tolerance: 30,
            jwks: 300,
        }
    }
}
