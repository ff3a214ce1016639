//! `token_hash`: hashes that identify another value in ID tokens and DPoP proofs.

use super::Otherwise;
use super::group::{member, text};
use fapi::jose::{Algorithm, Object};
use fapi::primitives::aws_lc;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let value = text(test, "input")?;
    let hash = match text(group, "claim")? {
        "ath" => fapi::sender::access_token_hash(value, aws_lc()),
        _ => {
            let algorithm = Algorithm::parse(text(group, "algorithm")?);
            let algorithm = algorithm.ok_or_else(|| Otherwise::Unjudged("an unknown algorithm".into()))?;
            algorithm.half_hash(value, aws_lc())
        }
    };
    Otherwise::unless_same(&member(test, "output")?.as_str(), &Some(hash.as_str()))
}
