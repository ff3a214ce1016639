//! The server's published keys.

use serde_json::Value;

use super::discovery::fetch;
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
    let mut names = Vec::new();
    for key in &keys {
        let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
        let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|member| key.get(member).is_some());
        demand(&reply, &oidcd::PUBLIC_KEYS_ONLY, !private, "only public keys in the JWK Set", || {
            "a key with private members".into()
        })?;
        let kid = text("kid");
        let alone = keys.len() == 1;
        demand(&reply, &oidcc::KEY_NAMED, alone || !kid.is_empty(), "a kid for every key", || "a key without kid".into())?;
        if names.contains(&kid) {
            s.warn(format!("two keys share the kid `{kid}`"));
        }
        names.push(kid);
        let bits = data_encoding::BASE64URL_NOPAD.decode(text("n").as_bytes()).map_or(0, |n| crate::keys::bits(&n));
        let weak = text("kty") == "RSA" && bits < 2048;
        demand(&reply, &fapi2_sp::RSA_KEY_SIZE, !weak, "RSA keys of at least 2048 bits", || format!("{bits} bits"))?;
        let whole = text("kty") != "EC" || (!text("x").is_empty() && !text("y").is_empty());
        demand(&reply, &rfc7518::EC_POINT, whole, "both coordinates of an EC key", || key.to_string())?;
        let small = text("kty") == "EC" && text("crv") == "P-192";
        demand(&reply, &fapi2_sp::CURVE_KEY_SIZE, !small, "EC keys of at least 224 bits", || text("crv").into())?;
    }
    Ok(())
}
