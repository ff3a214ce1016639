//! Accessors for the members of groups and tests.

use super::Otherwise;
use fapi::jose::{Algorithm, Algorithms, Json, Jwk, Object, base64url};
use fapi::primitives::aws_lc;

/// A required member.
pub(super) fn member<'o>(object: &'o Object, name: &str) -> Result<&'o Json, Otherwise> {
    object.get(name).ok_or_else(|| Otherwise::Unjudged(format!("there is no member {name}")))
}

/// A required text member.
pub(super) fn text<'o>(object: &'o Object, name: &str) -> Result<&'o str, Otherwise> {
    member(object, name)?.as_str().ok_or_else(|| Otherwise::Unjudged(format!("{name} is not a text")))
}

/// An optional text member.
pub(super) fn maybe<'o>(object: &'o Object, name: &str) -> Option<&'o str> {
    object.get(name).and_then(Json::as_str)
}

/// A required array member.
pub(super) fn array<'o>(object: &'o Object, name: &str) -> Result<&'o [Json], Otherwise> {
    member(object, name)?.as_array().ok_or_else(|| Otherwise::Unjudged(format!("{name} is not an array")))
}

/// A value that is an object.
pub(super) fn object(value: &Json) -> Result<&Object, Otherwise> {
    value.as_object().ok_or_else(|| Otherwise::Unjudged("a value is not an object".into()))
}

/// The octets of an input: a text in UTF-8, or base64url in `{"base64url": ".."}` for octets that are not UTF-8.
pub(super) fn octets(value: &Json) -> Result<Vec<u8>, Otherwise> {
    match value {
        Json::String(text) => Ok(text.as_bytes().to_vec()),
        Json::Object(encoded) => base64url::decode(text(encoded, "base64url")?)
            .ok_or_else(|| Otherwise::Unjudged("the member base64url is not base64url".into())),
        _ => Err(Otherwise::Unjudged("the input is neither a text nor an object with base64url".into())),
    }
}

/// The public key of a group.
pub(super) fn key(value: &Json) -> Result<Jwk, Otherwise> {
    Jwk::parse(object(value)?, aws_lc()).map_err(Otherwise::unjudged)
}

/// The algorithms that a group allows.
pub(super) fn algorithms(group: &Object) -> Result<Algorithms, Otherwise> {
    let parse = |name: &Json| name.as_str().and_then(Algorithm::parse);
    let names = array(group, "algorithms")?.iter();
    names.map(|name| parse(name).ok_or_else(|| Otherwise::Unjudged("an unknown algorithm".into()))).collect()
}

/// The octets of a certificate, in base64 as in `x5c`.
pub(super) fn base64(text: &str) -> Result<Vec<u8>, Otherwise> {
    data_encoding::BASE64.decode(text.as_bytes()).map_err(Otherwise::unjudged)
}
