//! `client_assertion`: a JWT that authenticates a client at one of the endpoints.

use super::Otherwise;
use super::group::{array, maybe, text};
use super::world::{JWT_BEARER, REDIRECT, World, post};
use fapi::Inbound;
use fapi::jose::{Json, Object};

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let world = World::of(group)?;
    let endpoint = maybe(group, "endpoint").unwrap_or("introspection_endpoint");
    if group.contains("spent") {
        for spent in array(group, "spent")?.iter().filter_map(Json::as_str) {
            authenticate(&world, endpoint, spent).map_err(|why| Otherwise::Unjudged(format!("preparation failed: {why:?}")))?;
        }
    }
    authenticate(&world, endpoint, text(test, "input")?)
}

fn authenticate(world: &World, endpoint: &str, assertion: &str) -> Result<(), Otherwise> {
    let mut parameters = vec![("client_assertion_type", JWT_BEARER), ("client_assertion", assertion)];
    let more: &[_] = match endpoint {
        "pushed_authorization_request_endpoint" => &[
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", "accounts"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ],
        "token_endpoint" => &[("grant_type", "client_credentials")],
        _ => &[("token", "unknown")],
    };
    parameters.extend(more);
    let request = post(&parameters);
    let (inbound, context) = (Inbound::new(&request), world.context());
    let step = match endpoint {
        "pushed_authorization_request_endpoint" => world.server.pushed_authorization_request(inbound, context),
        "token_endpoint" => world.server.token_request(inbound, context),
        "revocation_endpoint" => world.server.revocation_request(inbound, context),
        _ => world.server.introspection_request(inbound, context),
    };
    world.drive(step).map(drop)
}
