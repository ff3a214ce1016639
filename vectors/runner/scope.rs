//! `scope`: a parameter and its tokens.

use super::Otherwise;
use super::group::{member, text};
use fapi::jose::{Json, Object};
use fapi::scope::Scope;

pub(super) fn judge(_: &Object, test: &Object) -> Result<(), Otherwise> {
    let scope = Scope::parse(text(test, "input")?).map_err(|error| Otherwise::refused(error.basis()))?;
    Otherwise::unless_same(member(test, "output")?, &Json::from(scope.iter().map(Json::from).collect::<Vec<_>>()))
}
