//! `basic`: the client credentials in an Authorization field.

use super::Otherwise;
use super::group::{member, object, octets, text};
use fapi::basic::BasicCredentials;
use fapi::jose::Object;

pub(super) fn judge(_: &Object, test: &Object) -> Result<(), Otherwise> {
    let credentials = BasicCredentials::parse(&octets(member(test, "input")?)?);
    let credentials = credentials.map_err(|error| Otherwise::refused(error.basis()))?;
    let wanted = object(member(test, "output")?)?;
    Otherwise::unless_same(&text(wanted, "client_id")?, &credentials.client_id.as_str())?;
    Otherwise::unless_same(&text(wanted, "client_secret")?.as_bytes(), &credentials.secret.as_bytes())
}
