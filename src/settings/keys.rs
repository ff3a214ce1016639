//! The public halves of the server's signing keys, each with the times of its life.

use crate::jose::{Algorithm, Algorithms, Jwk, Object};
use crate::time::Timestamp;

/// The server's signing keys, the preferred one first. They can only be public: a [`Jwk`] holds nothing else.
///
/// A rotation needs no downtime: the next key is published before it signs, for as long as clients may cache the key set, and
/// the previous one stays published until its last token has expired.
///
/// ```
/// use fapi::{ServerKey, ServerKeys, Timestamp, jose::{Jwk, Object}, primitives::aws_lc};
///
/// # let jwk = r#"{"kty":"EC","crv":"P-256","alg":"ES256","kid":"2",
/// #     "x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}"#;
/// # let jwk = Jwk::parse(&Object::parse(jwk.as_bytes())?, aws_lc())?;
/// let now = Timestamp::from_seconds(1_800_000_000);
/// let next = ServerKey::new(jwk).signs_from(now.after(3_600));
/// let keys = ServerKeys::of(vec![next]);
/// assert_eq!(keys.published(now).count(), 1);
/// assert_eq!(keys.signing(now).count(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerKeys(Vec<ServerKey>);

/// One signing key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerKey {
    /// The public key, with its `kid`.
    pub jwk: Jwk,
    /// The algorithms it signs with; the `alg` of the JWK, unless that is left out.
    pub algorithms: Algorithms,
    /// The time from which the key set contains it; `None` means always.
    pub published_from: Option<Timestamp>,
    /// The time from which it signs; `None` means always.
    pub signs_from: Option<Timestamp>,
    /// The time from which it neither signs nor verifies nor is published; `None` means never.
    pub retired_at: Option<Timestamp>,
}

impl ServerKey {
    /// A key that is in use now and until further notice, with the algorithm that its JWK names.
    pub fn new(jwk: Jwk) -> Self {
        let algorithms = jwk.alg().map_or(Algorithms::NONE, |alg| Algorithms::of(&[alg]));
        Self { jwk, algorithms, published_from: None, signs_from: None, retired_at: None }
    }

    /// Sets the algorithms it signs with, for a JWK that names none.
    #[must_use]
    pub fn algorithms(mut self, algorithms: Algorithms) -> Self {
        self.algorithms = algorithms;
        self
    }

    /// Sets the time from which the key set contains it.
    #[must_use]
    pub fn published_from(mut self, moment: Timestamp) -> Self {
        self.published_from = Some(moment);
        self
    }

    /// Sets the time from which it signs.
    #[must_use]
    pub fn signs_from(mut self, moment: Timestamp) -> Self {
        self.signs_from = Some(moment);
        self
    }

    /// Sets the time from which it is no longer used.
    #[must_use]
    pub fn retired_at(mut self, moment: Timestamp) -> Self {
        self.retired_at = Some(moment);
        self
    }

    fn is_published(&self, now: Timestamp) -> bool {
        self.published_from.is_none_or(|from| from <= now) && self.retired_at.is_none_or(|end| now < end)
    }

    fn signs(&self, now: Timestamp) -> bool {
        self.is_published(now) && self.signs_from.is_none_or(|from| from <= now)
    }
}

impl ServerKeys {
    /// Keys that are all in use.
    pub fn new(keys: Vec<Jwk>) -> Self {
        Self(keys.into_iter().map(ServerKey::new).collect())
    }

    /// Keys with individual times.
    pub fn of(keys: Vec<ServerKey>) -> Self {
        Self(keys)
    }

    /// All keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ServerKey> {
        self.0.iter()
    }

    /// The keys that the key set holds now.
    pub fn published(&self, now: Timestamp) -> impl Iterator<Item = &Jwk> {
        self.0.iter().filter(move |key| key.is_published(now)).map(|key| &key.jwk)
    }

    /// The keys that sign now, the preferred one first.
    pub fn signing(&self, now: Timestamp) -> impl Iterator<Item = &ServerKey> {
        self.0.iter().filter(move |key| key.signs(now))
    }

    /// The JWK Set document ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)) as it is published now.
    pub fn document(&self, now: Timestamp) -> Object {
        let keys: Vec<Object> = self.published(now).map(|key| key.to_json().with("use", "sig")).collect();
        Object::default().with("keys", keys)
    }

    /// The key that signs with this algorithm now: of several, the one that took over last.
    pub(crate) fn signing_key(&self, algorithm: Algorithm, now: Timestamp) -> Option<&Jwk> {
        let fitting = self.signing(now).filter(|key| key.algorithms.contains(algorithm));
        fitting.reduce(|best, next| if next.signs_from > best.signs_from { next } else { best }).map(|key| &key.jwk)
    }

    /// The algorithms of all keys, in their order.
    pub(crate) fn all_algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.0.iter().flat_map(|key| key.algorithms.iter())
    }
}

#[cfg(all(test, feature = "aws-lc-rs"))]
mod tests {
    use super::*;
    use crate::primitives::aws_lc;

    fn key(kid: &str, alg: bool) -> Jwk {
        let object = Object::new().with("kty", "EC").with("crv", "P-256").with("kid", kid);
        let object = object.with("x", "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY");
        let mut object = object.with("y", "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU");
        if alg {
            object.insert("alg", "ES256");
        }
        Jwk::parse(&object, aws_lc()).expect("a key")
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn a_rotation_always_has_one_signing_key_and_publishes_both() {
        let old = ServerKey::new(key("old", true)).retired_at(at(300));
        let new = ServerKey::new(key("new", true)).published_from(at(100)).signs_from(at(200));
        let keys = ServerKeys::of(vec![old, new]);
        let signing = |now| keys.signing_key(Algorithm::ES256, at(now)).and_then(Jwk::kid);
        let published = |now| keys.published(at(now)).filter_map(Jwk::kid).collect::<Vec<_>>();
        assert_eq!((signing(99), published(99)), (Some("old"), vec!["old"]));
        assert_eq!((signing(199), published(100)), (Some("old"), vec!["old", "new"]));
        assert_eq!((signing(200), published(299)), (Some("new"), vec!["old", "new"]));
        assert_eq!((signing(300), published(300)), (Some("new"), vec!["new"]));
    }

    #[test]
    fn a_key_whose_jwk_names_no_algorithm_signs_with_those_it_is_given() {
        let keys = ServerKeys::of(vec![ServerKey::new(key("a", false)).algorithms(Algorithms::of(&[Algorithm::ES256]))]);
        assert_eq!(keys.signing_key(Algorithm::ES256, at(0)).and_then(Jwk::kid), Some("a"));
        assert!(!keys.document(at(0)).to_string().contains("alg"));
    }
}
