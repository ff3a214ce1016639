//! JWK Sets ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{Algorithm, Json, JsonError, Jwk, JwkError, JwkSetError, Object};
use crate::jose::primitives::Primitives;

/// The keys of one party that can verify signatures, in the order in which the party lists them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JwkSet {
    keys: Vec<Jwk>,
    skipped: Vec<SkippedKey>,
}

impl JwkSet {
    /// The maximum number of keys in a set.
    pub const MOST: usize = 100;

    /// Parses a set from JSON text; see [`from_object`](Self::from_object).
    pub fn parse(text: &[u8], primitives: &dyn Primitives) -> Result<Self, JwkSetError> {
        Self::from_object(&Object::parse(text).map_err(JwkSetError::Json)?, primitives)
    }

    /// Reads a set from an object. Keys that cannot verify signatures are skipped: unknown and malformed ones, and keys for
    /// encryption ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)). A private or symmetric key invalidates the
    /// whole set, since its owner has disclosed it ([RFC 7517 §9.2](https://www.rfc-editor.org/rfc/rfc7517#section-9.2)).
    pub fn from_object(object: &Object, primitives: &dyn Primitives) -> Result<Self, JwkSetError> {
        let keys = object.get("keys").and_then(Json::as_array).ok_or(JwkSetError::NoKeys)?;
        if keys.len() > Self::MOST {
            return Err(JwkSetError::TooMany);
        }
        let mut set = Self::default();
        for (index, key) in keys.iter().enumerate() {
            match key.as_object().ok_or(JwkError::NoObject).and_then(|key| Jwk::parse(key, primitives)) {
                Ok(key) => set.keys.push(key),
                Err(error) if error.is_leak() => return Err(JwkSetError::Leaked(error)),
                Err(error) => set.skipped.push(SkippedKey { index, kid: kid(key), error }),
            }
        }
        Ok(set)
    }

    /// Returns the keys in the order in which the party lists them.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// Returns the keys that cannot be used, in the order in which the party lists them.
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    /// Returns the keys that may have made a signature with this header: those that fit the algorithm and have the `kid`, if
    /// there is one. Several keys may share a `kid`; the caller tries all of them
    /// ([FAPI 2.0 §5.4.3](https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.4.3)).
    pub fn candidates<'a>(&'a self, kid: Option<&'a str>, algorithm: Algorithm) -> impl Iterator<Item = &'a Jwk> {
        self.keys.iter().filter(move |key| kid.is_none_or(|kid| key.kid() == Some(kid)) && key.fits(algorithm))
    }
}

/// A key of a set that is skipped, because it cannot verify signatures. Its text form is for logs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedKey {
    /// The position in `keys`, from 0.
    pub index: usize,
    /// The `kid`, if it is a string. Its owner chooses it freely.
    pub kid: Option<String>,
    /// The reason.
    pub error: JwkError,
}

impl fmt::Display for SkippedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "keys[{}]", self.index)?;
        if let Some(kid) = &self.kid {
            let start: String = kid.chars().take(LONGEST_KID).collect();
            write!(f, " ({start:?}{})", if start.len() < kid.len() { "..." } else { "" })?;
        }
        write!(f, ": {}", self.error)
    }
}

/// The most characters of a `kid` in the text form.
const LONGEST_KID: usize = 64;

fn kid(key: &Json) -> Option<String> {
    key.as_object()?.get("kid")?.as_str().map(str::to_owned)
}

impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self { keys: keys.into_iter().collect(), skipped: Vec::new() }
    }
}

impl Serialize for JwkSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut set = serializer.serialize_struct("JwkSet", 1)?;
        set.serialize_field("keys", &self.keys)?;
        set.end()
    }
}

impl From<JsonError> for JwkSetError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}
