//! `access_token`: a request to a protected resource with a JWT access token.

use super::Otherwise;
use super::group::{array, base64, maybe, member, object, text};
use super::world::World;
use bytes::Bytes;
use fapi::jose::{Json, Object};
use fapi::scope::Scope;
use fapi::{Access, ClientCertificates, EndpointAddress, Inbound, RequiredAccess};
use http::HeaderValue;
use rustls_pki_types::CertificateDer;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let world = World::without_client(group)?;
    world.has_granted()?;
    if let Some(logged_out) = group.get("subject_revoked_at").and_then(Json::as_integer) {
        world.revoke_subject("alice", logged_out)?;
    }
    if group.contains("revoked") {
        for token in array(group, "revoked")?.iter().filter_map(Json::as_str) {
            world.revoke(token)?;
        }
    }
    let input = object(member(test, "input")?)?;
    let mut request = http::Request::new(Bytes::new());
    if let Some(query) = maybe(input, "query") {
        *request.uri_mut() = format!("/?{query}").parse().map_err(Otherwise::unjudged)?;
    }
    for name in ["authorization", "dpop"] {
        if let Some(value) = maybe(input, name) {
            request.headers_mut().insert(name, HeaderValue::from_str(value).map_err(Otherwise::unjudged)?);
        }
    }
    let certificate = maybe(input, "certificate").map(base64).transpose()?.map(CertificateDer::from);
    let mut inbound = Inbound::new(&request).at(EndpointAddress::Resource(text(group, "url")?));
    if let Some(certificate) = &certificate {
        inbound = inbound.certificates(ClientCertificates::Unverified { chain: std::slice::from_ref(certificate) });
    }
    let needed = match maybe(group, "scope") {
        Some(scope) => RequiredAccess::scope(Scope::parse(scope).map_err(Otherwise::unjudged)?),
        None => RequiredAccess::token(),
    };
    let outcome = world.drive(world.server.resource_server("https://api.example").expect("an API").protect(
        inbound,
        needed,
        world.context(),
    ))?;
    let Access::Allowed(authorized) = outcome.reply else {
        return Err(Otherwise::Unjudged("the resource denied access without a refusal".into()));
    };
    let told = Object::new()
        .with("client_id", authorized.client_id)
        .with("subject", authorized.subject.map_or(Json::Null, Json::from))
        .with("scope", authorized.scope.to_string());
    Otherwise::unless_same(member(test, "output")?, &Json::Object(told))
}
