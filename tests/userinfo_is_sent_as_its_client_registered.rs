//! UserInfo is JSON, unless the client registered to get it signed, encrypted, or both.

use crate::support::client::Client;
use crate::support::recipient::{Recipient, parts};
use crate::support::refusal::refused;
use crate::support::*;
use fapi::jose::{Algorithm, Algorithms, Jws, KeyManagement as Alg, Object};
use fapi::*;
use serde_json::json;

/// The answer of userinfo to a client with changed metadata.
fn told(world: &World, change: impl FnOnce(&mut ClientMetadata)) -> Outcome {
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    change(&mut metadata);
    world.registered(metadata, None);
    let code = client.code(world, &[("scope", Some("openid email"))]);
    client.userinfo(world, &member(&client.redeem(world, &code).reply, "access_token"))
}

fn text(outcome: &Outcome) -> (String, String) {
    let media_type = outcome.reply.headers()["content-type"].to_str().unwrap();
    assert_eq!((outcome.reply.status().as_u16(), &outcome.reply.headers()["cache-control"]), (200, &"no-store".parse().unwrap()));
    (media_type.to_owned(), String::from_utf8(outcome.reply.body().to_vec()).unwrap())
}

fn with_key(metadata: &mut ClientMetadata, recipient: &Recipient) {
    let signing = Client::new("client-1", 10).key.named();
    metadata.jwks = Some(Object::new().with("keys", vec![signing, recipient.jwk()]).into());
    metadata.userinfo_encrypted_response_alg = Some(Alg::EcdhEs);
}

#[test]
fn it_is_plain_by_default() {
    let (media_type, text) = text(&told(&World::fapi2(), |_| ()));
    assert_eq!(media_type, "application/json");
    let claims: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(claims, json!({ "sub": "alice", "email": "alice's email", "email_verified": true }));
}

#[test]
fn signed_claims_name_the_server_and_the_client() {
    let world = World::fapi2();
    let (media_type, compact) = text(&told(&world, |metadata| metadata.userinfo_signed_response_alg = Some(Algorithm::ES256)));
    assert_eq!(media_type, "application/jwt");
    let jws = Jws::parse(&compact).unwrap();
    assert!(jws.verify(&world.key.public(), Algorithms::ALL_ASYMMETRIC, primitives::aws_lc()).is_ok());
    let (header, claims) = parts(&compact);
    assert_eq!((&header["alg"], &header["kid"]), (&json!("ES256"), &json!("as-1")));
    let expected = json!({
        "sub": "alice", "email": "alice's email", "email_verified": true, "iss": ISSUER, "aud": "client-1",
    });
    assert_eq!(claims, expected);
}

#[test]
fn encrypted_claims_are_the_content_or_a_signed_jwt_is() {
    let recipient = Recipient::new("enc-1", Alg::EcdhEs);
    let (media_type, compact) = text(&told(&World::fapi2(), |metadata| with_key(metadata, &recipient)));
    let (header, content) = recipient.open(&compact).expect("it is for the client");
    assert_eq!((&*media_type, header.get("cty")), ("application/jwt", None));
    let claims: serde_json::Value = serde_json::from_str(&content).unwrap();
    assert_eq!((&claims["sub"], &claims["aud"]), (&json!("alice"), &json!("client-1")));
    let both = |metadata: &mut ClientMetadata| {
        with_key(metadata, &recipient);
        metadata.userinfo_signed_response_alg = Some(Algorithm::ES256);
    };
    let (media_type, compact) = text(&told(&World::fapi2(), both));
    let (header, content) = recipient.open(&compact).expect("it is for the client");
    assert_eq!((&*media_type, &header["cty"], &header["enc"]), ("application/jwt", &json!("JWT"), &json!("A128CBC-HS256")));
    assert_eq!(parts(&content).1["sub"], json!("alice"));
}

#[test]
fn a_signature_that_the_server_cannot_make_any_more_is_no_plain_answer() {
    let world = World::fapi2();
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.userinfo_signed_response_alg = Some(Algorithm::ES256);
    world.registered(metadata, None);
    let token = member(&client.redeem(&world, &client.code(&world, &[])).reply, "access_token");
    let mut settings = settings(fapi2());
    let later = Timestamp::from_seconds(world.now.get() + 1_000);
    settings.keys = ServerKeys::of(vec![ServerKey::new(world.key.public()).signs_from(later)]);
    let server = AuthorizationServer::new(settings).unwrap();
    let request = client.resource_request(&world, &token, &format!("{ISSUER}/userinfo"));
    let told = world.drive(server.userinfo_request(Inbound::new(&request), world.context()));
    refused(&told, 400, "unauthorized_client", &["FAPI-CLIENTS-1"]);
}
