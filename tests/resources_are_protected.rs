//! A protected resource answers to live tokens that are meant for it, cover the request, and come from the sender to which they
//! are bound.

use crate::support::client::Client;
use crate::support::keys::{Key, sha256};
use crate::support::refusal::{Told, header, refused};
use crate::support::*;
use fapi::scope::Scope;
use fapi::*;

const TARGET: &str = "https://api.example/accounts";
const ALGS: &str = "algs=\"ES256 PS256 EdDSA Ed25519\"";

fn begun() -> (World, Client, String) {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let token =
        member(&client.token(&world, &[("grant_type", "client_credentials"), ("scope", "accounts")]).reply, "access_token");
    (world, client, token)
}

fn protect(world: &World, request: &http::Request<bytes::Bytes>, needed: &str) -> Outcome<Access> {
    let inbound = Inbound::new(request).at(EndpointAddress::Resource(TARGET));
    let needed = RequiredAccess::scope(Scope::parse(needed).unwrap());
    world.drive(world.server.resource_server("https://api.example").expect("an API").protect(inbound, needed, world.context()))
}

fn request(headers: &[(&str, &str)]) -> http::Request<bytes::Bytes> {
    let mut request = http::Request::get("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(bytes::Bytes::new()).unwrap()
}

fn challenge(outcome: &Outcome<Access>) -> String {
    header(&outcome.reply.told(), "www-authenticate")
}

#[test]
fn without_a_token_the_challenge_has_no_error() {
    let (world, client, _) = begun();
    let proof = client.proof(&world, "GET", TARGET);
    for headers in [&[][..], &[("authorization", "Basic YTpi")], &[("dpop", &*proof)]] {
        let outcome = protect(&world, &request(headers), "accounts");
        refused(&outcome, 401, "", &["RFC6750-3-1"]);
        assert_eq!(challenge(&outcome), format!("DPoP {ALGS}\nBearer realm=\"fapi\""), "{headers:?}");
        assert!(outcome.reply.told().body().is_empty());
    }
}

#[test]
fn one_of_several_scope_tokens_is_enough_if_the_resource_says_so() {
    let (world, client, _) = begun();
    let sent = [("grant_type", "client_credentials"), ("scope", "accounts")];
    let token = member(&client.token(&world, &sent).reply, "access_token");
    let call = |needed: RequiredAccess| {
        let proof = client.prove(&client.proof_claims(&world, "GET", TARGET).with("ath", sha256(token.as_bytes())));
        let request = request(&[("authorization", &format!("DPoP {token}")), ("dpop", &proof)]);
        let inbound = Inbound::new(&request).at(EndpointAddress::Resource(TARGET));
        let server = world.server.resource_server("https://api.example").expect("an API");
        world.drive(server.protect(inbound, needed, world.context()))
    };
    let scope = |text: &str| Scope::parse(text).unwrap();
    assert!(matches!(call(RequiredAccess::any_of(scope("payments accounts"))).reply, Access::Allowed(_)));
    assert!(matches!(call(RequiredAccess::any_of(Scope::default())).reply, Access::Allowed(_)), "any token");
    let outcome = call(RequiredAccess::any_of(scope("payments admin")));
    refused(&outcome, 403, "insufficient_scope", &["RFC6750-3.1-3", "FAPI2-SP-5.3.4-4"]);
    assert!(challenge(&outcome).contains("scope=\"payments\""), "one that is enough: {}", challenge(&outcome));
}

#[test]
fn schemes_are_named_in_any_case() {
    let (world, client, token) = begun();
    for scheme in ["DPoP", "dpop", "dPOP"] {
        let proof = client.prove(&client.proof_claims(&world, "GET", TARGET).with("ath", sha256(token.as_bytes())));
        let request = request(&[("authorization", &format!("{scheme} {token}")), ("dpop", &proof)]);
        assert!(matches!(protect(&world, &request, "accounts").reply, Access::Allowed(_)), "{scheme}");
    }
}

#[test]
fn a_bound_token_without_its_proof_is_refused() {
    let (world, client, token) = begun();
    let before = world.holdings();
    let outcome = protect(&world, &request(&[("authorization", &format!("Bearer {token}"))]), "accounts");
    refused(&outcome, 401, "invalid_token", &["RFC9449-7.2-1"]);
    assert!(challenge(&outcome).starts_with("Bearer error=\"invalid_token\""), "in the scheme that was used");
    let outcome = protect(&world, &request(&[("authorization", &format!("DPoP {token}"))]), "accounts");
    refused(&outcome, 401, "invalid_dpop_proof", &["RFC9449-7.1-1"]);
    assert!(challenge(&outcome).starts_with("DPoP error=\"invalid_dpop_proof\"") && challenge(&outcome).ends_with(ALGS));
    let thief = Client { dpop: Key::es256("d2", 77), ..client.clone() };
    refused(&thief.resource(&world, &token), 401, "invalid_token", &["RFC9449-6-1", "FAPI2-SP-5.3.4-5"]);
    assert_eq!(world.written_since(&before), "");
}

#[test]
fn a_proof_is_for_this_token_method_and_address() {
    let (world, client, token) = begun();
    let authorization = format!("DPoP {token}");
    let good = || client.proof_claims(&world, "GET", TARGET).with("ath", sha256(token.as_bytes()));
    let mut without = good();
    without.remove("ath");
    for (claims, requirement) in [
        (without, "RFC9449-4.3-3"),
        (good().with("ath", sha256(b"another")), "RFC9449-4.3-12"),
        (good().with("htm", "POST"), "RFC9449-4.3-8"),
        (good().with("htu", "https://api.example/payments"), "RFC9449-4.3-9"),
        (good().with("iat", world.now.get() - 61), "RFC9449-4.3-11"),
    ] {
        let request = request(&[("authorization", &authorization), ("dpop", &client.prove(&claims))]);
        refused(&protect(&world, &request, "accounts"), 401, "invalid_dpop_proof", &[requirement]);
    }
    let request =
        request(&[("authorization", &authorization), ("dpop", &client.prove(&good().with("htu", format!("{TARGET}?x#y"))))]);
    assert!(matches!(protect(&world, &request, "accounts").reply, Access::Allowed(_)));
    let before = world.holdings();
    refused(&protect(&world, &request, "accounts"), 401, "invalid_dpop_proof", &["RFC9449-11.1-2"]);
    assert_eq!(world.written_since(&before), "");
}

#[test]
fn scope_must_cover_what_is_asked() {
    let (world, client, token) = begun();
    let before = world.holdings();
    let outcome = protect(&world, &client.resource_request(&world, &token, TARGET), "accounts payments");
    refused(&outcome, 403, "insufficient_scope", &["RFC6750-3.1-3", "FAPI2-SP-5.3.4-4"]);
    assert!(challenge(&outcome).contains("scope=\"accounts payments\""));
    assert_eq!((outcome.event.client.as_deref(), &*world.written_since(&before)), (Some("client-1"), "+use_marker"));
}

#[test]
fn a_token_expires() {
    let (world, client, token) = begun();
    world.pass(299);
    assert!(matches!(client.resource(&world, &token).reply, Access::Allowed(_)));
    world.pass(1);
    refused(&client.resource(&world, &token), 401, "invalid_token", &["RFC6750-3.1-2", "FAPI2-SP-5.3.4-3"]);
}

#[test]
fn a_token_in_the_query_is_refused() {
    let (world, client, token) = begun();
    let mut sent = request(&[]);
    for query in [format!("access_token={token}"), "access%5Ftoken".into()] {
        *sent.uri_mut() = format!("/?{query}").parse().unwrap();
        let outcome = protect(&world, &sent, "accounts");
        refused(&outcome, 400, "invalid_request", &["FAPI2-SP-5.3.4-2", "RFC6750-2.3-1"]);
    }
    let mut both = client.resource_request(&world, &token, TARGET);
    *both.uri_mut() = format!("/?access_token={token}").parse().unwrap();
    refused(&protect(&world, &both, "accounts"), 400, "invalid_request", &["FAPI2-SP-5.3.4-2", "RFC6750-2.3-1"]);
}

#[test]
fn malformed_headers_are_an_invalid_request() {
    let (world, _, _) = begun();
    for value in ["Bearer", "Bearer ", "DPoP", "Bearer a b", "Bearer a,b", "Bearer \u{7f}"] {
        let Ok(value) = http::HeaderValue::from_str(value) else { continue };
        let mut sent = request(&[]);
        sent.headers_mut().insert("authorization", value);
        refused(&protect(&world, &sent, "accounts"), 400, "invalid_request", &["RFC6750-3.1-1"]);
    }
    let twice = request(&[("authorization", "Bearer a"), ("authorization", "Bearer a")]);
    refused(&protect(&world, &twice, "accounts"), 400, "invalid_request", &["RFC6750-3.1-1"]);
}

#[test]
fn tokens_that_this_server_did_not_issue_are_refused() {
    let (world, client, token) = begun();
    let forger = Key::es256("as-1", 66);
    let (head, claims) = (token.split('.').next().unwrap(), token.split('.').nth(1).unwrap());
    let object = |part: &str| fapi::jose::Object::parse(&fapi::jose::base64url::decode(part).unwrap()).unwrap();
    let (head, claims) = (object(head), object(claims));
    let resigned = |head: fapi::jose::Object, claims: fapi::jose::Object| world.key.jws(&head, &claims);
    let not_valid = ["RFC9068-4-1"];
    let without = |name: &str| {
        let mut claims = claims.clone();
        claims.remove(name);
        resigned(head.clone(), claims)
    };
    let mut no_kid = head.clone();
    no_kid.remove("kid");
    let cases = [
        ("forged", forger.jws(&head, &claims), &["RFC9068-4-1", "RFC8725-3.3-1", "RFC9068-4-2", "FAPI2-SP-5.3.4-3"][..]),
        ("an ID token", resigned(head.clone().with("typ", "JWT"), claims.clone()), &not_valid),
        ("another kid", resigned(head.clone().with("kid", "x"), claims.clone()), &not_valid),
        ("another issuer", resigned(head.clone(), claims.clone().with("iss", "https://b.example")), &not_valid),
        ("no grant", without("grant"), &["FAPI-TOKENS-1"]),
        ("no scope", without("scope"), &["FAPI-TOKENS-1"]),
        ("no kid", resigned(no_kid, claims.clone()), &["FAPI-TOKENS-1"]),
        ("no jti", without("jti"), &not_valid),
        ("no client", without("client_id"), &not_valid),
        ("no expiry", without("exp"), &not_valid),
        ("no audience", without("aud"), &not_valid),
        ("an unknown grant", resigned(head.clone(), claims.clone().with("grant", "x")), &["RFC6750-3.1-2", "FAPI2-SP-5.3.4-3"]),
        ("another audience", resigned(head.clone(), claims.clone().with("aud", "https://b.example")), &["RFC9700-2.3-1"]),
        ("no jwt", "a.b.c".into(), &["RFC9068-4-1", "RFC7515-2-1", "RFC9068-4-2", "FAPI2-SP-5.3.4-3"]),
        ("no reference", "abc".into(), &["RFC6750-3.1-2", "FAPI2-SP-5.3.4-3"]),
    ];
    for (what, token, requirements) in cases {
        let outcome = client.resource(&world, &token);
        assert_eq!(ids(&outcome), requirements, "{what}");
        refused(&outcome, 401, "invalid_token", requirements);
    }
}

#[test]
fn opaque_tokens_are_accepted_alike() {
    let mut settings = settings(fapi2());
    settings.apis[0].dialect = Dialect::Opaque;
    let world = World::with(settings);
    let client = Client::registered(&world, "client-1", 10);
    let token = member(&client.redeem(&world, &client.code(&world, &[])).reply, "access_token");
    assert!(!token.contains('.'));
    let Access::Allowed(authorized) = client.resource(&world, &token).reply else { panic!() };
    assert_eq!((authorized.subject.as_deref(), authorized.auth_time), (Some("alice"), Some(authorized.expires.before(300))));
    assert!(world.store.borrow().keys().all(|key| key.id != token));
    world.pass(300);
    refused(&client.resource(&world, &token), 401, "invalid_token", &["RFC6750-3.1-2", "FAPI2-SP-5.3.4-3"]);
}
