//! `jwk_set`: the text of a JWK Set and the keys in it that can be used.

use super::Otherwise;
use super::group::{member, octets};
use fapi::jose::{Json, JwkSet, Object};
use fapi::primitives::aws_lc;

pub(super) fn judge(_: &Object, test: &Object) -> Result<(), Otherwise> {
    let set = JwkSet::parse(&octets(member(test, "input")?)?, aws_lc());
    let set = set.map_err(|error| Otherwise::refused(error.basis()))?;
    let names: Vec<Json> = set.keys().iter().map(|key| key.kid().map_or(Json::Null, Json::from)).collect();
    Otherwise::unless_same(member(test, "output")?, &Json::from(names))
}
