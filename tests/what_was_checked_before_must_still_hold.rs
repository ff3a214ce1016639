//! Registrations, policies and logins may change while a request is in progress, so earlier checks are repeated.

use crate::support::client::Client;
use crate::support::refusal::refused;
use crate::support::*;
use fapi::policy::OAUTH;
use fapi::scope::Scope;
use fapi::*;

#[test]
fn revoking_a_login_ends_its_codes_and_open_pages() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let shown = prompt(client.present(&world, &uri, None));
    let page = prompt(client.answer(&world, &shown, Client::login()));
    let code = client.code(&world, &[]);
    world.pass(5);
    let _ = world.drive(world.server.revoke_subject("alice", world.context()));
    refused(&client.redeem(&world, &code), 400, "invalid_grant", &["RFC6749-5.2-5"]);
    let asked = prompt(client.answer(&world, &page, Client::consent("openid accounts")));
    assert_eq!(asked.kind, PromptKind::Login, "the user is no longer logged in, so the consent does not count");
}

#[test]
fn a_later_revocation_by_a_slower_clock_restores_no_login() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[]);
    let token = member(&client.redeem(&world, &code).reply, "access_token");
    world.pass(2);
    let _ = world.drive(world.server.revoke_subject("alice", world.context()));
    world.pass(-5);
    let _ = world.drive(world.server.revoke_subject("alice", world.context()));
    assert!(matches!(client.resource(&world, &token).reply, Access::Denied(_)));
}

#[test]
fn nothing_is_sent_to_a_redirect_uri_that_was_withdrawn() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let uri = member(&client.push(&world, &[]).reply, "request_uri");
    let shown = prompt(client.present(&world, &uri, None));
    let mut changed = client.metadata();
    changed.redirect_uris = vec!["https://client.example/new".into()];
    world.registered(changed, None);
    refused(&client.answer(&world, &shown, Client::login()), 400, "invalid_request", &["RFC9126-7.4-1", "RFC9126-4-4"]);
}

#[test]
fn a_withdrawn_scope_is_not_refreshed() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[("scope", Some("accounts payments"))]);
    let refresh = member(&client.redeem(&world, &code).reply, "refresh_token");
    let mut changed = client.metadata();
    changed.scope = Some(Scope::parse("payments").unwrap());
    world.registered(changed, None);
    let refreshed = client.token(&world, &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]);
    assert_eq!(member(&refreshed.reply, "scope"), "payments");
}

#[test]
fn a_proof_is_used_once_in_any_spelling_of_its_address() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[]);
    let token = member(&client.redeem(&world, &code).reply, "access_token");
    let request = client.resource_request(&world, &token, "https://api.example/accounts");
    let call = |target: &str| {
        let inbound = Inbound::new(&request).at(EndpointAddress::Resource(target));
        world.drive(world.server.resource_server("https://api.example").expect("an API").protect(
            inbound,
            RequiredAccess::token(),
            world.context(),
        ))
    };
    assert!(matches!(call("https://api.example/accounts?pay=1").reply, Access::Allowed(_)));
    for again in ["https://api.example/accounts?pay=2", "https://API.example:443/x/../accounts"] {
        assert_eq!(ids(&call(again)), ["RFC9449-11.1-2"], "{again}");
    }
}

#[test]
fn a_client_with_a_stricter_profile_cannot_register_a_weaker_algorithm() {
    let world = World::new(OAUTH.policy());
    let mut metadata = Client::new("client-1", 10).metadata();
    metadata.id_token_signed_response_alg = fapi::jose::Algorithm::parse("RS256");
    let outcome = world.register(under_fapi2(metadata), None);
    assert_eq!(ids(&outcome), ["FAPI2-SP-5.4.1-1.2"]);
}

#[test]
fn keys_are_fetched_only_over_tls() {
    let world = World::fapi2();
    for url in [
        "http://client.example/jwks",
        "https://user@client.example/jwks",
        "ftp://client.example/jwks",
        "/jwks",
        " https://client.example/jwks",
        "https:\\\\client.example\\jwks",
    ] {
        let mut metadata = Client::new("client-1", 10).metadata();
        metadata.jwks = None;
        metadata.jwks_uri = Some(url.into());
        assert_eq!(ids(&world.register(metadata, None)), ["FAPI2-SP-5.4.2-1"], "{url}");
    }
}

#[test]
fn a_token_for_another_resource_is_refused() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let ask = |resource| client.token(&world, &[("grant_type", "client_credentials"), ("resource", resource)]);
    refused(&ask("https://other.example"), 400, "invalid_target", &["RFC8707-2.1-1"]);
    assert_eq!(ask("https://api.example").reply.status(), 200);
}

#[test]
fn debug_output_contains_no_token() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let code = client.code(&world, &[]);
    let redeemed = client.redeem(&world, &code);
    let shown = format!("{redeemed:?}");
    assert!(
        !shown.contains(&member(&redeemed.reply, "access_token")) && !shown.contains(&member(&redeemed.reply, "refresh_token"))
    );
    let request = post(&[("client_secret", "a secret")]);
    assert!(!format!("{:?}", Inbound::new(&request)).contains("secret"));
}
