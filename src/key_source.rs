//! Public keys of another party: by value, or by `jwks_uri` with one forced refetch if the key is not in the cached set.

use crate::exchange::{DocumentRequest, KeyOrigin, Pause, SignedBy, Turn};
use crate::jose::{Algorithms, JoseError, Json, JwkSet, JwkSetError, Jws};
use crate::primitives::Primitives;
use crate::reason::Reason;
use crate::requirement::{Requirement, rfc7515};
use crate::uri::Uri;
use std::fmt;

/// The maximum number of keys tried for one signature, because the sender has not proven anything yet.
const MOST_CANDIDATES: usize = 8;

/// The place where a party's keys are.
#[derive(Clone, Copy)]
pub(crate) struct KeySource<'a> {
    /// A JWK Set by value.
    pub(crate) jwks: Option<&'a Json>,
    /// The https URL of a JWK Set.
    pub(crate) jwks_uri: Option<&'a str>,
    /// The requirement that forbids private and symmetric keys in this party's set.
    pub(crate) public_only: &'static Requirement,
}

/// A party's keys, or the reason why they cannot be used.
pub(crate) type KeySet = Result<JwkSet, JwkSetError>;

impl KeySource<'_> {
    /// Verifies a signature with these keys.
    pub(crate) fn verify(&self, turn: &Turn<'_>, jws: &Jws, allowed: Algorithms) -> Result<Result<(), NotFound>, Pause> {
        let look = |set: &KeySet, origin: KeyOrigin| among(turn, set, origin, jws, allowed);
        let found = self.look_up(turn, look, NotFound::may_be_new_key)?;
        Ok(found.unwrap_or(Err(NotFound::NoKeys)).map_err(|why| match why {
            NotFound::Set(error @ JwkSetError::Leaked(_)) => NotFound::Leaked { error, public_only: self.public_only },
            why => why,
        }))
    }

    /// Looks into the keys. If the search fails in a way that newer keys may explain, they are fetched once more by force. `None`
    /// means a party without keys.
    pub(crate) fn look_up<W>(
        &self,
        turn: &Turn<'_>,
        look: impl Fn(&KeySet, KeyOrigin) -> Result<(), W>,
        may_be_new: impl Fn(&W) -> bool,
    ) -> Result<Option<Result<(), W>>, Pause> {
        if let Some(jwks) = self.jwks {
            let set = turn.facts.key_set(KeyOrigin::Registered, None, || by_value(jwks, turn.primitives));
            return Ok(Some(look(&set, KeyOrigin::Registered)));
        }
        let Some(url) = self.jwks_uri.filter(|url| is_https(url)) else { return Ok(None) };
        let cached = turn.facts.document(DocumentRequest::new(url))??;
        let set = turn.facts.key_set(KeyOrigin::Cached, Some(url), || JwkSet::parse(&cached.body, turn.primitives));
        let found = look(&set, KeyOrigin::Cached);
        if !found.as_ref().is_err_and(may_be_new) || cached.fetched_at >= turn.now() {
            return Ok(Some(found));
        }
        let forced = DocumentRequest::new(url).not_before(turn.now());
        // If the refetch fails the key stays unknown: the cached set is still valid.
        let Ok(fresh) = turn.facts.document(forced)? else { return Ok(Some(found)) };
        let set = turn.facts.key_set(KeyOrigin::Fresh, Some(url), || JwkSet::parse(&fresh.body, turn.primitives));
        Ok(Some(look(&set, KeyOrigin::Fresh)))
    }
}

/// Reads a key set that was given by value, by the same rule as one that was fetched.
pub(crate) fn by_value(jwks: &Json, primitives: &dyn Primitives) -> KeySet {
    jwks.as_object().ok_or(JwkSetError::NoKeys).and_then(|set| JwkSet::from_object(set, primitives))
}

/// Keys come over TLS only ([FAPI 2.0 §5.4.2](https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.4.2)).
pub(crate) fn is_https(url: &str) -> bool {
    Uri::parse(url).is_ok_and(|uri| uri.is_web() && uri.has_scheme("https"))
}

/// Why no key verifies a signature.
pub(crate) enum NotFound {
    /// The party has no keys at all.
    NoKeys,
    /// None of the keys has the header's `kid` and fits its `alg`; so many others cannot be used.
    NoKey { skipped: usize },
    /// The set cannot be used.
    Set(JwkSetError),
    /// The set discloses a secret, which this requirement forbids.
    Leaked { error: JwkSetError, public_only: &'static Requirement },
    /// A key fits and does not verify.
    Jose(JoseError),
}

impl NotFound {
    /// Returns true if the party may have rotated its keys, or mended its set, since.
    fn may_be_new_key(&self) -> bool {
        matches!(self, Self::NoKey { .. } | Self::Set(_) | Self::Jose(JoseError::Signature))
    }
}

impl Reason for NotFound {
    fn basis(&self) -> &'static Requirement {
        match self {
            Self::Leaked { public_only, .. } => public_only,
            Self::NoKeys | Self::NoKey { .. } => &rfc7515::KEY_DETERMINED,
            Self::Set(error) => error.basis(),
            Self::Jose(error) => error.basis(),
        }
    }
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKeys => f.write_str("its sender has no registered keys"),
            Self::NoKey { skipped: 0 } => f.write_str("none of the registered keys has the kid of the header and fits its alg"),
            Self::NoKey { skipped } => {
                write!(f, "none of the registered keys has the kid of the header and fits its alg; {skipped} keys cannot be used")
            }
            Self::Set(error) | Self::Leaked { error, .. } => error.told().fmt(f),
            Self::Jose(error) => error.told().fmt(f),
        }
    }
}

fn among(turn: &Turn<'_>, set: &KeySet, origin: KeyOrigin, jws: &Jws, allowed: Algorithms) -> Result<(), NotFound> {
    let set = set.as_ref().map_err(|error| NotFound::Set(error.clone()))?;
    let mut why = NotFound::NoKey { skipped: set.skipped().len() };
    for (index, key) in set.candidates(jws.header().kid(), jws.header().alg()).take(MOST_CANDIDATES).enumerate() {
        let check = || jws.verify(key, allowed, turn.primitives);
        match turn.facts.verified(SignedBy::Owner(origin, index), jws.as_str(), check) {
            Ok(()) => return Ok(()),
            Err(error) => why = NotFound::Jose(error),
        }
    }
    Err(why)
}
