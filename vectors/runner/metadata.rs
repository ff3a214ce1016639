//! `metadata`: the metadata document of a server with this configuration, or the reason why it is refused.
//!
//! The input has the members that describe a server in groups of other kinds, and also `mtls_endpoints` (the base URL of the
//! endpoints for connections with a client certificate) and `token_endpoint`.

use super::Otherwise;
use super::group::{maybe, member, object};
use super::world::World;
use fapi::jose::{Json, Object};
use fapi::{AuthorizationServer, Endpoints};

pub(super) fn judge(_: &Object, test: &Object) -> Result<(), Otherwise> {
    let input = object(member(test, "input")?)?;
    let mut settings = World::settings(input)?;
    settings.mtls_endpoints = maybe(input, "mtls_endpoints").map(Endpoints::below);
    if let Some(url) = maybe(input, "token_endpoint") {
        settings.endpoints.token = url.to_owned();
    }
    let server = AuthorizationServer::new(settings).map_err(|error| Otherwise::Refused {
        error: None,
        requirements: error.mistakes.iter().map(|mistake| mistake.basis).collect(),
        detail: None,
    })?;
    let document = serde_json::to_vec(server.metadata()).map_err(Otherwise::unjudged)?;
    Otherwise::unless_same(member(test, "output")?, &Json::parse(&document).map_err(Otherwise::unjudged)?)
}
