//! Verification of ID tokens, as OpenID Connect Core 3.1.3.7 requires.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha512};

use super::Client;
use super::signed::Kind;
use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::jwt::Received;
use fapi::requirement::{Requirement, fapi1_adv, oidcc, oidcd};

const ID_TOKEN: Kind = Kind {
    name: "an ID token",
    listed: "id_token_signing_alg_values_supported",
    signed: &oidcc::ID_TOKEN_SIGNED,
    encrypted: &oidcc::SIGNED_THEN_ENCRYPTED,
    published: &oidcd::REQUIRED_MEMBERS,
};

/// The tolerance for clocks when a time is compared with now, in seconds.
const LEEWAY: i64 = 10;
/// Later than any plausible time in seconds, but not than one in milliseconds.
const CENTURY: i64 = 100 * 366 * 24 * 3600;

impl Client {
    /// The ID token of a token response as it was signed: decrypted, if it is encrypted to the client.
    pub fn id_token_of(&self, reply: &Reply) -> Option<String> {
        let text = reply.member("id_token")?;
        Some(self.decrypted(&text).unwrap_or(text))
    }

    /// Verifies an ID token that came with these, and returns its claims.
    pub async fn verify_id_token(
        &self,
        text: &str,
        beside: Beside<'_>,
        nonce: Expected<'_>,
        at: Option<u64>,
    ) -> Tried<Map<String, Value>> {
        let broken = |expected: &str, got: String, rule: &'static Requirement| {
            self.deviates(Finding { exchange: at, ..Finding::new(expected, got).against(rule) })
        };
        let Some(token) = self.signed(text, &ID_TOKEN, at).await? else { return Ok(Map::new()) };
        if let Err((expected, got, rule)) = self.check_claims(&token.claims, nonce) {
            broken(&expected, got, rule)?;
        }
        for (name, expected, got, rule) in beside.wrong_hashes(&token) {
            let expected = if name == "at_hash" && !beside.in_front {
                "the left half of the access token's digest as at_hash".to_owned()
            } else {
                expected
            };
            broken(&expected, got, rule)?;
        }
        Ok(token.claims)
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

/// The values that came with an ID token, whose hashes it may have.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The access token.
    pub access_token: Option<&'a str>,
    /// The code.
    pub code: Option<&'a str>,
    /// The state of the request.
    pub state: Option<&'a str>,
    /// True if it came from the authorization endpoint, so that it must have the hashes of code and access token.
    pub in_front: bool,
}

impl Beside<'_> {
    /// The hashes that are not those of the values that the client knows, and those that must be there and are not.
    fn wrong_hashes(&self, token: &Received) -> Vec<(&'static str, String, String, &'static Requirement)> {
        let (of_token, of_code): (&'static Requirement, &'static Requirement) = match self.in_front {
            true if self.code.is_some() => (&oidcc::HYBRID_HASHES, &oidcc::C_HASH),
            true => (&oidcc::IMPLICIT_ID_TOKEN, &oidcc::ID_TOKEN_CLAIMS),
            false => (&oidcc::AT_HASH, &oidcc::ID_TOKEN_CLAIMS),
        };
        let known = [
            ("at_hash", self.access_token, of_token, self.in_front),
            ("c_hash", self.code, of_code, self.in_front),
            ("s_hash", self.state, if self.in_front { &fapi1_adv::S_HASH } else { &oidcc::ID_TOKEN_CLAIMS }, false),
        ];
        let wrong = known.into_iter().filter_map(|(name, value, rule, is_demanded)| {
            let named = token.claims.get(name).and_then(Value::as_str);
            let wanted = value.map(|value| half_hash(token.algorithm(), value));
            let fits = match (named, &wanted) {
                (None, wanted) => wanted.is_none() || !is_demanded,
                // Without an access token, the hash may be of one that the other channel delivers.
                (Some(_), None) if name == "at_hash" => true,
                (Some(named), wanted) => wanted.as_deref() == Some(named),
            };
            let expected = wanted.map_or(format!("no {name}"), |wanted| format!("{name} {wanted}"));
            let got = named.map_or(format!("no {name}"), |named| format!("{name} {named}"));
            (!fits).then_some((name, expected, got, rule))
        });
        wrong.collect()
    }
}

/// The left half of a digest, with the hash function of a signature algorithm.
pub(crate) fn half_hash(algorithm: &str, text: &str) -> String {
    let digest = if algorithm.starts_with("Ed") { Sha512::digest(text).to_vec() } else { Sha256::digest(text).to_vec() };
    BASE64URL_NOPAD.encode(&digest[..digest.len() / 2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::Jwt;
    use crate::keys::SigningKey;

    fn names(claims: &[(&str, &str)], beside: Beside<'_>) -> Vec<&'static str> {
        let key = SigningKey::es256();
        let jwt = claims.iter().fold(Jwt::new(&key, 0), |jwt, (name, of)| jwt.claim(name, half_hash("ES256", of)));
        let token = Received::parse(&jwt.sign()).unwrap_or_else(|error| panic!("{error}"));
        beside.wrong_hashes(&token).into_iter().map(|(name, ..)| name).collect()
    }

    #[test]
    fn an_id_token_in_front_has_the_hashes_of_what_comes_with_it() {
        let beside = Beside { access_token: Some("a"), code: Some("c"), state: Some("s"), in_front: true };
        assert!(names(&[("at_hash", "a"), ("c_hash", "c"), ("s_hash", "s")], beside).is_empty());
        assert!(names(&[("at_hash", "a"), ("c_hash", "c")], beside).is_empty());
        assert_eq!(names(&[("at_hash", "c"), ("c_hash", "a"), ("s_hash", "c")], beside), ["at_hash", "c_hash", "s_hash"]);
        assert_eq!(names(&[], beside), ["at_hash", "c_hash"]);
    }

    #[test]
    fn one_of_the_token_endpoint_may_leave_them_out() {
        let beside = Beside { access_token: Some("a"), code: Some("c"), state: None, in_front: false };
        assert!(names(&[], beside).is_empty());
        assert_eq!(names(&[("at_hash", "b"), ("c_hash", "b"), ("s_hash", "b")], beside), ["at_hash", "c_hash", "s_hash"]);
    }
}
