//! The host's input to an exchange: the time, the randomness and the nonces.

use crate::entropy::{Entropy, Handle, same};
use crate::primitives::Primitives;
use crate::response::Response;
use crate::time::Timestamp;
use http::HeaderValue;

/// The time, randomness and nonces of one exchange, which the host supplies.
///
/// ```
/// use fapi::{Context, Entropy, Timestamp};
/// use std::time::UNIX_EPOCH;
///
/// let now = Timestamp::from_seconds(UNIX_EPOCH.elapsed()?.as_secs().try_into()?);
/// let mut seed = [0; 32];
/// aws_lc_rs::rand::fill(&mut seed)?;
/// let context = Context::new(now, Entropy::new(seed));
/// # let _ = context;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Context {
    now: Timestamp,
    entropy: Entropy,
    nonces: Option<DpopNonces>,
    #[cfg(fapi_waive)]
    pub(crate) waived: &'static [&'static str],
}

/// The server-chosen nonces for DPoP proofs ([RFC 9449 §8](https://www.rfc-editor.org/rfc/rfc9449#section-8)). Authorization
/// servers and resource servers have separate nonces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DpopNonces {
    /// The nonce that every reply offers: unpredictable, printable ASCII without space, `"` and `\`.
    pub current: String,
    /// The nonces that were offered before and are still accepted.
    pub accepted: Vec<String>,
}

impl Context {
    /// Creates a context from the host's clock and 32 fresh octets.
    pub fn new(now: Timestamp, entropy: Entropy) -> Self {
        Self {
            now,
            entropy,
            nonces: None,
            #[cfg(fapi_waive)]
            waived: &[],
        }
    }

    /// Demands one of these nonces in every DPoP proof and offers the current one in every reply.
    #[must_use]
    pub fn dpop_nonces(mut self, nonces: DpopNonces) -> Self {
        self.nonces = Some(nonces);
        self
    }

    /// Runs this exchange like a server that does not check these requirements. This is for mutants only.
    #[cfg(fapi_waive)]
    #[must_use]
    pub fn waiving(mut self, ids: &'static [&'static str]) -> Self {
        self.waived = ids;
        self
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn handle(&self, primitives: &dyn Primitives, label: &str) -> Handle {
        self.entropy.handle(primitives, label)
    }

    pub(crate) fn demands_nonce(&self) -> bool {
        self.nonces.is_some()
    }

    pub(crate) fn knows_nonce(&self, nonce: &str) -> bool {
        self.nonces
            .as_ref()
            .is_some_and(|nonces| std::iter::once(&nonces.current).chain(&nonces.accepted).any(|known| same(known, nonce)))
    }

    /// Sets exactly one `DPoP-Nonce` header. The reply must not be cacheable.
    pub(crate) fn offer_nonce(&self, response: &mut Response) {
        if let Some(Ok(value)) = self.nonces.as_ref().map(|nonces| HeaderValue::from_str(&nonces.current)) {
            response.headers_mut().insert("dpop-nonce", value);
        }
    }
}
