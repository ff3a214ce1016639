//! A request object may be encrypted for the server after it was signed. Encryption alone proves nothing.

use crate::support::client::Client;
use crate::support::recipient::Recipient;
use crate::support::refusal::refused;
use crate::support::request_object::At;
use crate::support::*;
use fapi::jose::jwe::encrypt;
use fapi::jose::{KeyManagement, Object};
use fapi::policy::OAUTH;
use fapi::*;

fn world(keys: &[(&str, KeyManagement)]) -> (World, Client) {
    let recipients: Vec<_> = keys.iter().map(|(kid, alg)| Recipient::new(kid, *alg)).collect();
    let mut settings = settings(OAUTH.policy());
    let decryption = recipients.iter().map(|key| ServerDecryptionKey::new(key.public()));
    settings.keys = settings.keys.decrypting(decryption.collect());
    let world = World::with(settings);
    *world.decryption.borrow_mut() = recipients;
    let client = Client::registered(&world, "client-1", 10);
    (world, client)
}

fn header(kid: &str, alg: KeyManagement) -> Object {
    Object::default().with("alg", alg.name()).with("enc", "A256GCM").with("kid", kid).with("cty", "JWT")
}

fn encrypted(world: &World, kid: &str, header: &Object, content: &str) -> String {
    let keys = world.decryption.borrow();
    let key = keys.iter().find(|key| key.kid == kid).unwrap().public();
    let mut counter = 0u8;
    let mut fill = |octets: &mut [u8]| octets.iter_mut().for_each(|octet| (counter, *octet) = (counter + 1, counter));
    encrypt((&key).into(), &header.to_string(), content.as_bytes(), &mut fill).unwrap()
}

const ALG: KeyManagement = KeyManagement::RsaOaep256;

#[test]
fn a_signed_one_is_accepted_with_each_key() {
    let keys = [("rsa", ALG), ("ec", KeyManagement::EcdhEs), ("wrap", KeyManagement::EcdhEsA256Kw)];
    let (world, client) = world(&keys);
    let signed = client.object(&world, &[]);
    for (kid, alg) in keys {
        client.accepted_at_both(&world, &encrypted(&world, kid, &header(kid, alg), &signed));
    }
    let without_kid = Object::default().with("alg", ALG.name()).with("enc", "A128CBC-HS256").with("cty", "JWT");
    client.accepted_at_both(&world, &encrypted(&world, "rsa", &without_kid, &signed));
    let metadata = serde_json::to_value(world.server.metadata()).unwrap();
    assert_eq!(metadata["request_object_encryption_alg_values_supported"].as_array().map(Vec::len), Some(3));
}

/// While a key replaces another, only `kid` says which of them a message is for; a sender who saw one key need not write it.
#[test]
fn one_without_kid_is_for_any_key_with_its_algorithm() {
    let (world, client) = world(&[("old", ALG), ("new", ALG), ("other", KeyManagement::RsaOaep)]);
    let signed = client.object(&world, &[]);
    let without_kid = Object::default().with("alg", ALG.name()).with("enc", "A256GCM").with("cty", "JWT");
    for kid in ["old", "new"] {
        client.accepted_at_both(&world, &encrypted(&world, kid, &without_kid, &signed));
        client.accepted_at_both(&world, &encrypted(&world, kid, &header(kid, ALG), &signed));
    }
    let undecrypted = &["RFC9101-6.1-1", "RFC9126-3-1", "RFC7516-5.2-2"];
    let for_old = encrypted(&world, "old", &header("new", ALG), &signed);
    client.refused_at_both(&world, &for_old, At::Page, "invalid_request_object", undecrypted);
}

#[test]
fn every_failure_to_decrypt_is_the_same() {
    let (world, client) = world(&[("rsa", ALG)]);
    let good = encrypted(&world, "rsa", &header("rsa", ALG), &client.object(&world, &[]));
    client.accepted_at_both(&world, &good);
    let parts: Vec<_> = good.split('.').collect();
    let flipped = |part: usize| {
        let mut parts: Vec<String> = parts.iter().map(|&part| part.to_owned()).collect();
        let first = if parts[part].starts_with('A') { "B" } else { "A" };
        parts[part].replace_range(..1, first);
        parts.join(".")
    };
    let undecrypted = &["RFC9101-6.1-1", "RFC9126-3-1", "RFC7516-5.2-2"];
    let mut words = vec![];
    for part in [1, 2, 3, 4] {
        client.refused_at_both(&world, &flipped(part), At::Page, "invalid_request_object", undecrypted);
        words.push(member(&client.push_object(&world, &flipped(part), &[]).reply, "error_description"));
    }
    words.dedup();
    assert_eq!(words.len(), 1, "{words:?}");
    let unknown = good.replacen(parts[0], &fapi::jose::base64url::encode(header("other", ALG).to_string()), 1);
    client.refused_at_both(&world, &unknown, At::Page, "invalid_request_object", undecrypted);
    let other = good.replacen(parts[0], &fapi::jose::base64url::encode(header("rsa", KeyManagement::RsaOaep).to_string()), 1);
    client.refused_at_both(&world, &other, At::Page, "invalid_request_object", undecrypted);
    world.down.set("decrypt");
    refused(&client.present_object(&world, &good, &[]), 503, "temporarily_unavailable", &[]);
}

#[test]
fn without_a_key_of_the_server_nothing_is_decrypted() {
    let (with_key, client) = world(&[("rsa", ALG)]);
    let object = encrypted(&with_key, "rsa", &header("rsa", ALG), &client.object(&with_key, &[]));
    let (without, client) = world(&[]);
    client.refused_at_both(
        &without,
        &object,
        At::Page,
        "invalid_request_object",
        &["RFC9101-6.1-1", "RFC9126-3-1", "RFC7516-5.2-2"],
    );
}

#[test]
fn encryption_alone_proves_nothing() {
    let (world, client) = world(&[("rsa", ALG)]);
    let signed = client.object(&world, &[]);
    let claims = client.object_claims(&world).to_string();
    let none =
        format!("{}.{}.", fapi::jose::base64url::encode(r#"{"alg":"none"}"#), fapi::jose::base64url::encode(claims.as_bytes()));
    let nested = &["RFC9101-6.2-1", "RFC8725-3.3-2", "RFC9101-10.2-1"];
    for content in [claims.as_str(), &none, "x"] {
        let object = encrypted(&world, "rsa", &header("rsa", ALG), content);
        client.refused_at_both(&world, &object, At::Page, "invalid_request_object", nested);
    }
    let untyped = Object::default().with("alg", ALG.name()).with("enc", "A256GCM").with("kid", "rsa");
    let object = encrypted(&world, "rsa", &untyped, &signed);
    let unmarked = &["RFC9101-6.2-1", "RFC7519-5.2-1", "RFC9101-10.2-1"];
    client.refused_at_both(&world, &object, At::Page, "invalid_request_object", unmarked);
    let other = Client::registered(&world, "client-2", 12);
    let object = encrypted(&world, "rsa", &header("rsa", ALG), &other.object(&world, &[]));
    client.refused_at_both(&world, &object, At::Page, "invalid_request_object", &["RFC9101-6.2-1", "RFC8725-3.3-1"]);
}

#[test]
fn insecure_and_malformed_ones_are_refused() {
    let (world, client) = world(&[("rsa", ALG)]);
    let good = encrypted(&world, "rsa", &header("rsa", ALG), &client.object(&world, &[]));
    let (first, rest) = good.split_once('.').unwrap();
    let with = |header: Object| format!("{}.{rest}", fapi::jose::base64url::encode(header.to_string()));
    for (changed, requirement) in [
        (header("rsa", ALG).with("alg", "RSA1_5"), "RFC8725-3.2-1"),
        (header("rsa", ALG).with("zip", "DEF"), "RFC8725BIS-3.15-1"),
        (header("rsa", ALG).with("alg", "none"), "RFC7515-4.1.1-1"),
        (header("rsa", ALG).with("enc", "none"), "RFC7515-4.1.1-1"),
    ] {
        let refusal = &["RFC9101-6.2-1", requirement];
        client.refused_at_both(&world, &with(changed), At::Page, "invalid_request_object", refusal);
    }
    client.accepted_at_both(&world, &format!("{first}.{rest}"));
}
