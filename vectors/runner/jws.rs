//! `jws`: a compact JWS and the key it must verify with.

use super::Otherwise;
use super::group::{algorithms, key, maybe, member, octets, text};
use fapi::Secret;
use fapi::jose::{JoseError, Jws, Object};
use fapi::primitives::aws_lc;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let refused = |error: JoseError| Otherwise::refused(error.basis());
    let allowed = algorithms(group)?;
    let jws = Jws::parse(text(test, "input")?).map_err(refused)?;
    match group.get("secret") {
        Some(secret) => jws.verify_mac(&Secret::from(octets(secret)?), allowed, aws_lc()),
        None => jws.verify(&key(member(group, "key")?)?, allowed, aws_lc()),
    }
    .map_err(refused)?;
    if maybe(group, "payload") == Some("claims") {
        jws.claims().map_err(refused)?;
    }
    Ok(())
}
