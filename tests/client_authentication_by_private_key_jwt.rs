//! A client authenticates with a signed assertion that is its own, meant for this server, fresh, and used once.

use crate::support::client::{BEARER, Client};
use crate::support::keys::Key;
use crate::support::refusal::{header, refused};
use crate::support::*;
use fapi::jose::{Json, Object};
use fapi::policy::{OAUTH, RFC7523BIS};
use fapi::{ClientTerms, Outcome, Registration};

type Spoil = fn(Object, i64) -> Object;

fn without(mut object: Object, name: &str) -> Object {
    object.remove(name);
    object
}

#[test]
fn invalid_claims_are_refused() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let cases: &[(&str, Spoil, &[&str])] = &[
        ("iss of another", |c, _| c.with("iss", "other"), &["RFC7523-3-1"]),
        ("no iss", |c, _| without(c, "iss"), &["RFC7523-3-1"]),
        ("no sub", |c, _| without(c, "sub"), &["RFC7523-3-2"]),
        ("an unknown sub", |c, _| c.with("sub", "nobody"), &["RFC7521-4.2-1"]),
        ("no aud", |c, _| without(c, "aud"), &["RFC7523-3-3"]),
        ("aud of another", |c, _| c.with("aud", "https://other.example"), &["RFC7523-3-3"]),
        ("empty aud", |c, _| c.with("aud", Vec::<&str>::new()), &["RFC7523-3-3"]),
        ("aud in an array", |c, _| c.with("aud", vec![ISSUER]), &["FAPI2-SP-5.3.2.1-8"]),
        ("aud with a slash", |c, _| c.with("aud", format!("{ISSUER}/")), &["RFC7523-3-3"]),
        ("the PAR endpoint", |c, _| c.with("aud", format!("{ISSUER}/par")), &["FAPI2-SP-5.3.2.1-8", "RFC7523BIS-4-2"]),
        ("the token endpoint", |c, _| c.with("aud", format!("{ISSUER}/token")), &["FAPI2-SP-5.3.2.1-8", "RFC7523BIS-4-2"]),
        ("two audiences", |c, _| c.with("aud", vec![ISSUER, "https://b.example"]), &["FAPI2-SP-5.3.2.1-8", "RFC7523BIS-4-2"]),
        ("two audiences, neither ours", |c, _| c.with("aud", vec!["https://a.example", "https://b.example"]), &["RFC7523-3-3"]),
        ("aud a number", |c, _| c.with("aud", 1), &["RFC7521-5.2-2", "RFC7519-4.1.3-1"]),
        ("no exp", |c, _| without(c, "exp"), &["RFC7523-3-4"]),
        ("exp now", |c, now| c.with("exp", now), &["RFC7523-3-4"]),
        ("exp half a second ahead", |c, now| c.with("exp", Json::Float(now as f64 + 0.5)), &["RFC7523-3-4"]),
        ("exp in two days", |c, now| c.with("exp", now + 2 * 86_400), &["RFC7523-3-4"]),
        ("exp as text", |c, _| c.with("exp", "soon"), &["RFC7521-5.2-2", "RFC7519-4.1.6-1"]),
        ("exp out of range", |c, _| c.with("exp", i64::MAX), &["RFC7521-5.2-2", "FAPI-LIMITS-3"]),
        ("nbf 31 s ahead", |c, now| c.with("nbf", now + 31), &["RFC7523-3-5"]),
        ("nbf 30.5 s ahead", |c, now| c.with("nbf", Json::Float(now as f64 + 30.5)), &["RFC7523-3-5"]),
        ("nbf 61 s ahead", |c, now| c.with("nbf", now + 61), &["FAPI2-SP-5.3.2.1-13"]),
        ("iat 31 s ahead", |c, now| c.with("iat", now + 31), &["FAPI-TIMES-1"]),
        ("iat 61 s ahead", |c, now| c.with("iat", now + 61), &["FAPI2-SP-5.3.2.1-13"]),
        ("no jti", |c, _| without(c, "jti"), &["OIDCC-9-3"]),
        ("empty jti", |c, _| c.with("jti", ""), &["OIDCC-9-3"]),
        ("long jti", |c, _| c.with("jti", "j".repeat(257)), &["OIDCC-9-3"]),
        ("jti a number", |c, _| c.with("jti", 7), &["RFC7521-5.2-2", "RFC7519-7.2-1"]),
    ];
    for (what, spoil, requirements) in cases {
        let claims = spoil(client.claims(&world), world.now.get());
        let before = world.holdings();
        let outcome = client.push(&world, &[("client_assertion", Some(&client.assert(&claims)))]);
        assert_eq!(ids(&outcome), *requirements, "{what}");
        refused(&outcome, 400, "invalid_client", requirements);
        assert_eq!(world.written_since(&before), "", "{what}");
    }
}

#[test]
fn allowed_variations_are_accepted() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let cases: &[(&str, Spoil)] = &[
        ("nbf 10 s ahead", |c, now| c.with("nbf", now + 10)),
        ("iat 10 s ahead", |c, now| c.with("iat", now + 10)),
        ("iat 29.5 s ahead", |c, now| c.with("iat", Json::Float(now as f64 + 29.5))),
        ("iat long ago", |c, now| c.with("iat", now - 7_200)),
        ("no iat", |c, _| without(c, "iat")),
        ("a jti of 256 octets", |c, _| c.with("jti", "j".repeat(256))),
        ("an unknown claim", |c, _| c.with("colour", vec!["blue"])),
    ];
    for (what, change) in cases {
        let claims = change(client.claims(&world), world.now.get());
        let outcome = client.push(&world, &[("client_assertion", Some(&client.assert(&claims)))]);
        assert_eq!(outcome.reply.status(), 201, "{what}: {:?}", outcome.event);
    }
    for typ in ["JWT", "jwt", "client-authentication+jwt", "application/client-authentication+jwt"] {
        let header = Object::default().with("alg", "ES256").with("typ", typ);
        let assertion = client.key.jws(&header, &client.claims(&world));
        assert_eq!(client.push(&world, &[("client_assertion", Some(&assertion))]).reply.status(), 201, "{typ}");
    }
}

/// The outcome of a push whose assertion has this audience.
fn addressed(world: &World, client: &Client, audience: impl Into<Json>) -> Outcome {
    let claims = client.claims(world).with("aud", audience);
    client.push(world, &[("client_assertion", Some(&client.assert(&claims)))])
}

#[test]
fn the_issuer_and_the_endpoints_are_audiences_unless_server_or_client_take_the_issuer_alone() {
    let (push, other) = (format!("{ISSUER}/par"), "https://other.example/par");
    let oauth = World::new(OAUTH.policy());
    let client = Client::registered(&oauth, "client-1", 10);
    for audience in [Json::from(ISSUER), vec![ISSUER].into(), push.clone().into(), vec![push.as_str(), other].into()] {
        assert_eq!(addressed(&oauth, &client, audience.clone()).reply.status(), 201, "{audience}");
    }
    refused(&addressed(&oauth, &client, other), 400, "invalid_client", &["RFC7523-3-3"]);

    let strict = Client::new("client-2", 12);
    let mut terms = ClientTerms::default();
    terms.profiles = vec![RFC7523BIS.id()];
    oauth.registered(Registration::of(strict.metadata()).terms(terms), None);
    let everywhere = World::new(OAUTH.policy().tighten(&RFC7523BIS.policy()).unwrap());
    let client = Client::registered(&everywhere, "client-1", 10);
    for (world, client) in [(&oauth, &strict), (&everywhere, &client)] {
        assert_eq!(addressed(world, client, ISSUER).reply.status(), 201);
        assert_eq!(addressed(world, client, vec![ISSUER]).reply.status(), 201);
        for audience in [Json::from(push.as_str()), vec![ISSUER, push.as_str()].into()] {
            refused(&addressed(world, client, audience), 400, "invalid_client", &["RFC7523BIS-4-2"]);
        }
    }
}

#[test]
fn invalid_headers_are_refused() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let good = || Object::default().with("alg", "ES256").with("kid", "k1");
    let cases = [
        ("a DPoP proof's typ", good().with("typ", "dpop+jwt"), &["RFC8725-3.12-1"][..]),
        ("an access token's typ", good().with("typ", "at+jwt"), &["RFC8725-3.12-1"]),
        ("none", good().with("alg", "none"), &["RFC7523-3-8", "RFC7518-3.6-1"]),
        ("RS256", good().with("alg", "RS256"), &["FAPI2-SP-5.4.1-1.2"]),
        ("HS256", good().with("alg", "HS256"), &["FAPI2-SP-5.4.1-1.2"]),
        ("nonsense", good().with("alg", "XS1"), &["RFC7523-3-8", "RFC7515-4.1.1-1"]),
        ("no alg", without(good(), "alg"), &["RFC7523-3-8", "RFC7515-4.1.1-1"]),
        ("an unknown kid", good().with("kid", "k9"), &["RFC7523-3-8", "RFC7515-6-1"]),
        ("crit with an absent header", good().with("crit", vec!["exp"]), &["RFC7523-3-8", "RFC7515-4.1.11-2"]),
        ("crit", good().with("crit", vec!["exp"]).with("exp", 1), &["RFC7523-3-8", "RFC7515-4.1.11-1"]),
    ];
    for (what, head, requirements) in cases {
        let before = world.holdings();
        let outcome = client.push(&world, &[("client_assertion", Some(&client.key.jws(&head, &client.claims(&world))))]);
        assert_eq!(ids(&outcome), requirements, "{what}");
        refused(&outcome, 400, "invalid_client", requirements);
        assert_eq!(world.written_since(&before), "");
    }
}

#[test]
fn only_the_registered_key_and_algorithm_are_accepted() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let stolen = Client { key: Key::es256("k1", 99), ..client.clone() };
    refused(&stolen.push(&world, &[]), 400, "invalid_client", &["RFC7523-3-8", "RFC8725-3.3-1"]);

    let mut metadata = Client::new("client-2", 12).metadata();
    metadata.token_endpoint_auth_signing_alg = Some(fapi::jose::Algorithm::PS256);
    world.registered(metadata, None);
    refused(&Client::new("client-2", 12).push(&world, &[]), 400, "invalid_client", &["OIDCC-9-6"]);
}

#[test]
fn an_assertion_is_used_once_even_by_a_refused_request() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let assertion = client.assertion(&world);
    let before = world.holdings();
    let outcome = client.push(&world, &[("client_assertion", Some(&assertion)), ("response_type", None)]);
    refused(&outcome, 400, "invalid_request", &["RFC6749-3.1.1-1"]);
    assert_eq!(world.written_since(&before), "+use_marker", "a valid assertion is used up");
    let before = world.holdings();
    refused(&client.push(&world, &[("client_assertion", Some(&assertion))]), 400, "invalid_client", &["RFC7523-3-7"]);
    assert_eq!(world.written_since(&before), "");
    world.pass(59);
    refused(&client.push(&world, &[("client_assertion", Some(&assertion))]), 400, "invalid_client", &["RFC7523-3-7"]);
    world.pass(1);
    refused(&client.push(&world, &[("client_assertion", Some(&assertion))]), 400, "invalid_client", &["RFC7523-3-4"]);
}

#[test]
fn two_clients_may_use_one_jti() {
    let world = World::fapi2();
    for (id, seed) in [("client-1", 10), ("client-2", 12)] {
        let client = Client::registered(&world, id, seed);
        let assertion = client.assert(&client.claims(&world).with("jti", "the same"));
        assert_eq!(client.push(&world, &[("client_assertion", Some(&assertion))]).reply.status(), 201);
    }
}

#[test]
fn parameters_around_the_assertion_must_agree() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let cases: &[(&str, Option<&str>, &str, &[&str])] = &[
        ("client_id", Some("client-2"), "invalid_client", &["RFC7521-4.2-1"]),
        ("client_assertion_type", None, "invalid_client", &["RFC7523-2.2-1"]),
        ("client_assertion_type", Some("urn:x"), "invalid_client", &["RFC7523-2.2-1"]),
        ("client_assertion", None, "invalid_client", &["RFC9126-2.1-1", "FAPI2-SP-5.3.2.2-4", "RFC6749-5.2-3"]),
        ("client_assertion", Some("a.b"), "invalid_client", &["RFC7523-3-8", "RFC7515-5.2-1"]),
        ("client_secret", Some("secret"), "invalid_request", &["RFC6749-2.3-2"]),
    ];
    for (name, value, error, requirements) in cases {
        let before = world.holdings();
        refused(&client.push(&world, &[(name, *value)]), 400, error, requirements);
        assert_eq!(world.written_since(&before), "", "{name} {value:?}");
    }
    assert_eq!(client.push(&world, &[("client_id", None)]).reply.status(), 201, "the assertion names the client");
}

#[test]
fn a_basic_header_beside_an_assertion_is_refused() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let assertion = client.assertion(&world);
    let mut request = post(&[("client_assertion_type", BEARER), ("client_assertion", &assertion)]);
    request.headers_mut().insert("authorization", "Basic Y2xpZW50LTE6c2VjcmV0".parse().unwrap());
    let step = world.server.token_request(fapi::Inbound::new(&request), world.context());
    assert_eq!(world.refuses(step, 400, "invalid_request", &["RFC6749-2.3-2"]), "");
    request.headers_mut().insert("authorization", "Bearer abc".parse().unwrap());
    let outcome = world.drive(world.server.token_request(fapi::Inbound::new(&request), world.context()));
    refused(&outcome, 401, "invalid_client", &["RFC6749-2.3.1-2"]);
    assert_eq!(header(&outcome.reply, "www-authenticate"), "Basic realm=\"https://as.example\"");
}
