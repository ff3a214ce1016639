//! Keys that are not the client's.

use std::path::Path;

use fapi_conformance::keys::SigningKey;
use serde_json::{Map, Value};

use super::bench::{CREDENTIALS, KEYS, Mistake, OAUTH, mistake};

const FIRST: &str = "target-1-1.jwk.json";
const SECOND: &str = "target-1-2.jwk.json";

pub(crate) fn mistakes() -> Vec<Mistake> {
    let unregistered = "this is not the key that is registered for the client";
    let changed = |name, variant, client, change: fn(&mut Map<String, Value>)| {
        let file = if client == "client 1" { FIRST } else { SECOND };
        mistake(name, variant).edit(move |_, folder| change_key(folder, file, change))
    };
    let fresh: fn(&mut Map<String, Value>) = |jwk| *jwk = with_kid(&SigningKey::es256(), None);
    vec![
        changed("a new key", KEYS, "client 1", fresh).is("client 1", "key", unregistered),
        changed("a new key of a client without users", CREDENTIALS, "client 1", fresh).is("client 1", "key", unregistered),
        changed("a new key of the second client", KEYS, "client 2", fresh).is("client 2", "key", unregistered),
        changed("a new key under its own name", KEYS, "client 1", |jwk| {
            let key = SigningKey::es256();
            *jwk = with_kid(&key, Some(&key.thumbprint()));
        })
        .is("client 1", "key", unregistered),
        changed("a new key under the registered name", KEYS, "client 1", |jwk| {
            *jwk = with_kid(&SigningKey::es256(), jwk.get("kid").and_then(Value::as_str));
        })
        .is("client 1", "key", unregistered),
        changed("a new Ed25519 key", OAUTH, "client 1", |jwk| *jwk = with_kid(&SigningKey::eddsa(), None)).is("client 1", "key", unregistered),
        changed("a key of another type", KEYS, "client 1", |jwk| *jwk = with_kid(&SigningKey::eddsa(), None)).is("client 1", "key", unregistered),
        changed("a wrong kid", KEYS, "client 1", |jwk| _ = jwk.insert("kid".into(), "2024-key".into())).is("client 1", "key", "not by the `kid` 2024-key"),
        changed("a kid with another case", OAUTH, "client 2", |jwk| {
            let kid = jwk.get("kid").and_then(Value::as_str).unwrap_or_default().to_uppercase();
            jwk.insert("kid".into(), kid.into());
        })
        .is("client 2", "key", "by the `kid`"),
        changed("the kid of the other client", KEYS, "client 2", |jwk| _ = jwk.insert("kid".into(), SigningKey::es256().thumbprint().into()))
            .is("client 2", "key", "by the `kid`"),
        mistake("keys in the wrong order", KEYS)
            .edit(|_, folder| swap(folder, FIRST, SECOND))
            .is("client 1", "key", "that is the key of the other client, `key` (line"),
        mistake("keys in the wrong order, without users", CREDENTIALS)
            .edit(|_, folder| swap(folder, FIRST, SECOND))
            .is("client 1", "key", "that is the key of the other client"),
        mistake("one key for both", KEYS)
            .value("client 2", "key", "\"target-1-1.jwk.json\"")
            .is("client 2", "key", "the same key as that of the other client (line"),
        mistake("one inline key for both", KEYS)
            .value("client 1", "jwk", "{ kty = \"OKP\", crv = \"Ed25519\", d = \"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\", x = \"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\" }")
            .value("client 2", "jwk", "{ kty = \"OKP\", crv = \"Ed25519\", d = \"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\", x = \"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\" }")
            .is("client 2", "jwk", "the same key"),
        mistake("an inline key that nobody registered", KEYS)
            .value("client 1", "jwk", "{ kty = \"OKP\", crv = \"Ed25519\", d = \"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\", x = \"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\" }")
            .is("client 1", "jwk", unregistered),
        mistake("no key", KEYS).value("client 1", "key", "").is("client 1", "", "missing member"),
        mistake("no file of the key", KEYS).value("client 1", "key", "\"nowhere.json\"").is("client 1", "key", "cannot read"),
        changed("a public key", KEYS, "client 1", |jwk| _ = jwk.remove("d")).is("client 1", "key", "the key does not fit"),
        changed("an algorithm that FAPI forbids", KEYS, "client 2", |jwk| _ = jwk.insert("alg".into(), "RS256".into()))
            .is("client 2", "key", "RS256 is not"),
        changed("an unknown algorithm", KEYS, "client 1", |jwk| _ = jwk.insert("alg".into(), "ES999".into())).is("client 1", "key", "ES999"),
        changed("a secret as a key", KEYS, "client 1", |jwk| {
            *jwk = Map::from_iter([("kty".to_owned(), "oct".into()), ("k".to_owned(), "c2VjcmV0".into())]);
        })
        .is("client 1", "key", "does not imply"),
        mistake("a certificate as a key", KEYS)
            .value("client 1", "key", "\"target-authority.pem\"")
            .is("client 1", "key", "not an RSA, P-256 or Ed25519 private key"),
        mistake("an empty file as a key", KEYS).edit(|_, folder| write(folder, FIRST, "")).is("client 1", "key", "not an RSA"),
        mistake("an encrypted key", KEYS)
            .edit(|_, folder| write(folder, FIRST, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"))
            .is("client 1", "key", "not an RSA"),
        mistake("a set of keys as a key", KEYS).edit(|_, folder| write(folder, FIRST, "{\"keys\":[]}")).is("client 1", "key", "the JWK has no `alg`"),
    ]
}

fn change_key(folder: &Path, file: &str, change: fn(&mut Map<String, Value>)) {
    let text = std::fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let Ok(Value::Object(mut jwk)) = serde_json::from_str(&text) else { panic!("{file} is no JWK") };
    change(&mut jwk);
    write(folder, file, &Value::Object(jwk).to_string());
}

fn with_kid(key: &SigningKey, kid: Option<&str>) -> Map<String, Value> {
    let mut jwk = key.private_jwk().clone();
    jwk.extend(kid.map(|kid| ("kid".to_owned(), kid.into())));
    jwk
}

fn write(folder: &Path, file: &str, text: &str) {
    std::fs::write(folder.join(file), text).unwrap_or_else(|error| panic!("{file}: {error}"));
}

pub(crate) fn swap(folder: &Path, one: &str, two: &str) {
    let read = |file: &str| std::fs::read(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let (first, second) = (read(one), read(two));
    write(folder, one, &String::from_utf8_lossy(&second));
    write(folder, two, &String::from_utf8_lossy(&first));
}
