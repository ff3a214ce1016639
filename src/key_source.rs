//! Public keys of another party: by value, or by `jwks_uri` with one forced refetch if the key is not in the cached set.

use crate::exchange::{DocumentRequest, KeyOrigin, Pause, SignedBy, Turn};
use crate::jose::{Algorithms, JoseError, Json, JwkSet, JwkSetError, Jws};
use crate::primitives::Primitives;
use crate::requirement::{Requirement, rfc7515};
use crate::uri::Uri;

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
    /// Verifies a signature with these keys; the error is the requirement that it breaks.
    pub(crate) fn verify(
        &self,
        turn: &Turn<'_>,
        jws: &Jws,
        allowed: Algorithms,
    ) -> Result<Result<(), &'static Requirement>, Pause> {
        let look = |set: &KeySet, origin: KeyOrigin| among(turn, set, origin, jws, allowed);
        let found = self.look_up(turn, look, NotFound::may_be_new_key)?;
        Ok(found.unwrap_or(Err(NotFound::NoKey)).map_err(|why| why.basis(self.public_only)))
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
            let set = turn.facts.key_set(KeyOrigin::Registered, || by_value(jwks, turn.primitives));
            return Ok(Some(look(&set, KeyOrigin::Registered)));
        }
        let Some(url) = self.jwks_uri.filter(|url| is_https(url)) else { return Ok(None) };
        let cached = turn.facts.document(DocumentRequest::new(url))??;
        let set = turn.facts.key_set(KeyOrigin::Cached, || JwkSet::parse(&cached.body, turn.primitives));
        let found = look(&set, KeyOrigin::Cached);
        if !found.as_ref().is_err_and(may_be_new) || cached.fetched_at >= turn.now() {
            return Ok(Some(found));
        }
        let forced = DocumentRequest::new(url).not_before(turn.now());
        // If the refetch fails the key stays unknown: the cached set is still valid.
        let Ok(fresh) = turn.facts.document(forced)? else { return Ok(Some(found)) };
        let set = turn.facts.key_set(KeyOrigin::Fresh, || JwkSet::parse(&fresh.body, turn.primitives));
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

enum NotFound {
    NoKey,
    Set(JwkSetError),
    Jose(JoseError),
}

impl NotFound {
    /// Returns true if the party may have rotated its keys, or mended its set, since.
    fn may_be_new_key(&self) -> bool {
        matches!(self, Self::NoKey | Self::Set(_) | Self::Jose(JoseError::Signature))
    }

    fn basis(&self, public_only: &'static Requirement) -> &'static Requirement {
        match self {
            Self::NoKey => &rfc7515::KEY_DETERMINED,
            Self::Set(JwkSetError::Leaked(_)) => public_only,
            Self::Set(error) => error.basis(),
            Self::Jose(error) => error.basis(),
        }
    }
}

fn among(turn: &Turn<'_>, set: &KeySet, origin: KeyOrigin, jws: &Jws, allowed: Algorithms) -> Result<(), NotFound> {
    let set = set.as_ref().map_err(|error| NotFound::Set(error.clone()))?;
    let mut why = NotFound::NoKey;
    for (index, key) in set.candidates(jws.header().kid(), jws.header().alg()).take(MOST_CANDIDATES).enumerate() {
        let check = || jws.verify(key, allowed, turn.primitives);
        match turn.facts.verified(SignedBy::Owner(origin, index), jws.as_str(), check) {
            Ok(()) => return Ok(()),
            Err(error) => why = NotFound::Jose(error),
        }
    }
    Err(why)
}
