//! Keys that others encrypt for: those of the server in its directory, and those of APIs in the configuration.

mod common;

use common::files::{Directory, write};
use fapi::jose::KeyManagement;
use fapi::jose::jwe::DecryptionKey;
use fapi::{KeyUse, Timestamp};
use fapi_server::{Config, DECRYPTION_ALGORITHMS, Keyring, SIGNING_ALGORITHMS};

fn open(directory: &Directory) -> Keyring {
    Keyring::open(&directory.path("keys"), &SIGNING_ALGORITHMS).unwrap()
}

#[test]
fn missing_keys_are_generated_once() {
    let directory = Directory::new("keys-for-encryption");
    let first = open(&directory).decryption_keys().unwrap();
    assert_eq!(first.iter().filter_map(|key| key.alg()).collect::<Vec<_>>().len(), DECRYPTION_ALGORITHMS.len());
    assert_eq!(open(&directory).decryption_keys().unwrap(), first);
}

#[test]
fn a_key_that_was_replaced_still_decrypts_and_is_not_published() {
    let directory = Directory::new("keys-for-encryption-rotated");
    let before = open(&directory).decryption_keys().unwrap();
    let old = before.iter().find(|key| key.alg() == Some(KeyManagement::RsaOaep256)).unwrap().clone();
    let path = |name: &str| directory.path("keys").join(name);
    std::fs::rename(path("RSA-OAEP-256.pem"), path("RSA-OAEP-256-old.pem")).unwrap();
    let keyring = open(&directory);
    let keys = keyring.decryption_keys().unwrap();
    let published = |key: &&fapi::ServerDecryptionKey| key.unpublished_at.is_none();
    assert_eq!((keys.len(), keys.iter().filter(published).count()), (3, 2));
    let replaced = keys.iter().find(|key| key.jwk.kid() == old.jwk.kid()).unwrap();
    assert_eq!(replaced.unpublished_at, Some(Timestamp::from_seconds(0)));
    let header = r#"{"alg":"RSA-OAEP-256","enc":"A128GCM"}"#.to_owned();
    let sent = KeyUse::Encrypt { recipient: old.jwk.clone(), header, input: b"sent before".to_vec() };
    let jwe = keyring.use_key(&sent).unwrap();
    let key = old.jwk.kid().unwrap().to_owned();
    assert_eq!(keyring.use_key(&KeyUse::Decrypt { key, input: jwe }).unwrap(), b"sent before");
}

#[test]
fn a_key_of_another_type_is_a_mistake() {
    let directory = Directory::new("keys-for-encryption-wrong");
    open(&directory);
    let path = |name: &str| directory.path("keys").join(name);
    std::fs::copy(path("ES256.pem"), path("RSA-OAEP-512.pem")).unwrap();
    let error = Keyring::open(&directory.path("keys"), &SIGNING_ALGORITHMS).unwrap_err().to_string();
    assert!(error.ends_with("RSA-OAEP-512.pem: expected an RSA key of 2048 to 8192 bits"), "{error}");
}

/// The public key of an API in PEM, in a file beside the configuration.
fn configured(directory: &Directory, key: &str) -> Result<Config, String> {
    let text = format!(
        "issuer = \"http://127.0.0.1:{{port}}\"\nlisten = \"127.0.0.1:0\"\nephemeral = true\nprofiles = [\"oauth\"]\n\n[[apis]]\n\
         identifier = \"https://api.example\"\nscopes = [\"read\"]\n\
         token_encryption = {{ format = \"compact-nested-jwe\", encryption_key = {{ {key} }} }}\n"
    );
    Config::parse(&text, &directory.path("server.toml")).map_err(|mistakes| mistakes.to_string())
}

#[test]
fn the_key_of_an_api_is_read_from_its_file() {
    let directory = Directory::new("keys-for-encryption-api");
    let der = DecryptionKey::generate_pkcs8(KeyManagement::RsaOaep256).unwrap();
    let private = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", data_encoding::BASE64.encode(&der));
    write(&directory, "private.pem", private.as_bytes());
    let pem = include_str!("files/rsa-public.pem");
    write(&directory, "api.pem", pem.as_bytes());
    let right = r#"alg = "RSA-OAEP-256", kid = "a", pem_file = "api.pem""#;
    let config = configured(&directory, right).unwrap();
    let encryption = config.apis[0].api.token_encryption.as_ref().unwrap();
    assert_eq!((&*encryption.encryption_key.pem, encryption.encryption_key.kid.as_deref()), (pem, Some("a")));
    for (wrong, words) in [
        (r#"alg = "RSA-OAEP-256", pem_file = "other.pem""#, "cannot be read"),
        (r#"alg = "RSA-OAEP-256", pem = "x", pem_file = "api.pem""#, "is given beside pem"),
        (r#"alg = "RSA-OAEP-256", pem_file = "private.pem""#, "OCP-JWE-04"),
        (r#"alg = "RSA-OAEP", pem_file = "api.pem""#, "OCP-JWE-03"),
        (r#"alg = "RSA1_5", pem_file = "api.pem""#, "encryption_key.alg: not a known key management algorithm"),
        (r#"alg = "RSA-OAEP-256""#, "pem"),
    ] {
        let told = configured(&directory, wrong).unwrap_err();
        assert!(told.contains(words), "{wrong}: {told}");
    }
}
