//! JWK Sets ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{Algorithm, Json, JsonError, Jwk, JwkError, JwkSetError, Object};
use crate::jose::primitives::Primitives;

/// The keys of one party that can verify signatures, in the order in which the party lists them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JwkSet {
    keys: Vec<Jwk>,
    skipped: Vec<JwkError>,
}

impl JwkSet {
    /// The maximum number of keys in a set.
    pub const MOST: usize = 100;

    /// Parses a set from JSON text; see [`from_object`](Self::from_object).
    pub fn parse(text: &[u8], primitives: &dyn Primitives) -> Result<Self, JwkSetError> {
        Self::from_object(&Object::parse(text).map_err(JwkSetError::Json)?, primitives)
    }

    /// Reads a set from an object. Keys that cannot be used are skipped. A private or symmetric key invalidates the whole set,
    /// since its owner has disclosed it to everyone ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).
    pub fn from_object(object: &Object, primitives: &dyn Primitives) -> Result<Self, JwkSetError> {
        let keys = object.get("keys").and_then(Json::as_array).ok_or(JwkSetError::NoKeys)?;
        if keys.len() > Self::MOST {
            return Err(JwkSetError::TooMany);
        }
        let mut set = Self::default();
        for key in keys {
            match key.as_object().ok_or(JwkError::NoObject).and_then(|key| Jwk::parse(key, primitives)) {
                Ok(key) => set.keys.push(key),
                Err(error) if error.is_leak() => return Err(JwkSetError::Leaked(error)),
                Err(error) => set.skipped.push(error),
            }
        }
        Ok(set)
    }

    /// Returns the keys in the order in which the party lists them.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// Returns the reason for each skipped key.
    pub fn skipped(&self) -> &[JwkError] {
        &self.skipped
    }

    /// Returns the keys that may have made a signature with this header: those that fit the algorithm and have the `kid`, if
    /// there is one. Several keys may share a `kid`; the caller tries all of them
    /// ([FAPI 2.0 §5.4.3](https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.4.3)).
    pub fn candidates<'a>(&'a self, kid: Option<&'a str>, algorithm: Algorithm) -> impl Iterator<Item = &'a Jwk> {
        self.keys.iter().filter(move |key| kid.is_none_or(|kid| key.kid() == Some(kid)) && key.fits(algorithm))
    }
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
