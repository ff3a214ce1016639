//! Every check of RFC 9449 §4.3, at the three endpoints that accept a proof: push, token and resource.

use crate::support::client::Client;
use crate::support::keys::{Key, sha256};
use crate::support::refusal::{header, refused};
use crate::support::*;
use fapi::jose::{Json, Object};
use fapi::*;

const TOKEN: &str = "https://as.example/token";
const GRANT: &[(&str, &str)] = &[("grant_type", "client_credentials")];

type Claims = fn(Object, i64) -> Object;

fn without(mut object: Object, name: &str) -> Object {
    object.remove(name);
    object
}

const BAD_CLAIMS: &[(&str, Claims, &[&str])] = &[
    ("no jti", |c, _| without(c, "jti"), &["RFC9449-4.3-3"]),
    ("empty jti", |c, _| c.with("jti", ""), &["RFC9449-4.3-3"]),
    ("jti a number", |c, _| c.with("jti", 1), &["RFC9449-4.3-2", "RFC7519-7.2-1"]),
    ("long jti", |c, _| c.with("jti", "j".repeat(257)), &["RFC9449-11.1-3"]),
    ("no htm", |c, _| without(c, "htm"), &["RFC9449-4.3-3"]),
    ("another htm", |c, _| c.with("htm", "PUT"), &["RFC9449-4.3-8"]),
    ("htm in lower case", |c, _| c.with("htm", "post"), &["RFC9449-4.3-8"]),
    ("no htu", |c, _| without(c, "htu"), &["RFC9449-4.3-3"]),
    ("another htu", |c, _| c.with("htu", "https://as.example/par"), &["RFC9449-4.3-9"]),
    ("another host", |c, _| c.with("htu", "https://as2.example/token"), &["RFC9449-4.3-9"]),
    ("http", |c, _| c.with("htu", "http://as.example/token"), &["RFC9449-4.3-9"]),
    ("a path for htu", |c, _| c.with("htu", "/token"), &["RFC9449-4.3-9"]),
    ("htu a list", |c, _| c.with("htu", vec![TOKEN]), &["RFC9449-4.3-2", "RFC7519-7.2-1"]),
    ("no iat", |c, _| without(c, "iat"), &["RFC9449-4.3-3"]),
    ("iat as text", |c, _| c.with("iat", "now"), &["RFC9449-4.3-2", "RFC7519-4.1.6-1"]),
    ("iat negative", |c, _| c.with("iat", -1), &["RFC9449-4.3-2", "FAPI-LIMITS-3"]),
    ("iat 61 s ago", |c, now| c.with("iat", now - 61), &["RFC9449-4.3-11"]),
    ("iat 31 s ahead", |c, now| c.with("iat", now + 31), &["RFC9449-4.3-11"]),
    ("iat 61 s ahead", |c, now| c.with("iat", now + 61), &["FAPI2-SP-5.3.2.1-13", "RFC9449-4.3-11"]),
    ("exp now", |c, now| c.with("exp", now), &["RFC7519-4.1.4-1"]),
    ("exp in the past", |c, now| c.with("exp", now - 1), &["RFC7519-4.1.4-1"]),
    ("nbf in the future", |c, now| c.with("nbf", now + 31), &["RFC7519-4.1.5-1"]),
];

#[test]
fn invalid_claims_are_refused() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    for (what, spoil, requirements) in BAD_CLAIMS {
        let claims = spoil(client.proof_claims(&world, "POST", TOKEN), world.now.get());
        let before = world.holdings();
        let outcome = client.token_with(&world, GRANT, Some(&client.prove(&claims)));
        assert_eq!(ids(&outcome), *requirements, "{what}");
        refused(&outcome, 400, "invalid_dpop_proof", requirements);
        assert!(["", "+use_marker"].contains(&&*world.written_since(&before)), "{what}: at most the assertion is used up");
    }
}

#[test]
fn times_within_the_window_and_unknown_claims_are_accepted() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let cases: &[(&str, Claims)] = &[
        ("60 s old", |c, now| c.with("iat", now - 60)),
        ("10 s ahead", |c, now| c.with("iat", now + 10)),
        ("30 s ahead", |c, now| c.with("iat", now + 30)),
        ("a fraction", |c, now| c.with("iat", Json::Float(now as f64 - 0.5))),
        ("a jti of 256 octets", |c, _| c.with("jti", "j".repeat(256))),
        ("an unknown claim", |c, _| c.with("colour", "blue")),
        ("exp a second ahead", |c, now| c.with("exp", now + 1)),
        ("nbf now", |c, now| c.with("nbf", now)),
        ("a nonce that was not demanded", |c, _| c.with("nonce", "n")),
        ("a query", |c, _| c.with("htu", format!("{TOKEN}?a=b#c"))),
        ("the port", |c, _| c.with("htu", "https://as.example:443/token")),
        ("capitals", |c, _| c.with("htu", "HTTPS://AS.EXAMPLE/token")),
        ("an escape", |c, _| c.with("htu", "https://as.example/%74oken")),
    ];
    for (what, change) in cases {
        let claims = change(client.proof_claims(&world, "POST", TOKEN), world.now.get());
        let outcome = client.token_with(&world, GRANT, Some(&client.prove(&claims)));
        assert_eq!(outcome.reply.status(), 200, "{what}: {:?}", outcome.event);
    }
}

#[test]
fn invalid_headers_are_refused() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let good = || Object::default().with("typ", "dpop+jwt").with("alg", "ES256").with("jwk", client.dpop.jwk());
    let low_order = Object::default().with("kty", "OKP").with("crv", "Ed25519").with("x", "A".repeat(43));
    let cases = [
        ("no typ", without(good(), "typ"), &["RFC9449-4.3-4"][..]),
        ("typ JWT", good().with("typ", "JWT"), &["RFC9449-4.3-4"]),
        ("no alg", without(good(), "alg"), &["RFC9449-4.3-3", "RFC7515-4.1.1-1"]),
        ("none", good().with("alg", "none"), &["RFC9449-4.3-5", "RFC7518-3.6-1"]),
        ("HS256", good().with("alg", "HS256"), &["RFC9449-4.3-5"]),
        ("RS256", good().with("alg", "RS256"), &["FAPI2-SP-5.4.1-1.2", "RFC9449-4.3-5"]),
        ("PS256 with this key", good().with("alg", "PS256"), &["RFC9449-4.3-6", "RFC8725-3.1-1"]),
        ("nonsense", good().with("alg", "XS"), &["RFC9449-4.3-5", "RFC7515-4.1.1-1"]),
        ("no jwk", without(good(), "jwk"), &["RFC9449-4.3-3"]),
        ("a private key", good().with("jwk", client.dpop.jwk().with("d", "AA")), &["RFC9449-4.3-7"]),
        ("a key for RS256", good().with("jwk", client.dpop.jwk().with("alg", "RS256")), &["RFC8725-3.1-1"]),
        ("a key for XS", good().with("jwk", client.dpop.jwk().with("alg", "XS")), &["RFC8725-3.1-1"]),
        ("a secret", good().with("jwk", Object::default().with("kty", "oct").with("k", "AA")), &["RFC9449-4.3-7"]),
        ("another key", good().with("jwk", Key::es256("x", 55).jwk()), &["RFC9449-4.3-6", "RFC8725-3.3-1"]),
        ("off the curve", good().with("jwk", client.dpop.jwk().with("x", "A".repeat(43))), &["RFC9449-4.3-6", "RFC7518-6.2.1-1"]),
        ("small order", good().with("jwk", low_order).with("alg", "EdDSA"), &["RFC9449-4.3-6", "RFC7518-6.2.1-1"]),
        ("jwk a string", good().with("jwk", "key"), &["RFC9449-4.3-2", "RFC7517-4-1"]),
        ("crit", good().with("crit", vec!["b64"]).with("b64", false), &["RFC9449-4.3-2", "RFC7515-4.1.11-1"]),
    ];
    for (what, head, requirements) in cases {
        let before = world.holdings();
        let proof = client.dpop.jws(&head, &client.proof_claims(&world, "POST", TOKEN));
        let outcome = client.token_with(&world, GRANT, Some(&proof));
        assert_eq!(ids(&outcome), requirements, "{what}");
        refused(&outcome, 400, "invalid_dpop_proof", requirements);
        assert!(["", "+use_marker"].contains(&&*world.written_since(&before)), "{what}");
    }
    let extended = good().with("colour", "blue").with("jwk", client.dpop.jwk().with("colour", "blue"));
    let proof = client.dpop.jws(&extended, &client.proof_claims(&world, "POST", TOKEN));
    assert_eq!(client.token_with(&world, GRANT, Some(&proof)).reply.status(), 200);
}

#[test]
fn malformed_and_repeated_proofs_are_refused() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    for (text, requirement) in
        [("", "RFC7515-5.2-1"), ("a.b.c.d", "RFC7515-5.2-1"), ("{}", "RFC8725BIS-3.14-1"), ("a.a.a", "RFC7515-2-1")]
    {
        refused(&client.token_with(&world, GRANT, Some(text)), 400, "invalid_dpop_proof", &["RFC9449-4.3-2", requirement]);
    }
    let mut request = client.token_request(&world, GRANT, Some(&client.proof(&world, "POST", TOKEN)));
    request.headers_mut().append("dpop", client.proof(&world, "POST", TOKEN).parse().unwrap());
    let step = world.server.token_request(Inbound::new(&request), world.context());
    assert_eq!(world.refuses(step, 400, "invalid_dpop_proof", &["RFC9449-4.3-1"]), "");
}

#[test]
fn a_proof_is_used_once_at_one_endpoint() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let proof = client.proof(&world, "POST", TOKEN);
    assert_eq!(client.token_with(&world, GRANT, Some(&proof)).reply.status(), 200);
    for seconds in [0, 60] {
        world.pass(seconds);
        let before = world.holdings();
        refused(&client.token_with(&world, GRANT, Some(&proof)), 400, "invalid_dpop_proof", &["RFC9449-11.1-2"]);
        assert_eq!(world.written_since(&before), "+use_marker", "the assertion");
    }
    world.pass(1);
    refused(&client.token_with(&world, GRANT, Some(&proof)), 400, "invalid_dpop_proof", &["RFC9449-4.3-11"]);

    let early = client.proof_claims(&world, "POST", TOKEN).with("iat", world.now.get() + 30);
    let early = client.prove(&early);
    assert_eq!(client.token_with(&world, GRANT, Some(&early)).reply.status(), 200);
    world.pass(90);
    refused(&client.token_with(&world, GRANT, Some(&early)), 400, "invalid_dpop_proof", &["RFC9449-11.1-2"]);
}

#[test]
fn two_keys_may_use_the_same_jti() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let other = Client { dpop: Key::es256("d2", 77), ..client.clone() };
    let claims = client.proof_claims(&world, "POST", TOKEN);
    for client in [&client, &other] {
        assert_eq!(client.token_with(&world, GRANT, Some(&client.prove(&claims))).reply.status(), 200);
    }
}

#[test]
fn a_refused_request_uses_up_a_valid_proof() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let proof = client.proof(&world, "POST", TOKEN);
    let before = world.holdings();
    refused(&client.token_with(&world, &[("grant_type", "x")], Some(&proof)), 400, "unsupported_grant_type", &["RFC6749-4.5-1"]);
    assert_eq!(world.written_since(&before), "+use_marker +use_marker");
    refused(&client.token_with(&world, GRANT, Some(&proof)), 400, "invalid_dpop_proof", &["RFC9449-11.1-2"]);
}

#[test]
fn at_an_alias_address_the_proof_names_the_alias() {
    let mut settings = settings(fapi2());
    settings.mtls_endpoints = Some(Endpoints::below("https://mtls.as.example"));
    let world = World::with(settings);
    let client = Client::registered(&world, "client-1", 10);
    for (target, status) in [("https://mtls.as.example/token", 200), (TOKEN, 400)] {
        let request = client.token_request(&world, GRANT, Some(&client.proof(&world, "POST", target)));
        let inbound = Inbound::new(&request).at(EndpointAddress::MtlsAlias);
        assert_eq!(world.drive(world.server.token_request(inbound, world.context())).reply.status(), status, "{target}");
    }
}

#[test]
fn with_nonces_each_proof_carries_one() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    *world.nonces.borrow_mut() = Some(DpopNonces { current: "nonce-2".into(), accepted: vec!["nonce-1".into()] });
    for (nonce, requirement) in [(None, "RFC9449-8-1"), (Some("nonce-0"), "RFC9449-8-4"), (Some(""), "RFC9449-8-4")] {
        let mut claims = client.proof_claims(&world, "POST", TOKEN);
        if let Some(nonce) = nonce {
            claims.insert("nonce", nonce);
        }
        let outcome = client.token_with(&world, GRANT, Some(&client.prove(&claims)));
        refused(&outcome, 400, "use_dpop_nonce", &[requirement]);
        assert_eq!(header(&outcome.reply, "dpop-nonce"), "nonce-2", "exactly one");
    }
    for nonce in ["nonce-1", "nonce-2"] {
        let claims = client.proof_claims(&world, "POST", TOKEN).with("nonce", nonce);
        let outcome = client.token_with(&world, GRANT, Some(&client.prove(&claims)));
        assert_eq!(outcome.reply.status(), 200);
        assert_eq!(header(&outcome.reply, "dpop-nonce"), "nonce-2");
        let token = member(&outcome.reply, "access_token");
        let target = "https://api.example/accounts";
        let claims = client.proof_claims(&world, "GET", target).with("ath", sha256(token.as_bytes()));
        let request = http::Request::get("/").header("authorization", format!("DPoP {token}"));
        let request = request.header("dpop", client.prove(&claims)).body(bytes::Bytes::new()).unwrap();
        let inbound = Inbound::new(&request).at(EndpointAddress::Resource(target));
        let outcome = world.drive(world.server.resource_server("https://api.example").expect("an API").protect(
            inbound,
            RequiredAccess::token(),
            world.context(),
        ));
        refused(&outcome, 401, "use_dpop_nonce", &["RFC9449-9-1"]);
    }
}
