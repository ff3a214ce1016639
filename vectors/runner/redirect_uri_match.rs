//! `redirect_uri_match`: the URI of a request, with these registered ones.

use super::Otherwise;
use super::group::text;
use super::world::World;
use fapi::jose::Object;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let parameters = [("response_type", "code"), ("scope", "accounts"), ("redirect_uri", text(test, "input")?)];
    World::of(group)?.push(&parameters).map(drop)
}
