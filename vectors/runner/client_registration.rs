//! `client_registration`: the registration of a client with these metadata and this secret.

use super::Otherwise;
use super::group::{maybe, member, object};
use super::world::{World, client};
use fapi::jose::Object;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let input = object(member(test, "input")?)?;
    World::without_client(group)?.register_with(client(input)?, maybe(input, "client_secret"))
}
