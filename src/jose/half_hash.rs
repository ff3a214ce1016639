//! The hashes with which ID tokens refer to the values that accompany them.

use super::primitives::Primitives;
use super::{Algorithm, base64url};

impl Algorithm {
    /// `at_hash`, `c_hash` or `s_hash` of a value, for an ID token signed with this algorithm: the left half of its hash
    /// ([OIDC Core §3.1.3.6](https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken)).
    pub fn half_hash(self, value: &str, primitives: &dyn Primitives) -> String {
        let hash = primitives.digest(self.hash(), value.as_bytes());
        base64url::encode(&hash[..hash.len() / 2])
    }
}
