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
    /// The time after the first use of a refresh token that is replaced at each use, within which the same sender may use it again
    /// because the reply was lost: it gets another token, as long as none of those that took the place of this one was used. At
    /// most [`Lifetimes::MAX_REFRESH_RETRY_WINDOW`]; 0 takes every second use for a replay
    /// ([RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)).
    ///
    /// The same sender is the same client that proves the same DPoP key or certificate. Where a client proves nothing, everyone with
    /// the token counts as its sender: a thief can also retry within the window, and gets an access token. As soon as both use the
    /// tokens that they got, the grant ends.
    pub refresh_retry_window: u32,
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

impl Lifetimes {
    /// The longest [`Lifetimes::refresh_retry_window`]: a client that retries does so within a minute.
    pub const MAX_REFRESH_RETRY_WINDOW: u32 = 60;
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
            refresh_retry_window: 0,
            session: 8 * 3_600,
            proof: 60,
            assertion: 86_400,
            future_tolerance: 30,
            jwks: 300,
        }
    }
}
