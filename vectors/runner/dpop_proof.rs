//! `dpop_proof`: a DPoP proof with a request to the token endpoint, or with an access token to a resource.

use super::Otherwise;
use super::group::{array, maybe, member, text};
use super::world::{World, post};
use bytes::Bytes;
use fapi::jose::{Json, Object};
use fapi::{EndpointAddress, Inbound, RequiredAccess};
use http::HeaderValue;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let world = match maybe(group, "access_token") {
        None => World::of(group)?,
        Some(_) => World::without_client(group)?,
    };
    if maybe(group, "access_token").is_some() {
        world.has_granted()?;
    }
    if group.contains("spent") {
        for spent in array(group, "spent")? {
            prove(&world, group, spent).map_err(|why| Otherwise::Unjudged(format!("preparation failed: {why:?}")))?;
        }
    }
    prove(&world, group, member(test, "input")?)
}

/// Sends a proof. The input is the value of the DPoP field, or a list with the values of several fields.
fn prove(world: &World, group: &Object, input: &Json) -> Result<(), Otherwise> {
    let values: Vec<&str> = match input {
        Json::Array(values) => values.iter().filter_map(Json::as_str).collect(),
        value => value.as_str().into_iter().collect(),
    };
    let mut request = match maybe(group, "access_token") {
        None => post(&world.with_credentials(&[("grant_type", "client_credentials")])),
        Some(token) => {
            let mut request = http::Request::new(Bytes::new());
            *request.method_mut() = text(group, "method")?.parse().map_err(Otherwise::unjudged)?;
            let authorization = HeaderValue::from_str(&format!("DPoP {token}")).map_err(Otherwise::unjudged)?;
            request.headers_mut().insert(http::header::AUTHORIZATION, authorization);
            request
        }
    };
    for value in values {
        request.headers_mut().append("dpop", HeaderValue::from_bytes(value.as_bytes()).map_err(Otherwise::unjudged)?);
    }
    let inbound = Inbound::new(&request);
    match maybe(group, "access_token") {
        None => world.drive(world.server.token_request(inbound, world.context())).map(drop),
        Some(_) => {
            let inbound = inbound.at(EndpointAddress::Resource(text(group, "url")?));
            let step = world.server.resource_server("https://api.example").expect("an API").protect(
                inbound,
                RequiredAccess::token(),
                world.context(),
            );
            world.drive(step).map(drop)
        }
    }
}
