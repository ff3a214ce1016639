//! Faulty published keys.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::{fapi2_sp, oidcc, oidcd, rfc7517, rfc7518};
use serde_json::{Value, json};

use super::draft::{Draft, Members};
use super::{Place, Slip, slip};

const METADATA: Place = Place::served(&["/.well-known/"]);
const KEYS: Place = Place::served(&["/jwks"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("private", "A key has its private members.", &oidcd::PUBLIC_KEYS_ONLY, KEYS, |draft| {
        each(draft, |key| set(key, "d", "cHJpdmF0ZSBwYXJ0IG9mIHRoZSBrZXksIDMyIGJ5dGVz"));
    }),
    slip("symmetric", "A symmetric key is published.", &oidcd::PUBLIC_KEYS_ONLY, KEYS, |draft| {
        add(draft, json!({ "kty": "oct", "kid": "mac", "use": "sig", "k": "c2hhcmVkIHNlY3JldA" }));
    }),
    slip("same-kid", "All keys have the same kid.", &fapi2_sp::KEY_IDS_DISTINCT, KEYS, |draft| {
        each(draft, |key| set(key, "kid", "1"));
    }),
    slip("second-kid", "A new key has the kid of an old one.", &rfc7517::KEY_IDS_DISTINCT, KEYS, |draft| {
        let of_first = first(draft, "kid");
        add(
            draft,
            json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": of_first }),
        );
    }),
    slip("no-kid", "Keys have no kid.", &oidcc::KEY_NAMED, KEYS, |draft| each(draft, |key| drop(key.remove("kid")))),
    slip("short-rsa", "An RSA key has 1024 bits.", &fapi2_sp::RSA_KEY_SIZE, KEYS, |draft| {
        each(draft, |key| {
            let modulus = key.get("n").and_then(Value::as_str).and_then(|n| BASE64URL_NOPAD.decode(n.as_bytes()).ok());
            if let Some(modulus) = modulus {
                set(key, "n", &BASE64URL_NOPAD.encode(&modulus[..128]));
            }
        });
    }),
    slip("half-point", "The second coordinate of an EC key is missing.", &rfc7518::EC_POINT, KEYS, |draft| {
        each(draft, |key| drop(key.remove("y")));
    }),
    slip("strange-keys", "The published keys are not the signing keys.", &oidcc::KEY_NAMED, KEYS, |draft| {
        each(draft, |key| set(key, "kid", &format!("old-{}", key.get("kid").and_then(Value::as_str).unwrap_or_default())));
    }),
    slip("nowhere", "No keys are published.", &fapi2_sp::JWKS_URI_PUBLISHED, METADATA, |draft| draft.omit("jwks_uri")),
    slip("bare-list", "The keys are an array, not a JWK Set.", &oidcd::REQUIRED_MEMBERS, KEYS, |draft| {
        let keys: Option<Members> = serde_json::from_slice(&draft.body).ok();
        let keys = keys.and_then(|mut set| set.remove("keys")).unwrap_or_default();
        draft.body = keys.to_string().into();
    }),
];

fn each(draft: &mut Draft<'_>, edit: impl Fn(&mut Members)) {
    draft.json(|set| {
        let keys = set.get_mut("keys").and_then(Value::as_array_mut).into_iter().flatten();
        keys.filter_map(Value::as_object_mut).for_each(edit);
    });
}

fn add(draft: &mut Draft<'_>, key: Value) {
    draft.json(|set| {
        if let Some(Value::Array(keys)) = set.get_mut("keys") {
            keys.push(key);
        }
    });
}

fn first(draft: &Draft<'_>, name: &str) -> Value {
    let set: Value = serde_json::from_slice(&draft.body).unwrap_or_default();
    set["keys"][0][name].clone()
}

fn set(members: &mut Members, name: &str, value: &str) {
    members.insert(name.to_owned(), value.into());
}
