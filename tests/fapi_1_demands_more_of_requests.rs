//! FAPI 1.0 Baseline: what it demands beyond OAuth and OpenID Connect, each beside a request that it accepts.

use crate::support::client::{Client, REDIRECT, VERIFIER, pairs};
use crate::support::refusal::refused;
use crate::support::*;
use fapi::policy::{AuthenticationMethod as Method, FAPI1_BASELINE, OAUTH, Policy};
use fapi::*;

fn baseline() -> Policy {
    OAUTH.policy().tighten(&FAPI1_BASELINE.policy()).unwrap()
}

/// Pushes the same request to a server without the profile, which accepts it, and to one with it.
#[track_caller]
fn only_under_fapi(changes: &[(&str, Option<&str>)], id: &str) {
    let [open, strict] = [OAUTH.policy(), baseline()].map(World::new);
    for world in [&open, &strict] {
        let client = Client::registered(world, "client-1", 10);
        assert_eq!(client.push(world, &[]).reply.status(), 201);
        let told = client.push(world, changes);
        if std::ptr::eq(world, &open) {
            assert_eq!(told.reply.status(), 201, "{:?}", told.event);
        } else {
            refused(&told, 400, "invalid_request", &[id]);
        }
    }
}

#[test]
fn every_request_has_a_challenge_with_s256() {
    only_under_fapi(&[("code_challenge", None), ("code_challenge_method", None)], "FAPI1-BASE-5.2.2-7");
    only_under_fapi(&[("code_challenge", Some(VERIFIER)), ("code_challenge_method", Some("plain"))], "FAPI1-BASE-5.2.2-7");
}

#[test]
fn a_request_with_openid_has_a_nonce_and_another_one_a_state() {
    only_under_fapi(&[("nonce", None)], "FAPI1-BASE-5.2.2.2-1");
    only_under_fapi(&[("scope", Some("accounts")), ("state", None)], "FAPI1-BASE-5.2.2.3-1");
    let world = World::new(baseline());
    let client = Client::registered(&world, "client-1", 10);
    for changes in [&[("state", None)][..], &[("scope", Some("accounts")), ("nonce", None)]] {
        let told = client.push(&world, changes);
        assert_eq!(told.reply.status(), 201, "the one that the scope needs is there: {:?}", told.event);
    }
}

#[test]
fn every_request_names_its_redirect_uri() {
    only_under_fapi(&[("redirect_uri", None), ("scope", Some("accounts"))], "FAPI1-BASE-5.2.2-9");
}

/// The mistakes in a client with this method and this redirect URI.
fn found(policy: Policy, method: Method, uri: &str) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut metadata = Client::new("client-1", 10).metadata();
    metadata.token_endpoint_auth_method = method;
    metadata.tls_client_auth_san_dns = Some("client.example".into()).filter(|_| method == Method::TlsClientAuth);
    metadata.redirect_uris = vec![uri.into()];
    let registration = match method {
        Method::None | Method::PrivateKeyJwt | Method::TlsClientAuth => Registration::of(metadata),
        _ => Registration::of(metadata).secret("a secret of thirty-two characters".to_owned()),
    };
    let mistakes = registration.mistakes(&settings(policy), Timestamp::from_seconds(1_800_000_000));
    mistakes.into_iter().map(|it| (it.member, it.requirements.iter().map(|requirement| requirement.id).collect())).collect()
}

#[test]
fn redirect_uris_have_the_scheme_https() {
    for (uri, fits) in [
        (REDIRECT, true),
        ("https://localhost:8443/cb", true),
        ("https://127.0.0.1/cb", true),
        ("http://127.0.0.1/cb", false),
        ("http://localhost/cb", false),
        ("com.example.app:/cb", false),
    ] {
        assert_eq!(found(OAUTH.policy(), Method::PrivateKeyJwt, uri), [], "{uri}");
        let found = found(baseline(), Method::PrivateKeyJwt, uri);
        let expected = vec![("redirect_uris", vec!["FAPI1-BASE-5.2.2-20", "FAPI1-BASE-7.5-1"])];
        assert_eq!(found, if fits { vec![] } else { expected }, "{uri}");
    }
}

#[test]
fn a_redirect_uri_that_was_registered_before_is_not_used() {
    let mut metadata = Client::new("client-1", 10).metadata();
    metadata.redirect_uris = vec![REDIRECT.into(), "http://127.0.0.1/cb".into()];
    let mut world = World::new(OAUTH.policy());
    world.registered(metadata.clone(), None);
    // The same store under another policy.
    world.server = AuthorizationServer::new(settings(baseline())).unwrap();
    let client = Client::new("client-1", 10);
    assert_eq!(client.push(&world, &[]).reply.status(), 201);
    let told = client.push(&world, &[("redirect_uri", Some("http://127.0.0.1/cb"))]);
    refused(&told, 400, "invalid_request", &["FAPI1-BASE-5.2.2-20", "FAPI1-BASE-7.5-1"]);
}

#[test]
fn clients_authenticate_by_key_or_certificate_or_are_public() {
    for (method, fits) in [
        (Method::None, true),
        (Method::PrivateKeyJwt, true),
        (Method::ClientSecretJwt, true),
        (Method::TlsClientAuth, true),
        (Method::ClientSecretBasic, false),
        (Method::ClientSecretPost, false),
    ] {
        let wrong = |policy| found(policy, method, REDIRECT).iter().any(|(member, _)| *member == "token_endpoint_auth_method");
        assert!(!wrong(OAUTH.policy()), "{method:?}");
        assert_eq!(wrong(baseline()), !fits, "{method:?}");
    }
}

#[test]
fn access_tokens_that_are_not_bound_live_less_than_ten_minutes() {
    let lifetime = |policy: Policy, bound: bool| {
        let mut settings = settings(policy);
        settings.lifetimes.access_token = 3_600;
        let world = World::with(settings);
        let client = Client::registered(&world, "client-1", 10);
        let form = [("grant_type", "client_credentials"), ("scope", "accounts")];
        let told = if bound { client.token(&world, &form) } else { client.token_with(&world, &form, None) };
        let body: serde_json::Value = serde_json::from_slice(told.reply.body()).unwrap();
        body["expires_in"].as_u64().unwrap()
    };
    assert_eq!((lifetime(OAUTH.policy(), false), lifetime(OAUTH.policy(), true)), (3_600, 3_600));
    assert_eq!((lifetime(baseline(), false), lifetime(baseline(), true)), (599, 3_600));
}

#[test]
fn requests_that_are_not_pushed_are_checked_alike() {
    let world = World::new(baseline());
    let client = Client::registered(&world, "client-1", 10);
    let present = |without: &str| {
        let mut parameters = client.push_parameters();
        parameters.retain(|(name, _)| name != without);
        let request = get(&pairs(&parameters));
        world.drive(world.server.authorization_request(Inbound::new(&request), world.context()))
    };
    prompt(present(""));
    let told = present("nonce");
    assert_eq!(ids(&told), ["FAPI1-BASE-5.2.2.2-1"]);
    assert_eq!(redirected(&response(told), "error").as_deref(), Some("invalid_request"));
}
