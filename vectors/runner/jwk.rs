//! `jwk`: a public key and the algorithms it verifies.

use super::Otherwise;
use super::group::{member, object};
use fapi::jose::{Algorithms, Json, Jwk, Object};
use fapi::primitives::aws_lc;

pub(super) fn judge(_: &Object, test: &Object) -> Result<(), Otherwise> {
    let key = Jwk::parse(object(member(test, "input")?)?, aws_lc()).map_err(|error| Otherwise::refused(error.basis()))?;
    let fitting = Algorithms::ALL_ASYMMETRIC.union(Algorithms::ALL_SYMMETRIC).iter().filter(|algorithm| key.fits(*algorithm));
    let names: Vec<_> = fitting.map(|algorithm| algorithm.name()).collect();
    Otherwise::unless_same(member(test, "output")?, &Json::from(names))
}
