//! `code_challenge`: the PKCE parameters of an authorization request.

use super::Otherwise;
use super::group::{maybe, member, object};
use super::world::{REDIRECT, World};
use fapi::jose::Object;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let input = object(member(test, "input")?)?;
    let mut parameters = vec![("response_type", "code"), ("scope", "accounts"), ("redirect_uri", REDIRECT)];
    let names = ["code_challenge", "code_challenge_method"];
    parameters.extend(names.into_iter().filter_map(|name| Some((name, maybe(input, name)?))));
    World::of(group)?.push(&parameters).map(drop)
}
