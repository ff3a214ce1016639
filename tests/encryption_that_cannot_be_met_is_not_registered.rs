//! A client that registers encryption has a key for it, or a secret; a request object is encrypted for a key of the server's.

use crate::support::client::Client;
use crate::support::recipient::Recipient;
use crate::support::*;
use fapi::jose::{Algorithm, ContentEncryption as Enc, KeyManagement as Alg, Object};
use fapi::policy::{AuthenticationMethod as Method, OAUTH};
use fapi::*;
use serde_json::json;

fn mistakes(settings: &Settings, secret: Option<&str>, change: impl FnOnce(&mut ClientMetadata)) -> Vec<(&'static str, String)> {
    let mut metadata = Client::new("client-1", 10).metadata();
    change(&mut metadata);
    let mut registration = Registration::of(metadata);
    if let Some(secret) = secret {
        registration = registration.secret(secret.to_owned());
    }
    let found = registration.mistakes(settings, Timestamp::from_seconds(0));
    found.iter().map(|mistake| (mistake.member, mistake.requirements[0].id.to_owned())).collect()
}

fn keys(recipients: &[&Recipient]) -> Option<fapi::jose::Json> {
    let signing = Client::new("client-1", 10).key.named().with("use", "sig");
    let keys: Vec<_> = std::iter::once(signing).chain(recipients.iter().map(|recipient| recipient.jwk())).collect();
    Some(Object::new().with("keys", keys).into())
}

#[test]
fn the_client_has_a_key_for_each_algorithm() {
    let settings = settings(fapi2());
    let recipient = Recipient::new("enc-1", Alg::EcdhEs);
    type Set = fn(&mut ClientMetadata, Alg);
    let members: [(&str, Set); 3] = [
        ("id_token_encrypted_response_alg", |metadata, alg| metadata.id_token_encrypted_response_alg = Some(alg)),
        ("userinfo_encrypted_response_alg", |metadata, alg| metadata.userinfo_encrypted_response_alg = Some(alg)),
        ("introspection_encrypted_response_alg", |metadata, alg| metadata.introspection_encrypted_response_alg = Some(alg)),
    ];
    for (member, set) in members {
        let with = |alg, recipients: &[&Recipient]| {
            mistakes(&settings, None, |metadata| {
                metadata.jwks = keys(recipients);
                set(metadata, alg);
            })
        };
        assert_eq!(with(Alg::EcdhEs, &[&recipient]), []);
        for (alg, recipients) in [(Alg::EcdhEs, &[][..]), (Alg::EcdhEsA256Kw, &[&recipient]), (Alg::RsaOaep, &[&recipient])] {
            assert_eq!(with(alg, recipients), [(member, "OIDCC-10.2-2".to_owned())], "{alg}");
        }
        let published = mistakes(&settings, None, |metadata| {
            (metadata.jwks, metadata.jwks_uri) = (None, Some("https://client.example/jwks".into()));
            set(metadata, Alg::RsaOaep256);
        });
        assert_eq!(published, [], "what is published can change");
        let found = with(Alg::Dir, &[&recipient]);
        assert_eq!(found, [(member, "OIDCC-10.2-1".to_owned())], "the client has no secret");
    }
}

#[test]
fn a_secret_is_long_enough_to_make_a_key_of() {
    let settings = settings(OAUTH.policy());
    let with = |secret: &str| {
        mistakes(&settings, Some(secret), |metadata| {
            metadata.token_endpoint_auth_method = Method::ClientSecretBasic;
            metadata.id_token_encrypted_response_alg = Some(Alg::A256Kw);
        })
    };
    assert_eq!(with(&"s".repeat(32)), []);
    assert_eq!(with(&"s".repeat(31)), [("id_token_encrypted_response_alg", "OIDCC-10.2-1".to_owned())]);
}

#[test]
fn a_content_encryption_needs_a_key_management() {
    let settings = settings(fapi2());
    let enc = Some(Enc::A256Gcm);
    let found = mistakes(&settings, None, |metadata| {
        metadata.id_token_encrypted_response_enc = enc;
        metadata.userinfo_encrypted_response_enc = enc;
        metadata.introspection_encrypted_response_enc = enc;
        metadata.request_object_encryption_enc = enc;
    });
    let members: Vec<_> = found.iter().map(|(member, id)| (*member, &**id)).collect();
    let expected = [
        "id_token_encrypted_response_enc",
        "userinfo_encrypted_response_enc",
        "introspection_encrypted_response_enc",
        "request_object_encryption_enc",
    ];
    assert_eq!(members, expected.map(|member| (member, "OIDCR-2-6")));
}

#[test]
fn request_objects_are_encrypted_for_a_key_that_the_server_has() {
    let (recipient, mut settings) = (Recipient::new("as-enc", Alg::EcdhEsA256Kw), settings(fapi2()));
    let with = |settings: &Settings, alg| mistakes(settings, None, |metadata| metadata.request_object_encryption_alg = Some(alg));
    let refused = [("request_object_encryption_alg", "FAPI-CLIENTS-1".to_owned())];
    assert_eq!(with(&settings, Alg::EcdhEsA256Kw), refused);
    settings.keys = std::mem::take(&mut settings.keys).decrypting(vec![ServerDecryptionKey::new(recipient.public())]);
    assert_eq!(with(&settings, Alg::EcdhEsA256Kw), []);
    assert_eq!(with(&settings, Alg::EcdhEs), refused);
    let document = serde_json::to_value(World::with(settings).server.metadata()).unwrap();
    assert_eq!(document["request_object_encryption_alg_values_supported"], json!(["ECDH-ES+A256KW"]));
}

#[test]
fn signed_responses_need_a_key_of_the_server() {
    let settings = settings(OAUTH.policy());
    let found = mistakes(&settings, None, |metadata| {
        metadata.userinfo_signed_response_alg = Some(Algorithm::PS256);
        metadata.introspection_signed_response_alg = Some(Algorithm::HS256);
    });
    let expected = [("userinfo_signed_response_alg", "FAPI-CLIENTS-3"), ("introspection_signed_response_alg", "OIDCC-10.1-2")];
    assert_eq!(found, expected.map(|(member, id)| (member, id.to_owned())));
    let found = mistakes(&settings, None, |metadata| metadata.userinfo_signed_response_alg = Some(Algorithm::ES256));
    assert_eq!(found, []);
}

#[test]
fn algorithms_that_this_library_does_not_know_are_no_metadata() {
    for member in ["id_token_encrypted_response_alg", "userinfo_encrypted_response_enc", "request_object_encryption_alg"] {
        for wrong in ["RSA1_5", "PBES2-HS256+A128KW", "none", "A128CBC", ""] {
            let text = json!({ "client_id": "app", member: wrong }).to_string();
            assert!(serde_json::from_str::<ClientMetadata>(&text).is_err(), "{text}");
        }
    }
}

#[test]
fn the_decryption_keys_of_a_server_are_published_and_checked() {
    let recipient = Recipient::new("as-enc", Alg::EcdhEs);
    let with = |jwk: Object| {
        let mut settings = settings(fapi2());
        let key = fapi::jose::EncryptionKey::parse(&jwk, primitives::aws_lc()).unwrap();
        settings.keys = std::mem::take(&mut settings.keys).decrypting(vec![ServerDecryptionKey::new(key)]);
        AuthorizationServer::new(settings)
            .map_err(|error| error.mistakes.iter().map(|mistake| mistake.basis.id).collect::<Vec<_>>())
    };
    let server = with(recipient.jwk()).unwrap();
    let set: serde_json::Value = serde_json::from_str(&server.jwks(Timestamp::from_seconds(0)).to_string()).unwrap();
    let uses: Vec<_> = set["keys"].as_array().unwrap().iter().map(|key| key["use"].as_str().unwrap()).collect();
    assert_eq!(uses, ["sig", "enc"]);
    assert_eq!(with(recipient.bare().with("kid", "a")).unwrap_err(), ["RFC7516-11.4-1"], "without alg");
    assert_eq!(with(recipient.bare().with("kid", "a").with("alg", "RSA-OAEP")).unwrap_err(), ["RFC7516-11.4-1"]);
    assert_eq!(with(recipient.bare().with("alg", "ECDH-ES")).unwrap_err(), ["FAPI2-SP-5.4.2-3"], "without kid");
    assert_eq!(with(recipient.jwk().with("kid", "as-1")).unwrap_err(), ["FAPI2-SP-5.4.2-3"], "a signing key is called so, too");
}
