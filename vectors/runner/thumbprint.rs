//! `thumbprint`: a public JWK and its RFC 7638 thumbprint.

use super::Otherwise;
use super::group::{member, object, text};
use fapi::jose::{Jwk, Object};
use fapi::primitives::aws_lc;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let key = Jwk::parse(object(member(test, "input")?)?, aws_lc());
    let key = key.map_err(|error| Otherwise::refused(error.basis()))?;
    Otherwise::unless_same(&text(group, "thumbprint")?, &key.thumbprint(aws_lc()).as_str())
}
