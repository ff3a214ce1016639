//! `htu`: compares the target URL in a DPoP proof with the URL of the request.

use super::Otherwise;
use super::group::text;
use fapi::jose::Object;
use fapi::requirement::rfc9449;
use fapi::sender::htu::same_target;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    match same_target(text(test, "input")?, text(group, "url")?) {
        true => Ok(()),
        false => Err(Otherwise::refused(&rfc9449::PROOF_HTU)),
    }
}
