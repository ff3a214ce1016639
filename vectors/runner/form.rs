//! `form`: an `application/x-www-form-urlencoded` text and its parameters.

use super::Otherwise;
use super::group::{member, octets};
use fapi::form::{Form, FormLimits};
use fapi::jose::{Json, Object};

pub(super) fn judge(_: &Object, test: &Object) -> Result<(), Otherwise> {
    let form = Form::parse(&octets(member(test, "input")?)?, FormLimits::default());
    let form = form.map_err(|error| Otherwise::refused(error.basis()))?;
    let pairs: Vec<Json> = form.iter().map(|(name, value)| Json::from(vec![name, value])).collect();
    Otherwise::unless_same(member(test, "output")?, &Json::from(pairs))
}
