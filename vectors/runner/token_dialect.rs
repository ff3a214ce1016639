//! `token_dialect`: the access token of a grant, as an API wants it.
//!
//! The output has the header and the payload, without the claims `iat`, `exp`, `jti` and `grant`, which differ in every token. A
//! reference, and a token with HS256, is read back by the API: it must find the client, user, scope and permissions in `read`.
//!
//! `before` has members of the API that were others when the user was asked, or when an earlier token was issued.

use super::Otherwise;
use super::group::{array, maybe, member, object, text};
use super::world::{World, api, body, now, post};
use fapi::jose::{Json, Object, base64url};
use fapi::scope::Scope;
use fapi::{Access, Authentication, AuthorizationServer, Inbound, Registration, RequiredAccess};
use std::sync::Arc;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let mut world = World::without_client(group)?;
    let input = object(member(test, "input")?)?;
    world.client.client_id = text(input, "client_id")?.to_owned();
    if let Some(permissions) = maybe(input, "permissions") {
        world.permissions = Scope::parse(permissions).map_err(Otherwise::unjudged)?;
    }
    world.register(Registration::of(world.client.clone()))?;
    let api = world.server.settings().apis[0].identifier.clone();
    let asked = [("scope", text(input, "scope")?), ("audience", &api)];
    let present = world.server.clone();
    if let Some(before) = input.get("before") {
        world.server = earlier(group, object(before)?)?;
    }
    let response = match maybe(input, "subject") {
        Some(subject) => {
            let code = world.prepared(&asked, Authentication::of(subject))?;
            world.server = present;
            world.redeem(&code, &[])?.reply
        }
        None => {
            let request = post(&world.with_credentials(&[&[("grant_type", "client_credentials")][..], &asked].concat()));
            if input.contains("before") {
                world.drive(world.server.token_request(Inbound::new(&request), world.context())).map(drop)?;
            }
            world.server = present;
            world.drive(world.server.token_request(Inbound::new(&request), world.context()))?.reply
        }
    };
    let token = body(&response, "access_token")?;
    let mut told = Object::new();
    if let [header, payload, _] = token.split('.').collect::<Vec<_>>()[..] {
        told.insert("header", Json::Object(part(header)?));
        told.insert("payload", Json::Object(checked(part(payload)?, now(group), lifetime(response.body())?)?));
    }
    let output = object(member(test, "output")?)?;
    if output.contains("read") {
        told.insert("read", Json::Object(read_back(&world, &api, &token)?));
    }
    Otherwise::unless_same(output, &told)
}

/// The same server when its API had these members.
fn earlier(group: &Object, before: &Object) -> Result<Arc<AuthorizationServer>, Otherwise> {
    let mut settings = World::settings(group)?;
    let first = array(group, "apis")?.first().map(object).transpose()?;
    let mut members = first.cloned().unwrap_or_default();
    for (name, value) in before.iter() {
        members.insert(name, value.clone());
    }
    settings.apis[0] = api(&Json::Object(members))?;
    AuthorizationServer::new(settings).map_err(Otherwise::unjudged)
}

fn part(part: &str) -> Result<Object, Otherwise> {
    let octets = base64url::decode(part).ok_or_else(|| Otherwise::Differs(format!("{part} is not base64url")))?;
    Object::parse(&octets).map_err(|error| Otherwise::Differs(error.to_string()))
}

fn lifetime(body: &[u8]) -> Result<i64, Otherwise> {
    let body = Object::parse(body).map_err(Otherwise::unjudged)?;
    body.get("expires_in").and_then(Json::as_integer).ok_or_else(|| Otherwise::Differs("there is no expires_in".into()))
}

/// The payload without the claims that differ in every token.
fn checked(mut payload: Object, now: i64, lifetime: i64) -> Result<Object, Otherwise> {
    let [iat, exp] = ["iat", "exp"].map(|name| payload.remove(name).and_then(|time| time.as_integer()));
    Otherwise::unless_same(&(Some(now), Some(now + lifetime)), &(iat, exp))?;
    for name in ["jti", "grant"] {
        let value = payload.remove(name);
        if value.as_ref().and_then(Json::as_str).is_none_or(str::is_empty) {
            return Err(Otherwise::Differs(format!("{name} is {value:?}")));
        }
    }
    Ok(payload)
}

fn read_back(world: &World, api: &str, token: &str) -> Result<Object, Otherwise> {
    let mut request = post(&[]);
    let value = format!("Bearer {token}").parse().map_err(Otherwise::unjudged)?;
    request.headers_mut().insert("authorization", value);
    let api = world.server.resource_server(api).ok_or_else(|| Otherwise::Unjudged("there is no such API".into()))?;
    let outcome = world.drive(api.protect(Inbound::new(&request), RequiredAccess::token(), world.context()))?;
    let Access::Allowed(read) = outcome.reply else {
        return Err(Otherwise::Differs("the API does not accept its own token".into()));
    };
    Ok(Object::new()
        .with("client_id", read.client_id)
        .with("subject", read.subject.map_or(Json::Null, Json::from))
        .with("scope", read.scope.to_string())
        .with("permissions", read.permissions))
}
