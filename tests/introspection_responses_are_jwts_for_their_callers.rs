//! Introspection responses in JWT form (RFC 9701): for callers that ask for them, and for those that get no other.

use crate::support::client::Client;
use crate::support::recipient::{Recipient, parts};
use crate::support::refusal::refused;
use crate::support::*;
use fapi::jose::{Algorithm, Algorithms, Jws, KeyManagement as Alg, Object};
use fapi::policy::{AuthenticationMethod as Method, FAPI2_SIGNED_INTROSPECTION, OAUTH};
use fapi::*;
use serde_json::{Value, json};

const JWT: &str = "application/token-introspection+jwt";
const API: &str = "https://api.example";

fn introspect(world: &World, client: &Client, token: &str, accept: Option<&str>) -> Outcome {
    let mut request = client.token_request(world, &[("token", token)], None);
    if let Some(accept) = accept {
        request.headers_mut().insert("accept", accept.parse().unwrap());
    }
    world.drive(world.server.introspection_request(Inbound::new(&request), world.context()))
}

/// The media type and the body.
fn told(outcome: &Outcome) -> (String, String) {
    assert_eq!(outcome.reply.status(), 200, "{:?}", outcome.event);
    assert_eq!(outcome.reply.headers()["cache-control"], "no-store");
    let media_type = outcome.reply.headers()["content-type"].to_str().unwrap().to_owned();
    (media_type, String::from_utf8(outcome.reply.body().to_vec()).unwrap())
}

fn media_type(outcome: &Outcome) -> String {
    told(outcome).0
}

fn resource(world: &World, change: impl FnOnce(&mut ClientMetadata)) -> Client {
    let resource = Client::new("api", 12);
    let mut terms = ClientTerms::default();
    terms.introspects = vec![API.into()];
    let mut metadata = resource.metadata();
    change(&mut metadata);
    world.registered(Registration::of(metadata).terms(terms), None);
    resource
}

fn access_token(world: &World) -> String {
    let client = Client::registered(world, "client-1", 10);
    member(&client.redeem(world, &client.code(world, &[])).reply, "access_token")
}

#[test]
fn a_caller_that_asks_gets_a_signed_jwt_for_itself() {
    let world = World::fapi2();
    let (token, resource) = (access_token(&world), resource(&world, |_| ()));
    let (media_type, compact) = told(&introspect(&world, &resource, &token, Some(JWT)));
    assert_eq!(media_type, JWT);
    let jws = Jws::parse(&compact).unwrap();
    assert!(jws.verify(&world.key.public(), Algorithms::ALL_ASYMMETRIC, primitives::aws_lc()).is_ok());
    let (header, claims) = parts(&compact);
    assert_eq!(header, json!({ "alg": "ES256", "typ": "token-introspection+jwt", "kid": "as-1" }));
    // The order of the members depends on the features of serde_json.
    let mut members: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["aud", "iat", "iss", "token_introspection"], "neither sub nor exp");
    let now = world.now.get();
    assert_eq!((&claims["iss"], &claims["aud"], &claims["iat"]), (&json!(ISSUER), &json!("api"), &json!(now)));
    let said = &claims["token_introspection"];
    assert_eq!((&said["active"], &said["sub"], &said["aud"]), (&json!(true), &json!("alice"), &json!(API)));
    assert_eq!(said["scope"], json!("accounts"), "the part of the scope that concerns the API");
    let own = introspect(&world, &Client::new("client-1", 10), &token, Some(JWT));
    assert_eq!(parts(&told(&own).1).1["token_introspection"]["scope"], json!("openid accounts"));
}

#[test]
fn others_get_json() {
    let world = World::fapi2();
    let (token, resource) = (
        access_token(&world),
        resource(&world, |metadata| {
            metadata.introspection_signed_response_alg = Some(Algorithm::ES256);
        }),
    );
    for accept in [None, Some("*/*"), Some("application/json"), Some("application/jwt"), Some("application/json, */*;q=0.1")] {
        let (media_type, text) = told(&introspect(&world, &resource, &token, accept));
        assert_eq!(media_type, "application/json", "{accept:?}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["active"], json!(true));
    }
    assert_eq!(media_type(&introspect(&world, &resource, &token, Some(&format!("application/json;q=0.5, {JWT}")))), JWT);
}

#[test]
fn a_jwt_about_an_inactive_token_says_nothing_else() {
    let world = World::fapi2();
    let (token, resource) = (access_token(&world), resource(&world, |_| ()));
    let stranger = Client::registered(&world, "stranger", 14);
    let claims = |caller: &Client, token: &str| parts(&told(&introspect(&world, caller, token, Some(JWT))).1).1;
    for (caller, token) in [(&resource, "unknown"), (&resource, "a.b.c"), (&stranger, &*token)] {
        let said = claims(caller, token);
        assert_eq!(said["token_introspection"], json!({ "active": false }));
        assert_eq!(said["aud"], json!(caller.id));
    }
    assert_eq!(claims(&resource, &token)["token_introspection"]["active"], json!(true), "the control");
    world.pass(301);
    assert_eq!(claims(&resource, &token)["token_introspection"], json!({ "active": false }));
}

#[test]
fn a_jwt_is_no_access_token() {
    let world = World::fapi2();
    let (token, resource) = (access_token(&world), resource(&world, |_| ()));
    let compact = told(&introspect(&world, &resource, &token, Some(JWT))).1;
    let client = Client::new("client-1", 10);
    refused(&client.resource(&world, &compact), 401, "invalid_token", &["RFC9068-4-1"]);
    refused(&client.userinfo(&world, &compact), 401, "invalid_token", &["RFC9068-4-1"]);
}

#[test]
fn a_registered_encryption_leaves_no_other_answer() {
    let world = World::fapi2();
    let recipient = Recipient::new("enc-1", Alg::EcdhEsA128Kw);
    let token = access_token(&world);
    let resource = resource(&world, |metadata| {
        let signing = Client::new("api", 12).key.named();
        metadata.jwks = Some(Object::new().with("keys", vec![signing, recipient.jwk()]).into());
        metadata.introspection_encrypted_response_alg = Some(Alg::EcdhEsA128Kw);
    });
    for accept in [None, Some("*/*"), Some(JWT)] {
        let (media_type, compact) = told(&introspect(&world, &resource, &token, accept));
        let (header, signed) = recipient.open(&compact).expect("it is for the caller");
        assert_eq!((&*media_type, &header["cty"], &header["enc"]), (JWT, &json!("JWT"), &json!("A128CBC-HS256")));
        let (header, claims) = parts(&signed);
        assert_eq!((&header["typ"], &claims["token_introspection"]["active"]), (&json!("token-introspection+jwt"), &json!(true)));
    }
    refused(&introspect(&world, &resource, &token, Some("application/json")), 400, "invalid_request", &["RFC9701-6-2"]);
}

#[test]
fn under_message_signing_every_answer_is_signed() {
    let world = World::new(fapi2().tighten(&FAPI2_SIGNED_INTROSPECTION.policy()).unwrap());
    let (token, resource) = (access_token(&world), resource(&world, |_| ()));
    for accept in [None, Some("*/*"), Some(JWT)] {
        assert_eq!(media_type(&introspect(&world, &resource, &token, accept)), JWT, "{accept:?}");
    }
    refused(&introspect(&world, &resource, &token, Some("application/json")), 400, "invalid_request", &["FAPI2-MS-5.5.1-1"]);
}

#[test]
fn a_caller_that_shows_nothing_is_refused_without_a_challenge_if_it_asks_for_a_jwt() {
    let world = World::new(OAUTH.policy());
    Client::registered(&world, "client-1", 10);
    let mut metadata = ClientMetadata::new("app", Method::None);
    metadata.redirect_uris = vec!["https://app.example/cb".into()];
    world.registered(metadata, None);
    let ask = |parameters: &[(&str, &str)], accept: &str, authorization: Option<&str>| {
        let mut request = post(parameters);
        request.headers_mut().insert("accept", accept.parse().unwrap());
        if let Some(authorization) = authorization {
            request.headers_mut().insert("authorization", authorization.parse().unwrap());
        }
        world.drive(world.server.introspection_request(Inbound::new(&request), world.context()))
    };
    for parameters in
        [&[("token", "x")][..], &[("token", "x"), ("client_id", "client-1")], &[("token", "x"), ("client_id", "app")]]
    {
        let refusal = ask(parameters, JWT, None);
        assert_eq!((refusal.reply.status().as_u16(), member(&refusal.reply, "error")), (400, "invalid_client".to_owned()));
        assert!(ids(&refusal).contains(&"RFC9701-5-10") && !refusal.reply.headers().contains_key("www-authenticate"));
        assert_eq!(ask(parameters, "application/json", None).reply.status(), 401, "RFC 7662 answers with 401");
    }
    let wrong = ask(&[("token", "x")], JWT, Some("Basic Y2xpZW50LTE6d3Jvbmc="));
    assert_eq!(wrong.reply.status(), 401, "one that tried is challenged");
}

#[test]
fn the_algorithm_is_the_registered_one_if_the_policy_admits_it() {
    let world = World::fapi2();
    let mut metadata = Client::new("api", 12).metadata();
    metadata.introspection_signed_response_alg = Some(Algorithm::RS256);
    let told = world.register(metadata, None);
    refused(&told, 400, "invalid_client_metadata", &["FAPI2-SP-5.4.1-1.2"]);
}
