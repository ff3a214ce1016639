//! An ID token says who logged in, for which client, and to which access token it belongs. Other claims are included only if
//! requested by name.

use crate::support::client::Client;
use crate::support::*;
use fapi::jose::{Claims, Jws, Object, base64url};
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
    let mut settings = settings(fapi2());
    settings.claims.push("sid".into());
    let world = World::with(settings);
    let client = Client::registered(&world, "client-1", 10);
    let (plain, _) = tokens(&world, &client, &[]);
    let asked = r#"{"id_token":{"email":null,"name":{"value":"Bob"},"nickname":null,"colour":null,"sid":null,"iss":null},
        "userinfo":{"email_verified":null}}"#;
    let (told, _) = tokens(&world, &client, &[("claims", Some(asked))]);
    let names = |claims: &Object| claims.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
    let mut more = names(&told);
    more.retain(|name| !plain.contains(name));
    assert_eq!(more, ["email"], "only known, served and matching claims that the server does not set");
    assert_eq!(told.get("email"), Some(&"alice's email".into()));
    assert_eq!(told.get("iss"), Some(&ISSUER.into()));
}
