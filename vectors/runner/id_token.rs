//! `id_token`: the contents of an ID token, for a request, a client and a user.
//!
//! This kind tests issuance, so every input is well formed: the parameters of an authorization request. The output has the header
//! and the claims without `at_hash`, which is compared with the access token of the same response.

use super::Otherwise;
use super::group::{maybe, member, object};
use super::user::authentication;
use super::world::{World, body};
use fapi::jose::{Algorithm, Json, Object, base64url};
use fapi::primitives::aws_lc;
use fapi::{Authentication, Response};

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let world = World::of(group)?;
    let input = object(member(test, "input")?)?;
    let parameters: Vec<_> = input.iter().filter_map(|(name, value)| Some((name, value.as_str()?))).collect();
    let code = world.code(&parameters, user(group)?)?;
    let response = world.redeem(&code, &[])?.reply;
    let told = match Object::parse(response.body()).map_err(Otherwise::unjudged)?.get("id_token").and_then(Json::as_str) {
        Some(token) => Json::Object(parts(token, &response)?),
        None => Json::Null,
    };
    Otherwise::unless_same(member(test, "output")?, &told)
}

fn user(group: &Object) -> Result<Authentication, Otherwise> {
    Ok(authentication(&group.get("user").map(object).transpose()?.cloned().unwrap_or_default()))
}

/// Returns header and claims, after checking `at_hash`.
fn parts(token: &str, response: &Response) -> Result<Object, Otherwise> {
    let mut parts = token.split('.').map(|part| {
        let octets = base64url::decode(part).ok_or_else(|| Otherwise::Differs(format!("{part} is not base64url")))?;
        Object::parse(&octets).map_err(|error| Otherwise::Differs(error.to_string()))
    });
    let (Some(header), Some(claims)) = (parts.next(), parts.next()) else {
        return Err(Otherwise::Differs(format!("{token} is not a JWS")));
    };
    let (header, mut claims) = (header?, claims?);
    let algorithm = maybe(&header, "alg").and_then(Algorithm::parse);
    let wanted = algorithm.map(|algorithm| algorithm.hash()).map(|hash| {
        let access_token = body(response, "access_token")?;
        let hash = aws_lc().digest(hash, access_token.as_bytes());
        Ok::<_, Otherwise>(base64url::encode(&hash[..hash.len() / 2]))
    });
    let told = claims.remove("at_hash");
    Otherwise::unless_same(&wanted.transpose()?.as_deref(), &told.as_ref().and_then(Json::as_str))?;
    Ok(Object::new().with("header", header).with("claims", claims))
}
