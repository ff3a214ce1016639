//! The client credentials grant is for clients that authenticate, yields scope of the resource, and returns no refresh token.

use crate::support::client::Client;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::scope::Scope;
use fapi::*;

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[test]
fn a_client_gets_a_token_of_its_own() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let issued = client.token(&world, &[GRANT]);
    assert_eq!(world.traced(), "load sign commit");
    let body: serde_json::Value = serde_json::from_slice(issued.reply.body()).unwrap();
    assert_eq!((&body["scope"], &body["token_type"]), (&"accounts payments".into(), &"DPoP".into()));
    assert_eq!((body.get("refresh_token"), body.get("id_token")), (None, None));
    let Access::Allowed(authorized) = client.resource(&world, &member(&issued.reply, "access_token")).reply else { panic!() };
    assert_eq!((&*authorized.client_id, authorized.subject, authorized.auth_time), ("client-1", None, None));
    assert_eq!(issued.event.subject, None);
}

#[test]
fn scope_that_concerns_users_is_not_granted() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    for scope in ["openid", "email offline_access", "unknown"] {
        let outcome = client.token(&world, &[GRANT, ("scope", scope)]);
        refused(&outcome, 400, "invalid_scope", &["RFC6749-5.2-6"]);
    }
    refused(&client.token(&world, &[GRANT, ("scope", "a\"")]), 400, "invalid_scope", &["RFC6749-3.3-3"]);
    assert_eq!(member(&client.token(&world, &[GRANT, ("scope", "openid accounts")]).reply, "scope"), "accounts");
}

#[test]
fn registered_scope_is_the_limit() {
    let world = World::fapi2();
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.scope = Some(Scope::parse("payments").unwrap());
    world.registered(metadata, None);
    assert_eq!(member(&client.token(&world, &[GRANT]).reply, "scope"), "payments");
    refused(&client.token(&world, &[GRANT, ("scope", "accounts")]), 400, "invalid_scope", &["RFC6749-5.2-6"]);
}

#[test]
fn a_public_client_gets_no_token() {
    let world = World::new(OAUTH.policy());
    let mut metadata = ClientMetadata::new("app", Method::None);
    metadata.redirect_uris = vec!["https://app.example/cb".into()];
    world.registered(metadata.clone(), None);
    let request = post(&[GRANT, ("client_id", "app")]);
    let step = world.server.token_request(Inbound::new(&request), world.context());
    assert_eq!(world.refuses(step, 400, "unauthorized_client", &["RFC6749-5.2-6", "OCP-GRT-12"]), "");
    metadata.grant_types = vec!["client_credentials".into()];
    let outcome = world.register(metadata, None);
    refused(&outcome, 400, "invalid_client_metadata", &["RFC6749-4.4-1", "OCP-GRT-08"]);
}

#[test]
fn one_token_can_be_revoked_without_the_others() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let [one, other] = [(); 2].map(|()| member(&client.token(&world, &[GRANT]).reply, "access_token"));
    let request = client.token_request(&world, &[("token", &one)], None);
    assert_eq!(world.drive(world.server.revocation_request(Inbound::new(&request), world.context())).reply.status(), 200);
    refused(&client.resource(&world, &one), 401, "invalid_token", &["RFC6750-3.1-2", "FAPI2-SP-5.3.4-3"]);
    assert!(matches!(client.resource(&world, &other).reply, Access::Allowed(_)));
}

#[test]
fn its_token_is_refused_by_userinfo() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let token = member(&client.token(&world, &[GRANT]).reply, "access_token");
    refused(&client.userinfo(&world, &token), 403, "insufficient_scope", &["RFC6750-3.1-3"]);
}
