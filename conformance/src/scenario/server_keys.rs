//! The server's published keys.

use serde_json::Value;

use super::discovery::fetch;
use super::facts::Facts;
use super::replies::demand;
use super::{Scenario, run};
use crate::finding::{Tried, skip};
use crate::session::Session;
use fapi::requirement::{fapi2_sp, oidcc, oidcd, rfc7517, rfc7518};

pub(super) static SCENARIOS: &[Scenario] =
    &[Scenario::positive("server-keys", "The server's keys have key IDs, are public and are strong enough.", run!(server_keys))
        .requires(&[
            &fapi2_sp::RSA_KEY_SIZE,
            &fapi2_sp::CURVE_KEY_SIZE,
            &rfc7517::KEY_IDS_DISTINCT,
            &rfc7518::EC_POINT,
            &rfc7518::RSA_INTEGERS,
            &oidcd::PUBLIC_KEYS_ONLY,
            &oidcd::REQUIRED_MEMBERS,
            &oidcc::KEY_NAMED,
        ])
        .asserts(&[
            "jwks_uri answers 200 with a JWK Set; no key has a private member",
            "every key has a kid, unless it is the only one; two keys with the same kid are a warning",
            "RSA keys have at least 2048 bits, EC keys at least 224 and both coordinates",
        ])];

async fn server_keys(s: &Session) -> Tried<()> {
    if !s.variant().openid() && !s.one.has_endpoint("jwks_uri") {
        return skip("the server publishes no keys, which it needs only for ID tokens");
    }
    let url = s.one.metadata().endpoint("jwks_uri")?;
    let reply = fetch(s, url.as_str()).await?;
    let keys = reply.json().and_then(|json| json.get("keys")?.as_array().cloned()).filter(|_| reply.status() == 200);
    demand(&reply, &oidcd::REQUIRED_MEMBERS, keys.is_some(), "status 200 with a JWK Set at the jwks_uri", || {
        format!("status {}", reply.status())
    })?;
    let keys = keys.unwrap_or_default();
    if keys.is_empty() {
        return skip("the server publishes no keys");
    }
    let mut facts = Facts::default();
    let mut names = Vec::new();
    for key in &keys {
        let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
        let kid = text("kid");
        let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|member| key.get(member).is_some());
        facts.demand(&reply, &oidcd::PUBLIC_KEYS_ONLY, !private, "only public keys in the JWK Set", || {
            format!("private members in the key `{kid}`")
        });
        let alone = keys.len() == 1;
        facts.demand(&reply, &oidcc::KEY_NAMED, alone || !kid.is_empty(), "a kid for every key", || "a key without kid".into());
        if names.contains(&kid) {
            s.warn(format!("two keys share the kid `{kid}`"));
        }
        names.push(kid);
        if text("kty") == "RSA" {
            let modulus = data_encoding::BASE64URL_NOPAD.decode(text("n").as_bytes()).ok();
            let expected = "the modulus of an RSA key in base64url";
            facts.demand(&reply, &rfc7518::RSA_INTEGERS, modulus.is_some(), expected, || "another text".into());
            let bits = modulus.map(|modulus| crate::keys::bits(&modulus));
            facts.demand(
                &reply,
                &fapi2_sp::RSA_KEY_SIZE,
                bits.is_none_or(|bits| bits >= 2048),
                "RSA keys of at least 2048 bits",
                || format!("{} bits", bits.unwrap_or_default()),
            );
        }
        if text("kty") == "EC" {
            let whole = !text("x").is_empty() && !text("y").is_empty();
            facts.demand(&reply, &rfc7518::EC_POINT, whole, "both coordinates of an EC key", || {
                format!("not both in the key `{kid}`")
            });
            let small = text("crv") == "P-192";
            facts.demand(&reply, &fapi2_sp::CURVE_KEY_SIZE, !small, "EC keys of at least 224 bits", || text("crv").into());
        }
    }
    facts.told(s)
}
