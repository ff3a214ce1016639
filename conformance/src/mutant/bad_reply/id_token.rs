//! Signatures of ID tokens, and the claims that bind them to a request.

use data_encoding::BASE64URL_NOPAD;
use fapi::requirement::{fapi2_sp, oidcc};
use serde_json::json;

use super::draft::Draft;
use super::{Place, Slip, slip};
use crate::keys::SigningKey;

const TOKENS: Place = Place::served(&["/token"]);

pub(super) static SLIPS: &[Slip] = &[
    slip("bad-signature", "The signature does not verify.", &oidcc::ID_TOKEN_SIGNED, TOKENS, |draft| {
        parts(draft, |parts| parts[2] = BASE64URL_NOPAD.encode(&[7; 64]));
    }),
    slip("no-signature", "The signature is empty.", &oidcc::ID_TOKEN_SIGNED, TOKENS, |draft| {
        parts(draft, |parts| parts[2].clear());
    }),
    slip("alg-none", "The ID token is unsigned.", &oidcc::ID_TOKEN_NOT_NONE, TOKENS, |draft| {
        parts(draft, |parts| {
            parts[0] = BASE64URL_NOPAD.encode(json!({ "alg": "none", "typ": "JWT" }).to_string().as_bytes());
            parts[2].clear();
        });
    }),
    slip("strange-key", "The ID token is signed with a key that is not published.", &oidcc::ID_TOKEN_SIGNED, TOKENS, |draft| {
        parts(draft, |parts| {
            let signature = SigningKey::es256().sign(format!("{}.{}", parts[0], parts[1]).as_bytes());
            parts[2] = BASE64URL_NOPAD.encode(&signature);
        });
    }),
    slip("unnamed-key", "The header names no key.", &oidcc::KEY_NAMED, TOKENS, |draft| {
        draft.jwt("id_token", |header, _| drop(header.remove("kid")));
    }),
    slip("unknown-key", "The header names a key that is not published.", &oidcc::KEY_NAMED, TOKENS, |draft| {
        draft.jwt("id_token", |header, _| drop(header.insert("kid".into(), "2019-01".into())));
    }),
    slip("jku", "The header has the URL of keys.", &fapi2_sp::NO_KEY_URL_HEADERS, TOKENS, |draft| {
        draft.jwt("id_token", |header, _| drop(header.insert("jku".into(), "https://keys.example/jwks".into())));
    }),
    slip("x5u", "The header has the URL of certificates.", &fapi2_sp::NO_KEY_URL_HEADERS, TOKENS, |draft| {
        draft.jwt("id_token", |header, _| drop(header.insert("x5u".into(), "https://keys.example/chain".into())));
    }),
    slip("jwk", "The header has the key.", &oidcc::NO_KEY_HEADERS, TOKENS, |draft| {
        let key = SigningKey::es256().public_jwk();
        draft.jwt("id_token", |header, _| drop(header.insert("jwk".into(), key.into())));
    }),
    slip("x5c", "The header has certificates.", &oidcc::NO_KEY_HEADERS, TOKENS, |draft| {
        draft.jwt("id_token", |header, _| drop(header.insert("x5c".into(), json!(["MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"]))));
    }),
    slip("at-hash-of-another", "at_hash is that of another token.", &oidcc::AT_HASH, TOKENS, |draft| {
        draft.id_token(|claims| drop(claims.insert("at_hash".into(), "77QmUPtjPfzWtF2AnpK9RQ".into())));
    }),
    slip("at-hash-whole", "at_hash is the whole digest.", &oidcc::AT_HASH, TOKENS, |draft| {
        let whole = crate::keys::digest(&draft.text("access_token").unwrap_or_default());
        draft.id_token(|claims| drop(claims.insert("at_hash".into(), whole.into())));
    }),
    slip("no-nonce", "The nonce is missing.", &oidcc::NONCE_COPIED, TOKENS, |draft| {
        draft.id_token(|claims| drop(claims.remove("nonce")));
    }),
    slip("nonce-lower-case", "The nonce is in lower case.", &oidcc::NONCE_COPIED, TOKENS, |draft| {
        draft.id_token(|claims| {
            if let Some(nonce) = claims.get("nonce").and_then(|nonce| nonce.as_str()).map(str::to_ascii_lowercase) {
                claims.insert("nonce".into(), nonce.into());
            }
        });
    }),
    slip("nonce-invented", "There is a nonce although none was sent.", &oidcc::NONCE_COPIED, TOKENS, |draft| {
        draft.id_token(|claims| {
            claims.entry("nonce").or_insert_with(|| "".into());
        });
    }),
    slip("nonce-cut", "The nonce is truncated after 48 characters.", &fapi2_sp::NONCE_LENGTH, TOKENS, |draft| {
        draft.id_token(|claims| {
            let cut =
                claims.get("nonce").and_then(|nonce| nonce.as_str()).map(|nonce| nonce.chars().take(48).collect::<String>());
            cut.into_iter().for_each(|cut| drop(claims.insert("nonce".into(), cut.into())));
        });
    }),
];

/// Changes the three parts of the ID token without signing it again.
fn parts(draft: &mut Draft<'_>, edit: impl FnOnce(&mut [String; 3])) {
    let Some(token) = draft.text("id_token") else { return };
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { return };
    let mut parts = [header.to_owned(), claims.to_owned(), signature.to_owned()];
    edit(&mut parts);
    draft.set("id_token", parts.join("."));
}
