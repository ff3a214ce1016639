//! Introspection tells each caller only what concerns it. Revocation ends the caller's own tokens and reveals nothing about
//! others.

use crate::support::client::Client;
use crate::support::refusal::{header, refused};
use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::*;
use serde_json::{Value, json};

fn introspect(world: &World, client: &Client, parameters: &[(&str, &str)]) -> Outcome {
    let request = client.token_request(world, parameters, None);
    world.drive(world.server.introspection_request(Inbound::new(&request), world.context()))
}

fn revoke(world: &World, client: &Client, parameters: &[(&str, &str)]) -> Outcome {
    let request = client.token_request(world, parameters, None);
    world.drive(world.server.revocation_request(Inbound::new(&request), world.context()))
}

fn body(outcome: &Outcome) -> Value {
    assert_eq!(outcome.reply.status(), 200, "{:?}", outcome.event);
    serde_json::from_slice(outcome.reply.body()).unwrap()
}

fn worlds() -> [World; 2] {
    let mut settings = settings(fapi2());
    settings.apis[0].dialect = Dialect::Opaque;
    [World::fapi2(), World::with(settings)]
}

fn granted(world: &World, client: &Client) -> (String, String) {
    let redeemed = client.redeem(world, &client.code(world, &[])).reply;
    (member(&redeemed, "access_token"), member(&redeemed, "refresh_token"))
}

#[test]
fn an_active_token_is_described_completely() {
    for world in worlds() {
        let client = Client::registered(&world, "client-1", 10);
        let (access, refresh) = granted(&world, &client);
        let (told, now) = (body(&introspect(&world, &client, &[("token", &access)])), world.now.get());
        assert_eq!(told["cnf"], json!({ "jkt": client.dpop.thumbprint() }));
        for (name, value) in [
            ("active", json!(true)),
            ("sub", json!("alice")),
            ("client_id", json!("client-1")),
            ("scope", json!("openid accounts")),
            ("token_type", json!("DPoP")),
            ("aud", json!("https://api.example")),
            ("iss", json!(ISSUER)),
            ("iat", json!(now)),
            ("exp", json!(now + 300)),
        ] {
            assert_eq!(told[name], value, "{name}");
        }
        assert!(told.get("grant").is_none(), "the root grant must not be disclosed");
        let hint = [("token", &*refresh), ("token_type_hint", "access_token")];
        let told = body(&introspect(&world, &client, &hint));
        let until = now + 30 * 86_400;
        let expected = json!({
            "active": true, "sub": "alice", "client_id": "client-1", "scope": "openid accounts", "iss": ISSUER, "exp": until,
        });
        assert_eq!(told, expected);
    }
}

#[test]
fn any_other_token_is_reported_only_as_inactive() {
    for world in worlds() {
        let (client, other) = (Client::registered(&world, "client-1", 10), Client::registered(&world, "client-2", 12));
        let (access, refresh) = granted(&world, &client);
        let inactive = json!({ "active": false });
        for token in ["unknown", "a.b.c", &access[..access.len() - 2], "\u{e9}"] {
            assert_eq!(body(&introspect(&world, &client, &[("token", token)])), inactive, "{token}");
        }
        for token in [&access, &refresh] {
            assert_eq!(body(&introspect(&world, &other, &[("token", token)])), inactive, "another client's");
        }
        world.pass(300);
        assert_eq!(body(&introspect(&world, &client, &[("token", &access)])), inactive, "expired");
        assert_eq!(body(&introspect(&world, &client, &[("token", &refresh)]))["active"], json!(true));
    }
}

#[test]
fn a_resource_introspects_tokens_that_are_meant_for_it() {
    let world = World::fapi2();
    let (client, resource) = (Client::registered(&world, "client-1", 10), Client::new("api", 12));
    let mut terms = ClientTerms::default();
    terms.introspects = vec!["https://api.example".into()];
    world.registered(Registration::of(resource.metadata()).terms(terms), None);
    let (access, refresh) = granted(&world, &client);
    assert_eq!(body(&introspect(&world, &resource, &[("token", &access)]))["active"], json!(true));
    assert_eq!(body(&introspect(&world, &resource, &[("token", &refresh)])), json!({ "active": false }));
}

#[test]
fn only_authenticated_clients_introspect() {
    let world = World::new(OAUTH.policy());
    let mut metadata = ClientMetadata::new("app", Method::None);
    metadata.redirect_uris = vec!["https://app.example/cb".into()];
    world.registered(metadata, None);
    Client::registered(&world, "client-1", 10);
    for (id, requirements) in
        [("app", &["RFC7662-2.1-2"][..]), ("client-1", &["RFC7662-2.1-2", "RFC6749-5.2-3"]), ("nobody", &["RFC6749-5.2-3"])]
    {
        let request = post(&[("client_id", id), ("token", "x")]);
        let outcome = world.drive(world.server.introspection_request(Inbound::new(&request), world.context()));
        refused(&outcome, 401, "invalid_client", requirements);
        assert!(header(&outcome.reply, "www-authenticate").starts_with("Basic "));
    }
}

#[test]
fn a_request_without_a_token_is_refused() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let before = world.holdings();
    refused(&introspect(&world, &client, &[]), 400, "invalid_request", &["RFC6749-5.2-4"]);
    refused(&revoke(&world, &client, &[("token", "")]), 400, "invalid_request", &["RFC6749-5.2-4"]);
    assert_eq!(world.written_since(&before), "+use_marker +use_marker", "the assertions");
}

#[test]
fn revoking_a_refresh_token_revokes_its_grant() {
    for world in worlds() {
        let client = Client::registered(&world, "client-1", 10);
        let (access, refresh) = granted(&world, &client);
        let before = world.holdings();
        let outcome = revoke(&world, &client, &[("token", &refresh), ("token_type_hint", "access_token")]);
        assert_eq!((outcome.reply.status().as_u16(), outcome.reply.body().len()), (200, 0));
        assert_eq!(world.written_since(&before), "+use_marker ~grant");
        refused(&client.resource(&world, &access), 401, "invalid_token", &["RFC6750-3.1-2", "FAPI2-SP-5.3.4-3"]);
        let refreshed = client.token(&world, &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
        refused(&refreshed, 400, "invalid_grant", &["RFC6749-5.2-5"]);
        for token in [&access, &refresh] {
            assert_eq!(body(&introspect(&world, &client, &[("token", token)])), json!({ "active": false }));
        }
    }
}

#[test]
fn revoking_an_access_token_keeps_its_grant() {
    for world in worlds() {
        let client = Client::registered(&world, "client-1", 10);
        let (access, refresh) = granted(&world, &client);
        assert_eq!(revoke(&world, &client, &[("token", &access)]).reply.status(), 200);
        assert_eq!(revoke(&world, &client, &[("token", &access)]).reply.status(), 200, "revoking twice must succeed as well");
        refused(&client.resource(&world, &access), 401, "invalid_token", &["RFC6750-3.1-2", "FAPI2-SP-5.3.4-3"]);
        let refreshed = client.token(&world, &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
        assert!(matches!(client.resource(&world, &member(&refreshed.reply, "access_token")).reply, Access::Allowed(_)));
    }
}

#[test]
fn a_token_revoked_as_it_expires_is_refused_by_slower_clocks_too() {
    for world in worlds() {
        let client = Client::registered(&world, "client-1", 10);
        let (access, _) = granted(&world, &client);
        world.pass(300);
        assert!(matches!(client.resource(&world, &access).reply, Access::Denied(_)), "expired");
        assert_eq!(revoke(&world, &client, &[("token", &access)]).reply.status(), 200);
        world.pass(-10);
        assert!(matches!(client.resource(&world, &access).reply, Access::Denied(_)), "revoked");
    }
}

#[test]
fn revoking_an_unknown_token_succeeds() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let (access, _) = granted(&world, &client);
    world.pass(360);
    for token in ["unknown", "a.b.c", &access] {
        let before = world.holdings();
        assert_eq!(revoke(&world, &client, &[("token", token)]).reply.status(), 200);
        assert_eq!(world.written_since(&before), "+use_marker", "the assertion");
    }
}

#[test]
fn a_token_of_another_client_is_not_revoked() {
    for world in worlds() {
        let (client, other) = (Client::registered(&world, "client-1", 10), Client::registered(&world, "client-2", 12));
        let (access, refresh) = granted(&world, &client);
        for token in [&access, &refresh] {
            let before = world.holdings();
            refused(&revoke(&world, &other, &[("token", token)]), 400, "invalid_grant", &["RFC7009-2.1-1"]);
            assert_eq!(world.written_since(&before), "+use_marker");
        }
        assert!(matches!(client.resource(&world, &access).reply, Access::Allowed(_)));
    }
}
