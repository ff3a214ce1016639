//! `audience`: the API that a request is for.
//!
//! The input has the parameters of an authorization request and of the token request, or of a token request alone. The output is the
//! `aud` of the access token, or null for a reference, which userinfo alone accepts.

use super::Otherwise;
use super::group::{maybe, member, object};
use super::world::{World, body, post, terms};
use fapi::jose::{Json, Object, base64url};
use fapi::{Authentication, Inbound, Registration};

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let world = World::without_client(group)?;
    world.register(Registration::of(world.client.clone()).terms(terms(group)?))?;
    let input = object(member(test, "input")?)?;
    let parameters = pairs(input, "parameters");
    let response = if maybe(input, "grant_type") == Some("client_credentials") {
        let all = [&[("grant_type", "client_credentials"), ("scope", "read:accounts")][..], &parameters].concat();
        let request = post(&world.with_credentials(&all));
        world.drive(world.server.token_request(Inbound::new(&request), world.context()))?.reply
    } else {
        let mut asked = vec![("scope", "openid read:accounts")];
        asked.retain(|(name, _)| parameters.iter().all(|(given, _)| given != name));
        asked.extend(parameters);
        let code = world.prepared(&asked, Authentication::of("alice"))?;
        world.redeem(&code, &pairs(input, "token_parameters"))?.reply
    };
    Otherwise::unless_same(member(test, "output")?, &aud(&body(&response, "access_token")?)?)
}

/// Names and values in order.
fn pairs<'o>(input: &'o Object, name: &str) -> Vec<(&'o str, &'o str)> {
    let pairs = input.get(name).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_array);
    pairs.filter_map(|pair| Some((pair.first()?.as_str()?, pair.get(1)?.as_str()?))).collect()
}

fn aud(token: &str) -> Result<Json, Otherwise> {
    let parts: Vec<_> = token.split('.').collect();
    let [_, payload, _] = parts[..] else { return Ok(Json::Null) };
    let payload = base64url::decode(payload).ok_or_else(|| Otherwise::Differs(format!("{payload} is not base64url")))?;
    let payload = Object::parse(&payload).map_err(|error| Otherwise::Differs(error.to_string()))?;
    Ok(payload.get("aud").cloned().unwrap_or(Json::Null))
}
