//! A client's public keys: by value, or by `jwks_uri` with one forced refetch where a key is not among those known.

use super::Client;
use crate::exchange::{DocumentRequest, Pause, Turn};
use crate::jose::{Algorithms, JoseError, JwkSet, JwkSetError, Jws};
use crate::refusal::{ErrorCode, Refusal};
use crate::requirement::{Requirement, rfc7515, rfc7523};

/// Keys that are tried for one signature: work for somebody who has proven nothing yet.
const MOST_CANDIDATES: usize = 8;

/// Finds the key that made this signature among the client's. A refusal names what was wrong
/// with the assertion's signature.
pub(super) fn verify(turn: &Turn<'_>, client: &Client, jws: &Jws, allowed: Algorithms) -> Result<(), Pause> {
    let look = |set: &KeySet, origin: &str| among(turn, set, origin, jws, allowed);
    Ok(look_up(turn, client, look, NotFound::may_be_new_key)?.unwrap_or(Err(NotFound::NoKey)).map_err(|why| refusal(&why))?)
}

/// A client's keys, or what is wrong with them.
pub(super) type KeySet = Result<JwkSet, JwkSetError>;

/// Looks into the keys a client registered, or into those at its `jwks_uri`: if what is looked for may be new there, they are
/// fetched once more by force. `None` is a client without keys.
pub(super) fn look_up<W>(
    turn: &Turn<'_>,
    client: &Client,
    look: impl Fn(&KeySet, &str) -> Result<(), W>,
    may_be_new: impl Fn(&W) -> bool,
) -> Result<Option<Result<(), W>>, Pause> {
    if let Some(jwks) = &client.metadata.jwks {
        let set = turn.facts.computed("jwks", || {
            jwks.as_object().ok_or(JwkSetError::NoKeys).and_then(|set| JwkSet::from_object(set, turn.primitives))
        });
        return Ok(Some(look(&set, "registered")));
    }
    let Some(url) = client.metadata.jwks_uri.as_ref().filter(|url| is_https(url)) else { return Ok(None) };
    let cached = turn.facts.document(DocumentRequest { url: url.clone(), not_before: None })??;
    let set = turn.facts.computed("jwks cached", || JwkSet::parse(&cached.body, turn.primitives));
    let found = look(&set, "cached");
    if !found.as_ref().is_err_and(may_be_new) || cached.fetched_at >= turn.context.now() {
        return Ok(Some(found));
    }
    let forced = DocumentRequest { url: url.clone(), not_before: Some(turn.context.now()) };
    // An outage here means that the key stays unknown: the cached set was good.
    let Ok(fresh) = turn.facts.document(forced)? else { return Ok(Some(found)) };
    let set = turn.facts.computed("jwks fresh", || JwkSet::parse(&fresh.body, turn.primitives));
    Ok(Some(look(&set, "fresh")))
}

/// Keys come over TLS only ([FAPI 2.0 §5.4.2](https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.4.2)).
pub(super) fn is_https(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.username().is_empty() && url.password().is_none())
}

enum NotFound {
    NoKey,
    Set(JwkSetError),
    Jose(JoseError),
}

impl NotFound {
    /// A set that was rotated would explain it.
    fn may_be_new_key(&self) -> bool {
        matches!(self, Self::NoKey | Self::Jose(JoseError::Signature))
    }
}

fn among(turn: &Turn<'_>, set: &KeySet, origin: &str, jws: &Jws, allowed: Algorithms) -> Result<(), NotFound> {
    let set = set.as_ref().map_err(|error| NotFound::Set(error.clone()))?;
    let mut why = NotFound::NoKey;
    for (index, key) in set.candidates(jws.header().kid(), jws.header().alg()).take(MOST_CANDIDATES).enumerate() {
        let subject = format!("{origin} {index} {}", jws.as_str());
        match turn.facts.verified(subject, || jws.verify(key, allowed, turn.primitives)) {
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
