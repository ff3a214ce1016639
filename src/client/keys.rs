//! A client's public keys: by value, or by `jwks_uri` with one forced refetch if the key is not in the cached set.

use super::ClientTurn;
use crate::error_code::ErrorCode;
use crate::exchange::{DocumentRequest, KeyOrigin, Pause, SignedBy};
use crate::jose::{Algorithms, JoseError, JwkSet, JwkSetError, Jws};
use crate::refusal::Refusal;
use crate::requirement::{Requirement, rfc7515, rfc7523};

/// The most keys tried for one signature: the sender has not proven anything yet.
const MOST_CANDIDATES: usize = 8;

/// Verifies a signature with the client's keys.
pub(super) fn verify(turn: &ClientTurn<'_>, jws: &Jws, allowed: Algorithms) -> Result<(), Pause> {
    let look = |set: &KeySet, origin: KeyOrigin| among(turn, set, origin, jws, allowed);
    Ok(look_up(turn, look, NotFound::may_be_new_key)?.unwrap_or(Err(NotFound::NoKey)).map_err(|why| refusal(&why))?)
}

/// A client's keys, or the reason why they cannot be used.
pub(super) type KeySet = Result<JwkSet, JwkSetError>;

/// Looks into the keys that a client registered, or into those at its `jwks_uri`. If the search fails in a way that newer keys
/// may explain, they are fetched once more by force. `None` is a client without keys.
pub(super) fn look_up<W>(
    turn: &ClientTurn<'_>,
    look: impl Fn(&KeySet, KeyOrigin) -> Result<(), W>,
    may_be_new: impl Fn(&W) -> bool,
) -> Result<Option<Result<(), W>>, Pause> {
    let metadata = &turn.client.metadata;
    if let Some(jwks) = &metadata.jwks {
        let set = turn.facts.key_set(KeyOrigin::Registered, || {
            jwks.as_object().ok_or(JwkSetError::NoKeys).and_then(|set| JwkSet::from_object(set, turn.primitives))
        });
        return Ok(Some(look(&set, KeyOrigin::Registered)));
    }
    let Some(url) = metadata.jwks_uri.as_ref().filter(|url| is_https(url)) else { return Ok(None) };
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

/// Keys come over TLS only ([FAPI 2.0 §5.4.2](https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.4.2)).
pub(crate) fn is_https(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.username().is_empty() && url.password().is_none())
}

enum NotFound {
    NoKey,
    Set(JwkSetError),
    Jose(JoseError),
}

impl NotFound {
    /// Returns true if the client may have rotated its keys since.
    fn may_be_new_key(&self) -> bool {
        matches!(self, Self::NoKey | Self::Jose(JoseError::Signature))
    }
}

fn among(turn: &ClientTurn<'_>, set: &KeySet, origin: KeyOrigin, jws: &Jws, allowed: Algorithms) -> Result<(), NotFound> {
    let set = set.as_ref().map_err(|error| NotFound::Set(error.clone()))?;
    let mut why = NotFound::NoKey;
    for (index, key) in set.candidates(jws.header().kid(), jws.header().alg()).take(MOST_CANDIDATES).enumerate() {
        let check = || jws.verify(key, allowed, turn.primitives);
        match turn.facts.verified(SignedBy::Client(origin, index), jws.as_str(), check) {
            Ok(()) => return Ok(()),
            Err(error) => why = NotFound::Jose(error),
        }
    }
    Err(why)
}

fn refusal(why: &NotFound) -> Refusal {
    let why: &'static Requirement = match why {
        NotFound::NoKey => &rfc7515::KEY_DETERMINED,
        NotFound::Set(error) => error.basis(),
        NotFound::Jose(error) => error.basis(),
    };
    Refusal::new(ErrorCode::InvalidClient, vec![&rfc7523::ASSERTION_SIGNED, why])
}
