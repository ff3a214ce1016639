//! An ID token says who logged in, for which client, and to which access token it belongs. Other claims are included only if
//! requested by name.

use crate::support::client::Client;
use crate::support::jwk::rsa_members;
use crate::support::keys::Key;
use crate::support::*;
use fapi::ServerKeys;
use fapi::jose::{Algorithm, Claims, Json, Jwk, Jws, Object, base64url};
use fapi::policy::{OAUTH, OPENID, Policy};
use fapi::primitives::{Hash, aws_lc};

fn tokens(world: &World, client: &Client, changes: &[(&str, Option<&str>)]) -> (Object, String) {
    let redeemed = client.redeem(world, &client.code(world, changes)).reply;
    let jws = Jws::parse(&member(&redeemed, "id_token")).unwrap();
    let allowed = fapi::jose::Algorithms::ALL_ASYMMETRIC;
    assert_eq!(jws.verify(&world.key.public(), allowed, aws_lc()), Ok(()));
    (jws.claims().map(Claims::into_members).unwrap(), member(&redeemed, "access_token"))
}

#[test]
fn it_names_issuer_user_client_time_and_access_token() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let (claims, access_token) = tokens(&world, &client, &[]);
    let (now, hash) = (world.now.get(), aws_lc().digest(Hash::Sha256, access_token.as_bytes()));
    let expected = Object::new().with("iss", ISSUER).with("sub", "alice").with("aud", "client-1").with("iat", now);
    let expected = expected.with("exp", now + 300).with("nonce", "a nonce").with("at_hash", base64url::encode(&hash[..16]));
    assert_eq!(claims, expected);
}

#[test]
fn only_claims_requested_by_name_are_included() {
    let world = World::fapi2();
    let client = Client::registered(&world, "client-1", 10);
    let (plain, _) = tokens(&world, &client, &[]);
    let asked = r#"{"id_token":{"email":null,"name":{"value":"Bob"},"nickname":null,"colour":null,"sid":null,"jti":null,"nbf":null,"iss":null},
        "userinfo":{"email_verified":null}}"#;
    let (told, _) = tokens(&world, &client, &[("claims", Some(asked))]);
    let names = |claims: &Object| claims.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
    let mut more = names(&told);
    more.retain(|name| !plain.contains(name));
    assert_eq!(more, ["email"], "only known, served and matching claims that the server does not set");
    assert_eq!(told.get("email"), Some(&"alice's email".into()));
    assert_eq!(told.get("iss"), Some(&ISSUER.into()));
}

/// The `alg` and the `kid` of the first ID token of a client that registered this algorithm or none.
fn signature(policy: Policy, with_rs256: bool, registered: Option<Algorithm>) -> (String, String) {
    let rsa = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let jwk = format!(r#"{{{},"kid":"as-rsa","alg":"RS256"}}"#, rsa_members(rsa.public_key_raw()));
    let rs256 = Jwk::parse(&Object::parse(jwk.as_bytes()).unwrap(), aws_lc()).unwrap();
    let mut settings = settings(policy);
    settings.keys = ServerKeys::new([Key::es256("as-1", 1).public()].into_iter().chain(with_rs256.then_some(rs256)).collect());
    let world = World::with(settings);
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.id_token_signed_response_alg = registered;
    world.registered(metadata, None);
    let redeemed = client.redeem(&world, &client.code(&world, &[])).reply;
    // The world signs everything with one key; the header says for which key it was asked.
    let header = |token: &str| {
        let header = Object::parse(&base64url::decode(token.split('.').next().unwrap()).unwrap()).unwrap();
        let text = |name| header.get(name).and_then(Json::as_str).unwrap().to_owned();
        (text("alg"), text("kid"))
    };
    header(&member(&redeemed, "id_token"))
}

/// OIDCR-2-11.
#[test]
fn without_a_registered_algorithm_it_is_signed_with_rs256_where_policy_and_keys_allow_that() {
    let openid = || OAUTH.policy().tighten(&OPENID.policy()).unwrap();
    let [rs256, es256] = [("RS256".to_owned(), "as-rsa".to_owned()), ("ES256".to_owned(), "as-1".to_owned())];
    assert_eq!(signature(openid(), true, None), rs256);
    assert_eq!(signature(openid(), true, Some(Algorithm::RS256)), rs256);
    assert_eq!(signature(openid(), true, Some(Algorithm::ES256)), es256);
    assert_eq!(signature(openid(), false, None), es256, "there is no such key");
    assert_eq!(signature(fapi2(), true, None), es256, "FAPI 2.0 excludes RS256");
}
