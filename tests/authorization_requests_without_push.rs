//! Authorization requests in the browser's address bar: FAPI 2.0 refuses them; plain OAuth checks them and reports errors where
//! that is safe.

use crate::support::client::{CHALLENGE, Client, REDIRECT, VERIFIER};
use crate::support::refusal::{Told, error_of, header, refused};
use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, OAUTH, OPENID};
use fapi::*;

fn world() -> World {
    let world = World::new(OAUTH.policy());
    let mut metadata = ClientMetadata::new("app", Method::None);
    metadata.redirect_uris = vec![REDIRECT.into(), "http://127.0.0.1/cb".into(), "com.example.app:/cb".into()];
    metadata.grant_types = vec!["authorization_code".into(), "refresh_token".into()];
    world.registered(metadata, None);
    world
}

fn authorize(world: &World, changes: &[(&str, Option<&str>)]) -> Outcome<Navigation> {
    let mut parameters = vec![
        ("client_id", "app"),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", "accounts"),
        ("state", "a state"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        parameters.retain(|(known, _)| known != name);
        parameters.extend(value.map(|value| (*name, value)));
    }
    let request = get(&parameters);
    world.drive(world.server.authorization_request(Inbound::new(&request), world.context()))
}

#[test]
fn errors_about_client_or_redirect_uri_are_shown_on_a_page() {
    let world = world();
    let exact = &["RFC6749-3.1.2.3-2", "RFC6749-3.1.2.4-1", "RFC6749-4.1.2.1-1", "RFC9126-2.1-3"][..];
    let cases: &[(&str, Option<&str>, &[&str])] = &[
        ("client_id", None, &["RFC6749-4.1.2.1-1"]),
        ("client_id", Some("nobody"), &["RFC6749-4.1.2.1-1"]),
        ("redirect_uri", None, &["RFC6749-4.1.2.1-1"]),
        ("redirect_uri", Some("https://client.example/cb/"), exact),
        ("redirect_uri", Some("https://CLIENT.example/cb"), exact),
        ("redirect_uri", Some("https://client.example/cb?x"), exact),
        ("redirect_uri", Some("https://client.example:443/cb"), exact),
        ("redirect_uri", Some("http://127.0.0.1:80/other"), exact),
        ("redirect_uri", Some("http://localhost/cb"), exact),
        ("redirect_uri", Some("javascript:alert(1)"), exact),
        ("redirect_uri", Some("<script>"), exact),
        ("state", Some("a\nb"), &["RFC6749-A.5-1"]),
    ];
    for (name, value, requirements) in cases {
        let before = world.holdings();
        let outcome = authorize(&world, &[(name, *value)]);
        assert_eq!(ids(&outcome), *requirements, "{name} {value:?}");
        refused(&outcome, 400, "invalid_request", requirements);
        assert!(outcome.reply.told().headers().get("location").is_none(), "{name}");
        assert_eq!(header(&outcome.reply.told(), "x-frame-options"), "DENY");
        assert_eq!(world.written_since(&before), "");
    }
}

#[test]
fn other_errors_are_sent_to_the_client_with_state_and_issuer() {
    let world = world();
    let cases: &[(&str, Option<&str>, &str, &[&str])] = &[
        ("response_type", None, "invalid_request", &["RFC6749-3.1.1-1"]),
        ("response_type", Some("token"), "unsupported_response_type", &["RFC6749-3.1.1-1"]),
        ("scope", Some("nothing"), "invalid_scope", &["RFC6749-5.2-6"]),
        ("scope", Some("a\"b"), "invalid_scope", &["RFC6749-3.3-3"]),
        ("code_challenge", None, "invalid_request", &["RFC9700-2.1.1-1"]),
        ("request", Some("x"), "request_not_supported", &["OIDCC-6.1-1"]),
        ("request_uri", Some("https://client.example/request"), "request_uri_not_supported", &["OIDCC-6.2-1"]),
        ("prompt", Some("none"), "login_required", &["OIDCC-3.1.2.1-5"]),
        ("claims", Some("x"), "invalid_request", &["OIDCC-5.5-1", "OIDCC-3.1.2.2-1"]),
    ];
    for (name, value, error, requirements) in cases {
        let before = world.holdings();
        let outcome = authorize(&world, &[(name, *value)]);
        assert_eq!(ids(&outcome), *requirements, "{name} {value:?}");
        refused(&outcome, 303, error, requirements);
        let response = outcome.reply.told();
        assert_eq!(redirected(&response, "state").as_deref(), Some("a state"));
        assert_eq!(redirected(&response, "iss").as_deref(), Some(ISSUER));
        assert!(response.body().is_empty());
        assert_eq!(world.written_since(&before), "");
        assert_eq!(outcome.event.client.as_deref(), Some("app"));
    }
}

#[test]
fn an_unknown_response_mode_is_answered_directly() {
    let world = world();
    for mode in ["fragment", "form_post", "x"] {
        let outcome = authorize(&world, &[("response_mode", Some(mode))]);
        refused(&outcome, 400, "invalid_request", &["OIDCC-3.1.2.6-2"]);
        assert!(outcome.reply.told().headers().get("location").is_none(), "an unknown mode must not cause a redirect");
    }
}

#[test]
fn public_clients_redirect_to_loopback_ports_and_private_schemes() {
    let world = world();
    for uri in ["http://127.0.0.1:51234/cb", "com.example.app:/cb"] {
        let outcome = authorize(&world, &[("redirect_uri", Some(uri)), ("prompt", Some("none"))]);
        assert_eq!(error_of(&outcome.reply.told()), "login_required");
        assert!(header(&outcome.reply.told(), "location").starts_with(uri));
    }
}

#[test]
fn a_public_client_redeems_its_code_with_the_verifier() {
    let world = world();
    let shown = prompt(authorize(&world, &[]));
    let client = Client::new("app", 10);
    let shown = prompt(client.answer(&world, &shown, Client::login()));
    let answered = response(client.answer(&world, &shown, Client::consent("accounts")));
    let code = redirected(&answered, "code").unwrap();
    let redeem = |verifier: &str| {
        let request = post(&[
            ("grant_type", "authorization_code"),
            ("client_id", "app"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", verifier),
        ]);
        world.drive(world.server.token_request(Inbound::new(&request), world.context()))
    };
    refused(&redeem(&"x".repeat(43)), 400, "invalid_grant", &["RFC7636-4.6-1"]);
    let redeemed = redeem(VERIFIER);
    assert_eq!((redeemed.reply.status().as_u16(), &*member(&redeemed.reply, "token_type")), (200, "Bearer"));
}

#[test]
fn get_and_post_are_treated_alike() {
    let world = world();
    let parameters = [("client_id", "app"), ("response_type", "code"), ("redirect_uri", REDIRECT), ("code_challenge", CHALLENGE)];
    let mut parameters = parameters.to_vec();
    parameters.push(("code_challenge_method", "S256"));
    let request = post(&parameters);
    let shown = prompt(world.drive(world.server.authorization_request(Inbound::new(&request), world.context())));
    assert_eq!(shown.permissions.scope.to_string(), "accounts payments", "the scope that stands for no scope");
}

#[test]
fn fapi2_requires_pushed_requests() {
    let world = World::fapi2();
    Client::registered(&world, "app", 10);
    for request_uri in [None, Some("https://client.example/request"), Some("urn:x")] {
        let outcome = authorize(&world, &[("request_uri", request_uri)]);
        refused(&outcome, 400, "invalid_request", &["FAPI2-SP-5.3.2.2-3"]);
        assert!(outcome.reply.told().headers().get("location").is_none());
    }
}

#[test]
fn a_client_may_register_to_always_push() {
    let world = World::new(OAUTH.policy());
    let mut metadata = Client::new("app", 10).metadata();
    metadata.require_pushed_authorization_requests = true;
    world.registered(metadata, None);
    refused(&authorize(&world, &[]), 400, "invalid_request", &["RFC9126-6-1"]);
}

#[test]
fn openid_requests_require_a_redirect_uri() {
    let world = World::new(OAUTH.policy());
    Client::registered(&world, "app", 10);
    prompt(authorize(&world, &[("redirect_uri", None)]));
    let outcome = authorize(&world, &[("redirect_uri", None), ("scope", Some("openid"))]);
    refused(&outcome, 303, "invalid_request", &["OIDCC-3.1.2.1-3"]);
    let world = World::new(OAUTH.policy().tighten(&OPENID.policy()).unwrap());
    Client::registered(&world, "app", 10);
    refused(&authorize(&world, &[("redirect_uri", None)]), 400, "invalid_request", &["OIDCC-3.1.2.1-3"]);
}

#[test]
fn every_policy_demands_pkce_of_public_clients() {
    for policy in [OAUTH.policy(), OPENID.policy(), OAUTH.policy().tighten(&OPENID.policy()).unwrap()] {
        let world = World::new(policy);
        let mut public = Client::new("app", 10).metadata();
        public.token_endpoint_auth_method = Method::None;
        public.grant_types = vec![GrantType::AuthorizationCode];
        public.jwks = None;
        world.registered(public, None);
        refused(&authorize(&world, &[("code_challenge", None)]), 303, "invalid_request", &["RFC9700-2.1.1-1"]);
        prompt(authorize(&world, &[]));
        Client::registered(&world, "app", 10);
        prompt(authorize(&world, &[("code_challenge", None), ("code_challenge_method", None)]));
    }
}
