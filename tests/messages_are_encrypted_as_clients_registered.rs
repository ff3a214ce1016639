//! ID tokens, userinfo and introspection responses are encrypted for the client that registered it, with the key that it means, and
//! never sent in another form.

use crate::support::client::Client;
use crate::support::recipient::{Recipient, parts};
use crate::support::refusal::refused;
use crate::support::*;
use fapi::jose::{ContentEncryption as Enc, KeyManagement as Alg, Object};
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::*;
use serde_json::json;

const URL: &str = "https://client.example/jwks";
const SECRET: &str = "a secret that is long enough for HS256";

/// A client with these encryption keys beside its signing key, whose ID tokens are encrypted.
fn registered(world: &World, alg: Alg, keys: Vec<Object>) -> Client {
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    metadata.jwks = Some(set(&client, keys).into());
    metadata.id_token_encrypted_response_alg = Some(alg);
    world.registered(metadata, None);
    client
}

fn set(client: &Client, keys: Vec<Object>) -> Object {
    Object::new().with("keys", [vec![client.key.named().with("use", "sig")], keys].concat())
}

fn id_token(world: &World, client: &Client) -> String {
    member(&client.redeem(world, &client.code(world, &[])).reply, "id_token")
}

#[test]
fn an_id_token_is_signed_and_then_encrypted() {
    for alg in [Alg::RsaOaep256, Alg::EcdhEs, Alg::EcdhEsA256Kw] {
        let world = World::fapi2();
        let recipient = Recipient::new("enc-1", alg);
        let client = registered(&world, alg, vec![recipient.jwk()]);
        let compact = id_token(&world, &client);
        let (header, signed) = recipient.open(&compact).expect("it is for the client");
        assert_eq!((&header["alg"], &header["enc"]), (&json!(alg.name()), &json!("A128CBC-HS256")), "the default");
        assert_eq!((&header["cty"], &header["kid"]), (&json!("JWT"), &json!("enc-1")));
        let (header, claims) = parts(&signed);
        assert_eq!((&header["alg"], &claims["sub"], &claims["aud"]), (&json!("ES256"), &json!("alice"), &json!("client-1")));
        assert!(Recipient::new("enc-1", alg).open(&compact).is_none(), "nobody else reads it");
    }
}

#[test]
fn the_registered_content_encryption_is_used() {
    for enc in Enc::ALL.iter().copied() {
        let world = World::fapi2();
        let recipient = Recipient::new("enc-1", Alg::EcdhEs);
        let client = Client::new("client-1", 10);
        let mut metadata = client.metadata();
        metadata.jwks = Some(set(&client, vec![recipient.jwk()]).into());
        metadata.id_token_encrypted_response_alg = Some(Alg::EcdhEs);
        metadata.id_token_encrypted_response_enc = Some(enc);
        world.registered(metadata, None);
        let (header, _) = recipient.open(&id_token(&world, &client)).expect("it is for the client");
        assert_eq!(header["enc"], json!(enc.name()));
    }
}

#[test]
fn the_key_is_chosen_by_its_use_and_its_algorithm() {
    let [first, second, third] = ["a", "b", "c"].map(|kid| Recipient::new(kid, Alg::EcdhEsA256Kw));
    let other = Recipient::new("other", Alg::EcdhEs);
    let (open, reserved) = (first.bare().with("kid", "a"), second.bare().with("kid", "b").with("use", "enc"));
    for (keys, chosen) in [
        (vec![other.jwk(), third.jwk()], &third),
        (vec![open.clone(), reserved.clone(), third.jwk()], &third),
        (vec![open.clone(), reserved], &second),
        (vec![open], &first),
    ] {
        let world = World::fapi2();
        let client = registered(&world, Alg::EcdhEsA256Kw, keys);
        let (header, _) = chosen.open(&id_token(&world, &client)).expect("the key that fits best");
        assert_eq!(header["kid"], json!(chosen.kid));
    }
}

#[test]
fn keys_for_encryption_are_not_skipped() {
    let recipient = Recipient::new("enc-1", Alg::EcdhEs);
    let client = Client::new("client-1", 10);
    let skipped = |keys| {
        let mut metadata = client.metadata();
        metadata.jwks = Some(set(&client, keys).into());
        Registration::of(metadata).skipped_keys(&settings(fapi2())).len()
    };
    assert_eq!(skipped(vec![recipient.jwk(), recipient.bare().with("use", "enc")]), 0);
    assert_eq!(skipped(vec![recipient.bare().with("use", "enc").with("alg", "RSA1_5")]), 1);
}

fn by_reference(world: &World) -> Client {
    let client = Client::new("client-1", 10);
    let mut metadata = client.metadata();
    (metadata.jwks, metadata.jwks_uri) = (None, Some(URL.into()));
    metadata.id_token_encrypted_response_alg = Some(Alg::EcdhEs);
    world.registered(metadata, None);
    client
}

fn publish(world: &World, how: &str, client: &Client, keys: Vec<Object>, fetched_at: i64) {
    let body = set(client, keys).to_string();
    world.documents.borrow_mut().insert(format!("{how}{URL}"), (body, fetched_at));
}

#[test]
fn published_keys_are_fetched_once_more_if_none_fits() {
    let world = World::fapi2();
    let (client, recipient) = (by_reference(&world), Recipient::new("enc-1", Alg::EcdhEs));
    publish(&world, "fetch ", &client, vec![], world.now.get() - 60);
    publish(&world, "refetch ", &client, vec![recipient.jwk()], world.now.get());
    let code = client.code(&world, &[]);
    world.traced();
    let told = client.redeem(&world, &code);
    assert!(recipient.open(&member(&told.reply, "id_token")).is_some());
    let trace = world.traced();
    assert!(trace.contains("sign sign refetch encrypt") || trace.contains("refetch encrypt"), "{trace}");
}

#[test]
fn keys_that_were_rotated_away_end_in_an_error_and_the_code_stays() {
    let world = World::fapi2();
    let (client, recipient) = (by_reference(&world), Recipient::new("enc-1", Alg::EcdhEs));
    publish(&world, "", &client, vec![], world.now.get());
    let code = client.code(&world, &[]);
    let before = world.holdings();
    let told = client.redeem(&world, &code);
    refused(&told, 400, "unauthorized_client", &["OIDCC-10.2-2", "FAPI-CLIENTS-1"]);
    assert_eq!(world.written_since(&before), "+use_marker +use_marker", "assertion and proof are spent, the code is not");
    assert!(member(&told.reply, "error_description").contains("registered ID tokens that are encrypted with ECDH-ES"));
    publish(&world, "", &client, vec![recipient.jwk()], world.now.get());
    assert!(recipient.open(&member(&client.redeem(&world, &code).reply, "id_token")).is_some());
}

#[test]
fn a_host_that_cannot_encrypt_is_an_outage() {
    let world = World::fapi2();
    let client = registered(&world, Alg::EcdhEs, vec![Recipient::new("enc-1", Alg::EcdhEs).jwk()]);
    let code = client.code(&world, &[]);
    world.down.set("encrypt");
    assert_eq!(member(&client.redeem(&world, &code).reply, "error"), "temporarily_unavailable");
}

/// OpenID Connect Core §10.2: the key is the left part of a hash of the secret.
#[test]
fn a_secret_encrypts_messages_for_its_client() {
    for (alg, enc, length, hash) in [
        (Alg::A128Kw, Enc::A128CbcHs256, 16, primitives::Hash::Sha256),
        (Alg::A256GcmKw, Enc::A256Gcm, 32, primitives::Hash::Sha256),
        (Alg::Dir, Enc::A192CbcHs384, 48, primitives::Hash::Sha384),
        (Alg::Dir, Enc::A256CbcHs512, 64, primitives::Hash::Sha512),
    ] {
        let world = World::new(OAUTH.policy());
        let mut metadata = Client::new("client-1", 10).metadata();
        metadata.token_endpoint_auth_method = Method::ClientSecretPost;
        metadata.jwks = None;
        metadata.introspection_encrypted_response_alg = Some(alg);
        metadata.introspection_encrypted_response_enc = Some(enc);
        world.registered(metadata, Some(SECRET));
        let request = post(&[("client_id", "client-1"), ("client_secret", SECRET), ("token", "unknown")]);
        let told = world.drive(world.server.introspection_request(Inbound::new(&request), world.context()));
        let key = &primitives::aws_lc().digest(hash, SECRET.as_bytes())[..length];
        let compact = String::from_utf8(told.reply.body().to_vec()).unwrap();
        let (header, signed) = Recipient::shared(alg, key).open(&compact).unwrap_or_else(|| panic!("{alg}: {:?}", told.event));
        assert_eq!(header.get("kid"), None);
        assert_eq!(parts(&signed).1["token_introspection"], json!({ "active": false }));
    }
}
