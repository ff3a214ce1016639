//! `pkce`: a `code_verifier` and its challenge, through a whole flow up to the token endpoint.

use super::Otherwise;
use super::group::{maybe, member};
use super::world::World;
use fapi::Authentication;
use fapi::jose::Object;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let world = World::of(group)?;
    let parameters = ["code_challenge", "code_challenge_method"];
    let challenge: Vec<_> = parameters.into_iter().filter_map(|name| Some((name, maybe(group, name)?))).collect();
    let code = world.code(&challenge, Authentication::of("alice"))?;
    let verifier = member(test, "input")?.as_str().map(|verifier| ("code_verifier", verifier));
    world.redeem(&code, verifier.as_slice()).map(drop)
}
