//! Verification of ID tokens, as OpenID Connect Core 3.1.3.7 requires.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha512};

use super::Client;
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::jwt::Received;
use fapi::requirement::{Requirement, fapi2_sp, oidcc, oidcd, rfc7515};

const ALGORITHMS: &[&str] = &["PS256", "ES256", "EdDSA", "Ed25519"];
/// The tolerance for clocks when a time is compared with now, in seconds.
const LEEWAY: i64 = 10;
/// Later than any plausible time in seconds, but not than one in milliseconds.
const CENTURY: i64 = 100 * 366 * 24 * 3600;

impl Client {
    /// Verifies an ID token that came with this access token, and returns its claims.
    pub async fn verify_id_token(
        &self,
        text: &str,
        access_token: &str,
        nonce: Expected<'_>,
        reply: &Reply,
    ) -> Tried<Map<String, Value>> {
        let broken = |expected: &str, got: String, rule: &'static Requirement| {
            self.deviates(Finding::new(expected, got).shown_by(reply.number()).against(rule))
        };
        let token = match Received::parse(text) {
            Ok(token) => token,
            Err(error) => {
                broken("an ID token that is a signed JWT", error, &oidcc::ID_TOKEN_SIGNED)?;
                return Ok(Map::new());
            }
        };
        let algorithm = token.algorithm().to_owned();
        let by_default = self.variant().apis().is_some() && algorithm == "RS256";
        if !by_default && !ALGORITHMS.contains(&algorithm.as_str()) {
            let expected = "an ID token signed with PS256, ES256, EdDSA or Ed25519";
            broken(expected, algorithm.clone(), &fapi2_sp::SIGNING_ALGORITHMS)?;
        }
        let listed = self.metadata().list("id_token_signing_alg_values_supported");
        if !listed.is_empty() && !listed.contains(&algorithm.as_str()) {
            let expected = "an ID token signed with an algorithm of id_token_signing_alg_values_supported";
            broken(expected, algorithm.clone(), &oidcd::REQUIRED_MEMBERS)?;
        }
        if let Some(critical) = token.header.get("crit") {
            // OpenID Connect defines no extension of the header, so no client understands one.
            broken("no crit in the header of the ID token", critical.to_string(), &rfc7515::CRIT_UNDERSTOOD)?;
        }
        let keys = self.server_keys().await?;
        let kid = token.header.get("kid").and_then(Value::as_str);
        let fits = |key: &&Map<String, Value>| kid.is_none() || key.get("kid").and_then(Value::as_str) == kid;
        let named: Vec<_> = keys.iter().filter(fits).collect();
        match kid {
            // OpenID Connect Core 10.1: a set of one key needs no name.
            None if keys.len() > 1 => broken("a kid in the header of the ID token", "none".into(), &oidcc::KEY_NAMED)?,
            Some(kid) if named.is_empty() => {
                let expected = "a key at the jwks_uri with the kid of the ID token";
                broken(expected, format!("no key with kid {kid}"), &oidcc::KEY_NAMED)?;
            }
            _ => {}
        }
        let verified: Vec<_> = named.iter().map(|key| token.verify(key)).collect();
        if let Some(Err(error)) = verified.into_iter().max_by_key(Result::is_ok) {
            broken("an ID token with a signature by a key of the jwks_uri", error, &oidcc::ID_TOKEN_SIGNED)?;
        }
        if let Err((expected, got, rule)) = self.check_claims(&token.claims, nonce) {
            broken(&expected, got, rule)?;
        }
        if let Some(hash) = token.claims.get("at_hash").and_then(Value::as_str) {
            let expected = half_hash(&algorithm, access_token);
            if hash != expected {
                broken("the left half of the access token's digest as at_hash", hash.to_owned(), &oidcc::AT_HASH)?;
            }
        }
        Ok(token.claims)
    }

    /// Fetches the server's public keys.
    pub async fn server_keys(&self) -> Tried<Vec<Map<String, Value>>> {
        let url = self.metadata().endpoint("jwks_uri")?;
        let reply = self.http().fetch("the server's keys", &url).await?;
        let keys = reply.json().and_then(|json| json.get("keys")?.as_array().cloned()).filter(|_| reply.status() == 200);
        let Some(keys) = keys else {
            let got = format!("status {}{}", reply.status(), reply.coding());
            let finding = Finding::new("status 200 with a JWK Set at the jwks_uri", got).shown_by(reply.number());
            return Err(finding.on_the_way(&oidcd::REQUIRED_MEMBERS).into());
        };
        Ok(keys.into_iter().filter_map(|key| key.as_object().cloned()).collect())
    }

    fn check_claims(&self, claims: &Map<String, Value>, nonce: Expected<'_>) -> Result<(), Wrong> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let wrong = |expected: String, name: &str, rule: &'static Requirement| {
            let got = claims.get(name).map_or_else(|| format!("no {name}"), |value| format!("{name} {value}"));
            Err((expected, got, rule))
        };
        let now = self.now();
        let tolerance = LEEWAY + self.target().clock_tolerance;
        if text("iss") != Some(&self.target().issuer) {
            return wrong(format!("iss {}", self.target().issuer), "iss", &oidcc::ID_TOKEN_CLAIMS);
        }
        let audience = match claims.get("aud") {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(one)) => vec![one.as_str()],
            _ => return wrong("an aud in the ID token".into(), "aud", &oidcc::ID_TOKEN_CLAIMS),
        };
        if !audience.contains(&self.id()) {
            return wrong(format!("aud {}", self.id()), "aud", &oidcc::AUDIENCE_AND_TIMES);
        }
        if text("sub").is_none_or(str::is_empty) {
            return wrong("a sub in the ID token".into(), "sub", &oidcc::ID_TOKEN_CLAIMS);
        }
        if text("sub").is_some_and(|sub| sub.len() > 255 || !sub.is_ascii()) {
            return wrong("a sub of at most 255 ASCII characters".into(), "sub", &oidcc::SUBJECT);
        }
        for name in ["exp", "iat"] {
            match claims.get(name) {
                None => return wrong(name.to_owned(), name, &oidcc::ID_TOKEN_CLAIMS),
                Some(value) if seconds(value).is_none_or(|time| time > now + CENTURY) => {
                    return wrong(format!("a number of seconds as {name}"), name, &oidcc::AUDIENCE_AND_TIMES);
                }
                Some(_) => {}
            }
        }
        let time = |name: &str| claims.get(name).and_then(seconds).unwrap_or_default();
        if time("exp") <= now - tolerance {
            return wrong(format!("an exp later than now ({now})"), "exp", &oidcc::ID_TOKEN_CLAIMS);
        }
        if time("iat") > now + tolerance || time("iat") < now - 3600 {
            return wrong(format!("an iat within the last hour (now is {now})"), "iat", &oidcc::ID_TOKEN_CLAIMS);
        }
        if time("exp") <= time("iat") {
            return wrong(format!("an exp later than iat {}", time("iat")), "exp", &oidcc::AUDIENCE_AND_TIMES);
        }
        match nonce {
            Expected::Exactly(wanted) if claims.contains_key("nonce") != wanted.is_some() || text("nonce") != wanted => {
                let expected = wanted.map_or("no nonce, since the request had none".into(), |nonce| format!("nonce {nonce}"));
                wrong(expected, "nonce", &oidcc::NONCE_COPIED)
            }
            _ => Ok(()),
        }
    }
}

/// The whole seconds of a date; it may have a fraction (RFC 7519 2).
fn seconds(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "a date out of range is no plausible date")]
    value.as_i64().or_else(|| value.as_f64().map(|time| time as i64))
}

/// The nonce to expect in an ID token. Exhaustive.
#[derive(Debug, Clone, Copy)]
pub enum Expected<'a> {
    /// Any: the ID token belongs to another request than the one that set the nonce.
    Any,
    /// This nonce, or none.
    Exactly(Option<&'a str>),
}

/// The expected value of a claim, the actual one, and the clause.
type Wrong = (String, String, &'static Requirement);

/// The hashes in an ID token, if present, that are not those of the values that the client knows.
pub fn wrong_hashes(text: &str, known: &[(&str, Option<&str>)], reply: &Reply) -> Vec<Finding> {
    let Ok(token) = Received::parse(text) else { return Vec::new() };
    let wrong = known.iter().filter_map(|(name, value)| {
        let named = token.claims.get(*name).and_then(Value::as_str)?;
        let wanted = value.map(|value| half_hash(token.algorithm(), value));
        (wanted.as_deref() != Some(named)).then(|| {
            let expected = wanted.map_or(format!("no {name}"), |wanted| format!("{name} {wanted}"));
            Finding::new(expected, format!("{name} {named}")).shown_by(reply.number()).against(&oidcc::ID_TOKEN_CLAIMS)
        })
    });
    wrong.collect()
}

/// The left half of a digest, with the hash function of a signature algorithm.
pub(crate) fn half_hash(algorithm: &str, text: &str) -> String {
    let digest = if algorithm.starts_with("Ed") { Sha512::digest(text).to_vec() } else { Sha256::digest(text).to_vec() };
    BASE64URL_NOPAD.encode(&digest[..digest.len() / 2])
}
